"""Checks of lesson 06: a step downhill, the loop around it, and a better step."""

import copy

import numpy as np

from seq2seq_lib.batch import Batch
from seq2seq_lib.exercises.check import Check
from seq2seq_lib.exercises.problems import standard_normal
from seq2seq_lib.exercises.running import run
from seq2seq_lib.optimizers import SGD, Adam
from seq2seq_lib.seq2seq import Seq2Seq
from seq2seq_lib.training import training

# Gradient descent


def sgd_step(params, grads, learning_rate):
    SGD(learning_rate).update(params, grads)


def moved_by(factor_of):
    """A step that moves each parameter by factor_of(gradient, learning rate)."""

    def step(params, grads, learning_rate):
        for name, weights in params.items():
            weights += factor_of(grads[name], learning_rate)

    return step


def uphill(params, grads, learning_rate):
    """You go uphill. The gradient points to where the loss rises: subtract it."""
    moved_by(lambda gradient, rate: rate * gradient)(params, grads, learning_rate)


def rate_forgotten(params, grads, learning_rate):
    """The learning rate is missing: the step is learning_rate times the gradient."""
    moved_by(lambda gradient, rate: -gradient)(params, grads, learning_rate)


def unit_length(params, grads, learning_rate):
    """You divide each gradient by its length. Plain descent does not: a small gradient is a small step."""
    moved_by(lambda gradient, rate: -rate * gradient / np.linalg.norm(gradient))(params, grads, learning_rate)


def not_in_place(params, grads, learning_rate):
    """The arrays are as they were: `p = p - ...` and `params[name] = ...` make new ones, and the model keeps the old.
    `p -= ...` changes the array that the model uses."""
    for name in params:
        params[name] = params[name] - learning_rate * grads[name]


def gradients_scaled(params, grads, learning_rate):
    """Your step is right, but it multiplies the gradients in place. They are not yours: make a product beside them."""
    for name, weights in params.items():
        grads[name] *= learning_rate
        weights -= grads[name]


def on_copies(use):
    """An exercise that works in place works on copies of its arguments: what it did there is its answer."""
    return lambda function, *arguments: use(function, *copy.deepcopy(arguments))


def after_the_step(function, params, grads, learning_rate):
    """The arrays that the model has, afterwards; and the gradients, which nobody should have changed."""
    model_has = dict(params)
    run(function, params, grads, learning_rate)
    return model_has, grads


def arrays(seed):
    return dict(zip(("W", "b"), standard_normal(seed, (2, 3), (3,))))


check_sgd_step = Check(
    sgd_step,
    returns=("params", "grads"),
    problems=[(arrays(0), arrays(1), 0.1), (arrays(2), arrays(3), 0.5)],
    wrong=[uphill, rate_forgotten, unit_length, not_in_place, gradients_scaled],
    use=on_copies(after_the_step),
)

# The loop


def train(model, batches, optimizer):
    return [step.loss for step in training(model, batches, optimizer, clip=None)]


def never_updated(model, batches, optimizer):
    """The weights never change: optimizer.update(model.params, grads) belongs into the loop."""
    return [model.loss_and_grads(batch)[0] for batch in batches]


def loss_afterwards(model, batches, optimizer):
    """You note the loss after the update, on the batch just learned. Note the one that the gradient was computed at."""
    losses = []
    for batch in batches:
        optimizer.update(model.params, model.loss_and_grads(batch)[1])
        losses.append(model.loss_and_grads(batch)[0])
    return losses


def one_step(model, batches, optimizer):
    """Only the first batch is used: is the return inside the loop?"""
    return train(model, batches[:1], optimizer)


def the_first_batch_always(model, batches, optimizer):
    """Every step sees the first batch. Use the batch of this step."""
    return train(model, [batches[0] for _ in batches], optimizer)


def updated_twice(model, batches, optimizer):
    """Each batch moves the weights twice."""
    losses = []
    for batch in batches:
        loss, grads = model.loss_and_grads(batch)
        optimizer.update(model.params, grads)
        optimizer.update(model.params, grads)
        losses.append(loss)
    return losses


def own_step(model, batches, optimizer):
    """You move the weights by a rule of your own. Which rule it is, is up to the optimizer: optimizer.update(...)."""
    return train(model, batches, SGD(0.1))


def trained(function, seed, optimizer):
    """The losses; and afterwards the weights, and how many batches there are, which nobody should have changed."""
    model = Seq2Seq(2, 3, 1, rng=seed)
    batches = [Batch(*standard_normal(10 * seed + i, (2, 3, 2), (2, 2, 1))) for i in range(4)]
    losses = run(function, model, batches, copy.deepcopy(optimizer))
    return losses, dict(model.params), len(batches)


check_train = Check(
    train,
    returns=("the losses", "the weights", "the number of batches"),
    problems=[(0, SGD(0.1)), (1, Adam(0.1))],
    wrong=[never_updated, loss_afterwards, one_step, the_first_batch_always, updated_twice, own_step],
    use=trained,
)

