"""Checks of lesson 05: from logits to probabilities, to a loss with its gradient, and to a symbol."""

import inspect

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


def maximum_of_the_columns(logits):
    """You take the largest logit of each column off. Each row has its own maximum: axis=-1, keepdims=True."""
    exps = np.exp(logits - logits.max(axis=0))
    return exps / exps.sum(axis=-1, keepdims=True)


def mean_taken_off(logits):
    """You take the mean of each row off. A logit can still lie a thousand above it, and exp of that is infinite: take
    the largest off, and none is above 0."""
    exps = np.exp(logits - logits.mean(axis=-1, keepdims=True))
    return exps / exps.sum(axis=-1, keepdims=True)


def smallest_taken_off(logits):
    """You take the smallest logit of each row off. The largest then grows, and its exp may be infinite: take the
    largest off, and none is above 0."""
    exps = np.exp(logits - logits.min(axis=-1, keepdims=True))
    return exps / exps.sum(axis=-1, keepdims=True)


def shifted_above_alone(logits):
    """You take the largest logit off above the line and not below it. Divide by the sum of the same exps."""
    return np.exp(logits - logits.max(axis=-1, keepdims=True)) / np.exp(logits).sum(axis=-1, keepdims=True)


def clipped(logits):
    """You clip large logits: they all become equally likely. Take the largest logit of each row off instead: it changes
    no probability."""
    exps = np.exp(np.clip(logits, -500, 500))
    return exps / exps.sum(axis=-1, keepdims=True)


def clipped_above(logits):
    """You clip large logits: they all become equally likely. Take the largest logit of each row off instead: it changes
    no probability, and leaves no row with zeros alone."""
    exps = np.exp(np.minimum(logits, 500))
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


def rows_shifted_columns_summed(logits):
    """Your columns add up to 1. Each row is one choice among the symbols: sum over axis=-1, too, with keepdims=True."""
    exps = not_divided(logits)
    return exps / exps.sum(axis=0)


def all_shifted_columns_summed(logits):
    """Your columns add up to 1. Each row is one choice among the symbols: axis=-1, for the maximum and for the sum."""
    exps = np.exp(logits - logits.max())
    return exps / exps.sum(axis=0)


def rows_shifted_all_summed(logits):
    """All your numbers together add up to 1. Each row has to: sum over axis=-1, too, with keepdims=True."""
    exps = not_divided(logits)
    return exps / exps.sum()


def without_keepdims(logits):
    """Your sums (T,) lie along the symbols, not along the steps. keepdims=True makes them (T, 1)."""
    exps = not_divided(logits)
    return exps / exps.sum(axis=-1)  # NumPy stops here, unless T = V


def maximum_without_keepdims(logits):
    """Your maxima (T,) lie along the symbols, not along the steps. keepdims=True makes them (T, 1)."""
    exps = np.exp(logits - logits.max(axis=-1))
    return exps / exps.sum(axis=-1, keepdims=True)


def nowhere_keepdims(logits):
    """Your maxima and your sums (T,) lie along the symbols, not along the steps. keepdims=True makes them (T, 1)."""
    exps = np.exp(logits - logits.max(axis=-1))
    return exps / exps.sum(axis=-1)


def sum_without_keepdims(logits):
    """Your sums (T,) lie along the symbols, not along the steps. keepdims=True makes them (T, 1). Then take the largest
    logit of each row off before exp, or it is infinite."""
    exps = np.exp(logits)
    return exps / exps.sum(axis=-1)


def not_divided(logits):
    """Your rows don't add up to 1. Divide each by its sum."""
    return np.exp(logits - logits.max(axis=-1, keepdims=True))


def without_exp(logits):
    """You divide the logits by their sum: some of your probabilities are negative. exp comes first."""
    return logits / logits.sum(axis=-1, keepdims=True)


def to_the_base_2(logits):
    """You raise 2 to the logits. Here it is e: np.exp."""
    return softmax(logits * np.log(2))


