"""Solutions of lesson 03, run through their checks: python notebooks/solutions/03_backpropagate_through_time.py"""

import numpy as np

from seq2seq_lib.exercises.lesson_03 import check_rnn_backward, check_rnn_backward_step


def rnn_backward_step(dh_t, x_t, h_prev, h_t, W_xh, W_hh):
    da_t = dh_t * (1 - h_t**2)
    grads = {"W_xh": x_t.T @ da_t, "W_hh": h_prev.T @ da_t, "b_h": da_t.sum(axis=0)}
    return da_t @ W_xh.T, da_t @ W_hh.T, grads


def rnn_backward(dhs, xs, hs, W_xh, W_hh):
    dxs, dh_next = np.zeros_like(xs), np.zeros_like(hs[0])
    grads = {"W_xh": np.zeros_like(W_xh), "W_hh": np.zeros_like(W_hh), "b_h": np.zeros(len(W_hh))}
    for t in reversed(range(len(xs))):
        dh_t = dhs[t] + dh_next
        dxs[t], dh_next, step_grads = rnn_backward_step(dh_t, xs[t], hs[t], hs[t + 1], W_xh, W_hh)
        for name in grads:
            grads[name] += step_grads[name]
    return dxs, dh_next, grads


check_rnn_backward_step(rnn_backward_step)
check_rnn_backward(rnn_backward)
