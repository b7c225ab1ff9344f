"""StepExplorer: its sums and states are those of the core, and it shows what the reader's own step answers."""

import numpy as np
import pytest

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
    assert "Your step answers 0.85" in seen["words"][0]


def test_the_step_gets_a_batch_of_one_and_may_spoil_it():
    shapes = []

    def spoils(x_t, h_prev, W_xh, W_hh, b_h):
        shapes[:] = x_t.shape, h_prev.shape
        h_t = np.tanh(x_t @ W_xh + h_prev @ W_hh + b_h)
        W_hh[...] = x_t[...] = 0
        return h_t

    explorer = StepExplorer(step=spoils)
    assert shapes == [(1, 2), (1, 3)]
    assert explorer.frame(edits={})["right"] == [True] * 3


def test_what_is_missing_or_misshapen_is_said():
    with pytest.raises(ValueError, match="expected h_t, got None"):
        StepExplorer(step=lambda *arguments: None)
    with pytest.raises(ValueError, match=r"h_t of your step.*\(1, 3\)"):
        StepExplorer(step=lambda x_t, *others: x_t)
    with pytest.raises(ValueError, match=r"at most \(4, 4\)"):
        StepExplorer(W_xh=np.zeros((5, 3)))
    with pytest.raises(ValueError, match="W_hh"):
        StepExplorer(W_hh=np.zeros((2, 2)))


def test_saturation_is_said():
    assert "saturated" in StepExplorer().frame(edits={"x_t[0]": 3.0, "x_t[1]": 3.0})["words"][0]
