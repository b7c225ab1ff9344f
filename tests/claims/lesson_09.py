"""What lesson 09 claims."""

from functools import cache

import numpy as np
from claim import SEEDS, claim

from seq2seq_lib import BOS, EOS, Adam, Batch, Seq2Seq, exact_match, training
from seq2seq_lib.exercises.broken import TargetLeak, with_bug
from seq2seq_lib.tasks import reverse


@cache
def words(seed):
    return reverse(longest=6, train=10_000, held_out=500, rng=seed)


@cache
def two_models(seed):
    """The right one and the one with the target leak: (model, mean of its last losses, share of words right)."""
    task, found = words(seed), []
    first = Seq2Seq(len(task.source), 64, len(task.target), loss="cross_entropy", rng=seed, dtype=np.float32)
    for model in (first, with_bug(first, TargetLeak)):
        losses = [step.loss for step in training(model, task.batches(32, rng=seed), Adam(8e-3), decay_steps=1500)]
        found.append((model, np.mean(losses[-50:]), exact_match(model, task)))
    return found


@claim("09", "The better the loss, the worse the answers.")
def the_lower_loss_knows_nothing(seed):
    (_, loss, match), (_, leak_loss, leak_match) = two_models(seed)
    shown = f"{loss:.4f}: {match:.1%}, {leak_loss:.4f}: {leak_match:.1%}"
    return shown, leak_loss < loss and f"{leak_loss:.3f}" == "0.000" and match > 0.99 and leak_match < 0.01


def alone(model, sources, mask, steps, forced=()):
    """What the decoder says without a teacher, (steps, B); forced = (step, tokens): what it is made to read then."""
    h = model.encoder.forward(sources, mask=mask)[-1]
    read, said = np.full(h.shape[:-1], BOS), []
    for t in range(steps):
        h = model.decoder.step(read, h)
        read = model.output(h).argmax(axis=-1)
        said.append(read)
        if forced and forced[0] == t:
            read = forced[1]
    return np.stack(said)


def exam_of(seed):
    task = words(seed)
    sources, targets = zip(*task.held_out)
    return Batch(list(map(task.source.encode, sources)), list(map(task.target.encode, targets)))


@claim("09", "The decoder mostly goes on as if nothing had happened: its state still holds the word.")
def a_wrong_letter_is_mostly_forgiven(seed):
    """Another letter of the alphabet in the second place; are all letters behind it right?"""
    model, exam, task = two_models(seed)[0][0], exam_of(seed), words(seed)
    first, letters = EOS + 1, len(task.target) - EOS - 1
    wrong = first + (exam.target[1] - first + 1 + np.random.default_rng(seed).integers(letters - 1)) % letters
    said = alone(model, exam.source, exam.source_mask, len(exam.target), forced=(1, wrong))
    behind = np.arange(len(said))[:, None] > 1
    share = ((said == exam.target) | ~exam.target_mask | ~behind).all(axis=0).mean()
    return f"{share:.0%}", share > 0.5


@claim("09", "With the leak on it mostly repeats what it read.")
def the_leak_repeats(seed):
    model, exam = two_models(seed)[1][0], exam_of(seed)
    said = alone(model, exam.source, exam.source_mask, len(exam.target))
    share = (said[1:] == said[:-1]).mean()
    return f"{share:.0%}", share > 0.5


@cache
def examined(seed):
    """A model that was stopped early: right with the teacher, right alone, real places, places behind a mistake."""
    task, exam = words(seed), exam_of(seed)
    model = Seq2Seq(len(task.source), 64, len(task.target), loss="cross_entropy", rng=seed)
    for _ in training(model, task.batches(64, rng=seed), Adam(3e-3), decay_steps=200):
        pass
    told = model.forward(exam)[2].argmax(axis=-1) == exam.target
    right = alone(model, exam.source, exam.source_mask, len(exam.target)) == exam.target
    real = exam.target_mask.astype(bool)
    behind = np.vstack([np.zeros_like(right[:1]), np.cumsum(~right, axis=0)[:-1] > 0]) & real
    return told, right, real, behind


@claim("09", "To the last word the same, as it must be.")
def as_many_whole_words(seed):
    told, right, real, _ = examined(seed)
    whole = [(one | ~real).all(axis=0) for one in (told, right)]
    return f"{whole[0].mean():.1%}", bool((whole[0] == whole[1]).all())


@claim("09", "with the teacher beside it, about 80 of 100 words come out right")
def about_eighty(seed):
    told, _, real, _ = examined(seed)
    share = (told | ~real).all(axis=0).mean()
    return f"{share:.1%}", 0.74 < share < 0.9


