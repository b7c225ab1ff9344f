"""What lesson 15 claims, for five readers trained from five seeds and five strangers."""

from functools import cache

import numpy as np
from claim import claim
from models import date_reader, speaker

from seq2seq_lib import Batch, Seq2Seq, answers, probes
from seq2seq_lib.tasks import dates, pronunciation

PARTS = {"century": (0, 2, 19, 2), "year": (2, 4, 0, 100), "month": (5, 7, 1, 12), "day": (8, 10, 1, 31)}
TASK = dates()
FIT, TEST = TASK.train[:2000], TASK.held_out


def stranger(task, seed):
    return Seq2Seq(len(task.source), 128, len(task.target), loss="cross_entropy", rng=seed + 1, dtype=np.float32)


def encoded(pairs):
    sources, targets = zip(*pairs)
    return Batch(list(map(TASK.source.encode, sources)), list(map(TASK.target.encode, targets)))


@cache
def models(seed):
    return {"reader": date_reader(seed), "stranger": stranger(TASK, seed)}


@cache
def decoder_states(seed):
    """{name: the states over the dates to fit, and over the held-out ones}."""
    batches = encoded(FIT), encoded(TEST)
    return {name: [model.forward(batch)[1] for batch in batches] for name, model in models(seed).items()}


def labels(pairs, part):
    start, end, lowest, _ = PARTS[part]
    return np.array([int(iso[start:end]) - lowest for _, iso in pairs])


@cache
def read_off(seed, name, part, t):
    hs, others = decoder_states(seed)[name]
    probe = probes.fit_probe(hs[t], labels(FIT, part), PARTS[part][-1])
    return round(100 * probes.probe_accuracy(probe, others[t], labels(TEST, part)))


def both(seed, part, t):
    return tuple(read_off(seed, name, part, t) for name in ("reader", "stranger"))


# What is handed over


@claim("15", "Off the stranger's state a probe reads more than four months of five.")
def a_stranger_holds_months(seed):
    reader, other = both(seed, "month", 0)
    return f"{reader} and {other} of 100", reader >= 91 and 81 <= other <= 90


@claim("15", "large for the day, small for the year.")
def the_difference_is_what_training_did(seed):
    day, year = (np.subtract(*both(seed, part, 0)) for part in ("day", "year"))
    return f"day {day}, year {year}", day >= 15 and year <= 10


@claim("15", "Nearly all of the fitted ones, and about 8 of 100 others, one in twelve.")
def anything_can_be_learned_by_heart(seed):
    wrong = np.random.default_rng(seed).permutation(labels(FIT, "month"))
    states = decoder_states(seed)["reader"][0][0]
    probe = probes.fit_probe(states[:200], wrong[:200], 12)
    own, others = (probes.probe_accuracy(probe, states[some], wrong[some]) for some in (slice(200), slice(200, None)))
    return f"{own:.0%} and {others:.0%}", own >= 0.95 and 0.06 <= others <= 0.11


# Step by step


@claim("15", "The century is let go once it is written, the year as well;")
def what_is_written_is_let_go(seed):
    century, year = ([both(seed, part, t) for t in (6, 11)] for part in ("century", "year"))
    held = all(other >= 98 for _, other in century) and year[1][1] > 80
    return f"century {century}, year {year}", held and 65 <= century[0][0] <= 85 and century[1][0] < 70 and year[1][
        0
    ] < 15


@claim("15", "the day, read with the source, is nearly gone when it should be written.")
def a_stranger_lets_the_day_fade(seed):
    at_first, late = (both(seed, "day", t)[1] for t in (0, 9))
    return f"{at_first}, then {late} of 100", 30 <= at_first <= 50 and late <= 25


@claim("15", "the day, of which not two thirds could be read at the handover, is there in full when its turn comes.")
def the_day_is_unfolded(seed):
    at_first, late = (both(seed, "day", t)[0] for t in (0, 9))
    return f"{at_first}, then {late} of 100", 55 <= at_first <= 66 and late >= 90


