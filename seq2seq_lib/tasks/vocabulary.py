"""Symbols and their numbers."""

from seq2seq_lib.batch import PAD

SPECIAL = ["<pad>", "<bos>", "<eos>"]  # PAD, BOS, EOS = 0, 1, 2


class Vocabulary:
    """The symbols of a language (letters, or phones like "AH"), each with its token, behind PAD, BOS and EOS.

    separator: what stands between two symbols of a text; "" between letters
    """

    def __init__(self, symbols, separator=""):
        self.symbols = [*SPECIAL, *sorted(set(symbols))]
        self.tokens = {symbol: token for token, symbol in enumerate(self.symbols)}
        self.separator = separator

    def __len__(self):
        return len(self.symbols)

    def split(self, text):
        """A text as a list of symbols: a string is taken apart at the separator, symbols stay as they are."""
        return text.split(self.separator) if self.separator and isinstance(text, str) else list(text)

    def join(self, symbols):
        """Symbols as one text."""
        return self.separator.join(map(str, symbols))

    def encode(self, text):
        """A string, or a list of symbols -> a list of tokens. Raises ValueError for a symbol it does not know."""
        symbols = self.split(text)
        unknown = [symbol for symbol in symbols if symbol not in self.tokens]
        if unknown:
            raise ValueError(f"expected only the symbols {self.join(self.symbols[3:])!r}, got {unknown[0]!r}")
        return [self.tokens[symbol] for symbol in symbols]

    def decode(self, tokens):
        """Tokens -> a list of symbols, without padding. Raises ValueError for a token that stands for none."""
        unknown = [token for token in tokens if token not in range(len(self))]
        if unknown:
            raise ValueError(f"expected tokens in 0 .. {len(self) - 1}, got {unknown[0]}")
        return [self.symbols[token] for token in tokens if token != PAD]
