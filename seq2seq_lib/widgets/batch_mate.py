"""BatchMate: a short sequence alone, and beside a longer one in a batch, with and without masks."""

from itertools import islice

import numpy as np

from seq2seq_lib import plots
from seq2seq_lib.batch import EOS, PAD, pad
from seq2seq_lib.decoding import until_end
from seq2seq_lib.widgets.controls import Range, Toggle
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import javascript
from seq2seq_lib.widgets.texts import MARKS, ReadsTexts, differing


class BatchMate(ReadsTexts, Explorer):
    """The encoder's states of `short`, and the answer decoded from the last, alone and beside the start of `long`.

    The padding behind `short` is carried through (masks on), or read like a symbol (masks off).
    """

    _esm = javascript("batch_mate")
    describes = "a short sequence alone, and beside a longer one in a batch."

    def __init__(self, model, task, short, long):
        self.take(task, model)
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
        hs = self.model.encoder.forward(tokens, mask=mask)
        answer = [int(answers[0]) for _, _, answers in islice(self.model.run_free(tokens, mask), self.longest)]
        return self.model.encoder.hidden(hs[1:, 0]), until_end(answer) + [EOS] * (EOS in answer)

    def picture(self):
        frame = self.frame(**self.defaults())
        columns = [len(frame[name]["reads"]) for name in ("alone", "batch")]
        fig, axes = plots.mosaic("AB\n.D", height=5, width_ratios=columns, height_ratios=(3, 1))
        for letter, name, title in zip("AB", ("alone", "batch"), ("alone", "in a batch, padding read")):
            lane = frame[name]
            answer = self.task.target.join(lane["answer"])
            image = plots.hidden_states(axes[letter], lane["states"], lane["reads"], f"{title}\n→ {answer}")
        fig.colorbar(image, ax=[axes["A"], axes["B"]], label="state of the unit")
        bars = axes["D"].bar(range(columns[1]), frame["distances"], color=plots.BLUE)
        axes["D"].bar_label(bars, fmt="%.2f")
        axes["D"].margins(x=0, y=0.3)
        axes["D"].set(xlim=axes["B"].get_xlim(), xticks=[], xlabel="distance from its state alone", ylabel="distance")
        return fig


def padded(symbols, batch):
    """The symbols of a source as the batch has them, the sign for padding behind."""
    return [*symbols, *[MARKS[PAD]] * (len(batch) - len(symbols))]
