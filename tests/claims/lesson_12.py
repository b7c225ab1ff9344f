"""What lesson 12 claims."""

from functools import cache

import numpy as np
from claim import claim

from seq2seq_lib import RNN, SGD, Adam, Batch, Seq2Seq, check_gradients, exact_match, training
from seq2seq_lib.exercises.lesson_12 import three_checks, trained
from seq2seq_lib.exercises.tutorial import FAULTS, FROZEN, HALF, LEAK, SLOPE, SMALL, STATE, TEACHER, Tutorial, without
from seq2seq_lib.tasks import reverse, seed_example

SOURCE, TARGET = map(np.array, seed_example())
BATCH = Batch([SOURCE], [TARGET])
OF_THE_MEAN = ((TARGET - TARGET.mean()) ** 2).sum()


def tutorial(seed, faults=FAULTS):
    return Tutorial(2, 4, 1, faults=faults, rng=seed)


def loss_after_training(model):
    trained(model, SOURCE, TARGET)
    return model.loss_and_grads(BATCH)[0]


@claim(
    "12", "It writes the mean of the targets, 0.133, at each step and for each input: a single bias has been learned."
)
def a_bias(seed):
    model = tutorial(seed)
    loss = [step.loss for step in training(model, [BATCH] * 300, SGD(0.01), clip=None)][-1]
    written = model.forward(SOURCE[::-1], TARGET)[2]
    return [round(loss, 4), written.ravel().round(3).tolist()], (
        abs(loss - OF_THE_MEAN) < 5e-4 and np.abs(written - TARGET.mean()).max() < 0.01
    )


@claim("12", "The curve ends on that loss: it is the price of knowing nothing.")
def ends_on_the_mean(seed):
    return a_bias(seed)


@claim("12", "Not to be seen on any curve: it differs in the fourth digit.")
def only_the_gradients_repaired(seed):
    loss = loss_after_training(tutorial(seed, without(FROZEN)))
    return round(loss, 5), 1e-5 < abs(loss - loss_after_training(tutorial(seed))) < 1e-3


@claim("12", "with six of the seven the loss stays where it is")
def one_repaired_alone(seed):
    losses = [loss_after_training(tutorial(seed, without(fault))) for fault in FAULTS if fault != SMALL]
    return np.round(losses, 4).tolist(), np.abs(np.subtract(losses, OF_THE_MEAN)).max() < 1e-3


@claim("12", "of five seeds two end lower", seeds=2)
def larger_weights_end_lower(seed):
    loss = loss_after_training(tutorial(seed, without(SMALL)))
    return round(loss, 3), loss < OF_THE_MEAN


@claim("12", "of five seeds two end lower, three higher", seeds=3)
def larger_weights_end_higher(seed):
    loss = loss_after_training(tutorial(seed, without(SMALL)))
    return round(loss, 3), loss > OF_THE_MEAN


@cache
def one_after_the_other(seed):
    """After none, one, two, ... repairs: how many gradients are wrong, and the loss after training."""
    order, rows = [HALF, STATE, SLOPE, FROZEN, LEAK, TEACHER, SMALL], []
    for i in range(len(order) + 1):
        model = tutorial(seed, without(*order[:i]))
        wrong = sum(error > 1e-3 for error in check_gradients(model, BATCH).values())
        rows.append((wrong, round(loss_after_training(model), 3)))
    return list(zip(*rows))


@claim("12", "The gradient check counts down from 8 to 0, and after four repairs says that this part is done.")
def counts_down(seed):
    wrong, _ = one_after_the_other(seed)
    return wrong, wrong[0] == 8 and wrong[4] == wrong[7] == 0 and list(wrong) == sorted(wrong, reverse=True)


@claim(
    "12", "Six repairs, each of them right, and the loss is where it was; the fifth, the leak, even raises it again."
)
def the_loss_stands_still(seed):
    _, losses = one_after_the_other(seed)
    return losses, abs(losses[6] - losses[0]) < 2e-3 and losses[5] > losses[4] and losses[7] < 0.01


