"""Symbols and their numbers."""

from seq2seq_lib.seq2seq import PAD

SPECIAL = ["<pad>", "<bos>", "<eos>"]  # PAD, BOS, EOS = 0, 1, 2


class Vocabulary:
    """The symbols of a language (letters, or phones like "AH"), each with its token, behind PAD, BOS and EOS."""

    def __init__(self, symbols):
        self.symbols = [*SPECIAL, *sorted(set(symbols))]
        self.tokens = {symbol: token for token, symbol in enumerate(self.symbols)}

    def __len__(self):
        return len(self.symbols)

    def encode(self, text):
        """A string, or a list of symbols -> a list of tokens. Raises ValueError for a symbol it does not know."""
        unknown = [symbol for symbol in text if symbol not in self.tokens]
        if unknown:
            raise ValueError(f"expected only the symbols {''.join(self.symbols[3:])!r}, got {unknown[0]!r}")
        return [self.tokens[symbol] for symbol in text]

    def decode(self, tokens):
        """Tokens -> a list of symbols, without padding. Raises ValueError for a token that stands for none."""
        unknown = [token for token in tokens if token not in range(len(self))]
        if unknown:
            raise ValueError(f"expected tokens in 0 .. {len(self) - 1}, got {unknown[0]}")
        return [self.symbols[token] for token in tokens if token != PAD]
