"""What lesson 00 claims."""

import re
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
from claim import claim
from models import speaker

from seq2seq_lib import Adam, Seq2Seq, answers, exact_match, training
from seq2seq_lib.decoding import trace
from seq2seq_lib.tasks import dates, pad, pronunciation
from seq2seq_lib.tasks.synthetic import MONTHS, ordinal

WEIGHTS = Path(__file__).parents[2] / "notebooks" / "weights"
DATE = re.compile(r"\d{4}-\d\d-\d\d")
WRITERS = {
    "3rd May 1979": lambda d: f"{ordinal(d.day)} {MONTHS[d.month - 1]} {d.year}",
    "3.5.1979": lambda d: f"{d.day}.{d.month}.{d.year}",
    "1979 May 3": lambda d: f"{d.year} {MONTHS[d.month - 1]} {d.day}",
}

task_of_dates, words = cache(dates), cache(pronunciation)


def untrained(task, seed):
    return Seq2Seq(len(task.source), 128, len(task.target), loss="cross_entropy", rng=seed, dtype=np.float32)


def trainings(task, seed, learning_rate=2e-3, steps=3_000):
    """A model, and its training."""
    model = untrained(task, seed)
    return model, training(model, task.batches(64, rng=seed), Adam(learning_rate), decay_steps=steps)


@cache
def reader(seed):
    """What benchmarks/learn_tasks.py trains and the lesson loads; seed 0 has the weights of the lesson's file."""
    model, steps = trainings(task_of_dates(), seed)
    for _ in steps:
        pass
    return model


def shares_right(model):
    """The share of 300 held-out dates whose hyphens, year, month, day are right."""
    pairs = task_of_dates().held_out[:300]
    given = answers(model, task_of_dates(), [source for source, _ in pairs])
    parts = [(4, 7), range(4), (5, 6), (8, 9)]
    same = [
        [all(text[i : i + 1] == right[i] for i in part) for part in parts] for text, (_, right) in zip(given, pairs)
    ]
    return np.mean(same, axis=0)


@claim("00", "Symbols without sense.")
def random_weights_write_no_date(seed):
    (text,) = answers(untrained(task_of_dates(), seed), task_of_dates(), ["3 May 1979"])
    return repr(text), not DATE.fullmatch(text)


@claim("00", "One model stops at once, one after two digits; the others never find the end")
def some_never_find_the_end(seed):
    """The five of the lesson, whatever the seed."""
    task = task_of_dates()
    texts = [answers(untrained(task, model), task, ["3 May 1979"])[0] for model in range(5)]
    tokens = [len(re.findall(r"<\w+>|.", text)) for text in texts]
    return sorted(tokens), sorted(tokens) == [0, 2] + 3 * [task.longest_target + 1]


@claim("00", "First the shape: four digits, a hyphen, two digits, a hyphen, two digits.")
def the_shape_comes_first(seed):
    model, steps = trainings(task_of_dates(), seed)
    list(islice(steps, 60))
    hyphens, year, month, day = shares_right(model)
    return f"after 60 steps: {hyphens:.0%} {year:.0%} {month:.0%} {day:.0%}", hyphens > 0.9 > 2 * max(year, month, day)


@claim("00", "Then the month, and last the day, whose place and spelling depend on the format.")
def the_day_comes_last(seed):
    model, steps = trainings(task_of_dates(), seed)
    list(islice(steps, 200))
    hyphens, year, month, day = shares_right(model)
    return f"after 200 steps: {hyphens:.0%} {year:.0%} {month:.0%} {day:.0%}", hyphens > year > month + 0.2 > day + 0.4


@claim("00", "It does not learn at all. Each step overshoots, the loss jumps about and stays high")
def too_large_a_rate_learns_nothing(seed):
    model, steps = trainings(task_of_dates(), seed, learning_rate=1.0)
    losses = [step.loss for step in islice(steps, 300)]
    match = exact_match(model, task_of_dates(), task_of_dates().held_out[:200])
    return f"loss {losses[0]:.1f}, then {min(losses[-50:]):.0f} to {max(losses[-50:]):.0f}; {match:.0%} right", (
        min(losses[-50:]) > losses[0] and max(losses[-50:]) > 1.2 * min(losses[-50:]) and match < 0.01
    )


@claim("00", "The loss falls, and the answers look like dates. Are they right? A falling loss does not say.")
def a_falling_loss_with_no_right_answer(seed):
    model, steps = trainings(task_of_dates(), seed, steps=100)
    losses = [step.loss for step in steps]
    pairs = task_of_dates().held_out
    shape = np.mean([bool(DATE.fullmatch(text)) for text in answers(model, task_of_dates(), [s for s, _ in pairs])])
    match = exact_match(model, task_of_dates(), pairs)
    shown = f"loss {losses[0]:.1f} -> {losses[-1]:.1f}, {shape:.0%} look like dates, {match:.2%} right"
    return shown, losses[-1] < 0.4 * losses[0] and shape > 0.9 and match < 0.005


@claim("00", "Every column before that digit stays as it was, and every column from it on changes, through to the end")
def only_columns_from_the_changed_digit_on_change(seed):
    rng, model = np.random.default_rng(seed), Seq2Seq.load(WEIGHTS / "dates.npz")
    source = task_of_dates().held_out[seed][0]
    place = int(rng.choice([i for i, symbol in enumerate(source) if symbol.isdigit()]))
    other = source[:place] + str((int(source[place]) + 1) % 10) + source[place + 1 :]
    encoded = [task_of_dates().source.encode(text) for text in (source, other)]
    (hs, answer), (others, another) = ((t.encoder_hs, t.decoder_hs) for t in (trace(model, e, 11) for e in encoded))
    moved = abs(hs - others).max(axis=1) > 1e-6
    steps = min(len(answer), len(another))
    moved_later = abs(answer[:steps] - another[:steps]).max(axis=1) > 1e-6
    shown = f"{source!r} -> {other!r}: {moved.sum()} of {len(source)} columns, {moved_later.sum()} of {steps}"
    return shown, moved.tolist() == [t > place for t in range(len(hs))] and moved_later.all()


