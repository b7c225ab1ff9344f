"""ContextBridge: all that the decoder gets of the input is one vector, and here its numbers can be changed by hand."""

from copy import copy

import numpy as np

from seq2seq_lib import plots
from seq2seq_lib.decoding import trace, until_end
from seq2seq_lib.seq2seq import BOS
from seq2seq_lib.widgets.controls import Edits, Range, Text
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.forced_or_free import said
from seq2seq_lib.widgets.hidden_states import MARKS
from seq2seq_lib.widgets.instrument import javascript

SWEEP = np.linspace(-1, 1, 21)  # every value that one unit could have, all others being what they are


class ContextBridge(Explorer):
    """The encoder reads a text, its last state h_S is handed over, the decoder writes, running free.

    model: a Seq2Seq that reads and writes the tokens of the task
    """

    _esm = javascript("context_bridge")
    describes = "encoder, context vector and decoder, and what is written when the context is changed by hand."

    def __init__(self, model, task, text, asks="Your input"):
        self.model, self.task = model, task
        self.steps = task.longest_target + 1
        controls = {
            "text": Text(asks, text, examples=(text[:1], text[::-1])),
            "unit": Range("unit", 0, max(model.encoder.hidden_dim - 1, 1), 0),
            "value": Range("its value", -1, 1, 0, step=0.01, local=True),
            "edits": Edits(limit=1),
        }
        super().__init__(controls)

    def frame(self, text, unit, edits):
        """edits: {"unit 3": value}, what this unit of the context shall be."""
        source = self.task.source.encode(text)
        wanted = {self.unit_named(name): value for name, value in edits.items()}
        before = trace(self.model, source, self.steps)
        after = trace(handing_over(self.model, wanted), source, self.steps)
        swept = handing_over(self.model, {**wanted, unit: SWEEP}).predict(
            np.tile(source, (len(SWEEP), 1)).T, self.steps
        )
        was, writes = self.names(before.answer), self.names(after.answer)
        return {
            "reads": list(text),
            "encoder_states": before.encoder_hs[1:],
            "encoded": before.decoder_hs[0],
            "decoder_states": after.decoder_hs[1:],
            "decoder_reads": [MARKS[BOS], *writes[:-1]],
            "was": was,
            "writes": writes,
            "changed": differing(was, writes),
            "probabilities": np.array(said(after.logits)[1]),
            "unit": unit,
            "sweep": SWEEP,
            "flips": np.array(
                [sum(differing(until_end(before.answer), until_end(tokens))) for tokens in swept.T.tolist()]
            ),
        }

    def unit_named(self, name):
        units = [f"unit {unit}" for unit in range(self.model.encoder.hidden_dim)]
        if name not in units:
            raise ValueError(f"expected a unit from {units[0]!r} to {units[-1]!r}, got {name!r}")
        return units.index(name)

    def names(self, tokens):
        return [MARKS.get(token, self.task.target.symbols[token]) for token in tokens]

    def picture(self):
        seen = self.frame(**self.defaults() | {"edits": {}})
        fig, axes = plots.figure(len(seen["reads"]), 1, len(seen["writes"]))
        panels = [
            ("encoder reads", seen["encoder_states"], seen["reads"]),
            ("context", seen["encoded"][None], ["h_S"]),
            ("decoder writes", seen["decoder_states"], seen["writes"]),
        ]
        for ax, (title, states, symbols) in zip(axes, panels):
            image = plots.hidden_states(ax, states, symbols, title)
            ax.set(xlabel="", ylabel="unit" if ax is axes[0] else "")
        fig.colorbar(image, ax=axes, label="state of the unit")
        return fig


class Changed:
    """An encoder, with some units of its last state changed by hand: {unit: value, or a value for each sequence}."""

    def __init__(self, encoder, wanted):
        self.encoder, self.wanted, self.input_dim = encoder, wanted, encoder.input_dim

    def forward(self, xs, h_0=None, mask=None):
        hs = self.encoder.forward(xs, h_0, mask)
        for unit, value in self.wanted.items():
            hs[-1][..., unit] = value
        return hs


def handing_over(model, wanted):
    """The same model, but that its decoder starts from a context with these values in it."""
    model = copy(model)  # the same weights, and only here another encoder
    model.encoder = Changed(model.encoder, wanted)
    return model


def differing(some, others):
    """At each place: is there another symbol in the one than in the other?"""
    return [some[t : t + 1] != others[t : t + 1] for t in range(max(len(some), len(others)))]
