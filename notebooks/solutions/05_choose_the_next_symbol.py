"""Solutions of lesson 05, run through their checks: python notebooks/solutions/05_choose_the_next_symbol.py"""

import numpy as np

from seq2seq_lib.exercises.lesson_05 import check_cross_entropy, check_sample, check_softmax


def softmax(logits):
    exps = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exps / exps.sum(axis=-1, keepdims=True)


def cross_entropy(logits, tokens):
    steps = np.arange(len(tokens))
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    d_logits = np.exp(log_p)
    d_logits[steps, tokens] -= 1
    return -log_p[steps, tokens].mean(), d_logits / len(tokens)


def sample(logits, temperature, u):
    scaled = logits / temperature
    exps = np.exp(scaled - scaled.max())
    p = exps / exps.sum()
    return int((p.cumsum() > u).argmax())


check_softmax(softmax)
check_cross_entropy(cross_entropy)
check_sample(sample)
