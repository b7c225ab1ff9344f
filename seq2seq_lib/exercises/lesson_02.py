"""Checks of lesson 02: one step after the other."""

import numpy as np

from seq2seq_lib.exercises.check import Check
from seq2seq_lib.exercises.problems import rnn_of, standard_normal


def rnn_forward(xs, h_0, W_xh, W_hh, b_h):
    return rnn_of(W_xh, W_hh, b_h).forward(xs, h_0)


def without_the_first(xs, h_0, W_xh, W_hh, b_h):
    """The first of your states is the one after the first input. hs[0] should be h_0: T+1 states for T inputs."""
    return rnn_forward(xs, h_0, W_xh, W_hh, b_h)[1:]


def the_last_alone(xs, h_0, W_xh, W_hh, b_h):
    """You return the last state alone. The way back in lesson 03 needs all of them: stack the whole list."""
    return rnn_forward(xs, h_0, W_xh, W_hh, b_h)[-1]


def always_from_h_0(xs, h_0, W_xh, W_hh, b_h):
    """Every step starts from h_0 again, so nothing is remembered. A step starts from the state before: hs[-1]."""
    steps = [rnn_forward(x_t[None], h_0, W_xh, W_hh, b_h)[1] for x_t in xs]
    return np.stack([h_0, *steps])


def from_zero(xs, h_0, W_xh, W_hh, b_h):
    """You start from zeros. Start from the h_0 that you were given: a decoder begins where an encoder has stopped."""
    return rnn_forward(xs, np.zeros_like(h_0), W_xh, W_hh, b_h)


def backwards(xs, h_0, W_xh, W_hh, b_h):
    """You read the inputs from the last to the first."""
    return rnn_forward(xs[::-1], h_0, W_xh, W_hh, b_h)


def one_array_many_times(xs, h_0, W_xh, W_hh, b_h):
    """All your states are the last one: you changed one array in place and kept it T+1 times. Make a new one a step."""
    hs = rnn_forward(xs, h_0, W_xh, W_hh, b_h)
    return np.stack([hs[-1]] * len(hs))


def problem(steps, batch, inputs, hidden, seed):
    shapes = (steps, batch, inputs), (batch, hidden), (inputs, hidden), (hidden, hidden), (hidden,)
    return standard_normal(seed, *shapes)


check_rnn_forward = Check(
    rnn_forward,
    returns=("hs",),
    problems=[problem(5, 2, 3, 4, seed=0), problem(1, 1, 2, 3, seed=1)],
    wrong=[without_the_first, the_last_alone, always_from_h_0, from_zero, backwards, one_array_many_times],
)
