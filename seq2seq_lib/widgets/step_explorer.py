"""StepExplorer: one step of an RNN, every number of which can be dragged."""

from typing import ClassVar

import numpy as np

from seq2seq_lib import checks, plots
from seq2seq_lib.exercises.lesson_01 import check_rnn_step, rnn_step
from seq2seq_lib.widgets.controls import Choice, Edits, Range
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import javascript
from seq2seq_lib.widgets.own import Own, ShowsOwn
from seq2seq_lib.widgets.step_words import SATURATED, words

X_T, H_PREV, B_H = (1.0, 2.0), (0.5, 0.0, -0.5), (-0.25, 0.1, 0.25)
W_XH = ((0.5, -1.0, 0.0), (0.25, 0.5, -0.5))
W_HH = ((1.0, 0.0, 0.5), (0.0, 0.5, 0.0), (0.5, -1.0, 0.0))
LARGEST = 3.0  # a number can be dragged so far, up and down
FITS = 100  # the answer of a step must be smaller: a larger number does not fit its cell
CURVE = np.linspace(-4, 4, 81)


class StepExplorer(ShowsOwn, Explorer):
    """h_t = tanh(x_t W_xh + h_prev W_hh + b_h) as a sum in columns, one for each unit.

    step: the reader's own rnn_step, step(x_t, h_prev, W_xh, W_hh, b_h) -> h_t, with a batch of one
    x_t (D,), h_prev (H,), W_xh (D, H), W_hh (H, H), b_h (H,): what is shown at first; D and H at most 4
    """

    _esm = javascript("step_explorer")
    describes = "one step of an RNN: products, their sums, and the new state."
    takes: ClassVar = {"step": [check_rnn_step]}

    def __init__(self, step=None, x_t=X_T, h_prev=H_PREV, W_xh=W_XH, W_hh=W_HH, b_h=B_H):
        self.owns = [Own(step, *self.takes["step"], most=FITS)]
        W_xh = checks.numbers(W_xh)
        if W_xh.ndim != 2 or not 1 <= min(W_xh.shape) <= max(W_xh.shape) <= 4:
            raise ValueError(f"W_xh: expected a matrix (D, H), at most (4, 4), got shape {W_xh.shape}")
        D, H = W_xh.shape
        shapes = {"x_t": (D,), "h_prev": (H,), "W_xh": (D, H), "W_hh": (H, H), "b_h": (H,)}
        given = dict(zip(shapes, (x_t, h_prev, W_xh, W_hh, b_h)))
        self.arrays = {name: fitting(given[name], shapes[name], name) for name in given}
        self.places = {called(name, place): (name, place) for name in given for place in np.ndindex(shapes[name])}
        first = next(iter(self.places))
        controls = {
            "unit": Range("unit", 0, H - 1, 0, local=True),
            "number": Choice("number", tuple(self.places), first, local=True),
            "value": Range("its value", -LARGEST, LARGEST, float(self.arrays["x_t"][0]), step=0.01, local=True),
            "edits": Edits(limit=LARGEST),
        }
        super().__init__(controls)

    def frame(self, edits):
        """edits: {"W_xh[0, 1]": value}, the numbers that were changed."""
        arrays = {name: array.copy() for name, array in self.arrays.items()}
        for number, value in edits.items():
            name, place = self.places[number]
            arrays[name][place] = value
        x_t, h_prev, *matrices = arrays.values()
        factors, weights = np.concatenate([x_t, h_prev]), np.vstack(matrices)
        products = np.append(factors, 1)[:, None] * weights
        arguments = x_t[None], h_prev[None], *matrices
        (states,), (yours,) = rnn_step(*arguments), self.owns[0](*arguments)
        seen = {"factors": factors, "weights": weights, "products": products, "sums": products.sum(axis=0)}
        seen |= {"states": states, "yours": yours, "right": np.isclose(yours, states, rtol=0, atol=1e-6).tolist()}
        seen |= {"inputs": len(x_t)}
        return seen | {
            "rows": self.names_by_row(),
            "numbers": {number: float(arrays[name][place]) for number, (name, place) in self.places.items()},
            "curve": np.stack([CURVE, np.tanh(CURVE)]),
            "saturated": SATURATED,
            "largest": LARGEST,
            "words": [words(unit, **seen) for unit in range(len(states))],
        }

    def names_by_row(self):
        """For each row of the sum: the name of its factor ("" for the bias), and the names of its weights."""
        factors = [number for number, (name, _) in self.places.items() if name in ("x_t", "h_prev")]
        weights = np.reshape(list(self.places)[len(factors) :], (len(factors) + 1, -1)).tolist()
        return [{"factor": factor, "weights": row} for factor, row in zip([*factors, ""], weights)]

    def picture(self):
        seen = self.found[1]
        fig, (axes_sum, axes_curve) = plots.figure(2, 1)
        columns = [f"unit {unit}" for unit in range(len(seen["sums"]))]
        table = np.vstack([seen["products"], seen["sums"], seen["yours"]]) + 0.0  # no number is -0.00
        plots.numbers(axes_sum, table, "products; their sum a_t; h_t", columns)
        names = [row["factor"] or "bias" for row in seen["rows"]]
        axes_sum.set_yticks(range(len(table)), [*names, "a_t", "h_t"])
        axes_sum.set_ylabel("")
        axes_curve.plot(*seen["curve"], color="gray")
        axes_curve.plot(seen["sums"], seen["yours"], "o", color=plots.ROLES["encoder"])
        axes_curve.set(xlabel="a_t", ylabel="h_t", title="tanh")
        return fig


def called(name, place):
    return f"{name}[{', '.join(map(str, place))}]"


def fitting(values, shape, name):
    """A copy of these values, if they are numbers that can be dragged."""
    array = checks.array(values, shape, float, name)
    if np.abs(array).max() > LARGEST:
        raise ValueError(f"{name}: expected numbers from {-LARGEST:g} to {LARGEST:g}, got {array.tolist()}")
    return array.copy()
