"""Predict, then run: a multiple choice that says of each choice why it is right, or why it is not."""

import html
import re
import tomllib
import zlib
from functools import cache
from pathlib import Path

QUESTIONS = Path(__file__).parent / "questions"
SEED = 50  # of the order of the choices: with it the right answers are spread evenly over A, B and C


def predict(name):
    """The question with this name: "01-batch-shape" is batch-shape in the file of lesson 01."""
    lesson, _, key = name.partition("-")
    known = questions(lesson)
    if key not in known:
        raise ValueError(f"expected one of {', '.join(f'{lesson}-{known_key}' for known_key in known)}, got {name!r}")
    return Question(name, **known[key])


@cache
def questions(lesson):
    """{key: {"ask": text, "right": a choice, "choices": {choice: why}}} of one lesson, in the order of the lesson."""
    path = QUESTIONS / f"{lesson}.toml"
    if not path.exists():
        raise ValueError(f"expected the number of a lesson first, such as 01-..., got {lesson!r}")
    return tomllib.loads(path.read_text(encoding="utf-8"))


class Question:
    """Shown as a list of choices that fold open: it needs no kernel, no JavaScript, and the keyboard works."""

    def __init__(self, name, ask, right, choices):
        if right not in choices:
            raise ValueError(f"{name}: expected the right answer among the choices, got {right!r}")
        self.name, self.ask, self.right, self.choices = name, ask, right, shuffled(choices, name)

    def __repr__(self):
        """The question without its answers: in a stored notebook they stay folded."""
        return "\n".join([f"Predict: {self.ask}", *map(" ".join, lettered(self.choices))])

    def _repr_html_(self):
        folds = "".join(
            f'<details name="{self.name}" style="margin: 4px 0 4px 12px">'
            f'<summary style="cursor: pointer">{letter} {in_html(choice)}</summary>'
            f'<p style="margin: 2px 0 8px 22px">{in_html(self.reply(choice))}</p></details>'
            for letter, choice in lettered(self.choices)
        )
        style = "border-left: 4px solid #0072b2; padding: 4px 12px; font-size: 16px; max-width: 900px"
        ask = f"<p><strong>Predict.</strong> {in_html(self.ask)} <em>Open the choice that you would bet on.</em></p>"
        return f'<div style="{style}">{ask}{folds}</div>'

    def reply(self, choice):
        """What the choice is answered with."""
        return f"{'✓ Right.' if choice == self.right else '✗ No.'} {self.choices[choice]}"


def shuffled(choices, name):
    """An order that only chance has made, the same on every machine: authors seldom put the right answer first."""
    return dict(sorted(choices.items(), key=lambda choice: zlib.crc32(f"{SEED}{name}{choice[0]}".encode())))


def lettered(choices):
    return [(f"{letter}.", choice) for letter, choice in zip("ABCDEF", choices)]


def in_html(text):
    """`code` between backticks, line breaks as spaces."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(" ".join(text.split())))
