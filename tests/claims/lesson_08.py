"""What lesson 08 claims."""

from functools import cache

import numpy as np
from claim import claim

from seq2seq_lib import BOS, Adam, Batch, Seq2Seq, check_gradients, exact_match, training
from seq2seq_lib.exercises.broken import ContextDropped, EncoderStateForOutput, with_bug
from seq2seq_lib.losses import squared_error
from seq2seq_lib.tasks import reverse, seed_example

SOURCE, TARGET = map(np.array, seed_example())


@claim("08", "They are the same, and $s_0$ *is* $h_S$")
def the_decoder_returns_the_gradient_of_the_context(seed):
    model = Seq2Seq(2, 4, 1, rng=seed)
    context = model.encoder.forward(SOURCE)[-1]
    reads = Batch([SOURCE], [TARGET]).decoder_input[:, 0]

    def loss_from(context):
        return squared_error(model.output(model.decoder.forward(reads, h_0=context)[1:]), TARGET)[0]

    measured = [(loss_from(context + e) - loss_from(context - e)) / 2e-5 for e in 1e-5 * np.eye(4)]
    hs = model.decoder.forward(reads, h_0=context)
    _, d_outputs = squared_error(model.output(hs[1:]), TARGET)
    _, dh_0, _ = model.decoder.backward(d_outputs @ model.params["W_hy"].T, reads, hs)
    off = abs(measured - dh_0).max()
    return f"off by {off:.0e}, of {abs(dh_0).max():.2f}", off < 1e-7


@cache
def by_heart(seed):
    """Ours and the two with mistakes: (model, names of its wrong gradients, last loss)."""
    fresh, rng, found = Seq2Seq(2, 4, 1, rng=seed), np.random.default_rng(seed), []
    pairs = Batch([SOURCE, rng.standard_normal((5, 2))], [TARGET, rng.standard_normal((2, 1))])
    for model in (fresh, with_bug(fresh, ContextDropped), with_bug(fresh, EncoderStateForOutput)):
        wrong = [name for name, error in check_gradients(model, pairs).items() if error > 1e-7]
        losses = [step.loss for step in training(model, [Batch([SOURCE], [TARGET])] * 200, Adam(0.01), clip=None)]
        found.append((model, wrong, losses[-1]))
    return found


@claim("08", "All eight are right, `encoder.W_xh` too")
def all_eight_are_right(seed):
    wrong = by_heart(seed)[0][1]
    return wrong or "all right", not wrong


@claim("08", "all three give back their three numbers to the third digit.")
def three_models_know_the_pair(seed):
    said = [model.predict(SOURCE, 3) for model, *_ in by_heart(seed)]
    off = max(abs(each - TARGET).max() for each in said)
    return f"off by {off:.1e}; losses {[f'{loss:.0e}' for *_, loss in by_heart(seed)]}", off < 5e-4 and all(
        loss < 1e-6 for *_, loss in by_heart(seed)
    )


@claim("08", "The proof is the check.")
def the_check_convicts_two_of_them(seed):
    wrong = [names for _, names, _ in by_heart(seed)]
    return wrong, wrong == [[], ["encoder.W_xh", "encoder.W_hh", "encoder.b_h"], ["W_hy"]]


@claim("08", "Some other numbers")
def other_inputs_give_other_numbers(seed):
    model = by_heart(seed)[0][0]
    off = [abs(model.predict(xs, 3) - TARGET).max() for xs in (SOURCE[::-1], np.array([[1.0, 1.0]]))]
    return np.round(off, 2).tolist(), min(off) > 0.02


@cache
def reversing(seed):
    task = reverse(longest=5, train=10_000, held_out=500, rng=seed)
    model = Seq2Seq(len(task.source), 64, len(task.target), loss="cross_entropy", rng=seed)
    for _ in training(model, task.batches(64, rng=seed), Adam(3e-3), decay_steps=1500):
        pass
    return task, model


@claim("08", "All of them. The decoder has seen no letter of these words")
def all_held_out_words_are_right(seed):
    match = exact_match(reversing(seed)[1], reversing(seed)[0])
    return f"{match:.1%}", match > 0.995


def written(model, contexts, steps):
    read, said, hs = np.full(len(contexts), BOS), [], contexts
    for _ in range(steps):
        hs = model.decoder.step(read, hs)
        read = model.output(hs).argmax(axis=-1)
        said.append(read)
    return np.stack(said)


def contexts_of(seed):
    """The contexts of 100 held-out words, each with the number of its letters."""
    task, model = reversing(seed)
    for word, _ in task.held_out[:100]:
        yield model.encoder.forward(np.array(task.source.encode(word)))[-1], len(word)


@cache
def moved(seed):
    """(word, unit, value): is the answer another one, if this unit of the context is set to one of eleven values?"""
    model, found = reversing(seed)[1], []
    for context, length in contexts_of(seed):
        many = np.tile(context, (64, 11, 1))
        many[np.arange(64), :, np.arange(64)] = np.linspace(-1, 1, 11)
        said = written(model, np.vstack([context, many.reshape(-1, 64)]), length + 1)
        found.append((said[:, 1:] != said[:, :1]).any(axis=0).reshape(64, 11))
    return np.array(found)


@claim("08", "Nearly always nothing")
def one_unit_changes_nearly_nothing(seed):
    share = moved(seed).mean()
    return f"{share:.1%} of all values of all units", share < 0.05


@claim("08", "a handful of the 64 can drop a letter alone.")
def a_handful_of_units(seed):
    units = moved(seed).any(axis=2).sum(axis=1).mean()
    return f"{units:.1f}", 3 < units < 9


@claim(
    "08",
    "About three units, on average over 100 words with each of five models; with some words one will do",
)
def until_a_letter_falls(seed):
    model, counts = reversing(seed)[1], []
    for context, length in contexts_of(seed):
        pushed = np.tile(context, (65, 1))  # row k: the first k units are at their far ends
        for unit in range(64):
            pushed[unit + 1 :, unit] = -1 if context[unit] > 0 else 1
        said = written(model, pushed, length + 1)
        counts.append((said != said[:, :1]).any(axis=0).argmax())
    mean = np.mean(counts)
    return f"{mean:.1f}, {min(counts)} to {max(counts)}", 2.5 < mean < 3.5 and min(counts) == 1 and max(counts) >= 6


@claim("08", "the last one written is lost nearly always: it is the one that was read first.")
def six_letters(seed):
    task, model = reversing(seed)
    letters, rng, right = list("abcdefghij"), np.random.default_rng(seed), []
    for _ in range(500):
        word = "".join(rng.choice(letters, 6))
        context = model.encoder.forward(np.array(task.source.encode(word)))[-1]
        right.append(written(model, context[None], 6)[:, 0] == task.target.encode(word[::-1])[:6])
    shares = np.mean(right, axis=0)
    return np.round(shares, 2).tolist(), shares[:3].min() > 0.95 and shares[5] < 0.1
