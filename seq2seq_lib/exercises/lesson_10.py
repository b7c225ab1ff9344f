"""Checks of lesson 10: a state carried through padding, and a loss that counts no padding."""

import numpy as np

from seq2seq_lib.exercises.check import Check
from seq2seq_lib.exercises.problems import rnn_of, standard_normal
from seq2seq_lib.losses import softmax_cross_entropy

# One step of a batch in which some have ended


def carry(h_t, h_prev, real):
    return np.where(real[:, None], h_t, h_prev)


def not_carried(h_t, h_prev, real):
    """You return h_t for all: padding has been read. Where real is False, the row of h_prev is the answer."""
    return h_t


def swapped(h_t, h_prev, real):
    """Old and new are swapped: a real step takes h_t, and it is on padding that h_prev goes on."""
    return np.where(real[:, None], h_prev, h_t)


def set_to_zero(h_t, h_prev, real):
    """On padding your state is zero: all that was read is lost. Nothing is read there, so h_prev goes on as it is."""
    return np.where(real[:, None], h_t, 0)


def added(h_t, h_prev, real):
    """h_prev is added on real steps too. Take one or the other: h_t where real is True, h_prev where it is False."""
    return h_t * real[:, None] + h_prev


def along_the_units(h_t, h_prev, real):
    """Your mask picks units, not sequences: without a new axis, real (B,) lies along H. real[:, None] is (B, 1)."""
    return np.where(real, h_t, h_prev)  # NumPy stops here, unless B = H


def as_soon_as_one_ends(h_t, h_prev, real):
    """You ask whether all of the batch is real. Each row has its own answer: row b looks at real[b] alone."""
    return h_t if np.all(real) else h_prev


def carry_problem(batch, hidden, real, seed):
    h_t, h_prev = np.tanh(standard_normal(seed, (batch, hidden), (batch, hidden)))
    return h_t, h_prev, np.array(real)


check_carry = Check(
    carry,
    returns=("h",),
    problems=[
        carry_problem(3, 3, [True, False, True], seed=0),
        carry_problem(4, 2, [False, True, True, False], seed=1),
        carry_problem(2, 3, [True, True], seed=2),
    ],
    wrong=[not_carried, swapped, set_to_zero, added, along_the_units, as_soon_as_one_ends],
)

# A whole sequence


def masked_forward(xs, mask, h_0, W_xh, W_hh, b_h):
    return rnn_of(W_xh, W_hh, b_h).forward(xs, h_0, mask)


def states(xs, mask, h_0, W_xh, W_hh, b_h, carried=carry):
    """h_0 and the state after each step; carried(h_t, h_prev, real) says which of the two goes on."""
    rnn, hs = rnn_of(W_xh, W_hh, b_h), [h_0]
    for x_t, real in zip(xs, mask):
        hs.append(carried(rnn.step(x_t, hs[-1]), hs[-1], real))
    return np.stack(hs)


def padding_is_read(xs, mask, h_0, W_xh, W_hh, b_h):
    """The mask has no effect: your states change on padding. After each step keep h_prev where mask[t] is False."""
    return states(xs, mask, h_0, W_xh, W_hh, b_h, carried=not_carried)


def zero_on_padding(xs, mask, h_0, W_xh, W_hh, b_h):
    """On padding your states become zero, and all that was read is lost. There the state of the step before stays."""
    return states(xs, mask, h_0, W_xh, W_hh, b_h, carried=set_to_zero)


def mask_turned_around(xs, mask, h_0, W_xh, W_hh, b_h):
    """Your mask works the wrong way around: True is a real step, which is taken; False is padding, which is skipped."""
    return states(xs, mask, h_0, W_xh, W_hh, b_h, carried=swapped)


def inputs_masked(xs, mask, h_0, W_xh, W_hh, b_h):
    """You set the inputs to zero on padding. A step with x_t = 0 is still a step: W_hh and b_h move the state."""
    return states(xs * mask[..., None], mask, h_0, W_xh, W_hh, b_h, carried=not_carried)


def counted(xs, mask, h_0, W_xh, W_hh, b_h):
    """You count the real steps of each sequence and take that many from the front. Look at mask[t] at each step t."""
    return states(xs, np.arange(len(mask))[:, None] < mask.sum(axis=0), h_0, W_xh, W_hh, b_h)


def h_0_forgotten(xs, mask, h_0, W_xh, W_hh, b_h):
    """Your states begin at zero. They begin at h_0, which is hs[0]."""
    return masked_forward(xs, mask, np.zeros_like(h_0), W_xh, W_hh, b_h)


def without_h_0(xs, mask, h_0, W_xh, W_hh, b_h):
    """One state is missing: T steps make T+1 states, because hs[0] is h_0."""
    return masked_forward(xs, mask, h_0, W_xh, W_hh, b_h)[1:]


def forward_problem(lengths, inputs, hidden, seed, padding_first=False):
    steps, batch = max(lengths), len(lengths)
    order = slice(None, None, -1) if padding_first else slice(None)
    shapes = (steps, batch, inputs), (batch, hidden), (inputs, hidden), (hidden, hidden), (hidden,)
    xs, h_0, W_xh, W_hh, b_h = standard_normal(seed, *shapes)
    return xs, (np.arange(steps)[:, None] < np.array(lengths))[order], h_0, W_xh, W_hh, b_h


check_masked_forward = Check(
    masked_forward,
    returns=("hs",),
    problems=[
        forward_problem((2, 5, 3), 2, 4, seed=0),
        forward_problem((4, 1), 3, 2, seed=1),
        forward_problem((1, 3, 2), 2, 3, seed=2, padding_first=True),
    ],
    wrong=[
        padding_is_read,
        zero_on_padding,
        mask_turned_around,
        inputs_masked,
        counted,
        h_0_forgotten,
        without_h_0,
    ],
)

