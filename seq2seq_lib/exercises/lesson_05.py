"""Checks of lesson 05: from logits to probabilities, to a loss with its gradient, and to a symbol."""

import numpy as np

from seq2seq_lib.beam import log_softmax
from seq2seq_lib.exercises.check import Check
from seq2seq_lib.exercises.problems import standard_normal
from seq2seq_lib.losses import softmax_cross_entropy

# Softmax


def softmax(logits):
    return np.exp(log_softmax(logits))


def overflowing(logits):
    """exp of a large logit is infinite. Take the largest logit of each row off first: it changes no probability."""
    with np.errstate(all="ignore"):
        exps = np.exp(logits)
        return exps / exps.sum(axis=-1, keepdims=True)


def one_maximum(logits):
    """You take the same number off all rows, and a row far below it has only zeros left. Each row has its own maximum:
    axis=-1, keepdims=True."""
    with np.errstate(all="ignore"):
        exps = np.exp(logits - logits.max())
        return exps / exps.sum(axis=-1, keepdims=True)


def over_the_steps(logits):
    """Your columns add up to 1. Each row is one choice among the symbols: axis=-1."""
    return softmax(logits.T).T


def over_everything(logits):
    """All your numbers together add up to 1. Each row has to: sum over axis=-1, with keepdims=True."""
    return softmax(logits.reshape(1, -1)).reshape(logits.shape)


def sum_without_axis(logits):
    """All your numbers together add up to 1. Each row has to: sum over axis=-1, with keepdims=True. Then take the
    largest logit of each row off before exp, or it is infinite."""
    with np.errstate(all="ignore"):
        return np.exp(logits) / np.exp(logits).sum()


def sum_of_the_columns(logits):
    """Your columns add up to 1. Each row is one choice among the symbols: axis=-1. Then take the largest logit of each
    row off before exp, or it is infinite."""
    with np.errstate(all="ignore"):
        return np.exp(logits) / np.exp(logits).sum(axis=0)


def without_keepdims(logits):
    """Your sums (T,) lie along the symbols, not along the steps. keepdims=True makes them (T, 1)."""
    exps = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exps / exps.sum(axis=-1)  # NumPy stops here, unless T = V


def not_divided(logits):
    """Your rows don't add up to 1. Divide each by its sum."""
    return np.exp(logits - logits.max(axis=-1, keepdims=True))


def without_exp(logits):
    """You divide the logits by their sum: some of your probabilities are negative. exp comes first."""
    return logits / logits.sum(axis=-1, keepdims=True)


def upside_down(logits):
    """Your largest logit has the smallest probability: exp(logits), without a minus."""
    return softmax(-logits)


def hardest_alone(logits):
    """The largest logit has all of it. The others are less likely, and not impossible: exp of each, by their sum."""
    return np.eye(logits.shape[-1])[logits.argmax(axis=-1)]


def its_logarithm(logits):
    """Those are the logarithms of the probabilities. Asked for are the probabilities."""
    return log_softmax(logits)


def rows_of(steps, symbols, seed, around=(0.0,)):
    """Logits (T, V), each row around one of these numbers."""
    (logits,) = standard_normal(seed, (steps, symbols))
    return 2 * logits + np.resize(around, steps)[:, None]


check_softmax = Check(
    softmax,
    returns=("p",),
    problems=[
        (rows_of(3, 4, seed=0),),
        (rows_of(3, 3, seed=1),),
        (rows_of(4, 5, seed=2, around=(1_000.0, -1_000.0)),),
    ],
    wrong=[
        overflowing,
        one_maximum,
        over_the_steps,
        over_everything,
        sum_without_axis,
        sum_of_the_columns,
        without_keepdims,
        not_divided,
        without_exp,
        upside_down,
        hardest_alone,
        its_logarithm,
    ],
)

# Cross-entropy and its gradient


def cross_entropy(logits, tokens):
    return softmax_cross_entropy(logits, tokens)


def picked(log_p, tokens):
    """The number of the right token, in each row."""
    return log_p[np.arange(len(tokens)), tokens]


def one_hot(logits, tokens):
    return np.eye(logits.shape[-1])[tokens]


def summed(logits, tokens):
    """You add the surprises up. The loss is their mean, so that a long text is no worse than a short one: divide both
    the loss and its gradient by the number of tokens."""
    loss, d_logits = cross_entropy(logits, tokens)
    return loss * len(tokens), d_logits * len(tokens)


