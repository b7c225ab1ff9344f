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
    """

    blocks = 1  # how many sums a_t each unit has; a GRU has three, side by side in the columns of W_xh, W_hh and b_h

    def __init__(self, input_dim, hidden_dim, rng=None, dtype=np.float64):
        rng = np.random.default_rng(rng)
        self.input_dim = checks.size(input_dim, "input_dim")
        self.hidden_dim = checks.size(hidden_dim, "hidden_dim")
        if np.dtype(dtype).kind != "f":
            raise ValueError(f"dtype: expected float32 or float64, got {np.dtype(dtype)}")
        weights = {
            "W_xh": fan_in(rng, input_dim, self.blocks * hidden_dim),
            "W_hh": np.hstack([orthogonal(rng, hidden_dim) for _ in range(self.blocks)]),
            "b_h": np.zeros(self.blocks * hidden_dim),
        }
        self.params = Parameters(weights, dtype)

    @property
    def dtype(self):
        return self.params.memory.dtype

    def project(self, xs, out=None):
        """x W_xh + b_h, for one step or for all steps in one go. A token, a one-hot vector, picks a row of W_xh."""
        W_xh, b_h = self.params["W_xh"], self.params["b_h"]
        if checks.is_tokens(xs):  # checked before: with "clip" take does not check again, and writes straight into out
            return (W_xh + b_h).take(xs, axis=0, out=out, mode="clip")
        return np.add((rows(xs) @ W_xh).reshape(*xs.shape[:-1], -1), b_h, out=out)

    def step(self, x_t, h_prev):
        """x_t: (B, D), or tokens (B,); h_prev: (B, H). Returns h_t (B, H). Without B for a single example."""
        projected, h_prev = self.before_step(x_t, h_prev)
        return np.tanh(projected + h_prev @ self.params["W_hh"])

    def before_step(self, x_t, h_prev):
        """What step is given, checked: x_t W_xh + b_h, and h_prev (B, H)."""
        projected = self.project(checks.sequence(checks.numbers(x_t)[None], self.input_dim, self.dtype)[0])
        return projected, checks.array(h_prev, (*projected.shape[:-1], self.hidden_dim), self.dtype, "h_prev")

    def forward(self, xs, h_0=None, mask=None):
        """Run over a whole sequence.

        xs: (T, B, D), or tokens (T, B); h_0: (B, H), zeros if not given
        mask: (T, B), 0 on padding: there the state is carried through unchanged
        Returns hs (T+1, B, H): hs[0] is h_0, hs[t+1] the state after xs[t]. Without B for a single sequence.
        Raises ValueError for a wrong shape, a token outside the vocabulary, an empty sequence, a non-finite number.
        """
        xs = checks.sequence(xs, self.input_dim, self.dtype)
        steps = checks.steps(xs)
        h_0 = None if h_0 is None else checks.array(h_0, (*steps[1:], self.hidden_dim), self.dtype, "h_0")
        mask = None if mask is None else checks.mask(mask, steps)
        return self.run(Unrolled((*steps, self.hidden_dim), self.dtype), xs, h_0, mask)

    def run(self, room, xs, h_0=None, mask=None):
        """What forward does, into an Unrolled, with arguments that have been checked. Returns room.hs."""
        W_hh, padding = self.params["W_hh"], repeat(None) if mask is None else ~mask[..., None]
        self.project(xs, out=room.projected)
        room.hs[0] = 0 if h_0 is None else h_0
        for (projected_t, h_prev, h_t), padding_t in zip(room.steps, padding, strict=False):
            h_prev.dot(W_hh, out=h_t)
            h_t += projected_t
            np.tanh(h_t, out=h_t)
            if padding_t is not None:
                np.copyto(h_t, h_prev, where=padding_t)
        return room.hs

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
        xs = checks.sequence(xs, self.input_dim, self.dtype)
        steps = checks.steps(xs)
        room, mask = Unrolled((*steps, self.hidden_dim), self.dtype), None if mask is None else checks.mask(mask, steps)
        room.hs[...] = checks.array(hs, room.hs.shape, self.dtype, "hs")
        if dhs is not None:
            room.dhs[...] = checks.array(dhs, room.dhs.shape, self.dtype, "dhs")
        dh_T = (
            np.zeros_like(room.hs[0])
            if dh_T is None
            else checks.array(dh_T, room.hs[0].shape, self.dtype, "dh_T").copy()
        )
        dh_0, grads = self.run_back(room, xs, mask, dh_T, has_dhs=dhs is not None)
        dxs = None if checks.is_tokens(xs) else (rows(room.das) @ self.params["W_xh"].T).reshape(xs.shape)
        return dxs, dh_0, grads

    def run_back(self, room, xs, mask, dh, has_dhs):
        """What backward does, in an Unrolled that holds hs and, if has_dhs, dhs. dh is dh_T. Returns dh_0 and grads."""
        W_hh_T = self.params["W_hh"].T.copy()  # a product with a copy is faster than with a transposed view
        np.multiply(room.hs[1:], room.hs[1:], out=room.das)
        np.subtract(1, room.das, out=room.das)  # first the slopes of tanh, in one go; da_t = dh_t * slope_t below
        real = repeat(None) if mask is None else mask[::-1, ..., None]
        for (da_t, dh_t), real_t in zip(room.steps_back, real, strict=False):
            if has_dhs:
                dh += dh_t  # h_t acts through its own output, and through h_{t+1}: the gradients add
            da_t *= dh
            if real_t is None:
                da_t.dot(W_hh_T, out=dh)
            else:  # on padding h_t was h_{t-1}: all of dh goes on, and nothing into the weights
                da_t *= real_t
                dh = da_t.dot(W_hh_T) + dh * ~real_t
        return dh, self.weight_grads(xs, room.hs[:-1], room.das)

    def weight_grads(self, xs, h_prevs, das, das_h=None):
        """Every step used the same weights, so the gradient is a sum over steps (and examples): one matrix product.

        das: the gradients at the sums a_t; das_h: those at h_prev W_hh, where they differ (in a GRU)
        """
        das_h = das if das_h is None else das_h
        inputs = one_hot(xs, self.input_dim, self.dtype) if checks.is_tokens(xs) else rows(xs)
        return {"W_xh": inputs.T.dot(rows(das)), "W_hh": rows(h_prevs).T.dot(rows(das_h)), "b_h": sum_rows(das)}


class Unrolled:
    """Room for one pass over T steps, and the views of each step: made once, they serve every pass of this shape."""

    def __init__(self, shape, dtype):
        """shape: (T, B, H), or (T, H) for a single sequence"""
        self.hs = np.empty((shape[0] + 1, *shape[1:]), dtype)
        self.dhs, self.das = np.empty(shape, dtype), np.empty(shape, dtype)
        self.projected = self.das  # the same memory: nobody needs the one any more when the other begins
        self.steps = list(zip(self.projected, self.hs[:-1], self.hs[1:], strict=True))
        self.steps_back = list(zip(self.das, self.dhs, strict=True))[::-1]


def rows(array):
    """(T, B, N) -> (T*B, N): one large matrix product is much faster than T small ones."""
    return array.reshape(-1, array.shape[-1])


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
    """A random rotation: the Q of a QR decomposition, signs fixed so that no direction is favoured (Mezzadri 2007)."""
    q, r = np.linalg.qr(rng.standard_normal((size, size)))
    return q * np.sign(np.diag(r))
