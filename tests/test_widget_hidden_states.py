"""HiddenStates: units that act alike lie together, and it opens where there is something to see."""

import numpy as np
import pytest
from instruments import MAKE, WORD_PARTS, short_words, trained

from seq2seq_lib import trace
from seq2seq_lib.plots import seen_order
from seq2seq_lib.widgets import HiddenStates
from seq2seq_lib.widgets.hidden_states import telling_unit

RNG = np.random.default_rng(0)
TWO_COURSES = np.array([[1, 1, -1, -1, 0.5, 1], [-1, 0.5, 1, -1, -1, 0]])


def reading(text="badhif"):
    return HiddenStates.of(trained(), short_words(), text)


def states_of(text):
    """encoder (S, H) and decoder (T, H), one below the other."""
    task = short_words()
    seen = trace(trained(), task.source.encode(text), task.longest_target + 1)
    return np.concatenate([seen.encoder_hs[1:], seen.decoder_hs[1:]])


def apart(states):
    """How far the colours of a row are from those of the next, on average; states (T, H) in the order of the rows."""
    return np.linalg.norm(states[:, 1:] - states[:, :-1], axis=0).mean()


def test_two_kinds_of_units_that_lie_mixed_come_apart():
    kinds = RNG.permutation(np.arange(20) % 2)
    states = TWO_COURSES[kinds].T + RNG.uniform(-0.2, 0.2, (6, 20))
    seen = kinds[seen_order(states)]
    assert (seen[1:] != seen[:-1]).sum() == 1
    opposite = np.where(kinds, -1, 1) * TWO_COURSES[0][:, None]  # the same course, but for its sign
    assert (np.diff(kinds[seen_order(opposite)]) != 0).sum() == 1


@pytest.mark.parametrize("shape", [(7, 33), (2, 5), (1, 4), (3, 1)])
def test_each_unit_has_one_row_and_always_the_same(shape):
    states = RNG.uniform(-1, 1, shape).astype(np.float32)
    before = states.copy()
    assert sorted(seen_order(states)) == list(range(shape[1]))
    np.testing.assert_array_equal(seen_order(states), seen_order(states))
    np.testing.assert_array_equal(states, before)
    assert states[:, seen_order(states)[0]].sum() == states.sum(axis=0).max()


def test_a_network_whose_units_change_places_is_seen_as_the_same():
    states, places = RNG.uniform(-1, 1, (9, 24)), RNG.permutation(24)
    np.testing.assert_array_equal(states[:, seen_order(states)], states[:, places][:, seen_order(states[:, places])])


def test_in_a_trained_model_neighbours_differ_less_than_as_they_are_numbered():
    states = states_of("badhif")
    assert apart(states[:, seen_order(states)]) < 0.75 * apart(states)


def test_encoder_and_decoder_have_the_same_units_in_the_same_rows():
    frame, states = reading().frame("badhif"), states_of("badhif")
    assert frame["order"] == seen_order(states).tolist()
    encoder, decoder = frame["panels"]
    np.testing.assert_array_equal(encoder["states"], states[:6])
    np.testing.assert_array_equal(decoder["states"], states[6:])
    assert (encoder["reads"], decoder["reads"][1:]) == (list("badhif"), decoder["writes"][:-1])


def test_it_opens_at_the_state_that_is_handed_over_and_a_new_text_leads_there_again():
    states = reading()
    assert states.time == 6
    states.time, states.unit = 9, 11
    states.text = "ha"
    assert (states.time, states.unit) == (2, 11)  # the unit that the reader has chosen, seen in another text
    states.time = 3
    states.refresh()
    assert states.time == 2
    panels = [("reads", np.zeros((3, 2)), "abc"), ("writes", np.zeros((4, 2)), "defg")]
    assert HiddenStates(panels).time == 3


def test_it_opens_at_a_unit_that_swings_and_holds_not_at_one_that_flickers():
    flickers, holds, rests = np.array([1, -1, 1, -1, 1, -1.0]), np.array([-0.8, -0.8, -0.8, 0.8, 0.8, 0.8]), np.ones(6)
    states = np.stack([rests, flickers, 0.5 * holds, holds], axis=1)
    assert telling_unit(states) == 3
    assert HiddenStates([("one", states, "abcdef")]).unit == 3
    assert reading().unit == telling_unit(states_of("badhif"))
    assert telling_unit(np.ones((1, 3))) == 0


def test_the_stored_picture_has_the_same_rows_with_the_same_unit_framed():
    states = reading("ha")
    states.text, states.unit = "badhif", 11
    order = states.frame("badhif")["order"]
    images = [axes for axes in states.picture().axes if axes.images and axes.get_title()]
    for axes, part in zip(images, (states_of("badhif")[:6], states_of("badhif")[6:]), strict=True):
        np.testing.assert_allclose(axes.images[0].get_array(), part[:, order].T)
        assert [tick.get_text() for tick in axes.get_yticklabels()] == ["11"]
        assert axes.get_yticks().tolist() == [order.index(11)]
        middles = [patch.get_y() + patch.get_height() / 2 for patch in axes.patches]
        assert middles == pytest.approx([order.index(11)] * 2)
        assert axes.get_ylim() == (47.5, -0.5)


def test_without_sorting_the_stored_picture_has_the_models_own_order():
    states = reading()
    states.unit, states.sort_units = 11, False
    image = states.picture().axes[0]
    np.testing.assert_allclose(image.images[0].get_array(), states_of("badhif")[:6].T)
    assert image.get_yticks().tolist() == [11]


def test_the_stored_picture_of_a_single_unit():
    assert HiddenStates([("one", np.zeros((3, 1)), "abc")]).picture()


def test_panels_of_different_units_are_refused():
    with pytest.raises(ValueError, match="the same units, got panels of 3, 4 units"):
        HiddenStates([("one", np.zeros((2, 4)), "ab"), ("two", np.zeros((2, 3)), "ab")])


def test_below_each_state_stands_what_a_probe_reads_off_it_as_the_state_reader_says():
    seen = HiddenStates.of(trained(), short_words(), "badhif", parts=WORD_PARTS).frame("fade")
    others = MAKE["StateReader"]().frame("fade")["parts"]
    assert len(others) == len(WORD_PARTS)
    for part, other in zip(seen["readings"], others, strict=True):
        assert (part["name"], part["written"]) == (other["name"], "edaf"[WORD_PARTS[part["name"]]])
        assert part["read"] == [best[0] if best else None for best in other["best"]]
        assert len(part["read"]) == seen["limits"]["time"]
    assert reading().frame("fade")["readings"] == []


def test_the_stored_picture_has_a_box_for_each_run_of_readings_full_where_it_is_written_so():
    states = HiddenStates.of(trained(), short_words(), "bacdjf", parts=WORD_PARTS)
    readings, axes = states.found[1]["readings"], states.picture().axes
    rows = [ax for ax in axes if [tick.get_text() for tick in ax.get_yticklabels()] == list(WORD_PARTS)]
    assert len(rows) == 2
    right = sum(value == part["written"] for part in readings for value in part["read"])
    boxes = [box for ax in rows for box in ax.patches if box.get_facecolor()[3]]
    assert sum(round(box.get_width() + 0.1) for box in boxes) == right > 0
    assert [ax.get_xlim() for ax in rows] == [(-0.5, 5.5), (-0.5, 6.5)]
