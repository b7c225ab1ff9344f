"""Steps that are taken whole or not at all: Python is interrupted between two of its calls, never inside of one of C.

So what belongs together is computed first, and then put in its place by a single call.
"""

from functools import partial
from operator import call, isub, setitem

import numpy as np


def at_once(calls):
    """Make all of these calls, partials of functions written in C, and let no interrupt come between two of them."""
    list(map(call, list(calls)))


def subtract(moves, owner, **state):
    """p -= move for each (p, move), and owner.name = value for each of the state: all of it at once."""
    at_once([*[partial(isub, p, move) for p, move in moves], partial(vars(owner).update, state)])


def way_back(*things):
    """The calls that make these arrays, dicts and lists, and those in them, again what they are now: for at_once."""
    calls = []
    for thing in things:
        if isinstance(thing, np.ndarray) and thing.flags.writeable:
            calls.append(partial(setitem, thing, ..., thing.copy()))
        elif isinstance(thing, dict):
            calls += [thing.clear, partial(thing.update, thing.copy()), *way_back(*thing.values())]
        elif isinstance(thing, list):
            calls += [partial(setitem, thing, slice(None), thing.copy()), *way_back(*thing)]
        elif isinstance(thing, tuple):
            calls += way_back(*thing)
    return calls
