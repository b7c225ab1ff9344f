"""Symbols and their numbers."""

import numpy as np

from seq2seq_lib import checks
from seq2seq_lib.batch import PAD

SPECIAL = ["<pad>", "<bos>", "<eos>"]  # PAD, BOS, EOS = 0, 1, 2


class Vocabulary:
    """The symbols of a language (letters, or phones like "AH"), each with its token, behind PAD, BOS and EOS.

    separator: what stands between two symbols of a text; "" between letters
    """

    def __init__(self, symbols, separator=""):
        try:
            self.symbols = [*SPECIAL, *sorted(set(symbols))]
        except TypeError:
            raise ValueError(f"symbols: expected a text, or a list of texts, got {checks.shown(symbols)}") from None
        self.tokens = {symbol: token for token, symbol in enumerate(self.symbols)}
        self.separator = checks.text(separator, "separator")

    def __len__(self):
        return len(self.symbols)

    def split(self, text):
        """A text as a list of symbols: a string is taken apart at the separator, symbols stay as they are."""
        text = checks.symbols(text, "text")
        return text.split(self.separator) if self.separator and isinstance(text, str) else list(text)

    def join(self, symbols):
        """Symbols as one text."""
        return self.separator.join(map(str, checks.symbols(symbols, "symbols")))

    def encode(self, text):
        """A string, or a list of symbols -> a list of tokens. Raises ValueError for a symbol it does not know."""
        symbols = self.split(text)
        try:
            return [self.tokens[symbol] for symbol in symbols]
        except (KeyError, TypeError):  # unknown, or no symbol at all: a list, say
            unknown = next(symbol for symbol in symbols if symbol not in self.symbols)
            known, got = self.join(self.symbols[3:]), checks.shown(unknown)
            raise ValueError(f"expected only the symbols {known!r}, got {got}") from None

    def decode(self, tokens):
        """Tokens -> a list of symbols, without padding. Raises ValueError for a token that stands for none."""
        tokens = checks.listed(tokens, "tokens", of="tokens")
        unknown = [t for t in tokens if not (isinstance(t, (int, np.integer)) and 0 <= t < len(self))]
        if unknown:
            raise ValueError(f"expected tokens in 0 .. {len(self) - 1}, got {checks.shown(unknown[0])}")
        return [self.symbols[token] for token in tokens if token != PAD]
