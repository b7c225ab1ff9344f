"""GradientFlow: how much of a gradient at the last step arrives at each earlier one."""

from typing import ClassVar

import numpy as np

from seq2seq_lib import GRU, LSTM, RNN, plots
from seq2seq_lib.exercises.lesson_07 import check_clip_by_global_norm
from seq2seq_lib.gru import thrice
from seq2seq_lib.optimizers import global_norm
from seq2seq_lib.widgets.controls import Choice, Range, Toggle
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import javascript
from seq2seq_lib.widgets.own import Own, ShowsOwn, same_form
from seq2seq_lib.words import number

LONGEST, MARKS = 100, 20  # steps; the matrix shows every step of a short sequence, and at most so many of a long one
STARTS = ORTHOGONAL, UNIFORM = "orthogonal", "uniform numbers"
FLOOR = 1e-70  # what is smaller is drawn here


class GradientFlow(ShowsOwn, Explorer):
    """A tanh RNN with a loss at its last step alone: |dL/dh_t| for all t, and |dh_j/dh_k| for all pairs.

    clip: the reader's own clip_by_global_norm, clip(grads, max_norm), in place, which returns the norm before
    gated: a GRU and an LSTM of the same size, which read the same inputs, stand beside it, and there is no clipping;
        |dh_j/dh_k| remains that of the tanh RNN
    """

    _esm = javascript("gradient_flow")
    describes = "how much of a gradient at the last step arrives at each earlier step."
    takes: ClassVar = {"clip": [check_clip_by_global_norm]}

    def __init__(self, hidden_dim=16, seed=0, clip=None, gated=False):
        self.hidden_dim, self.seed = hidden_dim, seed
        self.own = Own(clip, *self.takes["clip"], fits=lambda answer, grads, _: same_form(answer[1], grads))
        self.owns = [self.own]
        clipping = {
            "clipped": Toggle("clip the gradient"),
            "max_norm": Range("at norm", 0.01, 100.0, 1.0, step=0.25, log10=True),
        }
        controls = {
            "radius": Range("radius of W_hh", 0.2, 2, 1, step=0.05),
            "length": Range("length", 5, LONGEST, 50, step=5),
            "inputs": Range("size of the inputs", 0, 2, 0.5, step=0.1),
            "start": Choice("W_hh starts as", STARTS, ORTHOGONAL),
            **({"bias": Range("bias of what keeps", -2, 6, 1, step=0.5)} if gated else clipping),
            "later": Range("later state", 0, MARKS, MARKS, local=True),
            "earlier": Range("earlier state", 0, MARKS, 0, local=True),
        }
        super().__init__(controls)

    def frame(self, radius, length, inputs, start, clipped=False, max_norm=1.0, bias=None):
        rng = np.random.default_rng(self.seed)
        rnn = self.started(RNN, rng, radius, start)
        length = int(length)
        xs = inputs * rng.standard_normal((LONGEST, 2))[:length]
        h_0 = 0.1 * rng.standard_normal(self.hidden_dim)
        hs = rnn.forward(xs, h_0)
        dh_T = rng.standard_normal(self.hidden_dim)
        dh_T /= np.linalg.norm(dh_T)
        arrives = norms_on_the_way_back(rnn, xs, hs, dh_T)
        beside = self.beside(xs, h_0, dh_T, radius, start, bias) if bias is not None else {}
        marks = np.unique(np.linspace(0, length, min(length, MARKS) + 1).round().astype(int))
        before, after = self.clipping(rnn, xs, hs, dh_T, max_norm if clipped else None)
        return {
            "arrives": logs(arrives),
            "bound": logs(bound(rnn, hs)),
            "alone": logs(np.linalg.norm(rnn.params["W_hh"], 2) ** np.arange(length, -1, -1.0)),
            "marks": marks.tolist(),
            "matrix": logs(jacobian_norms(rnn, hs, marks)),
            "limits": {"later": len(marks) - 1, "earlier": len(marks) - 1},
            "before": logs(np.array([before])),
            "after": logs(np.array([after])),
            "norms": [number(before, 2), number(after, 2)],
            "gates": {name: logs(norms) for name, norms in beside.items()},
            "words": self.words(arrives, before, after, clipped) + in_gated_cells(beside),
        }

    def started(self, cell, rng, radius, start):
        """A cell each block of whose W_hh has this radius."""
        made = cell(2, self.hidden_dim, rng=rng)
        blocks = np.split(made.params["W_hh"], made.blocks, axis=1)
        if start == UNIFORM:
            blocks = [rng.uniform(-1, 1, block.shape) for block in blocks]
            blocks = [block / np.abs(np.linalg.eigvals(block)).max() for block in blocks]
        made.params["W_hh"] = radius * np.hstack(blocks)
        return made

    def beside(self, xs, h_0, dh_T, radius, start, bias):
        """What arrives in a GRU and in an LSTM, and what the LSTM's forget gates alone let through."""
        H = self.hidden_dim
        gru, lstm = (self.started(cell, np.random.default_rng(self.seed), radius, start) for cell in (GRU, LSTM))
        for cell in gru, lstm:
            cell.params["b_h"][H : 2 * H] = bias  # of z in the one, of f in the other: what is kept
        memory = np.concatenate([h_0, h_0])
        hs, states = gru.forward(xs, h_0), lstm.forward(xs, memory)
        return {
            "GRU": norms_on_the_way_back(gru, xs, hs, dh_T),
            "LSTM": norms_on_the_way_back(lstm, xs, states, np.concatenate([dh_T, 0 * dh_T])),
            "forget gates alone": kept_by_the_gates(lstm, xs, states),
        }

    def clipping(self, rnn, xs, hs, dh_T, max_norm):
        """The norm of the gradient of all weights, before and after it is clipped."""
        _, _, grads = rnn.backward(None, xs, hs, dh_T=dh_T)
        before = global_norm(grads)
        if max_norm is None:
            return before, before
        _, clipped = self.own(dict(grads), max_norm)
        return before, global_norm(clipped)

    def words(self, arrives, before, after, clipped):
        length = len(arrives) - 1
        fate = "it vanishes" if arrives[0] < 0.01 else "it explodes" if arrives[0] > 100 else "it gets through"
        text = f"Of a gradient of 1 at the last state, {number(arrives[0], 2)} arrives {length} steps earlier: {fate}."
        if not clipped:
            return text
        if after >= before:
            return f"{text} Clipping has nothing to do, and does not bring back what is lost."
        if not after:
            return f"{text} Clipping leaves nothing of it."
        factor = number(before / after, 2)
        return f"{text} Clipping makes the whole gradient {factor} times smaller, each step's share alike."

    def picture(self):
        seen = self.found[1]
        fig, (axes_line, axes_matrix) = plots.figure(3, 2)
        curves = {"arrives": "what arrives", "bound": "the most there can be", "alone": "W_hh alone"}
        if seen["gates"]:
            axes_line.plot(10 ** seen["arrives"], "o-", ms=4, label="tanh RNN")
            for (name, norms), style in zip(seen["gates"].items(), ("s-", "^-", "--")):
                axes_line.plot(10**norms, style, ms=4, label=name)
        for (name, label), style in zip(curves.items(), ("o-", "--", ":")) if not seen["gates"] else ():
            axes_line.plot(10 ** seen[name], style, ms=4, label=label)
        axes_line.set(yscale="log", xlabel="state h_t", ylabel="size of dL/dh_t")
        axes_line.legend()
        title = "at most left, tanh RNN" if seen["gates"] else "at most left between two"
        matrix, ticks = np.tril(seen["matrix"]), range(0, len(seen["marks"]), 5)
        matrix[np.triu_indices(len(matrix), 1)] = np.nan  # no state depends on a later one
        image = axes_matrix.imshow(matrix, cmap=plots.MAGNITUDE)
        for set_ticks in (axes_matrix.set_xticks, axes_matrix.set_yticks):
            set_ticks(ticks, [seen["marks"][i] for i in ticks])
        axes_matrix.set(
            xlabel="earlier state",
            ylabel="later state",
            title=title,
        )
        fig.colorbar(image, label="power of ten")
        return fig


