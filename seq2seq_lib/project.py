"""A project of one's own: pairs dealt into three parts, a rival to beat, the best weights of a training."""

from collections import Counter

import numpy as np

from seq2seq_lib import checks
from seq2seq_lib.metrics import edit_distance
from seq2seq_lib.tasks.task import check_pairs


def split_pairs(pairs, rng=0):
    """train, validation, test: the pairs shuffled, a tenth for validation, a tenth for the test, the rest to train on.

    Raises ValueError for fewer than 20 pairs, and for a source that occurs twice: it could be learned and asked for.
    """
    pairs, rng = check_pairs(pairs, "pairs"), checks.generator(rng)
    if len(pairs) < 20:
        raise ValueError(f"expected at least 20 pairs, so that two are left to test on, got {len(pairs)}")
    (source, times), *_ = Counter(source for source, _ in pairs).most_common(1)
    if times > 1:
        raise ValueError(f"expected each source once, got {source!r} {times} times")
    order, tenth = rng.permutation(len(pairs)), len(pairs) // 10
    mixed = [pairs[i] for i in order]
    return mixed[2 * tenth :], mixed[:tenth], mixed[tenth : 2 * tenth]


def share_right(answer, pairs):
    """The share of pairs whose target answer(source) gives to the last symbol: of a model's rival, a function."""
    checks.function(answer, "answer")
    pairs = check_pairs(pairs, "pairs")
    return sum(answer(source) == target for source, target in pairs) / len(pairs)


def nearest_answer(train, source):
    """A rival that only looks up: the target of the training source with the fewest edits to this one."""
    _, target = min(check_pairs(train, "train"), key=lambda pair: edit_distance(pair[0], source))
    return target


def keep_best(model, steps, score, every):
    """Train by going through `steps`, and leave the model with the weights that scored best.

    steps: training(...); score: a function without arguments, of the model as it is then, on validation pairs
    every: after so many steps the score is taken
    Returns the scores, a list of (steps done, score). Of equal scores the first counts.
    """
    every, scores, kept = checks.size(every, "every"), [], None
    checks.has(model, "a model", "params")
    checks.function(score, "score")
    steps = checks.iterable(steps, "steps", of="steps, training(...)")
    for done, _ in enumerate(steps, start=1):
        if done % every == 0:
            best = max((found for _, found in scores), default=-np.inf)
            scores.append((done, score()))
            if scores[-1][1] > best:
                kept = model.params.flat.copy()  # a copy: the model goes on changing its own
    if kept is not None:
        model.params.flat[:] = kept
    return scores
