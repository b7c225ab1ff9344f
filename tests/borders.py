"""Every public function of the core, one good call of each, and what may come in place of each of its arguments.

    python tests/borders.py 10 0    bad arguments, one and several at once, for 10 minutes, drawn with seed 0

A bad argument is refused by a line of ours, in words that say what was expected and what came, before anything has
changed; what else than the good one an argument may be stands in MAY. tests/test_borders.py holds the library to it,
one argument at a time; `make attack` draws several.
"""

import copy
import inspect
import io
import linecache
import os
import pickle
import random
import re
import signal
import sys
import tempfile
import time
from contextlib import contextmanager, redirect_stdout
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

import seq2seq_lib
from seq2seq_lib import (
    GRU,
    LSTM,
    RNN,
    SGD,
    Adam,
    AttentionSeq2Seq,
    Batch,
    LanguageModel,
    Parameters,
    Seq2Seq,
    Vocabulary,
    beam,
    probes,
    project,
    tasks,
)

LIBRARY = Path(seq2seq_lib.__file__).parent
SECONDS = 5  # for one call: of a size that nobody can wait for, it must be said at once

# One good call of each. Sizes differ, so that none can stand for another.

S, T, B, D, H, O, V = 5, 4, 3, 2, 6, 1, 8  # noqa: E741
rng = np.random.default_rng(0)
XS, YS = rng.standard_normal((S, B, D)), rng.standard_normal((T, B, O))
SOURCE, TARGET = rng.integers(3, V - 1, (S, B)), rng.integers(3, V, (T, B))
SOURCE_MASK, TARGET_MASK = np.ones((S, B), bool), np.ones((T, B), bool)
SOURCE_MASK[-1, 0] = TARGET_MASK[-1, 1] = False
TEXTS = [[3, 4, 5], [6, 7], [4]]
PAIRS = [("ab", "ba"), ("abc", "cba"), ("ca", "ac")]
MANY = [(f"{i:02}", str(i)) for i in range(30)]


class Row(NamedTuple):
    call: object
    arguments: dict  # {name: a good value}; self, which is no argument, is never replaced
    changes: tuple = ()  # what the call may change when it works


def row(call, *changes, **arguments):
    return Row(call, arguments, changes)


def of_cell(cell, name):
    one = cell(D, H, rng=0)
    hs = one.forward(XS)
    back = {"xs": XS, "hs": hs, "mask": SOURCE_MASK, "dh_T": np.ones(hs.shape[1:])}
    step = {"x_t": XS[0], "h_prev": hs[0], "h_t": hs[1]}
    words = cell(V, H, rng=0)
    return {
        name: row(cell, input_dim=D, hidden_dim=H, rng=0, dtype="float64"),
        f"{name}.step": row(cell.step, self=one, x_t=XS[0], h_prev=hs[0]),
        f"{name}.step of tokens": row(cell.step, self=words, x_t=SOURCE[0], h_prev=hs[0]),
        f"{name}.forward": row(cell.forward, self=one, xs=XS, h_0=hs[0], mask=SOURCE_MASK),
        f"{name}.forward of tokens": row(cell.forward, self=words, xs=SOURCE, h_0=hs[0], mask=SOURCE_MASK),
        f"{name}.backward_step": row(cell.backward_step, self=one, dh_t=np.ones(hs.shape[1:]), **step),
        f"{name}.backward_step of tokens": row(
            cell.backward_step, self=words, dh_t=np.ones(hs.shape[1:]), **step | {"x_t": SOURCE[0]}
        ),
        f"{name}.backward": row(cell.backward, self=one, dhs=np.ones((S, B, H)), **back),
        f"{name}.backward of tokens": row(
            cell.backward, self=words, dhs=np.ones((S, B, H)), **back | {"xs": words.forward(SOURCE) is None or SOURCE}
        ),
    }


