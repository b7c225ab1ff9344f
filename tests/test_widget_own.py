"""Whatever a reader writes, an instrument shows; where it is wrong, it says in which number and by which mistake."""

import inspect
import math
import re
from functools import cache
from types import FunctionType

import numpy as np
import pytest
from attacks import CHECKS, goes_on, hint_of, leaves, moved, of_floats
from instruments import CLASSES, MAKE

from seq2seq_lib.exercises import running
from seq2seq_lib.exercises.lesson_01 import check_rnn_step, no_bias, rnn_step
from seq2seq_lib.exercises.lesson_02 import from_zero
from seq2seq_lib.exercises.lesson_04 import SUSPECTS, Bench
from seq2seq_lib.exercises.lesson_06 import uphill
from seq2seq_lib.widgets import BatchMate, GradientCheck, Optimizers, StepExplorer, Unroll, dashboard, optimizers
from seq2seq_lib.widgets.own import Own, ShowsOwn

TAKEN = [
    pytest.param(instrument, parameter, check, id=f"{instrument}-{parameter}-{check.name}")
    for instrument, kind in CLASSES.items()
    if issubclass(kind, ShowsOwn)
    for parameter, checks in kind.takes.items()
    for check in checks
]
MISTAKES = [
    pytest.param(*taken.values, wrong, id=f"{taken.id}-{wrong.__name__}")
    for taken in TAKEN
    for wrong in taken.values[2].wrong
]
TAKES_PART = {"BatchMate": {"carry": True}, "GradientFlow": {"clipped": True}}  # where it is called at these settings
NOT_TAKEN = {  # and why
    "cross_entropy": "NextSymbol shows the surprises of a text, and no gradient",
    "sample": "NextSymbol draws with numbers of its own",
    "truncated_backward": "no instrument of lesson 07 cuts the way back into chunks",
    "seq2seq_forward": "ContextBridge goes on from a context, which it changes by hand",
    "seq2seq_backward": "no instrument of lesson 08 shows a gradient",
    "shift_right": "ForcedOrFree reads what the model's own batch says",
    "predict_free": "ForcedOrFree shows each step, this returns the answer alone",
    "masked_cross_entropy": "no instrument of lesson 10 shows a loss",
    "three_checks": "it trains: each switch of Dashboard would wait for it, ten times as long as now",
    "lstm_step": "Gates and GradientFlow show the gates, which it keeps to itself",
    "lstm_backward_step": "GradientFlow lets three cells send a gradient back, each with its own four methods",
    "attend_backward": "no instrument of lesson 14 shows a gradient",
    "fit_probe": "there is no instrument in lesson 15",
    "score_after": "there is no instrument in lesson 15",
    "split": "no instrument of lesson 16 divides pairs",
    "share_right": "no instrument of lesson 16 measures",
    "nearest": "no instrument of lesson 16 shows a rival",
    "keep_best": "no instrument of lesson 16 trains",
    "to_pytorch": "there is no instrument in lesson 17",
    "pack": "there is no instrument in lesson 17",
    "mean_of_machines": "there is no instrument in lesson 17",
}


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """A coarse map, a short training and less patience: what counts here is what is said."""
    monkeypatch.setattr(optimizers, "GRID", (5, 4))
    monkeypatch.setattr(dashboard, "STEPS", 10)
    monkeypatch.setattr(running, "STEPS", 30_000)


def named(function, name):
    """The function, as a reader has it in his notebook: under the name of the exercise."""

    return FunctionType(function.__code__, function.__globals__, name, closure=function.__closure__)


def made(instrument, parameter, function, check):
    """The instrument with this function, and its frame."""
    shown = MAKE[instrument](**{parameter: named(function, check.name)})
    if instrument not in TAKES_PART:
        return shown, dict(shown.found[1])
    return shown, shown.checked_frame(shown.defaults() | TAKES_PART[instrument])


@cache
def without_own(instrument, parameter):
    """The frame that the library's function makes."""
    shown, off = MAKE[instrument](), {}
    if (instrument, parameter) == ("GradientCheck", "backward"):
        shown = GradientCheck(Bench())
    if instrument == "Dashboard":  # the reader's gradients stand where four faults would
        left = MAKE[instrument](**{parameter: rnn_step}).defaults()
        off = dict.fromkeys(shown.defaults().keys() - left.keys(), False)
    return shown.checked_frame(shown.defaults() | TAKES_PART.get(instrument, {}) | off)


