"""Sequence to sequence: one RNN reads, a second one starts from its last state and writes."""

from itertools import islice, repeat

import numpy as np

from seq2seq_lib import checks
from seq2seq_lib.batch import BOS, Batch, steps_of, whole_vocabulary
from seq2seq_lib.losses import cross_entropy, squared
from seq2seq_lib.model import Model, cell_class
from seq2seq_lib.optimizers import Adam
from seq2seq_lib.rnn import RNN, fan_in, per_row, rows, sum_rows
from seq2seq_lib.training import training

LOSSES = {"squared_error": squared, "cross_entropy": cross_entropy}


class Seq2Seq(Model):
    """The encoder-decoder of Sutskever et al. (2014) and Cho et al. (2014), with plain tanh cells, or others.

    With loss="squared_error" both sequences are vectors, (S, B, D) and (T, B, O); with "cross_entropy" they are
    integer tokens, (S, B) and (T, B), and the outputs are logits. B may be left out for a single sequence.
    cell: RNN, GRU, LSTM, by class or by name, or a class of your own with the same methods
    """

    networks = ("encoder", "decoder")

    def __init__(
        self,
        input_dim,
        hidden_dim,
        output_dim,
        learning_rate=0.01,
        loss="squared_error",
        rng=None,
        dtype=np.float64,
        cell=RNN,
    ):
        if not (isinstance(loss, str) and loss in LOSSES):
            raise ValueError(f"loss: expected {' or '.join(LOSSES)}, got {checks.shown(loss)}")
        rng, cell = checks.generator(rng), cell_class(cell)
        self.loss, self.learning_rate = loss, checks.positive(learning_rate, "learning_rate")
        if self.reads_tokens:
            whole_vocabulary(output_dim, "output_dim")
        self.encoder = cell(input_dim, hidden_dim, rng, dtype)
        self.decoder = cell(output_dim, hidden_dim, rng, dtype)  # it reads what was said the step before
        self.gather({"W_hy": fan_in(rng, hidden_dim, output_dim), "b_y": np.zeros(output_dim)})

    @property
    def reads_tokens(self):
        return self.loss == "cross_entropy"

    def forward(self, input_seq, target_seq=None):
        """Teacher forced: at each step the decoder reads the right answer of the step before.

        input_seq: (S, B, D), or tokens (S, B), or a Batch, which holds both
        target_seq: (T, B, O), or tokens (T, B)
        Returns encoder_hs (S+1, B, H), decoder_hs (T+1, B, H), outputs (T, B, O).
        Raises ValueError for wrong shapes, tokens it doesn't know, no steps, nan or inf.
        """
        batch = self.batch(input_seq, target_seq)
        encoder_hs = self.encoder.forward(batch.source, mask=batch.source_mask)  # (S+1, B, H)
        h_0 = encoder_hs[-1]  # all that the decoder learns of the source
        decoder_hs = self.decoder.forward(batch.decoder_input, h_0)  # (T+1, B, H)
        return encoder_hs, decoder_hs, self.output(decoder_hs[1:])

    def backward(self, input_seq, target_seq, encoder_hs, decoder_hs, outputs, d_outputs=None):
        """Backpropagation through time through both networks.

        input_seq, target_seq: as in forward; for a Batch target_seq is None
        encoder_hs, decoder_hs, outputs: what forward returned
        d_outputs: (T, B, O), the gradient at the outputs, where it is not that of the loss
        Returns the gradient, {name: array} like params, and keeps it as self.grads.
        """
        batch = self.batch(input_seq, target_seq)
        d_outputs = self.loss_of(outputs, batch)[1] if d_outputs is None else d_outputs
        d_outputs = self.of_outputs(d_outputs, batch)
        d_decoder_hs = per_row(d_outputs, self.params["W_hy"].T)  # (T, B, H)
        source, mask, decoder_input = batch.source, batch.source_mask, batch.decoder_input
        _, dh_0, decoder_grads = self.decoder.backward(d_decoder_hs, decoder_input, decoder_hs)
        # The decoder saw nothing of the encoder but its last state: all comes back there.
        _, _, encoder_grads = self.encoder.backward(None, source, encoder_hs, mask, dh_T=dh_0)
        h = self.decoder.hidden(decoder_hs[1:])
        output_grads = {"W_hy": rows(h).T.dot(rows(d_outputs)), "b_y": sum_rows(d_outputs)}
        self.grads = self.params.like(encoder_grads, decoder_grads, output_grads)
        return self.grads

    def loss_of(self, outputs, batch):
        """The loss (a float) of these outputs (T, B, O), and its gradient at them."""
        return LOSSES[self.loss](self.of_outputs(outputs, batch), batch.target, batch.target_mask)

    def loss_and_grads(self, batch):
        """batch: a Batch. Returns the loss (a float) and its gradient, {name: array} like params."""
        encoder_hs, decoder_hs, outputs = self.forward(batch)
        loss, d_outputs = self.loss_of(outputs, batch)
        return loss, self.backward(batch, None, encoder_hs, decoder_hs, outputs, d_outputs)

    def train(self, input_seq, target_seq, epochs=100):
        """Adam on one pair of sequences, or one batch of pairs. Prints the loss every 10 epochs, returns all losses."""
        batch, losses = self.batch(input_seq, target_seq), []
        for step in training(self, repeat(batch, checks.size(epochs, "epochs")), Adam(self.learning_rate)):
            losses.append(step.loss)
            if step.index % 10 == 0:
                print(f"Epoch {step.index}, Loss: {step.loss:.6f}")
        return losses

    def run_free(self, input_seq, source_mask=None):
        """No teacher: the decoder reads its last answer. Yields h_t, output_t, answer_t.

        The answer is the output itself, or the token with the largest logit. It never ends.
        """
        h = self.encoder.forward(self.sequence(input_seq, self.encoder), mask=source_mask)[-1]
        answer = np.zeros_like(self.output(h))
        if self.reads_tokens:
            answer = np.full(h.shape[:-1], BOS)
        while True:
            h = self.decoder.step(answer, h)
            output = self.output(h)
            answer = output.argmax(axis=-1) if self.reads_tokens else output
            yield h, output, answer

    def predict(self, input_seq, length):
        """Run free for `length` steps: outputs (length, B, O), or tokens (length, B)."""
        steps = islice(self.run_free(input_seq), checks.size(length, "length"))
        return np.stack([answer for _, _, answer in steps])

    def batch(self, input_seq, target_seq=None):
        """What forward and backward are given, as a Batch that this model can read."""
        if not isinstance(input_seq, Batch):
            if target_seq is None:
                raise ValueError(f"expected a Batch, or a source and a target, got {checks.shown(input_seq)} alone")
            source = self.sequence(input_seq, self.encoder)
            input_seq = Batch.of_arrays(source, self.sequence(target_seq, self.decoder))
        if input_seq.source is None:
            raise ValueError("expected a batch of pairs, got one without a source, for a LanguageModel")
        checks.sequence(input_seq.target, self.decoder.input_dim, self.dtype)
        if input_seq.symbols is not None:
            self.check_symbols(input_seq.symbols)
        return input_seq

    def sequence(self, seq, network):
        """What the caller gave, as an array that this network can read: integer tokens, or floats in its dtype."""
        seq = steps_of(seq)
        if self.reads_tokens and not checks.is_tokens(seq):
            raise ValueError(f"expected integer tokens, got an array of {seq.dtype}")
        return checks.sequence(seq if self.reads_tokens else checks.floats(seq), network.input_dim, self.dtype)

    def settings(self):
        """What, beside the weights, makes this model: it goes into the file that save writes."""
        return {"loss": self.loss, "learning_rate": checks.positive(self.learning_rate, "learning_rate")}

    @classmethod
    def of_sizes(cls, arrays, cell):
        """A new model of the size of these weights, and of these settings, which are taken out of the arrays."""
        loss, learning_rate = str(arrays.pop("loss")), float(arrays.pop("learning_rate"))
        W_hy = arrays["W_hy"]
        sizes = len(arrays["encoder.W_xh"]), W_hy.shape[0], W_hy.shape[1]
        return cls(*sizes, learning_rate, loss, rng=0, dtype=W_hy.dtype, cell=cell)