def of_model(kind, name):
    vectors, words = kind(D, H, O, rng=0), kind(V, H, V, loss="cross_entropy", rng=0)
    batch, texts = Batch([XS[:, 0], XS[:3, 1]], [YS[:, 0], YS[:2, 1]]), Batch([[3, 4], [5]], [[6], [7, 3]])
    encoder_hs, decoder_hs, outputs = vectors.forward(XS, YS)
    back = {"encoder_hs": encoder_hs, "decoder_hs": decoder_hs, "outputs": outputs, "d_outputs": np.ones(outputs.shape)}
    trained = ("self",)
    return {
        name: row(
            kind,
            input_dim=D,
            hidden_dim=H,
            output_dim=V,
            learning_rate=0.01,
            loss="cross_entropy",
            rng=0,
            dtype="float64",
            cell="GRU",
        ),
        f"{name}.forward": row(kind.forward, self=vectors, input_seq=XS, target_seq=YS),
        f"{name}.forward of tokens": row(kind.forward, self=words, input_seq=SOURCE, target_seq=TARGET),
        f"{name}.backward": row(kind.backward, *trained, self=vectors, input_seq=XS, target_seq=YS, **back),
        f"{name}.backward of the loss": row(
            kind.backward, *trained, self=vectors, input_seq=XS, target_seq=YS, **back | {"d_outputs": None}
        ),
        f"{name}.loss_of": row(kind.loss_of, self=vectors, outputs=YS, batch=Batch.of_arrays(XS, YS)),
        f"{name}.loss_and_grads": row(kind.loss_and_grads, *trained, self=vectors, batch=batch),
        f"{name}.loss_and_grads of tokens": row(kind.loss_and_grads, *trained, self=words, batch=texts),
        f"{name}.train": row(kind.train, *trained, self=vectors, input_seq=XS, target_seq=YS, epochs=2),
        f"{name}.run_free": row(kind.run_free, self=words, input_seq=SOURCE, source_mask=SOURCE_MASK),
        f"{name}.predict": row(kind.predict, self=vectors, input_seq=XS, length=3),
        f"{name}.predict of tokens": row(kind.predict, self=words, input_seq=SOURCE, length=3),
        f"{name}.batch": row(kind.batch, self=vectors, input_seq=XS, target_seq=YS),
    } | of_any_model(kind, name, words)


def of_any_model(kind, name, model):
    symbols = tuple(tuple(f"s{i}" for i in range(V)) for _ in kind.networks)
    model.save(f"{name}.npz")
    return {
        f"{name}.symbols": row(
            lambda self, symbols: kind.symbols.fset(self, symbols), "self", self=model, symbols=symbols
        ),
        f"{name}.check_symbols": row(kind.check_symbols, self=model, symbols=symbols),
        f"{name}.save": row(kind.save, self=model, path="other.npz"),
        f"{name}.load": row(kind.load, path=f"{name}.npz", cell=RNN),
    }


def of_language_model():
    model, batch = LanguageModel(V, H, rng=0), Batch(None, TEXTS)
    hs, outputs = model.forward(batch)
    kind, back = LanguageModel, {"hs": hs, "d_outputs": np.ones(outputs.shape)}
    return {
        "LanguageModel": row(kind, vocabulary_size=V, hidden_dim=H, cell="RNN", rng=0, dtype="float64"),
        "LanguageModel.forward": row(kind.forward, self=model, batch=batch),
        "LanguageModel.backward": row(kind.backward, "self", self=model, batch=batch, **back),
        "LanguageModel.loss_and_grads": row(kind.loss_and_grads, "self", self=model, batch=batch),
        "LanguageModel.batch": row(kind.batch, self=model, batch=batch),
        "LanguageModel.perplexity": row(kind.perplexity, self=model, texts=TEXTS),
        "LanguageModel.sample": row(kind.sample, self=model, rng=0, temperature=1.0, max_length=5),
    } | of_any_model(kind, "LanguageModel", model)


