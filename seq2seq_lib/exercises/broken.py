"""The mistakes that tutorials share: our own model with exactly one of them in it, one small class for each."""

import copy

import numpy as np

from seq2seq_lib.losses import softmax_cross_entropy, squared_error
from seq2seq_lib.parameters import Parameters
from seq2seq_lib.rnn import RNN, rows
from seq2seq_lib.seq2seq import Seq2Seq


class Stepwise(RNN):
    """The right gradient, one step after the other: slower than RNN.backward, and easy to break in one place."""

    def backward(self, dhs, xs, hs, mask=None, dh_T=None):
        xs, from_outside = np.asarray(xs), np.zeros_like(hs[1:])
        if dhs is not None:
            from_outside += dhs
        if dh_T is not None:
            from_outside[-1] += dh_T
        from_future, dxs, steps = np.zeros_like(hs[0]), [], []
        for t in reversed(range(len(xs))):
            dh_t = self.dh_of(from_outside[t], from_future)
            real = 1.0 if mask is None else mask[t][..., None]  # on padding all of dh_t goes on, nothing into weights
            dx_t, dh_prev, grads = self.backward_step(real * dh_t, xs[t], hs[t], hs[t + 1])
            from_future = dh_prev + (1 - real) * dh_t
            dxs.insert(0, dx_t)
            steps.append(grads)
        summed = {name: sum(grads[name] for grads in steps) for name in self.params}
        return None if dxs[0] is None else np.stack(dxs), from_future, summed

    def dh_of(self, from_outside, from_future):
        return from_outside + from_future


class Plain(Seq2Seq):
    """The right gradient, by the public methods of its two RNNs, so that a mistake in one of them is felt here."""

    def loss_and_grads(self, batch):
        encoder_hs = self.encoder.forward(batch.source, mask=batch.source_mask)
        decoder_input = self.decoder_reads(batch)
        decoder_hs = self.decoder.forward(decoder_input, h_0=encoder_hs[-1])
        loss_of = softmax_cross_entropy if self.reads_tokens else squared_error
        loss, d_outputs = loss_of(self.output(decoder_hs[1:]), batch.target, batch.target_mask)
        d_outputs = self.d_outputs_of(d_outputs)
        _, dh_0, decoder_grads = self.decoder.backward(d_outputs @ self.params["W_hy"].T, decoder_input, decoder_hs)
        dh_S = self.context_gradient(dh_0)
        _, _, encoder_grads = self.encoder.backward(None, batch.source, encoder_hs, batch.source_mask, dh_T=dh_S)
        grads = {f"encoder.{name}": gradient for name, gradient in encoder_grads.items()}
        grads |= {f"decoder.{name}": gradient for name, gradient in decoder_grads.items()}
        grads["W_hy"] = rows(self.states_for_output(encoder_hs, decoder_hs)).T @ rows(d_outputs)
        grads["b_y"] = rows(d_outputs).sum(axis=0)
        self.grads = Parameters(grads)
        return loss, self.grads

    def decoder_reads(self, batch):
        return batch.decoder_input

    def d_outputs_of(self, d_outputs):
        return d_outputs

    def context_gradient(self, dh_0):
        return dh_0

    def states_for_output(self, encoder_hs, decoder_hs):
        return decoder_hs[1:]


class NoSlope(Stepwise):
    """da_t = dh_t. It should be dh_t * (1 - h_t * h_t): the slope of tanh is missing."""

    def backward_step(self, dh_t, x_t, h_prev, h_t):
        return super().backward_step(dh_t, x_t, h_prev, np.zeros_like(h_t))  # at h = 0 the slope is 1


class NoTranspose(Stepwise):
    """dh_prev = da_t @ W_hh. It should be da_t @ W_hh.T: back along each weight, the other way."""

    def backward_step(self, dh_t, x_t, h_prev, h_t):
        dx_t, _, grads = super().backward_step(dh_t, x_t, h_prev, h_t)
        return dx_t, dh_t * (1 - h_t * h_t) @ self.params["W_hh"], grads


class NotCarriedBack(Stepwise):
    """dh_t = what comes from outside. It should be that plus what comes back from step t+1."""

    def dh_of(self, from_outside, from_future):
        return from_outside


class NewState(Stepwise):
    """dW_hh = h_t.T @ da_t. It should be h_prev.T @ da_t: W_hh was applied to the state before."""

    def backward_step(self, dh_t, x_t, h_prev, h_t):
        return super().backward_step(dh_t, x_t, h_t, h_t)


class EncoderStateForOutput(Plain):
    """dW_hy uses the encoder's last state at every step. It should use the decoder's state of that step."""

    def states_for_output(self, encoder_hs, decoder_hs):
        return np.broadcast_to(encoder_hs[-1], decoder_hs[1:].shape)


class ContextDropped(Plain):
    """The encoder gets no gradient. It should get the decoder's dh_0: its last state is the decoder's first."""

    def context_gradient(self, dh_0):
        return np.zeros_like(dh_0)


class HalfGradient(Plain):
    """The loss is (y - target)², its gradient y - target. It should be 2 (y - target)."""

    def d_outputs_of(self, d_outputs):
        return d_outputs / 2


class TargetLeak(Plain):
    """The decoder reads target t when asked for target t. It should read target t-1. No gradient is wrong."""

    def decoder_reads(self, batch):
        return batch.target


BUGS = {
    "no 1 − h²": NoSlope,
    "transpose forgotten": NoTranspose,
    "gradient not carried back in time": NotCarriedBack,
    "dW_hh from the new state": NewState,
    "output gradient from the encoder’s state": EncoderStateForOutput,
    "context gradient dropped": ContextDropped,
    "gradient of half the loss": HalfGradient,
    "target leak": TargetLeak,
}


def with_bug(model, bug):
    """A copy of a Seq2Seq, same weights, with this mistake: a subclass of Stepwise (both its RNNs) or of Plain."""
    broken = copy.deepcopy(model)
    broken.__class__ = bug if issubclass(bug, Plain) else Plain
    broken.encoder.__class__ = broken.decoder.__class__ = Stepwise if issubclass(bug, Plain) else bug
    return broken
