"""What lesson 17 claims. What PyTorch answered is stored: there a seed changes nothing."""

from pathlib import Path

import numpy as np
from claim import claim

from seq2seq_lib import GRU, LSTM, RNN, SGD, Adam, Batch, Seq2Seq, attention, exact_match, training
from seq2seq_lib.exercises import pytorch
from seq2seq_lib.exercises.lesson_17 import nn_rnn, to_pytorch
from seq2seq_lib.gradcheck import relative_error
from seq2seq_lib.tasks import reverse

WEIGHTS = Path(__file__).parents[2] / "notebooks" / "weights"
ASKED, MACHINES = np.load(WEIGHTS / "pytorch.npz"), np.load(WEIGHTS / "two_machines.npz")


def off(ours, theirs):
    return float(np.abs(np.subtract(ours, theirs)).max())


@claim("17", "36: there are two biases")
def two_biases(_):
    rnn = RNN(3, 4)
    theirs = to_pytorch(*rnn.params.values())
    numbers = [sum(values.size for values in each.values()) for each in (rnn.params, theirs)]
    return numbers, numbers == [32, 36]


@claim("17", "To 12: nobody has told PyTorch a gradient")
def the_same_numbers(_):
    worst = 0
    for cell in (RNN, GRU, LSTM):
        model, source, target = pytorch.small_problem(cell)
        states = model.forward(source, target)
        dW_hh = model.backward(source, target, *states)["encoder.W_hh"]
        worst = max(worst, off(states[2], ASKED[f"{cell.__name__}.outputs"]))
        worst = max(worst, off(dW_hh, ASKED[f"{cell.__name__}.dW_hh"]))
    return f"{worst:.0e}", worst < 1e-12


def trained(clip=None):
    model, batch = pytorch.words_problem()
    return [step.loss for step in training(model, [batch] * 20, Adam(0.01), clip=clip)]


@claim("17", "Both biases get the same gradient, so their sum takes two steps for our one: another training")
def the_sum_takes_two_steps(_):
    apart = [off(trained(), ASKED[key]) for key in ("trained", "both biases")]
    return [f"{each:.0e}" for each in apart], apart[0] < 1e-12 and apart[1] > 1e-3


@claim("17", "The sum of the two moves twice as far at each step as our one bias")
def twice_as_far(seed):
    gradients = np.random.default_rng(seed).standard_normal((20, 4))
    b_h, both = np.zeros(4), [np.zeros(4), np.zeros(4)]
    one, two = Adam(0.01), Adam(0.01)
    for db in gradients:
        one.update({"b_h": b_h}, {"b_h": db})
        two.update(dict(enumerate(both)), dict(enumerate([db, db])))
    moved = sum(both) / b_h
    return moved.round(3).tolist(), np.allclose(moved, 2)


@claim("17", "The clipping differs from the eighth digit on")
def a_millionth(_):
    apart = off(trained(clip=0.1), ASKED["clipped"])
    return f"{apart:.0e}", 1e-12 < apart < 1e-7


@claim("17", "Ours keeps nearly all; of PyTorch's less than a ten-thousandth is left.")
def what_the_start_keeps(seed):
    rng, rnn = np.random.default_rng(seed), RNN(64, 64, rng=seed)
    uniform = rng.uniform(-1, 1, (64, 64)) / 8
    shares = []
    for W_hh in (rnn.params["W_hh"].copy(), uniform, ASKED["fresh W_hh"]):
        rnn.params["W_hh"] = W_hh
        poke = 1e-3 * rng.standard_normal(64)
        hs = rnn.forward(np.zeros((20, 64)), h_0=poke)
        shares.append(float(np.linalg.norm(hs[-1]) / np.linalg.norm(poke)))
    same_law = abs(ASKED["fresh W_hh"].std() / uniform.std() - 1) < 0.05
    return [f"{share:.0e}" for share in shares], shares[0] > 0.99 and max(shares[1:]) < 1e-4 and same_law