@cache
def failed(seed):
    """{fault: which of the three checks fail, with this fault alone}"""
    return {fault: np.logical_not(three_checks(tutorial(seed, [fault]), SOURCE, TARGET)).tolist() for fault in FAULTS}


@claim("12", "The gradient check sees four of the seven, with every seed.")
def seen_by_the_gradients(seed):
    seen = sum(fails[1] for fails in failed(seed).values())
    return seen, seen == 4


@claim("12", "Running alone sees three to five of them")
def seen_alone(seed):
    seen = sum(fails[2] for fails in failed(seed).values())
    return seen, 3 <= seen <= 5


@claim("12", "Only together they see all seven.")
def seen_together(seed):
    seen = sum(map(any, failed(seed).values()))
    return seen, seen == 7


@claim("12", "The loss, even beside its rival, sees one: with tiny weights nothing moves.")
def seen_by_the_loss(seed):
    seen = [fault for fault, fails in failed(seed).items() if fails[0]]
    return len(seen), seen == [SMALL]


@cache
def on_words(seed):
    """{fault: (the mean of the last losses, the share of right words)}"""
    task, rows = reverse(longest=4, train=1_500, held_out=200, rng=seed), {}
    for fault in FAULTS:
        words = Tutorial(len(task.source), 48, len(task.target), faults=[fault], loss="cross_entropy", rng=seed)
        steps = training(words, task.batches(32, rng=seed), Adam(5e-3), decay_steps=500)
        loss = np.mean([step.loss for step in steps][-20:])
        rows[fault] = round(float(loss), 3), None if fault == TEACHER else exact_match(words, task)
    return rows


@claim(
    "12",
    "Two faults leave nearly all words right: the output gradient from the encoder's state, and half the gradient.",
)
def two_are_not_seen(seed):
    rows = on_words(seed)
    return rows, [fault for fault, (_, share) in rows.items() if share and share > 0.95] == [STATE, HALF]


@claim("12", "The leak ends with as small a loss as no fault at all, and with at most one right word in ten")
def the_leak_has_a_small_loss(seed):
    rows = on_words(seed)
    return rows[LEAK], rows[LEAK][0] < 0.02 and rows[LEAK][1] <= 0.1


@claim("12", "which had learned three numbers, learns no words at all.")
def no_slope_no_words(seed):
    loss = loss_after_training(tutorial(seed, [SLOPE]))
    return [round(loss, 4), on_words(seed)[SLOPE][1]], loss < 0.01 and on_words(seed)[SLOPE][1] < 0.02


class FirstStepMissing(RNN):
    """What 12-check-catch asks about: in db_h the share of the first step is missing."""

    def weight_grads(self, x, h_prev, da):
        grads = super().weight_grads(x, h_prev, da)
        return {**grads, "b_h": grads["b_h"] - da[0].sum(axis=0)}


def first_step_missing(model):
    model.encoder.__class__ = model.decoder.__class__ = FirstStepMissing
    return model


@claim("12", "The loss falls well below its rival’s, and held-out words come out right.")
def only_the_gradient_check_catches_it(seed):
    errors = check_gradients(first_step_missing(Seq2Seq(2, 4, 1, rng=seed)), BATCH)
    wrong = sorted(name for name, error in errors.items() if error > 1e-4)
    task = reverse(longest=4, train=1_500, held_out=200, rng=seed)
    words = first_step_missing(Seq2Seq(len(task.source), 48, len(task.target), loss="cross_entropy", rng=seed))
    steps = training(words, task.batches(32, rng=seed), Adam(5e-3), decay_steps=500)
    loss, share = float(np.mean([step.loss for step in steps][-20:])), exact_match(words, task)
    rival = 2.3  # what the best constant has: how often each letter, and the end, occurs
    found = wrong == ["decoder.b_h", "encoder.b_h"] and loss < 0.05 * rival and share > 0.95
    return [wrong, round(loss, 3), share], found
