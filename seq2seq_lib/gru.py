"""A recurrent network with gates, which decide unit by unit what is kept and what is written anew."""

import numpy as np

from seq2seq_lib.rnn import RNN


class GRU(RNN):
    """The gated recurrent unit of Cho et al. (2014), in place of an RNN wherever one stands.

    r_t = sigmoid(x_t W_xr + h_{t-1} W_hr + b_r)       the reset gate
    z_t = sigmoid(x_t W_xz + h_{t-1} W_hz + b_z)       the update gate: near 1, the old state is kept
    n_t = tanh(x_t W_xn + r_t * (h_{t-1} W_hn) + b_n)  the candidate
    h_t = z_t * h_{t-1} + (1 - z_t) * n_t

    W_xh (D, 3H), W_hh (H, 3H) and b_h (3H) hold r, z, n side by side. As in PyTorch, and unlike in the paper, r_t is
    applied behind the product with W_hn: so one product serves all three. All methods as in RNN.
    """

    blocks = 3

    def gates(self, a, h_prev):
        """r, z, n, and the h_prev W_hn that r was applied to: (..., H) each, for one step or for all steps at once.

        a: (..., 3H), what the inputs bring: x W_xh + b_h
        """
        H, of_h = self.hidden_dim, h_prev @ self.params["W_hh"]
        rz = sigmoid(a[..., : 2 * H] + of_h[..., : 2 * H])  # both gates in one go
        r, z, h_n = rz[..., :H], rz[..., H:], of_h[..., 2 * H :]
        return r, z, np.tanh(a[..., 2 * H :] + r * h_n), h_n

    def step(self, x_t, h_prev):
        x_t, h_prev = self.checked_step(x_t, h_prev)
        _, z, n, _ = self.gates(self.project(x_t), h_prev)
        return z * h_prev + (1 - z) * n

    def forward(self, xs, h_0=None, mask=None):
        xs, hs, padding = self.checked_sequence(xs, h_0, mask)  # hs (T+1, B, H)
        for a_t, h_prev, h_t, padding_t in zip(self.project(xs), hs, hs[1:], padding):
            _, z, n, _ = self.gates(a_t, h_prev)
            h_t[...] = z * h_prev + (1 - z) * n
            if padding_t is not None:
                np.copyto(h_t, h_prev, where=padding_t)
        return hs

    def slopes(self, xs, h_prev):
        """What dh_t is multiplied by on its way into the three sums.

        Returns it for the side of x_t and for that of h_prev, (..., 3H) each, and z (..., H), the short way to h_prev.
        """
        r, z, n, h_n = self.gates(self.project(xs), h_prev)
        to_n = (1 - z) * (1 - n * n)
        to_r = to_n * h_n * r * (1 - r)
        to_z = (h_prev - n) * z * (1 - z)
        return np.concatenate([to_r, to_z, to_n], axis=-1), np.concatenate([to_r, to_z, to_n * r], axis=-1), z

    def backward_step(self, dh_t, x_t, h_prev, h_t):
        """As in RNN. What is in h_t is not needed: the gates are computed again from x_t and h_prev."""
        dh_t, x_t, h_prev, _ = self.checked_backward_step(dh_t, x_t, h_prev, h_t)
        to_x, to_h, z = self.slopes(x_t, h_prev)
        da_x, da_h = thrice(dh_t) * to_x, thrice(dh_t) * to_h
        grads = self.weight_grads(x_t, h_prev, da_x, da_h)
        return self.input_grads(x_t, da_x), da_h @ self.params["W_hh"].T + dh_t * z, grads

    def backward(self, dhs, xs, hs, mask=None, dh_T=None):
        dhs, xs, hs, real, dh = self.checked_backward(dhs, xs, hs, mask, dh_T)
        W_hh_T = self.params["W_hh"].T.copy()
        to_x, to_h, z = self.slopes(xs, hs[:-1])  # (T, B, 3H) twice, and (T, B, H)
        dh_of = np.empty_like(z)  # (T, B, H): dh_t at each step, 0 on padding
        for t in reversed(range(len(xs))):
            if dhs is not None:
                dh = dh + dhs[t]
            dh_of[t] = dh if real is None else dh * real[t]
            dh_prev = (thrice(dh_of[t]) * to_h[t]).dot(W_hh_T) + dh_of[t] * z[t]
            dh = dh_prev if real is None else dh_prev + dh * ~real[t]
        das, das_h = thrice(dh_of) * to_x, thrice(dh_of) * to_h
        return self.input_grads(xs, das), dh, self.weight_grads(xs, hs[:-1], das, das_h)


def sigmoid(a):
    """1 / (1 + exp(-a)), written so that it can't overflow."""
    return (1 + np.tanh(a / 2)) / 2


def thrice(dh):
    """(..., H) -> (..., 3H): one state acts through all three sums."""
    return np.concatenate([dh, dh, dh], axis=-1)
