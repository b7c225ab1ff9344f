"""The Seq2Seq that tutorials copy from one another, as seven switches on ours: all off, and it is ours."""

import numpy as np

from seq2seq_lib.exercises.broken import NoSlope, Plain, Stepwise
from seq2seq_lib.seq2seq import Pair

STATE, SLOPE, FROZEN, LEAK, TEACHER, HALF, SMALL = FAULTS = (
    "dW_hy from the encoder’s state",
    "no 1 − h²",
    "no gradient for the two RNNs",
    "target leak",
    "can’t run without the target",
    "half the gradient",
    "weights of 0.01",
)


class Tutorial(Plain):
    """A Seq2Seq with any of FAULTS in it; the arguments otherwise as in Seq2Seq."""

    def __init__(self, input_dim, hidden_dim, output_dim, faults=FAULTS, rng=None, **options):
        unknown = set(faults) - set(FAULTS)
        if unknown:
            raise ValueError(f"faults: expected some of {', '.join(FAULTS)}, got {', '.join(sorted(unknown))}")
        super().__init__(input_dim, hidden_dim, output_dim, rng=rng, **options)
        self.faults = frozenset(faults)
        self.encoder.__class__ = self.decoder.__class__ = NoSlope if SLOPE in faults else Stepwise
        if SMALL in faults:
            draw = np.random.default_rng(rng)
            for name, values in self.params.items():
                self.params[name] = 0.01 * draw.standard_normal(values.shape) * ("W" in name)

    def loss_and_grads(self, batch):
        loss, grads = super().loss_and_grads(batch)
        if FROZEN in self.faults:
            for name in grads:
                if name not in ("W_hy", "b_y"):
                    grads[name][...] = 0
        return loss, grads

    def teacher_forced(self, batch):
        """What forward does."""
        return super().teacher_forced(Pair(batch.source, batch.target, decoder_input=self.decoder_reads(batch)))

    def decoder_reads(self, batch):
        return batch.target if LEAK in self.faults else super().decoder_reads(batch)

    def d_outputs_of(self, d_outputs):
        return d_outputs / 2 if HALF in self.faults else d_outputs

    def states_for_output(self, encoder_hs, decoder_hs):
        states = super().states_for_output(encoder_hs, decoder_hs)
        return np.broadcast_to(encoder_hs[-1], states.shape) if STATE in self.faults else states

    def run_free(self, input_seq, source_mask=None):
        if TEACHER in self.faults:
            raise NotImplementedError("the decoder loop runs over the target: without a target there is no answer")
        return super().run_free(input_seq, source_mask)


def without(*repaired):
    """The faults that are left when these have been repaired."""
    return [fault for fault in FAULTS if fault not in repaired]
