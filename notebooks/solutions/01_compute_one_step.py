"""Solution of lesson 01, run through its check: python notebooks/solutions/01_compute_one_step.py"""

import numpy as np

from seq2seq_lib.exercises.lesson_01 import check_rnn_step


def rnn_step(x_t, h_prev, W_xh, W_hh, b_h):
    a_t = x_t @ W_xh + h_prev @ W_hh + b_h
    return np.tanh(a_t)


check_rnn_step(rnn_step)