def alike(one, other):
    """The same words, and the same numbers but for rounding."""
    if isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in other)
    if isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(other, np.ndarray):
        return one.shape == other.shape and np.allclose(one, other, rtol=1e-4, atol=1e-5)
    if isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-4, abs_tol=1e-5)
    if isinstance(other, str):
        one, other = (re.sub(r"(\d×)?10⁻¹.", "0", text) for text in (one, other))
    return one == other


def test_every_exercise_is_taken_by_an_instrument_or_left_out_for_a_reason():
    taken = {param.values[2].name for param in TAKEN}
    assert taken | NOT_TAKEN.keys() == {check.name for check in CHECKS.values()}
    assert not taken & NOT_TAKEN.keys()


@pytest.mark.parametrize("kind", [kind for kind in CLASSES.values() if issubclass(kind, ShowsOwn)])
def test_what_is_taken_is_a_parameter_that_is_documented(kind):
    for parameter in kind.takes:
        assert inspect.signature(kind).parameters[parameter].default is None
        assert re.search(rf"\b{parameter}\b.*:", inspect.getdoc(kind)), parameter


@pytest.mark.parametrize(("instrument", "parameter", "check"), TAKEN)
def test_the_right_function_gives_the_frame_of_the_library(instrument, parameter, check):
    _, frame = made(instrument, parameter, check.right, check)
    assert "note" not in frame
    assert alike(frame, without_own(instrument, parameter))


@pytest.mark.parametrize(("instrument", "parameter", "check", "wrong"), MISTAKES)
def test_a_known_mistake_is_named_with_its_hint(instrument, parameter, check, wrong):
    _, frame = made(instrument, parameter, wrong, check)
    assert frame["note"].startswith(f"Your {check.name}: ")
    assert hint_of(wrong).removeprefix("not yet. ") in frame["note"]


def first_number_moved(check):
    """The right function, whose answer's first number, or the first that it changes in place, is too large by 1."""

    def mine(*arguments):
        answer = check.right(*arguments)
        if answer is None:
            next(iter(arguments[0].values())).flat[0] += 1
        return leaves(answer, of_floats(moved(0)))

    return mine


@pytest.mark.parametrize(("instrument", "parameter", "check"), TAKEN)
def test_a_wrong_number_is_named_with_its_place_and_both_values(instrument, parameter, check):
    _, frame = made(instrument, parameter, first_number_moved(check), check)
    expected, got = re.search(r"is not right yet.*: expected (\S+), got (\S+)\.", frame["note"]).groups()
    assert float(got) - float(expected) == pytest.approx(1, abs=1e-3)


def stub(*arguments):
    return None


def raises(*arguments):
    return 1 / 0


def something_else(*arguments):
    return object()


FAILS = {
    "raises": (raises, "it stops with ZeroDivisionError: division by zero (in raises: return 1 / 0)."),
    "stub": (stub, "not done yet, it returns None."),
    "endless": (goes_on, "it does not come to an end. What makes its loop stop?"),
    "of another form": (something_else, "should"),
}
IN_PLACE = "sgd_step", "clip_by_global_norm"  # of these it does not matter for the picture what is returned


@pytest.mark.parametrize("failure", FAILS)
@pytest.mark.parametrize(("instrument", "parameter", "check"), TAKEN)
def test_a_function_without_an_answer_is_told_in_words_and_the_librarys_is_shown(instrument, parameter, check, failure):
    function, words = FAILS[failure]
    if function is something_else and check.name in IN_PLACE:
        return
    _, frame = made(instrument, parameter, function, check)
    note = frame.pop("note")
    assert alike(frame, without_own(instrument, parameter))
    assert note.startswith(f"Your {check.name}: ")
    assert words in note
    assert note.endswith(f"What you see is the library’s {check.name}.")


@pytest.mark.parametrize(("instrument", "parameter", "check"), TAKEN)
def test_a_function_that_raises_leaves_a_picture_and_its_controls(instrument, parameter, check):
    shown = MAKE[instrument](**{parameter: named(raises, check.name)})
    assert shown._repr_mimebundle_()[0]["image/png"]
    ends = {name: [end for end in shown.declared[name].ends() if end != now] for name, now in shown.settings().items()}
    name, end = next(((name, others[0]) for name, others in ends.items() if others), ("edits", {"x_t[0]": 0.0}))
    setattr(shown, name, end)
    assert getattr(shown, name) == end
    assert "ZeroDivisionError" in shown.found[1]["note"]


