"""The recurrent network: its formula by hand, one step against many, padding, one sequence against a batch."""

import math

import numpy as np
import pytest
from problems import run, same

from seq2seq_lib import RNN
from seq2seq_lib.rnn import orthogonal


def test_two_steps_by_hand():
    rnn = RNN(1, 1)
    rnn.params["W_xh"], rnn.params["W_hh"], rnn.params["b_h"] = [[2.0]], [[-1.0]], [0.5]
    h_1 = math.tanh(2 * 0.3 + 0.5)
    h_2 = math.tanh(2 * -0.1 - h_1 + 0.5)
    same(rnn.forward([[0.3], [-0.1]]), [[0], [h_1], [h_2]], tolerance=1e-15)


def test_vectors_are_rows_and_weights_lead_from_source_to_destination():
    rnn = RNN(2, 3)
    rnn.params["W_xh"] = [[1, 0, 0], [0, 0, 1]]
    rnn.params["W_hh"] = [[0, 1, 0], [0, 0, 0], [0, 0, 0]]
    same(rnn.step([0.1, 0.2], [0.3, 0, 0]), np.tanh([0.1, 0.3, 0.2]), tolerance=1e-15)


@pytest.mark.parametrize("tokens", [False, True])
def test_step_after_step_is_forward(tokens):
    a_run = run(tokens=tokens)
    hs = [a_run.h_0]
    for x_t in a_run.xs:
        hs.append(a_run.rnn.step(x_t, hs[-1]))
    same(a_run.hs, hs, tolerance=1e-12)


def test_a_token_is_a_one_hot_vector():
    rnn, tokens, h_0, _, _ = run(D=5, tokens=True)
    same(rnn.forward(tokens, h_0), rnn.forward(np.eye(5)[tokens], h_0), tolerance=1e-12)


def test_the_first_state_is_zero_if_none_is_given():
    rnn, xs, h_0, _, _ = run()
    same(rnn.forward(xs), rnn.forward(xs, np.zeros_like(h_0)))


@pytest.mark.parametrize("tokens", [False, True])
def test_one_sequence_is_answered_without_a_batch(tokens):
    rnn, xs, h_0, _, weights = a_run = run(tokens=tokens)
    same(rnn.forward(xs[:, 1], h_0[1]), a_run.hs[:, 1], tolerance=1e-12)
    same(rnn.step(xs[0, 1], h_0[1]), a_run.hs[1, 1], tolerance=1e-12)
    dxs, dh_0, grads = rnn.backward(weights[1:, 1], xs[:, 1], a_run.hs[:, 1])
    batched_dxs, batched_dh_0, batched_grads = rnn.backward(weights[1:, 1:2], xs[:, 1:2], a_run.hs[:, 1:2])
    assert dxs is None if tokens else same(dxs, batched_dxs[:, 0], tolerance=1e-12) is None
    same(dh_0, batched_dh_0[0], tolerance=1e-12)
    same(dict(grads), dict(batched_grads), tolerance=1e-12)


def test_on_padding_the_state_is_carried_through_unchanged():
    rnn, xs, h_0, _, _ = run(T=4, B=2)
    hs = rnn.forward(xs, h_0, mask=[[1, 1], [1, 0], [0, 0], [0, 1]])
    same(hs[2, 1], hs[1, 1])
    same(hs[3], hs[2])
    same(hs[4, 0], hs[3, 0])
    same(hs[4, 1], rnn.step(xs[3, 1], hs[3, 1]), tolerance=1e-12)


def test_what_padding_holds_changes_nothing():
    rnn, xs, h_0, mask, weights = a_run = run(masked=True)
    other = np.where(mask[..., None], xs, 9.0)
    same(rnn.forward(other, h_0, mask), a_run.hs)
    dxs, _, grads = rnn.backward(weights[1:], other, a_run.hs, mask)
    same(dict(grads), dict(rnn.backward(weights[1:], xs, a_run.hs, mask)[2]))
    same(dxs[~mask], np.zeros_like(dxs[~mask]))


def test_padding_lets_the_gradient_through_unchanged():
    rnn, xs, h_0, _, weights = run(T=3, B=1)
    mask = np.array([[True], [False], [False]])
    hs = rnn.forward(xs, h_0, mask)
    _, dh_0, _ = rnn.backward(weights[1:], xs, hs, mask)
    same(dh_0, rnn.backward(weights[1:].sum(axis=0, keepdims=True), xs[:1], hs[:2])[1], tolerance=1e-12)


def test_the_weights_start_as_the_docstring_says():
    params = RNN(400, 50, rng=0).params
    same(params["W_hh"] @ params["W_hh"].T, np.eye(50), tolerance=1e-12)
    assert params["W_xh"].std() == pytest.approx(1 / np.sqrt(400), rel=0.05)
    same(params["b_h"], np.zeros(50))


def test_float32_stays_float32():
    rnn = RNN(2, 3, dtype=np.float32)
    xs = np.ones((4, 2))
    hs = rnn.forward(xs, h_0=np.ones(3))
    dxs, dh_0, grads = rnn.backward(np.ones((4, 3)), xs, hs)
    arrays = [hs, rnn.step([1.0, 2.0], hs[0]), dxs, dh_0, *grads.values(), *rnn.params.values()]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_a_random_generator_or_a_seed():
    same(dict(RNN(2, 3, rng=7).params), dict(RNN(2, 3, rng=np.random.default_rng(7)).params))


def test_w_hh_is_drawn_so_that_no_direction_is_favoured():
    """Each number of it is as often positive as negative; of QR's own Q the diagonal is mostly negative."""
    rng = np.random.default_rng(0)
    drawn = np.array([orthogonal(rng, 3) for _ in range(2000)])
    same(drawn @ drawn.swapaxes(1, 2), np.tile(np.eye(3), (2000, 1, 1)), tolerance=1e-12)
    same(drawn.mean(axis=0), np.zeros((3, 3)), tolerance=5 * math.sqrt(1 / 3 / 2000))


def test_a_step_back_stays_in_the_precision_of_the_network():
    rnn = RNN(2, 3, rng=0, dtype=np.float32)
    dx_t, dh_prev, grads = rnn.backward_step(np.ones((4, 3)), np.ones((4, 2)), np.zeros((4, 3)), np.full((4, 3), 0.1))
    assert {array.dtype for array in (dx_t, dh_prev, *grads.values())} == {np.dtype(np.float32)}
