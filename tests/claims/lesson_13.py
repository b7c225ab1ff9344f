"""What lesson 13 claims."""

from functools import cache

import numpy as np
from claim import claim, frame_of
from models import LETTERS, reader

from seq2seq_lib import BOS, GRU, LSTM, RNN, Adam, Batch, Seq2Seq, exact_match, greedy_decode, training
from seq2seq_lib.tasks import pronunciation, reverse
from seq2seq_lib.widgets import GradientFlow

# The conveyor


@cache
def flow(seed, **settings):
    """What arrives 50 steps earlier, as powers of ten: {cell: exponent}."""
    seen = frame_of(GradientFlow(seed=seed, gated=True), **settings)
    return {"RNN": seen["arrives"][0], **{name: norms[0] for name, norms in seen["gates"].items()}}


@claim("13", "about a ten-millionth is left after 50 steps.")
def half_open_gates_lose_it(seed):
    alone = flow(seed)["forget gates alone"]
    return f"10^{alone:.2f}", -7.1 < alone < -6.4


@claim("13", "In the whole LSTM more arrives")
def more_arrives_in_the_whole_cell(seed):
    seen = flow(seed)
    return f"10^{seen['LSTM']:.1f}", seen["forget gates alone"] + 2 < seen["LSTM"] < -2


@claim("13", "From a bias of 3.5 on")
def both_let_a_tenth_through(seed):
    shares = {bias: flow(seed, bias=bias) for bias in (2.0, 2.5, 3.5, 4.0)}
    both = {bias: min(seen["GRU"], seen["LSTM"]) > -1 for bias, seen in shares.items()}
    return both, both[3.5] and both[4.0] and not both[2.5]


@claim("13", "At 0 the plain network is ahead of both.")
def at_0_the_plain_one_is_ahead(seed):
    seen = flow(seed, bias=0.0)
    return {name: round(float(share), 1) for name, share in seen.items()}, seen["RNN"] > max(seen["GRU"], seen["LSTM"])


@claim("13", "With the radius at 2 the plain curve goes furthest up; that of the GRU stays near 1.")
def at_radius_2(seed):
    seen = flow(seed, radius=2.0, bias=6.0)
    shown = {name: round(float(share), 1) for name, share in seen.items()}
    return shown, seen["RNN"] > seen["LSTM"] and abs(seen["GRU"]) < 0.3


# The task of lesson 07


def told_once(delay, rng, batch=32):
    rng = np.random.default_rng(rng)
    while True:
        symbols, noise = rng.integers(3, 7, batch), rng.integers(7, 11, (batch, delay))
        yield Batch(np.column_stack([symbols, noise]).tolist(), symbols[:, None].tolist())


def new_model(cell, seed):
    return Seq2Seq(11, 32, 11, loss="cross_entropy", rng=seed, dtype=np.float32, cell=cell)


@cache
def trained(cell, seed):
    model = new_model(cell, seed)
    for _ in training(model, told_once(16, rng=seed), Adam(3e-3), decay_steps=600):
        pass
    return model


def right(model):
    exam = next(told_once(16, rng=123, batch=200)).source.T.tolist()
    answers = greedy_decode(model, exam, max_length=1)
    return np.mean([answer == [source[0]] for answer, source in zip(answers, exam)])


def gets_over(model):
    net, xs, product = model.encoder, next(told_once(16, rng=9)).source, np.eye(32)
    hs = net.forward(xs)
    if isinstance(net, LSTM):
        _, f, _, _ = net.gates(net.project(xs), net.hidden(hs[:-1]))
        return np.median(f[1:].prod(axis=0).max(axis=-1))
    for h_t in hs[:1:-1]:
        product = product @ ((1 - h_t**2)[:, :, None] * net.params["W_hh"].T)
    return np.median(np.linalg.norm(product, 2, axis=(1, 2)))


