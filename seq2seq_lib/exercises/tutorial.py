"""The Seq2Seq that tutorials copy from one another, as seven switches on ours: all off, and it is ours."""

import numpy as np

from seq2seq_lib.exercises.broken import (
    EncoderStateForOutput,
    HalfGradient,
    NoSlope,
    TargetLeak,
    fits,
    without_gradient,
)
from seq2seq_lib.seq2seq import Seq2Seq

STATE, SLOPE, FROZEN, LEAK, TEACHER, HALF, SMALL = FAULTS = (
    "dW_hy from the encoder’s state",
    "no 1 − h²",
    "no gradient for the two RNNs",
    "target leak",
    "can’t run without the target",
    "half the gradient",
    "weights of 0.01",
)


class Frozen(Seq2Seq):
    """Only the output layer gets a gradient."""

    def backward(self, *arguments, **named):
        return without_gradient(super().backward(*arguments, **named), "encoder.", "decoder.")


class OnlyTaught(Seq2Seq):
    """There is no loop in which the decoder reads what it said."""

    def run_free(self, input_seq, source_mask=None):
        raise NotImplementedError("the decoder loop runs over the target: without a target there is no answer")


IN_THE_MODEL = {STATE: EncoderStateForOutput, FROZEN: Frozen, LEAK: TargetLeak, TEACHER: OnlyTaught, HALF: HalfGradient}


class Tutorial(Seq2Seq):
    """A Seq2Seq with any of FAULTS in it; the arguments otherwise as in Seq2Seq."""

    def __init__(self, input_dim, hidden_dim, output_dim, faults=FAULTS, rng=None, **options):
        unknown = set(faults) - set(FAULTS)
        if unknown:
            raise ValueError(f"faults: expected some of {', '.join(FAULTS)}, got {', '.join(sorted(unknown))}")
        super().__init__(input_dim, hidden_dim, output_dim, rng=rng, **options)
        self.faults = frozenset(faults)
        if SLOPE in faults:
            if not fits(NoSlope, self):
                raise ValueError(f"cell: expected RNN, since the slope of its tanh is to be missing, got {options}")
            self.encoder.__class__ = self.decoder.__class__ = NoSlope
        if SMALL in faults:
            draw = np.random.default_rng(rng)
            for name, values in self.params.items():
                self.params[name] = 0.01 * draw.standard_normal(values.shape) * ("W" in name)
        mistakes = [mistake for fault, mistake in IN_THE_MODEL.items() if fault in faults]
        self.__class__ = type("Tutorial", (*mistakes, Tutorial), {})  # each mistake stands in front of what is right


def without(*repaired):
    """The faults that are left when these have been repaired."""
    return [fault for fault in FAULTS if fault not in repaired]
