"""A recurrent network with gates, which decide unit by unit what is kept and what is written anew."""

import numpy as np

from seq2seq_lib import checks
from seq2seq_lib.rnn import RNN


class GRU(RNN):
    """The gated recurrent unit of Cho et al. (2014), in place of an RNN wherever one stands.

    r_t = sigmoid(x_t W_xr + h_{t-1} W_hr + b_r)       the reset gate
    z_t = sigmoid(x_t W_xz + h_{t-1} W_hz + b_z)       the update gate: near 1, the old state is kept
    n_t = tanh(x_t W_xn + r_t * (h_{t-1} W_hn) + b_n)  the candidate
    h_t = z_t * h_{t-1} + (1 - z_t) * n_t

    W_xh (D, 3H), W_hh (H, 3H) and b_h (3H) hold r, z, n side by side. As in PyTorch, and unlike in the paper, r_t is
    applied behind the product with W_hn: so one product serves all three.
    """

    blocks = 3

    def gates(self, projected, h_prev):
        """r, z, n, and the h_prev W_hn that r was applied to: (..., H) each, for one step or for all steps at once."""
        H, of_h = self.hidden_dim, h_prev @ self.params["W_hh"]
        rz = sigmoid(projected[..., : 2 * H] + of_h[..., : 2 * H])  # both gates in one go
        r, z, h_n = rz[..., :H], rz[..., H:], of_h[..., 2 * H :]
        return r, z, np.tanh(projected[..., 2 * H :] + r * h_n), h_n

    def step(self, x_t, h_prev):
        """As in RNN."""
        return self.next_state(*self.before_step(x_t, h_prev))

    def next_state(self, projected, h_prev):
        _, z, n, _ = self.gates(projected, h_prev)
        return z * h_prev + (1 - z) * n

    def run(self, room, xs, h_0=None, mask=None):
        """As in RNN."""
        room.hs[0] = 0 if h_0 is None else h_0
        for t, projected_t in enumerate(self.project(xs)):
            room.hs[t + 1] = self.next_state(projected_t, room.hs[t])
            if mask is not None:
                np.copyto(room.hs[t + 1], room.hs[t], where=~mask[t][..., None])
        return room.hs

    def slopes(self, projected, h_prev):
        """What dh_t is multiplied by on its way into the three sums.

        Returns it for the side of x_t and for that of h_prev, (..., 3H) each, and z (..., H), the short way to h_prev.
        """
        r, z, n, h_n = self.gates(projected, h_prev)
        to_n = (1 - z) * (1 - n * n)
        to_r = to_n * h_n * r * (1 - r)
        to_z = (h_prev - n) * z * (1 - z)
        return np.concatenate([to_r, to_z, to_n], axis=-1), np.concatenate([to_r, to_z, to_n * r], axis=-1), z

    def backward_step(self, dh_t, x_t, h_prev, h_t):
        """As in RNN. h_t is not needed: the gates are computed again from x_t and h_prev."""
        to_x, to_h, z = self.slopes(self.project(np.asarray(x_t)), h_prev)
        da_x, da_h = thrice(dh_t) * to_x, thrice(dh_t) * to_h
        dx_t = None if checks.is_tokens(x_t) else da_x @ self.params["W_xh"].T
        return dx_t, da_h @ self.params["W_hh"].T + dh_t * z, self.weight_grads(np.asarray(x_t), h_prev, da_x, da_h)

    def run_back(self, room, xs, mask, dh, has_dhs):
        """As in RNN."""
        W_hh_T, real = self.params["W_hh"].T, np.ones((len(xs), 1), bool) if mask is None else mask[..., None]
        to_x, to_h, z = self.slopes(self.project(xs), room.hs[:-1])
        dh_of = np.empty_like(z)  # dh_t at each step, 0 on padding
        for t in reversed(range(len(xs))):
            if has_dhs:
                dh = dh + room.dhs[t]
            dh_of[t] = dh * real[t]
            dh = (thrice(dh_of[t]) * to_h[t]) @ W_hh_T + dh_of[t] * z[t] + dh * ~real[t]
        room.das = thrice(dh_of) * to_x
        return dh, self.weight_grads(xs, room.hs[:-1], room.das, thrice(dh_of) * to_h)


def sigmoid(a):
    """1 / (1 + exp(-a)), written so that it can't overflow."""
    return (1 + np.tanh(a / 2)) / 2


def thrice(dh):
    """(..., H) -> (..., 3H): one state acts through all three sums."""
    return np.concatenate([dh, dh, dh], axis=-1)
