"""GradientFlow: what arrives is what RNN.backward says, and the bounds hold."""

import numpy as np
import pytest

from seq2seq_lib import GRU, LSTM, RNN
from seq2seq_lib.widgets import GradientFlow
from seq2seq_lib.widgets.gradient_flow import (
    ORTHOGONAL,
    UNIFORM,
    jacobian_norms,
    kept_by_the_gates,
    norms_on_the_way_back,
)


@pytest.fixture
def flow():
    return GradientFlow()


def frame(flow, **settings):
    return flow.frame(**flow.defaults() | settings)


@pytest.fixture
def way():
    rng = np.random.default_rng(0)
    rnn = RNN(2, 5, rng=rng)
    xs = rng.standard_normal((6, 2))
    return rnn, xs, rnn.forward(xs, rng.standard_normal(5)), rng.standard_normal(5)


def test_what_arrives_is_the_gradient_of_the_core(way):
    rnn, xs, hs, dh_T = way
    norms = norms_on_the_way_back(rnn, xs, hs, dh_T)
    for t in range(6):
        _, dh_t, _ = rnn.backward(None, xs[t:], hs[t:], dh_T=dh_T)
        assert norms[t] == pytest.approx(np.linalg.norm(dh_t))


def test_the_matrix_holds_the_norms_of_the_jacobians(way):
    rnn, xs, hs, _ = way
    matrix = jacobian_norms(rnn, hs, np.arange(7))
    for j, k in ((6, 0), (4, 2), (5, 4)):
        rows = [rnn.backward(None, xs[k:j], hs[k : j + 1], dh_T=unit)[1] for unit in np.eye(5)]
        assert matrix[j, k] == pytest.approx(np.linalg.norm(np.stack(rows), 2))
    np.testing.assert_allclose(np.diag(matrix), 1)
    assert not np.triu(matrix, 1).any()


@pytest.mark.parametrize("start", [ORTHOGONAL, UNIFORM])
@pytest.mark.parametrize("radius", [0.2, 1.0, 2.0])
def test_no_more_arrives_than_the_bounds_allow(flow, radius, start):
    seen = frame(flow, radius=radius, start=start, length=40)
    slack = 1e-9
    assert (seen["arrives"] <= seen["bound"] + slack).all()
    assert (seen["bound"] <= seen["alone"] + slack).all()
    assert seen["matrix"][-1, 0] >= seen["arrives"][0] - slack


def test_it_vanishes_and_explodes(flow):
    assert "vanishes" in frame(flow, radius=0.5)["words"]
    assert "explodes" in frame(flow, radius=2.0, inputs=0.0, length=50)["words"]
    quiet, loud = (frame(flow, radius=1.5, inputs=inputs)["arrives"][0] for inputs in (0.0, 2.0))
    assert loud < quiet  # large inputs saturate tanh, and then nothing gets through


def test_clipping_bounds_the_norm_and_only_that(flow):
    wild = {"radius": 2.0, "inputs": 0.0, "length": 100}
    plain, clipped = (frame(flow, **wild, clipped=clipped, max_norm=1.0) for clipped in (False, True))
    assert plain["after"] == plain["before"] > 3
    assert clipped["before"] == plain["before"]
    assert clipped["after"][0] == pytest.approx(0, abs=1e-9)
    np.testing.assert_array_equal(clipped["arrives"], plain["arrives"])


def test_what_clipping_takes_away_wholly_is_said():
    def takes_all(grads, max_norm):
        for grad in grads.values():
            grad *= 0

    seen = frame(GradientFlow(clip=takes_all), clipped=True)
    assert seen["words"].endswith("Clipping leaves nothing of it.")


def test_the_readers_clip_is_used():
    def does_nothing(grads, max_norm):
        return 0.0

    seen = frame(GradientFlow(clip=does_nothing), radius=2.0, inputs=0.0, clipped=True)
    assert seen["after"] == seen["before"]


# Gated cells beside it


@pytest.mark.parametrize("cell", [RNN, GRU, LSTM])
def test_what_arrives_in_any_cell_is_what_its_backward_step_hands_on(cell):
    rng = np.random.default_rng(0)
    made = cell(2, 5, rng=rng)
    xs, h_0, dh = rng.standard_normal((6, 2)), rng.standard_normal(made.state_dim), rng.standard_normal(made.state_dim)
    hs = made.forward(xs, h_0)
    norms = norms_on_the_way_back(made, xs, hs, dh)
    for t in reversed(range(6)):
        assert norms[t + 1] == pytest.approx(np.linalg.norm(dh))
        dh = made.backward_step(dh[None], xs[t][None], hs[t][None], hs[t + 1][None])[1][0]
    assert norms[0] == pytest.approx(np.linalg.norm(dh))


def test_the_forget_gates_alone_are_the_way_along_the_memory():
    """Where no weight leads from h to a gate, the gradient at c has no other way."""
    rng = np.random.default_rng(0)
    lstm = LSTM(2, 5, rng=rng)
    lstm.params["W_hh"] = 0 * lstm.params["W_hh"]
    xs = rng.standard_normal((6, 2))
    states = lstm.forward(xs, rng.standard_normal(10))
    along_c = np.concatenate([np.zeros(5), np.ones(5)])  # at each unit 1
    norms = norms_on_the_way_back(lstm, xs, states, along_c)
    np.testing.assert_allclose(kept_by_the_gates(lstm, xs, states), norms / np.sqrt(5))


def test_gates_that_keep_let_more_through(flow):
    gated = GradientFlow(gated=True)
    shut, opened = (gated.frame(**gated.defaults() | {"bias": bias})["gates"] for bias in (-2, 4))
    for name in ("GRU", "LSTM", "forget gates alone"):
        assert shut[name][0] < -10 < -1 < opened[name][0]
    assert frame(flow)["gates"] == {}
    assert "In the GRU" not in frame(flow)["words"]
    assert "In the GRU" in gated.found[1]["words"]
    assert gated.found[1]["words"].endswith("The triangle is that of the tanh RNN alone.")


def test_the_tanh_network_is_the_same_beside_gated_cells(flow):
    beside = GradientFlow(gated=True).found[1]
    for name in ("arrives", "matrix"):
        np.testing.assert_array_equal(beside[name], frame(flow)[name])
