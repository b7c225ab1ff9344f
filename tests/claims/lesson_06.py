"""What lesson 06 claims."""

from functools import cache
from itertools import islice

import numpy as np
from claim import claim, frame_of

from seq2seq_lib import SGD, Adam, Batch, Diverged, LanguageModel, Seq2Seq, text_batches, training
from seq2seq_lib.decoding import decoded
from seq2seq_lib.tasks import reverse, sunspots, words
from seq2seq_lib.widgets import Optimizers

task = reverse(longest=5, train=4_000, held_out=400)


def new_model(seed):
    return Seq2Seq(len(task.source), 48, len(task.target), loss="cross_entropy", rng=seed)


def losses_of(model, optimizer, steps, seed, decay=False):
    run = training(model, task.batches(32, rng=seed), optimizer, clip=None, decay_steps=steps if decay else None)
    return np.array([step.loss for step in islice(run, steps)])


@cache
def turner(seed):
    """A model after the training of the lesson, and its losses."""
    model = new_model(seed)
    return model, losses_of(model, Adam(4e-3), 800, seed, decay=True)


@claim("06", "It begins a little above the dotted line")
def it_begins_above_a_guess(seed):
    start = turner(seed)[1][0]
    return f"{start:.2f} against {np.log(13):.2f}", np.log(13) < start < np.log(13) + 0.3


@claim("06", "Then it falls to less than a hundredth, and not only at first.")
def it_falls_to_a_hundredth(seed):
    losses = turner(seed)[1]
    factors = losses[0] / losses[380:400].mean(), losses[380:400].mean() / losses[-20:].mean()
    shown = f"{factors[0]:.0f} times, and {factors[1]:.1f} times in the second half"
    return shown, factors[0] * factors[1] > 100 and min(factors) > 1.5


@cache
def at_rate(rate, seed):
    return losses_of(new_model(seed), SGD(rate), 300, seed)


@claim("06", "Too small: a good direction, and little progress.")
def a_small_rate_creeps(seed):
    losses = [at_rate(rate, seed) for rate in (0.01, 1)]
    ends = [each[-50:].mean() for each in losses]
    return f"from {losses[0][0]:.1f} to {ends[0]:.1f}, with rate 1 to {ends[1]:.1f}", (
        ends[1] < 0.3 * ends[0] < 0.3 * losses[0][0]
    )


@claim("06", "every step lands on the far side of the valley, at more than twenty times the loss of the start.")
def a_large_rate_stays_above(seed):
    losses = at_rate(100, seed)
    lowest = losses[10:].min() / losses[0]
    return f"never below {lowest:.0f} times", lowest > 20


sine = np.sin(0.3 * np.arange(400))


def pieces(starts):
    return [sine[i : i + 20, None] for i in starts], [sine[i + 20 : i + 40, None] for i in starts]


def wave_errors(optimizer, seed):
    """On validation points and on those further out; both infinite where it diverged."""
    model = Seq2Seq(1, 16, 1, rng=seed)
    try:
        for _ in training(model, [Batch(*pieces(range(21)))] * 500, optimizer, clip=None, decay_steps=500):
            pass
    except Diverged:
        return np.inf, np.inf
    sides = [[np.stack(side, axis=1) for side in pieces(starts)] for starts in (range(100, 150), range(300, 360))]
    return tuple(np.sqrt(((model.predict(reads, 20) - true) ** 2).mean()) for reads, true in sides)


@claim("06", "Nothing bounds an output here: with rate 1 the squares overflow, and `training` says so.")
def sgd_diverges(seed):
    return wave_errors(SGD(1), seed), wave_errors(SGD(1), seed)[0] == np.inf


@claim("06", "There the network of Adam is less than half as far off, from each of five random starts.")
def adam_wins_when_both_are_tuned(seed):
    rates = 0.003, 0.01, 0.03, 1
    (_, of_sgd), (_, of_adam) = (min(wave_errors(kind(rate), seed) for rate in rates) for kind in (SGD, Adam))
    return f"{of_adam:.3f} against {of_sgd:.3f}", of_adam < of_sgd / 2


@cache
def ways(power):
    return {way["name"]: way for way in frame_of(Optimizers(), learning_rate=10.0**power)["ways"]}


