"""Checks of lesson 03: one step back, then all of them."""

import numpy as np

from seq2seq_lib.exercises.check import Check
from seq2seq_lib.exercises.problems import rnn_of, standard_normal

# One step back


def rnn_backward_step(dh_t, x_t, h_prev, h_t, W_xh, W_hh):
    return rnn_of(W_xh, W_hh, np.zeros(len(W_hh))).backward_step(dh_t, x_t, h_prev, h_t)


def no_slope(dh_t, x_t, h_prev, h_t, W_xh, W_hh):
    """The slope of tanh is missing: da_t = dh_t * (1 - h_t**2) comes first, and all the rest is made of da_t."""
    return rnn_backward_step(dh_t, x_t, h_prev, np.zeros_like(h_t), W_xh, W_hh)


def tanh_twice(dh_t, x_t, h_prev, h_t, W_xh, W_hh):
    """Your slope is 1 - tanh(h_t)**2. But h_t is tanh(a_t) already: the slope at a_t is 1 - h_t**2."""
    return rnn_backward_step(dh_t, x_t, h_prev, np.tanh(h_t), W_xh, W_hh)


def not_squared(dh_t, x_t, h_prev, h_t, W_xh, W_hh):
    """Your slope is 1 - h_t. The derivative of tanh is 1 - tanh**2, so 1 - h_t**2."""
    return rnn_backward_step(dh_t * (1 - h_t), x_t, h_prev, np.zeros_like(h_t), W_xh, W_hh)


def slope_of_the_state_before(dh_t, x_t, h_prev, h_t, W_xh, W_hh):
    """Your slope is taken at h_prev. The tanh of this step made h_t: its slope is 1 - h_t**2."""
    return rnn_backward_step(dh_t, x_t, h_prev, h_prev, W_xh, W_hh)


def not_transposed(dh_t, x_t, h_prev, h_t, W_xh, W_hh):
    """dh_prev = da_t @ W_hh goes along the weights a second time. Back means the other way: da_t @ W_hh.T."""
    dx_t, _, grads = rnn_backward_step(dh_t, x_t, h_prev, h_t, W_xh, W_hh)
    return dx_t, dh_t * (1 - h_t**2) @ W_hh, grads


def from_the_new_state(dh_t, x_t, h_prev, h_t, W_xh, W_hh):
    """dW_hh is made of h_t. W_hh was multiplied by the state before, so it is h_prev.T @ da_t."""
    dx_t, dh_prev, grads = rnn_backward_step(dh_t, x_t, h_prev, h_t, W_xh, W_hh)
    return dx_t, dh_prev, {**grads, "W_hh": h_t.T @ (dh_t * (1 - h_t**2))}


def turned_around(dh_t, x_t, h_prev, h_t, W_xh, W_hh):
    """dW_hh has the right shape and is transposed. Rows are where it came from: h_prev.T @ da_t."""
    dx_t, dh_prev, grads = rnn_backward_step(dh_t, x_t, h_prev, h_t, W_xh, W_hh)
    return dx_t, dh_prev, {**grads, "W_hh": grads["W_hh"].T}


def bias_of_each(dh_t, x_t, h_prev, h_t, W_xh, W_hh):
    """db_h still has a row for each example. One bias served them all, so their gradients add: sum over axis 0."""
    dx_t, dh_prev, grads = rnn_backward_step(dh_t, x_t, h_prev, h_t, W_xh, W_hh)
    return dx_t, dh_prev, {**grads, "b_h": dh_t * (1 - h_t**2)}


def bias_averaged(dh_t, x_t, h_prev, h_t, W_xh, W_hh):
    """db_h is averaged over the batch. The loss has done any averaging there is: here gradients add."""
    dx_t, dh_prev, grads = rnn_backward_step(dh_t, x_t, h_prev, h_t, W_xh, W_hh)
    return dx_t, dh_prev, {**grads, "b_h": grads["b_h"] / len(dh_t)}


def step_problem(batch, inputs, hidden, seed):
    shapes = (batch, hidden), (batch, inputs), (batch, hidden), (batch, hidden), (inputs, hidden), (hidden, hidden)
    dh_t, x_t, h_prev, h_t, W_xh, W_hh = standard_normal(seed, *shapes)
    return dh_t, x_t, np.tanh(h_prev), np.tanh(h_t), W_xh, W_hh


check_rnn_backward_step = Check(
    rnn_backward_step,
    returns=("dx_t", "dh_prev", "grads"),
    problems=[step_problem(2, 3, 4, seed=0), step_problem(3, 2, 3, seed=1)],
    wrong=[
        no_slope,
        tanh_twice,
        not_squared,
        slope_of_the_state_before,
        not_transposed,
        from_the_new_state,
        turned_around,
        bias_of_each,
        bias_averaged,
    ],
)

