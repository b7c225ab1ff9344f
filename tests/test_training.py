"""The training loop: the same seed gives the same numbers, any model will do, and a training that diverges says so."""

import math
import os
import subprocess
import sys
from itertools import islice

import numpy as np
import pytest
from problems import copied, problem, same

from seq2seq_lib import SGD, Adam, Diverged, Seq2Seq, answers, check_gradients, training
from seq2seq_lib.tasks import dates, pronunciation, reverse, seed_example


class Line:
    """y = w x + b by least squares: a model from outside, its parameters in plain dicts."""

    def __init__(self):
        self.params = {"w": np.zeros(1), "b": np.zeros(1)}

    def loss_and_grads(self, batch):
        x, y = batch
        error = self.params["w"] * x + self.params["b"] - y
        self.grads = {"w": np.array([2 * np.mean(error * x)]), "b": np.array([2 * np.mean(error)])}
        return float(np.mean(error**2)), self.grads


class Slope:
    """The loss is p, so its gradient is always 1."""

    def __init__(self):
        self.params = {"p": np.zeros(1)}

    def loss_and_grads(self, _):
        self.grads = {"p": np.ones(1)}
        return float(self.params["p"][0]), self.grads


XS = np.array([0.0, 1.0, 2.0, 3.0])
LINE = (XS, 3 * XS - 2)


def token_losses(seed):
    task = reverse(train=200, held_out=10, rng=seed)
    model = Seq2Seq(len(task.source), 16, len(task.target), loss="cross_entropy", rng=seed, dtype=np.float32)
    return [step.loss for step in training(model, islice(task.batches(8, rng=seed), 20), Adam(2e-3))]


# The same seed


def test_the_same_seed_gives_the_same_losses_to_the_last_bit():
    assert token_losses(3) == token_losses(3)
    assert token_losses(3) != token_losses(4)


def test_the_seed_example_too():
    first, second = (Seq2Seq(2, 4, 1, rng=5).train(*seed_example()) for _ in range(2))
    assert first == second


def test_another_process_draws_the_same_words_batches_and_weights():
    code = "from test_training import token_losses; print([loss.hex() for loss in token_losses(3)])"
    path = os.pathsep.join(sys.path)
    printed = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert printed[0] == printed[1] == f"{[loss.hex() for loss in token_losses(3)]}\n"


def test_numpys_global_random_state_is_left_alone():
    _, before, *position = np.random.get_state()  # noqa: NPY002
    for task in (dates(200, 5), reverse(train=20, held_out=5), pronunciation()):
        model = Seq2Seq(len(task.source), 4, len(task.target), loss="cross_entropy")
        for _ in training(model, islice(task.batches(2), 2), Adam(0.01)):
            pass
        answers(model, task, [task.held_out[0][0]])
        check_gradients(model, next(task.batches(2)), at_most=2)
    Seq2Seq(2, 4, 1).train(*seed_example(), epochs=2)
    _, after, *position_after = np.random.get_state()  # noqa: NPY002
    same(after, before)
    assert position_after == position


# The loop


@pytest.mark.parametrize("optimizer", [SGD(0.1), Adam(0.1)])
def test_a_model_from_outside_learns_too(optimizer):
    line = Line()
    steps = list(training(line, [LINE] * 500, optimizer, clip=None))
    assert steps[-1].loss < 1e-3 < steps[0].loss
    same(line.params, {"w": [3.0], "b": [-2.0]}, tolerance=0.1)


def test_the_first_step_by_hand():
    line = Line()
    (step,) = training(line, [LINE], SGD(0.1), clip=None)
    assert (step.index, step.loss) == (0, np.mean(LINE[1] ** 2))  # all answers are 0 at first
    assert step.grad_norm == pytest.approx(math.hypot(-15, -5))
    assert step.seconds >= 0
    same(line.params, {"w": [1.5], "b": [0.5]}, tolerance=1e-15)


def test_one_step_each_time_it_is_asked():
    line = Line()
    steps = training(line, [LINE] * 10, SGD(0.1))
    same(line.params["w"], [0.0])
    next(steps)
    after_one = line.params["w"].copy()
    assert next(steps).index == 1
    assert line.params["w"] != after_one
    assert len(list(steps)) == 8


@pytest.mark.parametrize(
    ("clip", "length"), [(1.0, 1.0), (2.5, 2.5), (100.0, math.hypot(15, 5)), (None, math.hypot(15, 5))]
)
def test_a_gradient_longer_than_clip_is_shortened(clip, length):
    line = Line()
    (step,) = training(line, [LINE], SGD(1.0), **({} if clip == 1.0 else {"clip": clip}))
    assert math.hypot(*line.params["w"], *line.params["b"]) == pytest.approx(length)
    assert step.grad_norm == pytest.approx(math.hypot(15, 5))


