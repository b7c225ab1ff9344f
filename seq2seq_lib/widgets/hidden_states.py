"""HiddenStates: all states of a sequence at once, units x time, with a cursor that moves along time."""

from seq2seq_lib import plots
from seq2seq_lib.widgets.controls import Range
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import javascript
from seq2seq_lib.widgets.texts import ReadsTexts


class HiddenStates(Explorer):
    """Pictures of hidden states side by side, with one cursor for time and one for the unit.

    panels: a list of (title, states (T, H), symbols that are read), or (title, states, symbols, symbols written)
    """

    _esm = javascript("hidden_states")
    describes = "hidden states, units by time, with a cursor along time."

    def __init__(self, panels, controls=None):
        steps, units = sum(len(states) for _, states, *_ in panels), panels[0][1].shape[1]
        self.panels = panels
        super().__init__(
            {
                **(controls or {}),
                "time": Range("time", 1, steps, steps, local=True, plays=True),
                "unit": Range("unit", 0, max(units - 1, 1), 0, local=True),
            }
        )

    @classmethod
    def of(cls, model, task, text, asks="Your input"):
        """Type a text; the model reads it and answers, running free: encoder on the left, decoder on the right."""
        return TypedHiddenStates(model, task, text, asks)

    def frame(self):
        return framed(self.panels)

    def picture(self):
        fig, axes = plots.figure(*(len(states) for _, states, *_ in self.panels))
        for ax, (title, states, symbols, *_) in zip(axes, self.panels):
            image = plots.hidden_states(ax, states, symbols, title)
        fig.colorbar(image, ax=axes, label="state of the unit")
        return fig


class TypedHiddenStates(ReadsTexts, HiddenStates):
    """What HiddenStates.of returns: the same picture, of a text that can be typed."""

    describes = HiddenStates.describes

    def __init__(self, model, task, text, asks):
        self.take(task, model)
        super().__init__(self.panels_of(text), {"text": self.text_control(asks, text)})

    def frame(self, text):
        return framed(self.panels_of(text))


def framed(panels):
    """Panels as the browser reads them."""
    steps = sum(len(states) for _, states, *_ in panels)
    return {"panels": [panel_of(*panel) for panel in panels], "ends": {"time": steps}}


def panel_of(title, states, symbols, writes=(), gap=None):
    """One panel. gap: what stands between two symbols of its text; if not given, a space where one has two letters."""
    if len(symbols) != len(states) or len(writes) not in (0, len(states)):
        raise ValueError(f"expected a symbol for each of {len(states)} steps, got {len(symbols)} and {len(writes)}")
    reads, writes = [str(symbol) for symbol in symbols], [str(symbol) for symbol in writes]
    if gap is None:
        gap = " " if any(len(symbol) > 1 for symbol in writes or reads) else ""
    return {"title": title, "states": states, "reads": reads, "writes": writes, "gap": gap}