def of_training():
    arrays = {"W": np.ones((2, 3)), "b": np.ones(3)}
    params, model, batch = Parameters(arrays), Seq2Seq(D, H, O, rng=0), Batch([XS[:, 0]], [YS[:, 0]])
    update = {"params": params, "grads": {"W": np.ones((2, 3)), "b": np.ones(3)}, "scale": 1.0}
    trained = ("model", "optimizer", "self", "params")
    lib = seq2seq_lib
    return {
        "Parameters": row(Parameters, arrays=arrays, dtype="float64"),
        "Parameters.part": row(Parameters.part, self=params, prefix="W"),
        "Parameters.__setitem__": row(Parameters.__setitem__, *trained, self=params, name="W", values=np.ones((2, 3))),
        "SGD": row(SGD, learning_rate=0.1),
        "SGD.update": row(SGD.update, *trained, self=SGD(0.1), **update | {"params": dict(arrays)}),
        "Adam": row(Adam, learning_rate=0.1, beta1=0.9, beta2=0.999, epsilon=1e-8),
        "Adam.update": row(Adam.update, *trained, self=Adam(0.1), **update | {"params": dict(arrays)}),
        "clip_by_global_norm": row(lib.clip_by_global_norm, "grads", grads=dict(arrays), max_norm=1.0),
        "training": row(
            lib.training, *trained, model=model, batches=[batch], optimizer=SGD(0.1), clip=1.0, decay_steps=3
        ),
        "check_gradients": row(lib.check_gradients, "model", model=model, batch=batch, at_most=2),
    }


def of_batches():
    listed, batch = [XS[:, b] for b in range(B)], Batch([[3, 4], [5]], [[6], [7, 3]])
    symbols = (tuple("abcdefgh"), tuple("abcdefgh"))
    return {
        "Batch": row(Batch, source=listed, target=[YS[:, b] for b in range(B)], symbols=None),
        "Batch of tokens": row(Batch, source=TEXTS, target=TEXTS, symbols=symbols),
        "Batch.of_arrays": row(Batch.of_arrays, source=XS, target=YS, decoder_input=YS),
        "Batch.of_arrays of tokens": row(Batch.of_arrays, source=SOURCE, target=TARGET, decoder_input=TARGET),
        "Batch.replaced": row(
            Batch.replaced, self=batch, source=batch.source.copy(), source_mask=batch.source_mask.copy(), symbols=None
        ),
        "pad": row(tasks.pad, sequences=TEXTS),
        "text_batches": row(seq2seq_lib.text_batches, texts=TEXTS, size=2, rng=0),
    }


def of_decoding():
    lib, task = seq2seq_lib, tasks.Task("reversed", PAIRS, PAIRS[:2])
    model, looks = (
        kind(len(task.source), H, len(task.target), loss="cross_entropy", rng=0) for kind in (Seq2Seq, AttentionSeq2Seq)
    )
    one = {"model": model, "source": [3, 4], "max_length": 5}
    return {
        "greedy_decode": row(lib.greedy_decode, **one),
        "greedy_decode of several": row(lib.greedy_decode, **one | {"source": [[3, 4], [5]]}),
        "trace": row(lib.trace, **one),
        "beam_decode": row(lib.beam_decode, **one, beam_size=2, length_penalty=0.5),
        "beam_search": row(beam.beam_search, **one, beam_size=2),
        "alignment": row(lib.alignment, **one | {"model": looks}),
        "answers": row(lib.answers, model=model, task=task, sources=["ab", "c"]),
        "exact_match": row(lib.exact_match, model=model, task=task, pairs=PAIRS),
        "input_gradients": row(probes.input_gradients, model=model, source=[3, 4], answer=[4, 5]),
        "hangs_on": row(probes.hangs_on, model=model, source=[3, 4], answer=[4, 5]),
        "silenced": row(probes.silenced, model=model, units=[1, 2]),
        "keep_best": row(project.keep_best, model=model, steps=[1, 2], score=float, every=1),
    }


