"""From a trained model to an answer: the decoder runs free, and stops by itself."""

from itertools import islice
from typing import NamedTuple

import numpy as np

from seq2seq_lib import checks
from seq2seq_lib.batch import EOS, pad


def greedy_decode(model, source, max_length):
    """At each step the most probable token, until EOS or for max_length steps.

    source: the tokens of one sequence, or a list of such lists
    Returns the tokens of the answer without EOS (a list), or a list of such lists.
    """
    check_writes_tokens(model)
    if not len(source) or np.isscalar(source[0]):
        return greedy_decode(model, [source], max_length)[0]
    tokens, mask = pad(source)
    answers = np.full((checks.size(max_length, "max_length"), len(source)), EOS)
    finished = np.zeros(len(source), bool)
    for answer, (_, _, chosen) in zip(answers, model.run_free(tokens, mask)):
        answer[~finished] = chosen[~finished]
        finished |= chosen == EOS
        if finished.all():
            break
    return [until_end(column) for column in answers.T.tolist()]


def check_writes_tokens(model):
    if not model.reads_tokens:
        raise ValueError(f"expected a model with loss='cross_entropy', got one with {model.loss!r}: it has no tokens")


def one_source(model, source):
    """The tokens of one sequence, (S,)."""
    source = checks.tokens(source, model.encoder.input_dim)
    if source.ndim != 1:
        raise ValueError(f"expected the tokens of one sequence, (S,), got {source.shape}")
    return source


def until_end(tokens):
    return tokens[: tokens.index(EOS)] if EOS in tokens else tokens


class Trace(NamedTuple):
    """One sequence on its way through a model: S source tokens, T answers (EOS included, if it came)."""

    source: list  # S tokens
    encoder_hs: np.ndarray  # (S+1, H)
    answer: list  # T tokens
    decoder_hs: np.ndarray  # (T+1, H): the first is the encoder's last
    logits: np.ndarray  # (T, V)


def trace(model, source, max_length):
    """Greedy decoding of one token sequence that keeps all it went through."""
    source = one_source(model, source)
    encoder_hs = model.encoder.forward(source)
    states, logits, answer = [encoder_hs[-1]], [], []
    for h_t, output_t, token in islice(model.run_free(source), checks.size(max_length, "max_length")):
        states.append(h_t)
        logits.append(output_t)
        answer.append(int(token))
        if token == EOS:
            break
    return Trace(source.tolist(), encoder_hs, answer, np.stack(states), np.stack(logits))


def answers(model, task, sources):
    """What the model, running free, makes of each source text of the task: a list of texts.

    Raises ValueError if the model was made for other symbols than the task's.
    """
    target = task.target
    return [target.join(target.symbols[token] for token in answer) for answer in decoded(model, task, sources)]


def exact_match(model, task, pairs=None):
    """The share of pairs (task.held_out, if not given) that the model gets right to the last symbol.

    Raises ValueError if the model was made for other symbols than the task's, and where there are no pairs.
    """
    pairs = task.held_out if pairs is None else list(pairs)
    if not pairs:
        raise ValueError("pairs: expected at least one, got none")
    given = decoded(model, task, [source for source, _ in pairs])
    # Tokens are compared, not texts: two answers can look the same and not be.
    return sum(answer == task.target.encode(target) for answer, (_, target) in zip(given, pairs)) / len(pairs)


def decoded(model, task, sources):
    """The answer to each source text, as tokens without EOS."""
    if isinstance(sources, str):
        raise ValueError(f"sources: expected a list of texts, got the text {sources!r}")
    check_writes_tokens(model)
    model.check_symbols(task.symbols)
    return greedy_decode(model, [task.source.encode(source) for source in sources], task.longest_target + 1)
