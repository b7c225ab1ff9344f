"""What the instruments share that show a model at its task: a typed text becomes tokens, tokens become symbols."""

from functools import cached_property
from itertools import groupby
from unicodedata import normalize

from seq2seq_lib.batch import BOS, EOS, PAD
from seq2seq_lib.decoding import check_writes_tokens, trace
from seq2seq_lib.widgets.controls import Text

PLAIN = str.maketrans("‘’‚“”„–—−", "'''\"\"\"---")  # what a phone or a word processor types for the key that was meant
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

    def checked_frame(self, settings):
        """As every Explorer's, but a text is mended where that can be done, and what was done to it is said."""
        texts = {name: text for name, text in settings.items() if isinstance(self.declared.get(name), Text)}
        read = {name: readable(text, self.task.source) for name, text in texts.items() if isinstance(text, str)}
        frame = super().checked_frame(settings | read)
        notes = [f"Read as “{now}”: {mending(texts[name], now)}." for name, now in read.items() if now != texts[name]]
        return frame | ({"texts": read, "note": " ".join(notes)} if notes else {})

    opened = None  # the newest frame that has put its sliders where it opens

    def show(self, change=None):
        """As every Explorer's, but a new frame can say where it opens: {"opens": {name: place of that slider}}."""
        super().show(change)
        _, frame = self.found
        if frame is not self.opened:
            self.opened = frame
            for name, place in frame.get("opens", {}).items():
                setattr(self, name, place)

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


def readable(text, vocabulary):
    """The text, mended where that can be done: needless spaces, signs in another dress, capitals for small letters.

    Raises ValueError, in a learner's words, for a symbol that the model has never seen.
    """
    if not unknown(vocabulary.split(text), vocabulary):
        return text
    plain = in_plain_signs(text).strip()
    for dressed in (plain, plain.title(), plain.lower(), plain.upper()):  # a whole word in one dress, as MAY in May
        symbols = [symbol for symbol in vocabulary.split(dressed) if symbol]
        if not unknown(symbols, vocabulary):
            return vocabulary.join(symbols)
    symbols = [symbol for symbol in vocabulary.split(plain) if symbol]
    dressed = [next((d for d in (s, s.lower(), s.upper()) if d in vocabulary.tokens), s) for s in symbols]
    if strange := unknown(dressed, vocabulary):
        named = " and ".join(f"“{symbol[:20]}{'…' * (len(symbol) > 20)}”" for symbol in strange[:3])
        raise ValueError(f"The model has never seen {named}. It reads {listed(vocabulary.symbols[3:])}.")
    return vocabulary.join(dressed)


def in_plain_signs(text):
    return normalize("NFKC", text).translate(PLAIN)


def mending(typed, read):
    """What was done to a typed text, in words, so that it is what was read."""
    plain = in_plain_signs(typed)
    letters, kept = "".join(plain.split()), "".join(read.split())
    cases = {letters.title(): "with capitals first"}
    cases |= {letters.lower(): "in small letters", letters.upper(): "in capitals"}
    done = [
        (plain != typed, "in plain signs"),
        (letters != kept, cases.get(kept, "in small letters and capitals as the model knows them")),
        (len(plain) - len(letters) != len(read) - len(kept), "without needless spaces"),
    ]
    return ", ".join(words for was_done, words in done if was_done)


def unknown(symbols, vocabulary):
    """Those that the model does not know, each once."""
    return list(dict.fromkeys(symbol for symbol in symbols if symbol not in vocabulary.tokens))


def listed(symbols, most=12):
    """The symbols in words: neighbours in the alphabet as "a to z", and of many the first ones."""
    if any(len(symbol) != 1 for symbol in symbols):
        shown = [f"“{symbol}”" for symbol in symbols[:most]]
        return ", ".join(shown) + (f" and {len(symbols) - most} more" if len(symbols) > most else "")

    def neighbours(at):
        return ord(at[1]) - at[0], at[1].isdigit(), at[1].isalpha()

    runs = [[symbol for _, symbol in run] for _, run in groupby(enumerate(symbols), neighbours)]
    words = [[f"{run[0]} to {run[-1]}"] if len(run) > 2 and run[0].isalnum() else map(alone, run) for run in runs]
    return ", ".join(word for run in words for word in run)


def alone(symbol):
    return symbol if symbol.isalnum() else "the space" if symbol == " " else f"“{symbol}”"


def differing(some, others):
    """At each place: is there another token in the one than in the other?"""
    return [some[t : t + 1] != others[t : t + 1] for t in range(max(len(some), len(others)))]


def agreement(tokens, others):
    """Is each token the same as the other at its place? False where there is no other."""
    return [t < len(others) and token == others[t] for t, token in enumerate(tokens)]
