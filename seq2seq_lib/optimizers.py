"""Optimizers: what to do with a gradient once it is known."""

import math

import numpy as np

from seq2seq_lib import checks
from seq2seq_lib.atomic import subtract
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
    max_norm is not positive, or grads is no dict of float arrays.
    """
    checks.changeable(grads, "grads")
    max_norm = checks.limit(max_norm, "max_norm")
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
        """Change params in place; `scale` multiplies the learning rate of this one step.

        Raises ValueError, and changes nothing, where names or shapes of params and grads differ.
        """
        rate = self.learning_rate * checks.at_least_zero(scale, "scale")
        subtract([(p, rate * dp) for p, dp in checks.together(params, grads).values()], self)


class Adam:
    """Adam (Kingma & Ba 2015, algorithm 1): the running mean of a gradient over the root of its running square."""

    def __init__(self, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.learning_rate = checks.positive(learning_rate, "learning_rate")
        self.beta1, self.beta2 = checks.fraction(beta1, "beta1"), checks.fraction(beta2, "beta2")
        self.epsilon = checks.positive(epsilon, "epsilon")
        self.steps, self.means, self.squares = 0, {}, {}

    def update(self, params, grads, scale=1.0):
        """Change params in place; `scale` multiplies the learning rate of this one step.

        Raises ValueError, and changes nothing, where names or shapes of params and grads differ.
        """
        scale, steps, moves, means, squares = checks.at_least_zero(scale, "scale"), self.steps + 1, [], {}, {}
        # Both means start at zero, so at first they are too small, by these factors.
        mean_weight, square_weight = 1 - self.beta1**steps, 1 - self.beta2**steps
        rate = self.learning_rate * scale / mean_weight
        for name, (p, dp) in checks.together(params, grads, self.means).items():
            mean, square = self.means.get(name, 0), self.squares.get(name, 0)
            means[name] = mean = mean + (1 - self.beta1) * (dp - mean)
            squares[name] = square = square + (1 - self.beta2) * (dp * dp - square)
            moves.append((p, rate * mean / (np.sqrt(square / square_weight) + self.epsilon)))
        subtract(moves, self, steps=steps, means=means, squares=squares)