# A loss that counts no padding


def masked_cross_entropy(logits, tokens, mask):
    return softmax_cross_entropy(logits, tokens, mask)


def log_softmax(logits):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def weighted(logits, tokens, weights, log_p_of=log_softmax):
    """The sum of weights * -log p, weights (T, B), and its gradient."""
    log_p = log_p_of(logits)
    right = np.eye(logits.shape[-1])[tokens]
    return float((-(log_p * right).sum(axis=-1) * weights).sum()), (np.exp(log_p) - right) * weights[..., None]


def log_of_softmax(logits, tokens, mask):
    """You take the log of a probability that has become 0, and the loss is infinite. Leave the softmax out of it:
    with shifted = logits - their maximum, log p = shifted - log(sum(exp(shifted)))."""
    _, d_logits = weighted(logits, tokens, mask / mask.sum())
    p = np.exp(log_softmax(logits))
    with np.errstate(divide="ignore"):
        losses = -np.log((p * np.eye(logits.shape[-1])[tokens]).sum(axis=-1))
    return float((mask / mask.sum() * losses).sum()), d_logits


def something_added(its):
    """A wrong answer that adds a small number inside the logarithm."""

    def added_inside(logits, tokens, mask):
        """You add a small number to p before the log. It hides an infinite loss, and gives a false one: with
        shifted = logits - their maximum, log p = shifted - log(sum(exp(shifted))) is exact, and never infinite."""
        weights = mask / mask.sum()
        loss, _ = weighted(logits, tokens, weights, lambda logits: np.log(np.exp(log_softmax(logits)) + its))
        return loss, weighted(logits, tokens, weights)[1]

    added_inside.__name__ = f"added_{its:g}"
    return added_inside


def overflowing(logits, tokens, mask):
    """exp of a large logit is infinite. Take the largest logit of each row off first: it changes no probability."""
    with np.errstate(all="ignore"):
        exps = np.exp(logits)
        p = exps / exps.sum(axis=-1, keepdims=True)
        right = np.eye(logits.shape[-1])[tokens]
        weights = mask / mask.sum()
        losses = -np.log((p * right).sum(axis=-1))
        return float((losses * weights).sum()), (p - right) * weights[..., None]


def padding_guessed(logits, tokens, mask):
    """You mask where the token is 0. The mask says what counts: a row may hold any symbol behind the end."""
    real = tokens != 0
    return weighted(logits, tokens, real / real.sum())


def over_the_padded_length(logits, tokens, mask):
    """You divide by T * B, padding included: the more padding, the smaller the loss. Divide by mask.sum()."""
    return weighted(logits, tokens, mask / mask.size)


def per_sequence(logits, tokens, mask):
    """You average each sequence, then the sequences: a token of a short one counts more. Here all count alike."""
    return weighted(logits, tokens, mask / mask.sum(axis=0) / mask.shape[1])


def over_the_batch(logits, tokens, mask):
    """You divide by B, the number of sequences. The mean over tokens divides by their number, mask.sum()."""
    return weighted(logits, tokens, mask / mask.shape[1])


def summed(logits, tokens, mask):
    """That is a sum: twice as many tokens, twice the loss. Divide loss and gradient by the number of real tokens."""
    return weighted(logits, tokens, mask.astype(float))


def not_masked(logits, tokens, mask):
    """Padding is counted: the model is asked to say PAD after the end. Multiply by the mask before you add up."""
    return weighted(logits, tokens, np.full(mask.shape, 1 / mask.size))


def logits_masked(logits, tokens, mask):
    """You mask the logits. Softmax makes equal chances of zeros, and their loss is log V, not 0: mask -log p."""
    return weighted(logits * mask[..., None], tokens, np.full(mask.shape, 1 / mask.sum()))


def gradient_not_masked(logits, tokens, mask):
    """The loss is right, its gradient isn't zero on padding. What isn't counted can't change the loss: mask both."""
    return (
        weighted(logits, tokens, mask / mask.sum())[0],
        weighted(logits, tokens, np.full(mask.shape, 1 / mask.sum()))[1],
    )


def gradient_summed(logits, tokens, mask):
    """The loss is a mean, and its gradient is that of the sum. Divide the gradient by mask.sum() as well."""
    return weighted(logits, tokens, mask / mask.sum())[0], weighted(logits, tokens, mask.astype(float))[1]


def loss_problem(lengths, symbols, seed, size=1.0, behind=0):
    """size: of the logits; behind: 0 where PAD stands behind the end, 1 where some other symbol is left there"""
    steps, batch = max(lengths), len(lengths)
    mask = np.arange(steps)[:, None] < np.array(lengths)
    tokens = np.random.default_rng(seed).integers(2, symbols, mask.shape) * (mask | behind)
    (logits,) = standard_normal(seed, (steps, batch, symbols))
    return size * logits, tokens, mask


check_masked_cross_entropy = Check(
    masked_cross_entropy,
    returns=("loss", "d_logits"),
    problems=[
        loss_problem((2, 5, 3), 6, seed=0),
        loss_problem((4, 1), 5, seed=1, behind=1),
        loss_problem((3, 2), 4, seed=2, size=1_000),
    ],
    wrong=[
        over_the_padded_length,
        per_sequence,
        over_the_batch,
        summed,
        not_masked,
        logits_masked,
        gradient_not_masked,
        gradient_summed,
        log_of_softmax,
        something_added(1e-9),
        something_added(1e-12),
        overflowing,
        padding_guessed,
    ],
)