def of_numbers():
    lib = seq2seq_lib
    queries, states, visible = rng.standard_normal((T, B, H)), rng.standard_normal((S, B, H)), np.ones((T, S), bool)
    contexts, weights = lib.attend(queries, states)
    labels = np.arange(10) % 3
    probe = rng.standard_normal((H + 1, 3))
    many = rng.standard_normal((10, H))
    return {
        "squared_error": row(lib.squared_error, outputs=YS, targets=YS, mask=TARGET_MASK),
        "softmax_cross_entropy": row(
            lib.softmax_cross_entropy, logits=rng.standard_normal((T, B, V)), tokens=TARGET, mask=TARGET_MASK
        ),
        "attend": row(lib.attend, queries=queries, states=states, mask=SOURCE_MASK, visible=visible),
        "attend_backward": row(
            lib.attend_backward, d_contexts=contexts, queries=queries, states=states, weights=weights
        ),
        "edit_distance": row(lib.edit_distance, answer="abc", right="abd"),
        "error_rate": row(lib.error_rate, answers=["abc", "b"], rights=["abd", "bb"]),
        "calibration": row(
            lib.calibration, confidences=np.linspace(0, 1, 5), right=np.array([True, False, True, True, False]), bins=3
        ),
        "fit_probe": row(probes.fit_probe, states=many, labels=labels, classes=3, ridge=1e-3),
        "read": row(probes.read, probe=probe, states=many),
        "probe_accuracy": row(probes.probe_accuracy, probe=probe, states=many, labels=labels),
        "telling_unit": row(probes.telling_unit, states=many, yes=labels == 1),
        "nearest": row(probes.nearest, states=many, state=many[0], count=2),
    }


def of_tasks():
    vocabulary = Vocabulary("abc", " ")
    return {
        "Vocabulary": row(Vocabulary, symbols="abc", separator=" "),
        "Vocabulary.split": row(Vocabulary.split, self=vocabulary, text="a b"),
        "Vocabulary.join": row(Vocabulary.join, self=vocabulary, symbols=["a", "b"]),
        "Vocabulary.encode": row(Vocabulary.encode, self=vocabulary, text="a b"),
        "Vocabulary.decode": row(Vocabulary.decode, self=vocabulary, tokens=[3, 4]),
        "Task": row(tasks.Task, name="own", train=PAIRS, held_out=PAIRS[:2], separator=" "),
        "Task.batches": row(tasks.Task.batches, self=tasks.Task("own", PAIRS, PAIRS), size=2, rng=0),
        "dates": row(tasks.dates, train=400, held_out=5, rng=0),
        "reverse": row(tasks.reverse, shortest=2, longest=4, train=60, held_out=5, rng=0),
        "plurals": row(tasks.plurals, count=5, rng=0),
        "numbers": row(tasks.numbers, language="English"),
        "read_pairs": row(tasks.read_pairs, source="a,b\nc,d", separator=","),
        "split_pairs": row(project.split_pairs, pairs=MANY, rng=0),
        "share_right": row(project.share_right, answer=str, pairs=PAIRS),
        "nearest_answer": row(project.nearest_answer, train=PAIRS, source="ab"),
    }


def rows():
    """{name: Row}. It writes a model into the directory it is called in."""
    table = {}
    for cell in (RNN, GRU, LSTM):
        table |= of_cell(cell, cell.__name__)
    for kind in (Seq2Seq, AttentionSeq2Seq):
        table |= of_model(kind, kind.__name__)
    for part in (of_language_model, of_training, of_batches, of_decoding, of_numbers, of_tasks):
        table |= part()
    return table


# What may come


class Mute:
    """It can't say what it is, and is no array, though it looks like one."""

    def __refuses(self, *_, **__):
        raise RuntimeError("asked")

    __repr__ = __array__ = __refuses


