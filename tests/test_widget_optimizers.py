"""Optimizers: the map is the model's own loss, and each way is what the optimizer itself would do."""

import numpy as np
import pytest

from seq2seq_lib import SGD, Adam, Batch, Seq2Seq
from seq2seq_lib.tasks import seed_example
from seq2seq_lib.widgets import Optimizers
from seq2seq_lib.widgets.optimizers import FAR, STEPS, Momentum, seed_model

SHOWN = Optimizers()


def ways(shown=SHOWN, **settings):
    frame = shown.checked_frame(shown.defaults() | settings)
    return {way["name"]: way for way in frame["ways"]}


def with_weights(point):
    model, batch = seed_model()
    model.params["encoder.W_hh"][0, 0], model.params["W_hy"][0, 0] = point
    return model, batch


def test_the_map_is_the_loss_of_the_model_at_these_two_weights():
    for row, column in ((0, 0), (3, 30), (30, 40)):
        model, batch = with_weights((SHOWN.across[column], SHOWN.up[row]))
        assert SHOWN.losses[row, column] == model.loss_and_grads(batch)[0]


def test_the_browser_gets_the_map_from_above_column_by_column():
    colours = SHOWN.as_the_browser_draws_it()["colours"]
    assert colours.shape == SHOWN.losses.T.shape
    assert np.unravel_index(colours.argmax(), colours.shape)[0] == SHOWN.losses.max(axis=0).argmax()
    assert colours.max() == pytest.approx(1)
    assert np.argmax(colours[0]) == np.argmax(SHOWN.losses[::-1, 0])


def test_no_optimizer_gets_below_the_lowest_point():
    place, loss = SHOWN.lowest()
    model, batch = with_weights(place)
    assert model.loss_and_grads(batch)[0] == loss < SHOWN.losses.min()
    assert loss <= min(ways(x=2.45, y=1.25)["SGD"]["losses"])


@pytest.mark.parametrize(("name", "kind"), [("SGD", SGD), ("Adam", Adam)])
def test_a_way_is_the_core_optimizer_on_these_two_weights(name, kind):
    model, batch = with_weights((-1.0, 1.0))
    optimizer, way = kind(SHOWN.learning_rate), ways()[name]
    for point, loss in zip(way["points"][:5], way["losses"], strict=False):
        np.testing.assert_allclose(point, [model.params["encoder.W_hh"][0, 0], model.params["W_hy"][0, 0]], rtol=1e-12)
        expected, grads = model.loss_and_grads(batch)
        assert loss == pytest.approx(expected, rel=1e-12)
        held = {other: np.zeros_like(values) for other, values in grads.items()}
        for weight in ("encoder.W_hh", "W_hy"):
            held[weight][0, 0] = grads[weight][0, 0]
        optimizer.update(dict(model.params), held)


def test_momentum_is_the_heavy_ball():
    ball, p = Momentum(0.1, momentum=0.5), {"p": np.array([1.0])}
    seen = []
    for _ in range(3):
        ball.update(p, {"p": np.array([1.0])})
        seen.append(p["p"].item())
    assert seen == pytest.approx([0.9, 0.75, 0.575])  # steps of 0.1, then 0.1 + 0.05, then 0.1 + 0.05 + 0.025


def test_momentum_zero_is_sgd():
    shown = Optimizers({"ball": lambda rate: Momentum(rate, momentum=0.0), "SGD": SGD})
    np.testing.assert_allclose(ways(shown)["ball"]["points"], ways(shown)["SGD"]["points"], rtol=1e-12)


def test_what_diverges_is_said_and_stays_finite():
    gone = ways(learning_rate=10.0)["SGD"]
    assert gone["diverged"] == len(gone["losses"]) <= STEPS
    assert np.abs(gone["points"]).max() < FAR
    assert ways()["SGD"]["diverged"] is None
    assert len(ways()["SGD"]["losses"]) == STEPS + 1


def test_an_optimizer_that_makes_a_nan_has_diverged_too():
    class Nan:
        def __init__(self, learning_rate):
            pass

        def update(self, params, grads):
            params["weights"] *= np.nan

    assert ways(Optimizers({"mine": Nan}))["mine"]["diverged"] == 1


def test_the_readers_own_model_is_copied_and_both_its_weights_can_be_chosen():
    model, batch = Seq2Seq(2, 4, 1, rng=5), Batch(*([sequence] for sequence in seed_example()))
    before = model.params.flat.copy()
    shown = Optimizers(model=model, batch=batch, weights=(("b_y", 0), ("decoder.W_hh", (1, 2))))
    assert shown.labels == ["b_y[0]", "decoder.W_hh[1, 2]"]
    assert ways(shown)["SGD"]["losses"][-1] < ways(shown)["SGD"]["losses"][0]
    np.testing.assert_array_equal(model.params.flat, before)


def test_one_more_press_of_the_same_key_is_foreseen_and_its_frame_is_the_right_one():
    shown, fresh = Optimizers(), Optimizers()
    shown.set_state({"learning_rate": 0.398107})
    once_more, foreseen = shown.foreseen
    assert once_more == shown.settings() | {"learning_rate": 0.501187}
    assert str(foreseen) == str(fresh.checked_frame(once_more)) == str(shown.checked_frame(once_more))


def test_what_was_foreseen_answers_no_other_settings():
    shown = Optimizers()
    shown.set_state({"learning_rate": 0.398107})
    for other in ({"learning_rate": 0.630957}, {"learning_rate": 0.501187, "x": 0.5}, {"x": 0.5}):
        assert str(ways(shown, **other)) == str(ways(**other))


def test_what_was_foreseen_is_forgotten_when_the_frame_is_found_anew():
    """At the end of a slider nothing more is foreseen: what was foreseen before is the frame that is shown."""
    shown = Optimizers()
    for rate in (6.309573, 7.943282, 10.0):
        shown.set_state({"learning_rate": rate})
    assert shown.foreseen == shown.found
    before = shown.shown
    shown.optimizers["SGD"] = Adam
    shown.refresh()
    assert shown.shown != before
    seen = shown.found[1]["ways"]
    np.testing.assert_array_equal(seen[0]["points"], seen[2]["points"])


def test_nothing_is_foreseen_beyond_the_end_or_when_a_hand_drags():
    shown = Optimizers()
    shown.set_state({"learning_rate": 10.0})
    shown.set_state({"learning_rate": 1.0})
    shown.set_state({"x": 0.3, "y": 0.1})
    assert shown.foreseen == (None, None)
    shown.set_state({"x": 2.95})
    shown.set_state({"x": 3.0})
    assert shown.foreseen == (None, None)


def test_a_batch_without_the_model_that_reads_it_is_refused():
    with pytest.raises(ValueError, match=r"expected a model that reads the batch too, got .*Batch.* alone"):
        Optimizers(batch=Batch(*([sequence] for sequence in seed_example())))
