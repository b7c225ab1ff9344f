"""Whatever stops a training, and wherever: weights and optimizer are those before or after a whole step.

A trace function stands for Ctrl-C: it raises before a line of the library, or before an operation of the interpreter.
"""

import copy
import itertools
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from problems import same
from test_training import Line

import seq2seq_lib
from seq2seq_lib import SGD, Adam, Batch, Diverged, Seq2Seq, training
from seq2seq_lib.widgets.optimizers import Momentum

LIBRARY = Path(seq2seq_lib.__file__).parent
STEPPING = {str(LIBRARY / f"{name}.py") for name in ("training", "optimizers", "atomic", "widgets/optimizers")}
XS = np.arange(4.0)


class Sequences(Seq2Seq):
    def __init__(self):
        super().__init__(2, 3, 1, rng=0)


class Cliff(Line):
    """Its loss is no number where it has been two times."""

    calls = 0

    def loss_and_grads(self, batch):
        self.calls += 1
        loss, grads = super().loss_and_grads(batch)
        return (loss if self.calls < 3 else np.inf), grads


BATCHES = {Sequences: Batch([np.ones((2, 2))], [np.ones((3, 1))]), Line: (XS, 3 * XS - 2), Cliff: (XS, 3 * XS - 2)}


def by_training(model, batch, optimizer):
    yield from training(model, [batch] * 3, optimizer)


def by_hand(model, batch, optimizer):
    for _ in range(3):
        _, grads = model.loss_and_grads(batch)
        optimizer.update(model.params, grads)
        yield


def state(model, optimizer):
    weights = {name: array.copy() for name, array in model.params.items()}
    return weights, copy.deepcopy(vars(optimizer))


class Interrupt:
    """Raises KeyboardInterrupt before the event of this number, "line" or "opcode", in the files that take a step."""

    def __init__(self, number, kind, files=frozenset(STEPPING)):
        self.number, self.kind, self.files, self.events = number, kind, files, itertools.count()

    def __call__(self, frame, kind, _):
        if frame.f_code.co_filename not in self.files:
            return None
        frame.f_trace_opcodes = self.kind == "opcode"
        if kind == self.kind and next(self.events) == self.number:
            raise KeyboardInterrupt
        return self


def run(steps, interrupt=None):
    """Take the steps; True if an interrupt came."""
    before = sys.gettrace()
    sys.settrace(interrupt)
    try:
        for _ in steps:
            pass
    except Diverged:
        return False
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


def between_the_steps(loop, kind, make):
    model, optimizer = kind(), make(0.1)
    states = [state(model, optimizer)]
    try:
        for _ in loop(model, BATCHES[kind], optimizer):
            states.append(state(model, optimizer))
    except Diverged:
        pass
    return states


def is_one_of(found, states):
    for known in states:
        try:
            same(found[0], known[0])
            same_state(found[1], known[1])
        except AssertionError:
            continue
        return True
    return False


def same_state(one, other):
    assert one.keys() == other.keys()
    for name, value in one.items():
        np.testing.assert_equal(value, other[name])


LOOPS = [
    (by_training, Line, Adam),
    (by_training, Line, Momentum),
    (by_training, Cliff, Adam),
    (by_training, Sequences, Adam),
    (by_hand, Line, SGD),
    (by_hand, Line, Adam),
    (by_hand, Sequences, Adam),
]


@pytest.mark.parametrize(("loop", "kind", "make"), LOOPS)
@pytest.mark.parametrize(("event", "every"), [("line", 1), ("opcode", 19)])
def test_an_interrupt_leaves_weights_and_optimizer_as_they_are_between_two_steps(loop, kind, make, event, every):
    states, torn = between_the_steps(loop, kind, make), []
    for number in itertools.count(0, every):
        model, optimizer = kind(), make(0.1)
        came = run(loop(model, BATCHES[kind], optimizer), Interrupt(number, event))
        if not is_one_of(state(model, optimizer), states):
            torn.append(number)
        if not came:
            break
    assert number > 19
    assert torn == []


@pytest.mark.parametrize("make", [SGD, Adam, Momentum, partial(Momentum, momentum=0.5)])
@pytest.mark.parametrize("wrong", [np.inf, "an error"])
def test_a_step_that_fails_is_none_for_the_optimizer_too(make, wrong):
    """What it wrote into its arrays, put into its dicts, or hung on itself."""
    line, optimizer = Line(), make(0.1)
    assert not run(training(line, [BATCHES[Line]] * 2, optimizer))
    before, update = state(line, optimizer), type(optimizer).update

    class Broken(type(optimizer)):
        def update(self, params, grads, scale):
            update(self, params, grads, scale)
            self.new = params["w"]
            if wrong == "an error":
                raise OSError("the reader's own")
            params["b"][...] = wrong

    optimizer.__class__ = Broken
    with pytest.raises((Diverged, OSError)):
        list(training(line, [BATCHES[Line]], optimizer))
    after = state(line, optimizer)
    same(after[0], before[0])
    same_state(after[1], before[1])


def test_after_a_divergence_the_optimizer_is_that_of_the_weights():
    line, adam = Cliff(), Adam(0.1)
    states = between_the_steps(by_training, Cliff, Adam)
    with pytest.raises(Diverged, match="at step 2"):
        list(training(line, [BATCHES[Line]] * 3, adam))
    weights, remembered = state(line, adam)
    same(weights, states[1][0])
    same_state(remembered, states[1][1])
    assert adam.steps == 1


def test_the_arrays_of_an_optimizer_stay_the_same_ones():
    """One that keeps the arrays of the model itself, as PyTorch's do, goes on changing them after a failed step."""

    class OfModel:
        def __init__(self, model):
            self.model_has, self.fails = model.params, True

        def update(self, params, grads, scale):
            for name, p in self.model_has.items():
                p -= 0.1 * grads[name]
            if self.fails:
                raise KeyboardInterrupt

    line = Line()
    optimizer = OfModel(line)
    assert run(training(line, [BATCHES[Line]], optimizer))
    same(line.params["w"], [0.0])
    optimizer.fails = False
    run(training(line, [BATCHES[Line]], optimizer, clip=None))
    same(line.params["w"], [1.5], tolerance=1e-12)
