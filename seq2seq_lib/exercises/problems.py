"""What several checks try a reader's function on."""

import numpy as np

from seq2seq_lib.rnn import RNN


def rnn_of(W_xh, W_hh, b_h):
    """The core's RNN with these weights."""
    rnn = RNN(*W_xh.shape, rng=0)
    for name, weights in {"W_xh": W_xh, "W_hh": W_hh, "b_h": b_h}.items():
        rnn.params[name] = weights
    return rnn


def standard_normal(seed, *shapes):
    """Random arrays of these shapes. Nothing in them is zero: zeros hide mistakes."""
    rng = np.random.default_rng(seed)
    return tuple(rng.standard_normal(shape) for shape in shapes)
