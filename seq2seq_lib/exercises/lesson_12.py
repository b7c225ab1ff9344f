"""Checks of lesson 12: three checks of a Seq2Seq, and the gradients of a tutorial's code, repaired."""

import copy

import numpy as np

from seq2seq_lib.batch import shift_right
from seq2seq_lib.exercises.check import Check
from seq2seq_lib.exercises.lesson_08 import answer, problem
from seq2seq_lib.exercises.running import run
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


MEASURED = {}


def measured(model, source, target):
    """The errors of the fresh model's gradients, and its loss after the training, which it goes through.

    That takes a tenth of a second, and seven wrong answers ask for the same: so it is kept, with the trained weights.
    """
    weights = model.params.flat
    problem = model.faults, *(array.tobytes() for array in (weights, source, target))
    if problem not in MEASURED:
        errors = check_gradients(model, Batch([source], [target])).values()
        MEASURED[problem] = errors, trained(model, source, target)[-1], weights.copy()
    errors, loss, weights[...] = MEASURED[problem]
    return errors, loss


def of_the_mean(target):
    return ((target - target.mean()) ** 2).sum()


def right_alone(model, source, target, size=lambda errors: np.abs(errors).max()):
    try:
        return size(model.predict(source, len(target)) - target) < 0.05
    except NotImplementedError:
        return False


def checked(model, source, target, rival=of_the_mean, judged=max, alone=right_alone):
    """three_checks, each part of which can be exchanged."""
    errors, loss = measured(model, source, target)
    return loss < 0.5 * rival(target), judged(errors) < 1e-3, bool(alone(model, source, target))


def it_falls(model, source, target):
    """You ask whether the loss falls. It does, down to a constant: compare the last loss with that of the mean."""
    first, _ = model.loss_and_grads(Batch([source], [target]))
    return checked(model, source, target, rival=lambda target: 2 * first)


def mean_of_squares(model, source, target):
    """Your rival's loss is a mean of squares. Our loss is a sum over the steps, so the rival's has to be one too."""
    return checked(model, source, target, rival=lambda target: of_the_mean(target) / target.size)


def with_the_teacher(model, source, target):
    """Your third check has a teacher beside it: model.forward reads the target. Use model.predict, which doesn't."""

    def taught(model, source, target):
        return np.abs(model.forward(source, target)[2] - target).max() < 0.05

    return checked(model, source, target, alone=taught)


def one_right_gradient(model, source, target):
    """You are content if one gradient is right. All have to be: take the largest error, max(errors.values())."""
    return checked(model, source, target, judged=min)


def no_abs(model, source, target):
    """An answer that is far too low passes your third check. Take the absolute value of each difference."""
    return checked(model, source, target, alone=lambda *given: right_alone(*given, size=lambda errors: errors.max()))


def mean_error(model, source, target):
    """Your third check takes a mean: one wrong number hides among right ones. Each has to be close, so the largest."""
    return checked(
        model, source, target, alone=lambda *given: right_alone(*given, size=lambda errors: np.abs(errors).mean())
    )


def no_answer_is_fine(model, source, target):
    """A model that can't run alone passes your third check. No answer is no right answer: return False there."""
    low, gradients, alone = checked(model, source, target)
    return low, gradients, alone or TEACHER in model.faults


SOURCE, TARGET = map(np.array, seed_example())


def variant(faults, rng=0, target=TARGET, source=SOURCE):
    """A model with these faults, and what it is to learn."""
    return Tutorial(source.shape[1], 4, 1, faults=faults, rng=rng), source, target


def on_copies(function, *problem):
    """The three answers, and what it was given, which nobody should have changed; the model is there to be trained."""
    model, source, target = map(copy.copy, variant(*problem))
    answer = run(function, model, source, target)
    return (*answer, source, target) if isinstance(answer, (tuple, list)) else answer


FOUR, WIDE = np.array([[0.1], [0.4], [-0.1], [0.3]]), np.array([[0.5, -0.2, 0.3], [0.1, 0.8, -0.6]])

check_three_checks = Check(
    three_checks,
    returns=("loss", "gradients", "alone", "source, afterwards,", "target, afterwards,"),
    problems=[
        *[(faults,) for faults in ([], [STATE], [LEAK], [TEACHER], [HALF], [SMALL])],
        ([LEAK], 3),  # alone it is far too low
        ([LEAK], 0, FOUR),  # alone three of four are right
        ([], 0, FOUR, WIDE),
        ([SMALL], 2, 2 * TARGET),  # low enough, if the rival's loss is a sum as well
    ],
    wrong=[
        it_falls,
        mean_of_squares,
        with_the_teacher,
        one_right_gradient,
        no_abs,
        mean_error,
        no_answer_is_fine,
    ],
    use=on_copies,
)


# The gradients, repaired


def tutorial_gradients(model, source, decoder_input, target, encoder_hs, decoder_hs, outputs):
    return gradients_with([], model, source, decoder_input, target)


def gradients_with(faults, model, source, decoder_input, target):
    broken = Tutorial(*model.params["encoder.W_xh"].shape, len(model.params["b_y"]), faults=faults, rng=0)
    for name, values in model.params.items():
        broken.params[name] = values
    batch = Batch([source], [target]).replaced(decoder_input=decoder_input[:, None])  # shifted or not: it has been read
    return dict(broken.loss_and_grads(batch)[1])


EARLY = "dW_hy from the state before"
LEFT = {
    FROZEN: "Nothing recurrent learns: fill in the gradients of both RNNs, at each step, as in lesson 03.",
    SLOPE: "Behind tanh the gradient is multiplied by its slope, 1 - h_t**2, of the state that tanh made.",
    STATE: "dW_hy is made of the encoder's last state. Output t was made of decoder_hs[t + 1].",
    EARLY: "dW_hy is made of decoder_hs[t]. hs[0] is the state before the first step: output t was made of hs[t + 1].",
    HALF: "The loss is the square of the difference. Its slope is twice the difference.",
}


def still_with(*faults):
    """A wrong answer in which these are left; its docstring says how many, and what to do about the first."""

    def left(model, source, decoder_input, target, encoder_hs, decoder_hs, outputs):
        grads = gradients_with(set(faults) - {EARLY}, model, source, decoder_input, target)
        if EARLY in faults:
            grads["W_hy"] = decoder_hs[:-1].T @ ((1 if HALF in faults else 2) * (outputs - target))
        return grads

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
    wrong=[
        still_with(*recurrent, *output, *half)
        for recurrent in ([FROZEN], [SLOPE], [])  # while they get no gradient at all, no slope can be right or wrong
        for output in ([STATE], [EARLY], [])
        for half in ([HALF], [])
        if recurrent or output or half
    ],
)
