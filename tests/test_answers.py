"""Check yourself: each answer gets the reply it has earned, none is given away, every objective has its question."""

import ast
import json
import re
from pathlib import Path

import numpy as np
import pytest

from seq2seq_lib.exercises import answer, predict
from seq2seq_lib.exercises.answering import Answered, alike, line, reply_to_line, reply_to_number
from seq2seq_lib.exercises.question import QUESTIONS, questions

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
ENTRIES = {
    f"{path.stem}-{key}": entry
    for path in sorted(QUESTIONS.glob("*.toml"))
    for key, entry in questions(path.stem).items()
    if "choices" not in entry
}
NUMBERS = {name: entry for name, entry in ENTRIES.items() if "given" not in entry}
LINES = {name: entry for name, entry in ENTRIES.items() if "given" in entry}

AREA = {"ask": "2 by 3?", "right": 6.0, "within": 0.1, "why": "two times three.", "hint": "multiply."}
AREA["wrong"] = {"5": "that is the sum.", "10": "all around it: that is its edge."}
SHAPE = {
    "ask": "which?",
    "right": [4, 3],
    "why": "rows first.",
    "hint": "think.",
    "wrong": {"(3, 4)": "turned around."},
}
SLOPE = {"ask": "slope?", "right": "dh * (1 - h**2)", "why": "of tanh.", "wrong": {"dh * (1 - h)": "square it."}}
SLOPE["given"] = {"dh": "rng.standard_normal((4, 3))", "h": "np.tanh(rng.standard_normal((4, 3)))"}


# A number


@pytest.mark.parametrize("mine", [6, 6.0, 6.1, 5.9, np.float32(6), np.int64(6), np.array(6.0), np.array([[6]]), [6]])
def test_a_right_number_is_right_in_any_form(mine):
    assert reply_to_number(AREA, mine) == ("✓", "Right. two times three.")


@pytest.mark.parametrize(("mine", "why"), [(5, "that is the sum."), (10.05, "all around it: that is its edge.")])
def test_a_wrong_number_that_is_known_gets_its_reply(mine, why):
    assert reply_to_number(AREA, mine) == ("✗", f"No. {why}")


@pytest.mark.parametrize("mine", [6.11, -6, 60, float("nan"), float("inf"), 1e300, 10**30])
def test_any_other_gets_the_hint(mine):
    assert reply_to_number(AREA, mine) == ("✗", "No. multiply.")


class Raises:
    def __array__(self, *_, **__):
        raise RuntimeError

    __float__ = __array__


@pytest.mark.parametrize(
    "mine", ["6", True, 6j, [6, 6], {6}, {}, [], [[1], [1, 2]], lambda: 6, object(), Raises(), print, 10**400, b"6"]
)
@pytest.mark.parametrize("asked", [AREA, SHAPE])
def test_what_is_no_such_number_is_refused_in_words(asked, mine):
    mark, words = reply_to_number(asked, mine)
    assert mark == "✗"
    assert words.startswith("expected ") or (asked is SHAPE and words == "No. think.")


def test_several_numbers_are_wanted_in_their_order():
    assert reply_to_number(SHAPE, (4, 3))[0] == reply_to_number(SHAPE, np.zeros((4, 3)).shape)[0] == "✓"
    assert reply_to_number(SHAPE, [3, 4]) == ("✗", "No. turned around.")
    assert reply_to_number(SHAPE, (4, 3.001)) == ("✗", "No. think.")
    assert reply_to_number(SHAPE, 12) == ("✗", "expected 2 numbers between parentheses, got int.")
    assert reply_to_number(SHAPE, (4, 3, 1)) == ("✗", "expected 2 numbers between parentheses, got 3 numbers.")


@pytest.mark.parametrize("mine", [..., None])
def test_dots_are_not_answered_yet(mine):
    for asked, wanted in ((AREA, "a number"), (SHAPE, "2 numbers"), (SLOPE, "lambda dh, h: ")):
        mark, words = (reply_to_line if "given" in asked else reply_to_number)(asked, mine)
        assert (mark, words.partition(".")[0]) == ("…", "not answered yet")
        assert wanted in words


# A line of code


def test_a_right_line_is_right_in_any_form():
    assert reply_to_line(SLOPE, lambda dh, h: dh * (1 - h**2)) == ("✓", "Right. of tanh.")
    assert reply_to_line(SLOPE, lambda d, state: d - d * state * state)[0] == "✓"


def test_a_wrong_line_gets_its_reply_or_says_where_it_differs():
    assert reply_to_line(SLOPE, lambda dh, h: dh - dh * h) == ("✗", "not yet. square it.")
    mark, words = reply_to_line(SLOPE, lambda dh, h: dh)
    assert (mark, words[:24]) == ("✗", "it is not right yet at [")


def ended(dh, h):
    while True:
        pass


@pytest.mark.parametrize(
    ("mine", "words"),
    [
        (lambda: 1, "it stops with TypeError"),
        (lambda dh, h: nothing, "it stops with NameError"),  # noqa: F821
        (lambda dh, h: exit(), "it stops with SystemExit"),
        (lambda dh, h: "1", "it should be an array"),
        (lambda dh, h: (dh * (1 - h**2))[0], "it should have shape (4, 3)"),
        (lambda dh, h: dh.fill(0), "it returns None"),
        (ended, "it does not come to an end"),
        (np.zeros((4, 3)), "write it as a function"),
        ("dh * (1 - h**2)", "write it as a function"),
        (7, "write it as a function"),
    ],
)
def test_what_is_no_such_line_is_refused_in_words(mine, words):
    mark, said = reply_to_line(SLOPE, mine)
    assert (mark, said) == ("…", said) if words == "it returns None" else (mark == "✗" and words in said)