def words_right(seed, start):
    task, rng = reverse(3, 8), np.random.default_rng(seed)
    model = Seq2Seq(len(task.source), 64, len(task.target), loss="cross_entropy", rng=seed, dtype=np.float32)
    for name, values in model.params.items():
        if start == "uniform" or (start == "cured" and not name.endswith("W_hh")):
            model.params[name] = rng.uniform(-1, 1, values.shape) / 8
    for _ in training(model, task.batches(32, rng=seed), Adam(5e-3), decay_steps=600):
        pass
    return round(100 * exact_match(model, task))


@claim(
    "17",
    "From PyTorch's start 5 to 25 of 100 fewer are right in each of five trainings; with the line as many as from ours",
)
def one_line_pays(seed):
    ours, uniform, cured = (words_right(seed, start) for start in ("ours", "uniform", "cured"))
    return [ours, uniform, cured], 5 <= ours - uniform <= 25 and cured >= ours


@claim("17", "From ours about 95 of 100 held-out words are right.")
def from_ours(seed):
    return words_right(seed, "ours"), 93 <= words_right(seed, "ours") <= 97


@claim("17", "all words but the longest end in another state than alone.")
def zeros_are_read(seed):
    rng, rnn = np.random.default_rng(seed), RNN(5, 6, rng=seed)
    rnn.params["b_h"] = 0.5 * rng.standard_normal(6)
    lengths, xs = [6, 2, 3, 4], rng.standard_normal((6, 4, 5))
    for b, length in enumerate(lengths):
        xs[length:, b] = 0
    padded = nn_rnn(to_pytorch(*rnn.params.values()), xs, np.zeros((4, 6)))[-1]
    apart = [off(padded[b], rnn.forward(xs[:length, b])[-1]) for b, length in enumerate(lengths)]
    return np.round(apart, 2).tolist(), apart[0] < 1e-12 and min(apart[1:]) > 0.01


@claim("17", "in the states that come out of it, padding has rows of zeros")
def rows_of_zeros(_):
    cured = off(ASKED["packed"], ASKED["alone"])
    return [f"{cured:.0e}", ASKED["row"][1:].any()], cured < 1e-12 and not ASKED["row"][1:].any()


@claim("17", "Nearly, and not quite: the machines had different numbers of tokens, and a plain mean weighs them alike.")
def the_mean_of_four_machines(seed):
    rng = np.random.default_rng(seed)
    model = Seq2Seq(13, 16, 13, loss="cross_entropy", rng=seed)
    words = [rng.integers(3, 13, length).tolist() for length in rng.integers(2, 13, 64)]

    def gradient(words):
        batch = Batch(words, [word[::-1] for word in words])
        return model.loss_and_grads(batch)[1].flat.copy(), batch.target_mask.sum()

    whole, _ = gradient(words)
    machines, tokens = zip(*[gradient(words[i::4]) for i in range(4)])
    plain = relative_error(np.mean(machines, axis=0), whole)
    weighed = relative_error(np.average(machines, axis=0, weights=tokens), whole)
    return round(plain, 3), 1e-3 < plain < 0.1 and weighed < 1e-12


@claim("17", "`DistributedDataParallel` takes the plain mean.")
def two_processes(_):
    model, batches = pytorch.shared_problem()
    losses = [step.loss for step in training(model, map(pytorch.batch_of, batches), SGD(0.5), clip=None)]
    apart = {key: off(losses, MACHINES[key]) for key in ("one", "two", "plain")}
    shown = {key: f"{each:.0e}" for key, each in apart.items()}
    return shown, max(apart["one"], apart["two"]) < 1e-12 and 1e-6 < apart["plain"] < 1e-2


@claim("17", "Its memory grows with each symbol, where an RNN's stays as it is")
def memory_grows(seed):
    xs, kept, written = np.random.default_rng(seed).standard_normal((6, 4)), [], []
    for x_t in xs:
        kept.append(x_t)
        written.append(attention.attend(x_t[None], np.array(kept))[0][0])
    together, _ = attention.attend(xs, xs, visible=np.tri(6))
    return f"{off(written, together):.0e}", off(written, together) < 1e-12


@claim("17", "Its formula for attention is your `attend`, with the scores divided by")
def their_attention_is_ours(_):
    xs = pytorch.sequence_problem()
    apart = off(attention.attend(xs, xs, visible=np.tri(6))[0], ASKED["attended"])
    return f"{apart:.0e}", apart < 1e-12
