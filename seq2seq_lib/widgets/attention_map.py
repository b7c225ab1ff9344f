"""AttentionMap: where the decoder looked for each symbol that it wrote, and what it writes if it looks elsewhere."""

from itertools import count
from typing import ClassVar

import numpy as np

from seq2seq_lib import plots
from seq2seq_lib.attention import AttentionSeq2Seq, alignment, average
from seq2seq_lib.exercises.lesson_14 import check_attend
from seq2seq_lib.widgets.controls import Edits, Range
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import javascript
from seq2seq_lib.widgets.own import Own, ShowsOwn
from seq2seq_lib.widgets.texts import ReadsTexts, differing


class AttentionMap(ShowsOwn, ReadsTexts, Explorer):
    """Type a text: the weights source x target of a model with attention, running free.

    model: an AttentionSeq2Seq
    attend: the reader's own, attend(queries, states, real) -> contexts, weights, with which it looks
    """

    _esm = javascript("attention_map")
    describes = "attention: the weight of each source symbol, for each symbol that was written."
    takes: ClassVar = {"attend": [check_attend]}

    def __init__(self, model, task, text, attend=None, asks="Your input"):
        if not isinstance(model, AttentionSeq2Seq):
            raise ValueError(f"expected a model that looks back, an AttentionSeq2Seq, got a {type(model).__name__}")
        self.take(task, model)
        self.owns = [Own(attend, *self.takes["attend"])]
        controls = {
            "text": self.text_control(asks, text),
            "step": Range("step", 1, 2, 1, local=True, plays=True),
            "symbol": Range("source symbol", 1, 2, 1, local=True),
            "weight": Range("weight on it", 0, 1, 0, step=0.01, local=True),
            "edits": Edits(limit=1),
        }
        super().__init__(controls)
        self.symbol = 1 + int(self.found[1]["weights"][0].argmax())  # it opens where the first step looks

    def frame(self, text, edits):
        """edits: {"t s": weight}, what source symbol s shall weigh at step t, both from 0; of a step the last wins."""
        source = self.task.source.encode(text)
        wanted = {}
        for place, weight in edits.items():
            t, s = map(int, place.split())
            wanted.setdefault(t, []).append((s, weight))
        was, _ = self.decoded(source, {})
        wrote, weights = self.decoded(source, wanted)
        return {
            "reads": self.reads(text),
            "writes": self.names(wrote),
            "weights": weights,
            "sums": weights.sum(axis=1),
            "was": self.names(was),
            "edited": [t in wanted for t in range(len(wrote))],
            "changed": differing(wrote, was),
            "gaps": self.gaps,
            "limits": {"step": len(wrote), "symbol": len(source)},
        }

    def decoded(self, source, wanted):
        """Tokens of the answer, and weights (T, S), of a free run but for what is wanted: {t: [(s, weight), ...]}."""
        steps = count()

        def looks(queries, states, mask=None):
            given = queries.astype(float), states.astype(float), np.ones(len(states), bool)  # all of a source is real
            contexts, weights = self.owns[0](*given)
            t = next(steps)
            if t not in wanted:
                return contexts, weights
            row = weights[0]
            for s, weight in wanted[t]:
                row = with_weight(row, s, weight)
            return average(row[None], states), row[None]

        return alignment(self.model, source, self.longest, looks)

    def picture(self):
        seen = self.found[1]
        fig, (axes,) = plots.figure(1, height=4.5)
        image = plots.attention(axes, seen["weights"], seen["reads"], seen["writes"])
        fig.colorbar(image, label="weight")
        return fig


def with_weight(weights, s, weight):
    """weights (S,) with this one on source symbol s; the others share the rest in the proportions that they had."""
    if not (0 <= weight <= 1 and 0 <= s < len(weights)):
        raise ValueError(f"expected a weight in 0 .. 1 on a symbol in 0 .. {len(weights) - 1}, got {weight} on {s}")
    elsewhere = np.arange(len(weights)) != s
    if not elsewhere.any():
        return weights  # one symbol alone: there is nowhere else to look
    others = weights * elsewhere
    if not others.any():  # all the weight was on s: the others share evenly
        others = elsewhere.astype(weights.dtype)
    return np.where(elsewhere, others / others.sum() * (1 - weight), weight).astype(weights.dtype)
