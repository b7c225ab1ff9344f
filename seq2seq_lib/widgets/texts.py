"""What the instruments share that show a model at its task: a typed text becomes tokens, tokens become symbols."""

from functools import cached_property

from seq2seq_lib.batch import BOS, EOS, PAD
from seq2seq_lib.decoding import check_writes_tokens, trace
from seq2seq_lib.widgets.controls import Text

MARKS = {PAD: "∅", BOS: "⊢", EOS: "⊣"}  # padding, start and end, in the width of one symbol


class ReadsTexts:
    """Mixed into an Instrument. Symbols are what is shown; what is compared is tokens, for two texts can look alike."""

    def take(self, task, *models, solve=None):
        """The first of the models is the one that is shown. Raises ValueError for one of other symbols than the task's.

        solve: the task's rule, text -> right answer or None; without it only the answers of the task itself are known
        """
        for model in models:
            check_writes_tokens(model)
            model.check_symbols(task.symbols)
        self.model, self.task, self.solve = models[0], task, solve or self.looked_up
        self.longest = task.longest_target + 1  # symbols of an answer, its end included
        self.gaps = {"reads": task.source.separator, "writes": task.target.separator}  # between symbols, in a sentence

    @cached_property
    def known(self):
        return {tuple(source): target for source, target in self.task.train + self.task.held_out}

    def looked_up(self, text):
        return self.known.get(tuple(self.reads(text)))

    def reads(self, text):
        """The symbols of a text."""
        return self.task.source.split(text)

    def names(self, tokens):
        """The symbols of an answer, padding, start and end among them."""
        return [MARKS.get(token, self.task.target.symbols[token]) for token in tokens]

    def right(self, text):
        """The right answer: its symbols, and its tokens, None for a symbol that no target has; or None twice."""
        answer = self.solve(text)
        if answer is None:
            return None, None
        symbols = self.task.target.split(answer)
        return [*symbols, MARKS[EOS]], [*map(self.task.target.tokens.get, symbols), EOS]

    def traced(self, text):
        return trace(self.model, self.task.source.encode(text), self.longest)

    def panels_of(self, text):
        """Panels of a text's way through encoder and decoder; the decoder reads what it wrote the step before."""
        seen, (encoder, decoder) = self.traced(text), (self.model.encoder, self.model.decoder)
        wrote = self.names(seen.answer)
        reads, writes = encoder.hidden(seen.encoder_hs[1:]), decoder.hidden(seen.decoder_hs[1:])
        return [
            ("encoder: reads", reads, self.reads(text), (), self.gaps["reads"]),
            ("decoder: writes", writes, [MARKS[BOS], *wrote[:-1]], wrote, self.gaps["writes"]),
        ]

    def text_control(self, label, text):
        """A line of text; the tests type its first symbol alone, and all of it from back to front."""
        symbols, join = self.reads(text), self.task.source.join
        return Text(label, text, examples=(join(symbols[:1]), join(symbols[::-1])))


def differing(some, others):
    """At each place: is there another token in the one than in the other?"""
    return [some[t : t + 1] != others[t : t + 1] for t in range(max(len(some), len(others)))]


def agreement(tokens, others):
    """Is each token the same as the other at its place? False where there is no other."""
    return [t < len(others) and token == others[t] for t, token in enumerate(tokens)]
