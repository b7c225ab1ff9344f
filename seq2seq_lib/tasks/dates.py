"""Dates as people write them -> ISO 8601."""

from datetime import date, timedelta

import numpy as np

from seq2seq_lib.tasks.task import Task, check_sizes

FIRST, LAST = date(1900, 1, 1), date(2099, 12, 31)
# Our own names: strftime would follow the language of the machine.
MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


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
    rng = np.random.default_rng(rng)
    writers = list(FORMATS.values())
    days = rng.permutation(there_are)[: train + held_out]
    pairs = []
    for day, writer in zip(days.tolist(), rng.integers(len(writers), size=len(days))):
        d = FIRST + timedelta(days=day)
        pairs.append((writers[writer](d), d.isoformat()))
    return Task("dates", pairs[held_out:], pairs[:held_out])
