"""Checks of lesson 04: a measured gradient, and three backward passes with a bug each; the bench they stand on."""

import numpy as np

from seq2seq_lib.exercises.check import Check
from seq2seq_lib.exercises.lesson_03 import rnn_backward
from seq2seq_lib.exercises.problems import rnn_of, standard_normal
from seq2seq_lib.losses import squared_error
from seq2seq_lib.rnn import RNN

# The bench


class Bench:
    """What a backward pass is checked on: a small RNN that reads two sequences; each state is compared with a target.

    backward: backward(dhs, xs, hs, W_xh, W_hh) -> dxs, dh_0, grads, as in lesson 03; the library's, if not given
    steps, scale, zero_h_0, zero_biases: how long the sequences are, what the weights are multiplied by, what is zero
    unit: what the loss is multiplied by
    Inputs and h_0 count as parameters, so that dxs and dh_0 are checked with the rest.
    """

    def __init__(
        self, backward=rnn_backward, steps=4, scale=1, zero_h_0=False, zero_biases=False, unit=1, dtype=np.float64
    ):
        shapes = (steps, 2, 2), (2, 3), (2, 3), (3, 3), (3,), (steps, 2, 3)
        xs, h_0, W_xh, W_hh, b_h, targets = standard_normal(0, *shapes)
        h_0, b_h = np.tanh(h_0) * (not zero_h_0), 0.5 * b_h * (not zero_biases)
        params = {"xs": xs, "h_0": h_0, "W_xh": scale * W_xh, "W_hh": 0.6 * scale * W_hh, "b_h": b_h}
        self.params = {name: values.astype(dtype) for name, values in params.items()}
        self.backward, self.targets, self.unit = backward, targets.astype(dtype), unit

    def loss_and_grads(self, batch=None):
        """The loss, and what backward makes of its gradient, {name: array} like params. There is no batch to choose."""
        xs, h_0, W_xh, W_hh, b_h = self.params.values()
        rnn = RNN(*W_xh.shape, rng=0, dtype=W_xh.dtype)
        rnn.params["W_xh"], rnn.params["W_hh"], rnn.params["b_h"] = W_xh, W_hh, b_h
        hs = rnn.forward(xs, h_0)
        loss, dhs = squared_error(hs[1:], self.targets)
        dxs, dh_0, grads = self.backward(self.unit * dhs, xs, hs, W_xh, W_hh)
        return self.unit * loss, {"xs": dxs, "h_0": dh_0, **grads}

    def loss_at(self, name, values):
        """The loss with these values in place of one parameter."""
        kept, self.params[name] = self.params[name], values
        loss, _ = self.loss_and_grads()
        self.params[name] = kept
        return loss


# A measured gradient


def numeric_gradient(f, x, epsilon):
    x = x.astype(float)
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        plus, minus = x.copy(), x.copy()
        plus[index] += epsilon
        minus[index] -= epsilon
        gradient[index] = (f(plus) - f(minus)) / (2 * epsilon)
    return gradient


def one_by_one(f, x, epsilon, slope):
    """slope(f, x, nudge) for each number of x; nudge is epsilon at its place and zero elsewhere."""
    nudges = epsilon * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([slope(f, x, nudge) for nudge in nudges]).reshape(x.shape)


def one_sided(f, x, epsilon):
    """You nudge to one side only. Its error shrinks with epsilon, not with epsilon²: nudge to both sides."""
    return one_by_one(f, x, epsilon, lambda f, x, nudge: (f(x + nudge) - f(x)) / epsilon)


def twice(f, x, epsilon):
    """Twice too large: from x - epsilon to x + epsilon it is 2 * epsilon."""
    return 2 * numeric_gradient(f, x, epsilon)


def parentheses(f, x, epsilon):
    """You divide by 2 and multiply by epsilon. `/ 2 * epsilon` is read from the left: write `/ (2 * epsilon)`."""
    return numeric_gradient(f, x, epsilon) * epsilon**2


def not_divided(f, x, epsilon):
    """You return differences of f, not slopes. Divide by the way that x went, 2 * epsilon."""
    return numeric_gradient(f, x, epsilon) * (2 * epsilon)


