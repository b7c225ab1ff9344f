"""Translator: type anything, and see the answer come symbol by symbol, with all that the model went through."""

import numpy as np

from seq2seq_lib import plots
from seq2seq_lib.batch import BOS
from seq2seq_lib.losses import softmax_cross_entropy
from seq2seq_lib.widgets.controls import Range, Toggle
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import javascript
from seq2seq_lib.widgets.texts import MARKS, ReadsTexts, agreement

BEST = 5  # so many symbols of each step are shown
SAMPLE, DOTS = 100, 500  # the plane of the trajectories is laid through the states of so many inputs of the task


class Translator(ReadsTexts, Explorer):
    """What `model`, running free, makes of a text: probabilities, hidden states, and the way of the states in a plane.

    solve: the task's rule, text -> right answer or None; without it only the answers of the task itself are known
    """

    _esm = javascript("translator")
    describes = "a text on its way through encoder and decoder, and the answer symbol by symbol."

    def __init__(self, model, task, text, asks="Your input", solve=None):
        self.take(task, model, solve=solve)
        seen = [self.states_of(self.traced(source)) for source, _ in task.held_out[:SAMPLE]]
        states = np.concatenate([states[1:] for one in seen for states in one])
        self.mean, self.directions, self.shares = principal_plane(states)
        self.cloud = self.in_the_plane(states)
        self.window = window_around(self.cloud)
        controls = {
            "text": self.text_control(asks, text),
            "step": Range("output step", 0, 2, 2, local=True, plays=True, pace=700),
            "sort_units": Toggle("sort units", True),
        }
        super().__init__(controls)

    def states_of(self, seen):
        """What others see of the states of a trace: encoder (S+1, H), decoder (T+1, H)."""
        return self.model.encoder.hidden(seen.encoder_hs), self.model.decoder.hidden(seen.decoder_hs)

    def in_the_plane(self, states):
        """states (N, H) -> (N, 2)"""
        return (states - self.mean) @ self.directions.T

    def frame(self, text, sort_units=True):
        seen, (right, right_tokens) = self.traced(text), self.right(text)
        encoder_hs, decoder_hs = self.states_of(seen)
        states = np.concatenate([encoder_hs[1:], decoder_hs[1:]])
        order = plots.seen_order(states) if sort_units else np.arange(states.shape[1])
        steps, odds = range(len(seen.answer)), probabilities(seen.logits)
        probability = odds[steps, seen.answer]
        least_sure = int(probability.argmin()) + 1  # the step at which another symbol came closest
        best = np.argsort(-seen.logits, axis=1, kind="stable")[:, :BEST]
        writes = self.names(seen.answer)
        return {
            "reads": self.reads(text),
            "writes": writes,
            "decoder_reads": [MARKS[BOS], *writes[:-1]],
            "right": right,
            "correct": right and agreement(seen.answer, right_tokens),
            "wrong_from": right and first_difference(seen.answer, right_tokens),
            "gaps": self.gaps,
            "probability": probability,
            "least_sure": least_sure,
            "best": [self.names(row) for row in best.tolist()],
            "probabilities": np.take_along_axis(odds, best, axis=1),
            "others": len(self.task.target) - best.shape[1],
            "encoder_states": encoder_hs[1:, order],
            "decoder_states": decoder_hs[1:, order],
            "order": order.tolist(),
            "encoder_way": self.in_the_plane(encoder_hs),
            "decoder_way": self.in_the_plane(decoder_hs),
            "cloud": self.cloud[:: len(self.cloud) // DOTS + 1],
            "window": self.window,
            "shares": self.shares.tolist(),
            "limits": {"step": len(seen.answer)},
            "opens": {"step": least_sure},
        }

    def picture(self):
        seen = self.found[1]
        steps = len(seen["reads"]), len(seen["writes"])
        fig = plots.blank(height=8)
        above, below = fig.subfigures(2, 1, height_ratios=(3, 4))
        title = f"the likeliest symbols of each step; least sure at step {seen['least_sure']}"
        plots.likeliest(above.subplots(), seen["best"], seen["probabilities"], title)
        axes_reads, axes_writes, axes_plane = below.subplots(1, 3, width_ratios=(*steps, sum(steps)))
        plots.hidden_states(axes_reads, seen["encoder_states"], seen["reads"], "encoder")
        image = plots.hidden_states(axes_writes, seen["decoder_states"], seen["writes"], "decoder")
        for axes in axes_reads, axes_writes:
            axes.set(yticks=[])
        axes_reads.set(ylabel="units, like beside like" if self.sort_units else "units")
        axes_writes.set(xlabel="symbol written", ylabel="")
        below.colorbar(image, ax=axes_writes)
        ways = seen["encoder_way"], seen["decoder_way"]
        plots.ways_of_states(axes_plane, *ways, seen["reads"], seen["writes"], seen["window"], seen["shares"])
        return fig


def probabilities(logits):
    """softmax of logits (T, V). The gradient of the loss is (softmax - one-hot) / T, so the core has it already."""
    tokens = logits.argmax(axis=1)
    _, d_logits = softmax_cross_entropy(logits.astype(float), tokens)
    odds = d_logits * len(logits)
    odds[range(len(tokens)), tokens] += 1
    return odds


def first_difference(writes, right):
    """The first step, from 1, at which these two lists differ; None if they are the same."""
    if writes == right:
        return None
    return next((t for t, pair in enumerate(zip(writes, right), start=1) if pair[0] != pair[1]), len(writes))


def principal_plane(states):
    """Where states (N, H) spread the most.

    Returns their mean (H,), two directions (2, H), and the share of the variance that each of them has (2,).
    """
    if states.shape[1] < 2:
        raise ValueError(f"expected a model with at least 2 hidden units, got {states.shape[1]}")
    mean = states.mean(axis=0)
    _, spreads, directions = np.linalg.svd(states - mean, full_matrices=False)
    directions = directions[:2]
    largest = np.abs(directions).argmax(axis=1)[:, None]
    directions = directions * np.sign(np.take_along_axis(directions, largest, axis=1))  # the sign is free: we fix it
    variances = spreads**2
    return mean, directions, variances[:2] / (variances.sum() or 1)


def window_around(points):
    """A square [[west, east], [south, north]] with room around points (N, 2)."""
    low, high = points.min(axis=0), points.max(axis=0)
    half = 0.55 * ((high - low).max() or 1.0)
    return [[middle - half, middle + half] for middle in ((low + high) / 2).tolist()]
