"""BackwardStepper: its walk ends where RNN.backward does, and it says where a reader's function first goes wrong."""

import numpy as np
import pytest

from seq2seq_lib import RNN
from seq2seq_lib.exercises.lesson_03 import no_future, rnn_backward
from seq2seq_lib.losses import squared_error
from seq2seq_lib.widgets import BackwardStepper
from seq2seq_lib.widgets.backward_stepper import EVERY, LAST
from seq2seq_lib.words import fixed


def right_step(dh_t, x_t, h_prev, h_t, W_xh, W_hh):
    """What a reader writes, when it is right."""
    da_t = dh_t * (1 - h_t**2)
    return da_t @ W_xh.T, da_t @ W_hh.T, {"W_xh": x_t.T @ da_t, "W_hh": h_prev.T @ da_t, "b_h": da_t.sum(axis=0)}


def no_slope(dh_t, x_t, h_prev, h_t, W_xh, W_hh):
    return right_step(dh_t, x_t, h_prev, np.zeros_like(h_t), W_xh, W_hh)


def no_transpose(dh_t, x_t, h_prev, h_t, W_xh, W_hh):
    dx_t, _, grads = right_step(dh_t, x_t, h_prev, h_t, W_xh, W_hh)
    return dx_t, dh_t * (1 - h_t**2) @ W_hh, grads


def new_state(dh_t, x_t, h_prev, h_t, W_xh, W_hh):
    return right_step(dh_t, x_t, h_t, h_t, W_xh, W_hh)


def wrong_once(dh_t, x_t, h_prev, h_t, W_xh, W_hh):
    """Wrong in one step only, the third: there h_prev is the second state."""
    second = framed(BackwardStepper())["forward"]["h"][2, :, 0]
    dx_t, dh_prev, grads = right_step(dh_t, x_t, h_prev, h_t, W_xh, W_hh)
    return (2 * dx_t if np.allclose(h_prev, second) else dx_t), dh_prev, grads


def framed(stepper, loss=EVERY, scale=1):
    return stepper.checked_frame({"loss": loss, "scale": scale})


def backward_of(stepper, loss=EVERY, scale=1):
    """dhs, and what RNN.backward answers."""
    rnn = RNN(stepper.rnn.input_dim, stepper.rnn.hidden_dim)
    for name, values in stepper.rnn.params.items():
        rnn.params[name] = values * (scale if name == "W_hh" else 1)
    hs = rnn.forward(stepper.xs, stepper.h_0)
    _, dhs = squared_error(hs[1:], stepper.targets)
    if loss == LAST:
        dhs[:-1] = 0
    return dhs, *rnn.backward(dhs, stepper.xs, hs)


@pytest.mark.parametrize("loss", [EVERY, LAST])
@pytest.mark.parametrize("scale", [0, 1, 1.7])
@pytest.mark.parametrize("own", [None, right_step])
def test_the_walk_ends_where_the_core_does(loss, scale, own):
    stepper = BackwardStepper(own)
    dhs, dxs, dh_0, grads = backward_of(stepper, loss, scale)
    frame = framed(stepper, loss, scale)
    np.testing.assert_allclose(frame["walk"]["own"][::-1, :, 0], dhs)
    np.testing.assert_allclose(frame["walk"]["dx"][::-1, :, 0], dxs, atol=1e-12)
    np.testing.assert_allclose(frame["walk"]["dh_prev"][-1, :, 0], dh_0, atol=1e-12)
    for name, gradient in grads.items():
        np.testing.assert_allclose(frame["sums"][name][-1], np.atleast_2d(gradient), atol=1e-12)
    assert all(verdict["right"] for verdict in frame["verdicts"])
    assert "equal RNN.backward" in frame["verdicts"][-1]["lines"][0]


@pytest.mark.parametrize("own", [None, no_transpose])
def test_the_two_arrows_add_and_pass_the_slope(own):
    frame = framed(BackwardStepper(own))
    walk, hs = frame["walk"], frame["forward"]["h"]
    assert not walk["future"][0].any()
    np.testing.assert_array_equal(walk["future"][1:], walk["dh_prev"][:-1])
    np.testing.assert_allclose(walk["own"] + walk["future"], walk["dh"])
    np.testing.assert_allclose(walk["dh"] * (1 - hs[:0:-1] ** 2), walk["da"])
    np.testing.assert_allclose(np.cumsum(frame["shares"]["W_hh"], axis=0), frame["sums"]["W_hh"])
    np.testing.assert_allclose(frame["shares"]["b_h"][:, 0], walk["da"][..., 0])