def to_the_base_2_overflowing(logits):
    """You raise 2 to the logits. Here it is e: np.exp. Then take the largest logit of each row off before it, or it is
    infinite."""
    return overflowing(logits * np.log(2))


def sigmoid(logits):
    """You take the sigmoid, which looks at each logit alone: your rows don't add up to 1. exp of each, by the sum of
    its row."""
    return 1 / (1 + np.exp(-logits))


def sigmoid_shared_out(logits):
    """You share out the sigmoids of the logits. Take exp of each in place of its sigmoid."""
    p = sigmoid(logits)
    return p / p.sum(axis=-1, keepdims=True)


def divided_by_the_largest(logits):
    """You divide by the largest logit: a factor changes the probabilities. Take it off."""
    return softmax(logits / logits.max(axis=-1, keepdims=True))


def upside_down(logits):
    """Your largest logit has the smallest probability: exp(logits), without a minus."""
    return softmax(-logits)


def hardest_alone(logits):
    """The largest logit has all of it. The others are less likely, and not impossible: exp of each, by their sum."""
    return np.eye(logits.shape[-1])[logits.argmax(axis=-1)]


def its_logarithm(logits):
    """Those are the logarithms of the probabilities. Asked for are the probabilities."""
    return log_softmax(logits)


def rows_of(steps, symbols, seed, around=(0.0,), size=2.0):
    """Logits (T, V), each row around one of these numbers."""
    (logits,) = standard_normal(seed, (steps, symbols))
    return size * logits + np.resize(around, steps)[:, None]


