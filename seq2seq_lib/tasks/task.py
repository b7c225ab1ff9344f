"""A task: pairs to learn from, other pairs to be tested on, and the vocabularies of both sides."""

import numpy as np

from seq2seq_lib import checks
from seq2seq_lib.tasks.batch import Batch
from seq2seq_lib.tasks.vocabulary import Vocabulary


class Task:
    """train, held_out: lists of (source, target), each a string or a tuple of symbols; separator: "" or " "."""

    def __init__(self, name, train, held_out, separator=""):
        self.name, self.train, self.held_out, self.separator = name, train, held_out, separator
        self.source = Vocabulary(symbol for source, _ in train for symbol in source)
        self.target = Vocabulary(symbol for _, target in train for symbol in target)
        self.longest_target = max(len(target) for _, target in train + held_out)

    def batches(self, size, rng=None):
        """An endless stream of random batches out of the training pairs."""
        rng, size = np.random.default_rng(rng), checks.size(size, "size")
        sources = [self.source.encode(source) for source, _ in self.train]
        targets = [self.target.encode(target) for _, target in self.train]
        while True:
            chosen = rng.integers(len(self.train), size=size)
            yield Batch([sources[i] for i in chosen], [targets[i] for i in chosen])


def check_sizes(train, held_out, there_are):
    """So many different things can be drawn, so many pairs are wanted."""
    wanted = checks.size(train, "train") + checks.size(held_out, "held_out")
    if wanted > there_are:
        raise ValueError(f"train and held_out: expected at most {there_are} together, got {wanted}")
