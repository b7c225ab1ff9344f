"""Predict, then run: a multiple choice that says of each choice why it is right, or why it is not."""

import tomllib
import zlib
from functools import cache
from pathlib import Path

from seq2seq_lib.exercises import card

QUESTIONS = Path(__file__).parent / "questions"
SEED = 96  # of the order of the choices: with it the right answers are spread evenly over A, B and C


def predict(name):
    """The question with this name: "01-batch-shape" is batch-shape in the file of lesson 01."""
    asked = entry(name)
    if "choices" not in asked:
        raise ValueError(f"{name} is no choice: answer({name!r}, ...)")
    return Question(name, **asked)


def entry(name):
    """What the file of a lesson has under this name."""
    lesson, _, key = name.partition("-")
    known = questions(lesson)
    if key not in known:
        raise ValueError(f"expected one of {', '.join(f'{lesson}-{known_key}' for known_key in known)}, got {name!r}")
    return known[key]


@cache
def questions(lesson):
    """{key: {"ask": text, "right": a choice, "choices": {choice: why}}} of one lesson, in the order of the lesson.

    Those without choices are asked by answer().
    """
    path = QUESTIONS / f"{lesson}.toml"
    if not path.exists():
        raise ValueError(f"expected the number of a lesson first, such as 01-..., got {lesson!r}")
    return tomllib.loads(path.read_text(encoding="utf-8"))


class Question:
    """Shown as a card: choices to be pressed, each with its reply; it needs no kernel, and the keyboard works."""

    def __init__(self, name, ask, right, choices):
        if right not in choices:
            raise ValueError(f"{name}: expected the right answer among the choices, got {right!r}")
        self.name, self.ask, self.right, self.choices = name, ask, right, shuffled(choices, name)
        self.kind = "Check yourself" if name.partition("-")[2].startswith("check-") else "Predict"

    def __repr__(self):
        """The question without its answers: in a stored notebook they stay folded."""
        return "\n".join([f"{self.kind}: {self.ask}", *map(" ".join, lettered(self.choices))])

    def _repr_html_(self):
        buttons = "".join(card.choice(self.name, *pair, *self.reply(pair[1])) for pair in lettered(self.choices))
        ask = f"<strong>{self.kind}.</strong> {card.in_html(self.ask)} <em>Press the choice that you would bet on.</em>"
        return f'<div class="s2s-question" style="{card.SIZE}">{card.STYLE}<p>{ask}</p>{buttons}</div>'

    def reply(self, choice):
        """The mark and the words with which the choice is answered."""
        mark, verdict = ("✓", "Right.") if choice == self.right else ("✗", "No.")
        return mark, f"{verdict} {self.choices[choice]}"


def shuffled(choices, name):
    """An order that only chance has made, the same on every machine: authors seldom put the right answer first."""
    name = name.split("-", 1)[-1]  # whatever number its lesson has
    return dict(sorted(choices.items(), key=lambda choice: zlib.crc32(f"{SEED}{name}{choice[0]}".encode())))


def lettered(choices):
    return [(f"{letter}.", choice) for letter, choice in zip("ABCDEF", choices)]
