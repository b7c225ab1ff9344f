"""What lesson 07 claims."""

from functools import cache

import numpy as np
from claim import claim, frame_of

from seq2seq_lib import GRU, RNN, SGD, Adam, Batch, Seq2Seq, greedy_decode, training
from seq2seq_lib.exercises.lesson_07 import truncated_backward
from seq2seq_lib.widgets import GradientFlow

# The way back


@cache
def flow(seed, **settings):
    return frame_of(GradientFlow(seed=seed), **settings)


@claim("07", "What arrives is nearly a straight line on the log axis: about the same share is lost at every step.")
def a_straight_line(seed):
    arrives = flow(seed, length=100)["arrives"]
    t = np.arange(len(arrives))
    away = abs(arrives - np.polyval(np.polyfit(t, arrives, 1), t)).max() / np.ptp(arrives)
    return f"{away:.0%} of its height away", away < 0.06


@claim("07", "What arrives lies far below both")
def far_below_both_bounds(seed):
    arrives, bound, alone = (flow(seed)[name][0] for name in ("arrives", "bound", "alone"))
    return f"10^{arrives:.1f}, bounds 10^{bound:.1f}, 10^{alone:.1f}", arrives + 2 < bound <= alone


@claim("07", "Less: tanh takes something away at every step")
def radius_1_vanishes(seed):
    arrives = flow(seed)["arrives"]
    return f"10^{arrives[0]:.1f}", arrives[0] < -2 and abs(flow(seed)["alone"][0]) < 1e-9


@claim("07", "Twice the length, about twice the power of ten.")
def twice_as_long(seed):
    once, twice = (flow(seed, length=length)["arrives"][0] for length in (50, 100))
    return f"10^{once:.1f}, 10^{twice:.1f}", 1.5 < twice / once < 2.5


RADII = np.arange(20, 201, 5) / 100


def fates(seed, **settings):
    return [flow(seed, radius=radius, length=100, **settings)["words"].split(": it ")[1] for radius in RADII]


@claim("07", "no radius up to 2 gets anything through.")
def large_inputs_let_nothing_through(seed):
    small, large = fates(seed), fates(seed, inputs=2.0)
    shown = f"{small.count('gets through.')} radii get through, {small.count('explodes.')} explode"
    return shown, set(large) == {"vanishes."} and {"gets through.", "explodes."} <= set(small)


@claim("07", "Clipping changes the lower of the two bars, and nothing in the curve or the triangle")
def clipping_keeps_the_shares(seed):
    wild = {"radius": 2.0, "inputs": 0.0, "length": 100}
    plain, clipped = flow(seed, **wild), flow(seed, **wild, clipped=True)
    same = (plain["arrives"] == clipped["arrives"]).all() and (plain["matrix"] == clipped["matrix"]).all()
    return clipped["norms"], same and clipped["before"] == plain["before"] and clipped["after"] < plain["after"]


# A long memory


def told_once(delay, rng, batch=32):
    rng = np.random.default_rng(rng)
    while True:
        symbols, noise = rng.integers(3, 7, batch), rng.integers(7, 11, (batch, delay))
        yield Batch(np.column_stack([symbols, noise]).tolist(), symbols[:, None].tolist())


def new_model(start, seed):
    model = Seq2Seq(11, 32, 11, loss="cross_entropy", rng=seed)
    if start == "uniform":
        limit = 1 / np.sqrt(32)
        model.encoder.params["W_hh"] = np.random.default_rng(seed).uniform(-limit, limit, (32, 32))
    return model


@cache
def right(start, delay, seed):
    model = new_model(start, seed)
    for _ in training(model, told_once(delay, rng=seed), Adam(3e-3), decay_steps=600):
        pass
    exam = next(told_once(delay, rng=123, batch=200)).source.T.tolist()
    answers = greedy_decode(model, exam, max_length=1)
    return np.mean([answer == [source[0]] for answer, source in zip(answers, exam)])


