"""Unroll: a sequence from left to right, and what a poke at one place does to every state."""

from typing import ClassVar

import numpy as np

from seq2seq_lib import plots
from seq2seq_lib.exercises.lesson_02 import check_rnn_forward
from seq2seq_lib.rnn import fan_in, orthogonal
from seq2seq_lib.widgets.controls import Choice, Range, Toggle
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import javascript
from seq2seq_lib.widgets.own import Own, ShowsOwn
from seq2seq_lib.words import fixed, number

STEPS, UNITS = 10, 6
INPUT, FIRST_STATE, INPUT_WEIGHT, WEIGHT = "the input of a step", "h_0[0]", "W_xh[0, 0]", "W_hh[0, 1]"
LARGEST = 1e6  # beyond it a number does not fit the picture
HEARD = 0.01  # a poke is heard as long as this share of its first effect is left


class Unroll(ShowsOwn, Explorer):
    """Ten steps of an RNN with 1 input and 6 units; W_hh is an orthogonal matrix times the radius.

    forward: the reader's own rnn_forward, (xs, h_0, W_xh, W_hh, b_h) -> hs (T+1, 1, H), for xs (T, 1, 1), h_0 (1, H)
    """

    _esm = javascript("unroll")
    describes = "a sequence unrolled: inputs, states, and how far a poke moves each state."
    takes: ClassVar = {"forward": [check_rnn_forward]}

    def __init__(self, forward=None, seed=0):
        self.own = Own(forward, *self.takes["forward"], most=LARGEST)
        self.owns = [self.own]
        rng = np.random.default_rng(seed)
        self.xs = rng.uniform(-1, 1, (STEPS, 1, 1)).round(1)
        self.h_0 = np.zeros((1, UNITS))
        self.weights = [fan_in(rng, 1, UNITS), orthogonal(rng, UNITS), 0.1 * rng.standard_normal(UNITS)]
        controls = {
            "time": Range("time", 0, STEPS, STEPS, local=True, plays=True),
            "radius": Range("radius of W_hh", 0, 2, 0.8, step=0.05),
            "poked": Choice("poke", (INPUT, FIRST_STATE, INPUT_WEIGHT, WEIGHT), INPUT),
            "step": Range("step", 1, STEPS, 2),
            "by": Range("by", -1, 1, 0.5, step=0.05),
            "backwards": Toggle("inputs in reverse order"),
            "log_axis": Toggle("log axis", local=True),
        }
        super().__init__(controls)

    def frame(self, radius, poked, step, by, backwards):
        xs, h_0 = self.xs[::-1].copy() if backwards else self.xs.copy(), self.h_0.copy()
        W_xh, W_hh, b_h = (weights.copy() for weights in self.weights)
        W_hh *= radius
        hs = self.own(xs, h_0, W_xh, W_hh, b_h)[:, 0]
        inputs = xs.ravel().copy()
        array, place = {
            INPUT: (xs, (step - 1, 0, 0)),
            FIRST_STATE: (h_0, (0, 0)),
            INPUT_WEIGHT: (W_xh, (0, 0)),
            WEIGHT: (W_hh, (0, 1)),
        }[poked]
        array[place] += by
        moved = self.own(xs, h_0, W_xh, W_hh, b_h)[:, 0] - hs
        sizes = np.linalg.norm(moved, axis=1)
        left, first = self.left(sizes)
        return {
            "inputs": inputs,
            "poked_inputs": xs.ravel(),
            "states": hs,
            "moved": moved,
            "limit": max(float(np.abs(moved).max()), 1e-9),
            "left": left,
            "percent": [in_percent(share) for share in left],
            "heard": HEARD,
            "poked": poked,
            "by": by,
            "words": [self.words(t, sizes, left, first) for t in range(STEPS + 1)],
        }

    def left(self, sizes):
        """sizes (T+1,) as shares of the first that is not zero, and the step of that one."""
        touched = np.flatnonzero(sizes > 1e-12)
        if not len(touched):
            return np.zeros_like(sizes), None
        first = int(touched[0])
        return sizes / sizes[first], first

    def words(self, t, sizes, left, first):
        """What has become of the poke by the state h_t, in one sentence."""
        if first is None:
            return "No state has moved."
        if t < first:
            return f"h{lower(t)} comes before the poke, and has not moved."
        text = f"The poke moved h{lower(first)} by {fixed(sizes[first])}."
        if t > first:
            later = "1 step" if t - first == 1 else f"{t - first} steps"
            text += f" {later} later h{lower(t)} is moved by {number(sizes[t], 2)}: {in_percent(left[t])} is left."
        if t == STEPS:
            heard = int(np.flatnonzero(left >= HEARD)[-1]) - first
            text += f" At least 1 % is left for {heard} of {STEPS - first} steps."
        return text

    def picture(self):
        seen = self.found[1]
        fig, axes = plots.figure(1, 1)
        steps = range(STEPS + 1)
        states = plots.hidden_states(axes[0], seen["states"], steps, "states")
        moves = plots.hidden_states(axes[1], seen["moved"], steps, "how far the poke moved them")
        moves.set_clim(-seen["limit"], seen["limit"])
        for ax, image, label in zip(axes, (states, moves), ("state of the unit", "its move")):
            ax.set_xlabel("step")
            fig.colorbar(image, ax=ax, label=label)
        return fig


def in_percent(share):
    percent = 100 * share
    if percent == 0:
        return "0 %"
    return "< 0.01 %" if percent < 0.01 else f"{fixed(percent, 0 if percent >= 9.95 else 1 if percent >= 1 else 2)} %"


def lower(number):
    """As a subscript."""
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
