"""Optimizers: what to do with a gradient once it is known."""

import math

import numpy as np

from seq2seq_lib import checks
from seq2seq_lib.parameters import vectors


def global_norm(grads):
    """The length of all gradients taken as one vector: the root of the sum of all squares."""
    norm = math.sqrt(sum(map(checks.square_of, vectors(grads))))
    if norm < math.inf:
        return norm
    largest = max(float(abs(grad).max()) for grad in vectors(grads))
    if not largest < math.inf:
        return largest
    # No number is infinite, only its square: measure in units of the largest.
    return largest * math.sqrt(sum(checks.square_of(grad / largest) for grad in vectors(grads)))


def clip_by_global_norm(grads, max_norm):
    """Scale all gradients together, in place, so that their common norm is at most `max_norm` (Pascanu et al. 2013).

    Returns the norm before the clipping; with a max_norm of infinity that is all it does. Raises ValueError if
    max_norm is not positive.
    """
    max_norm = max_norm if max_norm == math.inf else checks.positive(max_norm, "max_norm")
    norm = global_norm(grads)
    if norm > max_norm:
        for grad in vectors(grads):
            grad *= max_norm / norm
    return norm


class SGD:
    """Gradient descent: p <- p - learning_rate * dp."""

    def __init__(self, learning_rate):
        self.learning_rate = checks.positive(learning_rate, "learning_rate")

    def update(self, params, grads, scale=1.0):
        """Change params in place; `scale` multiplies the learning rate of this one step."""
        for p, dp in zip(vectors(params), vectors(grads), strict=True):
            p -= self.learning_rate * scale * dp


class Adam:
    """Adam (Kingma & Ba 2015, algorithm 1): the running mean of a gradient over the root of its running square."""

    def __init__(self, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.learning_rate = checks.positive(learning_rate, "learning_rate")
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.steps, self.means, self.squares = 0, None, None

    def update(self, params, grads, scale=1.0):
        """Change params in place; `scale` multiplies the learning rate of this one step."""
        if self.steps == 0:
            self.means = [np.zeros_like(dp) for dp in vectors(grads)]
            self.squares = [np.zeros_like(dp) for dp in vectors(grads)]
        self.steps += 1
        # Both means start at zero, so at first they are too small, by these factors.
        mean_weight, square_weight = 1 - self.beta1**self.steps, 1 - self.beta2**self.steps
        rate = self.learning_rate * scale / mean_weight
        for p, dp, mean, square in zip(vectors(params), vectors(grads), self.means, self.squares, strict=True):
            mean += (1 - self.beta1) * (dp - mean)
            square += (1 - self.beta2) * (dp * dp - square)
            p -= rate * mean / (np.sqrt(square / square_weight) + self.epsilon)
