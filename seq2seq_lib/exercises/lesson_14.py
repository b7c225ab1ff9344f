"""Checks of lesson 14: attention forward, and back."""

import numpy as np

from seq2seq_lib import attention
from seq2seq_lib.exercises.check import Check
from seq2seq_lib.exercises.problems import standard_normal

# Forward: scores, weights, means. One sequence: queries (T, H), states (S, H), real (S,)


def attend(queries, states, real):
    return attention.attend(queries, states, real)


def softmax(scores, axis=-1):
    exps = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return exps / exps.sum(axis=axis, keepdims=True)


def no_mask(queries, states, real):
    """Padding gets weight: your weights do not depend on real. Where it is False the score has to be -np.inf."""
    return attend(queries, states, np.ones_like(real))


def scores_of_zero(queries, states, real):
    """Padding has the score 0, and exp(0) is 1: it still gets weight. A score that gives weight 0 is -np.inf."""
    weights = softmax(np.where(real, queries @ states.T, 0))
    return weights @ states, weights


def masked_afterwards(queries, states, real):
    """You set the weights of padding to 0 after the softmax, and the rest adds up to less than 1. Mask the scores."""
    weights = softmax(queries @ states.T) * real
    return weights @ states, weights


def mask_turned_around(queries, states, real):
    """All weight is on padding, or nowhere: your mask is the wrong way around. True is real, and keeps its score."""
    with np.errstate(invalid="ignore"):
        weights = softmax(np.where(real, -np.inf, queries @ states.T))
    return weights @ states, weights


def over_the_queries(queries, states, real):
    """Your weights add up to 1 over the queries. Each query shares out its own weight 1 among the states: axis=-1."""
    with np.errstate(invalid="ignore"):
        weights = softmax(np.where(real, queries @ states.T, -np.inf), axis=0)
    return weights @ states, weights


def over_everything(queries, states, real):
    """All your weights together add up to 1. Each row has to: sum over axis=-1, with keepdims=True."""
    scores = np.where(real, queries @ states.T, -np.inf)
    exps = np.exp(scores - scores.max())
    weights = exps / exps.sum()
    return weights @ states, weights


def scaled(queries, states, real):
    """You divide the scores by the root of H, as Vaswani et al. do. Here the score is the plain product."""
    return attend(queries / np.sqrt(queries.shape[-1]), states, real)


def overflowing(queries, states, real):
    """exp of a large score is infinite. Take the largest score of each row off first: it changes no weight."""
    with np.errstate(all="ignore"):
        exps = np.exp(np.where(real, queries @ states.T, -np.inf))
        weights = exps / exps.sum(axis=-1, keepdims=True)
        return weights @ states, weights


def low_score(its):
    """A wrong answer that gives padding a low score."""

    def low(queries, states, real):
        """Padding has a low score, and real ones can be lower: then it gets all the weight. The score is -np.inf."""
        weights = softmax(np.where(real, queries @ states.T, its))
        return weights @ states, weights

    low.__name__ = f"score_{-its:g}_below"
    return low


def counted(queries, states, real):
    """You count the real states and take that many from the front. Look at real itself: padding can stand anywhere."""
    return attend(queries, states, np.arange(len(real)) < real.sum())


def no_softmax(queries, states, real):
    """Your weights are the scores themselves. They become shares by exp, divided by the sum of each row."""
    weights = np.where(real, queries @ states.T, 0)
    return weights @ states, weights


def no_exp(queries, states, real):
    """You divide the scores by their sum. Scores can be negative, shares cannot: first exp, then divide."""
    scores = np.where(real, queries @ states.T, 0)
    weights = scores / scores.sum(axis=-1, keepdims=True)
    return weights @ states, weights


def scores_for_weights(queries, states, real):
    """You return the scores. Asked for are the weights, what the softmax makes of them."""
    contexts, _ = attend(queries, states, real)
    return contexts, np.where(real, queries @ states.T, -np.inf)


def weights_transposed(queries, states, real):
    """Your weights are (S, T). A row for each query, a column for each state: queries @ states.T."""
    contexts, weights = attend(queries, states, real)
    return contexts, weights.T


def mean_of_the_queries(queries, states, real):
    """Your contexts are made of the queries. The query asks; what is averaged, with the weights, is the states."""
    _, weights = attend(queries, states, real)
    return weights @ queries, weights


def hardest_alone(queries, states, real):
    """You take the state with the largest weight alone. The context is the mean of all states: weights @ states."""
    _, weights = attend(queries, states, real)
    return states[weights.argmax(axis=-1)], weights


def problem(queries, states, hidden, real, seed, size=1):
    """size: of the scores; they are negative in the last row."""
    queries, states = standard_normal(seed, (queries, hidden), (states, hidden))
    if size > 1:
        states = np.abs(states)
        queries = size * np.abs(queries) * np.where(np.arange(len(queries)) < len(queries) - 1, 1, -1)[:, None]
    return queries, states, np.array(real)


