"""Losses: how wrong the outputs are, and which way each of them should move."""

from functools import lru_cache

import numpy as np

from seq2seq_lib import checks


def squared_error(outputs, targets, mask=None):
    """Sum over time and features, averaged over the batch.

    outputs, targets: (T, B, O), or (T, O) unbatched; mask: (T, B), 0 on padding
    Returns the loss (a float) and its gradient d_outputs, the shape of outputs.
    Raises ValueError if the shapes differ, if there is no step or no example, or if a number is not finite.
    """
    return squared(checks.finite_outputs(outputs), targets, mask)


def squared(outputs, targets, mask=None):
    """The same of a model's own outputs: where they are infinite, its training has diverged, and that says so."""
    targets = checks.array(targets, outputs.shape, outputs.dtype, "targets")
    batch_size = outputs.shape[1] if outputs.ndim == 3 else 1
    errors = outputs - targets
    if mask is not None:
        errors *= checks.mask(mask, outputs.shape[:-1])[..., None]
    return checks.square_of(errors) / batch_size, 2 / batch_size * errors


def softmax_cross_entropy(logits, tokens, mask=None):
    """-log softmax(logits)[token], averaged over the target tokens that are not masked.

    logits: (T, B, V), or (T, V) unbatched; tokens: integers (T, B); mask: (T, B), 0 on padding
    Returns the loss (a float) and its gradient d_logits = (softmax - one-hot) / number of tokens.
    Raises ValueError if the shapes differ, if a token is not in 0 .. V-1, or if a logit is nan or infinite (-inf, of
    what can't come, is allowed, where another one is finite).
    """
    return cross_entropy(checks.logits(logits), tokens, mask)


def cross_entropy(logits, tokens, mask=None):
    """The same of a model's own outputs, as in squared."""
    tokens = checks.tokens(tokens, logits.shape[-1])
    if tokens.shape != logits.shape[:-1]:
        raise ValueError(f"expected target tokens of shape {logits.shape[:-1]}, got {tokens.shape}")
    # (V, T*B), in memory too: NumPy reduces along the first axis much faster
    z = np.ascontiguousarray(logits.reshape(-1, logits.shape[-1]).T)
    z = z - z.max(axis=0)  # changes nothing in the softmax, and keeps exp from overflowing
    exps = np.exp(z)
    sums = exps.sum(axis=0)
    # Where the target tokens stand in z when it is one long row.
    at_target = tokens.ravel().astype(int, copy=False) * tokens.size + positions(tokens.size)
    weights = share(mask, tokens, logits.dtype)
    losses = np.log(sums) - z.take(at_target)
    d_logits = exps
    d_logits *= weights / sums
    d_logits.ravel()[at_target] -= weights
    return float(losses.dot(weights)), d_logits.T.reshape(logits.shape)


def share(mask, tokens, dtype):
    """What each token counts in a mean over the tokens that are not masked, (T*B,)."""
    if mask is None:
        return equal_shares(tokens.size, dtype)
    mask = checks.mask(mask, tokens.shape).ravel()
    return (mask / np.count_nonzero(mask)).astype(dtype)


@lru_cache
def equal_shares(count, dtype):
    return np.full(count, 1 / count, dtype)


positions = lru_cache(np.arange)  # made once for each size, as are the shares
