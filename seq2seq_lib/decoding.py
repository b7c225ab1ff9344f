"""From a trained model to an answer: the decoder runs free, and stops by itself."""

from itertools import islice
from typing import NamedTuple

import numpy as np

from seq2seq_lib import checks
from seq2seq_lib.batch import EOS, pad
from seq2seq_lib.tasks.task import check_pairs


def greedy_decode(model, source, max_length):
    """At each step the most probable token, until EOS or for max_length steps.

    source: the tokens of one sequence, or a list of such lists
    Returns the tokens of the answer without EOS (a list), or a list of such lists.
    Raises ValueError for a model without tokens, a token that it doesn't know, and an array (T, B) or (B, T), which
    look the same.
    """
    check_writes_tokens(model)
    max_length, source = checks.size(max_length, "max_length"), listed_source(source)
    if not len(source) or np.isscalar(source[0]):
        return greedy_decode(model, [source], max_length)[0]
    tokens, mask = pad(source)
    answers = np.full((max_length, len(source)), EOS)
    finished = np.zeros(len(source), bool)
    for answer, (_, _, chosen) in zip(answers, model.run_free(tokens, mask)):
        answer[~finished] = chosen[~finished]
        finished |= chosen == EOS
        if finished.all():
            break
    return [until_end(column) for column in answers.T.tolist()]


def listed_source(source):
    """The tokens of one sequence, or a list of such lists. In an array of them, where is time? Nobody can see it."""
    if isinstance(source, np.ndarray) and source.ndim > 1:
        raise ValueError(
            "source: expected the tokens of one sequence, or a list of such lists, got an array of shape "
            f"{source.shape}: say which axis is time, list(source) if it is the last, list(source.T) if it is the first"
        )
    return source if isinstance(source, str) else checks.listed(source, "source", of="tokens")


def check_writes_tokens(model):
    checks.has(model, "a model that writes tokens, a Seq2Seq", "reads_tokens", "run_free")
    if not model.reads_tokens:
        raise ValueError(f"expected a model with loss='cross_entropy', got one with {model.loss!r}: it has no tokens")


def one_source(model, source):
    """The tokens of one sequence, (S,)."""
    checks.has(model, "a model that reads a source, a Seq2Seq", "encoder")
    return checks.tokens_of_one(source, model.encoder.input_dim)


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
    source, max_length = one_source(model, source), checks.size(max_length, "max_length")
    encoder_hs = model.encoder.forward(source)
    states, logits, answer = [encoder_hs[-1]], [], []
    for h_t, output_t, token in islice(model.run_free(source), max_length):
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
    given, target = decoded(model, task, sources), task.target
    return [target.join(target.symbols[token] for token in answer) for answer in given]


def exact_match(model, task, pairs=None):
    """The share of pairs (task.held_out, if not given) that the model gets right to the last symbol.

    Raises ValueError if the model was made for other symbols than the task's, and where there are no pairs.
    """
    pairs = check_task(task).held_out if pairs is None else check_pairs(pairs, "pairs")
    given = decoded(model, task, [source for source, _ in pairs])
    # Tokens are compared, not texts: two answers can look the same and not be.
    return sum(answer == task.target.encode(target) for answer, (_, target) in zip(given, pairs)) / len(pairs)


def decoded(model, task, sources):
    """The answer to each source text, as tokens without EOS."""
    if isinstance(sources, str):
        raise ValueError(f"sources: expected a list of texts, got the text {checks.shown(sources)}")
    sources = checks.listed(sources, "sources", of="texts")
    check_writes_tokens(model)
    check_task(task)
    model.check_symbols(task.symbols)
    return greedy_decode(model, [task.source.encode(source) for source in sources], task.longest_target + 1)


def check_task(task):
    return checks.has(task, "a Task", "source", "target", "held_out", "symbols", "longest_target")
