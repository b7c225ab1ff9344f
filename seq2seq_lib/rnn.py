"""A recurrent network: one step, a sequence of steps, and backpropagation through time."""

from itertools import repeat

import numpy as np

from seq2seq_lib import checks
from seq2seq_lib.parameters import Parameters


class RNN:
    """The recurrent network of Elman (1990): h_t = tanh(x_t W_xh + h_{t-1} W_hh + b_h).

    W_hh starts as a random orthogonal matrix, which keeps the length of what passes through it
    (Saxe et al. 2014), W_xh with a variance of 1/input_dim, b_h at zero.
    """

    def __init__(self, input_dim, hidden_dim, rng=None, dtype=np.float64):
        rng = np.random.default_rng(rng)
        self.input_dim = checks.size(input_dim, "input_dim")
        self.hidden_dim = checks.size(hidden_dim, "hidden_dim")
        if np.dtype(dtype).kind != "f":
            raise ValueError(f"dtype: expected float32 or float64, got {np.dtype(dtype)}")
        weights = {
            "W_xh": fan_in(rng, input_dim, hidden_dim),
            "W_hh": orthogonal(rng, hidden_dim),
            "b_h": np.zeros(hidden_dim),
        }
        self.params = Parameters(weights, dtype)

    @property
    def dtype(self):
        return self.params.memory.dtype

    def project(self, xs):
        """x W_xh + b_h, for one step or for all steps in one go. A token, a one-hot vector, picks a row of W_xh."""
        W_xh, b_h = self.params["W_xh"], self.params["b_h"]
        if checks.is_tokens(xs):
            return (W_xh + b_h).take(xs, axis=0)
        return (rows(xs) @ W_xh + b_h).reshape(*xs.shape[:-1], self.hidden_dim)

    def step(self, x_t, h_prev):
        """x_t: (B, D), or tokens (B,); h_prev: (B, H). Returns h_t (B, H). Without B for a single example."""
        x_t = checks.sequence(np.asarray(x_t)[None], self.input_dim, self.dtype)[0]
        projected = self.project(x_t)
        h_prev = checks.array(h_prev, projected.shape, self.dtype, "h_prev")
        return np.tanh(projected + h_prev @ self.params["W_hh"])

    def forward(self, xs, h_0=None, mask=None):
        """Run over a whole sequence.

        xs: (T, B, D), or tokens (T, B); h_0: (B, H), zeros if not given
        mask: (T, B), 0 on padding: there the state is carried through unchanged
        Returns hs (T+1, B, H): hs[0] is h_0, hs[t+1] the state after xs[t]. Without B for a single sequence.
        Raises ValueError for a wrong shape, a token outside the vocabulary, an empty sequence, a non-finite number.
        """
        xs = checks.sequence(xs, self.input_dim, self.dtype)
        W_hh, projected = self.params["W_hh"], self.project(xs)
        hs = np.empty((len(xs) + 1, *projected.shape[1:]), self.dtype)
        hs[0] = 0 if h_0 is None else checks.array(h_0, hs[0].shape, self.dtype, "h_0")
        padding = repeat(None) if mask is None else ~checks.mask(mask, projected.shape[:-1])[..., None]
        for projected_t, h_prev, h_t, padding_t in zip(projected, hs, hs[1:], padding, strict=False):
            h_prev.dot(W_hh, out=h_t)
            h_t += projected_t
            np.tanh(h_t, out=h_t)
            if padding_t is not None:
                np.copyto(h_t, h_prev, where=padding_t)
        return hs

    def backward_step(self, dh_t, x_t, h_prev, h_t):
        """One step of backpropagation through time: what forward's step did, taken apart.

        dh_t: (B, H), all of the gradient that reaches h_t: from its own output and from the future
        x_t, h_prev, h_t: (B, D) or tokens (B,), (B, H), (B, H), as in step
        Returns dx_t (B, D), None for tokens; dh_prev (B, H); and this step's share of the gradient, {name: array}.
        """
        W_xh, W_hh, _ = self.params.values()
        da_t = dh_t * (1 - h_t * h_t)  # tanh'(a) = 1 - tanh(a)^2
        grads = self.weight_grads(np.asarray(x_t), h_prev, da_t)
        return None if checks.is_tokens(x_t) else da_t @ W_xh.T, da_t @ W_hh.T, grads

    def backward(self, dhs, xs, hs, mask=None, dh_T=None):
        """Backpropagation through time (Werbos 1990): backward_step from the last step to the first, grads summed.

        dhs: (T, B, H), the gradient that reaches each hs[t+1] from outside, or None; xs, hs, mask: as in forward
        dh_T: (B, H), what comes back into the last state from beyond the sequence, if anything does
        Returns dxs (T, B, D), None for tokens; dh_0 (B, H); and the gradient of each parameter, {name: array}.
        """
        xs, W_xh = np.asarray(xs), self.params["W_xh"]
        W_hh_T = self.params["W_hh"].T.copy()  # a product with a copy is faster than with a transposed view
        das = 1 - hs[1:] * hs[1:]  # first the slopes of tanh, for all steps in one go; da_t = dh_t * slope_t below
        dh = np.zeros_like(hs[0]) if dh_T is None else np.array(dh_T)
        for t in reversed(range(len(xs))):
            da_t = das[t]
            if dhs is not None:
                dh += dhs[t]  # h_t acts through its own output, and through h_{t+1}: the gradients add
            da_t *= dh
            if mask is None:
                da_t.dot(W_hh_T, out=dh)
            else:  # on padding h_t was h_{t-1}: all of dh goes on, and nothing into the weights
                da_t *= mask[t][..., None]
                dh = da_t.dot(W_hh_T) + dh * ~mask[t][..., None]
        dxs = None if checks.is_tokens(xs) else (rows(das) @ W_xh.T).reshape(xs.shape)
        return dxs, dh, self.weight_grads(xs, hs[:-1], das)

    def weight_grads(self, xs, h_prevs, das):
        """Every step used the same weights, so the gradient is a sum over steps (and examples): one matrix product."""
        inputs = one_hot(xs, self.input_dim, self.dtype) if checks.is_tokens(xs) else rows(xs)
        return {"W_xh": inputs.T.dot(rows(das)), "W_hh": rows(h_prevs).T.dot(rows(das)), "b_h": sum_rows(das)}


def rows(array):
    """(T, B, N) -> (T*B, N): one large matrix product is much faster than T small ones."""
    return array.reshape(-1, array.shape[-1])


def sum_rows(array):
    """The sum over time and batch, as a product with ones: twice as fast as NumPy's sum over the first axis."""
    array = rows(array)
    return np.ones(len(array), array.dtype).dot(array)


def one_hot(tokens, size, dtype):
    """tokens, any shape -> rows (number of tokens, size): 1 at the token, 0 elsewhere."""
    return np.eye(size, dtype=dtype).take(tokens.ravel(), axis=0)


def fan_in(rng, rows, columns):
    """Normal weights with variance 1/rows: the sum of `rows` products is then about as large as one input."""
    return rng.standard_normal((rows, columns)) / np.sqrt(rows)


def orthogonal(rng, size):
    """A random rotation: the Q of a QR decomposition, signs fixed so that no direction is favoured (Mezzadri 2007)."""
    q, r = np.linalg.qr(rng.standard_normal((size, size)))
    return q * np.sign(np.diag(r))
