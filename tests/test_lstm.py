"""The LSTM: the recurrence as the papers write it, one gate at a time. Its state is [h, c] side by side."""

import autograd
import autograd.numpy as anp
import numpy as np
from hypothesis import given
from problems import run, runs, same
from test_gradients import one_hot
from test_gru import sigmoid

from seq2seq_lib import LSTM
from seq2seq_lib.gradcheck import relative_error


def test_a_step_is_the_formula_gate_by_gate():
    lstm, xs, state, *_ = run(D=2, H=3, cell=LSTM)
    h, c = state[:, :3], state[:, 3:]

    def a(gate):
        columns = slice(3 * gate, 3 * gate + 3)
        return (
            xs[0] @ lstm.params["W_xh"][:, columns] + h @ lstm.params["W_hh"][:, columns] + lstm.params["b_h"][columns]
        )

    i, f, g, o = sigmoid(a(0)), sigmoid(a(1)), np.tanh(a(2)), sigmoid(a(3))
    new_c = f * c + i * g
    same(lstm.step(xs[0], state), np.hstack([o * np.tanh(new_c), new_c]), tolerance=1e-12)


def test_an_open_forget_gate_and_a_closed_input_gate_keep_the_memory():
    lstm, xs, state, *_ = run(cell=LSTM)
    lstm.params["b_h"][:3], lstm.params["b_h"][3:6] = -1000, 1000  # and so large numbers overflow nowhere
    same(lstm.memory(lstm.forward(xs, state)[-1]), lstm.memory(state), tolerance=1e-12)


def test_there_are_four_blocks_of_weights_and_at_first_more_is_kept_than_forgotten():
    lstm = LSTM(2, 4, rng=0)
    assert {name: values.shape for name, values in lstm.params.items()} == {
        "W_xh": (2, 16),
        "W_hh": (4, 16),
        "b_h": (16,),
    }
    for block in np.split(lstm.params["W_hh"], 4, axis=1):
        same(block.T @ block, np.eye(4), tolerance=1e-12)
    same(lstm.params["b_h"], np.repeat([0.0, 1.0, 0.0, 0.0], 4))


def test_the_state_that_is_handed_on_is_h_and_c_and_others_see_h():
    lstm = LSTM(2, 4)
    assert (lstm.hidden_dim, lstm.state_dim) == (4, 8)
    states = np.arange(16.0).reshape(2, 8)
    same(lstm.hidden(states), states[:, :4])
    same(lstm.memory(states), states[:, 4:])


@given(runs(LSTM))
def test_an_lstm_alone_agrees_with_automatic_differentiation(run):
    lstm, xs, h_0, mask, weights = run
    xs, mask = one_hot(xs, lstm.params), np.ones(xs.shape[:2], bool) if mask is None else mask
    from_beyond = np.random.default_rng(0).standard_normal(h_0.shape)  # at the last [h, c]

    def loss_again(params):
        h, c = anp.split(params["h_0"], 2, axis=-1)
        total = anp.sum(weights[0] * h)
        for x_t, real, weight in zip(xs, mask[..., None], weights[1:]):
            a = x_t @ params["W_xh"] + h @ params["W_hh"] + params["b_h"]
            i, f, g, o = anp.split(a, 4, axis=-1)
            i, f, o = (1 / (1 + anp.exp(-gate)) for gate in (i, f, o))
            c = anp.where(real, f * c + i * anp.tanh(g), c)
            h = anp.where(real, o * anp.tanh(c), h)
            total = total + anp.sum(weight * h)
        return total + anp.sum(from_beyond * anp.concatenate([h, c], axis=-1))

    _, dh_0, grads = lstm.backward(weights[1:], run.xs, run.states, run.mask, from_beyond)
    grads = {**grads, "h_0": dh_0 + np.hstack([weights[0], 0 * weights[0]])}
    expected = autograd.grad(loss_again)({**lstm.params, "h_0": h_0})
    assert max(relative_error(grads[name], expected[name]) for name in grads) < 1e-10