def the_other_sign(f, x, epsilon):
    """All signs are turned around: f(x + nudge) comes first, f(x - nudge) is taken off."""
    return -numeric_gradient(f, x, epsilon)


def all_at_once(f, x, epsilon):
    """You nudge all numbers of x together, so each place gets the same sum of slopes. Nudge one, hold the others."""
    return np.full(x.shape, (f(x + epsilon) - f(x - epsilon)) / (2 * epsilon))


def never_put_back(f, x, epsilon):
    """A number that was nudged stays nudged while you try the next. Put it back, or work on a new copy each time."""

    def slope(f, moved, nudge):
        moved += nudge
        up = f(moved)
        moved -= 2 * nudge
        return (up - f(moved)) / (2 * epsilon)

    return one_by_one(f, x.copy(), epsilon, slope)


def the_same_array(f, x, epsilon):
    """All zeros: both sides are the same array under two names. Give each a copy of its own, x.copy()."""
    return np.zeros(x.shape)


def own_epsilon(its):
    """A wrong answer with a nudge of its own in place of epsilon."""

    def fixed(f, x, epsilon):
        """You nudge by a number of your own. Nudge by the epsilon that you were given, and divide by twice that."""
        return numeric_gradient(f, x, its)

    fixed.__name__ = f"nudged_by_{its:g}"
    return fixed


def integers_throughout(f, x, epsilon):
    """Where x holds integers, so do your copies and your gradient: they cut a nudge off. Begin with x.astype(float)."""
    return integers_nudged(f, x, epsilon).astype(x.dtype)


def integers_nudged(f, x, epsilon):
    """Where x holds integers, so do your copies of it: they cut a nudge off. Begin with x.astype(float)."""

    def slope(f, x, nudge):
        return (f((x + nudge).astype(x.dtype)) - f((x - nudge).astype(x.dtype))) / (2 * epsilon)

    return one_by_one(f, x, epsilon, slope)


def wavy(x):
    return float(np.sin(x).sum() + np.cumprod(x).sum() ** 2)


def cubic(x):
    return float((x**3).sum() + x.flat[0] * x.flat[-1] ** 2)


check_numeric_gradient = Check(
    numeric_gradient,
    returns=("the gradient",),
    problems=[
        (wavy, *standard_normal(0, (2, 3)), 0.1),
        (cubic, *standard_normal(1, (4,)), 0.01),
        (cubic, *standard_normal(2, (3, 2)), 1e-4),
        (cubic, np.array([3, 1, 2]), 0.01),
    ],
    wrong=[
        one_sided,
        twice,
        parentheses,
        not_divided,
        the_other_sign,
        all_at_once,
        never_put_back,
        the_same_array,
        own_epsilon(1e-3),
        own_epsilon(1e-5),
        integers_throughout,
        integers_nudged,
    ],
)

# Three suspects. The right answer to all of them is lesson 03's rnn_backward.


def slope_of_tanh(h_t):
    return 1 - h_t**2


def walk(dhs, xs, hs, W_xh, W_hh, *, slope=None, dh_of=np.add, handed_back=None, share=None):
    """rnn_backward, each part of which can be exchanged.

    slope(t): the slope of tanh; dh_of(from outside, from the future): dh_t
    handed_back(da, dh_t, dh_next): what goes to the step before; share(t, da): this step's part of dW_hh
    """
    slope = slope or (lambda t: slope_of_tanh(hs[t + 1]))
    handed_back = handed_back or (lambda da, dh_t, dh_next: da @ W_hh.T)
    share = share or (lambda t, da: hs[t].T @ da)
    dxs, dh, grads = np.zeros_like(xs), np.zeros_like(hs[0]), {"W_xh": 0, "W_hh": 0, "b_h": 0}
    for t in range(len(xs) - 1, -1, -1):
        dh_t = dh_of(dhs[t], dh)
        da = dh_t * slope(t)
        dxs[t], dh = da @ W_xh.T, handed_back(da, dh_t, dh)
        shares = {"W_xh": xs[t].T @ da, "W_hh": share(t, da), "b_h": da.sum(axis=0)}
        grads = {name: grads[name] + shares[name] for name in grads}
    return dxs, dh, grads


