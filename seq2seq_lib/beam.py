"""Beam search: keep several answers alive, because the best beginning need not lead to the best end."""

from numbers import Real
from typing import NamedTuple

import numpy as np

from seq2seq_lib import checks
from seq2seq_lib.attention import AttentionSeq2Seq
from seq2seq_lib.batch import BOS, EOS
from seq2seq_lib.decoding import check_writes_tokens, one_source, until_end


class Hypothesis(NamedTuple):
    """An answer on its way."""

    tokens: tuple  # EOS last, when it is finished
    log_p: float  # the sum of the log-probabilities of its tokens
    parent: int  # where in the list of the step before the hypothesis stood that it continues

    @property
    def finished(self):
        return self.tokens[-1:] == (EOS,)

    def score(self, length_penalty):
        """log_p over ((5 + length) / 6)^length_penalty: Wu et al. (2016), equation 14."""
        return self.log_p / ((5 + len(self.tokens)) / 6) ** length_penalty


def beam_search(model, source, max_length, beam_size):
    """A generator: at each step the hypotheses kept and the next best, which are dropped; both lists best first.

    source: the tokens of one sequence. A finished hypothesis leaves the beam, which is narrower from then on.
    Of two that are equally probable the one with the smaller token is kept.
    """
    check_writes_tokens(model)
    source, max_length = one_source(model, source), checks.size(max_length, "max_length")
    room = checks.size(beam_size, "beam_size")
    encoder_hs = model.encoder.forward(source[:, None])  # (S+1, 1, H)
    h = encoder_hs[-1]  # (alive, H): one step of the decoder serves them all
    kept = [Hypothesis((), 0.0, 0)]
    for _ in range(max_length):
        alive = [i for i, hypothesis in enumerate(kept) if not hypothesis.finished]
        room -= len(kept) - len(alive)
        if not room:
            return
        last = np.array([kept[i].tokens[-1] if kept[i].tokens else BOS for i in alive])
        h = model.decoder.step(last, h[alive])
        candidates = continuations(kept, alive, log_softmax(logits(model, h, encoder_hs[1:])), 2 * room)
        kept, dropped = candidates[:room], candidates[room : 2 * room]
        yield kept, dropped
        h = h[[alive.index(hypothesis.parent) for hypothesis in kept]]


def logits(model, h, states):
    """h: (alive, H); states: (S, 1, H), of the encoder, for a model that looks back at them. Returns (alive, V)."""
    if isinstance(model, AttentionSeq2Seq):
        _, _, attentional = model.look_back(h[None], states.repeat(len(h), axis=1))
        h = attentional[0]
    return model.output(h)


def continuations(kept, alive, log_p, count=None):
    """Every hypothesis that is still alive with every token behind it, the most probable first. log_p: (alive, V)

    count: how many of them, if not all
    """
    totals = np.array([kept[i].log_p for i in alive])[:, None] + log_p
    order = np.argsort(-totals, axis=None, kind="stable")[:count]  # stable: it keeps the order of what is equal
    rows, tokens = np.unravel_index(order, totals.shape)
    return [
        Hypothesis((*kept[alive[row]].tokens, token), float(totals[row, token]), alive[row])
        for row, token in zip(rows.tolist(), tokens.tolist())
    ]


def log_softmax(logits):
    """In double precision: rounded to single, two that differ in their last digit would be equal."""
    shifted = logits.astype(float)
    shifted -= shifted.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def ranked(steps, length_penalty=0.0):
    """The answers that a beam_search came to, the best first: all that finished, and those cut off at the last step."""
    steps = list(steps)
    ends = [hypothesis for kept, _ in steps for hypothesis in kept if hypothesis.finished]
    ends += [hypothesis for hypothesis in steps[-1][0] if not hypothesis.finished]
    return sorted(ends, key=lambda hypothesis: -hypothesis.score(length_penalty))


def beam_decode(model, source, max_length, beam_size, length_penalty=0.0):
    """The best answer that a beam of this size finds: a list of tokens, without EOS. A beam of 1 is greedy decoding.

    length_penalty: 0 compares probabilities, which favours short answers; towards 1 long ones are favoured more
    """
    if not (isinstance(length_penalty, Real) and 0 <= length_penalty <= 10):
        raise ValueError(f"length_penalty: expected a number from 0 to 10, got {checks.shown(length_penalty)}")
    best = ranked(beam_search(model, source, max_length, beam_size), length_penalty)[0]
    return until_end(list(best.tokens))
