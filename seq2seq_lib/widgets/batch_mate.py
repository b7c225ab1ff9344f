"""BatchMate: a short sequence alone, and beside a longer one in a batch, with and without masks."""

import copy
from itertools import islice
from typing import ClassVar

import numpy as np

from seq2seq_lib import plots
from seq2seq_lib.batch import EOS, PAD, pad
from seq2seq_lib.decoding import until_end
from seq2seq_lib.exercises.lesson_10 import check_carry, check_masked_forward
from seq2seq_lib.rnn import RNN
from seq2seq_lib.widgets.controls import Range, Toggle
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import javascript
from seq2seq_lib.widgets.own import Own, ShowsOwn
from seq2seq_lib.widgets.texts import MARKS, ReadsTexts, differing
from seq2seq_lib.words import fixed


class BatchMate(ShowsOwn, ReadsTexts, Explorer):
    """The encoder's states of `short`, and the answer decoded from the last, alone and beside the start of `long`.

    The padding behind `short` is carried through (masks on), or read like a symbol (masks off).
    carry: the reader's own, carry(h_t, h_prev, real) -> h, by which it is carried
    masked_forward: instead of it, the reader's own masked_forward(xs, mask, h_0, W_xh, W_hh, b_h) -> hs, for plain RNNs
    """

    _esm = javascript("batch_mate")
    describes = "a short sequence alone, and beside a longer one in a batch."
    takes: ClassVar = {"carry": [check_carry], "masked_forward": [check_masked_forward]}

    def __init__(self, model, task, short, long, carry=None, masked_forward=None):
        self.take(task, model)
        if masked_forward and (carry or type(model.encoder) is not RNN):
            raise ValueError("masked_forward: expected no carry beside it, and a model whose encoder is a plain RNN")
        self.own_carry = Own(carry, *self.takes["carry"])
        self.own_forward = Own(masked_forward, *self.takes["masked_forward"])
        self.owns = [self.own_carry, self.own_forward]
        self.long = self.reads(long)
        super().__init__(
            {
                "text": self.text_control("Short sequence", short),
                "neighbour": Range("length of its neighbour", 1, len(self.long), len(self.long)),
                "carry": Toggle("carry the state through padding (masks)"),
                "time": Range("time", 1, len(self.long), len(self.long), local=True, plays=True),
            }
        )

    def frame(self, text, neighbour, carry):
        short, beside = self.reads(text), self.long[: int(neighbour)]
        if len(short) > len(self.long):
            raise ValueError(
                f"Short sequence: at most {len(self.long)} symbols, as many as its neighbour has, not {len(short)}"
            )
        alone, answer_alone = self.read([short], carry)
        batch, answer_batch = self.read([short, beside], carry)
        held = np.concatenate([alone, np.repeat(alone[-1:], len(batch) - len(alone), axis=0)])
        return {
            "columns": len(self.long),
            "alone": {"states": alone, "reads": short, "answer": self.names(answer_alone)},
            "batch": {"states": batch, "reads": padded(short, batch), "answer": self.names(answer_batch)},
            "differing": differing(answer_alone, answer_batch),
            "gaps": self.gaps,
            "padding": [t >= len(short) for t in range(len(batch))],
            "carry": carry,
            "neighbour": padded(beside, batch),
            "distances": np.linalg.norm(batch - held, axis=1),
        }

    def read(self, sources, carry):
        """The states (S, H) of the first of these sources in a batch of them, and the tokens of its answer."""
        tokens, mask = pad([self.task.source.encode(source) for source in sources])
        mask = mask if carry else None
        hs, model = self.states(tokens, mask), copy.copy(self.model)
        model.encoder = copy.copy(model.encoder)  # the decoder goes on from these states, whoever made them
        model.encoder.forward = lambda *given, **named: hs
        answer = [int(answers[0]) for _, _, answers in islice(model.run_free(tokens, mask), self.longest)]
        return model.encoder.hidden(hs[1:, 0]), until_end(answer) + [EOS] * (EOS in answer)

    def states(self, tokens, mask):
        """All states of the encoder (S+1, B, H): those of the reader's function where padding is carried through."""
        encoder = self.model.encoder
        h_0 = np.zeros((tokens.shape[1], encoder.state_dim))
        if mask is not None and self.own_forward.mine:
            weights = (encoder.params[name].astype(float) for name in ("W_xh", "W_hh", "b_h"))
            return self.own_forward(np.eye(encoder.input_dim)[tokens], mask, h_0, *weights)
        if mask is not None and self.own_carry.mine:
            hs = [h_0]
            for x_t, real in zip(tokens, mask):
                hs.append(self.own_carry(encoder.step(x_t, hs[-1]).astype(float), hs[-1], real))
            return np.stack(hs)
        return encoder.forward(tokens, mask=mask)

    def picture(self):
        frame = self.found[1]
        columns = [len(frame[name]["reads"]) for name in ("alone", "batch")]
        fig, axes = plots.mosaic("AB\n.D", height=5, width_ratios=columns, height_ratios=(3, 1))
        for letter, name, title in zip("AB", ("alone", "batch"), ("alone", "in a batch, padding read")):
            lane = frame[name]
            answer = self.task.target.join(lane["answer"])
            image = plots.hidden_states(axes[letter], lane["states"], lane["reads"], f"{title}\n→ {answer}")
        fig.colorbar(image, ax=[axes["A"], axes["B"]], label="state of the unit")
        bars = axes["D"].bar(range(columns[1]), frame["distances"], color=plots.ROLES["encoder"])
        axes["D"].bar_label(bars, [fixed(distance) for distance in frame["distances"]])
        axes["D"].margins(x=0, y=0.3)
        axes["D"].set(xlim=axes["B"].get_xlim(), xticks=[], xlabel="distance from its state alone", ylabel="distance")
        return fig


def padded(symbols, batch):
    """The symbols of a source as the batch has them, the sign for padding behind."""
    return [*symbols, *[MARKS[PAD]] * (len(batch) - len(symbols))]
