"""What lesson 04 claims."""

from functools import cache
from unittest.mock import patch

import numpy as np
from claim import claim, frame_of

from seq2seq_lib import RNN, Adam, Seq2Seq, check_gradients, exact_match, training
from seq2seq_lib.exercises import lesson_04
from seq2seq_lib.exercises.broken import ContextDropped, EncoderStateForOutput, with_bug
from seq2seq_lib.exercises.lesson_04 import SUSPECTS, Bench, numeric_gradient, one_sided
from seq2seq_lib.gradcheck import relative_error
from seq2seq_lib.tasks import reverse
from seq2seq_lib.widgets import GradientCheck

RIGHT, WRONG = 1e-7, 1e-3
EPSILONS = 10.0 ** np.arange(-12, 0)
SMALL = {"scale": 0.003, "zero_biases": True, "zero_h_0": True}
THEIRS = {"A": {"steps": 1}, "B": {"zero_h_0": True}, "C": SMALL}


def bench(seed, *arguments, **named):
    """The lesson's bench, with all its numbers drawn anew."""

    def redrawn(_, *shapes):
        rng = np.random.default_rng(seed)
        return [rng.standard_normal(shape) for shape in shapes]

    with patch.object(lesson_04, "standard_normal", redrawn):
        return Bench(*arguments, **named)


def both_ways(bench, epsilon=1e-4, measure=numeric_gradient):
    measured = measure(lambda W: bench.loss_at("W_hh", W), bench.params["W_hh"], epsilon)
    return measured, bench.loss_and_grads()[1]["W_hh"]


def errors(bench, measure=numeric_gradient):
    return np.array([relative_error(*both_ways(bench, epsilon, measure)) for epsilon in EPSILONS])


def largest(bench, names=("W_xh", "W_hh", "b_h")):
    found = check_gradients(bench, None)
    return max(found[name] for name in names)


def difference(bench):
    return float(np.linalg.norm(np.subtract(*both_ways(bench))))


@claim("04", "ten times less nudge, a hundred times less error.")
def a_central_difference_gains_two_digits(seed):
    x = np.random.default_rng(seed).uniform(1, 3)

    def error(e, f=lambda x: x**3):
        one, two = (f(x + e) - f(x)) / e, (f(x + e) - f(x - e)) / (2 * e)
        return np.array([one, two]) - 3 * x**2

    gain = error(0.1) / error(0.01)
    return f"{gain[0]:.1f} and {gain[1]:.0f}", 9 < gain[0] < 11 and 95 < gain[1] < 105


@claim("04", "The library's pass was right in all five")
def the_library_is_right(seed):
    error = largest(bench(seed), ("xs", "h_0", "W_xh", "W_hh", "b_h"))
    return f"{error:.0e}", error < RIGHT


@claim("04", "About 0.008, a million times as large")
def the_difference_grows_with_the_unit(seed):
    """The ratio; the 0.008 is the bench's."""
    ratio = difference(bench(seed, unit=1e6)) / difference(bench(seed))
    return f"{ratio:.2e}; on the bench {difference(Bench(unit=1e6)):.1g}", (
        0.8e6 < ratio < 1.2e6 and f"{difference(Bench(unit=1e6)):.1g}" == "0.008"
    )


@claim("04", "is off by thousands of times more than the wrong one in the third")
def a_right_pass_can_be_further_off_than_a_wrong_one(seed):
    right, wrong = bench(seed, unit=1e6), bench(seed, SUSPECTS["A"], unit=1e-6)
    ratio = difference(right) / difference(wrong)
    relative = [relative_error(*both_ways(of)) for of in (right, wrong)]
    return f"{ratio:.0f} times; relative {relative[0]:.0e}, {relative[1]:.2f}", (
        ratio > 1_000 and relative[0] < RIGHT and relative[1] > WRONG
    )


def measured_of(errors):
    """Those of gradients that both ways found to be zero are None: nothing was compared."""
    return [error for error in errors if error is not None]


