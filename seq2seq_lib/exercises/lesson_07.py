"""Checks of lesson 07: the gradient kept in bounds, and cut."""

import copy
import math

import numpy as np

from seq2seq_lib import optimizers
from seq2seq_lib.exercises.check import Check
from seq2seq_lib.exercises.lesson_06 import on_copies
from seq2seq_lib.exercises.problems import standard_normal
from seq2seq_lib.exercises.running import run
from seq2seq_lib.rnn import RNN

# Clipping


def clip_by_global_norm(grads, max_norm):
    return optimizers.clip_by_global_norm(grads, max_norm)


def scaled(grads, factor_of):
    for name, grad in grads.items():
        grad *= factor_of(name)


def one_by_one(grads, max_norm):
    """You clip each array by its own norm. That turns the gradient's direction: one norm, of all of them together."""
    norm = clip_by_global_norm(copy.deepcopy(grads), math.inf)
    scaled(grads, lambda name: min(1, max_norm / np.linalg.norm(grads[name])))
    return norm


def number_by_number(grads, max_norm):
    """You cut off each number at max_norm. That turns the direction: multiply all of them by the same factor."""
    norm = clip_by_global_norm(copy.deepcopy(grads), math.inf)
    for grad in grads.values():
        np.clip(grad, -max_norm, max_norm, out=grad)
    return norm


def always(grads, max_norm):
    """A gradient that is small enough is stretched to max_norm. Clip only where norm > max_norm."""
    norm = clip_by_global_norm(copy.deepcopy(grads), math.inf)
    scaled(grads, lambda name: max_norm / norm)
    return norm


def never(grads, max_norm):
    """The arrays are as they were: `grad = grad * ...` and `grads[name] = ...` make new ones beside them. `grad *= ...`
    changes those that the optimizer will read."""
    return clip_by_global_norm(copy.deepcopy(grads), max_norm)


def sum_of_norms(grads, max_norm):
    """Norms don't add. Add up the squares of all numbers, and take one root at the end."""
    norm = sum(float(np.linalg.norm(grad)) for grad in grads.values())
    if norm > max_norm:
        scaled(grads, lambda name: max_norm / norm)
    return norm


def no_root(grads, max_norm):
    """Your norm is a sum of squares. Its square root is the norm."""
    norm = clip_by_global_norm(copy.deepcopy(grads), math.inf) ** 2
    if norm > max_norm:
        scaled(grads, lambda name: max_norm / norm)
    return norm


def the_norm_afterwards(grads, max_norm):
    """You return the norm after clipping. Return the one before: it says how hard the clipping had to work."""
    return min(clip_by_global_norm(grads, max_norm), max_norm)


def as_in_pytorch(grads, max_norm):
    """Its factor has a small number below the line, so that a norm of zero does no harm."""
    norm = clip_by_global_norm(copy.deepcopy(grads), math.inf)
    scaled(grads, lambda name: min(1, max_norm / (norm + 1e-6)))
    return norm


def clipped(function, grads, max_norm):
    """What it returned, and what it made of the arrays that the optimizer will read."""
    arrays = dict(grads)
    return run(function, grads, max_norm), arrays


def gradients(seed):
    return dict(zip(("W_xh", "W_hh", "b_h"), standard_normal(seed, (2, 3), (3, 3), (3,))))


check_clip_by_global_norm = Check(
    clip_by_global_norm,
    returns=("the norm", "grads"),
    problems=[(gradients(0), 1.5), (gradients(1), 100.0), (gradients(2), 0.1)],
    also=[as_in_pytorch],
    wrong=[one_by_one, number_by_number, always, never, sum_of_norms, no_root, the_norm_afterwards],
    use=on_copies(clipped),
)

# Truncated backpropagation through time


def chunks(rnn, dhs, xs, hs, steps):
    """The gradient of each chunk of so many steps. The states went on from chunk to chunk; the gradient does not."""
    for start in range(0, len(xs), steps):
        stop = start + steps
        yield rnn.backward(dhs[start:stop], xs[start:stop], hs[start : stop + 1])[2]


def summed(parts):
    parts = list(parts)
    return {name: sum(grads[name] for grads in parts) for name in parts[0]}


def truncated_backward(rnn, dhs, xs, hs, steps):
    return summed(chunks(rnn, dhs, xs, hs, steps))


def not_cut(rnn, dhs, xs, hs, steps):
    """That is the whole gradient: nothing was cut. Call backward once for each chunk."""
    return dict(rnn.backward(dhs, xs, hs)[2])


def the_last_chunk(rnn, dhs, xs, hs, steps):
    """You return the gradient of the last chunk alone. Add up those of all chunks."""
    return dict(list(chunks(rnn, dhs, xs, hs, steps))[-1])


def the_rest_forgotten(rnn, dhs, xs, hs, steps):
    """The last steps are missing: where T is no multiple of `steps`, the last chunk is shorter, and counts too."""
    whole = len(xs) // steps * steps
    return summed(chunks(rnn, dhs[:whole], xs[:whole], hs[: whole + 1], steps))


def from_zero(rnn, dhs, xs, hs, steps):
    """Each of your chunks begins with a zero state. The state goes on, hs[start] is what it was; the gradient stops."""
    hs = hs.copy()
    hs[::steps] = 0
    return summed(chunks(rnn, dhs, xs, hs, steps))


def truncation_problem(length, steps, seed):
    rnn = RNN(2, 3, rng=seed)
    dhs, xs, h_0 = standard_normal(seed, (length, 2, 3), (length, 2, 2), (2, 3))
    return rnn, dhs, xs, rnn.forward(xs, h_0), steps


check_truncated_backward = Check(
    truncated_backward,
    returns=("grads",),
    problems=[truncation_problem(7, 3, seed=0), truncation_problem(6, 2, seed=1)],
    wrong=[not_cut, the_last_chunk, the_rest_forgotten, from_zero],
)
