"""Checks of lesson 11: three checks of a Seq2Seq, and the gradients of the code that everybody copies, repaired."""

import numpy as np

from seq2seq_lib.batch import shift_right
from seq2seq_lib.exercises.check import Check
from seq2seq_lib.exercises.lesson_07 import answer, problem
from seq2seq_lib.exercises.tutorial import FROZEN, HALF, LEAK, SLOPE, SMALL, STATE, TEACHER, Tutorial
from seq2seq_lib.gradcheck import check_gradients
from seq2seq_lib.optimizers import SGD
from seq2seq_lib.tasks import Batch, seed_example
from seq2seq_lib.training import training

# Three checks


def three_checks(model, source, target):
    return checked(model, source, target)


def trained(model, source, target):
    """The losses of 100 steps of gradient descent."""
    batches = [Batch([source], [target])] * 100
    return [step.loss for step in training(model, batches, SGD(0.1), clip=None)]


def beats_the_mean(losses, target):
    return losses[-1] < 0.5 * ((target - target.mean()) ** 2).sum()


def right_alone(model, source, target):
    try:
        return np.abs(model.predict(source, len(target)) - target).max() < 0.05
    except NotImplementedError:
        return False


def checked(model, source, target, low=beats_the_mean, alone=right_alone, threshold=1e-3, check_last=False):
    """three_checks, each part of which can be exchanged."""

    def right():
        return max(check_gradients(model, Batch([source], [target])).values()) < threshold

    gradients = None if check_last else right()
    losses = trained(model, source, target)
    return bool(low(losses, target)), bool(right() if check_last else gradients), bool(alone(model, source, target))


def it_falls(model, source, target):
    """You ask whether the loss falls. It does, down to a constant: compare the last loss with that of the mean."""
    return checked(model, source, target, low=lambda losses, target: losses[-1] < losses[0])


def with_the_teacher(model, source, target):
    """Your third check has a teacher beside it: model.forward reads the target. Use model.predict, which doesn't."""
    return checked(
        model,
        source,
        target,
        alone=lambda model, source, target: np.abs(model.forward(source, target)[2] - target).max() < 0.05,
    )


def one_right_gradient(model, source, target):
    """You are content if one gradient is right. All have to be: take the largest error, max(errors.values())."""
    low, _, alone = checked(model, source, target)
    fresh = variant(model.faults)[0]
    return low, min(check_gradients(fresh, Batch([source], [target])).values()) < 1e-3, alone


def no_answer_is_fine(model, source, target):
    """A model that can't run alone passes your third check. No answer is no right answer: return False there."""
    low, gradients, alone = checked(model, source, target)
    return low, gradients, alone or TEACHER in model.faults


check_three_checks = Check(
    three_checks,
    returns=("loss", "gradients", "alone"),
    problems=[(faults,) for faults in ([], [STATE], [LEAK], [TEACHER], [HALF], [SMALL])],
    wrong=[it_falls, with_the_teacher, one_right_gradient, no_answer_is_fine],
    use=lambda function, faults: function(*variant(faults)),
)


def variant(faults):
    """A model with these faults, and what it is to learn."""
    return Tutorial(2, 4, 1, faults=faults, rng=0), *map(np.array, seed_example())


# The gradients, repaired


def tutorial_gradients(model, source, decoder_input, target, encoder_hs, decoder_hs, outputs):
    return gradients_with([], model, source, target)


def gradients_with(faults, model, source, target):
    broken = Tutorial(*model.params["encoder.W_xh"].shape, len(model.params["b_y"]), faults=faults, rng=0)
    for name, values in model.params.items():
        broken.params[name] = values
    return dict(broken.loss_and_grads(Batch([source], [target]))[1])


LEFT = {
    FROZEN: "Nothing recurrent learns: fill in the gradients of both RNNs, at each step, as in lesson 03.",
    SLOPE: "Behind tanh the gradient is multiplied by its slope, 1 - h_t**2, of the state that tanh made.",
    STATE: "dW_hy is made of the encoder's last state. Output t was made of decoder_hs[t + 1].",
    HALF: "The loss is the square of the difference. Its slope is twice the difference.",
}


def still_with(*faults):
    """A wrong answer in which these are left; its docstring says how many, and what to do about the first."""

    def left(model, source, decoder_input, target, encoder_hs, decoder_hs, outputs):
        return gradients_with(faults, model, source, target)

    more = f" And {len(faults) - 1} more beside that." if len(faults) > 1 else " That is the last one."
    left.__name__ = "still_" + "_and_".join(str(list(LEFT).index(fault)) for fault in faults)
    left.__doc__ = LEFT[faults[0]] + more
    return left


def after_forward(model, source, target):
    return model, source, shift_right(target), target, *answer(model, source, target)


check_tutorial_gradients = Check(
    tutorial_gradients,
    returns=("grads",),
    problems=[after_forward(*problem(3, 3, seed=0)), after_forward(*problem(2, 4, seed=1))],
    wrong=[  # while the RNNs get no gradient at all, nothing shows whether its slope would be right
        still_with(FROZEN, STATE, HALF),
        still_with(FROZEN, STATE),
        still_with(FROZEN, HALF),
        still_with(FROZEN),
        still_with(SLOPE, STATE, HALF),
        still_with(SLOPE, STATE),
        still_with(SLOPE, HALF),
        still_with(SLOPE),
        still_with(STATE, HALF),
        still_with(STATE),
        still_with(HALF),
    ],
)
