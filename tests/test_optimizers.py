"""Optimizers against first steps computed by hand, and Adam against the book."""

import math

import numpy as np
import pytest
from problems import same

from seq2seq_lib import SGD, Adam, Parameters, clip_by_global_norm


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


# Refused before anything has changed


def two(a=(1.0, 2.0), b=((3.0, 4.0), (5.0, 6.0))):
    return {"a": np.array(a), "b": np.array(b)}


def read_only(arrays):
    for array in arrays.values():
        array.flags.writeable = False
    return arrays


@pytest.mark.parametrize("make", [SGD, Adam])
@pytest.mark.parametrize("kind", [dict, Parameters])
@pytest.mark.parametrize(
    ("grads", "message"),
    [
        (two(b=(1.0, 2.0)), r"b: expected shape \(2, 2\), got \(2,\)"),  # it would be added to each row
        (two(b=[[1.0, 2.0]]), r"b: expected shape \(2, 2\), got \(1, 2\)"),
        (two(b=1.0), r"b: expected shape \(2, 2\), got \(\)"),
        ({"a": np.ones(2)}, "grads: expected those of a, b, got a$"),
        (two() | {"c": np.ones(2)}, "grads: expected those of a, b, got a, b, c"),
        ({"a": np.ones(2), "B": np.ones((2, 2))}, "grads: expected those of a, b, got a, B"),
        (two(b=[["x", "y"], ["z", ""]]), "expected numbers, got an array of <U1"),
        ([np.ones(2), np.ones((2, 2))], r"grads: expected arrays by name, in a dict, got \[array"),
    ],
)
def test_a_gradient_that_does_not_fit_changes_nothing(make, kind, grads, message):
    params, optimizer = kind(two()), make(0.1)
    optimizer.update(params, two())
    before, known = {name: p.copy() for name, p in params.items()}, dict(vars(optimizer))
    with pytest.raises(ValueError, match=message):
        optimizer.update(params, grads)
    same(dict(params), before)
    assert vars(optimizer).keys() == known.keys()
    assert all(vars(optimizer)[name] is value for name, value in known.items())


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (read_only(two()), "params: expected an array that can be changed as 'a', but it is read-only"),
        ({"a": np.ones(2, int)}, "params: expected an array of floats as 'a', got an array of int"),
        ({"a": [1.0, 2.0]}, r"params: expected an array of floats as 'a', got \[1.0, 2.0\]"),
        ({}, "grads: expected those of some parameters, got a, b"),
    ],
)
def test_weights_that_nobody_can_change_are_refused(params, message):
    with pytest.raises(ValueError, match=message):
        SGD(0.1).update(params, two())


@pytest.mark.parametrize("make", [SGD, Adam])
@pytest.mark.parametrize("scale", [-1.0, math.nan, math.inf, "1"])
def test_a_scale_is_a_number_from_zero_on(make, scale):
    params = two()
    with pytest.raises(ValueError, match="scale: expected a number, at least 0, got"):
        make(0.1).update(params, two(), scale)
    same(params, two())


@pytest.mark.parametrize("name", ["beta1", "beta2"])
@pytest.mark.parametrize("beta", [1, 1.0, -0.1, math.nan, 2, "0.9", None])
def test_the_betas_of_adam_are_shares(name, beta):
    with pytest.raises(ValueError, match=f"{name}: expected a number"):
        Adam(0.1, **{name: beta})


@pytest.mark.parametrize("epsilon", [0, -1e-8, math.nan])
def test_the_epsilon_of_adam_is_positive(epsilon):
    with pytest.raises(ValueError, match="epsilon: expected a positive number"):
        Adam(0.1, epsilon=epsilon)


def test_a_new_model_needs_a_new_adam():
    adam, params = Adam(0.1), parameter(1.0)
    adam.update(two(), two())
    with pytest.raises(ValueError, match=r"expected the parameters of the steps before, .* take a new optimizer"):
        adam.update(params, parameter(1.0))
    same(params["p"], [1.0])
    assert adam.steps == 1


@pytest.mark.parametrize(
    "grads", [{"a": [1.0, 2.0]}, {"a": np.ones(2, int)}, {"a": "x"}, {"a": read_only(two())["a"]}, 1.0]
)
def test_what_is_clipped_can_be_changed(grads):
    with pytest.raises(ValueError, match="grads: expected"):
        clip_by_global_norm(grads, 1.0)


# By name


@pytest.mark.parametrize("make", [SGD, Adam])
@pytest.mark.parametrize("kind", [dict, Parameters])
def test_a_gradient_belongs_to_the_parameter_of_its_name_whatever_their_order(make, kind):
    params, turned = kind({"a": np.ones(2), "b": np.ones(2)}), kind({"a": np.ones(2), "b": np.ones(2)})
    optimizer, other = make(0.1), make(0.1)
    for a, b in [(1.0, 2.0), (-3.0, 5.0)]:
        optimizer.update(params, {"a": np.full(2, a), "b": np.full(2, b)})
        other.update(turned, {"b": np.full(2, b), "a": np.full(2, a)})
    same(dict(params), dict(turned))
    assert params["a"][0] != params["b"][0]


def test_what_adam_remembers_belongs_to_the_parameter_of_its_name_whatever_their_order():
    params, turned, adam, other = two(b=(3.0, 4.0)), two(b=(3.0, 4.0)), Adam(0.1), Adam(0.1)
    for step, grads in enumerate([two(b=(-1.0, 1.0)), two(a=(7.0, -7.0), b=(0.0, 1.0))]):
        adam.update(params, grads)
        other.update(turned if step == 0 else {"b": turned["b"], "a": turned["a"]}, grads)
    same(params, turned)


@pytest.mark.parametrize("make", [SGD, Adam])
def test_parameters_and_dicts_take_the_same_steps(make):
    params, arrays, one, other = Parameters(two()), two(), make(0.1), make(0.1)
    for grads in (two(), two(a=(0.5, -2.0))):
        one.update(params, Parameters(grads))
        other.update(arrays, grads)
    same(dict(params), arrays)


@pytest.mark.parametrize("make", [SGD, Adam])
def test_a_weight_with_two_names_gets_both_gradients(make):
    W = np.zeros(1)
    make(0.1).update({"reads": W, "writes": W}, {"reads": np.array([1.0]), "writes": np.array([1.0])})
    assert W[0] == pytest.approx(-0.2)


def test_parts_lie_side_by_side():
    params = Parameters({"in.W": np.ones(2), "out.W": np.zeros(2), "in.b": np.ones(1)})
    with pytest.raises(ValueError, match=r"prefix: expected names that stand side by side in .*, got 'in.'"):
        params.part("in.")
    with pytest.raises(ValueError, match=r"prefix: expected the beginning of one of in.W, out.W, in.b, got 'x'"):
        params.part("x")
    assert list(params.part("out.")) == ["W"]
