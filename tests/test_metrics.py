"""Metrics: distances that are known, what every distance must obey, and calibrations that are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_lib.metrics import calibration, edit_distance, error_rate

WORDS = st.text("abc", max_size=6)


@pytest.mark.parametrize(
    ("answer", "right", "edits"),
    [("", "", 0), ("abc", "abc", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("abc", "bc", 1), ("ab", "ba", 2)],
)
def test_distances_that_are_known(answer, right, edits):
    assert edit_distance(answer, right) == edits
    assert edit_distance(list(answer), tuple(right)) == edits


def by_trying(a, b):
    """The definition, tried out."""
    if not a or not b:
        return len(a) + len(b)
    return min(by_trying(a[1:], b) + 1, by_trying(a, b[1:]) + 1, by_trying(a[1:], b[1:]) + (a[0] != b[0]))


@given(st.text("abc", max_size=5), st.text("abc", max_size=5))
def test_it_is_what_trying_all_edits_finds(a, b):
    assert edit_distance(a, b) == by_trying(a, b)


@given(WORDS, WORDS, WORDS)
def test_it_is_a_distance(a, b, c):
    assert (edit_distance(a, b) == 0) == (a == b)
    assert edit_distance(a, b) == edit_distance(b, a)
    assert edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c)


def test_an_error_rate_counts_by_symbols_not_by_sequences():
    assert error_rate(["abcdefgh", "x"], ["abcdefgh", "yz"]) == 2 / 10
    assert error_rate(["aaa"], ["b"]) == 3


@pytest.mark.parametrize(("answers", "rights"), [(["a"], []), ([], []), (["a"], [""])])
def test_nothing_to_divide_by_is_refused(answers, rights):
    with pytest.raises(ValueError, match="expected"):
        error_rate(answers, rights)


def test_who_is_right_as_often_as_sure_is_calibrated():
    rng = np.random.default_rng(0)
    sure = rng.random(20_000)
    means, shares, counts, error = calibration(sure, rng.random(20_000) < sure)
    assert abs(means - shares).max() < 0.05
    assert error < 0.02
    assert counts.sum() == 20_000
    assert len(counts) == 10


def test_a_calibration_by_hand():
    means, shares, counts, error = calibration([0.9, 0.8, 0.1, 1.0], [True, False, False, True], bins=2)
    assert means == pytest.approx([0.1, 0.9])
    assert shares == pytest.approx([0, 2 / 3])
    assert counts.tolist() == [1, 3]
    assert error == pytest.approx((0.1 + 3 * (0.9 - 2 / 3)) / 4)


@pytest.mark.parametrize(
    ("confidences", "right"),
    [([], []), ([0.5], [True, False]), ([1.5], [True]), ([[0.5]], [[True]]), ([np.nan], [True])],
)
def test_what_is_no_probability_is_refused(confidences, right):
    with pytest.raises(ValueError, match="expected"):
        calibration(confidences, right)