def problem(steps, batch, inputs, hidden, seed):
    shapes = (steps, batch, hidden), (steps, batch, inputs), (batch, hidden), (inputs, hidden), (hidden, hidden)
    dhs, xs, h_0, W_xh, W_hh, b_h = standard_normal(seed, *shapes, (hidden,))
    return dhs, xs, rnn_of(W_xh, W_hh, b_h).forward(xs, np.tanh(h_0)), W_xh, W_hh


PROBLEMS = [problem(4, 2, 3, 4, seed=0), problem(3, 1, 2, 3, seed=1)]
RETURNS = "dxs", "dh_0", "grads"

# A: W_hh is not transposed


def suspect_a(dhs, xs, hs, W_xh, W_hh):
    return rnn_backward(dhs, xs, hs, W_xh, W_hh)


def a_as_handed_in(dhs, xs, hs, W_xh, W_hh):
    """It is still wrong in the same way: after one step all weights are right, and dh_0 is not."""
    return walk(dhs, xs, hs, W_xh, W_hh, handed_back=lambda da, dh_t, dh_next: da @ W_hh)


def slope_left_out(dhs, xs, hs, W_xh, W_hh):
    """Transposed, but now it is dh that goes through W_hh.T. Forward the tanh came last, so back it comes first: da."""
    return walk(dhs, xs, hs, W_xh, W_hh, handed_back=lambda da, dh_t, dh_next: dh_t @ W_hh.T)


def inverted(dhs, xs, hs, W_xh, W_hh):
    """Going back is not undoing: a gradient goes through the transpose of W_hh, not through its inverse."""
    return walk(dhs, xs, hs, W_xh, W_hh, handed_back=lambda da, dh_t, dh_next: da @ np.linalg.inv(W_hh))


def dW_hh_turned_instead(dhs, xs, hs, W_xh, W_hh):
    """You turned dW_hh around, which was right after one step. Leave it; what goes back along W_hh is to be mended."""
    return walk(
        dhs,
        xs,
        hs,
        W_xh,
        W_hh,
        handed_back=lambda da, dh_t, dh_next: da @ W_hh,
        share=lambda t, da: da.T @ hs[t],
    )


def added_up(dhs, xs, hs, W_xh, W_hh):
    """Transposed, but dh piles up. What came from the future went into dh_t already: dh = ..., not dh += ..."""
    return walk(dhs, xs, hs, W_xh, W_hh, handed_back=lambda da, dh_t, dh_next: dh_t + da @ W_hh.T)


def nothing_handed_back(dhs, xs, hs, W_xh, W_hh):
    """Nothing goes back to the step before. The road through W_hh was there and led the wrong way: turn it around."""
    return walk(dhs, xs, hs, W_xh, W_hh, handed_back=lambda da, dh_t, dh_next: 0 * da)


check_suspect_a = Check(
    suspect_a,
    RETURNS,
    PROBLEMS,
    wrong=[a_as_handed_in, slope_left_out, inverted, dW_hh_turned_instead, added_up, nothing_handed_back],
)

# B: the first step's share of dW_hh is left out


def suspect_b(dhs, xs, hs, W_xh, W_hh):
    return rnn_backward(dhs, xs, hs, W_xh, W_hh)


def b_as_handed_in(dhs, xs, hs, W_xh, W_hh):
    """It is still wrong in the same way: only dW_hh is, and if h_0 is zero not even that."""
    return walk(dhs, xs, hs, W_xh, W_hh, share=lambda t, da: hs[t].T @ da * (t > 0))


def the_new_state(dhs, xs, hs, W_xh, W_hh):
    """Every step takes part now, but with the state that it made. W_hh was multiplied by the state before, hs[t]."""
    return walk(dhs, xs, hs, W_xh, W_hh, share=lambda t, da: hs[t + 1].T @ da)