@pytest.mark.parametrize(
    ("mistake", "step", "quantities", "furthest"),
    [
        (no_slope, 4, "everything, so look at da_t", None),
        (no_transpose, 4, "dh_prev", None),
        (new_state, 4, "dW_hh", "dW_hh"),
        (wrong_once, 3, "dx", "dx"),
    ],
)
def test_a_mistake_is_named_with_its_first_step_and_its_quantities(mistake, step, quantities, furthest):
    verdicts = framed(BackwardStepper(mistake))["verdicts"]
    assert [verdict["right"] for verdict in verdicts] == [True] * (4 - step) + [False] * step
    assert verdicts[-1]["lines"][0] == f"First wrong at step {step}: {quantities}."
    assert f"At the end {furthest or 'd'}" in verdicts[-1]["lines"][1]


def test_the_wrong_number_is_shown_beside_the_right_one():
    right, wrong = (framed(BackwardStepper(step)) for step in (right_step, no_transpose))
    got, should = (frame["walk"]["dh_prev"][0, 0, 0] for frame in (wrong, right))
    says = f"dh_prev[0] is {got:.4f}, it should be {should:.4f}.".replace("-", "−")
    assert wrong["verdicts"][0]["lines"][1] == says
    assert f"yours: {got:.3f}".replace("-", "−") in wrong["arithmetic"][0][0][2]


def test_the_arithmetic_is_written_out():
    frame = framed(BackwardStepper())
    own, future, dh = (f"{frame['walk'][name][1, 1, 0]:.3f}" for name in ("own", "future", "dh"))
    assert frame["arithmetic"][1][1][0] == f"dh₃ = {own} (own output) + {future} (future) = {dh}"
    assert "no future: the last step" in frame["arithmetic"][0][1][0]
    assert "own output: none" in framed(BackwardStepper(), LAST)["arithmetic"][1][0][0]


@pytest.mark.parametrize("loss", [EVERY, LAST])
def test_a_whole_backward_is_walked_through_by_what_it_makes_of_the_last_steps(loss):
    step, whole = (framed(BackwardStepper(**own), loss) for own in ({}, {"backward": rnn_backward}))
    for part in ("walk", "shares", "sums"):
        for name, values in step[part].items():
            np.testing.assert_allclose(whole[part][name], values, atol=1e-12)
    assert all(verdict["right"] for verdict in whole["verdicts"])


def test_a_whole_backward_is_wrong_from_the_step_at_which_the_future_is_missing():
    verdicts = framed(BackwardStepper(backward=no_future))["verdicts"]
    assert [verdict["right"] for verdict in verdicts] == [True, False, False, False]


def test_one_walk_shows_one_function():
    with pytest.raises(ValueError, match="expected backward_step or backward, got both"):
        BackwardStepper(right_step, backward=rnn_backward)


def test_the_readers_arrays_and_weights_stay_as_they_are():
    def in_place(dh_t, x_t, h_prev, h_t, W_xh, W_hh):
        dh_t *= 1 - h_t**2
        answer = dh_t @ W_xh.T, dh_t @ W_hh.T, {"W_xh": x_t.T @ dh_t, "W_hh": h_prev.T @ dh_t, "b_h": dh_t[0]}
        for argument in (x_t, h_prev, h_t, W_xh, W_hh):
            argument *= 0
        return answer

    rnn = RNN(1, 2, rng=1)
    given = rnn.params.flat, np.ones((5, 1)), np.full((5, 2), 0.5), np.full(2, 0.3)
    before = [values.copy() for values in given]
    stepper = BackwardStepper(in_place, rnn, *given[1:])
    frame = framed(stepper, scale=0.5)
    assert all(verdict["right"] for verdict in frame["verdicts"])
    for values, as_they_were in zip(given, before, strict=True):
        np.testing.assert_array_equal(values, as_they_were)
        values *= 2  # the reader goes on with them: what he was shown stays
    assert str(framed(stepper, scale=0.5)) == str(frame)


def test_what_the_picture_has_no_room_for_is_refused():
    with pytest.raises(ValueError, match="expected 2 to 5 steps, as many as the picture has room for, got 6"):
        BackwardStepper(xs=np.zeros((6, 2)))


def test_the_stored_picture_has_both_arrows_into_each_gradient():
    stepper = BackwardStepper()
    (axes,) = stepper.picture().axes
    walk = framed(stepper)["walk"]
    drawn = [text.get_text() for text in axes.texts]
    for name in ("own", "future", "dh"):
        assert all(fixed(value) in drawn for value in walk[name].ravel())
    assert {"loss at h4", "from h4", "no future", "dh4"} <= set(drawn)
    ways = [(text.xyann, text.xy) for text in axes.texts if getattr(text, "arrow_patch", None)]
    down = [start for start, end in ways if start[0] == end[0] and start[1] < end[1]]
    left = [start for start, end in ways if start[0] > end[0] and start[1] == end[1]]
    assert (len(down), len(left), len(ways)) == (
        4,
        2 * 3,
        10,
    )  # from each output, and from each later state by its future