NASTY = {
    "None": None,
    "a text": "x",
    "a long text": "abc" * 200,
    "no text": "",
    "bytes": b"ab",
    "nan": float("nan"),
    "infinity": float("inf"),
    "-1": -1,
    "0": 0,
    "1": 1,
    "2.5": 2.5,
    "1e300": 1e300,
    "a complex number": 1j,
    "true": True,
    "10**400": 10**400,
    "10**5000": 10**5000,  # of so many digits that Python does not write it
    "-10**400": -(10**400),
    "10**7": 10**7,
    "2**63": 2**63,
    "an object": object(),
    "an object that can't be written": Mute(),
    "a function": len,
    "a class": dict,
    "an empty list": [],
    "an empty dict": {},
    "a set": {3, 4},
    "a dict": {"a": 1},
    "a list of None": [None, None],
    "a list of texts": ["ab", "ba"],
    "a list of truth values in words": ["True", "False"],
    "a ragged list": [[1.0], [2.0, 3.0]],
    "a list of lists": [[1, 2], [3, 4]],
    "a list of 10**400": [10**400, 3],
    "a list of -1": [-1, -1],
    "a list of nan": [float("nan"), 0.5],
    "a large token": np.array([2**64 - 1, 3], np.uint64),
    "an array of no dimension": np.array(3.0),
    "an array of one dimension": np.ones(3),
    "an array of four dimensions": np.ones((2, 1, 3, 2)),
    "an array of no examples": np.ones((3, 0, 2)),
    "an array of objects": np.array([None, "a", 3], object),
    "an array of complex numbers": np.ones((3, 2)) * 1j,
    "an array of dates": np.array(["2000-01-01"], "datetime64[D]"),
    "a record": np.zeros(3, [("a", int), ("b", float)]),
    "a Batch": Batch([[3]], [[4]]),
    "a LanguageModel": LanguageModel(V, H, rng=0),
    "a Vocabulary": Vocabulary("abc"),
}


def last(value):
    """It with something else for the last number."""

    def change(good):
        good = good.astype(np.result_type(good, type(value)))
        good.flat[-1] = value
        return good

    return change


NASTY_ARRAYS = {  # made of the good one
    "a nan in it": last(np.nan),
    "an infinity in it": last(np.inf),
    "a -1 in it": last(-1),
    "a 7 in it": last(7),
    "of complex numbers": lambda good: good * (1 + 1j),
    "of objects": lambda good: good.astype(object),
    "of texts": lambda good: good.astype(str),
    "of dates": lambda good: good.astype(int).astype("datetime64[D]"),
    "masked": lambda good: np.ma.masked_array(good, np.arange(good.size) == 0),
    "turned": lambda good: good.swapaxes(0, -1) if good.ndim == 1 else good.swapaxes(0, 1),
    "transposed": lambda good: good.T,
    "a step less": lambda good: good[:-1],
    "no step": lambda good: good[:0],
    "a last axis less": lambda good: good[..., 0],
    "an axis more": lambda good: good[None],
    "one column": lambda good: good[..., :1],
    "one example": lambda good: good[:, :1] if good.ndim > 1 else good[:1],
    "no column": lambda good: good[..., :0],
    "as lists": np.ndarray.tolist,
    "as float32": lambda good: good.astype(np.float32),
    "in more digits": lambda good: good.astype(np.longdouble),
    "in the other byte order": lambda good: good.astype(good.dtype.newbyteorder()),
    "read-only": lambda good: np.broadcast_to(good, good.shape),
    "every other number": lambda good: np.repeat(good, 2, axis=-1)[..., ::2],
    "all zeros": np.zeros_like,
    "huge": lambda good: good * 1e300,
}


def bad(good):
    """{name: what comes in place of this good value}"""
    found = dict(NASTY)
    if isinstance(good, np.ndarray) or (isinstance(good, list) and all(isinstance(number, int) for number in good)):
        with np.errstate(all="ignore"):
            found |= {name: change(np.array(good)) for name, change in NASTY_ARRAYS.items()}
    if isinstance(good, (list, dict)) and good:
        found |= {"one of them None": replaced(good, None), "one of them a text": replaced(good, "x")}
    return found


