"""A task: pairs to learn from, other pairs to be tested on, and the vocabularies of both sides."""

import numpy as np

from seq2seq_lib import checks
from seq2seq_lib.batch import Batch
from seq2seq_lib.tasks.vocabulary import SPECIAL, Vocabulary


class Task:
    """train, held_out: lists of (source, target), each a string, whose letters are its symbols, or a tuple of symbols.

    separator: what stands between the symbols of a tuple when it is shown, or typed: " " between words
    Raises ValueError, and says which pair it is, for what can't be learned from or asked for.
    """

    def __init__(self, name, train, held_out, separator=""):
        self.name, self.separator = checks.text(name, "name"), checks.text(separator, "separator")
        self.train, self.held_out = check_pairs(train, "train"), check_pairs(held_out, "held_out")
        sources, targets = zip(*self.train)
        self.source, self.target = vocabulary_of(sources, separator), vocabulary_of(targets, separator)
        self.check_known()
        self.longest_target = max(len(target) for _, target in self.train + self.held_out)

    @property
    def symbols(self):
        """What the tokens stand for, in the sources and in the targets: a model of this task needs the same."""
        return tuple(self.source.symbols), tuple(self.target.symbols)

    def batches(self, size, rng=None):
        """An endless stream of random batches out of the training pairs."""
        rng, size = checks.generator(rng), checks.size(size, "size", most=10**6)
        sources = [np.array(self.source.encode(source)) for source, _ in self.train]
        targets = [np.array(self.target.encode(target)) for _, target in self.train]
        while True:
            chosen = rng.integers(len(self.train), size=size)
            yield Batch([sources[i] for i in chosen], [targets[i] for i in chosen], self.symbols)

    def check_known(self):
        """Nobody can be asked for what no training pair has shown."""
        known = {side: set(vocabulary.tokens) for side, vocabulary in zip(SIDES, (self.source, self.target))}
        for pair in self.held_out:
            for side, sequence in zip(SIDES, pair):
                unknown = set(sequence) - known[side]
                if unknown:
                    raise ValueError(
                        f"held_out: expected only symbols that some training pair has, got {min(unknown)!r} in the "
                        f"{side} of {pair}: train on more pairs"
                    )


SIDES = "source", "target"


def check_pairs(pairs, name):
    """A list of at least one (source, target), in each of them at least one symbol."""
    pairs = checks.listed(pairs, name, of="pairs")
    if not pairs:
        raise ValueError(f"{name}: expected at least one pair, got none")
    for pair in pairs:
        if not (isinstance(pair, (tuple, list)) and len(pair) == len(SIDES)):
            raise ValueError(f"{name}: expected pairs (source, target), got {checks.shown(pair)}")
        for side, sequence in zip(SIDES, pair):
            if not is_sequence(sequence):
                raise ValueError(
                    f"{name}: expected each {side} as a string, or a tuple of strings, with at least one symbol, "
                    f"got the pair {checks.shown(tuple(pair))}"
                )
    return pairs


def is_sequence(sequence):
    """A string, or symbols, none of them empty or one of ours; and at least one."""
    if isinstance(sequence, str):
        return sequence != ""
    symbols = sequence if isinstance(sequence, (tuple, list)) else ()
    return len(symbols) > 0 and all(isinstance(s, str) and s != "" and s not in SPECIAL for s in symbols)


def vocabulary_of(sequences, separator):
    """The vocabulary of one side: letters, if all its sequences are strings; else symbols, with a separator between."""
    symbols = {symbol for sequence in sequences for symbol in sequence}
    if all(isinstance(sequence, str) for sequence in sequences):
        return Vocabulary(symbols)
    split = sorted(symbol for symbol in symbols if separator and separator in symbol)
    if split:
        raise ValueError(f"separator: expected one that no symbol has in it, got {separator!r}, which {split[0]!r} has")
    return Vocabulary(symbols, separator)
