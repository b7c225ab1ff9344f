"""StepExplorer: its sums and states are those of the core, and it shows what the reader's own step answers."""

import numpy as np
import pytest

from seq2seq_lib.exercises.lesson_01 import rnn_step
from seq2seq_lib.exercises.problems import rnn_of
from seq2seq_lib.widgets import StepExplorer
from seq2seq_lib.widgets.step_explorer import B_H, H_PREV, W_HH, W_XH, X_T

WEIGHTS = tuple(map(np.array, (W_XH, W_HH, B_H)))


def test_the_products_add_up_to_the_state_of_the_core():
    seen = StepExplorer().frame(edits={})
    state = rnn_of(*WEIGHTS).step(X_T, H_PREV)
    np.testing.assert_allclose(np.tanh(seen["products"].sum(axis=0)), state, atol=1e-15)
    np.testing.assert_allclose(seen["yours"], state, atol=1e-15)
    assert seen["right"] == [True] * 3


def test_a_number_that_is_dragged_takes_part():
    seen = StepExplorer().frame(edits={"W_hh[0, 1]": 2.0, "x_t[1]": -1.0})
    W_xh, W_hh, b_h = (weights.copy() for weights in WEIGHTS)
    W_hh[0, 1] = 2
    np.testing.assert_allclose(seen["states"], rnn_of(W_xh, W_hh, b_h).step([1.0, -1.0], H_PREV))
    assert seen["numbers"]["W_hh[0, 1]"] == 2
    assert StepExplorer().frame(edits={})["numbers"]["W_hh[0, 1]"] == 0


def test_each_row_of_the_sum_knows_its_numbers():
    seen = StepExplorer().frame(edits={})
    for row, (factor, weights) in enumerate(zip(seen["factors"], seen["weights"])):
        names = seen["rows"][row]
        assert seen["numbers"][names["factor"]] == factor
        assert [seen["numbers"][name] for name in names["weights"]] == weights.tolist()
    assert seen["rows"][-1]["weights"] == ["b_h[0]", "b_h[1]", "b_h[2]"]


def test_a_wrong_step_is_shown_and_flagged():
    seen = StepExplorer(step=lambda x_t, h_prev, W_xh, W_hh, b_h: np.tanh(x_t @ W_xh + h_prev @ W_hh)).frame(edits={})
    assert seen["right"] == [False, False, False]
    assert seen["yours"][0] == pytest.approx(np.tanh(1.25))
    unit = seen["words"][0]
    assert unit["state"] == "≠ Your step says 0.85, but the sum above gives tanh(1.00) ≈ 0.76."
    assert (unit["should"], unit["results"][1]) == ("≠ 0.76", "≈ 0.85")


def test_a_small_mistake_is_shown_in_as_many_digits_as_it_needs():
    seen = StepExplorer(step=lambda *arguments: rnn_step(*arguments) + 1e-5).frame(edits={})
    assert seen["words"][0]["state"].startswith(
        "≠ Your step says 0.7616042, but the sum above gives tanh(1.00) ≈ 0.7615942"
    )


def test_the_step_gets_a_batch_of_one_and_may_spoil_it():
    shapes = []

    def spoils(x_t, h_prev, W_xh, W_hh, b_h):
        shapes[:] = x_t.shape, h_prev.shape
        h_t = np.tanh(x_t @ W_xh + h_prev @ W_hh + b_h)
        W_hh[...] = x_t[...] = 0
        return h_t

    explorer = StepExplorer(step=spoils)
    assert shapes == [(1, 2), (1, 3)]
    seen = explorer.frame(edits={})
    assert seen["right"] == [True] * 3
    assert seen["numbers"] == StepExplorer().frame(edits={})["numbers"]


def test_what_does_not_fit_together_is_refused():
    with pytest.raises(ValueError, match=r"at most \(4, 4\)"):
        StepExplorer(W_xh=np.zeros((5, 3)))
    with pytest.raises(ValueError, match="W_hh"):
        StepExplorer(W_hh=np.zeros((2, 2)))


def test_what_does_not_fit_the_picture_is_refused():
    with pytest.raises(ValueError, match="h_prev: expected numbers from -3 to 3"):
        StepExplorer(h_prev=(0, 4, 0))


def test_an_answer_too_large_for_its_cell_is_not_drawn():
    seen = StepExplorer(step=lambda x_t, h_prev, *weights: h_prev + 1e6).checked_frame({"edits": {}})
    assert seen["right"] == [True] * 3
    assert "got 1e+06. What you see is the library’s rnn_step." in seen["note"]


def test_saturation_is_said_from_nine_tenths_on():
    def comments(x):
        seen = StepExplorer().frame(edits={"x_t[0]": x})
        return seen["states"][0], seen["words"][0]["comment"]

    below, above = comments(1.9), comments(2.0)
    assert below[0] < 0.9 < above[0]
    assert below[1] == ""
    assert above[1].startswith("Saturated")


def test_the_sum_is_written_out_and_says_where_it_is_rounded():
    explorer = StepExplorer(x_t=(0.35, 2.0), W_xh=((0.45, 0, 0), (-0.5, 0, 0)))
    unit = explorer.frame(edits={})["words"][0]
    expected = "a_t[0] = 0.35·0.45 + 2.00·(−0.50) + 0.50·1.00 + 0.00·0.00 + (−0.50)·0.50 + (−0.25) ≈ −0.84"
    assert " ".join(unit["pieces"]) == expected
    assert unit["products"] == ["≈ 0.16", "= −1.00", "= 0.50", "= 0.00", "= −0.25", "= −0.25"]
    assert unit["state"] == "h_t[0] = tanh(−0.84) ≈ −0.69"


def test_the_arrays_that_were_handed_in_may_change_later():
    x_t = np.array(X_T)
    explorer = StepExplorer(x_t=x_t)
    x_t[:] = 0
    np.testing.assert_array_equal(explorer.frame(edits={})["factors"][:2], X_T)