# One unit


def without(seed, units):
    """Of 500 dates the share whose century is still right."""
    model = probes.silenced(date_reader(seed), units)
    given = answers(model, TASK, [text for text, _ in TEST[:500]])
    return np.mean([text[:2] == iso[:2] for text, (_, iso) in zip(given, TEST)])


@cache
def telling(seed):
    return probes.telling_unit(decoder_states(seed)["reader"][1][0], labels(TEST, "century") == 1)


@claim("15", "one unit, right for about nine dates of ten.")
def one_unit_says_the_century(seed):
    unit, share = telling(seed)
    return f"unit {unit}: {share:.0%}", 0.87 <= share <= 0.98


@claim("15", "Not one century is lost.")
def nobody_needs_it(seed):
    share = without(seed, [telling(seed)[0]])
    return f"{share:.1%}", share == 1


# What an output hangs on


def on_its_own_digit(model):
    right = []
    for text, iso in TEST[:80]:
        if text.count(iso[:4]) == 1:
            hangs = probes.hangs_on(model, TASK.source.encode(text), TASK.target.encode(iso))
            right += [np.abs(hangs[digit]).argmax() == text.index(iso[:4]) + digit for digit in (2, 3)]
    return np.mean(right)


@claim(
    "15",
    "hang on the same two digits of the text, nearly always; the stranger's mostly on another letter.",
)
def digits_hang_on_themselves(seed):
    reader, other = map(on_its_own_digit, models(seed).values())
    return f"{reader:.0%} and {other:.0%}", reader > 0.95 and other < 0.4


# Neighbours


@claim("15", "After `1979-` the reader's neighbours are days like the 3rd of May, of any year")
def neighbours_have_the_same_to_write(seed):
    near = {}
    for name, model in models(seed).items():
        _, hs, _ = model.forward(encoded([("3rd of May 1979", "1979-05-03")]))
        near[name] = [TEST[i][1] for i in probes.nearest(decoder_states(seed)[name][1][6], hs[6][0], 4)]
    same_day = sum(iso[5:] == "05-03" for iso in near["reader"])
    same_year = sum(iso[2:4] == "79" for iso in near["stranger"])
    return f"{near}", same_day >= 2 and same_year >= 2


# English words


@claim("15", "Of single letters the stranger's state holds more, near and far")
def letters_are_let_go(seed):
    seen = words_read(seed)
    return seen, all(seen["stranger"][ago] >= seen["trained"][ago] for ago in (1, 3, 5))


@claim("15", "how many letters it has read it knows better.")
def letters_are_counted(seed):
    seen = words_read(seed)
    return seen, seen["trained"]["letters"] > seen["stranger"]["letters"] + 5


LABELS = {ago: lambda word, ago=ago: word[-1 - ago] for ago in (1, 3, 5)} | {"letters": len}


@cache
def words_read(seed):
    sounds, rng = pronunciation(), np.random.default_rng(0)
    drawn = rng.permutation(len(sounds.train))[:3000]
    known, asked = [sounds.train[i][0] for i in drawn], [word for word, _ in sounds.held_out]
    known, asked = ([sounds.source.encode(word) for word in words if len(word) >= 6] for words in (known, asked))
    seen = {}
    for name, model in (("trained", speaker(seed)), ("stranger", stranger(sounds, seed))):
        batches = Batch(known, known), Batch(asked, asked)
        hs, others = (model.encoder.forward(batch.source, mask=batch.source_mask)[-1] for batch in batches)
        seen[name] = {}
        for what, label in LABELS.items():
            fitted, wanted = ([label(word) for word in words] for words in (known, asked))
            probe = probes.fit_probe(hs, fitted, 30)
            seen[name][what] = round(100 * probes.probe_accuracy(probe, others, wanted))
    return seen
