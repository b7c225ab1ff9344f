"""GradientFlow: what arrives is what RNN.backward says, and the bounds hold."""

import numpy as np
import pytest

from seq2seq_lib import RNN
from seq2seq_lib.widgets import GradientFlow
from seq2seq_lib.widgets.gradient_flow import ORTHOGONAL, UNIFORM, jacobian_norms, norms_on_the_way_back


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
