"""Checks of lesson 11: greedy decoding and one step of a beam search, tried on small tables of probabilities."""

import numpy as np

from seq2seq_lib import beam
from seq2seq_lib.batch import BOS, EOS
from seq2seq_lib.exercises.check import Check
from seq2seq_lib.exercises.problems import standard_normal

# Greedy


class Chances:
    """A toy decoder: next_log_p(tokens) is a row of log-probabilities, chosen by the last two tokens and their number.

    end: how much likelier than by chance it is to end
    """

    def __init__(self, symbols, seed, end=0.0):
        (table,) = standard_normal(seed, (2, symbols, symbols, symbols))
        table[..., EOS] += end
        self.table = beam.log_softmax(2 * table)

    def __call__(self, tokens):
        before, last = [BOS, BOS, *tokens][-2:]
        return self.table[len(tokens) % 2, before, last]


def greedy(next_log_p, longest):
    return walked(next_log_p, longest)


def walked(next_log_p, longest, pick=np.argmax, add=lambda log_p, row, token: log_p + row[token], ends=True):
    """greedy, each part of which can be exchanged."""
    tokens, log_p = [], 0.0
    while len(tokens) < longest and (not ends or EOS not in tokens):
        row = next_log_p(tokens)
        token = int(pick(row))
        log_p = add(log_p, row, token)
        tokens.append(token)
    return tokens, float(log_p)


def goes_on(next_log_p, longest):
    """Your answer goes on behind EOS. When EOS is chosen, note it and stop."""
    return walked(next_log_p, longest, ends=False)


def end_not_counted(next_log_p, longest):
    """Your EOS is missing, or its log-probability is: the model must also pay for saying that it has finished."""
    tokens, _ = walked(next_log_p, longest)
    kept = [token for token in tokens if token != EOS]
    return kept, float(sum(next_log_p(kept[:t])[token] for t, token in enumerate(kept)))


def logs_multiplied(next_log_p, longest):
    """You multiply log-probabilities. Probabilities are multiplied, their logarithms are added."""
    first = []

    def multiply(log_p, row, token):
        first.append(token)
        return row[token] if len(first) == 1 else log_p * row[token]

    return walked(next_log_p, longest, add=multiply)


def probabilities_added(next_log_p, longest):
    """You add probabilities. For all of it to happen, they are multiplied: add the log-probabilities."""
    return walked(next_log_p, longest, add=lambda log_p, row, token: log_p + np.exp(row[token]))


def last_only(next_log_p, longest):
    """Your log_p is that of the last token alone. Add them up: log_p += ..."""
    return walked(next_log_p, longest, add=lambda log_p, row, token: row[token])


def least_likely(next_log_p, longest):
    """You take the least likely token. The likeliest has the largest log-probability: argmax."""
    return walked(next_log_p, longest, pick=np.argmin)


def nothing_said_yet(next_log_p, longest):
    """You always ask for the first token's chances: next_log_p wants all tokens so far."""
    return walked(lambda tokens: next_log_p([]), longest)


def begins_with_bos(next_log_p, longest):
    """Your answer begins with BOS. That is what the decoder reads first, not what it says: begin with an empty list."""
    tokens, log_p = walked(lambda tokens: next_log_p([BOS, *tokens]), longest - 1)
    return [BOS, *tokens], log_p


def bos_asked(next_log_p, longest):
    """You ask next_log_p with a BOS in front. It wants the answer so far, and in the beginning that is empty."""
    return walked(lambda tokens: next_log_p([BOS, *tokens]), longest)


def any_length(next_log_p, longest):
    """Your answer is longer than `longest` where EOS never comes. Stop there too, or you may wait for ever."""
    return walked(next_log_p, longest + 40)


check_greedy = Check(
    greedy,
    returns=("tokens", "log_p"),
    problems=[(Chances(5, seed=0, end=-1.0), 6), (Chances(6, seed=1, end=-0.5), 5), (Chances(5, seed=3, end=0.5), 6)],
    wrong=[
        goes_on,
        end_not_counted,
        logs_multiplied,
        probabilities_added,
        last_only,
        least_likely,
        nothing_said_yet,
        begins_with_bos,
        bos_asked,
        any_length,
    ],
)

# One step of a beam search


def beam_step(hypotheses, log_p, width):
    return grown(hypotheses, log_p)[:width]


def grown(hypotheses, log_p, total=lambda before, added: before + added, best_first=True):
    """Every hypothesis with every token behind it, (tokens, log_p) each, sorted."""
    every = [
        ([*tokens, token], float(total(before, added)))
        for (tokens, before), row in zip(hypotheses, log_p)
        for token, added in enumerate(row)
    ]
    return sorted(every, key=lambda pair: -pair[1] if best_first else pair[1])


def each_its_best(hypotheses, log_p, width):
    """Each hypothesis keeps its own best continuation. They compete: sort the continuations of all of them together."""
    every = [grown([one], [row])[0] for one, row in zip(hypotheses, log_p)]
    return sorted(every, key=lambda pair: -pair[1])[:width]


def first_only(hypotheses, log_p, width):
    """Only the best hypothesis is continued. Then the others are kept for nothing: continue each of them."""
    return grown(hypotheses[:1], log_p[:1])[:width]


def earlier_forgotten(hypotheses, log_p, width):
    """You compare the last symbols only. A continuation is as probable as all of its symbols together: add."""
    return grown(hypotheses, log_p, total=lambda before, added: added)[:width]


def multiplied(hypotheses, log_p, width):
    """You multiply log-probabilities. Probabilities are multiplied, their logarithms are added."""
    return grown(hypotheses, log_p, total=lambda before, added: before * added)[:width]


def worst_first(hypotheses, log_p, width):
    """You keep the least probable ones: sort from the largest log-probability down."""
    return grown(hypotheses, log_p, best_first=False)[:width]


def nothing_dropped(hypotheses, log_p, width):
    """You keep all of them, and the beam grows by a factor of V at each step. Keep `width`."""
    return grown(hypotheses, log_p)


def new_token_only(hypotheses, log_p, width):
    """Your hypotheses hold the new token alone. Put it behind those that came before: [*tokens, token]."""
    return [(tokens[-1:], total) for tokens, total in grown(hypotheses, log_p)[:width]]


def probabilities(hypotheses, log_p, width):
    """Your pairs hold probabilities. Hold their logarithms: products of many probabilities come too close to zero."""
    return [(tokens, float(np.exp(total))) for tokens, total in grown(hypotheses, log_p)[:width]]


def step_problem(beginnings, symbols, width, seed):
    log_ps, rows = standard_normal(seed, (len(beginnings),), (len(beginnings), symbols))
    hypotheses = [(tokens, float(log_p)) for tokens, log_p in zip(beginnings, sorted(-abs(log_ps) - 0.3)[::-1])]
    return hypotheses, beam.log_softmax(rows), width


check_beam_step = Check(
    beam_step,
    returns=("the hypotheses",),
    problems=[
        step_problem([[3], [4]], symbols=5, width=2, seed=1),
        step_problem([[3, 4], [4, 4], [3, 3]], symbols=4, width=3, seed=2),
        step_problem([[]], symbols=6, width=3, seed=3),
    ],
    wrong=[
        each_its_best,
        first_only,
        earlier_forgotten,
        multiplied,
        worst_first,
        nothing_dropped,
        new_token_only,
        probabilities,
    ],
)
