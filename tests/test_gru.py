"""The GRU: the recurrence as the paper writes it, one gate at a time."""

import autograd
import autograd.numpy as anp
import numpy as np
from hypothesis import given
from problems import run, runs, same
from test_gradients import one_hot

from seq2seq_lib import GRU
from seq2seq_lib.gradcheck import relative_error


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def test_a_step_is_the_formula_gate_by_gate():
    gru, xs, h_0, *_ = run(D=2, H=3, cell=GRU)
    x_r, x_z, x_n = (xs[0] @ gru.params["W_xh"] + gru.params["b_h"]).reshape(-1, 3, 3).swapaxes(0, 1)
    W_r, W_z, W_n = (gru.params["W_hh"][:, columns] for columns in (slice(0, 3), slice(3, 6), slice(6, 9)))
    r, z = sigmoid(x_r + h_0 @ W_r), sigmoid(x_z + h_0 @ W_z)
    same(gru.step(xs[0], h_0), z * h_0 + (1 - z) * np.tanh(x_n + r * (h_0 @ W_n)), tolerance=1e-12)


def test_an_update_gate_of_one_keeps_the_state():
    gru, xs, h_0, *_ = run(cell=GRU)
    gru.params["b_h"][3:6] = 1000  # and so large a number overflows nowhere
    same(gru.forward(xs, h_0)[-1], h_0, tolerance=1e-12)


def test_there_are_three_blocks_of_weights_each_recurrent_one_orthogonal():
    gru = GRU(2, 4, rng=0)
    assert {name: values.shape for name, values in gru.params.items()} == {
        "W_xh": (2, 12),
        "W_hh": (4, 12),
        "b_h": (12,),
    }
    for block in np.split(gru.params["W_hh"], 3, axis=1):
        same(block.T @ block, np.eye(4), tolerance=1e-12)


@given(runs(GRU))
def test_a_gru_alone_agrees_with_automatic_differentiation(run):
    gru, xs, h_0, mask, weights = run
    xs, mask = one_hot(xs, gru.params), np.ones(xs.shape[:2], bool) if mask is None else mask

    def loss_again(params):
        hs = [params["h_0"]]
        for x_t, real in zip(xs, mask):
            x_r, x_z, x_n = anp.split(x_t @ params["W_xh"] + params["b_h"], 3, axis=-1)
            h_r, h_z, h_n = anp.split(hs[-1] @ params["W_hh"], 3, axis=-1)
            z = 1 / (1 + anp.exp(-x_z - h_z))
            n = anp.tanh(x_n + h_n / (1 + anp.exp(-x_r - h_r)))
            hs.append(anp.where(real[:, None], z * hs[-1] + (1 - z) * n, hs[-1]))
        return anp.sum(weights * anp.stack(hs))

    _, dh_0, grads = gru.backward(weights[1:], run.xs, run.hs, run.mask)
    grads = {**grads, "h_0": dh_0 + weights[0]}
    expected = autograd.grad(loss_again)({**gru.params, "h_0": h_0})
    assert max(relative_error(grads[name], expected[name]) for name in grads) < 1e-10
