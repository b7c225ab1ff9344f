"""GradientCheck: its bars are check_gradients' own, and mistakes hide where the lessons say that they do."""

import numpy as np
import pytest
from problems import problem, same

from seq2seq_lib import GRU, LSTM, RNN, AttentionSeq2Seq, Batch, LanguageModel, Seq2Seq, check_gradients
from seq2seq_lib.exercises.broken import BUGS, NewState, Stepwise, with_bug
from seq2seq_lib.exercises.lesson_04 import SUSPECTS, Bench, numeric_gradient, twice
from seq2seq_lib.widgets import GradientCheck
from seq2seq_lib.widgets.gradient_check import RIGHT, WRONG

CHECK = GradientCheck()


def bars(**settings):
    frame = CHECK.checked_frame(CHECK.defaults() | settings)
    return dict(zip(frame["names"], frame["errors"], strict=True))


def wrong(errors):
    return {name for name, error in errors.items() if error is not None and error > WRONG}


def recurrent(*parts):
    return {f"{part}.{name}" for part in parts for name in ("W_xh", "W_hh", "b_h")}


CAUGHT = {
    "none": set(),
    "no 1 − h²": recurrent("encoder", "decoder"),
    "transpose forgotten": recurrent("encoder", "decoder"),
    "gradient not carried back in time": recurrent("encoder", "decoder"),
    "dW_hh from the new state": {"encoder.W_hh", "decoder.W_hh"},
    "output gradient from the encoder’s state": {"W_hy"},
    "context gradient dropped": recurrent("encoder"),
    "gradient of half the loss": recurrent("encoder", "decoder") | {"W_hy", "b_y"},
    "target leak": set(),
}


def test_every_bug_is_expected_somewhere():
    assert list(CAUGHT) == ["none", *BUGS]


@pytest.mark.parametrize("bug", CAUGHT)
def test_a_bug_shows_in_the_gradients_that_it_makes_wrong_and_in_no_other(bug):
    errors = bars(bug=bug)
    assert wrong(errors) == CAUGHT[bug]
    assert all(error < RIGHT for name, error in errors.items() if name not in CAUGHT[bug])


@pytest.mark.parametrize(
    ("bug", "hiding_place"),
    [
        ("gradient not carried back in time", {"length": 1}),
        ("transpose forgotten", {"identity": True}),
        ("no 1 − h²", {"scale": 0.01, "zero_biases": True}),
    ],
)
def test_where_a_bug_hides(bug, hiding_place):
    assert wrong(bars(bug=bug))
    assert not wrong(bars(bug=bug, **hiding_place))


def test_an_error_of_zero_beside_a_gradient_of_zero_is_not_called_right():
    errors = bars(length=1)
    assert {name for name, error in errors.items() if error is None} == {"encoder.W_hh", "decoder.W_xh"}


def test_a_bar_is_as_long_as_the_logarithm_of_its_error():
    check = GradientCheck()
    seen = check.frame(**check.settings() | {"length": 1, "bug": "dW_hh from the new state"})
    powers = dict(zip(seen["names"], seen["powers"]))
    errors = dict(zip(seen["names"], seen["errors"]))
    assert errors["decoder.W_xh"] is None  # with one step the decoder reads nothing but zeros
    assert powers["decoder.W_xh"] == -12
    assert 10 ** powers["decoder.W_hh"] == pytest.approx(errors["decoder.W_hh"])


def test_the_readers_own_model_and_batch_are_checked_as_they_are():
    own, batch = problem("cross_entropy").model, problem("cross_entropy").batch
    check = GradientCheck(own, batch)
    frame = check.checked_frame(check.defaults())
    assert frame["errors"] == list(check_gradients(own, batch, at_most=3).values())
    assert "length" not in check.declared


def test_a_model_that_is_no_seq2seq_is_checked_too():
    class Line:
        def __init__(self):
            self.params = {"W": np.array([2.0, 3.0])}

        def loss_and_grads(self, batch):
            return float(self.params["W"] @ batch) ** 2, {"W": self.params["W"] @ batch * batch}  # the 2 is missing

    frame = GradientCheck(Line(), np.array([1.0, 0.5])).frame(scale=1.0, zero_biases=False, identity=False)
    assert frame["errors"] == pytest.approx([1 / 3])


@pytest.mark.parametrize("kind", [Seq2Seq, AttentionSeq2Seq])
@pytest.mark.parametrize("cell", [RNN, GRU, LSTM])
@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
def test_every_model_of_ours_is_right_at_both_ends_of_each_control(kind, cell, loss):
    check = GradientCheck(kind(4, 3, 4, loss=loss, cell=cell, rng=0))
    assert ("identity" in check.declared) == (cell is RNN)
    for name, control in check.declared.items():
        for end in control.ends() if name != "bug" else ():
            frame = check.checked_frame(check.defaults() | {name: end})
            assert not wrong(dict(zip(frame["names"], frame["errors"])))