@claim("13", "Both cells with gates learn it, with five seeds of five; the plain network guesses one symbol of four.")
def gates_learn_the_delay(seed):
    shares = [right(trained(cell, seed)) for cell in (RNN, GRU, LSTM)]
    return " ".join(f"{share:.2f}" for share in shares), shares[0] < 0.35 and min(shares[1:]) > 0.9


@claim("13", "Yet before training its way back was the better one.")
def the_plain_one_has_more_to_begin_with(seed):
    shares = [gets_over(new_model(cell, seed)) for cell in (RNN, LSTM)]
    return " ".join(f"{share:.3f}" for share in shares), shares[0] > 2 * shares[1] and 1 / 9 < shares[0] < 1 / 4


@claim("13", "the gates of some units have opened, and more than half gets over.")
def the_lstm_learns_a_path(seed):
    shares = [gets_over(trained(cell, seed)) for cell in (RNN, LSTM)]
    return " ".join(f"{share:.1g}" for share in shares), shares[1] > 0.5 and shares[0] < 0.001


# Words in a row


def tokens(text):
    return np.array([BOS, *LETTERS.encode(text)])


@claim("13", "at a space more than twice as many units drop what they held as at a letter.")
def more_gates_shut_at_a_space(seed):
    net, words = reader(seed).decoder, [word for word, _ in pronunciation().held_out]
    texts = [tokens(" ".join(row)) for row in np.random.default_rng(0).choice(words, (100, 5))]
    shut = {True: [], False: []}
    for xs in texts:
        _, f, _, _ = net.gates(net.project(xs), net.hidden(net.forward(xs)[:-1]))
        for token, gates in zip(xs, f):
            if token != BOS:
                shut[bool(token == LETTERS.tokens[" "])].append((gates < 0.1).mean())
    space, letter = np.mean(shut[True]), np.mean(shut[False])
    return f"{space:.0%} at a space, {letter:.0%} at a letter", space > 2 * letter


@claim(
    "13",
    "Behind the space the memories lie less than half as far apart as at the end of the word; behind an *e* more than "
    "half is left.",
)
def a_word_is_let_go(seed):
    net, words = reader(seed).decoder, [word for word, _ in pronunciation().held_out[::50]]

    def spread(end):
        memories = np.array([np.tanh(net.memory(net.forward(tokens(word + end))[-1])) for word in words])
        return np.sqrt(((memories - memories.mean(axis=0)) ** 2).sum(axis=1).mean())

    word, letter, space = map(spread, ("", "e", " "))
    return f"{word:.2f}, e {letter:.2f}, space {space:.2f}", space < 0.45 * word and letter > 0.5 * word


# Where gates don't help


@cache
def backwards(cell, seed, steps=500):
    task = reverse(3, 8, rng=seed)
    model = Seq2Seq(len(task.source), 32, len(task.target), loss="cross_entropy", rng=seed, dtype=np.float32, cell=cell)
    for _ in training(model, task.batches(32, rng=seed), Adam(5e-3), decay_steps=steps):
        pass
    return exact_match(model, task)


@claim("13", "The plain cell is ahead with each of five seeds, the LSTM is second and the GRU last")
def the_plain_cell_is_ahead(seed):
    plain, gru, lstm = (backwards(cell, seed) for cell in (RNN, GRU, LSTM))
    return f"{plain:.2f}, LSTM {lstm:.2f}, GRU {gru:.2f}", plain > lstm + 0.05 > gru + 0.1


@claim(
    "13",
    "After 2,000 steps they are closer together: the plain one still ahead of the GRU, the LSTM not far behind it.",
)
def and_still_is(seed):
    plain, gru, lstm = (backwards(cell, seed, steps=2_000) for cell in (RNN, GRU, LSTM))
    closer = plain - gru < backwards(RNN, seed) - backwards(GRU, seed)
    return f"{plain:.3f}, LSTM {lstm:.3f}, GRU {gru:.3f}", plain > gru + 0.03 and plain - lstm < 0.1 and closer