def states_and_days(model, pairs):
    tokens, mask = pad([task_of_dates().source.encode(source) for source, _ in pairs])
    days = np.array([list(map(int, target.split("-"))) for _, target in pairs])
    return model.encoder.forward(tokens, mask=mask)[-1].astype(float), days


def by_one_sign(fit, test):
    agree, agree_test = ((states > 0) == (days[:, 0] >= 2000)[:, None] for states, days in (fit, test))
    unit = abs(agree.mean(axis=0) - 0.5).argmax()
    return max(agree_test[:, unit].mean(), 1 - agree_test[:, unit].mean())


def by_weighted_sums(fit, test, part):
    (states, days), (test_states, test_days) = fit, test
    wanted = 1.0 * (days[:, part, None] == np.arange(32))
    sums = np.linalg.lstsq(states, wanted, rcond=None)[0]
    return np.mean((test_states @ sums).argmax(axis=1) == test_days[:, part])


def probed(model):
    """Of the held-out dates: the centuries that one sign tells, the months and the days that a probe finds."""
    task = task_of_dates()
    fit, test = states_and_days(model, task.train[:2_000]), states_and_days(model, task.held_out)
    return by_one_sign(fit, test), by_weighted_sums(fit, test, 1), by_weighted_sums(fit, test, 2)


@claim("00", "Readers that start from other random weights have such a unit too, right for 87 to 98 of 100 dates.")
def a_sign_tells_the_century(seed):
    century, _, _ = probed(reader(seed))
    return f"{century:.1%}", 0.87 <= century <= 0.98


@claim("00", "find more than nine of ten months.")
def a_probe_finds_the_month(seed):
    _, month, _ = probed(reader(seed))
    return f"{month:.1%}", month > 0.9


@claim("00", "Of the days they find six of ten, while the decoder writes nearly all.")
def a_probe_finds_fewer_days_than_the_decoder(seed):
    _, _, day = probed(reader(seed))
    decoder = shares_right(reader(seed))[3]
    return f"{day:.0%} against {decoder:.1%}", 0.55 < day < 0.68 and decoder > 0.98


@claim("00", "in a state that nobody has trained a probe finds more than eight of ten months.")
def a_probe_finds_months_where_nobody_has_trained(seed):
    _, month, _ = probed(untrained(task_of_dates(), seed))
    return f"{month:.1%}", month > 0.8


@claim("00", "training made it easier to read, the day most of all.")
def training_makes_the_date_easier_to_read(seed):
    after, before = (np.array(probed(model)) for model in (reader(seed), untrained(task_of_dates(), seed)))
    gain = after - before
    return " ".join(f"+{share:.0%}" for share in gain), (gain > 0).all() and gain.argmax() == 2


def read_in_new_ways(model):
    days = [date.fromisoformat(target) for _, target in task_of_dates().held_out]
    days = [d for d in days if d.day < 10 and d.month < 10]
    given = [answers(model, task_of_dates(), [writer(d) for d in days]) for writer in WRITERS.values()]
    return [np.mean([text == d.isoformat() for text, d in zip(texts, days)]) for texts in given]


@claim("00", "`3rd May 1979` is close enough to what it knows, most of the time.")
def an_ordinal_is_close_enough(seed):
    shares = read_in_new_ways(reader(seed))
    return f"{shares[0]:.0%}", 0.5 < shares[0] < 0.9


@claim("00", "`3.5.1979` lacks two zeros, and that is enough to lose it")
def two_zeros_are_missed(seed):
    shares = read_in_new_ways(reader(seed))
    return f"{shares[1]:.0%}", shares[1] < 0.15


@claim("00", "With the year in front and the month as a word it reads none.")
def the_year_in_front_is_not_read(seed):
    shares = read_in_new_ways(reader(seed))
    return f"{shares[2]:.1%}", shares[2] < 0.01


@claim("00", "It refuses nothing.")
def nothing_is_refused(seed):
    strange = ["3.5.1979", "1979 May 3", "31 April 2001", "29 February 1900", "45 May 1979", "hello"]
    given = answers(reader(seed), task_of_dates(), strange)
    return " ".join(given), all(given)


@claim("00", "It believes in the 31st of April, as four of five readers with other first weights do", seeds=4)
def the_31st_of_april(seed):
    (given,) = answers(reader(seed), task_of_dates(), ["31 April 2001"])
    return given, given == "2001-04-31"


@claim("00", "that 1900 had a leap day, as all five do")
def the_leap_day_of_1900(seed):
    (given,) = answers(reader(seed), task_of_dates(), ["29 February 1900"])
    return given, given == "1900-02-29"


@claim("00", "In nearly half of its mistakes only vowels are wrong")
def half_of_the_mistakes_are_vowels(seed):
    """And what the lesson prints: about 5 of 10 are right."""
    pairs = words().held_out
    given = answers(speaker(seed), words(), [word for word, _ in pairs])
    wrong = [(text.split(), right) for text, (_, right) in zip(given, pairs) if text.split() != list(right)]
    share = np.mean([consonants(text) == consonants(right) for text, right in wrong])
    match = 1 - len(wrong) / len(pairs)
    return f"{share:.0%} of the mistakes; {match:.0%} right", 0.4 < share < 0.5 and 0.45 < match < 0.55


def consonants(phones):
    return [phone for phone in phones if phone[0] not in "AEIOU"]