def test_the_learning_rate_falls_along_half_a_cosine():
    slope = Slope()
    losses = [step.loss for step in training(slope, [None] * 9, SGD(1.0), decay_steps=4)]
    rates = -np.diff([*losses, *slope.params["p"]])
    same(rates, [1, (1 + math.sqrt(0.5)) / 2, 0.5, (1 - math.sqrt(0.5)) / 2], tolerance=1e-12)


def test_the_decay_ends_near_zero_after_exactly_so_many_steps():
    slope = Slope()
    losses = [step.loss for step in training(slope, iter([None] * 2000), SGD(1.0), decay_steps=1000)]
    assert len(losses) == 1000
    assert 0 < losses[-1] - slope.params["p"][0] < 1e-5
    assert -slope.params["p"][0] == pytest.approx(500.5)  # half of 1,000, and half of the first step


def test_without_decay_the_rate_stays():
    losses = [step.loss for step in training(Slope(), [None] * 5, SGD(1.0))]
    same(np.diff(losses), -np.ones(4))


# Divergence


def record(model, steps, weights):
    for _ in steps:
        weights.append(copied(model.params))


@pytest.mark.parametrize(
    ("loss", "rate", "clip", "step"),
    [("squared_error", 1e60, None, 2), ("squared_error", 1e200, 1.0, 0), ("cross_entropy", 1e200, 1.0, 0)],
)
def test_a_training_that_diverges_says_when_and_what_to_try_and_a_smaller_rate_goes_on(loss, rate, clip, step):
    one = problem(loss)
    weights, steps = [copied(one.model.params)], training(one.model, [one.batch] * 9, SGD(rate), clip)
    with pytest.raises(Diverged, match=f"diverged at step {step}: .*[.] Try a smaller learning rate, or clip"):
        record(one.model, steps, weights)
    assert len(weights) == 1 + step
    same(copied(one.model.params), weights[-1])
    (again,) = training(one.model, [one.batch], SGD(1e-3 / rate), clip)
    assert math.isfinite(again.loss)


@pytest.mark.parametrize(("loss", "slope"), [(math.nan, 1.0), (math.inf, 1.0), (1.0, math.nan), (1.0, -math.inf)])
def test_a_loss_or_a_gradient_that_is_not_finite_changes_nothing(loss, slope):
    line = Line()
    line.loss_and_grads = lambda _: (loss, {"w": np.array([slope]), "b": np.ones(1)})
    with pytest.raises(Diverged, match=r"at step 0: the loss is .*, the norm of the gradient"):
        next(training(line, [LINE], SGD(0.1)))
    same(line.params, {"w": [0.0], "b": [0.0]})


def test_train_diverges_in_the_same_words():
    model = Seq2Seq(2, 4, 1, learning_rate=1e200, rng=0)
    with pytest.raises(Diverged, match="diverged at step 0"):
        model.train(*seed_example())
    same(copied(model.params), copied(Seq2Seq(2, 4, 1, rng=0).params))


def test_the_weights_are_those_of_the_last_loss_that_was_finite():
    class Cliff(Slope):
        def loss_and_grads(self, _):
            loss, grads = super().loss_and_grads(_)
            return (loss if loss > -2.5 else -math.inf), grads

    cliff = Cliff()
    with pytest.raises(Diverged, match="at step 3"):
        list(training(cliff, [None] * 9, SGD(1.0)))
    same(cliff.params, {"p": [-2.0]})


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("make", [SGD, Adam])
def test_weights_that_are_finite_but_their_loss_is_not_are_taken_back(seed, make):
    one, rng = problem("squared_error", seed=seed), np.random.default_rng(seed)
    with pytest.raises(Diverged):
        for _ in training(one.model, [one.batch] * 999, make(10 ** rng.uniform(155, 200)), clip=None):
            pass
    assert len(list(training(one.model, [one.batch] * 3, make(1e-200), clip=None))) == 3


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("make", [SGD, Adam])
def test_a_step_that_is_interrupted_is_none(error, make):
    one, optimizer = problem("squared_error"), make(0.1)
    update, before = optimizer.update, copied(one.model.params)

    def interrupted(params, grads, scale):
        update(params, grads, scale)
        raise error

    optimizer.update = interrupted
    with pytest.raises(error):
        next(training(one.model, [one.batch], optimizer))
    same(copied(one.model.params), before)
    optimizer.update = update
    losses = [step.loss for step in training(one.model, [one.batch] * 50, optimizer)]
    assert losses[-1] < losses[0]


def test_an_optimizer_that_failed_to_update_is_no_obstacle():
    one, adam = problem("squared_error"), Adam(1e300)
    with pytest.raises(Diverged):
        list(training(one.model, [one.batch] * 9, adam))
    adam.learning_rate = 0.01
    losses = [step.loss for step in training(one.model, [one.batch] * 50, adam)]
    assert losses[-1] < losses[0]