def gradient_of_the_sum(logits, tokens):
    """Your loss is a mean, your d_logits is the gradient of a sum: divide it by the number of tokens too."""
    loss, d_logits = cross_entropy(logits, tokens)
    return loss, d_logits * len(tokens)


def loss_summed(logits, tokens):
    """Your loss is a sum, your d_logits is the gradient of a mean: divide the loss by the number of tokens too."""
    loss, d_logits = cross_entropy(logits, tokens)
    return loss * len(tokens), d_logits


def over_all_symbols(logits, tokens):
    """You take the mean of -log p over all symbols. Only the right one of each row counts: p[np.arange(T), tokens]."""
    return float(-log_softmax(logits).mean()), cross_entropy(logits, tokens)[1]


def every_column(logits, tokens):
    """p[:, tokens] takes these columns of every row. One number of each row is wanted: p[np.arange(T), tokens]."""
    return float(-log_softmax(logits)[:, tokens].mean()), cross_entropy(logits, tokens)[1]


def not_negative(logits, tokens):
    """Your loss is negative: the logarithm of a probability is. The surprise is minus that."""
    loss, d_logits = cross_entropy(logits, tokens)
    return -loss, d_logits


def both_negative(logits, tokens):
    """Loss and gradient have the wrong sign: the loss is minus the logarithm of p."""
    loss, d_logits = cross_entropy(logits, tokens)
    return -loss, -d_logits


def uphill(logits, tokens):
    """Your gradient has the wrong sign. At the right symbol it is below zero, p - 1: a larger logit, a smaller loss."""
    loss, d_logits = cross_entropy(logits, tokens)
    return loss, -d_logits


def one_hot_forgotten(logits, tokens):
    """Your d_logits is p alone. At the right token 1 is taken off."""
    return cross_entropy(logits, tokens)[0], softmax(logits) / len(tokens)


def right_one_alone(logits, tokens):
    """Only the right symbol's logit has a gradient of yours. The others share the sum: each has p."""
    loss, d_logits = cross_entropy(logits, tokens)
    return loss, d_logits * one_hot(logits, tokens)


def gradient_at_p(logits, tokens):
    """Your gradient, -1 / p, is that at the probabilities. At the logits it is p - one_hot."""
    p = softmax(logits)
    with np.errstate(divide="ignore", invalid="ignore"):
        d_p = np.where(one_hot(logits, tokens) > 0, -1 / p, 0.0)
    return cross_entropy(logits, tokens)[0], d_p / len(tokens)


def divided_by_symbols(logits, tokens):
    """You divide by the number of symbols, too. The mean is over tokens: divide by len(tokens)."""
    loss, d_logits = cross_entropy(logits, tokens)
    return loss / logits.shape[-1], d_logits / logits.shape[-1]


def gradient_by_symbols(logits, tokens):
    """You divide the gradient by the number of all logits. The mean is over tokens: divide by len(tokens)."""
    loss, d_logits = cross_entropy(logits, tokens)
    return loss, d_logits / logits.shape[-1]


def in_bits(logits, tokens):
    """Your logarithm is that to the base 2: the surprise in bits. Here it is np.log, that to the base e."""
    loss, d_logits = cross_entropy(logits, tokens)
    return loss / np.log(2), d_logits


def probability_wrong(logits, tokens):
    """Your loss is 1 - p. It hardly punishes what was held impossible: take minus the logarithm of p."""
    return float(1 - picked(softmax(logits), tokens).mean()), cross_entropy(logits, tokens)[1]


def log_of_the_mean(logits, tokens):
    """You take the mean of p, then its logarithm. The logarithm comes first, for each token."""
    return float(-np.log(picked(softmax(logits), tokens).mean())), cross_entropy(logits, tokens)[1]


def log_of_softmax(logits, tokens):
    """A very small p is rounded to 0, and its logarithm is infinite. Stay in logarithms:
    with shifted = logits - their maximum, log p = shifted - log(sum(exp(shifted)))."""
    with np.errstate(divide="ignore"):
        loss = -np.log(picked(softmax(logits), tokens)).mean()
    return float(loss), cross_entropy(logits, tokens)[1]


def something_added(its):
    """A wrong answer that adds a small number inside the logarithm."""

    def added_inside(logits, tokens):
        """You add a small number to p before the log. It hides an infinite loss, and gives a false one: with
        shifted = logits - their maximum, log p = shifted - log(sum(exp(shifted))) is exact, and never infinite."""
        loss = -np.log(picked(softmax(logits), tokens) + its).mean()
        return float(loss), cross_entropy(logits, tokens)[1]

    return added_inside


