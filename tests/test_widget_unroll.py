"""Unroll: its states are those of the core, and a poke moves what comes after it and nothing else."""

import numpy as np
import pytest

from seq2seq_lib.exercises.problems import rnn_of
from seq2seq_lib.widgets import Unroll
from seq2seq_lib.widgets.unroll import FIRST_STATE, INPUT_WEIGHT, STEPS, WEIGHT, in_percent


@pytest.fixture
def unroll():
    return Unroll()


def frame(unroll, **settings):
    return unroll.frame(**unroll.defaults() | settings)


def states(unroll, xs, radius=0.8, h_0=None):
    W_xh, W_hh, b_h = unroll.weights
    return rnn_of(W_xh, radius * W_hh, b_h).forward(xs, h_0)[:, 0]


def test_the_states_are_those_of_the_core_with_and_without_the_poke(unroll):
    seen = frame(unroll, step=4, by=-0.7)
    poked = unroll.xs.copy()
    poked[3] -= 0.7
    np.testing.assert_allclose(seen["states"], states(unroll, unroll.xs), atol=1e-15)
    np.testing.assert_allclose(seen["moved"], states(unroll, poked) - states(unroll, unroll.xs), atol=1e-15)
    assert np.flatnonzero(seen["left"]).tolist() == list(range(4, STEPS + 1))
    assert seen["left"][4] == 1


def test_the_first_state_and_a_weight_can_be_poked(unroll):
    first = frame(unroll, poked=FIRST_STATE, by=0.3)
    assert first["moved"][0].tolist() == [0.3, 0, 0, 0, 0, 0]
    weight = frame(unroll, poked=WEIGHT, by=0.3)
    assert not weight["moved"][:2].any()  # h_0 is zero: the weight has nothing to multiply in the first step
    assert weight["moved"][2].any()
    input_weight = frame(unroll, poked=INPUT_WEIGHT, by=0.3)
    assert not input_weight["moved"][0].any()
    assert np.flatnonzero(input_weight["moved"][1]).tolist() == [0]  # the first input reaches one unit by this weight


def test_with_radius_zero_a_state_remembers_nothing(unroll):
    seen = frame(unroll, radius=0.0, step=3)
    assert np.flatnonzero(seen["left"]).tolist() == [3]
    assert "At least 1 % is left for 0 of 7 steps" in seen["words"][-1]


def test_the_larger_the_radius_the_longer_the_memory(unroll):
    left = [frame(unroll, radius=radius, step=1)["left"][-1] for radius in (0.3, 0.8, 1.2)]
    assert left == sorted(left)
    assert left[0] < 1e-4 < 1e-2 < left[2]


def test_the_order_of_the_inputs_matters(unroll):
    there, back = (frame(unroll, backwards=backwards) for backwards in (False, True))
    assert back["inputs"].tolist() == there["inputs"].tolist()[::-1]
    assert abs(there["states"][-1] - back["states"][-1]).max() > 0.1


def test_the_readers_own_forward_is_shown():
    def forgets(xs, h_0, W_xh, W_hh, b_h):
        return np.stack([h_0, *np.tanh(xs @ W_xh + b_h)])

    assert np.flatnonzero(frame(Unroll(forward=forgets), step=2)["left"]).tolist() == [2]


def test_shares_in_per_cent():
    shown = [in_percent(share) for share in (0, 1e-6, 0.0042, 0.042, 0.42)]
    assert shown == ["0 %", "< 0.01 %", "0.42 %", "4.2 %", "42 %"]
