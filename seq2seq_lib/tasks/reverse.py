"""Read a word, write it backwards: the smallest task that needs memory."""

import numpy as np

from seq2seq_lib import checks
from seq2seq_lib.tasks.task import Task, check_sizes

LETTERS = "abcdefghij"


def reverse(shortest=3, longest=8, train=20_000, held_out=2_000, rng=0):
    """Random words of `shortest` to `longest` letters, out of ten -> the same backwards. No word is in both sets."""
    lengths = range(checks.size(shortest, "shortest"), checks.size(longest, "longest") + 1)
    check_sizes(train, held_out, sum(len(LETTERS) ** length for length in lengths))
    rng = np.random.default_rng(rng)
    words = {}  # a dict keeps the order, which a set does not
    while len(words) < train + held_out:
        letters = rng.integers(len(LETTERS), size=rng.integers(shortest, longest + 1))
        words["".join(LETTERS[i] for i in letters)] = None
    pairs = [(word, word[::-1]) for word in words]
    return Task("reverse", pairs[held_out:], pairs[:held_out])
