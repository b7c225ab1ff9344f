"""Solutions of lesson 12, run through their checks: python notebooks/solutions/12_debug_the_tutorial.py"""

import numpy as np

from seq2seq_lib import SGD, Batch, check_gradients, training
from seq2seq_lib.exercises.lesson_12 import check_three_checks, check_tutorial_gradients


def three_checks(model, source, target):
    batch = Batch([source], [target])
    gradients = max(check_gradients(model, batch).values()) < 1e-3
    losses = [step.loss for step in training(model, [batch] * 100, SGD(0.1), clip=None)]
    loss = losses[-1] < 0.5 * ((target - target.mean()) ** 2).sum()
    try:
        alone = np.abs(model.predict(source, len(target)) - target).max() < 0.05
    except NotImplementedError:
        alone = False
    return loss, gradients, alone


def tutorial_gradients(model, source, decoder_input, target, encoder_hs, decoder_hs, outputs):
    grads = {name: np.zeros_like(values) for name, values in model.params.items()}
    d_outputs, dh = 2 * (outputs - target), 0  # twice: the slope of a square
    for t in reversed(range(len(target))):
        grads["W_hy"] += np.outer(decoder_hs[t + 1], d_outputs[t])  # the state that output t was made of
        grads["b_y"] += d_outputs[t]
        da = (dh + d_outputs[t] @ model.params["W_hy"].T) * (1 - decoder_hs[t + 1] ** 2)  # through tanh
        grads["decoder.W_xh"] += np.outer(decoder_input[t], da)
        grads["decoder.W_hh"] += np.outer(decoder_hs[t], da)
        grads["decoder.b_h"] += da
        dh = da @ model.decoder.params["W_hh"].T
    for t in reversed(range(len(source))):
        da = dh * (1 - encoder_hs[t + 1] ** 2)
        grads["encoder.W_xh"] += np.outer(source[t], da)
        grads["encoder.W_hh"] += np.outer(encoder_hs[t], da)
        grads["encoder.b_h"] += da
        dh = da @ model.encoder.params["W_hh"].T
    return grads


check_three_checks(three_checks)
check_tutorial_gradients(tutorial_gradients)