check_softmax = Check(
    softmax,
    returns=("p",),
    problems=[
        (rows_of(3, 4, seed=0),),
        (rows_of(3, 3, seed=1),),
        (rows_of(4, 5, seed=2, around=(1_000.0, -1_000.0)),),
        (rows_of(3, 4, seed=3, size=1_000.0),),
    ],
    wrong=[
        overflowing,
        one_maximum,
        maximum_of_the_columns,
        mean_taken_off,
        smallest_taken_off,
        shifted_above_alone,
        clipped,
        clipped_above,
        over_the_steps,
        over_everything,
        sum_without_axis,
        sum_of_the_columns,
        rows_shifted_columns_summed,
        all_shifted_columns_summed,
        rows_shifted_all_summed,
        without_keepdims,
        maximum_without_keepdims,
        nowhere_keepdims,
        sum_without_keepdims,
        to_the_base_2,
        to_the_base_2_overflowing,
        sigmoid,
        sigmoid_shared_out,
        divided_by_the_largest,
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


def every_column_of_the_gradient(logits, tokens):
    """d_logits[:, tokens] -= 1 takes 1 off these columns in every row. One number of each row has it taken off:
    d_logits[np.arange(T), tokens]."""
    d_logits = softmax(logits)
    d_logits[:, tokens] -= 1
    return cross_entropy(logits, tokens)[0], d_logits / len(tokens)


def every_column_of_both(logits, tokens):
    """[:, tokens] takes these columns of every row, in the loss and in d_logits. One number of each row is wanted:
    [np.arange(T), tokens]."""
    return every_column(logits, tokens)[0], every_column_of_the_gradient(logits, tokens)[1]


def from_log_p(log_p, tokens):
    """The loss and its gradient, where these are taken for the logarithms of the probabilities."""
    with np.errstate(over="ignore"):
        d_logits = (np.exp(log_p) - one_hot(log_p, tokens)) / len(tokens)
    return float(-picked(log_p, tokens).mean()), d_logits


def down_the_columns(logits, tokens):
    """Your probabilities add up to 1 in each column. Each row is one choice among the symbols: axis=-1, for the maximum
    and for the sum."""
    return from_log_p(log_softmax(logits.T).T, tokens)


def log_of_the_columns(logits, tokens):
    """Your probabilities add up to 1 in each column. Each row is one choice among the symbols: axis=-1, for the maximum
    and for the sum. And stay in logarithms, or a very small p is rounded to 0."""
    with np.errstate(divide="ignore"):
        return from_log_p(np.log(softmax(logits.T).T), tokens)


def softmax_twice(logits, tokens):
    """You take the softmax of probabilities. The function is given logits: one softmax is enough."""
    return from_log_p(log_softmax(softmax(logits)), tokens)


def shift_forgotten(logits, tokens):
    """log(sum(exp(shifted))) belongs to the shifted logits, and you take it off the others. log p is shifted less that
    logarithm."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return from_log_p(logits - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), tokens)


def maximum_of_all(logits, tokens):
    """You take the same number off all rows, and a row far below it has only zeros left. Each row has its own maximum:
    axis=-1, keepdims=True."""
    shifted = logits - logits.max()
    with np.errstate(divide="ignore", over="ignore"):
        return from_log_p(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), tokens)


def one_after_the_division(logits, tokens):
    """You divide p by the number of tokens, then take 1 off. The division comes last: (p - one_hot) / T."""
    return cross_entropy(logits, tokens)[0], softmax(logits) / len(tokens) - one_hot(logits, tokens)


def no_logarithm(logits, tokens):
    """Your loss is minus p. Its logarithm is missing."""
    return float(-picked(softmax(logits), tokens).mean()), cross_entropy(logits, tokens)[1]


def loss_by_symbols(logits, tokens):
    """You divide the loss by the number of all logits: one_hot * log_p has V numbers in each row, and one of them
    counts. Divide the sum by len(tokens)."""
    loss, d_logits = cross_entropy(logits, tokens)
    return loss / logits.shape[-1], d_logits


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
        """You add a small number to p before the log, or clip p at it. It hides an infinite loss, and gives a false
        one: with shifted = logits - their maximum, log p = shifted - log(sum(exp(shifted))) is exact, and never
        infinite."""
        loss = -np.log(picked(softmax(logits), tokens) + its).mean()
        return float(loss), cross_entropy(logits, tokens)[1]

    return added_inside


def exp_too_large(logits, tokens):
    """exp of a large logit is infinite. Take the largest logit of each row off first: it changes no probability."""
    with np.errstate(all="ignore"):
        p = overflowing(logits)
        loss = -np.log(picked(p, tokens)).mean()
        return float(loss), (p - one_hot(logits, tokens)) / len(tokens)


# By how much loss and gradient are multiplied for T tokens: what is often done beside another mistake.
MULTIPLIED = {
    summed: lambda T: (T, T),
    loss_summed: lambda T: (T, 1),
    gradient_of_the_sum: lambda T: (1, T),
    in_bits: lambda T: (1 / np.log(2), 1),
}


def two_mistakes(first, second):
    """A wrong answer with both, the second of them one that multiplies."""

    def both(logits, tokens):
        of_loss, of_gradient = MULTIPLIED[second](len(tokens))
        loss, d_logits = first(logits, tokens)
        return loss * of_loss, d_logits * of_gradient

    both.__name__ = f"{first.__name__}_and_{second.__name__}"
    both.__doc__ = f"{inspect.getdoc(first)} And a second thing: y{inspect.getdoc(second)[1:]}"  # You ...
    return both


ROUNDED = [log_of_softmax, exp_too_large, *map(something_added, (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15))]
SUMS = [summed, loss_summed, gradient_of_the_sum]
OFTEN_BESIDE = [*ROUNDED, not_negative, uphill, both_negative, one_hot_forgotten, right_one_alone]


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
        every_column_of_the_gradient,
        every_column_of_both,
        down_the_columns,
        log_of_the_columns,
        softmax_twice,
        shift_forgotten,
        maximum_of_all,
        one_after_the_division,
        no_logarithm,
        loss_by_symbols,
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
        *ROUNDED,
        *(two_mistakes(first, second) for first in OFTEN_BESIDE for second in SUMS),
        *(two_mistakes(first, in_bits) for first in ROUNDED),
    ],
)

# A symbol


def sample(logits, temperature, u):
    return drawn(softmax(logits / temperature), u)


def drawn(p, u):
    """The first token up to which, itself included, the probabilities add up to more than u."""
    return int(min(np.searchsorted(p.cumsum(), u, side="right"), len(p) - 1))


def first_above(p, u):
    """The same, where it is looked for with argmax: if no sum is above u, the first."""
    return int((p.cumsum() > u).argmax())


def first_not_below(p, u):
    """The first token up to which the probabilities add up to u or more."""
    return int(min(np.searchsorted(p.cumsum(), u), len(p) - 1))


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


def not_normalised(find):
    def p_divided(logits, temperature, u):
        """You divide p by the temperature: it no longer adds up to 1. The logits are divided, before the softmax."""
        return find(softmax(logits) / temperature, u)

    return p_divided


def multiplied_and_not_normalised(find):
    def p_multiplied(logits, temperature, u):
        """You multiply p by the temperature: it no longer adds up to 1. The logits are divided, before the softmax."""
        return find(softmax(logits) * temperature, u)

    return p_multiplied


def without_sums(logits, temperature, u):
    """You look for a single probability above u. Add them up from the first, p.cumsum(): where does the sum pass u?"""
    return int((softmax(logits / temperature) > u).argmax())


def all_equal(logits, temperature, u):
    """All symbols are equally likely with you. Each has a length of p on the line from 0 to 1."""
    return int(u * len(logits))


def end_included(logits, temperature, u):
    """Where u is the very end of a stretch, the next one begins: the sum has to be above u, > and not >=, and with
    searchsorted side="right". Else u = 0 could draw a symbol whose probability is 0."""
    return first_not_below(softmax(logits / temperature), u)


def the_first_always(logits, temperature, u):
    """You always answer 0. The first sum that is below u, (p.cumsum() < u).argmax(), is the first of all: look for the
    first that is above it."""
    return 0


def one_too_early(logits, temperature, u):
    """One symbol too early: up to and with the symbol drawn the sum is above u, and without it it is not."""
    return max(sample(logits, temperature, u) - 1, 0)


def one_less(find):
    def one_off(logits, temperature, u):
        """One symbol too early: the first at which the sum is above u is the one. No 1 is taken off."""
        return find(softmax(logits / temperature), u) - 1

    return one_off


def one_too_late(logits, temperature, u):
    """One symbol too late: the first at which the sum is above u is the one."""
    return min(sample(logits, temperature, u) + 1, len(logits) - 1)


def one_more(find):
    def one_on(logits, temperature, u):
        """One symbol too late: the first at which the sum is above u is the one. No 1 is added."""
        return find(softmax(logits / temperature), u) + 1

    return one_on


def from_the_end(logits, temperature, u):
    """You add up from the last symbol. Begin at the first, so that the check can follow."""
    return len(logits) - 1 - sample(logits[::-1], temperature, u)


def u_from_the_end(logits, temperature, u):
    """You compare with 1 - u. Lay u off from the first symbol on, so that the check can follow."""
    return first_above(softmax(logits / temperature), 1 - u)


def with_overflow(logits, temperature, u):
    """exp of a large logit is infinite. Use your softmax, which takes the largest logit off first."""
    with np.errstate(all="ignore"):
        return drawn(overflowing(logits / temperature), u)


def choice_problem(symbols, seed, temperature, u, around=0.0):
    return rows_of(1, symbols, seed, (around,))[0], temperature, u


# Exact in any order of the steps: four symbols have 1/4 each, two have nothing, and u is where a stretch ends.
IN_QUARTERS = np.array([-3_000.0, 0.0, 0.0, -3_000.0, 0.0, 0.0])

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
        *((IN_QUARTERS, 1.0, u) for u in (0.0, 0.25, 0.5)),
    ],
    wrong=[
        likeliest,
        multiplied,
        temperature_ignored,
        *map(not_normalised, (drawn, first_above)),
        *map(multiplied_and_not_normalised, (drawn, first_above)),
        without_sums,
        all_equal,
        end_included,
        the_first_always,
        one_too_early,
        *map(one_less, (drawn, first_not_below)),
        one_too_late,
        *map(one_more, (drawn, first_not_below)),
        from_the_end,
        u_from_the_end,
        with_overflow,
    ],
)