def test_dots_in_place_of_the_line_are_not_answered_yet():
    assert reply_to_line(SLOPE, lambda dh, h: ...)[0] == reply_to_line(SLOPE, lambda dh, h: None)[0] == "…"


# What is shown


def test_it_shows_question_and_reply_and_needs_no_notebook(capsys):
    shown = Answered("Is `1 < 2`?", "✓", "Right. It is.")
    assert repr(shown) == "Check yourself: Is `1 < 2`?\n✓ Right. It is."
    assert "<code>1 &lt; 2</code>" in shown._repr_html_()
    assert "<b>✓</b> Right. It is." in shown._repr_html_()


@pytest.mark.parametrize("name", ENTRIES)
def test_an_unanswered_question_gives_nothing_away(name, capsys):
    answer(name)
    shown, entry = capsys.readouterr().out, ENTRIES[name]
    assert "not answered yet" in shown
    for text in (entry["why"], entry.get("hint"), *entry["wrong"].values()):
        assert text is None or text not in shown
    if name in LINES:
        assert entry["right"] not in shown


def test_each_of_the_two_says_so_where_the_other_is_meant():
    with pytest.raises(ValueError, match="is a choice"):
        answer("01-token")
    with pytest.raises(ValueError, match="expected one of 01-"):
        answer("01-nothing")
    for name in list(ENTRIES)[:1]:
        with pytest.raises(ValueError, match="is no choice"):
            predict(name)


# Every entry


@pytest.mark.parametrize("name", NUMBERS)
def test_each_number_and_each_wrong_one_gets_its_reply(name):
    entry = NUMBERS[name]
    assert set(entry) <= {"ask", "right", "within", "why", "hint", "wrong"}
    right = entry["right"] if np.ndim(entry["right"]) == 0 else tuple(entry["right"])
    assert reply_to_number(entry, right) == ("✓", f"Right. {entry['why']}")
    assert len(entry["wrong"]) >= 2
    for wrong, why in entry["wrong"].items():
        assert reply_to_number(entry, ast.literal_eval(wrong)) == ("✗", f"No. {why}")
        assert len(why.split()) >= 3
    others = [1e9 + np.asarray(right), np.asarray(right, float) + 2 * entry.get("within", 0.5) + 1e-3]
    for other in others:
        if not any(alike(other, ast.literal_eval(wrong), entry.get("within", 0)) for wrong in entry["wrong"]):
            assert reply_to_number(entry, other) == ("✗", f"No. {entry['hint']}")


@pytest.mark.parametrize("name", LINES)
def test_each_line_and_each_wrong_one_gets_its_reply(name):
    entry = LINES[name]
    assert set(entry) <= {"ask", "right", "given", "why", "wrong"}
    assert reply_to_line(entry, line(entry, entry["right"])) == ("✓", f"Right. {entry['why']}")
    assert len(entry["wrong"]) >= 2
    for wrong, why in entry["wrong"].items():
        assert reply_to_line(entry, line(entry, wrong)) == ("✗", f"not yet. {why}")
    for change in (lambda made: 2 * made, np.negative, lambda made: made + 1e-3, lambda made: made[None]):

        def mine(*given, change=change):
            return change(np.asarray(line(entry, entry["right"])(*given)))

        mark, words = reply_to_line(entry, mine)
        assert mark == "✗", words


# Every lesson


def sources(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [("".join(cell["source"]), cell) for cell in cells]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_thing_to_be_learned_has_its_question_at_the_end(path):
    cells = sources(path)
    learn = cells[0][0].partition("**What you'll learn**")[2].partition("**What you'll need")[0]
    objectives = re.findall(r"^- ", learn, re.MULTILINE)
    headings = [(i, text.splitlines()[0]) for i, (text, _) in enumerate(cells) if text.startswith("## ")]
    (start,) = [i for i, heading in headings if heading == "## Check yourself"]
    if not path.stem.startswith("00"):
        end = headings[[i for i, _ in headings].index(start) + 1]
        assert end == (len(cells) - 1, "## What we saw")
    code = "\n".join(text for text, cell in cells[start:] if cell["cell_type"] == "code")
    asked = re.findall(r'^(?:answer|predict)\("(\d\d)-(check-[\w-]+)"', code, re.MULTILINE)
    assert {lesson for lesson, _ in asked} <= {path.stem[:2]}
    checked = re.findall(r"^check_\w+\(", code, re.MULTILINE)
    assert len(asked) + len(checked) >= len(objectives)
    written = [key for key in questions(path.stem[:2]) if key.startswith("check-")]
    assert sorted(key for _, key in asked) == sorted(written)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_in_a_stored_lesson_nothing_is_answered(path):
    for text, cell in sources(path):
        calls = re.findall(r"^answer\((.*)\)$", text, re.MULTILINE)
        assert all(call.endswith("...") for call in calls), calls
        shown = ["".join(output.get("data", {}).get("text/plain", "")) for output in cell.get("outputs", [])]
        replies = [
            words.splitlines()[1] for words in shown if words.startswith("Check yourself:") and "\nA. " not in words
        ]
        assert len(replies) == len(calls)
        assert all(reply.startswith("… not answered yet") for reply in replies)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_where_a_line_is_wanted_its_arguments_stand_there(path):
    code = "\n".join(text for text, cell in sources(path) if cell["cell_type"] == "code")
    for name in re.findall(r'^answer\("([\w-]+)"', code, re.MULTILINE):
        if name in LINES:
            assert f'answer("{name}", lambda {", ".join(LINES[name]["given"])}: ...)' in code
        else:
            assert f'answer("{name}", ...)' in code
