"""HiddenStates: all states of a sequence at once, units x time, with a cursor that moves along time."""

import traitlets

from seq2seq_lib import plots
from seq2seq_lib.decoding import trace
from seq2seq_lib.seq2seq import BOS, EOS, PAD
from seq2seq_lib.widgets.instrument import Instrument, floats, javascript

MARKS = {PAD: "∅", BOS: "⊢", EOS: "⊣"}  # start and end, in the width of one symbol


class HiddenStates(Instrument):
    """Pictures of hidden states side by side, with one cursor for time and one for the unit.

    panels: (title, states (T, H), symbols that are read) or (title, states, symbols, symbols that are written), each
    respond: a function text -> panels; with it there is a box to type in, and the picture shows what it returns
    """

    _esm = javascript("hidden_states")
    describes = "hidden states, units by time, with a cursor along time."
    panels = traitlets.List().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    asks = traitlets.Unicode().tag(sync=True)

    def __init__(self, panels=None, respond=None, text="", asks="Your input"):
        super().__init__(text=text, asks=asks if respond else "")
        self.respond = respond
        self.show(respond(text) if panels is None else panels)

    @classmethod
    def of(cls, model, task, text, asks="Your input"):
        """Type a text; the model reads it and answers, running free: encoder on the left, decoder on the right."""
        return cls(respond=lambda text: reading_and_writing(model, task, text), text=text, asks=asks)

    def show(self, panels):
        """Replace what is shown."""
        with self.lock:
            self.panels = [panel_of(*panel) for panel in panels]
            self.shown = panels

    def answer(self, message):
        panels = self.respond(message["text"])
        self.text = message["text"]
        self.show(panels)
        self.send({"kind": "done", "generation": message["generation"]})

    def picture(self):
        fig, axes = plots.figure(*(len(panel[1]) for panel in self.shown))
        for ax, (title, states, symbols, *_) in zip(axes, self.shown):
            image = plots.hidden_states(ax, states, symbols, title)
        fig.colorbar(image, ax=axes, label="state of the unit")
        return fig


def panel_of(title, states, symbols, writes=()):
    steps, units = states.shape
    if len(symbols) != steps or len(writes) not in (0, steps):
        raise ValueError(f"expected a symbol for each of the {steps} steps, got {len(symbols)} and {len(writes)}")
    return {
        "title": title,
        "steps": steps,
        "units": units,
        "reads": [str(symbol) for symbol in symbols],
        "writes": [str(symbol) for symbol in writes],
        "states": floats(states),
    }


def reading_and_writing(model, task, text):
    """Panels of one text's way through encoder and decoder; the decoder reads what it wrote the step before."""
    if not text:
        raise ValueError("expected at least one symbol, got nothing")
    seen = trace(model, task.source.encode(text), max_length=task.longest_target + 1)
    wrote = [MARKS.get(token, task.target.symbols[token]) for token in seen.answer]
    return [
        ("encoder: reads", seen.encoder_hs[1:], list(text)),
        ("decoder: writes", seen.decoder_hs[1:], [MARKS[BOS], *wrote[:-1]], wrote),
    ]