# The whole way back


def rnn_backward(dhs, xs, hs, W_xh, W_hh):
    return rnn_of(W_xh, W_hh, np.zeros(len(W_hh))).backward(dhs, xs, hs)


def steps_back(dhs, xs, hs, W_xh, W_hh, dh_of=np.add):
    """dx_t, dh_prev and grads of each step, the last step first; dh_of(from outside, from the future) makes dh_t."""
    dh = np.zeros_like(hs[0])
    for t in reversed(range(len(xs))):
        dx_t, dh, grads = rnn_backward_step(dh_of(dhs[t], dh), xs[t], hs[t], hs[t + 1], W_xh, W_hh)
        yield dx_t, dh, grads


def summed(steps):
    dxs, dh_prevs, grads = zip(*steps)
    return np.stack(dxs[::-1]), dh_prevs[-1], {name: sum(step[name] for step in grads) for name in grads[0]}


def no_future(dhs, xs, hs, W_xh, W_hh):
    """No step hears of the steps after it. dh_t is dhs[t] plus the dh_prev that step t+1 handed back."""
    return summed(steps_back(dhs, xs, hs, W_xh, W_hh, dh_of=lambda own, future: own))


def future_alone(dhs, xs, hs, W_xh, W_hh):
    """What comes back from the future replaces dhs[t]. h_t acts in both ways at once, so the two are added."""
    return summed(steps_back(dhs, xs, hs, W_xh, W_hh, dh_of=lambda own, future: future if future.any() else own))


def grads_of_the_first_step(dhs, xs, hs, W_xh, W_hh):
    """Your grads are those of one step, the one you came to last. Every step used the weights: add with +=."""
    steps = list(steps_back(dhs, xs, hs, W_xh, W_hh))
    dxs, dh_0, _ = summed(steps)
    return dxs, dh_0, steps[-1][2]


def averaged(dhs, xs, hs, W_xh, W_hh):
    """Your grads are averaged over the steps. The gradient is a sum: each use of a weight adds its share."""
    dxs, dh_0, grads = rnn_backward(dhs, xs, hs, W_xh, W_hh)
    return dxs, dh_0, {name: gradient / len(xs) for name, gradient in grads.items()}


def forwards(dhs, xs, hs, W_xh, W_hh):
    """You walk from the first step to the last. A gradient comes from the future: begin with the last step."""
    dh, steps = np.zeros_like(hs[0]), []
    for t in range(len(xs)):
        dx_t, dh, grads = rnn_backward_step(dhs[t] + dh, xs[t], hs[t], hs[t + 1], W_xh, W_hh)
        steps.insert(0, (dx_t, dh, grads))
    dxs, _, grads = summed(steps)
    return dxs, dh, grads


def dxs_reversed(dhs, xs, hs, W_xh, W_hh):
    """dxs is in the order in which you made it, the last step first. dxs[t] belongs to xs[t]: turn it around."""
    dxs, dh_0, grads = rnn_backward(dhs, xs, hs, W_xh, W_hh)
    return dxs[::-1], dh_0, grads


def one_state_off(dhs, xs, hs, W_xh, W_hh):
    """You are one state off: hs[0] is h_0, so step t leads from hs[t] to hs[t+1]."""
    shifted = np.concatenate([hs[:1], hs[:-1]])
    return rnn_backward(dhs, xs, shifted, W_xh, W_hh)


def one_state_early(dhs, xs, hs, W_xh, W_hh):
    """You walk from hs[t-1] to hs[t]. But hs[0] is h_0: step t leads from hs[t] to hs[t+1]. And hs[-1] is the last."""
    dh, steps = np.zeros_like(hs[0]), []
    for t in reversed(range(len(xs))):
        steps.append(rnn_backward_step(dhs[t] + dh, xs[t], hs[t - 1], hs[t], W_xh, W_hh))
        dh = steps[-1][1]
    return summed(steps)


def problem(steps, batch, inputs, hidden, seed):
    shapes = (steps, batch, hidden), (steps, batch, inputs), (steps + 1, batch, hidden), (inputs, hidden)
    dhs, xs, hs, W_xh, W_hh = standard_normal(seed, *shapes, (hidden, hidden))
    return dhs, xs, np.tanh(hs), W_xh, W_hh


check_rnn_backward = Check(
    rnn_backward,
    returns=("dxs", "dh_0", "grads"),
    problems=[problem(4, 2, 3, 4, seed=0), problem(3, 1, 2, 3, seed=1)],
    wrong=[
        no_future,
        future_alone,
        grads_of_the_first_step,
        averaged,
        forwards,
        dxs_reversed,
        one_state_off,
        one_state_early,
    ],
)
