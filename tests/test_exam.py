"""The exam of lesson 16: what is there, what is right, and whether it learns when it is put together."""

import numpy as np
import pytest
from attacks import solutions

from seq2seq_lib import BOS
from seq2seq_lib.exercises.exam import PIECES, SYMBOLS, Assembled, Exam, put_together

NAMES = [check.name for _, check in PIECES]


@pytest.fixture(scope="module")
def mine():
    """The functions of the solutions, as a reader's."""
    return {name: solutions()[name] for name in NAMES}


def test_there_are_eight_pieces_each_of_the_lesson_that_it_names():
    assert len(set(NAMES)) == 8
    for lesson, check in PIECES:
        assert check.right.__module__ == f"seq2seq_lib.exercises.lesson_{lesson}"


def test_an_empty_cell_has_none_of_them():
    shown = repr(Exam({"np": 3}))
    assert shown.startswith("0 of 8 pieces are right.\n… rnn_step (lesson 01): not there yet.")
    assert shown.endswith("All together: when all eight are right.")


def test_eight_right_ones_learn_to_write_backwards(mine):
    exam = Exam(mine)
    assert exam.passed == 8
    assert exam.together.endswith("running free 24 of 24 words come out backwards.")
    assert exam._repr_html_().count("✓") == 9  # and one for all of them together


@pytest.mark.parametrize("name", NAMES)
def test_one_wrong_one_is_named_with_its_hint_and_nothing_is_put_together(name, mine):
    (check,) = (check for _, check in PIECES if check.name == name)
    exam = Exam(mine | {name: check.wrong[0]})
    assert [row[0] for row in exam.rows if "not yet." in row[2]] == [name]
    assert exam.together == "when all eight are right."


@pytest.mark.parametrize("name", NAMES)
def test_each_piece_is_used_where_all_are_put_together(name, mine):
    def stops(*arguments):
        raise RuntimeError(name)

    assert put_together(mine | {name: stops}) == f"they don’t fit together: it stops with RuntimeError: {name}"


def test_the_decoder_reads_bos_as_the_zeros_with_which_it_was_trained(mine):
    decoder, h = Assembled(mine).decoder, np.linspace(-1, 1, 16)
    np.testing.assert_array_equal(decoder.step(np.array(BOS), h), decoder.step(np.zeros(SYMBOLS), h))
    np.testing.assert_array_equal(decoder.step(np.array(4), h), decoder.step(np.eye(SYMBOLS)[4], h))


def test_what_an_error_of_the_readers_says_is_text_in_the_table_too(mine):
    exam = Exam(mine)
    exam.together = "ValueError: <img src=x>"
    exam.rows[0] = ("rnn_step", "01", "it stops with ValueError: <img src=x>")
    assert "<img" not in exam._repr_html_()
    assert exam._repr_html_().count("ValueError: &lt;img src=x&gt;") == 2
