"""BatchMate: a short sequence alone, and beside a longer one in a batch, with and without masks."""

from itertools import islice

import numpy as np

from seq2seq_lib import plots
from seq2seq_lib.decoding import until_end
from seq2seq_lib.seq2seq import EOS, PAD
from seq2seq_lib.tasks import pad
from seq2seq_lib.widgets.controls import Range, Text, Toggle
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.hidden_states import MARKS
from seq2seq_lib.widgets.instrument import javascript


class BatchMate(Explorer):
    """The encoder's states of `short`, and the answer decoded from the last, alone and beside the start of `long`.

    The padding behind `short` is carried through (masks on), or read like a symbol (masks off).
    """

    _esm = javascript("batch_mate")
    describes = "a short sequence alone, and beside a longer one in a batch."

    def __init__(self, model, task, short, long):
        self.model, self.task, self.long = model, task, long
        super().__init__(
            {
                "text": Text("Short sequence", short, examples=(short[:1], short[::-1])),
                "neighbour": Range("length of its neighbour", 1, len(long), len(long)),
                "carry": Toggle("carry the state through padding (masks)"),
                "time": Range("time", 1, len(long), len(long), local=True, plays=True),
            }
        )

    def frame(self, text, neighbour, carry):
        if len(text) > len(self.long):
            raise ValueError(f"expected at most {len(self.long)} symbols, got {len(text)}")
        beside = self.long[:neighbour]
        alone, answer_alone = self.read([text], carry)
        batch, answer_batch = self.read([text, beside], carry)
        held = np.concatenate([alone, np.repeat(alone[-1:], len(batch) - len(alone), axis=0)])
        return {
            "columns": len(self.long),
            "alone": {"states": alone, "reads": list(text), "answer": answer_alone},
            "batch": {"states": batch, "reads": padded(text, batch), "answer": answer_batch},
            "padding": [t >= len(text) for t in range(len(batch))],
            "carry": carry,
            "neighbour": padded(beside, batch),
            "distances": np.linalg.norm(batch - held, axis=1),
        }

    def read(self, texts, carry):
        """The first text's states (S, H) in a batch of these texts, and the answer: a list of symbols."""
        tokens, mask = pad([self.task.source.encode(text) for text in texts])
        mask = mask if carry else None
        hs = self.model.encoder.forward(tokens, mask=mask)
        steps = islice(self.model.run_free(tokens, mask), self.task.longest_target + 1)
        answer = [int(answers[0]) for _, _, answers in steps]
        end = [MARKS[EOS]] if EOS in answer else []
        return hs[1:, 0], [*(self.task.target.symbols[token] for token in until_end(answer)), *end]

    def picture(self):
        frame = self.frame(**self.defaults())
        fig, axes = plots.figure(len(frame["alone"]["reads"]), len(frame["batch"]["reads"]))
        for ax, name, title in zip(axes, ("alone", "batch"), ("alone", "in a batch, padding read")):
            lane = frame[name]
            image = plots.hidden_states(ax, lane["states"], lane["reads"], f"{title}\n→ {' '.join(lane['answer'])}")
        fig.colorbar(image, ax=axes, label="state of the unit")
        return fig


def padded(text, batch):
    """The symbols of a text as the batch has them, the sign for padding behind."""
    return [*text, *[MARKS[PAD]] * (len(batch) - len(text))]