@cache
def arrives(start, delay, seed):
    model, batch = new_model(start, seed), next(told_once(delay, rng=9))
    hs = model.encoder.forward(batch.source)
    dh_T = np.random.default_rng(0).standard_normal(hs[-1].shape)
    _, dh_0, _ = model.encoder.backward(None, batch.source, hs, dh_T=dh_T)
    return np.linalg.norm(dh_0) / np.linalg.norm(dh_T)


DELAYS = 4, 8, 16


@claim("07", "These numbers shrink nearly every vector that they are multiplied with.")
def uniform_numbers_shrink(seed):
    rng, W_hh = np.random.default_rng(seed), new_model("uniform", seed).encoder.params["W_hh"]
    vectors = rng.standard_normal((1_000, 32))
    shrunk = np.linalg.norm(vectors @ W_hh, axis=1) < np.linalg.norm(vectors, axis=1)
    return f"{shrunk.mean():.1%}", shrunk.mean() > 0.98


@claim(
    "07",
    "The orthogonal start learns a delay at which the uniform one fails, and both fail at 16; "
    "so it was for five pairs of networks.",
)
def the_orthogonal_start_learns_a_longer_delay(seed):
    orthogonal, uniform = ([right(start, delay, seed) for delay in DELAYS] for start in ("orthogonal", "uniform"))
    shown = " ".join(f"{share:.2f}" for share in (*orthogonal, *uniform))
    return shown, min(*orthogonal[:2], uniform[0]) > 0.9 > max(orthogonal[2], *uniform[1:])


@claim(
    "07",
    "Within one start it orders the delays: less arrives from further back, and what arrives least is not learned.",
)
def the_share_orders_the_delays_of_one_start(seed):
    starts = [[arrives(start, delay, seed) for delay in DELAYS] for start in ("orthogonal", "uniform")]
    fails = all(right(start, 16, seed) < 0.9 for start in ("orthogonal", "uniform"))
    return " ".join(f"{share:.1g}" for shares in starts for share in shares), fails and (np.diff(starts) < 0).all()


@claim("07", "Between the starts it is no measure")
def more_arrives_where_it_fails(seed):
    fails, learns = arrives("orthogonal", 16, seed), arrives("uniform", 4, seed)
    outcome = right("orthogonal", 16, seed) < 0.9 < right("uniform", 4, seed)
    return f"{fails:.3f} is not learned, {learns:.3f} is", outcome and fails > learns


def first_three_and_rest(model, batch):
    encoder_hs, decoder_hs, outputs = model.forward(batch)
    _, d_outputs = model.loss_of(outputs, batch)
    _, dh_T, _ = model.decoder.backward(d_outputs @ model.params["W_hy"].T, batch.decoder_input, decoder_hs)
    _, dh_3, rest = model.encoder.backward(None, batch.source[3:], encoder_hs[3:], dh_T=dh_T)
    _, _, first = model.encoder.backward(None, batch.source[:3], encoder_hs[:4], dh_T=dh_3)
    return first["W_hh"], rest["W_hh"]


@claim(
    "07",
    "Adam makes the step some dozens of times longer, and the share of the first three in it only two or three times "
    "as large",
)
def adam_cannot_pick_the_far_steps(seed):
    longer, larger = [], []
    for start in ("orthogonal", "uniform"):
        model, batches = new_model(start, seed), told_once(16, rng=seed)
        first, rest = np.swapaxes([first_three_and_rest(model, next(batches)) for _ in range(50)], 0, 1)
        divisor = np.sqrt(((first + rest) ** 2).mean(axis=0))
        sizes = np.array(
            [[np.linalg.norm(part.mean(axis=0) / by) for part in (first, first + rest)] for by in (1, divisor)]
        )
        longer.append(sizes[1, 1] / sizes[0, 1])
        larger.append(sizes[1, 0] / sizes[1, 1] / (sizes[0, 0] / sizes[0, 1]))
    shown = " ".join(f"{factor:.0f}" for factor in longer) + " times; " + " ".join(f"{f:.1f}" for f in larger)
    return shown, min(longer) > 24 and max(larger) < 3.5


# Clipping


def tiny_sign(rng):
    rng = np.random.default_rng(rng)
    while True:
        sign = rng.choice([-1.0, 1.0], 32)
        source = np.zeros((32, 30, 1))
        source[:, 0, 0] = 0.01 * sign
        yield Batch(list(source), list(0.5 * sign[:, None, None]))