def one_state_early(dhs, xs, hs, W_xh, W_hh):
    """One state too early: hs[0] is h_0, so step t read hs[t]. And at t = 0 your hs[-1] is the last state of all."""
    return walk(dhs, xs, hs, W_xh, W_hh, share=lambda t, da: hs[t - 1].T @ da)


def one_early_and_none(dhs, xs, hs, W_xh, W_hh):
    """The first step still adds nothing, and the others are one state off now: hs[t] was right for them."""
    return walk(dhs, xs, hs, W_xh, W_hh, share=lambda t, da: hs[t - 1].T @ da * (t > 0))


def the_first_step_alone(dhs, xs, hs, W_xh, W_hh):
    """Now dW_hh is the share of the first step alone. Every step adds its own: += at all t, without exception."""
    return walk(dhs, xs, hs, W_xh, W_hh, share=lambda t, da: hs[t].T @ da * (t == 0))


def the_last_step_left_out(dhs, xs, hs, W_xh, W_hh):
    """The first step takes part now, and the last one no longer does. All steps used W_hh: no condition is needed."""
    return walk(dhs, xs, hs, W_xh, W_hh, share=lambda t, da: hs[t].T @ da * (t < len(xs) - 1))


def dW_hh_turned(dhs, xs, hs, W_xh, W_hh):
    """Every step takes part now, but dW_hh is transposed. Rows are where it came from: hs[t].T @ da."""
    return walk(dhs, xs, hs, W_xh, W_hh, share=lambda t, da: da.T @ hs[t])


check_suspect_b = Check(
    suspect_b,
    RETURNS,
    PROBLEMS,
    wrong=[
        b_as_handed_in,
        the_new_state,
        one_state_early,
        one_early_and_none,
        the_first_step_alone,
        the_last_step_left_out,
        dW_hh_turned,
    ],
)

# C: tanh is taken twice


def suspect_c(dhs, xs, hs, W_xh, W_hh):
    return rnn_backward(dhs, xs, hs, W_xh, W_hh)


def c_as_handed_in(dhs, xs, hs, W_xh, W_hh):
    """It is still wrong in the same way: all gradients are, even after one step."""
    return walk(dhs, xs, hs, W_xh, W_hh, slope=lambda t: slope_of_tanh(np.tanh(hs[t + 1])))


def no_slope(dhs, xs, hs, W_xh, W_hh):
    """Now there is no slope at all. On the way back through tanh a gradient is multiplied by 1 - tanh(a_t)**2."""
    return walk(dhs, xs, hs, W_xh, W_hh, slope=lambda t: 1)


def not_squared(dhs, xs, hs, W_xh, W_hh):
    """Your slope is 1 - h_t. The derivative of tanh has a square in it."""
    return walk(dhs, xs, hs, W_xh, W_hh, slope=lambda t: 1 - hs[t + 1])


def square_of_all(dhs, xs, hs, W_xh, W_hh):
    """Your slope is (1 - h_t)**2. Only h_t is squared: 1 - h_t**2."""
    return walk(dhs, xs, hs, W_xh, W_hh, slope=lambda t: (1 - hs[t + 1]) ** 2)


def slope_of_the_state_before(dhs, xs, hs, W_xh, W_hh):
    """Your slope is that of the state before. hs[0] is h_0: the tanh of step t made hs[t + 1]."""
    return walk(dhs, xs, hs, W_xh, W_hh, slope=lambda t: slope_of_tanh(hs[t]))


def without_the_bias(dhs, xs, hs, W_xh, W_hh):
    """You make the sum a_t anew, and its bias is missing. No need to: its tanh has been kept, it is hs[t + 1]."""
    return walk(dhs, xs, hs, W_xh, W_hh, slope=lambda t: slope_of_tanh(np.tanh(xs[t] @ W_xh + hs[t] @ W_hh)))


check_suspect_c = Check(
    suspect_c,
    RETURNS,
    PROBLEMS,
    wrong=[c_as_handed_in, no_slope, not_squared, square_of_all, slope_of_the_state_before, without_the_bias],
)

SUSPECTS = {"A": a_as_handed_in, "B": b_as_handed_in, "C": c_as_handed_in}
