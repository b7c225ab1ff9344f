"""Checks of lesson 15: a linear probe, and what it reads after one step in states that it was not fitted to."""

import numpy as np

from seq2seq_lib import probes
from seq2seq_lib.exercises.check import Check
from seq2seq_lib.exercises.problems import standard_normal

# A probe


def fit_probe(states, labels, classes):
    return probes.fit_probe(states, labels, classes, ridge=0)


def one_hot(labels, classes):
    return np.eye(classes)[labels]


def least_squares(states, wanted):
    return np.linalg.lstsq(states, wanted, rcond=None)[0]


def no_bias(states, labels, classes):
    """Your probe has no bias: all its sums are 0 where the state is 0. Put a column of ones behind the units."""
    return least_squares(states, one_hot(labels, classes))


def bias_first(states, labels, classes):
    """Your bias is the first row. The column of ones stands behind the units, so the bias is the last row."""
    ones = np.ones((len(states), 1))
    return least_squares(np.hstack([ones, states]), one_hot(labels, classes))


def labels_as_numbers(states, labels, classes):
    """You fit the label itself, as if class 2 were twice class 1. Each class gets a column: np.eye(classes)[labels]."""
    return least_squares(probes.with_ones(states), labels)


def sides_swapped(states, labels, classes):
    """Your probe lies on its side: a row for each unit and the bias, a column for each class."""
    return fit_probe(states, labels, classes).T


def from_labels_to_states(states, labels, classes):
    """You fit the states from the classes. It goes the other way: lstsq(states and ones, wanted)."""
    return least_squares(one_hot(labels, classes), probes.with_ones(states))


def all_of_lstsq(states, labels, classes):
    """You return all four things of lstsq. The weights are the first of them: [0]."""
    return np.linalg.lstsq(probes.with_ones(states), one_hot(labels, classes), rcond=None)


def not_inverted(states, labels, classes):
    """These are the sums of the states of each class. Least squares also asks how the units move together: lstsq."""
    return probes.with_ones(states).T @ one_hot(labels, classes)


def minus_one(states, labels, classes):
    """You want -1 of the wrong classes. Want 0 of them, and 1 of the right one."""
    return least_squares(probes.with_ones(states), 2 * one_hot(labels, classes) - 1)


def labelled_states(N, H, classes, seed):
    """States in which the label can be read, not without mistakes."""
    states, centres = standard_normal(seed, (N, H), (classes, H))
    labels = np.random.default_rng(seed).integers(classes, size=N)
    return np.tanh(0.8 * states + centres[labels] + 0.3), labels


check_fit_probe = Check(
    fit_probe,
    returns=("the probe",),
    problems=[(*labelled_states(40, 5, 3, seed=1), 3), (*labelled_states(30, 3, 4, seed=2), 4)],
    wrong=[
        no_bias,
        bias_first,
        labels_as_numbers,
        sides_swapped,
        from_labels_to_states,
        all_of_lstsq,
        not_inverted,
        minus_one,
    ],
)

# What can be read after one step


def score_after(hs, labels, t, fitted, classes):
    return scored(hs[t + 1], labels, slice(fitted), slice(fitted, None), classes)


def scored(states, labels, fit, test, classes):
    """The share right in the part `test` of a probe fitted to the part `fit`."""
    probe = probes.fit_probe(states[fit], labels[fit], classes)
    return probes.probe_accuracy(probe, states[test], labels[test])


def on_the_fitted(hs, labels, t, fitted, classes):
    """You measure on the examples that the probe was fitted to. Those it can know by heart: measure on the others."""
    return scored(hs[t + 1], labels, slice(fitted), slice(fitted), classes)


def on_all(hs, labels, t, fitted, classes):
    """You measure on all examples, and the probe was fitted to some of them. Measure on the others alone."""
    return scored(hs[t + 1], labels, slice(fitted), slice(None), classes)


def fitted_to_all(hs, labels, t, fitted, classes):
    """You fit to all examples, those too on which you measure. Fit to the first ones alone."""
    return scored(hs[t + 1], labels, slice(None), slice(fitted, None), classes)


def all_for_both(hs, labels, t, fitted, classes):
    """You fit to all examples and measure on all. Fit to the first ones, measure on the others."""
    return scored(hs[t + 1], labels, slice(None), slice(None), classes)


def the_step_before(hs, labels, t, fitted, classes):
    """You look one step too early: hs[0] is h_0, before anything was read, and the state after xs[t] is hs[t + 1]."""
    return scored(hs[t], labels, slice(fitted), slice(fitted, None), classes)


def the_last_state(hs, labels, t, fitted, classes):
    """You look at the last state, whatever the step. The state after xs[t] is hs[t + 1]."""
    return scored(hs[-1], labels, slice(fitted), slice(fitted, None), classes)


def the_halves_swapped(hs, labels, t, fitted, classes):
    """You fit to the later examples and measure on the first. That is honest too; here the first are for fitting."""
    return scored(hs[t + 1], labels, slice(fitted, None), slice(fitted), classes)


def mistakes(hs, labels, t, fitted, classes):
    """That is the share of the wrong ones. Return the share of the right ones: ==."""
    return 1 - score_after(hs, labels, t, fitted, classes)


def number_right(hs, labels, t, fitted, classes):
    """That is how many are right. Divide by how many were read: np.mean."""
    return score_after(hs, labels, t, fitted, classes) * (len(labels) - fitted)


def states_over_time(T, B, H, classes, seed):
    """hs (T+1, B, H): at each step the label can be read in another way, and with other mistakes."""
    noise, centres = standard_normal(seed, (T + 1, B, H), (T + 1, classes, H))
    labels = np.random.default_rng(seed).integers(classes, size=B)
    return np.tanh(noise + 0.7 * centres[:, labels]), labels


check_score_after = Check(
    score_after,
    returns=("the share",),
    problems=[
        (*states_over_time(T=4, B=90, H=6, classes=3, seed=1), 1, 50, 3),
        (*states_over_time(T=3, B=80, H=5, classes=4, seed=2), 0, 33, 4),
    ],
    wrong=[
        on_the_fitted,
        on_all,
        fitted_to_all,
        all_for_both,
        the_step_before,
        the_last_state,
        the_halves_swapped,
        mistakes,
        number_right,
    ],
)