def exp_too_large(logits, tokens):
    """exp of a large logit is infinite. Take the largest logit of each row off first: it changes no probability."""
    with np.errstate(all="ignore"):
        p = overflowing(logits)
        loss = -np.log(picked(p, tokens)).mean()
        return float(loss), (p - one_hot(logits, tokens)) / len(tokens)


def loss_problem(steps, symbols, seed, size=1.0):
    tokens = np.random.default_rng(seed).integers(symbols, size=steps)
    return size * rows_of(steps, symbols, seed), tokens


check_cross_entropy = Check(
    cross_entropy,
    returns=("loss", "d_logits"),
    problems=[loss_problem(3, 5, seed=0), loss_problem(6, 4, seed=1), loss_problem(4, 6, seed=2, size=500)],
    wrong=[
        summed,
        gradient_of_the_sum,
        loss_summed,
        over_all_symbols,
        every_column,
        not_negative,
        both_negative,
        uphill,
        one_hot_forgotten,
        right_one_alone,
        gradient_at_p,
        divided_by_symbols,
        gradient_by_symbols,
        in_bits,
        probability_wrong,
        log_of_the_mean,
        log_of_softmax,
        something_added(1e-9),
        something_added(1e-12),
        exp_too_large,
    ],
)

# A symbol


def sample(logits, temperature, u):
    return drawn(softmax(logits / temperature), u)


def drawn(p, u):
    """The first token up to which, itself included, the probabilities add up to more than u."""
    return int(min(np.searchsorted(p.cumsum(), u, side="right"), len(p) - 1))


def likeliest(logits, temperature, u):
    """You take the likeliest symbol, whatever u is. Lay the probabilities end to end: in which of them does u fall?"""
    return int(logits.argmax())


def multiplied(logits, temperature, u):
    """You multiply by the temperature. Divide: a small temperature makes the logits' distances large, and it sure."""
    return drawn(softmax(logits * temperature), u)


def temperature_ignored(logits, temperature, u):
    """The temperature changes nothing. It divides the logits before the softmax; p / temperature, divided by its sum,
    is p again."""
    return drawn(softmax(logits), u)


def not_normalised(logits, temperature, u):
    """You divide p by the temperature: it no longer adds up to 1. The logits are divided, before the softmax."""
    return drawn(softmax(logits) / temperature, u)


def without_sums(logits, temperature, u):
    """You look for a single probability above u. Add them up from the first, p.cumsum(): where does the sum pass u?"""
    return int((softmax(logits / temperature) > u).argmax())


def all_equal(logits, temperature, u):
    """All symbols are equally likely with you. Each has a length of p on the line from 0 to 1."""
    return int(u * len(logits))


def one_too_early(logits, temperature, u):
    """One symbol too early: up to and with the symbol drawn the sum is above u, and without it it is not."""
    return max(sample(logits, temperature, u) - 1, 0)


def one_too_late(logits, temperature, u):
    """One symbol too late: the first at which the sum is above u is the one."""
    return min(sample(logits, temperature, u) + 1, len(logits) - 1)


def from_the_end(logits, temperature, u):
    """You add up from the last symbol. Begin at the first, so that the check can follow."""
    return len(logits) - 1 - sample(logits[::-1], temperature, u)


def with_overflow(logits, temperature, u):
    """exp of a large logit is infinite. Use your softmax, which takes the largest logit off first."""
    with np.errstate(all="ignore"):
        return drawn(overflowing(logits / temperature), u)


def choice_problem(symbols, seed, temperature, u, around=0.0):
    return rows_of(1, symbols, seed, (around,))[0], temperature, u


check_sample = Check(
    sample,
    returns=("token",),
    problems=[
        choice_problem(5, 0, 1.0, 0.3),
        choice_problem(6, 1, 0.5, 0.45),
        choice_problem(5, 2, 3.0, 0.7),
        choice_problem(6, 3, 2.0, 0.6),
        choice_problem(4, 4, 0.4, 0.9),
        choice_problem(7, 5, 2.5, 0.8),
        choice_problem(7, 6, 2.5, 0.2),
        choice_problem(6, 7, 3.0, 0.5),
        choice_problem(5, 8, 0.5, 0.05),
        choice_problem(6, 9, 2.0, 0.95, around=2_000.0),
        choice_problem(6, 10, 2.0, 0.65, around=2_000.0),
    ],
    wrong=[
        likeliest,
        multiplied,
        temperature_ignored,
        not_normalised,
        without_sums,
        all_equal,
        one_too_early,
        one_too_late,
        from_the_end,
        with_overflow,
    ],
)