@pytest.mark.parametrize(("kind", "cell"), [(Seq2Seq, GRU), (Seq2Seq, LSTM), (AttentionSeq2Seq, RNN)])
def test_only_bugs_that_the_model_can_have_are_offered_and_each_shows(kind, cell):
    check = GradientCheck(kind(2, 3, 2, cell=cell, rng=0))
    assert set(check.bugs.values()) == {bug for bug in BUGS.values() if issubclass(bug, RNN) == (cell is RNN)}
    for bug in check.bugs:
        frame = check.checked_frame(check.defaults() | {"bug": bug})
        assert bool(wrong(dict(zip(frame["names"], frame["errors"])))) == (bug != "target leak")


def test_what_needs_no_batch_is_given_none():
    check = GradientCheck(Bench())
    frame = check.checked_frame(check.defaults())
    assert frame["names"] == ["xs", "h_0", "W_xh", "W_hh", "b_h"]
    assert max(frame["errors"]) < RIGHT
    assert not {"bug", "length"} & set(check.declared)


def test_a_model_that_needs_a_batch_says_so():
    with pytest.raises(ValueError, match="expected a batch without a source"):
        GradientCheck(LanguageModel(6, 3))
    text = GradientCheck(LanguageModel(6, 3, cell=GRU, rng=0), Batch(None, [[3, 4, 5], [5]]))
    assert max(text.checked_frame(text.defaults())["errors"]) < RIGHT


def test_with_the_readers_slopes_the_errors_are_those_of_check_gradients():
    seen = GradientCheck(numeric_gradient=numeric_gradient).checked_frame(CHECK.defaults())
    assert seen["errors"] == list(bars().values())


def test_a_wrong_slope_is_named_with_its_parameter_in_every_frame():
    check = GradientCheck(numeric_gradient=twice)
    for _ in range(2):
        note = check.checked_frame(check.defaults())["note"]
        assert note.startswith("Your numeric_gradient: the gradient of encoder.W_xh is not right yet at [0, 0]:")


def test_a_backward_is_checked_on_the_bench_and_a_suspect_is_known_by_its_name():
    def suspect_b(*arguments):
        return SUSPECTS["B"](*arguments)

    frame = GradientCheck(backward=suspect_b).checked_frame({"scale": 1.0, "zero_biases": False, "identity": False})
    assert wrong(dict(zip(frame["names"], frame["errors"]))) == {"W_hh"}
    assert "It is still wrong in the same way: only dW_hh is" in frame["note"]
    with pytest.raises(ValueError, match="expected a model or a backward, got both"):
        GradientCheck(Bench(), backward=suspect_b)


def test_where_no_bug_fits_there_is_nothing_to_choose():
    assert "bug" not in GradientCheck(AttentionSeq2Seq(2, 3, 2, cell=GRU, rng=0)).declared


@pytest.mark.parametrize(
    ("model", "bug", "wanted"),
    [
        (Seq2Seq(2, 3, 2, cell=GRU), "no 1 − h²", "a model of two plain RNNs"),
        (AttentionSeq2Seq(2, 3, 2), "target leak", "a plain Seq2Seq"),
    ],
)
def test_a_bug_that_a_model_cannot_have_is_refused_in_words(model, bug, wanted):
    with pytest.raises(ValueError, match=f"expected {wanted}"):
        with_bug(model, BUGS[bug])


def test_the_readers_model_stays_as_it_is():
    model = Seq2Seq(2, 3, 2, rng=0)
    before = model.params.flat.copy()
    check = GradientCheck(model)
    check.checked_frame(check.defaults() | {"bug": "no 1 − h²", "scale": 0.1})
    np.testing.assert_array_equal(model.params.flat, before)
    assert type(model) is Seq2Seq


@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
def test_step_by_step_it_is_the_librarys_own_before_it_is_broken(loss):
    model, batch = problem(loss).model, problem(loss).batch
    loss_here, grads = with_bug(model, Stepwise).loss_and_grads(batch)
    assert loss_here == model.loss_and_grads(batch)[0]
    same(grads, model.loss_and_grads(batch)[1], tolerance=1e-13)


def test_forward_and_backward_by_hand_have_the_same_mistake_as_training():
    batch = problem("squared_error").batch
    for bug in BUGS.values():
        model = with_bug(problem("squared_error").model, bug)
        same(model.backward(batch, None, *model.forward(batch)), model.loss_and_grads(batch)[1])


def test_a_reader_adds_a_bug_of_his_own():
    check = GradientCheck(bugs={"mine": NewState})
    assert check.declared["bug"].options == ("none", "mine")


def test_a_broken_model_trains_on():
    model = with_bug(Seq2Seq(2, 3, 1, rng=0), BUGS["no 1 − h²"])
    assert len(model.train(np.zeros((3, 2)), np.zeros((3, 1)), epochs=2)) == 2


def test_random_pairs_of_tokens_are_made_for_a_model_that_reads_tokens():
    check = GradientCheck(Seq2Seq(6, 3, 6, loss="cross_entropy", rng=0))
    assert not wrong(dict(zip(*(check.checked_frame(check.defaults())[key] for key in ("names", "errors")))))
