"""Sequence to sequence: one RNN reads, a second one starts from its last state and writes."""

from itertools import islice, repeat

import numpy as np

from seq2seq_lib import checks, storage
from seq2seq_lib.gru import GRU
from seq2seq_lib.losses import cross_entropy_of_checked, squared_error
from seq2seq_lib.optimizers import Adam
from seq2seq_lib.parameters import Parameters
from seq2seq_lib.rnn import RNN, Unrolled, fan_in, rows, sum_rows
from seq2seq_lib.training import training

PAD, BOS, EOS = 0, 1, 2
LOSSES = {"squared_error": squared_error, "cross_entropy": cross_entropy_of_checked}
CELLS = {"RNN": RNN, "GRU": GRU}


class Pair:
    """Source and target of one training step: read-only, so that a model need not check them anew at each step.

    source (S, B[, D]), target (T, B[, O]), without B for a single pair; decoder_input, the target one step late
    source_mask (S, B), target_mask (T, B): False on padding, None where there is none
    """

    def __init__(self, source, target, source_mask=None, target_mask=None, decoder_input=None):
        decoder_input = shift_right(target) if decoder_input is None else decoder_input
        self.source, self.target, self.decoder_input = map(read_only, (source, target, decoder_input))
        self.steps = checks.steps(source), checks.steps(decoder_input)
        self.source_mask = None if source_mask is None else read_only(checks.mask(source_mask, self.steps[0]))
        self.target_mask = None if target_mask is None else read_only(checks.mask(target_mask, self.steps[1]))
        vars(self)["checked_for"] = ()  # no kind of model yet; see Seq2Seq.checked

    def __setattr__(self, name, value):
        vars(self).update({name: value, "checked_for": None})  # an array exchanged by hand is checked at every step

    def __getstate__(self):
        return vars(self) | {"checked_for": None}  # and so is a copy, or a pickle: its arrays are not read-only