@cache
def trained(rate, clip, seed):
    model = Seq2Seq(1, 16, 1, rng=seed)
    model.encoder.params["W_hh"] = 2 * model.encoder.params["W_hh"]
    return list(training(model, tiny_sign(rng=seed), SGD(rate), clip=clip, decay_steps=400))


@claim("07", "a few huge steps throw each network to where it answers 0 whatever it is told, and there it stays.")
def unclipped_it_answers_0(seed):
    run = trained(0.03, None, seed)
    losses = np.array([step.loss for step in run[-100:]])
    shown = f"{losses.min():.3f} to {losses.max():.3f}; norms up to {max(step.grad_norm for step in run):.0f}"
    return shown, (abs(losses - 0.25) < 0.05).all() and max(step.grad_norm for step in run) > 30


@claim("07", "Clipped, all five learn.")
def clipped_it_learns(seed):
    return f"{trained(0.03, 1.0, seed)[-1].loss:.0e}", trained(0.03, 1.0, seed)[-1].loss < 0.01


@claim("07", "it still passes 100 again and again")
def the_norm_before_clipping(seed):
    passes = sum(step.grad_norm > 100 for step in trained(0.03, 1.0, seed))
    return f"{passes} times", passes >= 10


@claim("07", "With the small rate most learn without clipping, more slowly", seeds=3)
def a_small_rate_needs_no_clipping(seed):
    small, clipped = ([step.loss for step in trained(*how, seed)] for how in ((0.001, None), (0.03, 1.0)))
    return f"{small[-1]:.0e} against {clipped[-1]:.0e}", clipped[-1] < small[-1] < 0.125


# Cutting, gates


@claim("07", "Chunks of 20 lose next to nothing here, because what lies further back had vanished already.")
def long_chunks_lose_little(seed):
    rng, rnn, dhs = np.random.default_rng(seed), RNN(3, 32, rng=seed), np.zeros((60, 1, 32))
    xs, dhs[-1] = rng.standard_normal((60, 1, 3)), rng.standard_normal(32)
    hs = rnn.forward(xs)
    whole, *cut = (truncated_backward(rnn, dhs, xs, hs, steps)["W_hh"] for steps in (60, 5, 20))
    off = [np.linalg.norm(each - whole) / np.linalg.norm(whole) for each in cut]
    return " ".join(f"{each:.2%}" for each in off), off[1] < 0.005 < 0.02 < off[0]


@cache
def left_after_60_steps(seed):
    """Of a nudge of h_0, and of a gradient at the end: in a tanh RNN, in a GRU, in a GRU whose bias of z is 4."""
    rng = np.random.default_rng(seed)
    xs, nudge, dh_T = rng.standard_normal((60, 3)), 1e-4 * rng.standard_normal(32), rng.standard_normal(32)
    cells, left = [RNN(3, 32, rng=seed), GRU(3, 32, rng=seed), GRU(3, 32, rng=seed)], []
    cells[2].params["b_h"][32:64] = 4
    for cell in cells:
        hs, nudged = (cell.forward(xs, h_0) for h_0 in (np.zeros(32), nudge))
        _, dh_0, _ = cell.backward(None, xs, hs, dh_T=dh_T)
        moved = np.linalg.norm(nudged[-1] - hs[-1]) / np.linalg.norm(nudge)
        left.append((moved, np.linalg.norm(dh_0) / np.linalg.norm(dh_T)))
    return left


@claim("07", "half open, it loses as much as the tanh RNN does, after 60 steps all but a billionth.")
def half_open_is_no_cure(seed):
    (tanh, _), (half, _), _ = left_after_60_steps(seed)
    return f"{tanh:.0e}, {half:.0e}", max(tanh, half) < 1e-9


@claim("07", "about a quarter of the nudge is still there, and so it would be of a gradient.")
def an_open_gate_keeps_a_quarter(seed):
    _, _, shares = left_after_60_steps(seed)
    return f"{shares[0]:.2f}, {shares[1]:.2f}", all(0.15 < share < 0.35 for share in shares)
