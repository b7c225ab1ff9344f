"""One of each instrument, small enough for a test: {name: function that makes it}. Tests and benchmark share it."""

from functools import cache
from inspect import signature
from pathlib import Path

import numpy as np

from seq2seq_lib import Adam, LanguageModel, Seq2Seq, training, widgets
from seq2seq_lib.attention import AttentionSeq2Seq
from seq2seq_lib.exercises.broken import TargetLeak
from seq2seq_lib.tasks import reverse, words
from seq2seq_lib.widgets import (
    AttentionMap,
    BackwardStepper,
    BatchMate,
    BeamTree,
    ContextBridge,
    Dashboard,
    ForcedOrFree,
    Gates,
    GradientCheck,
    GradientFlow,
    HiddenStates,
    NextSymbol,
    Optimizers,
    StateReader,
    StepExplorer,
    TrainingMonitor,
    Translator,
    Unroll,
)
from seq2seq_lib.widgets.explorer import Explorer

TASK = reverse(train=500, held_out=120)


def new_model(hidden_dim=16):
    return Seq2Seq(len(TASK.source), hidden_dim, len(TASK.target), loss="cross_entropy", rng=0)


@cache
def short_words():
    return reverse(longest=6, train=6_000, held_out=200)


@cache
def trained(kind=Seq2Seq, steps=600, learning_rate=5e-3):
    """A model that has learned to reverse short words, in about half a second."""
    task = short_words()
    model = kind(len(task.source), 48, len(task.target), loss="cross_entropy", rng=0)
    for _ in training(model, task.batches(32, rng=0), Adam(learning_rate), decay_steps=steps):
        pass
    return model


def forced_or_free():
    leaking = trained(TargetLeak, steps=200, learning_rate=3e-2)
    return ForcedOrFree(trained(), short_words(), "badhif", leaking, solve=lambda word: word[::-1])


@cache
def looking_back():
    """A small model with attention that reverses words: a second of training, and it looks along the anti-diagonal."""
    task = reverse(train=6_000, held_out=200)
    model = AttentionSeq2Seq(len(task.source), 32, len(task.target), loss="cross_entropy", rng=0, dtype=np.float32)
    for _ in training(model, task.batches(32, rng=0), Adam(8e-3), decay_steps=700):
        pass
    return model, task


def reading_letters(cell="LSTM"):
    """A language model of the letters a to j, as it was made."""
    model = LanguageModel(len(TASK.source), 16, cell, rng=0)
    model.symbols = (tuple(TASK.source.symbols),)
    return model


@cache
def writing_words():
    """The model of lesson 05, and its vocabulary."""
    return LanguageModel.load(Path(__file__).parents[1] / "notebooks" / "weights" / "words.npz"), words().vocabulary


WORD_PARTS = {"first": slice(0, 1), "second": slice(1, 2), "third": slice(2, 3)}  # of the answer

READERS = {  # those that show what a model makes of a text, as functions of model, task and text
    "AttentionMap": AttentionMap,
    "BatchMate": lambda model, task, text: BatchMate(model, task, text, text),
    "BeamTree": BeamTree,
    "ContextBridge": ContextBridge,
    "ForcedOrFree": ForcedOrFree,
    "HiddenStates": HiddenStates.of,
    "StateReader": lambda model, task, text: StateReader(model, task, text, WORD_PARTS),
    "TrainingMonitor": lambda model, task, text: TrainingMonitor(model, task),
    "Translator": Translator,
}

MAKE = {  # those to which a reader can hand functions of his own take them by name
    "AttentionMap": lambda **own: AttentionMap(*looking_back(), "abcdefgh", **own),
    "BackwardStepper": BackwardStepper,
    "BatchMate": lambda **own: BatchMate(trained(), short_words(), "jade", "facebh", **own),
    "BeamTree": lambda **own: BeamTree(trained(steps=250), short_words(), "badhif", **own),
    "ContextBridge": lambda: ContextBridge(trained(), short_words(), "badhif"),
    "Dashboard": Dashboard,
    "ForcedOrFree": forced_or_free,
    "Gates": lambda: Gates(reading_letters(), "badhif"),
    "GradientCheck": GradientCheck,
    "GradientFlow": GradientFlow,
    "HiddenStates": lambda: HiddenStates.of(new_model(), TASK, "abcdefgh"),
    "NextSymbol": lambda **own: NextSymbol(*writing_words(), "th", **own),
    "Optimizers": Optimizers,
    "StateReader": lambda: StateReader(trained(), short_words(), "badhif", WORD_PARTS),
    "StepExplorer": StepExplorer,
    "TrainingMonitor": lambda: TrainingMonitor(new_model(), TASK),
    "Unroll": Unroll,
    "Translator": lambda: Translator(trained(), short_words(), "badhif", solve=lambda word: word[::-1]),
}

CLASSES = {name: getattr(widgets, name) for name in MAKE}
EXPLORERS = [name for name, kind in CLASSES.items() if issubclass(kind, Explorer)]
# Those whose drawing can be changed by hand.
EDITED = [name for name in EXPLORERS if "edits" in signature(CLASSES[name].frame).parameters]
# One of each kind: what the kernel computes, what lies ready in the browser, a training, a text.
SOME = ["GradientFlow", "StepExplorer", "TrainingMonitor", "Translator"]
SOME_FIRST = [*SOME, *(name for name in MAKE if name not in SOME)]
