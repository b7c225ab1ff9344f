"""Solutions of lesson 13, run through their checks: python notebooks/solutions/13_open_the_gates.py"""

import numpy as np

from seq2seq_lib.exercises.lesson_13 import check_lstm_backward_step, check_lstm_step
from seq2seq_lib.gru import sigmoid


def lstm_step(x_t, h_prev, c_prev, W_xh, W_hh, b_h):
    i, f, g, o = np.split(x_t @ W_xh + h_prev @ W_hh + b_h, 4, axis=-1)
    c_t = sigmoid(f) * c_prev + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c_t), c_t


def lstm_backward_step(dh_t, dc_t, x_t, h_prev, c_prev, c_t, gates, W_xh, W_hh):
    i, f, g, o = gates
    dc = dc_t + dh_t * o * (1 - np.tanh(c_t) ** 2)
    da_i, da_f = dc * g * i * (1 - i), dc * c_prev * f * (1 - f)
    da_g, da_o = dc * i * (1 - g**2), dh_t * np.tanh(c_t) * o * (1 - o)
    da_t = np.concatenate([da_i, da_f, da_g, da_o], axis=-1)
    grads = {"W_xh": x_t.T @ da_t, "W_hh": h_prev.T @ da_t, "b_h": da_t.sum(axis=0)}
    return da_t @ W_xh.T, da_t @ W_hh.T, dc * f, grads


check_lstm_step(lstm_step)
check_lstm_backward_step(lstm_backward_step)
