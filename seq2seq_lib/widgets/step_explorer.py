"""StepExplorer: one step of an RNN, every number of which can be dragged."""

import numpy as np

from seq2seq_lib import checks, plots
from seq2seq_lib.exercises.problems import rnn_of
from seq2seq_lib.widgets.controls import Choice, Edits, Range
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import javascript

X_T, H_PREV, B_H = (1.0, 2.0), (0.5, 0.0, -0.5), (-0.25, 0.1, 0.25)
W_XH = ((0.5, -1.0, 0.0), (0.25, 0.5, -0.5))
W_HH = ((1.0, 0.0, 0.5), (0.0, 0.5, 0.0), (0.5, -1.0, 0.0))
LARGEST = 3.0  # a number can be dragged so far, up and down
SATURATED = 0.95


def core_step(x_t, h_prev, W_xh, W_hh, b_h):
    """RNN.step, with weights that are handed in."""
    return rnn_of(W_xh, W_hh, b_h).step(x_t, h_prev)


class StepExplorer(Explorer):
    """h_t = tanh(x_t W_xh + h_prev W_hh + b_h) as a sum in columns, one for each unit.

    step: step(x_t, h_prev, W_xh, W_hh, b_h) -> h_t, the reader's own; it is given B = 1 example
    x_t (D,), h_prev (H,), W_xh (D, H), W_hh (H, H), b_h (H,): what is shown at first; D and H at most 4
    """

    _esm = javascript("step_explorer")
    describes = "one step of an RNN: products, their sums, and the new state."

    def __init__(self, step=core_step, x_t=X_T, h_prev=H_PREV, W_xh=W_XH, W_hh=W_HH, b_h=B_H):
        self.step = step
        W_xh = checks.finite(checks.numbers(W_xh), float)
        if W_xh.ndim != 2 or max(W_xh.shape) > 4:
            raise ValueError(f"W_xh: expected a matrix (D, H), at most (4, 4), got shape {W_xh.shape}")
        D, H = W_xh.shape
        given = {"x_t": (x_t, (D,)), "h_prev": (h_prev, (H,)), "W_xh": (W_xh, (D, H)), "W_hh": (W_hh, (H, H))}
        given["b_h"] = (b_h, (H,))
        self.arrays = {name: checks.array(array, shape, float, name) for name, (array, shape) in given.items()}
        self.places = {in_words(name, place): (name, place) for name in given for place in np.ndindex(given[name][1])}
        first = next(iter(self.places))
        controls = {
            "unit": Range("unit", 0, H - 1, 0, local=True),
            "number": Choice("number", tuple(self.places), first, local=True),
            "value": Range("its value", -LARGEST, LARGEST, float(self.arrays["x_t"][0]), step=0.05, local=True),
            "edits": Edits(limit=LARGEST),
        }
        super().__init__(controls)

    def frame(self, edits):
        """edits: {"W_xh[0, 1]": value}, the numbers that were changed."""
        arrays = {name: array.copy() for name, array in self.arrays.items()}
        for number, value in edits.items():
            name, place = self.places[number]
            arrays[name][place] = value
        factors = np.concatenate([arrays["x_t"], arrays["h_prev"], [1.0]])
        weights = np.concatenate([arrays["W_xh"], arrays["W_hh"], arrays["b_h"][None]])
        products = factors[:, None] * weights
        states = core_step(**arrays)
        yours = self.answer_of_step(arrays)
        right = np.isclose(yours, states, rtol=1e-6, atol=1e-6)
        sums, curve = products.sum(axis=0), np.linspace(-4, 4, 81)
        return {
            "factors": factors[:-1],
            "weights": weights,
            "products": products,
            "sums": sums,
            "states": states,
            "yours": yours,
            "right": right.tolist(),
            "inputs": len(arrays["x_t"]),
            "rows": self.names_by_row(),
            "numbers": {number: float(arrays[name][place]) for number, (name, place) in self.places.items()},
            "curve": np.stack([curve, np.tanh(curve)]),
            "words": [self.words(unit, products, sums, states, yours, right) for unit in range(len(sums))],
        }

    def answer_of_step(self, arrays):
        """What the reader's step makes of it: h_t (H,)."""
        batch = {name: array[None] if name in ("x_t", "h_prev") else array for name, array in arrays.items()}
        h_t = self.step(*(array.copy() for array in batch.values()))
        if h_t is None:
            raise ValueError("step: expected h_t, got None. Your function does not return anything yet.")
        shape = batch["h_prev"].shape
        return np.clip(checks.array(h_t, shape, float, "h_t of your step")[0], -99, 99)

    def names_by_row(self):
        """For each row of the sum: the name of its factor ("" for the bias), and the names of its weights."""
        named = {}
        for number, (name, place) in self.places.items():
            if name in ("W_xh", "W_hh", "b_h"):
                row = (name, *place[:-1])
                named.setdefault(row, []).append(number)
        factors = [number for number, (name, _) in self.places.items() if name in ("x_t", "h_prev")]
        return [{"factor": factor, "weights": row} for factor, row in zip([*factors, ""], named.values())]

    def words(self, unit, products, sums, states, yours, right):
        """What happens to one unit, in one sentence."""
        inputs = len(self.arrays["x_t"])
        parts = products[:inputs, unit].sum(), products[inputs:-1, unit].sum(), products[-1, unit]
        text = "Unit {}: {:.2f} from the input, {:+.2f} from the past, {:+.2f} bias: ".format(unit, *parts)
        text += f"the sum is {sums[unit]:.2f}, its tanh {states[unit]:.2f}."
        if not right[unit]:
            text += f" Your step answers {yours[unit]:.2f}."
        elif abs(states[unit]) > SATURATED:
            text += " It is saturated: a larger sum would change next to nothing."
        return text.replace("-", "−")

    def picture(self):
        seen = self.frame(edits={})
        fig, (axes_sum, axes_curve) = plots.figure(2, 1)
        units = [f"unit {unit}" for unit in range(len(seen["sums"]))]
        plots.numbers(axes_sum, seen["products"], "products: each column adds up to a_t", units)
        axes_sum.set_yticks(range(len(seen["rows"])), [row["factor"] or "bias" for row in seen["rows"]])
        axes_sum.set_ylabel("")
        axes_curve.plot(*seen["curve"], color="gray")
        axes_curve.plot(seen["sums"], seen["states"], "o", color=plots.BLUE)
        axes_curve.set(xlabel="a_t", ylabel="h_t", title="tanh")
        return fig


def in_words(name, place):
    return f"{name}[{', '.join(map(str, place))}]"
