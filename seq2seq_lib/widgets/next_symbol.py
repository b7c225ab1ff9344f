"""NextSymbol: what a language model expects after each symbol of a text, and where the text surprised it."""

from types import SimpleNamespace
from typing import ClassVar

import numpy as np

from seq2seq_lib import plots
from seq2seq_lib.batch import BOS, EOS
from seq2seq_lib.beam import log_softmax
from seq2seq_lib.exercises.lesson_05 import check_softmax
from seq2seq_lib.language_model import LanguageModel
from seq2seq_lib.widgets.controls import Range
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import javascript
from seq2seq_lib.widgets.own import Own, ShowsOwn, same_form
from seq2seq_lib.widgets.texts import MARKS, ReadsTexts

LONGEST = 12  # symbols that chance writes on


class NextSymbol(ShowsOwn, ReadsTexts, Explorer):
    """Type a beginning: how probable is each next symbol, what does chance write on, and how likely was each letter?

    model: a LanguageModel; vocabulary: that of its texts
    softmax: the reader's own, softmax(logits) -> p, whose bars are shown; chance draws with the library's
    """

    takes: ClassVar = {"softmax": [check_softmax]}

    _esm = javascript("next_symbol")
    describes = "the probability of each next symbol, and how much each symbol of a text surprised the model."

    def __init__(self, model, vocabulary, text="th", asks="A beginning", softmax=None):
        if not isinstance(model, LanguageModel):
            raise ValueError(f"expected a LanguageModel, got a {type(model).__name__}")
        model.check_symbols((tuple(vocabulary.symbols),))
        self.model, self.task = model, SimpleNamespace(source=vocabulary)
        self.owns = [Own(softmax, *self.takes["softmax"], fits=has_bars)]
        self.can_come = [*range(3, len(vocabulary)), EOS]  # no text has a PAD or a BOS in it
        controls = {
            "text": self.text_control(asks, text),
            "time": Range("read so far", 0, 1, 1, local=True, plays=True),
            "symbol": Range("next symbol", 1, len(self.can_come), 1, local=True),
            "temperature": Range("temperature", 0.25, 3, 1, step=0.25),
            "seed": Range("draw number", 0, 99, 0),
        }
        super().__init__(controls)

    def frame(self, text, temperature, seed):
        """ps (T, N): after 0, 1, ... symbols, how probable is each that can come. surprises: -ln p at temperature 1."""
        typed = self.task.source.encode(text)
        drawn = self.drawn(typed, temperature, seed)
        tokens = [*typed, *drawn]
        logits = self.model.output(self.model.decoder.forward(np.array([BOS, *tokens]))[1:]).astype(float)
        ps = np.asarray(self.owns[0](logits / temperature), float)[:, self.can_come]
        asked = len(tokens) + (tokens[-1] != EOS)  # after the end nothing is asked
        surprises = -log_softmax(logits)[range(len(tokens)), tokens]
        losses = surprises.cumsum() / np.arange(1, len(tokens) + 1)  # of the text up to each symbol
        return {
            "symbols": [self.named(token) for token in self.can_come],
            "letters": [self.named(token) for token in tokens],
            "typed": len(typed),
            "ps": ps[:asked],
            "surprises": surprises,
            "losses": losses,
            "perplexities": np.exp(losses),
            "knows_nothing": {"loss": float(np.log(logits.shape[-1])), "perplexity": logits.shape[-1]},
            "gap": self.task.source.separator,
            "limits": {"time": asked - 1, "symbol": len(self.can_come)},
            "opens": {"time": len(typed), "symbol": 1 + int(ps[len(typed)].argmax())},
        }

    def drawn(self, typed, temperature, seed):
        """What chance writes after these tokens, each symbol by its probability: tokens, EOS among them."""
        rng, decoder, written = np.random.default_rng(seed), self.model.decoder, []
        h = decoder.forward(np.array([BOS, *typed]))[-1]
        while len(written) < LONGEST and EOS not in written:
            p = np.exp(log_softmax(self.model.output(h).astype(float) / temperature))[self.can_come]
            written.append(int(rng.choice(self.can_come, p=p / p.sum())))
            h = decoder.step(written[-1], h)
        return written

    def named(self, token):
        return MARKS.get(token, self.task.source.symbols[token])

    def picture(self):
        seen = self.found[1]
        fig, (ps, surprises) = plots.figure(3, 2)
        read = seen["letters"][: seen["typed"]]
        plots.chances(ps, seen["symbols"], seen["ps"][seen["typed"]], f"after “{self.task.source.join(read)}”")
        plots.surprises(surprises, read, seen["surprises"][: len(read)], seen["knows_nothing"]["loss"])
        return fig


def has_bars(p, logits):
    """Can they be drawn as bars, though their sum need not be 1?"""
    return same_form(p, logits, most=1.001) and bool((np.asarray(p) >= 0).all())
