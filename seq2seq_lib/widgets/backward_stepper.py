"""BackwardStepper: backpropagation through time, one step after the other, from the last to the first."""

from typing import ClassVar

import numpy as np

from seq2seq_lib import plots
from seq2seq_lib.exercises.lesson_03 import (
    check_rnn_backward,
    check_rnn_backward_step,
    rnn_backward,
    rnn_backward_step,
)
from seq2seq_lib.exercises.problems import rnn_of
from seq2seq_lib.losses import squared_error
from seq2seq_lib.rnn import RNN
from seq2seq_lib.widgets.backward_words import arithmetic, says, verdicts
from seq2seq_lib.widgets.controls import Choice, Range
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import javascript
from seq2seq_lib.widgets.own import Own, ShowsOwn

EVERY, LAST = "every step", "last step only"
FITS = {"steps": (2, 5), "inputs": (1, 3), "units": (2, 4)}  # what the picture has room for
LARGEST = 1e6  # beyond it a number no longer fits its cell


class BackwardStepper(ShowsOwn, Explorer):
    """What comes into dh_t and what leaves at each step, and the gradients of the weights as they add up.

    backward_step: the reader's own rnn_backward_step, (dh_t, x_t, h_prev, h_t, W_xh, W_hh) -> dx_t, dh_prev,
        {"W_xh", "W_hh", "b_h"}, with a batch of one: x_t is (1, D), the states are (1, H)
    backward: instead of it, the reader's own rnn_backward, (dhs, xs, hs, W_xh, W_hh) -> dxs, dh_0, grads: the walk is
        what it makes of the last step alone, of the last two, and so on
    rnn: whose weights are used; xs: (T, D); h_0: (H,)
    targets: (T, H); the loss is the squared error of the states. What is not given is drawn with this seed, small
        enough to be read.
    """

    _esm = javascript("backward_stepper")
    describes = "backpropagation through time, step by step from the last step to the first."
    takes: ClassVar = {"backward_step": [check_rnn_backward_step], "backward": [check_rnn_backward]}

    def __init__(self, backward_step=None, rnn=None, xs=None, targets=None, h_0=None, seed=0, *, backward=None):
        if backward_step and backward:
            raise ValueError("expected backward_step or backward, got both: one walk shows one of them")
        self.whole = backward is not None
        self.right = rnn_backward if self.whole else rnn_backward_step
        checks = self.takes["backward" if self.whole else "backward_step"]
        self.own = Own(backward or backward_step, *checks, most=LARGEST)
        self.owns = [self.own]
        rng = np.random.default_rng(seed)
        self.rnn = rnn_of(*(small_rnn(rng) if rnn is None else rnn).params.values())  # a copy, in float64
        self.xs = np.array(rng.uniform(-1, 1, (4, self.rnn.input_dim)) if xs is None else xs, float)
        steps, units = len(self.xs), self.rnn.hidden_dim
        for (name, (low, high)), size in zip(FITS.items(), (steps, self.rnn.input_dim, units)):
            if not low <= size <= high:
                raise ValueError(f"expected {low} to {high} {name}, as many as the picture has room for, got {size}")
        self.h_0 = np.array(rng.uniform(-0.5, 0.5, units) if h_0 is None else h_0, float)
        near = self.rnn.forward(self.xs, self.h_0)[1:] + rng.uniform(-0.5, 0.5, (steps, units))
        self.targets = np.array(near if targets is None else targets, float)
        super().__init__(
            {
                "step": Range("step back", 1, steps, 1, local=True, plays=True, pace=2000),
                "unit": Range("unit", 0, units - 1, 0, local=True),
                "loss": Choice("loss at", (EVERY, LAST), EVERY),
                "scale": Range("W_hh ×", 0, 2, 1, step=0.1),
            }
        )

    def frame(self, loss, scale):
        W_xh, W_hh, b_h = self.rnn.params.values()
        rnn = rnn_of(W_xh, scale * W_hh, b_h)
        hs = rnn.forward(self.xs, self.h_0)
        counts = np.arange(len(self.xs)) >= (0 if loss == EVERY else len(self.xs) - 1)
        _, dhs = squared_error(hs[1:], self.targets, mask=counts)
        walk = list(self.walk(rnn, hs[:, None], dhs[:, None]))
        return {
            "forward": {"x": self.xs[..., None], "h": hs[..., None]},
            "counts": counts.tolist(),
            "walk": {name: columns(walk, name) for name in ("own", "future", "dh", "slope", "da", "dh_prev", "dx")},
            "shares": {name: np.stack([seen["shares"][name] for seen in walk]) for name in ("W_xh", "W_hh", "b_h")},
            "sums": {name: np.stack([seen["sums"][name] for seen in walk]) for name in ("W_xh", "W_hh", "b_h")},
            "wrong": [list(seen["wrong"]) for seen in walk],
            "arithmetic": [[arithmetic(seen, scale * W_hh, unit) for unit in range(len(W_hh))] for seen in walk],
            "says": [says(seen, len(walk)) for seen in walk],
            "verdicts": verdicts(walk, self.distances(rnn, hs, dhs, walk)),
        }

    def walk(self, rnn, hs, dhs):
        """What is seen at each step, from the last to the first: a dict of arrays, of the reader's function."""
        future, sums = np.zeros_like(hs[0]), dict.fromkeys(rnn.params, 0.0)
        for t in reversed(range(len(dhs))):
            dh_t, slope = dhs[t] + future, 1 - hs[t + 1] ** 2
            mine, right = (self.taken(function, rnn, t, dh_t, hs, dhs) for function in (self.own, self.right))
            before = sums if self.whole else dict.fromkeys(sums, 0)
            shares = {name: np.atleast_2d(mine[f"d{name}"]) - before[name] for name in sums}
            sums = {name: sums[name] + shares[name] for name in sums}
            seen = {"t": t + 1, "last": t + 1 == len(dhs), "h": hs[t + 1], "own": dhs[t], "future": future}
            seen |= {"dh": dh_t, "slope": slope, "da": dh_t * slope, "dh_prev": mine["dh_prev"], "dx": mine["dx"]}
            wrong = {name: (mine[name], right[name]) for name in right if differs(mine[name], right[name])}
            yield seen | {"shares": shares, "sums": sums, "wrong": wrong}
            future = mine["dh_prev"]

    def taken(self, function, rnn, t, dh_t, hs, dhs):
        """What a backward_step makes of step t, or a backward of all steps from t on: {name: array}."""
        W_xh, W_hh, _ = rnn.params.values()
        if self.whole:
            dxs, dh_prev, grads = function(dhs[t:], self.xs[t:, None], hs[t:], W_xh, W_hh)
            dx_t = dxs[0]
        else:
            dx_t, dh_prev, grads = function(dh_t, self.xs[t][None], hs[t], hs[t + 1], W_xh, W_hh)
        return {"dx": dx_t, "dh_prev": dh_prev, **{f"d{name}": gradient for name, gradient in grads.items()}}

    def distances(self, rnn, hs, dhs, walk):
        """{quantity: its largest difference from RNN.backward}, at the end of the walk."""
        dxs, dh_0, grads = rnn.backward(dhs, self.xs, hs)
        mine = {f"d{name}": walk[-1]["sums"][name] for name in grads}
        mine |= {"dx": columns(walk[::-1], "dx")[..., 0], "dh₀": walk[-1]["dh_prev"]}
        right = {"dx": dxs, "dh₀": dh_0} | {f"d{name}": gradient for name, gradient in grads.items()}
        return {name: float(np.abs(mine[name] - right[name]).max()) for name in mine}

    def picture(self):
        walk = self.found[1]["walk"]
        fig, (axes,) = plots.figure(1)
        plots.gradients_meet(axes, *(walk[name][::-1, :, 0] for name in ("own", "future", "dh")))
        return fig


def small_rnn(rng):
    """Two inputs, three units, and biases that are not zero: zeros hide mistakes."""
    rnn = RNN(2, 3, rng)
    rnn.params["b_h"] = rng.uniform(-0.3, 0.3, 3)
    return rnn


def columns(walk, name):
    """What is called `name` at each step of the walk, as columns (T, N, 1)."""
    return np.stack([seen[name].reshape(-1, 1) for seen in walk])


def differs(mine, right):
    return not np.allclose(mine, right, rtol=1e-9, atol=1e-9)