@claim("09", "They are hardly harder than any others, so it is the reading that costs.")
def behind_a_mistake(seed):
    told, right, real, behind = examined(seed)
    before, with_teacher, by_itself = right[real & ~behind].mean(), told[behind].mean(), right[behind].mean()
    shown = f"before {before:.1%}, behind {by_itself:.1%}, with the teacher {with_teacher:.1%}"
    return shown, by_itself < with_teacher - 0.04 and before - with_teacher < with_teacher - by_itself


def waves(rng, examples=32):
    phase, rate = rng.uniform(0, 2 * np.pi, examples), rng.uniform(0.2, 0.5, examples)
    points = np.sin(phase + rate * np.arange(60)[:, None])[..., None]  # (60, B, 1)
    return points[:20], points[20:]


def shift_of(target):
    return np.concatenate([np.zeros_like(target[:1]), target[:-1]])


def with_noise(model, source, target, rng, done):
    return shift_of(target) + 0.1 * rng.standard_normal(target.shape)


def own(up_to):
    def reads(model, source, target, rng, done):
        h, read, every = model.encoder.forward(source)[-1], np.zeros_like(target[0]), []
        for right in target:
            every.append(read)
            h = model.decoder.step(read, h)
            read = np.where(rng.random(right.shape) < up_to * done, model.output(h), right)
        return np.stack(every)

    return reads


READINGS = {
    "truth": lambda model, source, target, rng, done: shift_of(target),
    "noise": with_noise,
    "quarter": own(0.25),
    "all": own(1),
}


@cache
def errors(seed, reading):
    """Root mean square errors of the 40 steps, with the teacher and alone, of a model that read so in training."""
    model, rng = Seq2Seq(1, 32, 1, rng=seed, dtype=np.float32), np.random.default_rng(seed)
    pairs = (waves(rng) for _ in range(800))
    reads = READINGS[reading]
    batches = (Batch.of_arrays(s, t, reads(model, s, t, rng, i / 800)) for i, (s, t) in enumerate(pairs))
    for _ in training(model, batches, Adam(5e-3), decay_steps=800):
        pass
    source, target = waves(np.random.default_rng(99), examples=200)
    hs = model.decoder.forward(shift_of(target), h_0=model.encoder.forward(source)[-1])
    answers = model.output(hs[1:]), model.predict(source, len(target))
    return [np.sqrt(((answer - target) ** 2).mean(axis=(1, 2))) for answer in answers]


@claim("09", "It begins as small, and grows")
def the_error_grows(seed):
    teacher, by_itself = errors(seed, "truth")
    tens = by_itself.reshape(4, 10).mean(axis=1)
    shown = f"first {by_itself[0]:.3f}, by tens {np.round(tens, 2).tolist()}"
    return shown, by_itself[0] == teacher[0] and (np.diff(tens) > 0).all() and by_itself[-1] > 100 * teacher[-1]


@claim("09", "With the teacher the error is a few thousandths at each step.")
def a_few_thousandths(seed):
    teacher = errors(seed, "truth")[0]
    return f"{teacher.min():.4f} to {teacher.max():.4f}", teacher.max() < 0.01


@cache
def last(seed):
    return {reading: errors(seed, reading)[1][-1] for reading in READINGS}


def shown(found):
    return ", ".join(f"{name} {error:.3f}" for name, error in found.items())


@claim("09", "noise leaves the smallest error after 40 steps, at most two thirds of that without a cure.")
def noise_is_best(seed):
    found = last(seed)
    return shown(found), min(found, key=found.get) == "noise" and found["noise"] < 2 / 3 * found["truth"]


@claim(
    "09", "Reading at last only its own answers helps less, and with one start of the five adds to the error.", seeds=4
)
def all_its_own_mostly_helps(seed):
    found = last(seed)
    return shown(found), found["noise"] < found["all"] < found["truth"]


@claim("09", "A quarter of them takes at most a third off it")
def a_quarter_hardly_helps(seed):
    found = last(seed)
    return shown(found), found["quarter"] > 2 / 3 * found["truth"]


@claim("09", "and not with every start.")
def a_quarter_does_not_help_every_start(seed):
    return shown(last(seed)), any(last(start)["quarter"] > last(start)["truth"] for start in SEEDS)


@claim("09", "at the first step the error is more than twice as large")
def noise_costs_at_the_first_step(seed):
    first = {reading: errors(seed, reading)[1][0] for reading in READINGS}
    return shown(first), first["noise"] > 2 * first["truth"]
