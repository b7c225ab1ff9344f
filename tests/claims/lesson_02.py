"""What lesson 02 claims."""

from functools import cache

import numpy as np
from claim import claim, frame_of
from models import speaker

from seq2seq_lib import RNN
from seq2seq_lib.tasks import pad, pronunciation
from seq2seq_lib.widgets import Unroll

task = cache(pronunciation)


@claim("02", "There is one `W_xh`, one `W_hh`, one `b_h`, used at every step.")
def a_longer_sequence_needs_no_weight(seed):
    rnn = RNN(2, 3, rng=seed)
    weights = []
    for steps in 10, 1_000:
        rnn.forward(np.zeros((steps, 2)))
        weights.append(rnn.params.flat.size)
    return weights, weights[0] == weights[1]


@claim("02", "A sum of letters can't tell `listen` from `silent`; a state can")
def order_matters(seed):
    """The rival adds up what each letter brings, its row of W_xh."""
    letters, rnn = task().source, RNN(len(task().source), 128, rng=seed)
    words = [np.array(letters.encode(word)) for word in ("listen", "silent")]
    apart = abs(np.subtract(*(rnn.forward(word)[-1] for word in words))).max()
    rival = abs(np.subtract(*(rnn.project(word).sum(axis=0) for word in words))).max()
    return f"{apart:.1f} against {rival:.0e}", apart > 0.5 and rival < 1e-12


def left_in_the_instrument(seed, **settings):
    return frame_of(Unroll(seed=seed), **settings)["left"]


@claim("02", "Halved nine times: 1/512. And tanh takes more.")
def less_than_a_hundredth_is_left(seed):
    left = left_in_the_instrument(seed, radius=0.5, step=1)[-1]
    return f"{left:.2%}", 0 < left < 1 / 512


@claim("02", "So it stretches every vector by exactly that, at every step.")
def orthogonal(seed):
    rng, W_hh = np.random.default_rng(seed), Unroll(seed=seed).weights[1]
    vectors = rng.standard_normal((100, len(W_hh)))
    stretch = np.linalg.norm(vectors @ W_hh, axis=1) / np.linalg.norm(vectors, axis=1)
    return f"{stretch.min():.6f} to {stretch.max():.6f}, determinant {np.linalg.det(W_hh):.0f}", np.allclose(stretch, 1)


@claim("02", "After it every state does, and with a radius below 1 the difference shrinks step by step.")
def a_poke_moves_what_comes_later(seed):
    left = left_in_the_instrument(seed, radius=0.8, step=3)
    shown = f"{np.flatnonzero(left).tolist()}, at most {max(left[4:] / left[3:-1]):.0%} of it a step later"
    return shown, not left[:3].any() and (left[3:] > 0).all() and (np.diff(left[3:]) < 0).all()


@claim("02", "At 1 it lasts much longer, since only tanh takes something away: more than a tenth is left.")
def at_radius_1_more_than_a_tenth_is_left(seed):
    """In the instrument as it is, with seed 0; and in each it lasts longer than at 0.5."""
    half, one = (left_in_the_instrument(seed, radius=radius, step=1)[-1] for radius in (0.5, 1.0))
    return f"{one:.1%} against {half:.2%}", one > 10 * half and (seed > 0 or one > 0.1)


@claim("02", "by +0.5 the difference fades to less than a fifth, by −0.5 it more than doubles.")
def at_radius_2_it_depends_on_the_poke(seed):
    """In the instrument as it is, whatever the seed."""
    up, down = (left_in_the_instrument(0, radius=2.0, step=1, by=by)[-1] for by in (0.5, -0.5))
    return f"{up:.2f}, {down:.2f}", up < 0.2 and down > 2


def left_of_a_poke(radius, seed):
    xs = 0.5 * np.random.default_rng(seed).standard_normal((40, 3))
    poked = xs.copy()
    poked[0] += 0.1
    rnn = RNN(3, 32, rng=seed)
    rnn.params["W_hh"] = radius * rnn.params["W_hh"]
    apart = np.linalg.norm(rnn.forward(poked) - rnn.forward(xs), axis=-1)[1:]
    return apart / apart[0]


def five(seed):
    """Five networks for each seed; the first five are those of the lesson."""
    return range(5 * seed, 5 * seed + 5)


@claim("02", "Up to radius 1 the lines are nearly straight: the poke loses about the same share again and again.")
def the_lines_are_straight(seed):
    lines = [np.log(left_of_a_poke(radius, network)) for radius in (0.5, 0.9, 1.0) for network in five(seed)]
    explained = min(np.corrcoef(np.arange(40), line)[0, 1] ** 2 for line in lines)
    falls = all(line[-1] < line[0] for line in lines)
    return f"a straight line explains at least {explained:.1%}", explained > 0.99 and falls


@claim("02", "The larger the radius the longer the memory")
def a_larger_radius_remembers_longer(seed):
    radii = 0.5, 0.9, 1.0, 1.5
    ends = np.array([[left_of_a_poke(radius, network)[-1] for radius in radii] for network in five(seed)])
    return " ".join(f"{end:.0e}" for end in np.median(ends, axis=0)), (np.diff(ends, axis=1) > 0).all()


