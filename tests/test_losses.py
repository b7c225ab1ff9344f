"""Losses by hand, and their gradients against automatic differentiation."""

import math

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from problems import SEEDS, SMALL, same

from seq2seq_lib import softmax_cross_entropy, squared_error


def test_squared_error_by_hand():
    loss, d_outputs = squared_error(np.array([[1.0], [3.0]]), np.array([[0.5], [5.0]]))
    assert loss == 0.5**2 + 2**2
    same(d_outputs, [[1.0], [-4.0]])


def test_squared_error_is_summed_over_time_and_features_and_averaged_over_the_batch():
    loss, d_outputs = squared_error(np.ones((3, 5, 2)), np.zeros((3, 5, 2)))
    assert loss == 3 * 2
    same(d_outputs, np.full((3, 5, 2), 2 / 5))


def test_squared_error_leaves_out_what_is_masked():
    loss, d_outputs = squared_error(np.array([[[1.0], [2.0]], [[3.0], [4.0]]]), np.zeros((2, 2, 1)), [[1, 1], [1, 0]])
    assert loss == (1 + 4 + 9) / 2
    same(d_outputs, [[[1.0], [2.0]], [[3.0], [0.0]]])


def test_cross_entropy_by_hand():
    loss, d_logits = softmax_cross_entropy(np.array([[0, math.log(3)]]), [0])  # the softmax is 1/4, 3/4
    assert loss == pytest.approx(math.log(4))
    same(d_logits, [[-0.75, 0.75]], tolerance=1e-15)


def test_cross_entropy_of_a_blind_guess_is_the_logarithm_of_the_vocabulary():
    assert softmax_cross_entropy(np.zeros((3, 2, 7)), np.zeros((3, 2), int))[0] == pytest.approx(math.log(7))


def test_cross_entropy_is_the_mean_over_the_tokens_that_are_not_masked():
    logits, tokens, mask = np.arange(12.0).reshape(2, 2, 3) ** 1.5, np.array([[0, 1], [2, 0]]), [[1, 1], [1, 0]]
    losses = [softmax_cross_entropy(logits[t, b][None], [tokens[t, b]])[0] for t, b in [(0, 0), (0, 1), (1, 0)]]
    loss, d_logits = softmax_cross_entropy(logits, tokens, mask)
    assert loss == pytest.approx(sum(losses) / 3)
    same(d_logits[1, 1], np.zeros(3))


def test_huge_logits_do_not_overflow():
    loss, d_logits = softmax_cross_entropy(np.array([[1000.0, -1000.0]]), [1])
    assert loss == 2000
    same(d_logits, [[1.0, -1.0]])


def test_each_row_of_logits_has_its_own_scale():
    """Beside a row of huge logits another does not vanish."""
    loss, d_logits = softmax_cross_entropy(np.array([[1000.0, 1000.0], [-1000.0, -1000.0]]), [0, 1])
    assert loss == pytest.approx(math.log(2))
    same(d_logits, [[-0.25, 0.25], [0.25, -0.25]])


def test_the_outputs_are_left_as_they_were():
    outputs, targets = np.ones((2, 1, 3)), np.zeros((2, 1, 3))
    squared_error(outputs, targets, [[1], [0]])
    softmax_cross_entropy(outputs, [[0], [1]])
    same(outputs, np.ones((2, 1, 3)))
    same(targets, np.zeros((2, 1, 3)))


@given(SMALL, SMALL, SMALL, st.booleans(), SEEDS)
def test_both_gradients_agree_with_automatic_differentiation(T, B, O, masked, seed):  # noqa: E741
    rng = np.random.default_rng(seed)
    outputs, targets, tokens = (
        rng.standard_normal((T, B, O)),
        rng.standard_normal((T, B, O)),
        rng.integers(O, size=(T, B)),
    )
    mask = np.concatenate([np.ones((1, B)), rng.integers(2, size=(T - 1, B))]) if masked else np.ones((T, B))

    def squared(outputs):
        return anp.sum(mask[..., None] * (outputs - targets) ** 2) / B

    def entropy(logits):
        exps = anp.exp(logits)
        picked = anp.sum(exps * np.eye(O)[tokens], axis=2) / anp.sum(exps, axis=2)
        return -anp.sum(mask * anp.log(picked)) / mask.sum()

    for ours, again, right in [(squared_error, squared, targets), (softmax_cross_entropy, entropy, tokens)]:
        loss, gradient = ours(outputs, right, mask if masked else None)
        assert loss == pytest.approx(again(outputs), rel=1e-12)
        same(gradient, autograd.grad(again)(outputs), tolerance=1e-12)


def test_outputs_may_be_lists_of_whole_numbers():
    assert squared_error([[1], [3]], [[0.5], [5.0]])[0] == 0.5**2 + 2**2
    same(softmax_cross_entropy([[0, 0]], [1])[1], [[0.5, -0.5]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_gradient_has_the_kind_of_the_outputs(dtype):
    outputs = np.ones((2, 3, 4), dtype)
    assert squared_error(outputs, np.zeros((2, 3, 4)))[1].dtype == dtype
    assert softmax_cross_entropy(outputs, np.zeros((2, 3), int), np.ones((2, 3)))[1].dtype == dtype