@claim("04", "below $10^{-7}$ is right, above $10^{-3}$ is a bug")
def the_two_figures_part_right_from_wrong(seed):
    """The bench and its three bugs; a Seq2Seq and all its bugs whose gradient is wrong."""
    wrong = [max(check_gradients(bench(seed, backward), None).values()) for backward in SUSPECTS.values()]
    right = [max(check_gradients(bench(seed), None).values())]
    checked = instrument(seed)
    for bug in checked.bugs:
        frame = frame_of(checked, bug=bug)
        right += measured_of(frame["right"])
        wrong += [max(measured_of(frame["errors"]))] if bug != "target leak" else []
    return f"right at most {max(right):.0e}, wrong at least {min(wrong):.2f}", max(right) < RIGHT and min(wrong) > WRONG


@claim("04", "so $\\varepsilon$ is near $10^{-5}$")
def the_best_nudge_is_near_a_hundred_thousandth(seed):
    found = errors(bench(seed))
    best = EPSILONS[found.argmin()]
    return f"{best:.0e}: {found.min():.0e}", 0.9e-6 < best < 1.1e-4 and found[7] < RIGHT


@claim("04", "this **truncation** error falls with $\\varepsilon^2$, one-sided only with $\\varepsilon$.")
def truncation_falls_with_the_square(seed):
    central, one = errors(bench(seed)), errors(bench(seed), one_sided)
    powers = [np.log10(of[10] / of[9]) for of in (central, one)]
    return f"from 1e-2 to 1e-3: {powers[0]:.2f} and {powers[1]:.2f}", abs(powers[0] - 2) < 0.2 and abs(
        powers[1] - 1
    ) < 0.2


@claim("04", "In float32 the best nudge, $10^{-2}$, leaves an error between the two figures")
def float32_can_clear_nobody(seed):
    found = errors(bench(seed, dtype=np.float32))
    return f"{EPSILONS[found.argmin()]:.0e}: {found.min():.0e}", (
        EPSILONS[found.argmin()] == EPSILONS[10] and RIGHT < found.min() < WRONG
    )


@claim("04", "it would betray most bugs")
def float32_would_betray_our_bugs(seed):
    found = [relative_error(*both_ways(bench(seed, SUSPECTS[name], dtype=np.float32), 1e-2)) for name in SUSPECTS]
    return " ".join(f"{error:.2f}" for error in found), min(found) > 10 * WRONG


@claim("04", "With the library's nudge of $10^{-5}$ rounding alone, in a right pass, is as large as a bug.")
def float32_makes_a_right_pass_look_wrong(seed):
    error = relative_error(*both_ways(bench(seed, dtype=np.float32), 1e-5))
    return f"{error:.0e}", error > WRONG


@cache
def instrument(seed):
    return GradientCheck(Seq2Seq(2, 3, 2, rng=seed))


def orange(seed, bug, **settings):
    frame = frame_of(instrument(seed), bug=bug, **settings)
    return [name for name, error in zip(frame["names"], frame["errors"]) if error is not None and error > RIGHT]


@claim("04", "A wrong share of `dW_hh` spoils two bars")
def a_wrong_share_spoils_two_bars(seed):
    found = orange(seed, "dW_hh from the new state")
    return found, found == ["encoder.W_hh", "decoder.W_hh"]


@claim("04", "a gradient that is lost on its way spoils all that lies behind.")
def a_lost_gradient_spoils_all_behind(seed):
    found = orange(seed, "context gradient dropped")
    return found, found == ["encoder.W_xh", "encoder.W_hh", "encoder.b_h"]


@claim("04", "The target leak spoils none")
def the_leak_spoils_none(seed):
    found = orange(seed, "target leak")
    return found, found == []


@claim("04", "All three are wrong. A factor of zero hides whatever it multiplies")
def the_author_sees_no_error_and_we_do(seed):
    theirs = [largest(bench(seed, SUSPECTS[name], **setting)) for name, setting in THEIRS.items()]
    ours = [largest(bench(seed, SUSPECTS[name])) for name in THEIRS]
    shown = f"theirs at most {max(theirs):.0e}, ours at least {min(ours):.2f}"
    return shown, max(theirs) < RIGHT and min(ours) > WRONG