def replaced(good, value):
    """A list or a dict with something else for its last."""
    good = copy.copy(good)
    good[list(good)[-1] if isinstance(good, dict) else -1] = value
    return good


# What is no mistake


def names(text):
    return frozenset(text.split("; "))


ONE, COUNT, NONE, TEXT = names("1"), names("1; 10**7"), names("None"), names("a text; a long text; no text")
NUMBERS = names("1; 2.5; 1e300; true; 10**7; 2**63")
SEEDS = names(
    "None; 0; 1; true; 10**400; 10**5000; 10**7; 2**63; an empty list; a list of lists; a list of 10**400; "
    "a large token; an array of no examples"
)
FORMS = names("in more digits; in the other byte order; read-only; every other number")
ARRAYS = FORMS | names("a -1 in it; a 7 in it; as lists; as float32; all zeros; huge")
UNLOOKED = ARRAYS | names("a nan in it; an infinity in it")  # what is in it a model has computed: training looks
WHOLE = names("read-only; in the other byte order; every other number")
TOKENS = WHOLE | names("a 7 in it; as lists; all zeros")
MASKS = FORMS | names("None; as lists; as float32")
TURNED = names("turned; transposed")
LISTS = names("an empty list; a list of texts; a list of truth values in words; a ragged list; a list of lists")
SYMBOLS = (
    TEXT
    | LISTS
    | names(
        "a list of None; a list of 10**400; a list of -1; a list of nan; a large token; an array of one dimension; "
        "an array of objects; an array of dates"
    )
)
OTHERS = TURNED | names("a step less; one column; one example")  # another one of as many axes
ONE_OF_THEM = names("one of them None; one of them a text")
RANKS = names("an empty list") | {name for name in NASTY if name.startswith("an array of")}
ANY = frozenset(NASTY) | frozenset(NASTY_ARRAYS)