check_attend = Check(
    attend,
    returns=("contexts", "weights"),
    problems=[
        problem(2, 4, 3, [True, True, True, False], seed=0),
        problem(3, 3, 2, [True, True, False], seed=1),
        problem(4, 2, 3, [True, True], seed=2),
        problem(2, 4, 3, [False, True, False, True], seed=3),
        problem(3, 4, 2, [True, True, True, False], seed=4, size=10_000),
    ],
    wrong=[
        no_mask,
        scores_of_zero,
        masked_afterwards,
        mask_turned_around,
        over_the_queries,
        over_everything,
        no_softmax,
        no_exp,
        scores_for_weights,
        weights_transposed,
        mean_of_the_queries,
        hardest_alone,
        scaled,
        overflowing,
        low_score(-20.0),
        low_score(-1e3),
        counted,
    ],
)

# And back


def attend_backward(d_contexts, queries, states, weights):
    return attention.attend_backward(d_contexts, queries, states, weights)


def back(d_contexts, queries, states, d_scores, mean_part):
    """d_queries and d_states from the gradient at the scores, and what the mean alone gives the states."""
    return d_scores @ states, mean_part + d_scores.T @ queries


def softmax_back(weights, d_weights):
    return weights * (d_weights - (weights * d_weights).sum(axis=-1, keepdims=True))


def no_softmax_back(d_contexts, queries, states, weights):
    """The softmax is missing on your way: d_scores is weights * (d_weights minus their weighted mean)."""
    return back(d_contexts, queries, states, d_contexts @ states.T, weights.T @ d_contexts)


def no_mean_subtracted(d_contexts, queries, states, weights):
    """Your d_scores is weights * d_weights. A weight can only grow at the cost of the others: subtract, before the
    product, the weighted mean of each row, (weights * d_weights).sum(axis=-1, keepdims=True)."""
    return back(d_contexts, queries, states, weights * (d_contexts @ states.T), weights.T @ d_contexts)


def plain_mean_subtracted(d_contexts, queries, states, weights):
    """You subtract the plain mean of the row. It is the weighted one: the sum over weights * d_weights."""
    d_weights = d_contexts @ states.T
    d_scores = weights * (d_weights - d_weights.mean(axis=-1, keepdims=True))
    return back(d_contexts, queries, states, d_scores, weights.T @ d_contexts)


def like_a_sigmoid(d_contexts, queries, states, weights):
    """Yours is the slope of a sigmoid, weights * (1 - weights). In a softmax each score moves all weights of its
    row: d_scores = weights * (d_weights - their weighted mean)."""
    d_scores = weights * (1 - weights) * (d_contexts @ states.T)
    return back(d_contexts, queries, states, d_scores, weights.T @ d_contexts)


def mean_of_the_column(d_contexts, queries, states, weights):
    """Your mean is taken over the queries. The weights of one query make a row, and it is their mean: axis=-1."""
    d_weights = d_contexts @ states.T
    d_scores = weights * (d_weights - (weights * d_weights).sum(axis=0, keepdims=True))
    return back(d_contexts, queries, states, d_scores, weights.T @ d_contexts)


def states_by_the_mean_alone(d_contexts, queries, states, weights):
    """One way to the states is missing. A state is in the mean and in its own score: add d_scores.T @ queries."""
    d_queries, _ = attend_backward(d_contexts, queries, states, weights)
    return d_queries, weights.T @ d_contexts


def states_by_the_score_alone(d_contexts, queries, states, weights):
    """One way to the states is missing. A state is in its score and in the mean: add weights.T @ d_contexts."""
    d_queries, d_states = attend_backward(d_contexts, queries, states, weights)
    return d_queries, d_states - weights.T @ d_contexts


def d_weights_of_the_queries(d_contexts, queries, states, weights):
    """Your d_weights is made of the queries. contexts = weights @ states, so d_weights = d_contexts @ states.T."""
    d_scores = softmax_back(weights, d_contexts @ queries.T)
    return back(d_contexts, queries, states, d_scores, weights.T @ d_contexts)


def not_transposed(d_contexts, queries, states, weights):
    """A transpose is missing in d_states: row s gathers from all queries, so weights.T and d_scores.T, (S, T)."""
    d_scores = softmax_back(weights, d_contexts @ states.T)
    return d_scores @ states, weights @ d_contexts + d_scores @ queries


def swapped(d_contexts, queries, states, weights):
    """The two are in the wrong order: first d_queries (T, H), then d_states (S, H)."""
    return attend_backward(d_contexts, queries, states, weights)[::-1]


def queries_get_the_context(d_contexts, queries, states, weights):
    """Your d_queries is d_contexts. A query is not in the mean; it acts by its scores alone: d_scores @ states."""
    _, d_states = attend_backward(d_contexts, queries, states, weights)
    return d_contexts, d_states


def way_back(queries, states, hidden, real, seed):
    queries, states, real = problem(queries, states, hidden, real, seed)
    (d_contexts,) = standard_normal(seed + 10, queries.shape)
    return d_contexts, queries, states, attend(queries, states, real)[1]


check_attend_backward = Check(
    attend_backward,
    returns=("d_queries", "d_states"),
    problems=[
        way_back(2, 4, 3, [True, True, True, False], seed=0),
        way_back(3, 3, 2, [True, True, True], seed=1),
        way_back(4, 2, 3, [True, True], seed=2),
    ],
    wrong=[
        no_softmax_back,
        no_mean_subtracted,
        plain_mean_subtracted,
        like_a_sigmoid,
        mean_of_the_column,
        states_by_the_mean_alone,
        states_by_the_score_alone,
        d_weights_of_the_queries,
        not_transposed,
        swapped,
        queries_get_the_context,
    ],
)