# What is said


def test_a_mistake_that_this_picture_hides_is_told_apart():
    note = Unroll(forward=named(from_zero, "rnn_forward")).found[1]["note"]  # h_0 is zero here
    assert note.startswith("Your rnn_forward: right in this picture, but not in its exercise. You start from zeros.")


def test_what_takes_no_part_in_a_picture_is_not_called_right_in_it(monkeypatch):
    shown, _ = made("BatchMate", "carry", lambda h_t, h_prev, real: h_t, CHECKS["check_carry"])
    assert shown.checked_frame(shown.defaults())["note"].startswith("Your carry: You return h_t for all")


def test_a_frame_that_is_right_again_says_so_although_another_was_wrong():
    def at_rest_alone(xs, h_0, *weights):
        return CHECKS["check_rnn_forward"].right(xs, h_0, *weights) + h_0[0, 0]

    shown = Unroll(forward=named(at_rest_alone, "rnn_forward"))
    poked = shown.checked_frame(shown.defaults() | {"poked": "h_0[0]"})
    assert "hs is not right yet at [0, 0, 0]: expected 0.5, got 1." in poked["note"]
    assert "right in this picture" in shown.checked_frame(shown.defaults())["note"]


def test_of_two_functions_each_is_judged_alone():
    shown = Optimizers(sgd_step=named(uphill, "sgd_step"), adam_step=stub)
    note = shown.found[1]["note"]
    assert "Your sgd_step: weights is not right yet" in note
    assert note.endswith("Your adam_step: not done yet, it returns None. What you see is the library’s adam_step.")
    ways, right = ({way["name"]: way["points"] for way in one.found[1]["ways"]} for one in (shown, Optimizers()))
    assert ways["SGD"].shape != right["SGD"].shape
    np.testing.assert_array_equal(ways["Adam"], right["Adam"])


def test_a_failure_of_one_function_inside_another_is_its_own():
    note = Optimizers(sgd_step=raises, train=CHECKS["check_train"].right).found[1]["note"]
    assert note.startswith("Your sgd_step: it stops with ZeroDivisionError")
    assert "Your train" not in note


def test_a_note_on_the_text_and_one_on_the_function_are_both_said():
    shown = MAKE["BatchMate"](carry=named(lambda h_t, h_prev, real: h_t, "carry"))
    note = shown.checked_frame({"text": "JADE", "neighbour": 6, "carry": True})["note"]
    assert re.match(r"Read as .jade.\W.*Your carry: h is not right yet", note)


def test_the_check_is_that_of_the_exercise_whose_name_the_function_bears():
    assert Own(named(no_bias, "suspect_a"), *GradientCheck.takes["backward"]).check.name == "suspect_a"
    assert Own(SUSPECTS["A"], *GradientCheck.takes["backward"]).check.name == "rnn_backward"


def test_what_works_in_place_changes_nothing_here_and_is_told():
    def spoils(x_t, h_prev, W_xh, W_hh, b_h):
        h_t = rnn_step(x_t, h_prev, W_xh, W_hh, b_h)
        W_hh[...] = 0
        return h_t

    frame = StepExplorer(step=spoils).checked_frame({"edits": {}})
    assert "it changes W_hh in place" in frame.pop("note")
    assert alike(frame, StepExplorer().found[1])


def test_an_interrupt_gets_through():
    def interrupted(*arguments):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        StepExplorer(step=interrupted)


def test_a_setting_that_cannot_be_is_still_refused():
    shown = StepExplorer(step=raises)
    with pytest.raises(ValueError, match="expected edits"):
        shown.checked_frame({"edits": {"x_t[0]": 99}})


def test_only_a_plain_rnn_has_a_forward_of_the_exercise():
    own = {"carry": check_rnn_step.right, "masked_forward": check_rnn_step.right}
    with pytest.raises(ValueError, match="masked_forward: expected no carry beside it"):
        MAKE["BatchMate"](**own)
    assert BatchMate.takes.keys() == own.keys()