MAY = {  # {argument, or function and argument: what may come}
    **dict.fromkeys("input_dim hidden_dim output_dim vocabulary_size epochs length max_length size".split(), ONE),
    **dict.fromkeys("train held_out shortest longest".split(), ONE),
    **dict.fromkeys("beam_size bins at_most every count".split(), COUNT),
    **dict.fromkeys("learning_rate temperature epsilon".split(), NUMBERS),
    "clip": NUMBERS | NONE,
    "max_norm": NUMBERS | names("infinity"),
    "ridge": NUMBERS | names("0"),
    "scale": NUMBERS | names("0"),
    "length_penalty": names("0; 1; 2.5; true"),
    **dict.fromkeys(["beta1", "beta2"], names("0")),
    "decay_steps": COUNT | NONE,
    "rng": SEEDS,
    "dtype": names("None; a LanguageModel"),  # which has one
    "Parameters arrays": names("a dict"),
    "cell": NONE,
    "path": names("a text"),
    **dict.fromkeys("name separator".split(), TEXT),
    "read_pairs separator": NONE,
    "Parameters.part prefix": names("no text"),
    "symbols": NONE | LISTS,  # for two texts, one for each side
    "Vocabulary symbols": SYMBOLS | names("bytes; an empty dict; a dict; a set"),
    # Arrays
    **dict.fromkeys("xs h_prev values logits targets".split(), ARRAYS | names("one column")),
    "x_t": ARRAYS | TURNED,  # of tokens, (B,), it is the same
    "probe": ARRAYS | OTHERS,
    **dict.fromkeys("states state".split(), ARRAYS | OTHERS | names("an axis more")),
    **dict.fromkeys("dh_t h_t hs encoder_hs decoder_hs d_contexts weights".split(), UNLOOKED | TURNED),
    **dict.fromkeys("dhs dh_T d_outputs".split(), UNLOOKED | NONE | names("one column")),
    "h_0": ARRAYS | NONE,
    **dict.fromkeys("queries outputs".split(), ARRAYS | names("one column")),
    **dict.fromkeys("mask visible source_mask".split(), MASKS),
    "Batch.replaced source_mask": MASKS | OTHERS | names("1; true; no step; no column; a last axis less") | RANKS,
    **dict.fromkeys("input_seq target_seq target decoder_input".split(), ARRAYS | OTHERS | names("None; a Batch")),
    "source": ARRAYS | OTHERS | names("of objects"),
    "input_seq": ARRAYS | OTHERS | names("a Batch; a list of lists; a last axis less"),
    **dict.fromkeys(["Batch source", "Batch.replaced source"], ARRAYS | OTHERS | names("None; a list of lists")),
    "tokens": TOKENS,
    **dict.fromkeys("labels yes right confidences".split(), TOKENS | TURNED | FORMS | names("as float32")),
    "answer": TOKENS | OTHERS,
    "units": TOKENS
    | OTHERS
    | RANKS
    | names("0; 1; a list of lists; an axis more; a last axis less; no step; no column"),
    # A batch, a model, what can be gone through
    "batch": names("a Batch"),
    "keep_best model": names("a LanguageModel"),
    "keep_best steps": ANY | ONE_OF_THEM,
    "batches": names("no text; an empty list; an empty dict"),  # no step
    "clip_by_global_norm grads": names("an empty dict"),
    # Lists and texts
    **dict.fromkeys("edit_distance answer;edit_distance right;nearest_answer source".split(";"), SYMBOLS),
    **dict.fromkeys("Vocabulary.split text;Vocabulary.join symbols".split(";"), SYMBOLS | ONE_OF_THEM),
    "Vocabulary.encode text": LISTS,
    "Vocabulary.decode tokens": TOKENS | OTHERS | names("an empty list; of objects; no step; no column"),
    **dict.fromkeys("answers rights sources".split(), LISTS | ONE_OF_THEM),
    "pairs": NONE,
}
# What goes into the attention has come out of a network.
MAY |= {f"{function} {name}": UNLOOKED for function in ("attend", "attend_backward") for name in ("queries", "states")}
# A loss of a model: that its outputs are infinite, training says.
MAY |= dict.fromkeys(["Seq2Seq.loss_of outputs", "AttentionSeq2Seq.loss_of outputs"], MAY["d_outputs"])
# Where the gradient at the outputs is given, they are not looked at.
MAY |= dict.fromkeys(["Seq2Seq.backward outputs", "AttentionSeq2Seq.backward outputs"], ANY)


# How a call ends


class TooSlow(BaseException):
    """Of no kind that a function would catch."""


@contextmanager
def in_time(seconds):
    """Stops what takes longer, where the system can (not on Windows)."""

    def stop(*_):
        raise TooSlow

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def outcomes(row, many):
    """How the call ends with each of these {name: value} in place of the good ones, and how that changes nothing.

    Yields the values, and "in words", "works", or what is wrong.
    """
    arguments = copied(row.arguments)
    before = seen(arguments)
    for changes in many:
        given = arguments | changes
        was = before | seen(changes)
        end = ending(row.call, given)
        changed = [name for name, now in seen(given).items() if now != was[name]]
        if end == "works":
            changed = [name for name in changed if name not in row.changes]
        yield changes, f"{end}, and changed {' and '.join(changed)}" if changed else end
        if end != "in words" or changed:
            arguments = copied(row.arguments)
            before = seen(arguments)


def ending(call, arguments):
    try:
        with in_time(SECONDS), redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
            result = call(**arguments)
            if inspect.isgenerator(result):
                result = list(islice(result, 2))
    except TooSlow:
        return "too slow"
    except (ValueError, TypeError) as error:
        return "in words" if is_ours(error) else raw(error)
    except seq2seq_lib.Diverged:
        return "works"  # it trained, and says where that ended
    except OSError as error:  # of a file that isn't there, or can't be written, the system's own words are right
        return "in words" if "path" in arguments else raw(error)
    except Exception as error:
        return raw(error)
    return "works"