def in_gated_cells(beside):
    """What arrives at their first states, and that the triangle is not theirs, in words, or nothing."""
    if not beside:
        return ""
    gru, lstm = (number(beside[name][0], 2) for name in ("GRU", "LSTM"))
    return f" In the GRU {gru} arrives, in the LSTM {lstm}. The triangle is that of the tanh RNN alone."


def norms_on_the_way_back(cell, xs, hs, dh):
    """|dL/dh_t| for t = 0 .. T, when dh (H,) comes into the last state; of an LSTM the state is [h, c]."""
    norms, back = [np.linalg.norm(dh)], one_step_back(cell, xs, hs)
    for t in reversed(range(len(xs))):
        dh = back(dh, t)
        norms.append(np.linalg.norm(dh))
    return np.array(norms[::-1])


def one_step_back(cell, xs, hs):
    """back(dh, t): dh at hs[t+1] -> that at hs[t], as of backward_step, the slopes of all steps found at once."""
    W_hh_T = cell.params["W_hh"].T.copy()
    if isinstance(cell, LSTM):
        slopes = cell.slopes(xs, hs[:-1], hs[1:])

        def back(dh, t):
            da_t, dc_prev = cell.back(cell.hidden(dh), cell.memory(dh), *(slope[t] for slope in slopes))
            return np.concatenate([da_t @ W_hh_T, dc_prev])

    elif isinstance(cell, GRU):
        _, to_h, z = cell.slopes(xs, hs[:-1])

        def back(dh, t):
            return (thrice(dh) * to_h[t]) @ W_hh_T + dh * z[t]

    else:
        steps = jacobians(cell, hs)

        def back(dh, t):
            return dh @ steps[t]

    return back