@claim("02", "tanh shortens it a lot: at radius 1.0 `W_hh` alone would lose nothing.")
def tanh_takes_away(seed):
    """At radius 1.0 the same network without tanh keeps all of it: its W_hh keeps lengths."""
    poke, W_hh = np.random.default_rng(seed).standard_normal(32), RNN(3, 32, rng=seed).params["W_hh"]
    alone = np.linalg.norm(poke @ np.linalg.matrix_power(W_hh, 39)) / np.linalg.norm(poke)
    left = left_of_a_poke(1.0, seed)[-1]
    return f"{left:.0e} against {alone:.3f}", left < 1e-3 and abs(alone - 1) < 1e-9


@claim("02", "some networks lose most of the poke, and in some it grows. At 2 it grows in all of them.")
def at_a_radius_of_one_and_a_half_it_depends_on_the_network(seed):
    """Twenty networks for each seed; the first twenty are those of the lesson."""
    networks = range(20 * seed, 20 * seed + 20)
    ends, doubled = (np.array([left_of_a_poke(radius, network)[-1] for network in networks]) for radius in (1.5, 2.0))
    shown = (
        f"grown in {(ends > 1).sum()}, less than a third in {(ends < 1 / 3).sum()}; at 2 grown in {(doubled > 1).sum()}"
    )
    return shown, min(ends) < 1 / 3 and max(ends) > 1 and min(doubled) > 1


@claim("02", "At 1.5 the five networks part.")
def five_networks_part(seed):
    ends = [left_of_a_poke(1.5, network)[-1] for network in five(seed)]
    return f"{min(ends):.2f} to {max(ends):.2f}", max(ends) > 3 * min(ends)


@cache
def read_words():
    words = sorted({word for word, _ in task().train})
    words = [words[i] for i in np.random.default_rng(0).permutation(len(words))[:3_000]]
    return words, *pad([task().source.encode(word) for word in words])


def begin_and_end_alike(rnn):
    """The share of words whose nearest has the same two first letters, and the same two last ones."""
    words, tokens, mask = read_words()
    states = rnn.forward(tokens, mask=mask)[-1].astype(float)
    squares = (states**2).sum(axis=1)
    apart = squares[:, None] + squares - 2 * states @ states.T
    np.fill_diagonal(apart, np.inf)
    near = [words[i] for i in apart.argmin(axis=1)]
    return np.mean([(word[:2] == other[:2], word[-2:] == other[-2:]) for word, other in zip(words, near)], axis=0)


@claim("02", "nearly nine words of ten end like their nearest, and one of ten begins like it.")
def the_end_is_loudest(seed):
    begin, end = begin_and_end_alike(RNN(len(task().source), 128, rng=seed))
    return f"begin {begin:.0%}, end {end:.0%}", 0.08 < begin < 0.12 and 0.84 < end < 0.91


@claim(
    "02", "Four words of ten now begin like their nearest, where it was one; somewhat more than half still end like it."
)
def training_keeps_the_beginning(seed):
    begin, end = begin_and_end_alike(speaker(seed).encoder)
    return f"begin {begin:.0%}, end {end:.0%}", 0.37 < begin < 0.46 and 0.5 < end < 0.62


def read_letters(rnn):
    """The moves (N, H) and the states (N, H) at each letter that was read, and its token (N,)."""
    _, tokens, mask = read_words()
    hs, read = rnn.forward(tokens, mask=mask), mask.astype(bool)
    return (hs[1:] - hs[:-1])[read], hs[1:][read], tokens[read]


@claim("02", "About 100 of them: what a letter says is spread over most of the units.")
def most_units_move(seed):
    moves, _, _ = read_letters(speaker(seed).encoder)
    moved = (abs(moves) > 0.1).sum(axis=1).mean()
    return f"{moved:.0f} of 128", 95 < moved < 108


@claim("02", "in models trained from four other first weights the best unit is farther off.")
def few_units_stand_for_a_letter(seed):
    """How well "beyond 0.8" of a unit stands for a letter: the mean of precision and recall (F1) of the best pair."""
    _, states, tokens = read_letters(speaker(seed).encoder)
    is_letter = (tokens[:, None] == np.unique(tokens)).astype(float)
    beyond = np.hstack([states > 0.8, states < -0.8]).astype(float)
    both = beyond.T @ is_letter
    f1 = (2 * both / (beyond.sum(axis=0)[:, None] + is_letter.sum(axis=0))).max()
    return f"{f1:.2f}", f1 > 0.8 if seed == 0 else f1 < 0.8


def last_state(rnn, word):
    return rnn.forward(task().source.encode(word))[-1]


@claim("02", "In fresh weights the end is loudest. The trained encoder keeps more of the beginning")
def walker_is_near_talker_and_then_walked(seed):
    shown, nearer = [], []
    for rnn in (RNN(len(task().source), 128, rng=seed), speaker(seed).encoder):
        talker, walked = (
            np.linalg.norm(last_state(rnn, word) - last_state(rnn, "walker")) for word in ("talker", "walked")
        )
        shown.append(f"talker {talker:.1f}, walked {walked:.1f}")
        nearer.append(talker < walked)
    return "; trained ".join(shown), nearer == [True, False]
