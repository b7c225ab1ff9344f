"""HiddenStates: all states of a sequence at once, units x time, and the text in the colours of one unit."""

import numpy as np

from seq2seq_lib import plots
from seq2seq_lib.widgets.controls import Range, Toggle
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import javascript
from seq2seq_lib.widgets.readings import Parts, Read
from seq2seq_lib.widgets.texts import ReadsTexts


class HiddenStates(Explorer):
    """Pictures of hidden states side by side, with one cursor for time and one for the unit.

    panels: a list of (title, states (T, H), symbols that are read), or (title, states, symbols, symbols written)

    The rows stand in plots.seen_order, the same in all panels, so that a row goes on from one to the next; without
    `sort_units` they stand as the model has them. The setting `unit` is the model's own number of a unit, not the row
    in which it is seen. In the browser a text that begins like the one before leaves the rows in their places, so that
    one sees which states have changed.
    """

    _esm = javascript("hidden_states")
    describes = "hidden states, units by time, with a cursor along time."

    def __init__(self, panels, controls=None):
        states = over_time(panels)
        steps, units = states.shape
        self.panels = panels
        super().__init__(
            {
                **(controls or {}),
                "time": Range("time", 1, steps, handed_over(panels), local=True, plays=True),
                "unit": Range("unit", 0, max(units - 1, 1), telling_unit(states), local=True),
                "sort_units": Toggle("sort units", True, local=True),
            }
        )

    @classmethod
    def of(cls, model, task, text, asks="Your input", parts=None):
        """Type a text; the model reads it and answers, running free: encoder on the left, decoder on the right.

        parts: {name: slice of the answer}; below each state stands what a probe reads of each part off it
        """
        return TypedHiddenStates(model, task, text, asks, parts or {})

    def frame(self):
        return framed(self.panels)

    def picture(self):
        seen = self.found[1]
        parts, widths = seen["readings"], [len(panel["states"]) for panel in seen["panels"]]
        fig, axes, below = plots.figure_with_rows(*widths, rows=len(parts))
        order = seen["order"] if self.sort_units else None
        unit = min(self.unit, len(seen["order"]) - 1)  # the slider of a single unit goes to 1
        for ax, panel in zip(axes, seen["panels"]):
            image = plots.hidden_states(ax, panel["states"], panel["reads"], panel["title"], order, unit)
        fig.colorbar(image, ax=[*axes, *below], label="state of the unit")
        ends = np.cumsum([0, *widths])
        for ax, start, end in zip(below, ends, ends[1:]):
            plots.read_at_each_step(ax, {part["name"]: (part["read"][start:end], part["written"]) for part in parts})
        return fig


class TypedHiddenStates(ReadsTexts, HiddenStates):
    """What HiddenStates.of returns: the same picture, of a text that can be typed."""

    describes = HiddenStates.describes

    def __init__(self, model, task, text, asks, parts):
        self.take(task, model)
        self.parts = Parts(task, parts)
        self.probes = Read(model, self.parts) if parts else None
        super().__init__(self.panels_of(text), {"text": self.text_control(asks, text)})

    def frame(self, text):
        panels = self.panels_of(text)
        return framed(panels, [self.read_off(part, panels) for part in self.parts.places])

    def read_off(self, part, panels):
        """The value of a part that is read off each state, and the one that the decoder writes in the end."""
        *_, (_, _, _, writes, _) = panels
        read = self.probes.likeliest(part, over_time(panels), handed_over(panels))
        return {"name": part, "written": self.parts.of(self.task.target.join(writes), part), "read": read}


def framed(panels, readings=()):
    """Panels as the browser reads them, the order in which their units are seen, and what probes read."""
    states = over_time(panels)
    return {
        "panels": [panel_of(*panel) for panel in panels],
        "order": plots.seen_order(states).tolist(),
        "readings": list(readings),
        "opens": {"time": handed_over(panels)},
        "limits": {"time": len(states)},
    }


def over_time(panels):
    """The states of all panels, one after the other: (T, H)."""
    sizes = {states.shape[1] for _, states, *_ in panels}
    if len(sizes) != 1:
        raise ValueError(f"expected panels of the same units, got panels of {', '.join(map(str, sorted(sizes)))} units")
    return np.concatenate([states for _, states, *_ in panels])


def handed_over(panels):
    """The step, from 1, to look at first: the last of the first panel. Of an encoder that is all the decoder gets."""
    return len(panels[0][1])


def telling_unit(states):
    """The unit to look at first, in states (T, H): it goes far up and down, and stays there for more than one symbol.

    Such a unit colours whole parts of a text, and one can ask what they have in common. One that goes far but flickers
    from step to step has a larger variance, perhaps, and says less; so it is the covariance with the step before.
    """
    moved = states - states.mean(axis=0)
    return int((moved[1:] * moved[:-1]).sum(axis=0).argmax())


def panel_of(title, states, symbols, writes=(), gap=None):
    """One panel. gap: what stands between two symbols of its text; if not given, a space where one has two letters."""
    if len(symbols) != len(states) or len(writes) not in (0, len(states)):
        raise ValueError(f"expected a symbol for each of {len(states)} steps, got {len(symbols)} and {len(writes)}")
    reads, writes = [str(symbol) for symbol in symbols], [str(symbol) for symbol in writes]
    if gap is None:
        gap = " " if any(len(symbol) > 1 for symbol in writes or reads) else ""
    return {"title": title, "states": states, "reads": reads, "writes": writes, "gap": gap}
