"""What lesson 14 claims."""

from functools import cache

import numpy as np
from claim import claim
from models import speaker

from seq2seq_lib import GRU, RNN, Adam, AttentionSeq2Seq, Batch, Seq2Seq, exact_match, greedy_decode, training
from seq2seq_lib.batch import PAD
from seq2seq_lib.gradcheck import relative_error
from seq2seq_lib.tasks import Task, pronunciation, reverse


def trained(task, hidden, seed, kind=Seq2Seq, cell=RNN, steps=1_000):
    model = kind(
        len(task.source), hidden, len(task.target), loss="cross_entropy", rng=seed, dtype=np.float32, cell=cell
    )
    for _ in training(model, task.batches(32, rng=seed), Adam(5e-3), decay_steps=steps):
        pass
    return model


@cache
def to_12(seed, hidden, steps, kind=Seq2Seq, cell=RNN):
    """{length: share of right words that it has not trained on}, of a model trained on words of 3 to 12 letters."""
    task = reverse(3, 12, rng=seed)
    return by_length(trained(task, hidden, seed, kind, cell, steps), task, range(3, 16))


def by_length(model, task, lengths):
    rng, known, shares = np.random.default_rng(1), dict(task.train), {}
    for length in lengths:
        drawn = map("".join, rng.choice(list("abcdefghij"), (2_000, length)))
        words = [word for word in dict.fromkeys(drawn) if word not in known][:200]
        answers = greedy_decode(model, [task.source.encode(word) for word in words], max_length=length + 2)
        right = [answer == task.source.encode(word)[::-1] for answer, word in zip(answers, words)]
        shares[length] = round(100 * np.mean(right))
    return shares


@claim("14", "A cliff, one letter beyond the longest word of the training: of 9 letters fewer than a third are right.")
def a_cliff(seed):
    task = reverse(3, 8, rng=seed)
    shares = by_length(trained(task, 64, seed), task, range(8, 12))
    return shares, shares[8] > 85 and shares[9] < 33


@claim("14", "after 1,000 steps of training about 8 of 100 words of 12 letters are right.")
def after_1000_steps(seed):
    shares = to_12(seed, 48, 1_000)
    return shares[12], 4 <= shares[12] <= 16


@claim(
    "14",
    "it was time that was missing, not room: after four times the steps most words of 12 letters are right.",
)
def after_four_times_the_steps(seed):
    shares = to_12(seed, 48, 4_000)
    return shares[12], 70 <= shares[12] <= 96


@claim("14", "About 85: it needed more time")
def about_85(seed):
    return after_four_times_the_steps(seed)


@claim("14", "With 24 most are still wrong.")
def too_few_units(seed):
    shares = to_12(seed, 24, 4_000)
    return shares[12], shares[12] < 40


@claim("14", "Behind the 12th letter both fall, within two or three letters.")
def both_fall(seed):
    shares = [to_12(seed, hidden, 4_000) for hidden in (24, 48)]
    return [[share[length] for length in (13, 14, 15)] for share in shares], all(share[15] < 5 for share in shares)


@claim(
    "14",
    "Within the lengths of the training nearly every word is right, after a quarter of the steps that one vector took",
)
def attention_cures_one(seed):
    shares = to_12(seed, 48, 1_000, AttentionSeq2Seq)
    return min(shares[length] for length in range(3, 13)), min(shares[length] for length in range(3, 13)) > 95


@claim(
    "14",
    "from a third to four fifths are right, which differs from seed to seed, of 14 at most one in ten.",
)
def attention_does_not_count(seed):
    shares = to_12(seed, 48, 1_000, AttentionSeq2Seq)
    return [shares[13], shares[14]], 25 < shares[13] < 85 and shares[14] <= 10


@claim(
    "14",
    "after the same 1,000 steps the model without attention gets no word of 14 letters right, or one in a hundred.",
)
def nor_does_one_vector(seed):
    return to_12(seed, 48, 1_000)[14], to_12(seed, 48, 1_000)[14] <= 1


@claim("14", "From 50% to 70% of words")
def more_words(seed):
    shares = [round(100 * exact_match(speaker(seed, kind), pronunciation())) for kind in (Seq2Seq, AttentionSeq2Seq)]
    return shares, abs(shares[0] - 50) <= 2 and abs(shares[1] - 70) <= 2


@cache
def kept(seed, cell):
    words = ["".join(letters) for letters in np.random.default_rng(seed).choice(list("abcdefghij"), (4_000, 40))]
    pairs = [(word, word[0]) for word in words]
    task = Task("first letter", pairs[500:], pairs[:500])
    return exact_match(trained(task, 32, seed, cell=cell, steps=700), task)


@claim("14", "So it was with three of five seeds", seeds=3)
def a_gate_keeps(seed):
    return [kept(seed, RNN), kept(seed, GRU)], kept(seed, RNN) < 0.15 and kept(seed, GRU) > 0.7


@claim("14", "with one the tanh cells came to four of ten, with one the GRU learned nothing either.")
def or_not(seed):
    tanh, gates = kept(seed, RNN), kept(seed, GRU)
    return [tanh, gates], (tanh < 0.15 or 0.38 < tanh < 0.48) and (gates > 0.7 or gates < 0.15)


@claim("14", "In writing backwards it is behind, and still is after 4,000 steps.")
def a_gate_is_no_help(seed):
    means = [
        round(np.mean([to_12(seed, 32, steps, cell=cell)[length] for length in range(3, 13)]))
        for steps in (1_000, 4_000)
        for cell in (RNN, GRU)
    ]
    return means, means[0] > means[1] and means[2] > means[3]


@claim("14", "Nearly. The machines had different numbers of tokens, and a plain mean weighs them alike.")
def the_mean_of_four_machines(seed):
    task = reverse(3, 12, rng=seed)
    model = Seq2Seq(len(task.source), 32, len(task.target), loss="cross_entropy", rng=seed)

    def gradient(pairs):
        batch = Batch(*[[task.source.encode(text) for text in side] for side in zip(*pairs)])
        return model.loss_and_grads(batch)[1].flat.copy(), np.count_nonzero(batch.target != PAD)

    pairs = task.train[:64]
    whole, _ = gradient(pairs)
    machines, tokens = zip(*[gradient(pairs[i::4]) for i in range(4)])
    plain = relative_error(np.mean(machines, axis=0), whole)
    return round(plain, 3), 1e-3 < plain < 0.1 and relative_error(
        np.average(machines, axis=0, weights=tokens), whole
    ) < 1e-12
