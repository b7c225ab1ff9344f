"""Finite differences against backpropagation: the proof that a gradient is right."""

import numpy as np

from seq2seq_lib import checks

EPSILON = 1e-5  # smaller, and rounding spoils the difference; larger, and the curvature of the loss does


def check_gradients(model, batch, at_most=200):
    """Compare each gradient with the central difference (L(p + e) - L(p - e)) / 2e.

    model: anything with loss_and_grads(batch) and params, in float64; it is left as it was
    at_most: how many numbers of one parameter are tried (of more, a fixed choice)
    Returns {name: |numeric - backpropagated| / (|numeric| + |backpropagated|)}, norms over
    what was tried; below 1e-7 is right, above 1e-3 is a bug. Raises ValueError for a model
    in float32, where rounding alone is as large as a bug.
    """
    if any(value.dtype != np.float64 for value in checks.trainable(model).params.values()):
        raise ValueError("expected a float64 model: rounding mimics a bug, got float32")
    at_most = checks.size(at_most, "at_most")
    _, grads = model.loss_and_grads(batch)
    rng = np.random.default_rng(0)
    errors = {}
    for name, values in model.params.items():
        indices = rng.permutation(values.size)[:at_most]
        numeric = [central_difference(model, batch, values, index) for index in indices]
        errors[name] = relative_error(np.array(numeric), grads[name].ravel()[indices])
    return errors


def central_difference(model, batch, values, index):
    """The slope of the loss along one number of `values`, an array that the model uses."""
    original = values.flat[index]
    losses = []
    try:
        for changed in (original + EPSILON, original - EPSILON):
            values.flat[index] = changed
            losses.append(model.loss_and_grads(batch)[0])
    finally:  # whatever happens: the model is as it was
        values.flat[index] = original
    return (losses[0] - losses[1]) / (2 * EPSILON)


def relative_error(a, b):
    """|a - b| / (|a| + |b|), and 0 where both are zero."""
    scale = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / scale) if scale > 0 else 0.0
