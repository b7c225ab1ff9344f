"""Optimizers against first steps computed by hand, and Adam against the book."""

import math

import numpy as np
import pytest
from problems import same

from seq2seq_lib import SGD, Adam, clip_by_global_norm


def parameter(*values):
    return {"p": np.array(values)}


def test_sgd_by_hand():
    params = parameter(1.0, 2.0)
    SGD(0.1).update(params, parameter(10.0, -5.0))
    same(params["p"], [0.0, 2.5])


@pytest.mark.parametrize("optimizer", [SGD, Adam])
def test_scale_multiplies_the_rate_of_one_step(optimizer):
    params, half = parameter(0.0), parameter(0.0)
    optimizer(0.1).update(params, parameter(1.0))
    optimizer(0.1).update(half, parameter(1.0), scale=0.5)
    same(half["p"], params["p"] / 2, tolerance=1e-15)


def test_the_first_step_of_adam_is_the_learning_rate_whatever_the_size_of_the_gradient():
    params = parameter(0.0, 0.0, 0.0)
    Adam(0.1).update(params, parameter(1e-3, -500.0, 0.0))
    same(params["p"], [-0.1, 0.1, 0.0], tolerance=1e-5)


def test_three_steps_of_adam_are_those_of_the_book():
    params, adam = parameter(1.0), Adam(0.01)
    p, m, v = 1.0, 0.0, 0.0
    for t, g in enumerate([3.0, -1.0, 0.5], start=1):
        adam.update(params, parameter(g))
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        p -= 0.01 * (m / (1 - 0.9**t)) / (math.sqrt(v / (1 - 0.999**t)) + 1e-8)
        assert params["p"][0] == pytest.approx(p, rel=1e-12)


def test_the_gradient_is_left_as_it_was():
    for optimizer in (SGD(0.1), Adam(0.1)):
        grads = parameter(1.0, -2.0)
        optimizer.update(parameter(0.0, 0.0), grads)
        same(grads["p"], [1.0, -2.0])


def test_clipping_by_hand():
    grads = {"a": np.array([3.0]), "b": np.array([[0.0, 4.0]])}
    assert clip_by_global_norm(grads, 1.0) == 5.0
    same(grads, {"a": [0.6], "b": [[0.0, 0.8]]}, tolerance=1e-15)


def test_a_gradient_that_is_short_enough_is_not_clipped():
    grads = {"a": np.array([3.0]), "b": np.array([[0.0, 4.0]])}
    assert clip_by_global_norm(grads, 5.0) == 5.0
    same(grads, {"a": [3.0], "b": [[0.0, 4.0]]})


def test_changes_happen_in_place():
    params = parameter(1.0)
    view = params["p"]
    Adam(0.1).update(params, parameter(1.0))
    assert view is params["p"]
    assert view[0] == pytest.approx(0.9)
