"""Attention: at every step of its answer the decoder looks back at all states of the encoder, not at the last alone."""

import numpy as np

from seq2seq_lib import checks
from seq2seq_lib.batch import BOS, EOS
from seq2seq_lib.rnn import RNN, fan_in, rows, sum_rows
from seq2seq_lib.seq2seq import Seq2Seq


def attend(queries, states, mask=None, visible=None):
    """Dot-product attention (Luong et al. 2015): how well does each state answer each query, and the mean that results.

    queries: (T, B, H), states of the decoder; states: (S, B, H), of the encoder; mask: (S, B), 0 on padding
    visible: (T, S), 0 where a query must not look; of a sequence that looks at its own past, np.tri(T)
    Returns contexts (T, B, H), the means of the states, and their weights (T, B, S), 0 on padding. Without B for a
    single sequence. Raises ValueError for shapes that don't fit, and for a source that is all padding.
    """
    queries, states = fitting(queries, states)
    check_masks(queries, states, mask, visible)
    scores = each(queries) @ flipped(each(states))  # (B, T, S): q . s for each pair of them
    if visible is not None:
        scores = np.where(visible, scores, -np.inf)  # exp(-inf) is 0 exactly
    scores = each(scores)  # (T, B, S)
    if mask is not None:
        scores = np.where(np.asarray(mask, bool).T, scores, -np.inf)
    exps = np.exp(scores - scores.max(axis=-1, keepdims=True))  # the largest is exp(0): nothing overflows
    weights = exps / exps.sum(axis=-1, keepdims=True)
    return average(weights, states), weights


def average(weights, states):
    """contexts (T, B, H): the sum over s of weights (T, B, S) times states (S, B, H)"""
    return each(each(weights) @ each(states))


def attend_backward(d_contexts, queries, states, weights):
    """What attend did, taken apart. No mask is needed: where a weight is 0, no gradient passes.

    d_contexts: (T, B, H); queries, states, weights: what went into attend, and the weights that came out
    Returns d_queries (T, B, H) and d_states (S, B, H). Raises ValueError for shapes that don't fit.
    """
    d_contexts, queries, states, weights = map(each, checked_backward(d_contexts, queries, states, weights))
    d_weights = d_contexts @ flipped(states)
    # Through the softmax: a weight grows at the cost of all others, so what counts is how far it is above their mean.
    d_scores = weights * (d_weights - (weights * d_weights).sum(axis=-1, keepdims=True))
    # A state acts twice, in the mean and through its score: the gradients add.
    d_states = flipped(weights) @ d_contexts + flipped(d_scores) @ queries
    return each(d_scores @ states), each(d_states)


def each(array):
    """(T, B, N) <-> (B, T, N): time and batch change places, so that `@` is one matrix product for each example."""
    return array.swapaxes(0, -2)


def flipped(array):
    """Each matrix transposed: (B, T, N) -> (B, N, T)"""
    return array.swapaxes(-1, -2)


def fitting(queries, states):
    """Queries and states as arrays of shapes that fit, whatever is in them: a model has computed it."""
    queries, states = checks.outputs(queries, "queries"), checks.outputs(states, "states")
    if queries.shape[1:] != states.shape[1:]:
        raise ValueError(f"expected queries and states (·, B, H) that fit, got {queries.shape} and {states.shape}")
    return queries, states


def check_masks(queries, states, mask, visible):
    """Is there something to look at for each query?"""
    real = np.ones(states.shape[:-1], bool) if mask is None else checks.mask(mask, states.shape[:-1])
    if mask is not None and not real.any(axis=0).all():
        raise ValueError("mask: expected a step that is not padding in each source, got a source without one")
    if visible is None:
        return
    seen = checks.mask(visible, (len(queries), len(states))).astype(int)
    if not (seen @ real).all():  # (T, B): how many states each query may look at
        raise ValueError("visible: expected a state that is not padding for each query, got a query without one")


def checked_backward(d_contexts, queries, states, weights):
    """What attend_backward is given, as arrays of shapes that fit."""
    queries, states = fitting(queries, states)
    shape, dtype = queries.shape, queries.dtype
    d_contexts = checks.shaped(d_contexts, shape, dtype, "d_contexts")
    return d_contexts, queries, states, checks.shaped(weights, (*shape[:-1], len(states)), dtype, "weights")


