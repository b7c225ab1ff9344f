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


def test_with_an_infinite_max_norm_it_only_measures():
    grads = parameter(3.0, 4.0)
    assert clip_by_global_norm(grads, math.inf) == 5.0
    same(grads["p"], [3.0, 4.0])


def test_changes_happen_in_place():
    params = parameter(1.0)
    view = params["p"]
    Adam(0.1).update(params, parameter(1.0))
    assert view is params["p"]
    assert view[0] == pytest.approx(0.9)


@pytest.mark.parametrize("max_norm", [0, -1.0, -math.inf, math.nan, "1", None])
def test_a_gradient_is_clipped_to_a_positive_length(max_norm):
    grads = parameter(3.0)
    with pytest.raises(ValueError, match=f"max_norm: expected a positive number, got {max_norm!r}"):
        clip_by_global_norm(grads, max_norm)
    same(grads["p"], [3.0])


@pytest.mark.parametrize(("number", "dtype"), [(1e20, np.float32), (-3e38, np.float32), (1e200, np.float64)])
def test_a_gradient_whose_square_is_too_large_keeps_its_direction(number, dtype):
    grads = {"p": np.full(10, number, dtype), "q": np.full((2, 3), number, dtype)}
    with np.errstate(over="ignore"):  # NumPy warns of the square, rightly; training ignores it
        norm = clip_by_global_norm(grads, 1.0)
    assert norm == pytest.approx(4 * abs(number), rel=1e-6)
    same(grads, {"p": np.full(10, np.sign(number) / 4), "q": np.full((2, 3), np.sign(number) / 4)}, tolerance=1e-6)


def test_a_gradient_that_is_not_finite_has_no_finite_length():
    with np.errstate(invalid="ignore"):
        assert clip_by_global_norm(parameter(-math.inf, 1.0), 1.0) == math.inf
        assert math.isnan(clip_by_global_norm(parameter(math.nan, 1.0), 1.0))
