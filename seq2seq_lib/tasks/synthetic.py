"""Tasks that are made by rule: the tutorials' example, reversed words, dates as people write them."""

from datetime import date, timedelta

import numpy as np

from seq2seq_lib import checks
from seq2seq_lib.tasks.task import Task

LETTERS = "abcdefghij"
FIRST, LAST = date(1900, 1, 1), date(2099, 12, 31)
# Our own names: strftime would follow the language of the machine.
MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def seed_example():
    """input_seq, three vectors (2,), and target_seq, three vectors (1,)."""
    input_seq = [np.array([0.5, -0.2]), np.array([0.1, 0.8]), np.array([-0.3, 0.2])]
    target_seq = [np.array([0.1]), np.array([0.4]), np.array([-0.1])]
    return input_seq, target_seq


def reverse(shortest=3, longest=8, train=20_000, held_out=2_000, rng=0):
    """Random words of `shortest` to `longest` letters, out of ten -> the same backwards. No word is in both sets.

    Raises ValueError for more words than there are, and for lengths out of order, or above 1,000.
    """
    if checks.size(longest, "longest", most=1000) < checks.size(shortest, "shortest"):
        raise ValueError(f"longest: expected at least {shortest}, as many letters as the shortest has, got {longest}")
    lengths = range(shortest, longest + 1)
    check_sizes(train, held_out, sum(len(LETTERS) ** length for length in lengths))
    rng = checks.generator(rng)
    words = {}  # a dict keeps the order, which a set does not
    while len(words) < train + held_out:
        letters = rng.integers(len(LETTERS), size=rng.integers(shortest, longest + 1))
        words["".join(LETTERS[i] for i in letters)] = None
    # Shuffled: there are few short words, and all that were drawn first would be held out.
    pairs = [(word, word[::-1]) for word in rng.permutation(list(words)).tolist()]
    return Task("reverse", pairs[held_out:], pairs[:held_out])


def ordinal(day):
    """1st, 2nd, 3rd, 4th, ..., 11th, 12th, 13th, ..., 31st"""
    endings = {1: "st", 2: "nd", 3: "rd"}
    return f"{day}{'th' if 11 <= day <= 13 else endings.get(day % 10, 'th')}"


# Eight ways to write 1979-05-03.
FORMATS = {
    "3 May 1979": lambda d: f"{d.day} {MONTHS[d.month - 1]} {d.year}",
    "May 3, 1979": lambda d: f"{MONTHS[d.month - 1]} {d.day}, {d.year}",
    "3rd of May 1979": lambda d: f"{ordinal(d.day)} of {MONTHS[d.month - 1]} {d.year}",
    "Thursday, May 3, 1979": lambda d: f"{WEEKDAYS[d.weekday()]}, {MONTHS[d.month - 1]} {d.day}, {d.year}",
    "may 3 1979": lambda d: f"{MONTHS[d.month - 1].lower()} {d.day} {d.year}",
    "03.05.1979": lambda d: f"{d.day:02}.{d.month:02}.{d.year}",
    "5/3/1979": lambda d: f"{d.month}/{d.day}/{d.year}",
    "1979/05/03": lambda d: f"{d.year}/{d.month:02}/{d.day:02}",
}


def dates(train=40_000, held_out=2_000, rng=0):
    """Days from 1900 to 2099, each in one of the eight formats -> ISO. No day is both in train and in held_out."""
    there_are = (LAST - FIRST).days + 1
    check_sizes(train, held_out, there_are)
    rng = checks.generator(rng)
    writers = list(FORMATS.values())
    days = rng.permutation(there_are)[: train + held_out]
    pairs = []
    for day, writer in zip(days.tolist(), rng.integers(len(writers), size=len(days))):
        d = FIRST + timedelta(days=day)
        pairs.append((writers[writer](d), d.isoformat()))
    return Task("dates", pairs[held_out:], pairs[:held_out])


def check_sizes(train, held_out, there_are):
    """So many different things can be drawn, so many pairs are wanted."""
    wanted = checks.size(train, "train") + checks.size(held_out, "held_out")
    if wanted > there_are:
        raise ValueError(f"train and held_out: expected at most {there_are} together, got {wanted}")
