"""Dashboard: its curve is the training's own, its errors those of the gradient check, its answers those of predict."""

import numpy as np
import pytest

from seq2seq_lib import SGD, check_gradients, training
from seq2seq_lib.exercises.tutorial import FAULTS, HALF, LEAK, SMALL, STATE, TEACHER, Tutorial
from seq2seq_lib.widgets import Dashboard


@pytest.fixture(scope="module")
def dashboard():
    return Dashboard()


def frame(dashboard, *faults):
    return dashboard.frame(**{name: fault in faults for name, fault in zip(dashboard.defaults(), FAULTS)})


@pytest.mark.parametrize("faults", [(), (SMALL,), (LEAK, STATE), FAULTS])
def test_the_curve_is_that_of_the_training(dashboard, faults):
    seen, model = frame(dashboard, *faults), Tutorial(2, 4, 1, faults=faults, rng=0)
    losses = [step.loss for step in training(model, [dashboard.batch] * 100, SGD(0.1), clip=None)]
    assert seen["losses"].tolist() == losses
    assert seen["last"] == losses[-1]
    if TEACHER in faults:
        assert seen["writes"] is None
    else:
        assert seen["writes"].tolist() == model.predict(dashboard.source, 3)[:, 0].tolist()
        assert seen["other"].tolist() == model.predict(dashboard.source[::-1], 3)[:, 0].tolist()


@pytest.mark.parametrize("faults", [(), (LEAK,), (STATE, HALF), FAULTS])
def test_the_errors_are_those_of_the_gradient_check(dashboard, faults):
    errors = check_gradients(dashboard.generous(faults), dashboard.batch)
    seen = frame(dashboard, *faults)["errors"]
    assert seen.keys() == errors.keys()
    for name, error in errors.items():
        assert seen[name] == pytest.approx(error, rel=1e-6, abs=1e-8)


def test_the_constant_is_the_best_that_one_number_can_do(dashboard):
    numbers = np.linspace(-0.5, 0.5, 1001)
    best = min(((dashboard.target - number) ** 2).sum() for number in numbers)
    assert frame(dashboard)["constant"] == pytest.approx(best, abs=1e-5)
