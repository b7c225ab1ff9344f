"""Gates: what a gated cell keeps, writes and shows while it reads a text, unit by unit."""

from types import SimpleNamespace

import numpy as np

from seq2seq_lib import GRU, LSTM, plots
from seq2seq_lib.batch import BOS
from seq2seq_lib.language_model import LanguageModel
from seq2seq_lib.tasks import Vocabulary
from seq2seq_lib.widgets.controls import Choice, Range
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import javascript
from seq2seq_lib.widgets.texts import MARKS, ReadsTexts


class Gates(ReadsTexts, Explorer):
    """Heatmaps of a cell's gates and of its memory, units by time, with one cursor for all of them.

    model: a LanguageModel, or a Seq2Seq, whose encoder is shown, with cells of the kind LSTM or GRU; it knows its
    symbols (model.symbols), one letter each
    A row is the same unit in every picture. Their order is plots.seen_order, of what is kept and of the memory.
    """

    _esm = javascript("gates")
    describes = "the gates of each unit and its memory over time, with a cursor along the text."

    def __init__(self, model, text, asks="A text"):
        self.network = getattr(model, model.networks[0])
        if not isinstance(self.network, (LSTM, GRU)):
            raise ValueError(f"model: expected LSTM or GRU cells, got {type(self.network).__name__}: it has no gates")
        if model.symbols is None:
            raise ValueError("model: expected one that knows its symbols, got model.symbols = None")
        self.begins = [BOS] if isinstance(model, LanguageModel) else []  # a language model reads that there is a start
        self.task = SimpleNamespace(source=Vocabulary(model.symbols[0][3:]))
        panels = self.panels(text)
        steps, units = panels[0][1].shape
        super().__init__(
            {
                "text": self.text_control(asks, text),
                "time": Range("time", 1, steps, steps, local=True, plays=True),
                "unit": Range("unit", 0, max(units - 1, 1), int(panels[0][1].var(axis=0).argmax()), local=True),
                "colours": Choice("the text shows", tuple(title for title, _, _ in panels), panels[0][0], local=True),
            }
        )

    def panels(self, text):
        """(title, values (T, H), whether they have a sign), what is kept first and the memory last."""
        cell, xs = self.network, np.array([*self.begins, *self.task.source.encode(text)])
        hs = cell.forward(xs)
        if isinstance(cell, GRU):
            r, z, _, _ = cell.gates(cell.project(xs), hs[:-1])
            return [("z, keeps", z, False), ("r, lets the candidate see", r, False), ("state h", hs[1:], True)]
        i, f, _, o = cell.gates(cell.project(xs), cell.hidden(hs[:-1]))
        gates = [("f, keeps", f, False), ("i, writes", i, False), ("o, shows", o, False)]
        return [*gates, ("memory, as tanh(c)", np.tanh(cell.memory(hs[1:])), True)]

    def frame(self, text):
        panels = self.panels(text)
        (_, keeps, _), *_, (_, memory, _) = panels
        return {
            "panels": [{"title": title, "values": values, "signed": signed} for title, values, signed in panels],
            "reads": [*(MARKS[token] for token in self.begins), *self.reads(text)],
            "order": plots.seen_order(np.concatenate([2 * keeps - 1, memory])).tolist(),
            "forgetting": (keeps < 0.1).sum(axis=1).tolist(),  # at each step so many units keep less than a tenth
            "opens": {"time": len(keeps)},
            "limits": {"time": len(keeps)},
        }

    def picture(self):
        seen = self.found[1]
        fig, panels = plots.figure(*(1 for _ in seen["panels"]), height=4.2)
        for axes, panel in zip(panels, seen["panels"]):
            plots.gate(axes, panel["values"], seen["reads"], panel["title"], seen["order"], panel["signed"])
        return fig