# Adam

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


def adam_step(p, dp, mean, square, t, learning_rate):
    optimizer, p = Adam(learning_rate), p.copy()
    optimizer.steps, optimizer.means, optimizer.squares = t - 1, {"p": mean.copy()}, {"p": square.copy()}
    optimizer.update({"p": p}, {"p": dp})
    return p, optimizer.means["p"], optimizer.squares["p"]


def in_the_papers_efficient_order(p, dp, mean, square, t, learning_rate):
    mean, square = averages(dp, mean, square)
    rate = learning_rate * np.sqrt(1 - BETA2**t) / (1 - BETA1**t)
    return p - rate * mean / (np.sqrt(square) + EPSILON), mean, square


def averages(dp, mean, square):
    return BETA1 * mean + (1 - BETA1) * dp, BETA2 * square + (1 - BETA2) * dp**2


def uncorrected(p, dp, mean, square, t, learning_rate):
    """Both averages started at zero and are too small at first: divide them by 1 - beta1**t and 1 - beta2**t."""
    mean, square = averages(dp, mean, square)
    return p - learning_rate * mean / (np.sqrt(square) + EPSILON), mean, square


def counted_from_zero(p, dp, mean, square, t, learning_rate):
    """You correct with t - 1. t is 1 at the first step, so it is beta1**t."""
    mean, square = averages(dp, mean, square)
    m, s = mean / (1 - BETA1 ** (t - 1)), square / (1 - BETA2 ** (t - 1))
    return p - learning_rate * m / (np.sqrt(s) + EPSILON), mean, square


def square_of_the_mean(p, dp, mean, square, t, learning_rate):
    """You average dp and square that. It is the other way round: square each dp, then average."""
    mean, _ = averages(dp, mean, square)
    square = BETA2 * square + (1 - BETA2) * mean**2
    m, s = mean / (1 - BETA1**t), square / (1 - BETA2**t)
    return p - learning_rate * m / (np.sqrt(s) + EPSILON), mean, square


def no_root(p, dp, mean, square, t, learning_rate):
    """Take the root of the average of the squares: only then has it the size of a gradient."""
    mean, square = averages(dp, mean, square)
    m, s = mean / (1 - BETA1**t), square / (1 - BETA2**t)
    return p - learning_rate * m / (s + EPSILON), mean, square


def correction_kept(p, dp, mean, square, t, learning_rate):
    """You hand back the corrected averages. Correct copies for this step; the averages themselves go on as they are."""
    mean, square = averages(dp, mean, square)
    m, s = mean / (1 - BETA1**t), square / (1 - BETA2**t)
    return p - learning_rate * m / (np.sqrt(s) + EPSILON), m, s


def no_epsilon(p, dp, mean, square, t, learning_rate):
    """1e-8 is missing: where a gradient has always been zero, you divide zero by zero."""
    mean, square = averages(dp, mean, square)
    m, s = mean / (1 - BETA1**t), square / (1 - BETA2**t)
    with np.errstate(invalid="ignore", divide="ignore"):
        return p - learning_rate * m / np.sqrt(s), mean, square


def epsilon_under_the_root(p, dp, mean, square, t, learning_rate):
    """1e-8 is added under the root, where it counts as much as 1e-4 outside. Take the root first, then add it."""
    mean, square = averages(dp, mean, square)
    m, s = mean / (1 - BETA1**t), square / (1 - BETA2**t)
    return p - learning_rate * m / np.sqrt(s + EPSILON), mean, square


def forgets_the_past(p, dp, mean, square, t, learning_rate):
    """You use dp itself where its average belongs, so one odd gradient moves everything. Use the corrected mean."""
    mean, square = averages(dp, mean, square)
    return p - learning_rate * dp / (np.sqrt(square / (1 - BETA2**t)) + EPSILON), mean, square


def adam_uphill(p, dp, mean, square, t, learning_rate):
    """You go uphill: p minus the step."""
    moved, mean, square = adam_step(p, dp, mean, square, t, learning_rate)
    return 2 * p - moved, mean, square


def adam_problem(t, seed, learning_rate, size=1.0):
    """The last number has never had a gradient; the size of the others may be tiny."""
    p, dp, mean, square = standard_normal(seed, (3,), (3,), (3,), (3,)) * np.array([1, 1, 0])
    return p + 1, size * dp, 0.1 * size * mean, 0.01 * (size * square) ** 2, t, learning_rate


check_adam_step = Check(
    adam_step,
    returns=("p", "mean", "square"),
    problems=[adam_problem(5, 0, 0.1), adam_problem(2, 1, 0.02), adam_problem(3, 2, 0.5, size=1e-7)],
    also=[in_the_papers_efficient_order],
    wrong=[
        uncorrected,
        counted_from_zero,
        square_of_the_mean,
        no_root,
        correction_kept,
        no_epsilon,
        epsilon_under_the_root,
        forgets_the_past,
        adam_uphill,
    ],
)
