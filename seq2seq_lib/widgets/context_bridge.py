"""ContextBridge: all that the decoder gets of the input is one vector, and here its numbers can be changed by hand."""

from copy import copy

import numpy as np

from seq2seq_lib import plots
from seq2seq_lib.attention import AttentionSeq2Seq
from seq2seq_lib.batch import BOS, EOS
from seq2seq_lib.decoding import trace
from seq2seq_lib.widgets.controls import Edits, Range
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.forced_or_free import said
from seq2seq_lib.widgets.instrument import javascript
from seq2seq_lib.widgets.texts import MARKS, ReadsTexts, differing

SWEEP = np.linspace(-1, 1, 21)  # every value that one unit could have, all others being what they are


class ContextBridge(ReadsTexts, Explorer):
    """The encoder reads a text, its last state h_S is handed over, the decoder writes, running free.

    model: a Seq2Seq that reads and writes the tokens of the task
    """

    _esm = javascript("context_bridge")
    describes = "encoder, context vector and decoder, and what is written when the context is changed by hand."

    def __init__(self, model, task, text, asks="Your input"):
        if isinstance(model, AttentionSeq2Seq):
            raise ValueError("expected a decoder that gets the context alone, got one that looks back at all states")
        self.take(task, model)
        controls = {
            "text": self.text_control(asks, text),
            "unit": Range("unit", 0, max(model.encoder.hidden_dim - 1, 1), 0),
            "value": Range("its value", -1, 1, 0, step=0.01, local=True),
            "edits": Edits(limit=1),
        }
        super().__init__(controls)

    def frame(self, text, unit, edits):
        """edits: {"unit 3": value}, what this unit of the context shall be."""
        source = self.task.source.encode(text)
        wanted = {self.unit_named(name): value for name, value in edits.items()}
        before, after = self.traced(text), trace(handing_over(self.model, wanted), source, self.longest)
        swept = handing_over(self.model, {**wanted, unit: SWEEP})
        swept = swept.predict(np.tile(source, (len(SWEEP), 1)).T, self.longest).T.tolist()
        encoder, decoder, writes = self.model.encoder, self.model.decoder, self.names(after.answer)
        return {
            "reads": self.reads(text),
            "encoder_states": encoder.hidden(before.encoder_hs[1:]),
            "encoded": encoder.hidden(before.encoder_hs[-1]),
            "not_shown": encoder.state_dim - encoder.hidden_dim,
            "decoder_states": decoder.hidden(after.decoder_hs[1:]),
            "decoder_reads": [MARKS[BOS], *writes[:-1]],
            "was": self.names(before.answer),
            "writes": writes,
            "changed": differing(before.answer, after.answer),
            "gaps": self.gaps,
            "probabilities": np.array(said(after.logits)[1]),
            "unit": unit,
            "sweep": SWEEP,
            "flips": np.array([sum(differing(before.answer, with_end(tokens))) for tokens in swept]),
        }

    def unit_named(self, name):
        units = [f"unit {unit}" for unit in range(self.model.encoder.hidden_dim)]
        if name not in units:
            raise ValueError(f"expected a unit from {units[0]!r} to {units[-1]!r}, got {name!r}")
        return units.index(name)

    def picture(self):
        seen = self.found[1]
        widths = len(seen["reads"]), 1, len(seen["writes"])
        fig, axes = plots.mosaic("ECD\nSSS", height=5.4, width_ratios=widths, height_ratios=(4, 1))
        panels = [
            ("encoder reads", seen["encoder_states"], seen["reads"]),
            ("context", seen["encoded"][None], ["h_S"]),
            ("decoder writes", seen["decoder_states"], seen["writes"]),
        ]
        for letter, (title, states, symbols) in zip("ECD", panels):
            image = plots.hidden_states(axes[letter], states, symbols, title)
            axes[letter].set(xlabel="", ylabel="unit" if letter == "E" else "")
        fig.colorbar(image, ax=[axes[letter] for letter in "ECD"], label="state of the unit")
        bars = axes["S"].bar(seen["sweep"], seen["flips"], width=0.9 * (seen["sweep"][1] - seen["sweep"][0]))
        axes["S"].bar_label(bars, fmt="%d")  # most units change nothing: without numbers that would look forgotten
        axes["S"].set(
            xlabel=f"value of unit {seen['unit']}", ylabel="symbols\nthat differ", ylim=(0, len(seen["was"]) + 2)
        )
        return fig


def with_end(tokens):
    """As in a Trace: up to EOS and with it, for saying EOS in another place is another answer."""
    return tokens[: tokens.index(EOS) + 1] if EOS in tokens else tokens


def handing_over(model, wanted):
    """The same model, but that its decoder starts from a context with these units: {unit: value, or one a sequence}."""
    model, encoder = copy(model), model.encoder
    model.encoder = copy(encoder)  # the same weights, and only here another forward

    def forward(xs, h_0=None, mask=None):
        hs = encoder.forward(xs, h_0, mask)
        for unit, value in wanted.items():
            encoder.hidden(hs[-1])[..., unit] = value
        return hs

    model.encoder.forward = forward
    return model
