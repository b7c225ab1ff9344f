"""How good is an answer? Exact match counts what is perfect; these count how far off the others are."""

import numpy as np

from seq2seq_lib import checks


def edit_distance(answer, right):
    """The fewest symbols to insert, delete or replace to turn one into the other.

    This is the distance of Levenshtein (1966).
    answer, right: sequences of symbols, tokens, anything that can be compared
    """
    answer, right = checks.symbols(answer, "answer"), checks.symbols(right, "right")
    row = list(range(len(right) + 1))  # from no symbol to the first 0, 1, 2, ... of right
    for deleted, symbol in enumerate(answer, start=1):
        diagonal, row[0] = row[0], deleted
        for i, wanted in enumerate(right, start=1):
            replaced = diagonal + (symbol != wanted)
            diagonal, row[i] = row[i], min(row[i] + 1, row[i - 1] + 1, replaced)
    return row[-1]


def error_rate(answers, rights):
    """All edits, divided by all symbols of the right answers: the phone error rate, if the symbols are phones.

    answers, rights: lists of sequences, as many of the one as of the other
    Returns a float; above 1, if answers are much too long. Raises ValueError where there is nothing to divide by.
    """
    answers, rights = checks.listed(answers, "answers"), checks.listed(rights, "rights")
    if len(answers) != len(rights):
        raise ValueError(f"expected as many answers as right ones, got {len(answers)} and {len(rights)}")
    symbols = sum(len(checks.symbols(right, "rights")) for right in rights)
    if not symbols:
        raise ValueError("expected right answers with at least one symbol in all, got none")
    return sum(map(edit_distance, answers, rights)) / symbols


def calibration(confidences, right, bins=10):
    """When the model is sure by 80 %, is it right in 80 % of the cases? (Guo et al. 2017)

    confidences: (N,), probabilities from 0 to 1; right: (N,), whether each of them was right; bins: how many
    Returns, for each bin that is not empty, the mean confidence, the share that is right and how many there are, and
    the expected calibration error: the mean distance between the first two, each bin counted by its size. Raises
    ValueError for a confidence below 0 or above 1, and where it is not said by true or false, 1 or 0, what is right.
    """
    confidences, bins = checks.with_axes(confidences, "N", "confidences"), checks.size(bins, "bins")
    right = checks.truths(right, confidences.shape, "right")
    if not ((confidences >= 0) & (confidences <= 1)).all():
        raise ValueError("confidences: expected numbers from 0 to 1, got others")
    bin_of = np.minimum((confidences * bins).astype(int), bins - 1)
    _, bin_of, counts = np.unique(bin_of, return_inverse=True, return_counts=True)  # those that are not empty
    means, shares = (np.bincount(bin_of, values) / counts for values in (confidences, right))
    return means, shares, counts, float(np.average(abs(means - shares), weights=counts))
