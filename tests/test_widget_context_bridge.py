"""ContextBridge: what is written is what the core writes from a context with these numbers in it."""

import numpy as np
import pytest
from instruments import MAKE, short_words, trained

from seq2seq_lib import answers, trace
from seq2seq_lib.seq2seq import BOS
from seq2seq_lib.widgets import ContextBridge
from seq2seq_lib.widgets.context_bridge import SWEEP, differing

WORD = "badhif"


@pytest.fixture(scope="module")
def bridge():
    return ContextBridge(trained(), short_words(), WORD)


def frame(bridge, **settings):
    return bridge.checked_frame(bridge.defaults() | settings)


def written_from(model, task, h):
    """Greedy decoding from this context, one step of the core after the other."""
    token, written = BOS, []
    while len(written) <= task.longest_target and token != 2:
        h = model.decoder.step(token, h)
        token = int(model.output(h).argmax())
        written.append(token)
    return written


def test_unchanged_it_shows_what_the_model_goes_through(bridge):
    seen, core = frame(bridge), trace(trained(), short_words().source.encode(WORD), 7)
    assert "".join(seen["writes"]) == answers(trained(), short_words(), [WORD])[0] + "⊣"
    np.testing.assert_array_equal(seen["encoder_states"], core.encoder_hs[1:])
    np.testing.assert_array_equal(seen["encoded"], core.encoder_hs[-1])
    np.testing.assert_array_equal(seen["decoder_states"], core.decoder_hs[1:])
    assert seen["was"] == seen["writes"]
    assert not any(seen["changed"])


def test_a_changed_context_is_decoded_by_the_core(bridge):
    model, task = trained(), short_words()
    wanted = {f"unit {unit}": -1.0 for unit in range(12)}
    seen = frame(bridge, edits=wanted)
    context = model.encoder.forward(task.source.encode(WORD))[-1]
    context[:12] = -1
    assert seen["writes"] == bridge.names(written_from(model, task, context))
    assert any(seen["changed"])
    assert len(seen["probabilities"]) == len(seen["decoder_states"]) == len(seen["writes"])


def test_another_word_comes_out_when_its_context_is_put_in_by_hand(bridge):
    context = trained().encoder.forward(short_words().source.encode("gace"))[-1]
    seen = frame(bridge, edits={f"unit {unit}": float(value) for unit, value in enumerate(context)})
    assert "".join(seen["writes"]) == answers(trained(), short_words(), ["gace"])[0] + "⊣"


def test_the_sweep_is_the_frame_at_each_value(bridge):
    swept = frame(bridge, unit=5, edits={"unit 2": 0.9})["flips"]
    for i in (0, 13, 20):
        there = frame(bridge, edits={"unit 2": 0.9, "unit 5": float(SWEEP[i])})
        assert swept[i] == sum(there["changed"])


def test_the_model_is_left_as_it_was(bridge):
    before = trained().params.flat.copy()
    encoder = trained().encoder
    frame(bridge, edits={"unit 0": 1.0})
    assert trained().encoder is encoder
    np.testing.assert_array_equal(trained().params.flat, before)


def test_a_unit_that_is_not_there_is_refused(bridge):
    for name in ("unit 48", "unit -1", "48"):
        with pytest.raises(ValueError, match="expected a unit from 'unit 0' to 'unit 47'"):
            frame(bridge, edits={name: 0.5})


def test_answers_of_different_lengths_differ_where_one_has_ended():
    assert differing(["a", "b"], ["a"]) == [False, True]
    assert differing([], ["a"]) == [True]


def test_the_stored_picture_has_the_strip_of_what_each_value_would_change():
    bridge = MAKE["ContextBridge"]()
    frame, strip = bridge.checked_frame(bridge.defaults()), bridge.picture().axes[3]
    assert [bar.get_height() for bar in strip.patches] == frame["flips"].tolist()
    assert [text.get_text() for text in strip.texts] == [f"{flips:g}" for flips in frame["flips"]]
    assert max(frame["flips"]) > 0
    assert strip.get_xlabel() == "value of unit 0"
