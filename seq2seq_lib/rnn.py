"""A recurrent network: one step, a sequence of steps, and backpropagation through time."""

from functools import lru_cache
from itertools import repeat

import numpy as np

from seq2seq_lib import checks
from seq2seq_lib.parameters import Parameters


class RNN:
    """The recurrent network of Elman (1990): h_t = tanh(x_t W_xh + h_{t-1} W_hh + b_h).

    W_hh starts as a random orthogonal matrix, which keeps the length of what passes through it
    (Saxe et al. 2014), W_xh with a variance of 1/input_dim, b_h at zero.

    Any class with its four methods, step, forward, backward_step and backward, and its sizes is a cell, and can stand
    in any of our models. The state that it hands on from step to step has state_dim numbers: H here, and in a GRU.
    """

    blocks = 1  # how many sums a_t each unit has; a gated cell has more, side by side in the columns of W_xh, W_hh, b_h
    vectors = 1  # how many vectors (B, H) make up the state; an LSTM has two

    def __init__(self, input_dim, hidden_dim, rng=None, dtype=np.float64):
        rng, self.dtype = checks.generator(rng), checks.float_type(dtype)
        self.input_dim = checks.size(input_dim, "input_dim", most=10**6)
        self.hidden_dim = checks.size(hidden_dim, "hidden_dim", most=10**4)
        self.state_dim = self.vectors * self.hidden_dim
        weights = {
            "W_xh": fan_in(rng, self.input_dim, self.blocks * self.hidden_dim),
            "W_hh": np.hstack([orthogonal(rng, self.hidden_dim) for _ in range(self.blocks)]),
            "b_h": np.zeros(self.blocks * self.hidden_dim),
        }
        self.params = Parameters(weights, self.dtype)

    def step(self, x_t, h_prev):
        """x_t: (B, D), or tokens (B,); h_prev: (B, H). Returns h_t (B, H).

        B may be left out for a single example.
        """
        x_t, h_prev = self.checked_step(x_t, h_prev)
        return np.tanh(self.project(x_t) + h_prev @ self.params["W_hh"])

    def forward(self, xs, h_0=None, mask=None):
        """Run over a whole sequence.

        xs: (T, B, D), or tokens (T, B); h_0: (B, H), zeros if not given
        mask: (T, B), 0 on padding: there the state is carried through unchanged
        Returns hs (T+1, B, H): hs[0] is h_0, hs[t+1] the state after xs[t]. B may be left out.
        Raises ValueError for wrong shapes, tokens it doesn't know, no steps, nan or inf.
        """
        xs, hs, padding = self.checked_sequence(xs, h_0, mask)  # hs: (T+1, B, H), h_0 in it
        W_hh = self.params["W_hh"]
        projected = self.project(xs)  # (T, B, H): what needs no state, all steps in one go
        for a_t, h_prev, h_t, padding_t in zip(projected, hs, hs[1:], padding):
            h_prev.dot(W_hh, out=h_t)
            h_t += a_t
            np.tanh(h_t, out=h_t)
            if padding_t is not None:
                np.copyto(h_t, h_prev, where=padding_t)
        return hs

    def backward_step(self, dh_t, x_t, h_prev, h_t):
        """One step of backpropagation through time: what forward's step did, taken apart.

        dh_t: (B, H), all of the gradient that reaches h_t, from its output and from the future
        x_t, h_prev, h_t: (B, D) or tokens (B,), (B, H), (B, H), as in step
        Returns dx_t (B, D), None for tokens; dh_prev (B, H); and this step's share of the
        gradient of each parameter, {name: array}.
        """
        dh_t, x_t, h_prev, h_t = self.checked_backward_step(dh_t, x_t, h_prev, h_t)
        da_t = dh_t * (1 - h_t * h_t)  # tanh'(a) = 1 - tanh(a)^2
        grads = self.weight_grads(x_t, h_prev, da_t)
        return self.input_grads(x_t, da_t), da_t @ self.params["W_hh"].T, grads

    def backward(self, dhs, xs, hs, mask=None, dh_T=None):
        """Backpropagation through time (Werbos 1990): backward_step from last to first.

        dhs: (T, B, H), the gradient that reaches each hs[t+1] from outside, or None
        xs, hs, mask: as in forward
        dh_T: (B, H), what comes back into the last state from beyond the sequence, or None
        Returns dxs (T, B, D), None for tokens; dh_0 (B, H); and the gradient of each
        parameter, summed over all steps, {name: array}.
        """
        dhs, xs, hs, real, dh = self.checked_backward(dhs, xs, hs, mask, dh_T)
        W_hh_T = self.params["W_hh"].T.copy()  # a copy: products with it are faster
        das = hs[1:] * hs[1:]  # (T, B, H)
        np.subtract(1, das, out=das)  # so far the slopes of tanh, 1 - h_t^2, of all steps
        for da_t, dh_t, real_t in zip(das[::-1], backwards(dhs), backwards(real)):
            if dh_t is not None:
                dh += dh_t  # h_t acts through its output and through h_{t+1}: gradients add
            da_t *= dh
            if real_t is None:
                da_t.dot(W_hh_T, out=dh)
            else:  # on padding h_t was h_{t-1}: all of dh goes on, nothing into the weights
                da_t *= real_t
                dh = da_t.dot(W_hh_T) + dh * ~real_t
        return self.input_grads(xs, das), dh, self.weight_grads(xs, hs[:-1], das)

    def project(self, xs):
        """x W_xh + b_h, for one step or for all steps in one go. A token, a one-hot vector, picks a row of W_xh."""
        W_xh, b_h = self.params["W_xh"], self.params["b_h"]
        return (W_xh + b_h).take(xs, axis=0) if checks.is_tokens(xs) else per_row(xs, W_xh) + b_h

    def input_grads(self, xs, das):
        """The gradient at the inputs; tokens have none."""
        return None if checks.is_tokens(xs) else per_row(das, self.params["W_xh"].T)

    def weight_grads(self, xs, h_prevs, das, das_h=None):
        """Every step used the same weights, so the gradient is a sum over steps (and examples): one matrix product.

        das: the gradients at the sums a_t; das_h: those at h_prev W_hh, where they differ (in a GRU)
        """
        das, das_h = rows(das), rows(das if das_h is None else das_h)
        inputs = one_hot(xs, self.input_dim, self.dtype) if checks.is_tokens(xs) else rows(xs)
        return {"W_xh": inputs.T.dot(das), "W_hh": rows(h_prevs).T.dot(das_h), "b_h": sum_rows(das)}

    def hidden(self, states):
        """What others see of the state: all of it here, the half that is h in an LSTM. (..., state_dim) -> (..., H)"""
        return np.asarray(states)

    def checked_step(self, x_t, h_prev):
        """What step is given, as arrays of the right shapes."""
        x_t = checks.sequence(checks.numbers(x_t)[None], self.input_dim, self.dtype)[0]
        batch = x_t.shape if checks.is_tokens(x_t) else x_t.shape[:-1]
        return x_t, checks.array(h_prev, (*batch, self.state_dim), self.dtype, "h_prev")

    def checked_backward_step(self, dh_t, x_t, h_prev, h_t):
        """What backward_step is given, as arrays of the right shapes."""
        x_t, h_prev = self.checked_step(x_t, h_prev)
        dh_t, h_t = (checks.shaped(a, h_prev.shape, self.dtype, name) for a, name in ((dh_t, "dh_t"), (h_t, "h_t")))
        return dh_t, x_t, h_prev, h_t

    def checked_sequence(self, xs, h_0, mask):
        """What forward is given: xs; hs (T+1, B, H), of which hs[0] is h_0; and where padding is, a step at a time."""
        xs = checks.sequence(xs, self.input_dim, self.dtype)
        length, *batch = checks.steps(xs)
        hs = np.empty((length + 1, *batch, self.state_dim), self.dtype)
        hs[0] = 0 if h_0 is None else checks.array(h_0, hs.shape[1:], self.dtype, "h_0")
        return xs, hs, repeat(None) if mask is None else ~checks.mask(mask, (length, *batch))[..., None]

    def checked_backward(self, dhs, xs, hs, mask, dh_T):
        """What backward is given: dhs, or None; xs; hs; where steps are real, or None; and a copy of dh_T."""
        dtype, xs = self.dtype, checks.sequence(xs, self.input_dim, self.dtype)
        length, *batch = checks.steps(xs)
        state = *batch, self.state_dim
        hs = checks.shaped(hs, (length + 1, *state), dtype, "hs")
        if dhs is not None:
            dhs = checks.shaped(dhs, (length, *batch, self.hidden_dim), dtype, "dhs")
        if mask is not None:
            mask = checks.mask(mask, (length, *batch))[..., None]
        dh_T = np.zeros(state, dtype) if dh_T is None else checks.shaped(dh_T, state, dtype, "dh_T").copy()
        return dhs, xs, hs, mask, dh_T


