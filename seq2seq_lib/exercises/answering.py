"""Check yourself: questions whose answer is a number, or a line of code, and replies to what is often answered."""

import ast
from inspect import cleandoc

import numpy as np
from IPython.display import display

import seq2seq_lib
from seq2seq_lib.exercises import card
from seq2seq_lib.exercises.check import CORRECT, NOT_DONE, Check
from seq2seq_lib.exercises.question import entry

TODO = "not answered yet. Put {} in place of the three dots, and run the cell again."
ROUNDING = 1e-9  # relative, where the question names no tolerance


def answer(name, mine=...):
    """Show the question with this name, and what is to be said of the reader's answer.

    mine: a number, a tuple of numbers, or a function of one line, `lambda dh_t, h_t: ...`; the dots: not answered yet
    """
    asked = entry(name)
    if "choices" in asked:
        raise ValueError(f"{name} is a choice: predict({name!r})")
    reply = reply_to_line if "given" in asked else reply_to_number
    display(Answered(asked["ask"], *reply(asked, mine)))


# A number: {"ask", "right", "why", "hint", "wrong": {literal: reply}}, and "within", how far off it may be


def reply_to_number(asked, mine):
    """The mark and the words with which it is answered. It says nothing that gives the right number away."""
    right, within = np.asarray(asked["right"], float), asked.get("within", 0)
    wanted = f"{right.size} numbers between parentheses" if right.ndim else "a number"
    if mine is None or mine is ...:
        return "…", TODO.format(wanted)
    given = numbers(mine)
    if given is not None and not right.ndim and given.size == 1:
        given = given.reshape(())
    if given is None or given.shape != right.shape:
        got = type(mine).__name__ if given is None or given.ndim == 0 else f"{given.size} numbers"
        return "✗", f"expected {wanted}, got {got}."
    if alike(given, right, within):
        return "✓", f"Right. {asked['why']}"
    wrong = [(np.asarray(ast.literal_eval(number), float), why) for number, why in asked["wrong"].items()]
    near = [(abs(given - number).max(), why) for number, why in wrong if alike(given, number, within)]
    return "✗", f"No. {min(near)[1] if near else asked['hint']}"


def numbers(mine):
    """An array of floats, or None if these are no real numbers. It never raises."""
    try:
        given = np.asarray(mine)
        given = given.astype(float) if given.dtype.kind == "O" else given
    except Exception:
        return None
    return given.astype(float) if given.dtype.kind in "iuf" else None


def alike(given, expected, within):
    return np.allclose(given, expected, rtol=ROUNDING, atol=within * (1 + ROUNDING))


# A line of code: beside "ask", "right", "why" and "wrong" it has "given", {argument: how it is made with rng}


def reply_to_line(asked, mine):
    names = ", ".join(asked["given"])
    if mine is None or mine is ...:
        return "…", TODO.format(f"`lambda {names}: ` and your line")
    if not callable(mine):
        return "✗", f"write it as a function of one line: `lambda {names}: ` and your line."
    words = check_of(asked).verdict(mine)
    if words == NOT_DONE:
        return "…", TODO.format("your line")
    return ("✓", f"Right. {asked['why']}") if words == CORRECT else ("✗", words)


def check_of(asked):
    """The check of an exercise whose right and wrong answers are lines of the file."""
    wrong = [line(asked, code, hint) for code, hint in asked["wrong"].items()]
    return Check(line(asked, asked["right"]), ("it",), [problem(asked, seed) for seed in (1, 2)], wrong)


def line(asked, code, hint=""):
    function = eval(f"lambda {', '.join(asked['given'])}: {code}", {"np": np})
    function.__doc__ = cleandoc(hint)
    return function


def problem(asked, seed):
    names = {"np": np, "seq2seq_lib": seq2seq_lib, "rng": np.random.default_rng(seed)}
    return tuple(eval(made, names) for made in asked["given"].values())


class Answered:
    """A question, and below it the reply: a card in a notebook, two lines elsewhere."""

    def __init__(self, ask, mark, words):
        self.ask, self.mark, self.words = ask, mark, words

    def __repr__(self):
        return f"Check yourself: {self.ask}\n{self.mark} {self.words}"

    def _repr_html_(self):
        ask = f"<strong>Check yourself.</strong> {card.in_html(self.ask)}"
        reply = card.reply(self.mark, card.in_html(self.words))
        return f'<div style="{card.SIZE}; padding: 0 5px"><p>{ask}</p>{reply}</div>'
