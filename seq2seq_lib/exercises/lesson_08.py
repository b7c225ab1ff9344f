"""Checks of lesson 08: two networks and the vector between them, forward and backward."""

import numpy as np

from seq2seq_lib.batch import shift_right
from seq2seq_lib.exercises.check import Check
from seq2seq_lib.exercises.problems import standard_normal
from seq2seq_lib.seq2seq import Seq2Seq


def problem(steps_in, steps_out, seed):
    """A model no two of whose weights are equal, and no bias zero; a source (S, 3) and a target (T, 2)."""
    model = Seq2Seq(3, 4, 2, rng=seed)
    model.params.flat[:] = 0.4 * standard_normal(seed, model.params.flat.shape)[0]
    return model, *standard_normal(seed, (steps_in, 3), (steps_out, 2))


# Forward


def seq2seq_forward(model, source, target):
    return answer(model, source, target)


def answer(model, source, target, context=lambda hs: hs[-1], reads=shift_right, shown=lambda hs: hs[1:]):
    """seq2seq_forward, each joint of which can be exchanged."""
    encoder_hs = model.encoder.forward(source)
    decoder_hs = model.decoder.forward(reads(target), context(encoder_hs))
    return encoder_hs, decoder_hs, model.output(shown(decoder_hs))


def context_not_passed(model, source, target):
    """Your decoder starts from zeros, as encoder_hs[0] does too: nothing was read there. Its h_0 is encoder_hs[-1]."""
    return answer(model, source, target, context=lambda hs: None)


def state_before_the_last(model, source, target):
    """The context is one state early: it has not seen the last vector of the source. Take the last row, hs[-1]."""
    return answer(model, source, target, context=lambda hs: hs[-2])


def mean_state(model, source, target):
    """The context is a mean of states. It is the last state alone: the only one that has seen the whole source."""
    return answer(model, source, target, context=lambda hs: hs[1:].mean(axis=0))


def leak(model, source, target):
    """Your decoder reads target[t] when asked for target[t]: the answer leaks. It reads target[t-1], zeros first."""
    return answer(model, source, target, reads=lambda target: target)


def shifted_left(model, source, target):
    """The shift goes the wrong way: at step t your decoder reads target[t+1]. It reads target[t-1], zeros first."""
    return answer(model, source, target, reads=lambda target: np.concatenate([target[1:], np.zeros_like(target[:1])]))


def rolled(model, source, target):
    """Your first decoder input is the last target: np.roll brings it round. Before the first answer there are zeros."""
    return answer(model, source, target, reads=lambda target: np.roll(target, 1, axis=0))


def reads_nothing(model, source, target):
    """Your decoder reads zeros at every step. It reads the target one step late; only the first row is zeros."""
    return answer(model, source, target, reads=np.zeros_like)


def runs_free(model, source, target):
    """Your decoder reads its own outputs: it runs free. In training it has a teacher, and reads target[t-1]."""
    encoder_hs = model.encoder.forward(source)
    decoder_hs, said = [encoder_hs[-1]], np.zeros_like(target[0])
    for _ in target:
        decoder_hs.append(model.decoder.step(said, decoder_hs[-1]))
        said = model.output(decoder_hs[-1])
    return encoder_hs, np.stack(decoder_hs), model.output(np.stack(decoder_hs[1:]))


def networks_swapped(model, source, target):
    """Encoder and decoder are swapped: the encoder reads the source, and the decoder starts from its last state."""
    encoder_hs = model.decoder.forward(source)
    decoder_hs = model.encoder.forward(shift_right(target), encoder_hs[-1])
    return encoder_hs, decoder_hs, model.output(decoder_hs[1:])


def one_state_early(model, source, target):
    """Your outputs are one step off: decoder_hs[0] is the context, before any step. Output t comes from hs[t+1]."""
    return answer(model, source, target, shown=lambda hs: hs[:-1])


def context_among_outputs(model, source, target):
    """You have T+1 outputs: decoder_hs[0] is the context, for which no output is asked. Take decoder_hs[1:]."""
    return answer(model, source, target, shown=lambda hs: hs)


def states_as_outputs(model, source, target):
    """You return states as outputs. A state has H numbers, an answer O: model.output is missing."""
    encoder_hs, decoder_hs, _ = answer(model, source, target)
    return encoder_hs, decoder_hs, decoder_hs[1:]


check_seq2seq_forward = Check(
    seq2seq_forward,
    returns=("encoder_hs", "decoder_hs", "outputs"),
    problems=[problem(4, 3, seed=0), problem(2, 4, seed=1)],
    wrong=[
        context_not_passed,
        state_before_the_last,
        mean_state,
        leak,
        shifted_left,
        rolled,
        reads_nothing,
        runs_free,
        networks_swapped,
        one_state_early,
        context_among_outputs,
        states_as_outputs,
    ],
)

# Backward


def seq2seq_backward(model, source, decoder_input, encoder_hs, decoder_hs, d_outputs):
    return back(model, source, decoder_input, encoder_hs, decoder_hs, d_outputs)


