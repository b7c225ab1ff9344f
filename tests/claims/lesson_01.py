"""What lesson 01 claims."""

import numpy as np
from claim import claim

from seq2seq_lib import RNN
from seq2seq_lib.widgets.step_explorer import B_H, H_PREV, W_HH, W_XH, X_T
from seq2seq_lib.widgets.step_words import SATURATED


def sums(x_t, h_prev=H_PREV):
    return x_t @ np.array(W_XH) + h_prev @ np.array(W_HH) + B_H


@claim("01", "1.0 from the input, 0.25 from the past, −0.25 from the bias.")
def the_sum_of_unit_0(seed):
    a_t = sums(np.array(X_T))
    return a_t.round(2).tolist(), np.allclose(a_t, [1.0, 0.6, -0.5])


@claim("01", "at 5 and at 10 the state is the same to three digits.")
def the_curve_is_flat(seed):
    return np.tanh([5, 10]).round(5).tolist(), round(np.tanh(5), 3) == round(np.tanh(10), 3)


def moves(seed, times):
    """How far each state (3,) moves at most when a weight grows by 0.01, all weights `times` as large; and the sums."""
    rng = np.random.default_rng(seed)
    factors = np.concatenate([rng.choice([-1, 1], 2) * rng.uniform(1, 2, 2), rng.uniform(-1, 1, 3), [1]])
    weights = times * np.vstack([W_XH, W_HH, B_H])
    nudges = 0.01 * np.eye(weights.size).reshape(-1, *weights.shape)
    sums = factors @ weights
    return abs(np.tanh(factors @ (weights + nudges)) - np.tanh(sums)).max(axis=0), sums


@claim("01", "a small change of a weight changes next to nothing.")
def a_saturated_unit_hears_no_weight(seed):
    (heard, _), (unheard, sums) = moves(seed, times=1), moves(seed, times=10)
    unheard = unheard[abs(sums) > 5]
    shown = f"{heard.max():.4f} against {unheard.max(initial=0):.7f} in {len(unheard)} saturated units"
    return shown, len(unheard) > 0 and unheard.max() < 0.01 * heard.max()


@claim("01", "All three: unit 0 and unit 1 follow the input down")
def three_signs_change(seed):
    before, after = sums(np.array([X_T[0], 2.0])), sums(np.array([X_T[0], -3.0]))
    falls = np.sign(after - before).tolist() == [-1, -1, 1]
    return after.round(2).tolist(), falls and (np.sign(before) == -np.sign(after)).all()


@claim("01", "Only unit 1: row 1 of `W_hh` is (0, 0.5, 0).")
def only_unit_1_notices(seed):
    there, back = (sums(np.array(X_T), np.array([H_PREV[0], end, H_PREV[2]])) for end in (-3.0, 3.0))
    return (there - back).tolist(), np.flatnonzero(there != back).tolist() == [1]


@claim("01", "while its state is beyond ±0.9, that is until its sum comes back to about ±1.5.")
def a_saturated_unit_lets_go(seed):
    return round(np.arctanh(SATURATED), 2), SATURATED == 0.9 and abs(np.arctanh(SATURATED) - 1.5) < 0.05


@claim("01", "the slope of tanh is 0.01 at a sum of 3, 0.07 at 2 and 0.18 at 1.5.")
def the_slope_grows(seed):
    slopes = 1 - np.tanh([3, 2, 1.5]) ** 2
    return slopes.round(3).tolist(), np.allclose(slopes, [0.01, 0.07, 0.18], atol=0.005)


@claim("01", "A 1 where the answer has changed: in row 2, in all three units.")
def a_row_is_made_of_a_row(seed):
    rng, rnn = np.random.default_rng(seed), RNN(2, 3, rng=seed)
    xs_t, hs_prev = rng.standard_normal((4, 2)), rng.standard_normal((4, 3))
    other = xs_t.copy()
    other[2] = rng.standard_normal(2)
    changed = rnn.step(other, hs_prev) != rnn.step(xs_t, hs_prev)
    return changed.sum(axis=1).tolist(), changed.sum(axis=1).tolist() == [0, 0, 3, 0]


@claim("01", "The same three numbers. So a row of `W_xh` is what a token *means* to this network")
def a_token_is_a_row(seed):
    rng, rnn = np.random.default_rng(seed), RNN(5, 3, rng=seed)
    token, h_prev = int(rng.integers(5)), rng.standard_normal(3)
    apart = abs(rnn.step(np.eye(5)[token], h_prev) - rnn.step(token, h_prev)).max()
    return f"token {token}: {apart:.0e}", apart < 1e-12


@claim("01", "Larger ones would saturate the units before anything is learned")
def first_weights_keep_sums_small(seed):
    """100 inputs of size 1: the sums of the library's W_xh, and of one whose numbers have a variance of 1."""
    xs, rnn = np.random.default_rng(seed).standard_normal((200, 100)), RNN(100, 50, rng=seed)
    sums = xs @ rnn.params["W_xh"]
    ours, larger = (np.mean(abs(np.tanh(times * sums)) > SATURATED) for times in (1, 10))
    return f"sums of size {sums.std():.2f}; {ours:.0%} against {larger:.0%} saturated", (
        0.8 < sums.std() < 1.2 and ours < 0.2 and larger > 0.8
    )
