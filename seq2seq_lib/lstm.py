"""A recurrent network whose memory is added to, not passed through a matrix: so it can keep what it must not forget."""

import numpy as np

from seq2seq_lib.gru import sigmoid
from seq2seq_lib.rnn import RNN


class LSTM(RNN):
    """The long short-term memory of Hochreiter & Schmidhuber (1997), with the forget gate of Gers et al. (2000).

    i_t = sigmoid(x_t W_xi + h_{t-1} W_hi + b_i)  the input gate: what is written
    f_t = sigmoid(x_t W_xf + h_{t-1} W_hf + b_f)  the forget gate: near 1, the old memory is kept
    g_t = tanh(x_t W_xg + h_{t-1} W_hg + b_g)     the candidate
    o_t = sigmoid(x_t W_xo + h_{t-1} W_ho + b_o)  the output gate: what is shown
    c_t = f_t * c_{t-1} + i_t * g_t               the memory
    h_t = o_t * tanh(c_t)

    W_xh (D, 4H), W_hh (H, 4H) and b_h (4H) hold i, f, g, o side by side, as in PyTorch; b_f starts at 1, so that at
    first more is kept than forgotten. The state that is handed on, from step to step and from encoder to decoder, is
    [h, c] side by side, (B, 2H). From outside a gradient reaches h only, so dhs is (T, B, H); dh_t and dh_T are those
    at [h, c]. All methods otherwise as in RNN.
    """

    blocks = 4
    vectors = 2

    def __init__(self, input_dim, hidden_dim, rng=None, dtype=np.float64):
        super().__init__(input_dim, hidden_dim, rng, dtype)
        self.params["b_h"][self.hidden_dim : 2 * self.hidden_dim] = 1

    def hidden(self, states):
        return np.asarray(states)[..., : self.hidden_dim]

    def memory(self, states):
        """c, the other half of the state, that nobody outside sees: (..., 2H) -> (..., H)"""
        return states[..., self.hidden_dim :]

    def gates(self, a, h_prev):
        """i, f, g, o: (..., H) each, for one step or for all steps at once.

        a: (..., 4H), what the inputs bring: x W_xh + b_h; h_prev: (..., H), without the memory
        """
        i, f, g, o = np.split(a + h_prev @ self.params["W_hh"], 4, axis=-1)
        return sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)

    def next_state(self, a, state):
        i, f, g, o = self.gates(a, self.hidden(state))
        c = f * self.memory(state) + i * g
        return np.concatenate([o * np.tanh(c), c], axis=-1)

    def step(self, x_t, h_prev):
        x_t, h_prev = self.checked_step(x_t, h_prev)
        return self.next_state(self.project(x_t), h_prev)

    def forward(self, xs, h_0=None, mask=None):
        xs, hs, padding = self.checked_sequence(xs, h_0, mask)  # hs (T+1, B, 2H)
        for a_t, h_prev, h_t, padding_t in zip(self.project(xs), hs, hs[1:], padding):
            h_t[...] = self.next_state(a_t, h_prev)
            if padding_t is not None:
                np.copyto(h_t, h_prev, where=padding_t)
        return hs

    def slopes(self, xs, h_prev, h_t):
        """What the gradients are multiplied by on their way back, for one step or for all steps at once.

        Returns the slopes from c_t into the sums of i, f and g, (..., 3H), that from h_t into the sum of o, that from
        h_t to c_t, and that from c_t to c_{t-1}: (..., H) each.
        """
        i, f, g, o = self.gates(self.project(xs), self.hidden(h_prev))
        shown = np.tanh(self.memory(h_t))
        to_f = self.memory(h_prev) * f * (1 - f)
        to_ifg = np.concatenate([g * i * (1 - i), to_f, i * (1 - g * g)], axis=-1)
        return to_ifg, shown * o * (1 - o), o * (1 - shown * shown), f

    def back(self, dh, dc, to_ifg, to_o, to_c, f):
        """One step back: the gradients at the four sums, (B, 4H), and at c_{t-1}, (B, H)."""
        dc = dc + dh * to_c  # c_t acts through h_t, and through c_{t+1}: the gradients add
        return np.concatenate([np.concatenate([dc, dc, dc], axis=-1) * to_ifg, dh * to_o], axis=-1), dc * f

    def backward_step(self, dh_t, x_t, h_prev, h_t):
        dh_t, x_t, h_prev, h_t = self.checked_backward_step(dh_t, x_t, h_prev, h_t)
        da_t, dc_prev = self.back(self.hidden(dh_t), self.memory(dh_t), *self.slopes(x_t, h_prev, h_t))
        dh_prev = np.concatenate([da_t @ self.params["W_hh"].T, dc_prev], axis=-1)
        return self.input_grads(x_t, da_t), dh_prev, self.weight_grads(x_t, self.hidden(h_prev), da_t)

    def backward(self, dhs, xs, hs, mask=None, dh_T=None):
        dhs, xs, hs, real, d_state = self.checked_backward(dhs, xs, hs, mask, dh_T)
        W_hh_T, slopes = self.params["W_hh"].T.copy(), self.slopes(xs, hs[:-1], hs[1:])
        das = np.empty((*slopes[1].shape[:-1], len(self.params["b_h"])), self.dtype)  # (T, B, 4H)
        dh, dc = self.hidden(d_state), self.memory(d_state)
        for t in reversed(range(len(xs))):
            if dhs is not None:
                dh = dh + dhs[t]
            das[t], dc_prev = self.back(dh, dc, *(slope[t] for slope in slopes))
            if real is None:
                dh, dc = das[t].dot(W_hh_T), dc_prev
            else:  # on padding the state was handed on: all of its gradient goes on, and nothing into the weights
                das[t] *= real[t]
                dh, dc = das[t].dot(W_hh_T) + dh * ~real[t], np.where(real[t], dc_prev, dc)
        dh_0 = np.concatenate([dh, dc], axis=-1)
        return self.input_grads(xs, das), dh_0, self.weight_grads(xs, self.hidden(hs[:-1]), das)
