"""Checks of lesson 09: what the decoder reads in training, and an answer without anybody who knows it."""

import numpy as np

from seq2seq_lib import batch
from seq2seq_lib.batch import BOS, EOS, PAD
from seq2seq_lib.decoding import greedy_decode
from seq2seq_lib.exercises.broken import TargetLeak, with_bug
from seq2seq_lib.exercises.check import Check
from seq2seq_lib.exercises.problems import standard_normal
from seq2seq_lib.seq2seq import Seq2Seq


def with_a_wrong_index(model):
    """A copy of the model with one index wrong. Its name would tell which, and the lesson asks."""
    return with_bug(model, TargetLeak)


# The target, one step late


def shift_right(target):
    return batch.shift_right(target)


def leak(target):
    """Your decoder reads the symbol that it is asked for: nothing is shifted. Row t holds the target's row t-1."""
    return target.copy()


def shifted_left(target):
    """Your shift goes the other way: the decoder would read the symbol after the one it is asked for."""
    return np.concatenate([target[1:], np.full_like(target[:1], BOS)])


def rolled(target):
    """np.roll brings the last symbol round to the front. In row 0 nothing has been said yet: that is BOS."""
    return np.roll(target, 1, axis=0)


def padding_first(target):
    """Row 0 is 0, which is PAD. The first thing that the decoder reads is BOS, 1."""
    return np.concatenate([np.full_like(target[:1], PAD), target[:-1]])


def one_row_more(target):
    """You have T+1 rows: BOS in front, and the whole target behind it. The last symbol of the target is never read."""
    return np.concatenate([np.full_like(target[:1], BOS), target])


def one_row_less(target):
    """You have T-1 rows: the last symbol is gone, and BOS is missing in front."""
    return target[:-1]


def first_overwritten(target):
    """You put BOS in the place of the first symbol, and all others stay where they were: the answer still leaks."""
    return np.concatenate([np.full_like(target[:1], BOS), target[1:]])


def among_neighbours(target):
    """You shift along the batch: each sequence reads its neighbour. Time is the first axis, target[:-1]."""
    if target.ndim == 1:
        return shift_right(target)
    return np.concatenate([np.full_like(target[:, :1], BOS), target[:, :-1]], axis=1)


def in_floats(target):
    """You hold tokens as floats: np.zeros and np.ones make floats. A token picks a row, so integers: np.full_like."""
    return shift_right(target).astype(float)


check_shift_right = Check(
    shift_right,
    returns=("decoder_input",),
    problems=[
        (np.array([5, 3, 4, EOS]),),
        (np.array([[3, 6], [4, 3], [EOS, 5], [PAD, EOS]]),),
        (np.array([[4, 5, 3], [EOS, EOS, EOS]]),),
    ],
    wrong=[
        leak,
        shifted_left,
        rolled,
        padding_first,
        one_row_more,
        one_row_less,
        first_overwritten,
        among_neighbours,
        in_floats,
    ],
)

# An answer without a teacher


def predict_free(model, source, longest):
    return greedy_decode(model, source, longest)


def alone(model, source, longest, start=None, reads=lambda h, answer, t: answer, pick=np.argmax, stop=True):
    """predict_free, each part of which can be exchanged; reads(h, answer, t) is what step t gets to read."""
    h, answer, said = model.encoder.forward(source)[-1] if start is None else start(model, source), BOS, []
    for t in range(longest):
        h = model.decoder.step(np.int64(reads(h, answer, t)), h)
        answer = int(pick(model.output(h)))
        if stop and answer == EOS:
            break
        said.append(answer)
    return said


def any_length(model, source, longest):
    """Your answer is longer than `longest` if the model never says EOS. Stop there too, or you may wait for ever."""
    return alone(model, source, longest + 40)


def never_stops(model, source, longest):
    """Your answer goes on behind EOS. With EOS the model says that it has finished: stop there."""
    return alone(model, source, longest, stop=False)


def end_kept(model, source, longest):
    """EOS is part of your answer. It says that the answer has ended, and is not a symbol of it."""
    said = alone(model, source, longest)
    return said if len(said) == longest else [*said, EOS]


def always_from_bos(model, source, longest):
    """Every step of yours reads BOS. Only the first one does; after it the decoder reads what it said last."""
    return alone(model, source, longest, reads=lambda h, answer, t: BOS)


def from_zeros(model, source, longest):
    """Your decoder starts from zeros, whatever was read. It starts from the last state of the encoder."""
    return alone(model, source, longest, start=lambda model, source: np.zeros(model.encoder.hidden_dim))


def least_likely(model, source, longest):
    """You take the least likely symbol: argmin. The largest logit is the likeliest: argmax."""
    return alone(model, source, longest, pick=np.argmin)


def source_read_again(model, source, longest):
    """Your decoder reads the source, symbol by symbol. It reads what it said last."""
    size = model.decoder.input_dim
    return alone(
        model,
        source,
        longest,
        reads=lambda h, answer, t: BOS if t == 0 else min(source[(t - 1) % len(source)], size - 1),
    )


def state_not_carried(model, source, longest):
    """Each of your steps starts from the context again. It starts from the state that the step before left."""
    context, answer, said = model.encoder.forward(source)[-1], BOS, []
    while len(said) < longest:
        answer = int(model.output(model.decoder.step(np.int64(answer), context)).argmax())
        if answer == EOS:
            break
        said.append(answer)
    return said


def pad_first(model, source, longest):
    """Your first step reads 0, which is PAD. The decoder was trained to begin at BOS, 1."""
    return alone(model, source, longest, reads=lambda h, answer, t: PAD if t == 0 else answer)


def one_step_only(model, source, longest):
    """You return after the first symbol: is the return inside the loop?"""
    return alone(model, source, min(longest, 1))


def small_model(seed, longest=8, end=0.0):
    """A random model whose answer is another with each mistake; end: what is added to the logit of EOS."""
    model = Seq2Seq(7, 5, 6, loss="cross_entropy", rng=seed)
    model.params.flat[:] = 1.2 * standard_normal(seed, model.params.flat.shape)[0]
    model.params["b_y"][EOS] += end
    return model, np.random.default_rng(seed).integers(3, 7, 4), longest


check_predict_free = Check(
    predict_free,
    returns=("the answer",),
    problems=[*map(small_model, (46, 3, 43)), small_model(2, longest=5, end=-100)],
    wrong=[
        any_length,
        never_stops,
        end_kept,
        always_from_bos,
        from_zeros,
        least_likely,
        source_read_again,
        state_not_carried,
        pad_first,
        one_step_only,
    ],
)
