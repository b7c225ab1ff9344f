"""Tasks out of the world: how English is said, how it is spelled, and how many spots the sun had."""

import gzip
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from seq2seq_lib.tasks.task import Task
from seq2seq_lib.tasks.vocabulary import Vocabulary


def pronunciation():
    """20,000 English words of 3 to 8 letters -> their phones without stress: ("cheese", ("CH", "IY", "Z")).

    From the CMU Pronouncing Dictionary (data/LICENSE-cmudict). data/make_pronunciation.py chose the words: no names,
    no slurs, nothing obscene.
    """
    packed = files("seq2seq_lib.tasks").joinpath("data/pronunciation.txt.gz").read_bytes()
    parts = {"train": [], "held_out": []}
    for line in gzip.decompress(packed).decode().splitlines():
        part, word, *phones = line.split()
        parts[part].append((word, tuple(phones)))
    return Task("pronunciation", parts["train"], parts["held_out"], separator=" ")


class Words(NamedTuple):
    """The words of a language model: three lists without a word in common, and the letters they are written in."""

    vocabulary: Vocabulary
    train: list
    validation: list
    test: list


def words():
    """The spellings of pronunciation(), its held-out words divided into validation and test by turns: a Words."""
    task = pronunciation()
    train, held_out = ([word for word, _ in pairs] for pairs in (task.train, task.held_out))
    return Words(task.source, train, held_out[::2], held_out[1::2])


def sunspots():
    """years (309,), 1700 to 2008, and the mean number of sunspots of each (309,). Source: data/LICENSE-sunspots."""
    text = files("seq2seq_lib.tasks").joinpath("data/sunspots.csv").read_text(encoding="utf-8")
    rows = np.array([line.split(",") for line in text.splitlines()[1:]], float)
    return rows[:, 0].astype(int), rows[:, 1]