class Seq2Seq:
    """The encoder-decoder of Sutskever et al. (2014) and Cho et al. (2014), with plain tanh cells, or with cell=GRU.

    With loss="squared_error" both sequences are vectors, (S, B, D) and (T, B, O); with "cross_entropy" they are
    integer tokens, (S, B) and (T, B), and the outputs are logits. B may be left out for a single sequence.
    """

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
        if loss not in list(LOSSES):
            raise ValueError(f"loss: expected {' or '.join(LOSSES)}, got {loss!r}")
        rng = np.random.default_rng(rng)
        self.loss, self.learning_rate = loss, checks.positive(learning_rate, "learning_rate")
        self.encoder = cell(input_dim, hidden_dim, rng, dtype)
        self.decoder = cell(output_dim, hidden_dim, rng, dtype)  # it reads what was said the step before
        output_layer = {"W_hy": fan_in(rng, hidden_dim, output_dim), "b_y": np.zeros(output_dim)}
        weights = {f"encoder.{name}": array for name, array in self.encoder.params.items()}
        weights |= {f"decoder.{name}": array for name, array in self.decoder.params.items()}
        self.params = Parameters(weights | output_layer, dtype)
        self.encoder.params = self.params.part("encoder.")  # from here on, all weights live in one vector
        self.decoder.params = self.params.part("decoder.")
        self.grads = None
        self.kept = {}  # the rooms of the last batch, see take_rooms

    def __getstate__(self):
        return self.__dict__ | {"kept": {}}  # a copy makes its own

    @property
    def dtype(self):
        return self.params.memory.dtype

    @property
    def reads_tokens(self):
        return self.loss == "cross_entropy"

    def output(self, h):
        """h W_hy + b_y: (..., H) -> (..., O). In memory it is (O, ...), which lets the softmax be fast."""
        outputs = self.params["W_hy"].T.dot(rows(h).T)
        outputs += self.params["b_y"][:, None]
        return outputs.T.reshape(*h.shape[:-1], -1)

    def forward(self, input_seq, target_seq):
        """Teacher forced: at each step the decoder reads the right answer of the step before.

        input_seq: (S, B, D), or tokens (S, B); target_seq: (T, B, O), or tokens (T, B)
        Returns encoder_hidden_states (S+1, B, H), decoder_hidden_states (T+1, B, H), decoder_outputs (T, B, O).
        Raises ValueError for wrong shapes, tokens outside the vocabulary, empty sequences, non-finite numbers.
        """
        pair = Pair(self.sequence(input_seq), self.sequence(target_seq))
        encoder_room, decoder_room, outputs = self.teacher_forced(pair)
        return encoder_room.hs, decoder_room.hs, outputs  # not given back, see take_rooms: they are the caller's now

    def backward(self, input_seq, target_seq, encoder_hidden_states, decoder_hidden_states, decoder_outputs):
        """Backpropagation through time through both networks, given what forward returned.

        Returns the gradient of the loss, {name: array} like params, and keeps it as self.grads.
        """
        pair = self.checked(Pair(self.sequence(input_seq), self.sequence(target_seq)))
        _, d_outputs = LOSSES[self.loss](decoder_outputs, pair.target)
        encoder_room, decoder_room = self.take_rooms(pair)
        for room, hs in (encoder_room, encoder_hidden_states), (decoder_room, decoder_hidden_states):
            room.hs[...] = checks.array(hs, room.hs.shape, self.dtype, "hidden states")
        return self.backpropagate(pair, encoder_room, decoder_room, d_outputs)

    def loss_and_grads(self, batch):
        """batch: a Batch or a Pair. Returns the loss (a float) and its gradient, {name: array} like params."""
        batch = self.checked(batch)
        encoder_room, decoder_room, outputs = self.teacher_forced(batch)
        loss, d_outputs = LOSSES[self.loss](outputs, batch.target, batch.target_mask)
        self.backpropagate(batch, encoder_room, decoder_room, d_outputs)
        self.kept = {batch.steps: (encoder_room, decoder_room)}
        return loss, self.grads

    def checked(self, batch):
        """The batch as a Pair of which this model can read every number. A Pair remembers that it was checked."""
        source_dim, target_dim = self.encoder.input_dim, self.decoder.input_dim
        model_kind = source_dim, target_dim, self.dtype, self.loss
        if isinstance(batch, Pair) and batch.checked_for == model_kind:
            return batch
        source = checks.sequence(batch.source, source_dim, self.dtype)
        decoder_input = checks.sequence(batch.decoder_input, target_dim, self.dtype)
        if self.reads_tokens:
            target = checks.tokens(batch.target, target_dim)
        else:
            target = checks.vectors(batch.target, target_dim, self.dtype)
        as_given = source is batch.source and target is batch.target and decoder_input is batch.decoder_input
        if not (isinstance(batch, Pair) and batch.checked_for is not None and as_given):
            batch = Pair(source, target, batch.source_mask, batch.target_mask, decoder_input)
        vars(batch)["checked_for"] = model_kind
        return batch

    def take_rooms(self, batch):
        """Where encoder and decoder put their states and gradients: kept from the step before, if they fit, or new."""
        kept = self.kept.pop(batch.steps, None)
        return kept or [Unrolled((*steps, self.encoder.hidden_dim), self.dtype) for steps in batch.steps]

    def teacher_forced(self, batch):
        """Run both networks. Returns their rooms, in which their states are, and the outputs (T, B, O)."""
        batch = self.checked(batch)
        encoder_room, decoder_room = self.take_rooms(batch)
        context = self.encoder.run(encoder_room, batch.source, mask=batch.source_mask)[-1]
        checks.same_shape(context, decoder_room.hs[0].shape, "h_0 of the decoder")
        decoder_hs = self.decoder.run(decoder_room, batch.decoder_input, h_0=context)
        return encoder_room, decoder_room, self.output(decoder_hs[1:])

    def backpropagate(self, batch, encoder_room, decoder_room, d_outputs):
        """From d_outputs (T, B, O), the gradient of the loss at the outputs, back to every weight."""
        states, errors = rows(decoder_room.hs[1:]), rows(d_outputs)
        output_grads = states.T.dot(errors), sum_rows(errors)
        errors.dot(self.params["W_hy"].T, out=rows(decoder_room.dhs))
        dh_T = np.zeros(decoder_room.hs[0].shape, self.dtype)  # nothing comes back from beyond the last step
        dh, decoder_grads = self.decoder.run_back(decoder_room, batch.decoder_input, None, dh_T, has_dhs=True)
        # The decoder saw nothing of the encoder but its last state, so all that comes back comes through it.
        _, encoder_grads = self.encoder.run_back(encoder_room, batch.source, batch.source_mask, dh, has_dhs=False)
        self.grads = self.params.filled([*encoder_grads.values(), *decoder_grads.values(), *output_grads])
        return self.grads

    def train(self, input_seq, target_seq, epochs=100):
        """Adam on one pair of sequences, or one batch of pairs. Prints the loss every 10 epochs, returns all losses."""
        pair = self.checked(Pair(self.sequence(input_seq), self.sequence(target_seq)))
        losses = []
        for step in training(self, repeat(pair, checks.size(epochs, "epochs")), Adam(self.learning_rate)):
            losses.append(step.loss)
            if step.index % 10 == 0:
                print(f"Epoch {step.index}, Loss: {step.loss:.6f}")
        return losses

    def run_free(self, input_seq, source_mask=None):
        """No teacher: the decoder reads its own last answer. An endless generator of h_t, output_t, answer_t.

        The answer is the output itself, or the token with the largest logit.
        """
        h = self.encoder.forward(self.sequence(input_seq), mask=source_mask)[-1]
        answer = np.full(h.shape[:-1], BOS) if self.reads_tokens else np.zeros_like(self.output(h))
        while True:
            h = self.decoder.step(answer, h)
            output = self.output(h)
            answer = output.argmax(axis=-1) if self.reads_tokens else output
            yield h, output, answer

    def predict(self, input_seq, length):
        """Run free for `length` steps: outputs (length, B, O), or tokens (length, B)."""
        steps = islice(self.run_free(input_seq), checks.size(length, "length"))
        return np.stack([answer for _, _, answer in steps])

    def save(self, path):
        """Write the model into one .npz file; a crash in the middle leaves the old file as it was."""
        storage.write(
            path,
            {
                "loss": self.loss,
                "learning_rate": self.learning_rate,
                "cell": type(self.encoder).__name__,
                **self.params,
            },
        )

    @classmethod
    def load(cls, path):
        """Read what save wrote. A broken or foreign file raises ValueError, and nothing in it is executed."""
        arrays = storage.read(path)
        try:
            loss, learning_rate = str(arrays.pop("loss")), float(arrays.pop("learning_rate"))
            cell = CELLS[str(arrays.pop("cell", "RNN"))]
            input_dim, hidden_dim = len(arrays["encoder.W_xh"]), len(arrays["encoder.W_hh"])
            _, output_dim = arrays["W_hy"].shape
            dtype = arrays["W_hy"].dtype
            model = cls(input_dim, hidden_dim, output_dim, learning_rate, loss, rng=0, dtype=dtype, cell=cell)
            for name in model.params.keys() | arrays.keys():
                model.params[name] = arrays[name]
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path}: expected a model that Seq2Seq.save wrote, but {error}") from None
        return model

    def sequence(self, seq):
        """What the caller gave, as an array of integer tokens, or of floats in the model's dtype."""
        seq = checks.numbers(seq)
        if seq.size == 0 or seq.ndim == 0:
            raise ValueError(f"expected a sequence of at least one step, got shape {seq.shape}")
        if not self.reads_tokens:
            return checks.finite(seq, self.dtype)
        if not checks.is_tokens(seq):
            raise ValueError(f"expected integer tokens, got an array of {seq.dtype}")
        return seq


def read_only(array):
    """A view through which the array cannot be changed."""
    array = array.view()
    array.flags.writeable = False
    return array


def shift_right(target):
    """What the decoder reads: the target one step late, behind BOS or a zero vector."""
    decoder_input = np.full_like(target, BOS if checks.is_tokens(target) else 0)
    decoder_input[1:] = target[:-1]
    return decoder_input