@claim("06", "SGD creeps where the valley is flat, momentum swings past the turn and comes back")
def three_ways_down(seed):
    points = {name: way["points"] for name, way in ways(-0.5).items()}
    creeps = np.abs(np.diff(points["SGD"], axis=0)).max(axis=1)
    swings = np.sign(np.diff(points["momentum"][:, 1]))
    shown = f"SGD's step {creeps[0]:.2f}, then {creeps[-10:].max():.3f}; momentum turns {(np.diff(swings) != 0).sum()}"
    return shown, creeps[-10:].max() < 0.1 * creeps[0] and (np.diff(swings) != 0).sum() >= 2


@claim("06", "Adam sets out with steps of the same length wherever it stands.")
def adams_first_step(seed):
    rng = np.random.default_rng(seed)
    frame = frame_of(Optimizers(), x=rng.uniform(-1.5, 2.5), y=rng.uniform(-1, 1))
    steps = {way["name"]: abs(np.diff(way["points"][:2], axis=0)[0]) for way in frame["ways"]}
    return steps["Adam"].round(3).tolist(), np.allclose(steps["Adam"], 10**-0.5, rtol=1e-3)


@claim("06", "SGD, and at a somewhat larger rate momentum.")
def lost_for_good(seed):
    lost = {name: [power for power in np.arange(-5, 11) / 10 if ways(power)[name]["diverged"]] for name in ways(0)}
    firsts = {name: min(map(float, powers), default=None) for name, powers in lost.items()}
    return firsts, firsts["Adam"] is None and firsts["SGD"] < firsts["momentum"]


@claim("06", "The first letter comes out right first, and the last two last.")
def letters_in_their_order(seed):
    """After 100 steps of the monitor's training, on words of five letters."""
    model = new_model(seed)
    for _ in islice(training(model, task.batches(64, rng=seed), Adam(4e-3), decay_steps=3_000), 100):
        pass
    pairs = [pair for pair in task.held_out if len(pair[0]) == 5]
    given = decoded(model, task, [word for word, _ in pairs])
    right = [task.target.encode(answer) for _, answer in pairs]
    shares = [np.mean([each[i : i + 1] == true[i : i + 1] for each, true in zip(given, right)]) for i in range(5)]
    return [round(float(share), 2) for share in shares], np.argmax(shares) == 0 and min(shares[:3]) > max(shares[3:])


@cache
def language():
    """The vocabulary and the words of the language models, encoded: train, validation, test."""
    vocabulary, *parts = words()
    return vocabulary, *([vocabulary.encode(word) for word in part] for part in parts)


def writer(units, texts, steps, seed):
    lm = LanguageModel(len(language()[0]), units, rng=seed, dtype=np.float32)
    return lm, training(lm, text_batches(texts, 32, rng=seed), Adam(4e-3), decay_steps=steps)


def written(lm, count=200):
    return [tuple(lm.sample(rng=i, max_length=9)) for i in range(count)]


@cache
def grown(units, seed):
    """A language model after its training, its first loss, its perplexity after 20 steps (of 96 units)."""
    lm, run = writer(units, language()[1], 800, seed)
    for step in run:
        if step.index == 0:
            first = step.loss
        if step.index == 19:
            early = lm.perplexity(language()[2])
    return lm, first, early


@claim("06", "All begin near ln 29.")
def the_writers_begin_at_a_guess(seed):
    starts = [grown(units, seed)[1] for units in (8, 32, 96)]
    return [round(start, 2) for start in starts], all(abs(start - np.log(29)) < 0.15 for start in starts)


@claim("06", "After 20 steps the largest is below the lower gray line")
def letter_frequencies_come_first(seed):
    """The rival: each letter, and the end, with its frequency in the training words, read on the validation words."""
    vocabulary, train, validation, _ = language()
    assert len(vocabulary) == 29
    counts = np.bincount(np.concatenate([*train]), minlength=29) + 0.0
    counts[2] = len(train)  # each word ends once
    p = counts / counts.sum()
    rival = np.exp(-np.mean([np.log(p[token]) for word in validation for token in (*word, 2)]))
    early = grown(96, seed)[2]
    return f"{early:.1f} against {rival:.1f}", early < 0.9 * rival


