"""Sequences of different lengths in one array: padding, the masks that say what is padding, and the shifted target."""

import numpy as np

from seq2seq_lib import checks

PAD, BOS, EOS = 0, 1, 2
LARGEST = np.iinfo(int).max  # a token beyond it, of 64 bits without a sign, would turn negative
SEQUENCES = "source", "target", "decoder_input"


def whole_vocabulary(size, name):
    """How many tokens there are, these three among them."""
    if checks.size(size, name, most=10**6) <= EOS:
        raise ValueError(f"{name}: expected at least {EOS + 1} tokens, since 0, 1, 2 are PAD, BOS, EOS, got {size}")
    return size


class Batch:
    """Pairs of sequences, ready for a model: S is the longest source, T the longest target, B the number of pairs.

    source (S, B[, D]), target (T, B[, O]); decoder_input, the target one step late. The end of each target of tokens
    is marked with EOS, the start of its decoder_input with BOS.
    source_mask (S, B), target_mask (T, B): False on padding; None where nothing is padded
    symbols: what the tokens stand for (see Task.symbols), or None

    All of it is copied, checked and frozen when the batch is made, so a model has but sizes to compare.
    """

    def __init__(self, source, target, symbols=None):
        """source, target: lists of sequences, of tokens (T,) from 3 on, or of vectors (T, D).

        A source of None makes a batch for a LanguageModel, which reads nothing before it writes.
        Raises ValueError for what no model could read.
        """
        source, target = None if source is None else checks.listed(source, "source"), checks.listed(target, "target")
        if source is not None and len(source) != len(target):
            raise ValueError(
                f"expected as many targets as sources, got {len(source)} sources and {len(target)} targets"
            )
        source, source_mask = (None, None) if source is None else padded(source)
        target, target_mask = padded(target, end=True)
        self._freeze(source, target, shift_right(target), source_mask, target_mask, symbols)

    @classmethod
    def of_arrays(cls, source, target, decoder_input=None):
        """A batch of arrays as they are: source (S, B[, D]) and target (T, B[, O]), or both without B.

        decoder_input: what the decoder reads, if not the target one step late
        """
        source, target = steps_of(source), steps_of(target)
        decoder_input = shift_right(target) if decoder_input is None else steps_of(decoder_input)
        batch = cls.__new__(cls)
        batch._freeze(source, target, decoder_input)
        return batch

    def replaced(self, **arrays):
        """The same batch with other arrays in it: batch.replaced(source_mask=None)"""
        unknown = arrays.keys() - vars(self)
        if unknown:
            raise ValueError(f"expected some of {', '.join(vars(self))}, got {', '.join(sorted(unknown))}")
        arrays = {name: steps_of(a) if name in SEQUENCES and a is not None else a for name, a in arrays.items()}
        batch = type(self).__new__(type(self))
        batch._freeze(**(vars(self) | arrays))
        return batch

    def _freeze(self, source, target, decoder_input, source_mask=None, target_mask=None, symbols=None):
        """Everything that makes a batch comes through here: only what is checked and frozen gets in."""
        if target is None or decoder_input is None:
            raise ValueError("expected a target and a decoder_input, got None")
        steps, read = checks.steps(target), checks.steps(decoder_input)
        if read != steps:
            raise ValueError(f"decoder_input: expected steps {steps}, as in the target, got {read}")
        if source is not None and checks.steps(source)[1:] != steps[1:]:
            raise ValueError(f"expected as many sources as targets, got shapes {source.shape} and {target.shape}")
        arrays = {"source": source, "target": target, "decoder_input": decoder_input}
        frozen = {name: None if array is None else checks.checked(array) for name, array in arrays.items()}
        masks = {
            "source_mask": frozen_mask(source_mask, frozen["source"]),
            "target_mask": frozen_mask(target_mask, frozen["target"]),
        }
        vars(self).update(frozen, **masks, symbols=None if symbols is None else checks.sides(symbols))

    def __setstate__(self, state):
        self._freeze(**state)  # a copy, or what comes out of a pickle, is frozen too

    def __setattr__(self, name, value=None):
        raise AttributeError(f"{name}: a batch never changes; batch.replaced({name}=...) is another one")

    __delattr__ = __setattr__


def pad(sequences):
    """B sequences of tokens, or of vectors (T, D), as one array (T, B[, D]), time first, filled up with PAD (or zeros).

    Returns the array and its mask (T, B): True on real steps. Raises ValueError for PAD, BOS or EOS among the tokens.
    """
    return padded(checks.listed(sequences, "sequences"))


def padded(sequences, end=False):
    """The same, with an EOS behind each sequence of tokens if `end`."""
    sequences = [one_sequence(sequence) for sequence in sequences]
    real, lengths = one_after_the_other(sequences), np.array(list(map(len, sequences)))
    end = end and checks.is_tokens(real)
    steps = np.arange(lengths.max() + end)[:, None]
    array = np.full((len(steps), len(lengths), *real.shape[1:]), PAD, real.dtype)
    array.swapaxes(0, 1)[(steps < lengths).T] = real  # all of the first sequence, all of the second, ...
    if end:
        array[steps == lengths] = EOS
    return array, steps < lengths + end


def one_after_the_other(sequences):
    """All steps in one array (N[, D]), tokens from 3 on: so they are looked at once, and not in each sequence."""
    if not sequences:
        raise ValueError("expected at least one sequence, got none")
    shapes = {sequence.shape[1:] for sequence in sequences}
    if len(shapes) > 1:
        raise ValueError(f"expected all tokens, or all vectors of one size, got steps of shapes {sorted(shapes)}")
    real = np.concatenate(sequences)
    if checks.is_tokens(real) and real.min() <= EOS:
        raise ValueError(f"expected tokens from 3 on (0 is PAD, 1 is BOS, 2 is EOS), got {real.min()}")
    return real


def one_sequence(values):
    """Tokens (T,) as integers, or vectors (T, D) as floats."""
    values = checks.numbers(values)
    if values.size == 0:
        raise ValueError(f"expected a sequence of at least one step, got an empty one, of shape {values.shape}")
    if values.ndim == 1 and checks.is_tokens(values):
        if values.dtype.kind == "u" and values.max() > LARGEST:
            raise ValueError(f"expected tokens of at most {LARGEST}, got {values.max()}")
        return values.astype(int, copy=False)
    if values.ndim == 2:
        return checks.floats(values)
    raise ValueError(
        f"expected each sequence as integer tokens (T,) or vectors (T, D), got {values.dtype} of shape {values.shape}"
    )


def shift_right(target):
    """What the decoder reads: the target one step late, behind BOS or a zero vector."""
    decoder_input = np.full_like(target, BOS if checks.is_tokens(target) else 0)
    decoder_input[1:] = target[:-1]
    return decoder_input


def steps_of(values):
    """What the caller gave, as an array of at least one step."""
    values = checks.numbers(values)
    if values.size == 0 or values.ndim == 0:
        raise ValueError(f"expected a sequence of at least one step, got shape {values.shape}")
    return values


def frozen_mask(mask, array):
    """None where nothing is padded: a mask that masks nothing costs time and changes nothing."""
    if mask is None or array is None:
        return None
    mask = checks.numbers(mask, kinds="biuf")
    if checks.truths(mask, mask.shape, "mask").all():
        return None
    return checks.checked(checks.mask(mask, checks.steps(array)))
