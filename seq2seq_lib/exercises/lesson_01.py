"""Checks of lesson 01: one step."""

import numpy as np

from seq2seq_lib.exercises.check import Check
from seq2seq_lib.exercises.problems import rnn_of, standard_normal


def rnn_step(x_t, h_prev, W_xh, W_hh, b_h):
    return rnn_of(W_xh, W_hh, b_h).step(x_t, h_prev)


def no_tanh(x_t, h_prev, W_xh, W_hh, b_h):
    """You return the sum a_t. The new state is np.tanh of it."""
    return x_t @ W_xh + h_prev @ W_hh + b_h


def no_bias(x_t, h_prev, W_xh, W_hh, b_h):
    """The bias b_h is missing from the sum."""
    return np.tanh(x_t @ W_xh + h_prev @ W_hh)


def no_past(x_t, h_prev, W_xh, W_hh, b_h):
    """The state before, h_prev, plays no part in it: so nothing is remembered. Add h_prev @ W_hh."""
    return np.tanh(x_t @ W_xh + b_h)


def transposed(x_t, h_prev, W_xh, W_hh, b_h):
    """W_hh is turned around: states are rows here, so it is h_prev @ W_hh, without .T."""
    return np.tanh(x_t @ W_xh + h_prev @ W_hh.T + b_h)


def tanh_of_each(x_t, h_prev, W_xh, W_hh, b_h):
    """You squash the two products one by one. Add them up first: one tanh, of the whole sum."""
    return np.tanh(x_t @ W_xh) + np.tanh(h_prev @ W_hh) + b_h


def bias_outside(x_t, h_prev, W_xh, W_hh, b_h):
    """b_h is added after the tanh. It belongs into the sum, before it."""
    return np.tanh(x_t @ W_xh + h_prev @ W_hh) + b_h


def sigmoid(x_t, h_prev, W_xh, W_hh, b_h):
    """You squash with a sigmoid, to between 0 and 1. Here it is np.tanh, to between -1 and 1."""
    return 1 / (1 + np.exp(-no_tanh(x_t, h_prev, W_xh, W_hh, b_h)))


def relu(x_t, h_prev, W_xh, W_hh, b_h):
    """You cut off what is negative. Here the sum is squashed, to between -1 and 1: np.tanh."""
    return np.maximum(0, no_tanh(x_t, h_prev, W_xh, W_hh, b_h))


def problem(batch, inputs, hidden, seed):
    shapes = (batch, inputs), (batch, hidden), (inputs, hidden), (hidden, hidden), (hidden,)
    return standard_normal(seed, *shapes)


check_rnn_step = Check(
    rnn_step,
    returns=("h_t",),
    problems=[problem(2, 3, 4, seed=0), problem(1, 5, 2, seed=1)],
    wrong=[no_tanh, no_bias, no_past, transposed, tanh_of_each, bias_outside, sigmoid, relu],
)
