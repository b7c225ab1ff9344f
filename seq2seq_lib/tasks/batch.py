"""Sequences of different lengths in one array: padding, and the masks that say what is padding."""

import numpy as np

from seq2seq_lib import checks
from seq2seq_lib.seq2seq import EOS, PAD, Pair


def pad(sequences):
    """B sequences of tokens, or of vectors (T, D), as one array (T, B[, D]), time first, filled up with PAD (or zeros).

    Returns the array and its mask (T, B): True on real steps.
    """
    sequences = [one_sequence(sequence) for sequence in sequences]
    if not sequences:
        raise ValueError("expected at least one sequence, got none")
    shapes = {sequence.shape[1:] for sequence in sequences}
    if len(shapes) > 1:
        raise ValueError(f"expected all tokens, or all vectors of one size, got steps of shapes {sorted(shapes)}")
    kinds = {sequence.dtype for sequence in sequences}
    lengths = np.array([len(sequence) for sequence in sequences])
    padded = np.full((lengths.max(), len(sequences), *sequences[0].shape[1:]), PAD, np.result_type(*kinds))
    for b, sequence in enumerate(sequences):
        padded[: len(sequence), b] = sequence
    return padded, np.arange(lengths.max())[:, None] < lengths


def one_sequence(values):
    """Tokens (T,) as integers, or vectors (T, D) as floats."""
    values = checks.numbers(values)
    if values.size == 0:
        raise ValueError(f"expected a sequence of at least one step, got an empty one, of shape {values.shape}")
    if values.ndim == 1 and checks.is_tokens(values):
        return values.astype(int, copy=False)
    if values.ndim == 2:
        return checks.floats(values)
    raise ValueError(
        f"expected each sequence as integer tokens (T,) or vectors (T, D), got {values.dtype} of shape {values.shape}"
    )


class Batch(Pair):
    """Pairs of sequences, ready for a model: S is the longest source, T the longest target, B the number of pairs.

    source (S, B[, D]), source_mask (S, B); target (T, B[, O]), target_mask (T, B); decoder_input, the target one
    step late. The end of each target of tokens is marked with EOS, the start of its decoder_input with BOS.
    """

    def __init__(self, source, target):
        if len(source) != len(target):
            raise ValueError(
                f"expected as many targets as sources, got {len(source)} sources and {len(target)} targets"
            )
        source, source_mask = pad(source)
        target, target_mask = pad([ended(sequence) for sequence in target])
        super().__init__(source, target, source_mask, target_mask)


def ended(sequence):
    """Tokens with EOS behind them; vectors as they are."""
    sequence = one_sequence(sequence)
    return np.append(sequence, EOS) if checks.is_tokens(sequence) else sequence
