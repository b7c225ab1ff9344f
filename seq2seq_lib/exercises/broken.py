"""The mistakes that tutorials share: our own model with exactly one of them in it, one small class for each."""

import copy

import numpy as np

from seq2seq_lib.rnn import RNN, rows
from seq2seq_lib.seq2seq import Seq2Seq


class Stepwise(RNN):
    """The right gradient, one step after the other: slower than RNN.backward, and easy to break in one place."""

    def backward(self, dhs, xs, hs, mask=None, dh_T=None):
        dhs, xs, hs, real, dh_T = self.checked_backward(dhs, xs, hs, mask, dh_T)
        from_outside = np.zeros_like(hs[1:]) if dhs is None else dhs.copy()
        from_outside[-1] += dh_T
        dh, dxs, steps = np.zeros_like(dh_T), [], []
        for t in reversed(range(len(xs))):
            dh = self.dh_of(from_outside[t], dh)
            counts = 1 if real is None else real[t]  # on padding all of dh goes on, and nothing into the weights
            dx_t, dh_prev, grads = self.backward_step(counts * dh, xs[t], hs[t], hs[t + 1])
            dh = dh_prev + (1 - counts) * dh
            dxs.insert(0, dx_t)
            steps.append(grads)
        summed = {name: sum(grads[name] for grads in steps) for name in self.params}
        return None if dxs[0] is None else np.stack(dxs), dh, summed

    def dh_of(self, from_outside, from_future):
        return from_outside + from_future


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


class EncoderStateForOutput(Seq2Seq):
    """dW_hy uses the encoder's last state at every step. It should use the decoder's state of that step."""

    def backward(self, input_seq, target_seq, encoder_hs, decoder_hs, outputs, d_outputs=None):
        if d_outputs is None:
            _, d_outputs = self.loss_of(outputs, self.batch(input_seq, target_seq))
        grads = super().backward(input_seq, target_seq, encoder_hs, decoder_hs, outputs, d_outputs)
        context = np.broadcast_to(encoder_hs[-1], decoder_hs[1:].shape)
        grads["W_hy"][...] = rows(self.encoder.hidden(context)).T @ rows(d_outputs)
        return grads


class ContextDropped(Seq2Seq):
    """The encoder gets no gradient. It should get the decoder's dh_0: its last state is the decoder's first."""

    def backward(self, *arguments, **named):
        return without_gradient(super().backward(*arguments, **named), "encoder.")


class HalfGradient(Seq2Seq):
    """The loss is (y - target)², its gradient y - target. It should be 2 (y - target)."""

    def loss_of(self, outputs, batch):
        loss, d_outputs = super().loss_of(outputs, batch)
        return loss, d_outputs / 2


class TargetLeak(Seq2Seq):
    """The decoder reads target t when asked for target t. It should read target t-1. No gradient is wrong."""

    def batch(self, input_seq, target_seq=None):
        batch = super().batch(input_seq, target_seq)
        return batch.replaced(decoder_input=batch.target)


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


def fits(bug, model):
    """Can this mistake be made there? A subclass of RNN in a model of plain RNNs, one of Seq2Seq in a plain Seq2Seq."""
    if issubclass(bug, Seq2Seq):
        return type(model) is Seq2Seq
    return isinstance(model, Seq2Seq) and type(model.encoder) is type(model.decoder) is RNN


def with_bug(model, bug):
    """A copy of the model, same weights, with this mistake: a subclass of RNN (both its networks) or of Seq2Seq.

    Raises ValueError for a mistake that can't be made in such a model: see fits.
    """
    if not fits(bug, model):
        wanted = "a plain Seq2Seq" if issubclass(bug, Seq2Seq) else "a model of two plain RNNs"
        raise ValueError(f"{bug.__name__}: expected {wanted}, got another {type(model).__name__}")
    broken = copy.deepcopy(model)
    if issubclass(bug, Seq2Seq):
        broken.__class__ = bug
    else:
        broken.encoder.__class__ = broken.decoder.__class__ = bug
    return broken


def without_gradient(grads, *prefixes):
    """The same gradients, with zeros for the parameters whose names begin so."""
    for name in grads:
        if name.startswith(prefixes):
            grads[name][...] = 0
    return grads
