"""A language model: one recurrent network that predicts the next symbol of a text."""

import numpy as np

from seq2seq_lib import checks
from seq2seq_lib.batch import BOS, EOS, PAD, Batch, whole_vocabulary
from seq2seq_lib.losses import cross_entropy
from seq2seq_lib.model import Model, cell_class
from seq2seq_lib.rnn import RNN, fan_in, per_row, rows, sum_rows


class LanguageModel(Model):
    """A decoder without an encoder (Mikolov et al. 2010): it starts from a state of zeros and reads what it wrote.

    Texts are lists of tokens, as Vocabulary.encode makes them; a batch for it has no source: Batch(None, texts).
    cell: RNN, GRU, LSTM, by class or by name, or a class of your own with the same methods
    """

    networks = ("decoder",)

    def __init__(self, vocabulary_size, hidden_dim, cell=RNN, rng=None, dtype=np.float64):
        rng, vocabulary_size = checks.generator(rng), whole_vocabulary(vocabulary_size, "vocabulary_size")
        self.decoder = cell_class(cell)(vocabulary_size, hidden_dim, rng, dtype)
        self.gather({"W_hy": fan_in(rng, hidden_dim, vocabulary_size), "b_y": np.zeros(vocabulary_size)})

    def forward(self, batch):
        """At each step it reads the right symbol of the step before.

        batch: a Batch without a source; T is its longest text, EOS included
        Returns hs (T+1, B, H) and outputs (T, B, V), the logits of the next symbol.
        Raises ValueError for tokens outside the vocabulary.
        """
        batch = self.batch(batch)
        hs = self.decoder.forward(batch.decoder_input)  # (T+1, B, H)
        return hs, self.output(hs[1:])

    def backward(self, batch, hs, d_outputs):
        """Backpropagation through time. hs: what forward returned; d_outputs (T, B, V): the gradient at its outputs.

        Returns the gradient, {name: array} like params, and keeps it as self.grads.
        """
        batch = self.batch(batch)
        d_outputs = self.of_outputs(d_outputs, batch)
        d_hs = per_row(d_outputs, self.params["W_hy"].T)  # (T, B, H)
        _, _, decoder_grads = self.decoder.backward(d_hs, batch.decoder_input, hs)
        h = self.decoder.hidden(hs[1:])
        output_grads = {"W_hy": rows(h).T.dot(rows(d_outputs)), "b_y": sum_rows(d_outputs)}
        self.grads = self.params.like(decoder_grads, output_grads)
        return self.grads

    def loss_and_grads(self, batch):
        """Returns the mean over all symbols of -log p(symbol | those before), and its gradient, {name: array}."""
        hs, outputs = self.forward(batch)
        loss, d_outputs = cross_entropy(outputs, batch.target, batch.target_mask)
        return loss, self.backward(batch, hs, d_outputs)

    def perplexity(self, texts):
        """exp of the mean over all symbols, EOS included, of -log p(symbol | those before).

        Between how many symbols, equally probable, would one be as unsure? 1 is certain, V knows nothing.
        texts: a list of lists of tokens
        """
        loss, count, texts = 0, 0, checks.listed(texts, "texts")
        for batch in (Batch(None, texts[start : start + 256]) for start in range(0, max(len(texts), 1), 256)):
            _, outputs = self.forward(batch)
            symbols = batch.target.size if batch.target_mask is None else np.count_nonzero(batch.target_mask)
            loss += symbols * cross_entropy(outputs, batch.target, batch.target_mask)[0]
            count += symbols
        return float(np.exp(loss / count))

    def sample(self, rng=None, temperature=1.0, max_length=100):
        """Draw a text, symbol by symbol, until EOS or for max_length steps: a list of tokens without EOS.

        temperature: the logits are divided by it; below 1 the likely becomes likelier still, above 1 all more equal
        """
        temperature, rng = checks.positive(temperature, "temperature"), checks.generator(rng)
        h, text = np.zeros(self.decoder.state_dim, self.dtype), [BOS]
        for _ in range(checks.size(max_length, "max_length")):
            h = self.decoder.step(text[-1], h)
            logits = self.output(h).astype(float)
            logits[[PAD, BOS]] = -np.inf  # no text has them
            exps = np.exp((logits - logits.max()) / temperature)
            text.append(int(rng.choice(len(exps), p=exps / exps.sum())))
            if text[-1] == EOS:
                return text[1:-1]
        return text[1:]

    def batch(self, batch):
        """A Batch that this model can read."""
        if not isinstance(batch, Batch) or batch.source is not None:
            raise ValueError(f"expected a batch without a source, Batch(None, texts), got {checks.shown(batch)}")
        checks.tokens(batch.target, self.decoder.input_dim)
        if batch.symbols is not None:
            self.check_symbols(batch.symbols)
        return batch

    def settings(self):
        return {}

    @classmethod
    def of_sizes(cls, arrays, cell):
        W_hy = arrays["W_hy"]
        return cls(W_hy.shape[1], W_hy.shape[0], cell, rng=0, dtype=W_hy.dtype)


def text_batches(texts, size, rng=None):
    """An endless stream of random batches out of the texts, a list of lists of tokens."""
    rng, size, texts = (
        checks.generator(rng),
        checks.size(size, "size", most=10**6),
        checks.listed(texts, "texts"),
    )
    if not texts:
        raise ValueError("texts: expected at least one, got none")
    while True:
        yield Batch(None, [texts[i] for i in rng.integers(len(texts), size=size)])