def back(
    model,
    source,
    decoder_input,
    encoder_hs,
    decoder_hs,
    d_outputs,
    *,
    to_encoder=lambda dh_0, dhs: (None, dh_0),
    states=lambda encoder_hs, decoder_hs: decoder_hs[1:],
):
    """seq2seq_backward; to_encoder: its dhs and dh_T; states: those that the output layer is said to have read"""
    d_decoder_hs = d_outputs @ model.params["W_hy"].T
    _, dh_0, decoder_grads = model.decoder.backward(d_decoder_hs, decoder_input, decoder_hs)
    dhs, dh_T = to_encoder(dh_0, d_decoder_hs)
    _, _, encoder_grads = model.encoder.backward(dhs, source, encoder_hs, dh_T=dh_T)
    grads = {f"encoder.{name}": gradient for name, gradient in encoder_grads.items()}
    grads |= {f"decoder.{name}": gradient for name, gradient in decoder_grads.items()}
    return grads | {"W_hy": states(encoder_hs, decoder_hs).T @ d_outputs, "b_y": d_outputs.sum(axis=0)}


def encoder_told_nothing(model, source, decoder_input, encoder_hs, decoder_hs, d_outputs):
    """All gradients of the encoder are zero: it is told nothing. The decoder's dh_0 is the encoder's dh_T."""
    return back(
        model, source, decoder_input, encoder_hs, decoder_hs, d_outputs, to_encoder=lambda dh_0, dhs: (None, 0 * dh_0)
    )


def told_at_every_step(model, source, decoder_input, encoder_hs, decoder_hs, d_outputs):
    """The encoder gets dh_0 at every state. Only its last state was handed over: dh_T=dh_0, and no dhs."""

    def everywhere(dh_0, dhs):
        return np.tile(dh_0, (len(source), 1)), None

    return back(model, source, decoder_input, encoder_hs, decoder_hs, d_outputs, to_encoder=everywhere)


def told_at_the_first_step(model, source, decoder_input, encoder_hs, decoder_hs, d_outputs):
    """The decoder's dh_0 reaches your encoder's first state. The last one was handed over: dh_T=dh_0."""

    def first(dh_0, dhs):
        return np.concatenate([dh_0[None], np.zeros((len(source) - 1, len(dh_0)))]), None

    return back(model, source, decoder_input, encoder_hs, decoder_hs, d_outputs, to_encoder=first)


def told_by_the_outputs(model, source, decoder_input, encoder_hs, decoder_hs, d_outputs):
    """The encoder gets the sum of what the outputs say, past the decoder. It has to go through it: dh_0 arrives."""
    return back(
        model,
        source,
        decoder_input,
        encoder_hs,
        decoder_hs,
        d_outputs,
        to_encoder=lambda dh_0, dhs: (None, dhs.sum(axis=0)),
    )


def states_of_the_encoder(model, source, decoder_input, encoder_hs, decoder_hs, d_outputs):
    """Your dW_hy is made of the encoder's last state. W_hy was multiplied by the decoder's state of each step."""
    return back(
        model,
        source,
        decoder_input,
        encoder_hs,
        decoder_hs,
        d_outputs,
        states=lambda encoder_hs, decoder_hs: np.tile(encoder_hs[-1], (len(d_outputs), 1)),
    )


def states_one_early(model, source, decoder_input, encoder_hs, decoder_hs, d_outputs):
    """Your dW_hy is made of states one step early. Output t was made of decoder_hs[t+1]; row 0 is the context."""
    return back(
        model,
        source,
        decoder_input,
        encoder_hs,
        decoder_hs,
        d_outputs,
        states=lambda encoder_hs, decoder_hs: decoder_hs[:-1],
    )


def turned_dW_hy(model, source, decoder_input, encoder_hs, decoder_hs, d_outputs):
    """dW_hy is transposed. W_hy is (H, O), and its gradient has the same shape: states.T @ d_outputs."""
    grads = back(model, source, decoder_input, encoder_hs, decoder_hs, d_outputs)
    return grads | {"W_hy": grads["W_hy"].T}


def mean_for_b_y(model, source, decoder_input, encoder_hs, decoder_hs, d_outputs):
    """db_y is a mean over the steps. The loss is a sum over steps, so the gradient is too."""
    grads = back(model, source, decoder_input, encoder_hs, decoder_hs, d_outputs)
    return grads | {"b_y": d_outputs.mean(axis=0)}


def after_forward(model, source, target, seed):
    """What seq2seq_backward is given: all that forward made, and a gradient at each output."""
    encoder_hs, decoder_hs, outputs = answer(model, source, target)
    return model, source, shift_right(target), encoder_hs, decoder_hs, *standard_normal(seed, outputs.shape)


check_seq2seq_backward = Check(
    seq2seq_backward,
    returns=("grads",),
    problems=[after_forward(*problem(4, 3, seed=2), seed=3), after_forward(*problem(2, 4, seed=4), seed=5)],
    wrong=[
        encoder_told_nothing,
        told_at_every_step,
        told_at_the_first_step,
        told_by_the_outputs,
        states_of_the_encoder,
        states_one_early,
        turned_dW_hy,
        mean_for_b_y,
    ],
)
