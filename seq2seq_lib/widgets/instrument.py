"""What all instruments share: how they talk with the browser, and what they leave in a stored notebook."""

import json
import threading
from base64 import b64encode
from pathlib import Path

import anywidget
import numpy as np
import traitlets
from IPython import get_ipython
from matplotlib import colormaps

from seq2seq_lib.plots import MAGNITUDE, SIGNED, Picture

HERE = Path(__file__).parent
LAYOUT = {"layout", "tabbable", "tooltip"}  # traits that every widget has


def javascript(name):
    """The instrument's module: one file without imports, bundled from src/ (make bundles)."""
    return (HERE / "bundles" / f"{name}.js").read_text(encoding="utf-8")


def colours(name):
    """A colour map of matplotlib as 256 times red, green, blue."""
    return (colormaps[name](np.arange(256))[:, :3] * 255).astype(np.uint8).tobytes()


class Instrument(anywidget.AnyWidget):
    """Base of the instruments. A subclass sets _esm and `describes`, and answers the browser in `answer`.

    JupyterLab may deliver messages on several threads, so all that `answer` does happens behind one lock.
    """

    _css = (HERE / "src" / "shared" / "instrument.css").read_text(encoding="utf-8")  # a Path would be watched for ever
    describes = "an instrument"
    signed_colours = traitlets.Bytes(colours(SIGNED)).tag(sync=True)
    magnitude_colours = traitlets.Bytes(colours(MAGNITUDE)).tag(sync=True)

    moves = ()  # the traits that are the browser's to move
    generation = 0  # what was asked in an older one is over; see TrainingMonitor

    def __init__(self, **traits):
        super().__init__(**traits)
        self.lock = threading.RLock()
        self.on_msg(self._on_message)
        cells.has_made(self)

    def answer(self, message):
        """Answer one message of the browser, a dict with a `kind`. Runs behind the lock; an error is shown in words."""
        raise NotImplementedError

    def picture(self):
        """What the instrument shows now, as a matplotlib Figure: for GitHub, and for a notebook without a kernel."""
        raise NotImplementedError

    def send_frame(self, content, **head):
        """Send what the picture needs, arrays included; `head` goes beside it."""
        buffers = []
        self.send({"kind": "frame", **head, "content": packed(content, buffers)}, buffers)

    def _on_message(self, _, message, buffers):
        with self.lock:
            try:
                self.answer(message)
            except BaseException as error:
                self.report(error)
                if not isinstance(error, Exception):  # the kernel was interrupted, and says so itself
                    raise

    def set_state(self, sync_data):
        """What the browser says; returns the names taken. A refusal is said there, in words, and changes nothing."""
        said = {name: value for name, value in sync_data.items() if name in self.moves}
        with self.lock:
            try:
                super().set_state(said)
            except Refused as error:
                self.report(error)
                return ()
        return tuple(said)

    def synced(self):
        """Its own traits that the browser has."""
        return [name for name in self.traits(sync=True) if name[0] != "_" and name not in LAYOUT]

    def report(self, error):
        """Have it said in the browser."""
        self.send({"kind": "error", "text": in_words(error), "generation": self.generation})

    def __repr__(self):
        return f"{type(self).__name__}: {self.describes} It needs a running kernel: run this cell."

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        with self.lock:
            still, about = Picture(self.picture(), self.describes)._repr_mimebundle_()
        return {**still, **data}, {**about, **metadata}


class Refused(traitlets.TraitError, ValueError):
    """A setting that can't be. As a TraitError it takes back all that was set with it."""


def in_words(error):
    """The message of an error, with its kind where the message does not speak for itself: KeyError: 'W_xh'."""
    if isinstance(error, KeyboardInterrupt):
        return "The kernel was interrupted."
    speaks = isinstance(error, (ValueError, ArithmeticError))
    return f"{error}" if speaks else f"{type(error).__name__}: {error}"


class Cells:
    """Which cell runs now, and which instruments each has made: when a cell is run again, its old ones go, and with
    them whatever they were busy with."""

    def __init__(self):
        self.running, self.made = None, {}

    def starts(self, info):
        """Called by IPython before a cell runs; where the notebook gives its cells no id, nothing is closed."""
        self.running = info.cell_id
        for instrument in self.made.pop(self.running, []):
            instrument.close()

    def has_made(self, instrument):
        if self.running is not None:
            self.made.setdefault(self.running, []).append(instrument)


cells = Cells()
if shell := get_ipython():
    shell.events.register("pre_run_cell", cells.starts)


def as_trait(content):
    """What the browser has from the start. JSON as text: a notebook saved with its widgets sorts the keys of a dict."""
    buffers = []
    return {"content": json.dumps(packed(content, buffers)), "buffers": buffers}


def packed(value, buffers):
    """`value` as JSON, its arrays as float32 at the end of `buffers`: {"shape": ..., "buffer": which one}."""
    if isinstance(value, np.ndarray):
        buffers.append(np.ascontiguousarray(value, np.float32).tobytes())
        return {"shape": list(value.shape), "buffer": len(buffers) - 1}
    if isinstance(value, dict):
        return {name: packed(item, buffers) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [packed(item, buffers) for item in value]
    return value.item() if isinstance(value, np.generic) else value


def in_json(value):
    """What a page without Jupyter can be handed as JSON: bytes become {"$bytes": base64}."""
    if isinstance(value, dict):
        return {name: in_json(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [in_json(item) for item in value]
    return {"$bytes": b64encode(value).decode()} if isinstance(value, (bytes, memoryview)) else value
