"""Questions and verdicts as cards: what their HTML says by colour and mark, and that it says the same as the text."""

import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from seq2seq_lib.exercises import Check, predict
from seq2seq_lib.exercises.answering import Answered
from seq2seq_lib.exercises.card import COLOURS
from seq2seq_lib.exercises.check import Verdict
from seq2seq_lib.exercises.question import Question

CHECKED = """from seq2seq_lib.exercises import Check
def same(x):
    return x
check_same = Check(same, ("y",), [(1.0,), (2.0,)])
print("before")
check_same(same)
print("behind")"""


def read(shown):
    return BeautifulSoup(shown._repr_html_(), "html.parser")


def ran(*sources):
    """The outputs of each cell, as a notebook stores them."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
    return [cell.outputs for cell in notebook.cells]


@pytest.mark.parametrize(
    ("words", "mark"),
    [("correct.", "✓"), ("not yet. You forgot `b_h`, and 1 < 2.", "✗"), ("not done yet, it returns None.", "…")],
)
def test_a_verdict_has_a_mark_its_colour_and_the_words_of_the_line(words, mark):
    verdict = Verdict("rnn_step", words)
    (card,) = read(verdict).select("p")
    assert repr(verdict) == f"rnn_step: {words}"
    assert card.get_text() == f"{mark} {verdict!r}".replace("`", "")
    assert f"border-left: 4px solid rgb({COLOURS[mark]})" in card["style"]


TAGS = 'a <b>bold</b> & "quoted" name'


@pytest.mark.parametrize(
    "shown",
    [
        Verdict(TAGS, "correct."),
        Verdict("step", f"it stops with NameError: {TAGS}"),
        Question(TAGS, TAGS, TAGS, {TAGS: TAGS, "B": TAGS}),
        Answered(TAGS, "✗", TAGS),
    ],
)
def test_what_a_reader_or_an_author_wrote_is_text_in_a_card_and_never_a_tag(shown):
    card = read(shown)
    assert TAGS in card.get_text()
    assert [b for b in card.select("b") if b.get_text() == "bold"] == []
    assert {fold["name"] for fold in card.select("details")} <= {TAGS}


def test_a_check_shows_its_card_in_the_middle_of_a_cell():
    ((before, verdict, behind),) = ran(CHECKED)
    assert (before.text, behind.text) == ("before\n", "behind\n")
    assert verdict.output_type == "display_data"
    assert verdict.data["text/plain"] == "same: correct."
    assert "✓" in verdict.data["text/html"]


def test_without_a_notebook_a_check_prints_its_line(capsys):
    Check(abs, ("y",), [(-1.0,), (2.0,)])(lambda x: None)
    assert capsys.readouterr().out == "abs: not done yet, it returns None.\n"


def test_each_choice_is_a_button_whose_reply_has_its_mark_and_colour():
    question = predict("01-batch-shape")
    folds = read(question).select("details")
    assert {fold["name"] for fold in folds} == {"01-batch-shape"}  # so that only one is open
    for letter, choice, fold in zip("ABCD", question.choices, folds, strict=True):
        mark = "✓" if choice == question.right else "✗"
        assert fold.summary.get_text() == f"{letter}. {choice}"
        assert fold.p.get_text().startswith(f"{mark} ")
        assert COLOURS[mark] in fold["style"]
        assert COLOURS[mark] in fold.p["style"]
        assert "open" not in fold.attrs


def test_a_question_brings_its_own_look():
    card = read(predict("01-batch-shape"))
    (style,) = card.select(".s2s-question > style")
    assert ".s2s-question summary" in style.string
