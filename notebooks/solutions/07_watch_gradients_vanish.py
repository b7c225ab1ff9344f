"""Solutions of lesson 07, run through their checks: python notebooks/solutions/07_watch_gradients_vanish.py"""

import numpy as np

from seq2seq_lib.exercises.lesson_07 import check_clip_by_global_norm, check_truncated_backward


def clip_by_global_norm(grads, max_norm):
    norm = np.sqrt(sum((grad**2).sum() for grad in grads.values()))
    if norm > max_norm:
        for grad in grads.values():
            grad *= max_norm / norm
    return norm


def truncated_backward(rnn, dhs, xs, hs, steps):
    grads = {name: np.zeros_like(weights) for name, weights in rnn.params.items()}
    for start in range(0, len(xs), steps):
        stop = start + steps
        _, _, of_chunk = rnn.backward(dhs[start:stop], xs[start:stop], hs[start : stop + 1])
        for name in grads:
            grads[name] += of_chunk[name]
    return grads


check_clip_by_global_norm(clip_by_global_norm)
check_truncated_backward(truncated_backward)