@claim("04", "A fresh RNN's weights are large enough")
def fresh_weights_hide_nothing_if_state_and_biases_are_not_zero(seed):
    found = []
    for backward in SUSPECTS.values():
        fresh, rnn = bench(seed, backward), RNN(2, 3, rng=seed)
        fresh.params |= {"W_xh": rnn.params["W_xh"], "W_hh": rnn.params["W_hh"]}
        found.append(largest(fresh))
    return " ".join(f"{error:.2f}" for error in found), min(found) > WRONG


@claim("04", "*gradient not carried back in time* vanish with the sequence length, *transpose forgotten* with")
def two_bugs_hide_in_the_instrument(seed):
    found = orange(seed, "gradient not carried back in time", length=1)
    found += orange(seed, "transpose forgotten", identity=True)
    return found, found == []


@claim("04", "Then take *no 1 − h²*, zero biases and the smallest weights: how far to the left does it get?")
def the_missing_slope_does_not_hide_wholly(seed):
    frame = frame_of(instrument(seed), bug="no 1 − h²", scale=0.01, zero_biases=True)
    most = max(error for error in frame["errors"] if error is not None)
    return f"{most:.0e}", RIGHT < most < WRONG


@claim("04", "Right after one step, wrong after four: spoilt on its way through time.")
def the_table_says_where_to_look(seed):
    """The pattern of A, of B and of C, after one step and after four."""
    wrong = {
        (name, steps): {
            key for key, error in check_gradients(bench(seed, SUSPECTS[name], steps), None).items() if error > RIGHT
        }
        for name in SUSPECTS
        for steps in (1, 4)
    }
    everything = {"xs", "h_0", "W_xh", "W_hh", "b_h"}
    wanted = {("A", 1): {"h_0"}, ("A", 4): everything, ("B", 1): {"W_hh"}, ("B", 4): {"W_hh"}}
    wanted |= {("C", 1): everything, ("C", 4): everything}
    return [key for key in wanted if wrong[key] != wanted[key]] or "as in the lesson", wrong == wanted


@cache
def trained(seed):
    """Right, dW_hy from the wrong state, no gradient for the encoder: (model, fresh copy, losses, share right)."""
    task = reverse(2, 5, train=5000, held_out=500)
    fresh = Seq2Seq(len(task.source), 48, len(task.target), loss="cross_entropy", rng=seed)
    found = []
    for model in (fresh, with_bug(fresh, EncoderStateForOutput), with_bug(fresh, ContextDropped)):
        steps = training(model, task.batches(32, rng=seed), Adam(3e-3), decay_steps=800)
        losses = [step.loss for step in steps]
        found.append((model, losses, exact_match(model, task)))
    return task, found


@claim("04", "All three fall more than tenfold.")
def all_losses_fall(seed):
    falls = [losses[0] / np.mean(losses[-20:]) for _, losses, _ in trained(seed)[1]]
    return " ".join(f"{fall:.0f}" for fall in falls), min(falls) > 10


@claim("04", "Fall, more slowly than the right one’s")
def the_wrong_ones_fall_more_slowly(seed):
    right, *wrong = [np.mean(np.reshape(losses, (-1, 100)), axis=1) for _, losses, _ in trained(seed)[1]]
    share = [np.mean(means > right) for means in wrong]
    return f"above the right one in {share[0]:.0%}, {share[1]:.0%} of the hundreds of steps", min(share) == 1


@claim("04", "more than 80 of 100 words come out right, with each of five seeds.")
def a_random_encoder_is_read(seed):
    right, _, third = [match for *_, match in trained(seed)[1]]
    return f"{third:.0%} against {right:.1%}", 0.8 < third < right


@claim("04", "The model with the wrong `dW_hy` passes the exam as well")
def a_model_with_a_bug_passes(seed):
    matches = [match for *_, match in trained(seed)[1]]
    return " ".join(f"{match:.1%}" for match in matches), min(matches[:2]) > 0.95


@claim("04", "The check needs one batch and no rival, and names the parameter.")
def the_check_names_the_parameter(seed):
    task, found = trained(seed)
    batch = next(task.batches(8, rng=seed + 1))
    wrong = [
        [key for key, error in check_gradients(model, batch, at_most=20).items() if error > WRONG]
        for model, *_ in found
    ]
    return wrong, wrong == [[], ["W_hy"], ["encoder.W_xh", "encoder.W_hh", "encoder.b_h"]]