class AttentionSeq2Seq(Seq2Seq):
    """Seq2Seq with a look back: the outputs are tanh([h_t; context_t] W_c + b_c) W_hy + b_y (Luong et al. 2015).

    The attention comes behind the recurrence of the decoder and feeds nothing into it. So both networks are the cells
    that we have, and their BPTT is their own as it stands: attention is but one more gradient from outside, dhs, for
    the decoder's states (they asked) and for the encoder's (they were looked at).
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
        rng = checks.generator(rng)
        super().__init__(input_dim, hidden_dim, output_dim, learning_rate, loss, rng, dtype, cell)
        layers = {name: self.params[name] for name in ("W_hy", "b_y")}
        self.gather(layers | {"W_c": fan_in(rng, 2 * hidden_dim, hidden_dim), "b_c": np.zeros(hidden_dim)})

    def forward(self, input_seq, target_seq=None):
        """As in Seq2Seq."""
        batch = self.batch(input_seq, target_seq)
        encoder_hs = self.encoder.forward(batch.source, mask=batch.source_mask)  # (S+1, B, H)
        decoder_hs = self.decoder.forward(batch.decoder_input, h_0=encoder_hs[-1])  # (T+1, B, H)
        _, _, attentional = self.look_back(decoder_hs[1:], encoder_hs[1:], batch.source_mask)
        return encoder_hs, decoder_hs, self.output(attentional)

    def look_back(self, states, encoder_states, mask=None, attend=attend):
        """states: (T, B, H), of the decoder; encoder_states: (S, B, H); mask: (S, B), 0 on padding

        Returns the weights (T, B, S), [h_t; context_t] (T, B, 2H), and tanh([h_t; context_t] W_c + b_c) (T, B, H).
        """
        hs = self.decoder.hidden(states)
        contexts, weights = attend(hs, self.encoder.hidden(encoder_states), mask)
        both = np.concatenate([hs, contexts], axis=-1)
        return weights, both, np.tanh(both @ self.params["W_c"] + self.params["b_c"])

    def backward(self, input_seq, target_seq, encoder_hs, decoder_hs, outputs, d_outputs=None):
        """As in Seq2Seq."""
        batch = self.batch(input_seq, target_seq)
        d_outputs = self.loss_of(outputs, batch)[1] if d_outputs is None else self.of_outputs(d_outputs, batch)
        encoder_hs, decoder_hs = self.states_of(encoder_hs, decoder_hs, batch)
        # The look back once more: simpler than keeping what it was made of.
        weights, both, attentional = self.look_back(decoder_hs[1:], encoder_hs[1:], batch.source_mask)
        da = (d_outputs @ self.params["W_hy"].T) * (1 - attentional * attentional)
        d_hs, d_contexts = np.split(da @ self.params["W_c"].T, 2, axis=-1)
        hs, states = self.decoder.hidden(decoder_hs[1:]), self.encoder.hidden(encoder_hs[1:])
        d_queries, d_states = attend_backward(d_contexts, hs, states, weights)
        _, dh_0, decoder_grads = self.decoder.backward(d_hs + d_queries, batch.decoder_input, decoder_hs)
        _, _, encoder_grads = self.encoder.backward(d_states, batch.source, encoder_hs, batch.source_mask, dh_T=dh_0)
        output_grads = {"W_hy": rows(attentional).T @ rows(d_outputs), "b_y": sum_rows(d_outputs)}
        own_grads = {"W_c": rows(both).T @ rows(da), "b_c": sum_rows(da)}
        self.grads = self.params.like(encoder_grads, decoder_grads, output_grads, own_grads)
        return self.grads

    def states_of(self, encoder_hs, decoder_hs, batch):
        """What the caller gave as the states of both networks, (S+1, B, H) and (T+1, B, H)."""
        states = []
        for name, hs, sequence in (("encoder", encoder_hs, batch.source), ("decoder", decoder_hs, batch.target)):
            length, *size = checks.steps(sequence)
            shape = length + 1, *size, getattr(self, name).state_dim
            states.append(checks.shaped(hs, shape, self.dtype, f"{name}_hs"))
        return states

    def run_free(self, input_seq, source_mask=None, attend=attend):
        """As in Seq2Seq. `attend` may be replaced, by your own or by one that also notes where it looked."""
        encoder_hs = self.encoder.forward(self.sequence(input_seq, self.encoder), mask=source_mask)
        h = encoder_hs[-1]
        answer = np.full(h.shape[:-1], BOS) if self.reads_tokens else np.zeros_like(self.output(h))
        while True:
            h = self.decoder.step(answer, h)
            _, _, attentional = self.look_back(h[None], encoder_hs[1:], source_mask, attend)
            output = self.output(attentional)[0]
            answer = output.argmax(axis=-1) if self.reads_tokens else output
            yield h, output, answer


def alignment(model, source, max_length, attend=attend):
    """Greedy decoding of one token sequence that keeps where it looked: the answer, T tokens, and weights (T, S)."""
    looked, answer = [], []
    checks.has(model, "a model with attention, an AttentionSeq2Seq", "look_back", "run_free", "encoder")
    source, max_length = checks.tokens_of_one(source, model.encoder.input_dim), checks.size(max_length, "max_length")

    def watched(queries, states, mask=None):
        contexts, weights = attend(queries, states, mask)
        looked.append(weights[0])
        return contexts, weights

    steps = model.run_free(source, attend=watched)
    while len(answer) < max_length and EOS not in answer:
        answer.append(int(next(steps)[2]))
    return answer, np.stack(looked)
