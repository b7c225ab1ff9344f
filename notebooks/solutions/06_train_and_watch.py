"""Solutions of lesson 06, run through their checks: python notebooks/solutions/06_train_and_watch.py"""

import numpy as np

from seq2seq_lib.exercises.lesson_06 import check_adam_step, check_sgd_step, check_train


def sgd_step(params, grads, learning_rate):
    for name, weights in params.items():
        weights -= learning_rate * grads[name]


def train(model, batches, optimizer):
    losses = []
    for batch in batches:
        loss, grads = model.loss_and_grads(batch)
        optimizer.update(model.params, grads)
        losses.append(loss)
    return losses


def adam_step(p, dp, mean, square, t, learning_rate):
    mean = 0.9 * mean + 0.1 * dp
    square = 0.999 * square + 0.001 * dp**2
    corrected_mean, corrected_square = mean / (1 - 0.9**t), square / (1 - 0.999**t)
    p = p - learning_rate * corrected_mean / (np.sqrt(corrected_square) + 1e-8)
    return p, mean, square


check_sgd_step(sgd_step)
check_train(train)
check_adam_step(adam_step)