def triples(word):
    """Every three symbols in a row, its beginning and its end among them."""
    marked = (1, *word, 2)
    return [marked[i : i + 3] for i in range(len(word))]


@claim("06", "most of what it writes could be English, and few of the 200 are words.")
def it_sounds_english(seed):
    _, *parts = language()
    real = {tuple(word) for part in parts for word in part}
    known = {triple for word in parts[0] for triple in triples(tuple(word))}
    fresh, lm = writer(96, parts[0], 800, seed)[0], grown(96, seed)[0]
    before, after = (np.mean([t in known for word in written(each) for t in triples(word)]) for each in (fresh, lm))
    hits = sum(word in real for word in written(lm))
    return f"{after:.0%}, untrained {before:.0%}; {hits} words", after > 0.85 and before < 0.4 and 0 < hits < 20


@claim("06", "At first it was as unsure as among 30 equally likely symbols, now as among fewer than 9.")
def how_unsure(seed):
    _, train, _, test = language()
    fresh, trained = (lm.perplexity(test) for lm in (writer(96, train, 800, seed)[0], grown(96, seed)[0]))
    return f"{fresh:.1f}, {trained:.1f}", 29 <= fresh < 32 and trained < 9


@claim("06", "The validation chose the most units")
def more_units_are_better(seed):
    by_part = [[grown(units, seed)[0].perplexity(part) for units in (8, 32, 96)] for part in language()[2:]]
    shown = "; ".join(" ".join(f"{each:.1f}" for each in row) for row in by_part)
    return shown, all(row[0] > row[1] > row[2] for row in by_part)


@claim("06", "After about a hundred steps the loss on other words turns")
def three_hundred_words_by_heart(seed):
    _, train, validation, _ = language()
    small, run = writer(96, train[::60], 600, seed)
    seen, unseen = [], []
    for step in run:
        if step.index % 20 == 0:
            seen.append(step.loss)
            unseen.append(np.log(small.perplexity(validation[:500])))
    turn = int(np.argmin(unseen))
    shown = f"{unseen[0]:.1f}, {unseen[turn]:.2f} at {20 * turn}, {unseen[-1]:.2f}; the 300 words {seen[-1]:.2f}"
    falls, rises = unseen[turn] < 0.8 * unseen[0], unseen[-1] > 1.05 * unseen[turn]
    return shown, 60 <= 20 * turn <= 160 and falls and rises and seen[-1] < 0.85 * seen[turn]


@cache
def by_year(seed):
    """The errors at 1 to 11 years ahead, of a network and of the rival."""
    _, spots = sunspots()
    y = np.sqrt(spots)
    y = (y - y[:240].mean()) / y[:240].std()
    windows = np.stack([y[start : start + 33, None] for start in range(len(y) - 32)])
    learn, held_out, rng = windows[:208], windows[218:], np.random.default_rng(seed)

    def noisy():
        while True:
            drawn = learn[rng.integers(len(learn), size=32)].swapaxes(0, 1)
            yield Batch.of_arrays(drawn[:22] + 0.3 * rng.standard_normal((22, 32, 1)), drawn[22:])

    sun = Seq2Seq(1, 32, 1, rng=seed, dtype=np.float32)
    for _ in training(sun, noisy(), Adam(4e-3), decay_steps=500):
        pass
    said = sun.predict(held_out[:, :22].swapaxes(0, 1), length=11)[..., 0].T
    true = held_out[:, 22:, 0]
    return [np.sqrt(((guess - true) ** 2).mean(axis=0)) / true.std() for guess in (said, held_out[:, 11:22, 0])]


@claim("06", "One year ahead each of the five is clearly better than the rival.")
def a_year_ahead_it_is_better(seed):
    ours, rival = by_year(seed)
    return f"{ours[0]:.2f} against {rival[0]:.2f}", ours[0] < 0.8 * rival[0]


@claim("06", "by the fourth year all have lost their lead")
def the_lead_is_gone(seed):
    ours, rival = by_year(seed)
    return f"in year {1 + int(np.argmax(ours > rival))}", (ours > rival)[:4].any()


@claim("06", "none is ahead over the years that follow.")
def nobody_is_ahead_later(seed):
    ours, rival = (errors[4:].mean() for errors in by_year(seed))
    return f"{ours:.2f} against {rival:.2f}", ours > rival