def kept_by_the_gates(lstm, xs, states):
    """What is left, from each step to the last, of a gradient of 1 at c that goes along the memory alone."""
    _, f, _, _ = lstm.gates(lstm.project(xs), lstm.hidden(states[:-1]))
    products = np.cumprod(f[::-1], axis=0)[::-1]  # (T, H)
    return np.append(np.sqrt((products**2).mean(axis=1)), 1.0)


def jacobians(rnn, hs):
    """dh_t/dh_{t-1} of each step (T, H, H), as what a row dh_t is multiplied by on its way back."""
    return (1 - hs[1:] ** 2)[:, :, None] * rnn.params["W_hh"].T


def bound(rnn, hs):
    """The most that can arrive at each state: at every step the stretch of W_hh times the steepest slope of tanh."""
    steps = np.linalg.norm(rnn.params["W_hh"], 2) * (1 - hs[1:] ** 2).max(axis=1)
    return np.append(np.cumprod(steps[::-1])[::-1], 1.0)


def jacobian_norms(rnn, hs, marks):
    """|dh_j/dh_k| (spectral norm) for the marked states, j down, k across; 0 where k is later than j."""
    steps, size = jacobians(rnn, hs), len(marks)
    parts = [product(steps[marks[i] : marks[i + 1]]) for i in range(size - 1)]
    norms = np.zeros((size, size))
    for j in range(size):
        way = [np.eye(len(steps[0]))]
        for part in parts[:j][::-1]:
            way.append(way[-1] @ part)
        norms[j, : j + 1] = np.linalg.norm(np.stack(way[::-1]), 2, axis=(1, 2))
    return norms


def product(steps):
    """What a row is multiplied by on its way back through these steps, the last of them first."""
    whole = np.eye(len(steps[0]))
    for step in steps[::-1]:
        whole = whole @ step
    return whole


def logs(values):
    """Powers of ten: float32 holds them where it would not hold the values."""
    return np.log10(np.maximum(values, FLOOR))