def backwards(steps):
    """From the last step to the first; None for each step, if there are none."""
    return repeat(None) if steps is None else steps[::-1]


def rows(array):
    """(T, B, N) -> (T*B, N): one large matrix product is much faster than T small ones."""
    return array if array.ndim == 2 else array.reshape(-1, array.shape[-1])


def per_row(array, weights):
    """Each vector (..., N) times weights (N, M) -> (..., M)."""
    return array.dot(weights) if array.ndim < 3 else rows(array).dot(weights).reshape(*array.shape[:-1], -1)


def sum_rows(array):
    """The sum over time and batch, as a product with ones: four times as fast as NumPy's sum over the first axis."""
    array = rows(array)
    return ones(len(array), array.dtype).dot(array)


def one_hot(tokens, size, dtype):
    """tokens, any shape -> rows (number of tokens, size): 1 at the token, 0 elsewhere."""
    return identity(size, dtype).take(tokens.ravel(), axis=0)


ones, identity = lru_cache(np.ones), lru_cache(np.identity)  # made once for each size


def fan_in(rng, rows, columns):
    """Normal weights with variance 1/rows: the sum of `rows` products is then about as large as one input."""
    return rng.standard_normal((rows, columns)) / np.sqrt(rows)


def orthogonal(rng, size):
    """A random orthogonal matrix: it turns or mirrors, and keeps every length.

    The Q of a QR decomposition, signs fixed so that no direction is favoured (Mezzadri 2007).
    """
    q, r = np.linalg.qr(rng.standard_normal((size, size)))
    return q * np.sign(np.diag(r))
