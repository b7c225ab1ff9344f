"""What lesson 10 claims."""

from functools import cache
from itertools import islice

import numpy as np
from claim import claim

from seq2seq_lib import RNN, Adam, Batch, Seq2Seq, training
from seq2seq_lib.decoding import until_end
from seq2seq_lib.tasks import pad, reverse


@cache
def words(seed):
    return reverse(3, 6, held_out=1_000, rng=seed)


def without_source_mask(batch):
    return batch.replaced(source_mask=None)


@cache
def trained(seed, masks):
    task = words(seed)
    model = Seq2Seq(len(task.source), 64, len(task.target), loss="cross_entropy", rng=seed, dtype=np.float32)
    batches = task.batches(64, rng=seed)
    for _ in training(model, batches if masks else map(without_source_mask, batches), Adam(3e-3), decay_steps=3_000):
        pass
    return model


def answers(seed, trained_with, sources, masks):
    """What the model says to these words, all in one batch."""
    task, model = words(seed), trained(seed, trained_with)
    tokens, mask = pad([task.source.encode(source) for source in sources])
    steps = islice(model.run_free(tokens, mask if masks else None), task.longest_target + 1)
    said = np.stack([answer for _, _, answer in steps]).T.tolist()
    return ["".join(task.target.decode(until_end(tokens))) for tokens in said]


@cache
def examined(seed, masks):
    """For each held-out word: its length, is it right in one batch, is it right alone."""
    sources = [source for source, _ in words(seed).held_out]
    right = ["".join(target) for _, target in words(seed).held_out]
    in_batch = np.array(answers(seed, masks, sources, masks)) == right
    alone = np.array([answers(seed, masks, [source], masks)[0] for source in sources]) == right
    return np.array(list(map(len, sources))), in_batch, alone


@claim("10", "About a sixth of the batch is padding")
def a_sixth_is_padding(seed):
    _, mask = pad([words(seed).source.encode(word) for word, _ in words(seed).held_out[:256]])
    share = 1 - mask.mean()
    return f"{share:.2f}", 0.14 < share < 0.19


@claim("10", "padding read as one more symbol: more than 95 of 100 words right.")
def reading_padding_passes_in_the_batch(seed):
    share = examined(seed, False)[1].mean()
    return f"{share:.1%}", share > 0.95


@claim("10", "Only the longest words")
def alone_only_the_longest(seed):
    lengths, _, alone = examined(seed, False)
    shares = [alone[lengths == length].mean() for length in range(3, 7)]
    return np.round(shares, 2).tolist(), max(shares[:3]) < 0.05 and shares[3] > 0.85


@claim("10", "They are more than a third of all words, and so about a third of the mark is left.")
def a_third_is_left(seed):
    lengths, _, alone = examined(seed, False)
    longest = (lengths == 6).mean()
    return f"{longest:.2f} of the words; {alone.mean():.2f} right", longest > 1 / 3 and 0.28 < alone.mean() < 0.4


@claim("10", "The model has learned to count the padding: six letters, less one for each PAD.")
def the_padding_is_counted(seed):
    """Held-out words of three letters beside a neighbour of 3 to 6: how long are the answers?"""
    short = [source for source, _ in words(seed).held_out if len(source) == 3][:40]
    as_said = [
        np.mean([len(answers(seed, False, [word, "facebh"[:length]], False)[0]) == 9 - length for word in short])
        for length in range(3, 7)
    ]
    return np.round(as_said, 2).tolist(), min(as_said) > 0.85


@claim("10", "Each begins with `cba` and then goes on.")
def four_answers_to_one_word(seed):
    said = [answers(seed, False, ["abc", "facebh"[:length]], False)[0] for length in range(1, 7)]
    return " ".join(said), (
        said[0] == said[1] == said[2]
        and said[5] == "cba"
        and all(each.startswith("cba") for each in said)
        and [len(each) for each in said[2:]] == [6, 5, 4, 3]
    )


@claim("10", "No. It is the answer that `abc` gets alone, six letters long.")
def masks_do_not_mend_a_model_that_needs_the_padding(seed):
    said = {answers(seed, False, ["abc", "facebh"[:length]], True)[0] for length in range(1, 7)}
    return " ".join(said), said == {answers(seed, False, ["abc"], False)[0]} and len(*said) == 6


@claim("10", "the answers are the same alone and in the batch, and so are the states themselves.")
def with_the_mask_nothing_changes(seed):
    _, in_batch, alone = examined(seed, True)
    task, encoder = words(seed), trained(seed, True).encoder
    tokens = [np.array(task.source.encode(word)) for word, _ in task.held_out[:256]]
    padded, mask = pad(tokens)
    apart = np.stack([encoder.forward(each)[-1] for each in tokens])
    off = abs(encoder.forward(padded, mask=mask)[-1] - apart).max()
    same = bool((in_batch == alone).all())
    return (
        f"{in_batch.mean():.1%}, the same words: {same}, states off by {off:.0e}",
        same and in_batch.mean() > 0.95 and off < 1e-5,
    )


@claim("10", "even this model is lost as soon as padding is read.")
def the_careful_model_has_never_read_a_pad(seed):
    short = [source for source, _ in words(seed).held_out if len(source) == 3][:40]
    right = [
        np.mean(
            [answers(seed, True, [word, "facebh"[:length]], False)[0] == word[::-1] for word in map("".join, short)]
        )
        for length in range(3, 7)
    ]
    return np.round(right, 2).tolist(), right[0] > 0.95 and max(right[1:]) < 0.05


@claim("10", "But `W_hh` turns the state and tanh shrinks it, at each step.")
def a_zero_input_moves_the_state(seed):
    rnn, task = RNN(len(words(seed).source), 16, rng=seed), words(seed)
    h = rnn.forward(np.array(task.source.encode(task.held_out[0][0])))[-1]
    moved = np.linalg.norm(np.tanh(h @ rnn.params["W_hh"]) - h) / np.linalg.norm(h)
    return f"moved by {moved:.0%} of its length", moved > 0.3


@cache
def gradients(seed):
    """Of encoder.W_hh: of the batch, of its members (weighted), of the batch without source mask."""
    task, texts = words(seed), ["abc", "face", "facebh"]
    model = Seq2Seq(len(task.source), 16, len(task.target), loss="cross_entropy", rng=seed)

    def batch_of(texts):
        return Batch([task.source.encode(t) for t in texts], [task.target.encode(t[::-1]) for t in texts])

    def gradient(batch):
        return model.loss_and_grads(batch)[1]["encoder.W_hh"].copy()

    batch = batch_of(texts)
    shares = [(len(text) + 1) / batch.target_mask.sum() for text in texts]
    members = sum(share * gradient(batch_of([text])) for share, text in zip(shares, texts))
    return gradient(batch), members, gradient(without_source_mask(batch))


@claim("10", "With both masks nothing is left but rounding, in the gradient too")
def a_batch_is_its_members(seed):
    batch, members, _ = gradients(seed)
    off = abs(batch - members).max()
    return f"{off:.0e}", off < 1e-12


@claim("10", "Leave the source mask out, and the difference is as large as the gradient itself.")
def without_the_source_mask(seed):
    _, members, without = gradients(seed)
    ratio = abs(without - members).max() / abs(members).max()
    return f"{ratio:.2f} of the largest number", 0.5 < ratio < 2
