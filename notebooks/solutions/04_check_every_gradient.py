"""Solutions of lesson 04, run through their checks: python notebooks/solutions/04_check_every_gradient.py"""

import numpy as np

from seq2seq_lib.exercises.lesson_04 import check_numeric_gradient, check_suspect_a, check_suspect_b, check_suspect_c


def numeric_gradient(f, x, epsilon):
    x = x.astype(float)  # copies of integers would cut the nudge off
    gradient = np.zeros_like(x)
    for i in range(x.size):
        plus, minus = x.copy(), x.copy()
        plus.flat[i] += epsilon
        minus.flat[i] -= epsilon
        gradient.flat[i] = (f(plus) - f(minus)) / (2 * epsilon)
    return gradient


def suspect_a(dhs, xs, hs, W_xh, W_hh):
    dxs, dh, grads = np.zeros_like(xs), np.zeros_like(hs[0]), {"W_xh": 0, "W_hh": 0, "b_h": 0}
    for t in reversed(range(len(xs))):
        dh_t = dhs[t] + dh
        da = dh_t * (1 - hs[t + 1] ** 2)
        grads["W_xh"] += xs[t].T @ da
        grads["W_hh"] += hs[t].T @ da
        grads["b_h"] += da.sum(axis=0)
        dxs[t] = da @ W_xh.T
        dh = da @ W_hh.T  # it was W_hh, the way forward
    return dxs, dh, grads


def suspect_b(dhs, xs, hs, W_xh, W_hh):
    dxs, dh, grads = np.zeros_like(xs), np.zeros_like(hs[0]), {"W_xh": 0, "W_hh": 0, "b_h": 0}
    for t in reversed(range(len(xs))):
        dh_t = dhs[t] + dh
        da = dh_t * (1 - hs[t + 1] ** 2)
        grads["W_xh"] += xs[t].T @ da
        grads["W_hh"] += hs[t].T @ da  # at t = 0 too: hs[0] is h_0
        grads["b_h"] += da.sum(axis=0)
        dxs[t] = da @ W_xh.T
        dh = da @ W_hh.T
    return dxs, dh, grads


def suspect_c(dhs, xs, hs, W_xh, W_hh):
    dxs, dh, grads = np.zeros_like(xs), np.zeros_like(hs[0]), {"W_xh": 0, "W_hh": 0, "b_h": 0}
    for t in reversed(range(len(xs))):
        dh_t = dhs[t] + dh
        da = dh_t * (1 - hs[t + 1] ** 2)  # hs[t + 1] is a tanh already
        grads["W_xh"] += xs[t].T @ da
        grads["W_hh"] += hs[t].T @ da
        grads["b_h"] += da.sum(axis=0)
        dxs[t] = da @ W_xh.T
        dh = da @ W_hh.T
    return dxs, dh, grads


check_numeric_gradient(numeric_gradient)
check_suspect_a(suspect_a)
check_suspect_b(suspect_b)
check_suspect_c(suspect_c)