def raw(error):
    try:
        return f"raw: {type(error).__name__}: {error}"[:150]
    except ValueError:  # of a number too long to be written
        return f"raw: {type(error).__name__}"


def is_ours(error):
    """Was it raised by a line of ours that says what was expected?"""
    frame = error.__traceback__
    while frame.tb_next:
        frame = frame.tb_next
    path = frame.tb_frame.f_code.co_filename
    line = linecache.getline(path, frame.tb_lineno).strip()
    in_words = re.search("expected .*, (got|but) ", str(error), re.DOTALL) and len(str(error)) < 500
    return LIBRARY in Path(path).parents and line.startswith("raise ") and bool(in_words)


def copied(value):
    try:
        return copy.deepcopy(value)
    except TypeError:
        return value


def seen(arguments):
    """All of each argument, to be compared."""
    return {name: frozen(value) for name, value in arguments.items()}


def frozen(value):
    try:
        return pickle.dumps(value)
    except (pickle.PicklingError, TypeError, AttributeError):
        return repr(value)


LEFT_OUT = {
    *((name, "10**7") for name in ("epochs", "length", "max_length")),  # it can be done, and takes long
    *((name, what) for name in ("answer", "score") for what in ("a function", "a class")),  # it is called
}


def one_at_a_time(row):
    """{(argument, what comes in its place): the value}"""
    return {
        (name, what): value
        for name, good in row.arguments.items()
        if name != "self" and good is not None
        for what, value in bad(good).items()
        if (name, what) not in LEFT_OUT
    }


# So far the table


@contextmanager
def elsewhere():
    """Some calls write a file."""
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        try:
            yield
        finally:
            os.chdir(here)


def problems(name, row):
    """What is wrong with a function of this name: bad arguments that it takes, or refuses in no words of ours."""
    calls = one_at_a_time(row)
    ends = outcomes(row, ({argument: value} for (argument, _), value in calls.items()))
    return [
        f"{argument}: {what}: {end}"
        for (argument, what), (_, end) in zip(calls, ends)
        if end not in ("in words", "works") or (end == "works" and what not in may(name, argument))
    ]


def may(name, argument):
    function = name.partition(" of ")[0]
    return MAY.get(f"{function} {argument}", MAY.get(argument, frozenset()))


def several(row, chance):
    """{argument: what comes}, and {argument: the value}: one or more of them, drawn."""
    calls = one_at_a_time(row)
    count = chance.randint(1, len({argument for argument, _ in calls}))
    drawn = dict(chance.sample(list(calls), len(calls)))  # one for each argument, the last drawn
    what = {argument: drawn[argument] for argument in chance.sample(list(drawn), count)}
    return what, {argument: calls[argument, name] for argument, name in what.items()}


def attack(minutes, seed):
    """Bad arguments, several at once, until the time is over. Prints each kind of problem once; returns how many."""
    chance, until, found, tried = random.Random(seed), time.monotonic() + 60 * minutes, set(), 0
    table = {name: row for name, row in rows().items() if one_at_a_time(row)}
    while time.monotonic() < until:
        name = chance.choice(list(table))
        draws = [several(table[name], chance) for _ in range(20)]
        for (what, _), (_, end) in zip(draws, outcomes(table[name], (values for _, values in draws))):
            tried += 1
            if end not in ("works", "in words") and (name, end[:40]) not in found:
                found.add((name, end[:40]))
                print(f"{name}({', '.join(f'{argument}={value}' for argument, value in what.items())}): {end}")
    print(f"{tried} calls, seed {seed}: {len(found)} kinds of problems")
    return len(found)


if __name__ == "__main__":
    with elsewhere():
        sys.exit(attack(float(sys.argv[1]), int(sys.argv[2])) > 0)
