"""The training loop, as a generator: it does one step each time it is asked for the next."""

import math
import time
from typing import NamedTuple

import numpy as np

from seq2seq_lib import checks
from seq2seq_lib.atomic import at_once, way_back
from seq2seq_lib.optimizers import clip_by_global_norm
from seq2seq_lib.parameters import vectors

# On Linux freed memory goes back to the system, and comes back page by page at the next step: twice the time at H=128.
# glibc learns from one large block that is freed (this one is never touched) to keep memory for later: see mallopt(3),
# M_MMAP_THRESHOLD. Elsewhere the line does nothing.
np.empty(31 << 20, np.uint8)


class Step(NamedTuple):
    index: int
    loss: float
    grad_norm: float  # before clipping
    seconds: float


class Diverged(ArithmeticError):
    """The loss, a gradient or a weight is no longer a finite number."""


def training(model, batches, optimizer, clip=1.0, decay_steps=None):
    """Train `model` on one batch after the other; yields a Step after each.

    model: anything with loss_and_grads(batch), params and grads; batches: an iterable
    clip: the largest global norm of a gradient, or None
    decay_steps: let the learning rate fall to zero over so many steps, along half a cosine
    (Loshchilov & Hutter 2017)
    Raises Diverged when a number is no longer finite; the model holds the last weights
    whose loss was finite: another training, with a smaller rate, goes on from them.
    Whatever stops it, an interrupt too, weights and optimizer are those between two steps.
    """
    checks.trainable(model)
    state = checks.state_of(optimizer)
    batches = checks.iterable(batches, "batches", of="a list of batches")
    clip = math.inf if clip is None else checks.positive(clip, "clip")
    decay_steps = None if decay_steps is None else checks.size(decay_steps, "decay_steps")
    before = way_back(*vectors(model.params), state)
    for index, batch in enumerate(batches):
        if decay_steps is not None and index >= decay_steps:
            return
        start = time.perf_counter()
        with np.errstate(over="ignore", invalid="ignore"):  # reported below, in words
            loss, grads = model.loss_and_grads(batch)
            grad_norm = clip_by_global_norm(grads, clip)
            if not (math.isfinite(loss) and math.isfinite(grad_norm)):
                at_once(before)
                what = f"the loss is {loss:.3g}, the norm of the gradient {grad_norm:.3g}"
                raise Diverged(advice(index, what))
            scale = 1.0 if decay_steps is None else half_cosine(index / decay_steps)
            before = way_back(*vectors(model.params), state)
            take_step(index, model.params, grads, optimizer, scale, before)
        yield Step(index, loss, grad_norm, time.perf_counter() - start)


def take_step(index, params, grads, optimizer, scale, before):
    """Update the weights, or go back to before: after an infinite weight, an error, or an interrupt."""
    try:
        optimizer.update(params, grads, scale)
        if not all(math.isfinite(checks.square_of(p)) for p in vectors(params)):
            raise Diverged(advice(index, "the update made a weight infinite"))
    except BaseException:
        at_once(before)
        raise


def half_cosine(share):
    """From 1 to 0 as the share of the steps that are done goes from 0 to 1."""
    return (1 + math.cos(math.pi * share)) / 2


def advice(index, what):
    return f"training diverged at step {index}: {what}. Try a smaller learning rate, or clip the gradient."
