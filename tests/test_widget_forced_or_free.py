"""ForcedOrFree's arrays against the core."""

import numpy as np
import pytest
from instruments import MAKE, short_words, trained

from seq2seq_lib import BOS, EOS, answers, softmax_cross_entropy
from seq2seq_lib.widgets import ForcedOrFree
from seq2seq_lib.widgets.forced_or_free import running_free


@pytest.fixture
def instrument():
    return MAKE["ForcedOrFree"]()


def framed(instrument, **settings):
    return instrument.checked_frame({**instrument.defaults(), **settings})


def test_the_forced_half_is_the_models_own_forward(instrument):
    task, model, frame = short_words(), trained(), framed(instrument, text="abcd")
    target = [*task.target.encode("dcba"), EOS]
    _, _, logits = model.forward(task.source.encode("abcd"), target)
    assert frame["loss"] == pytest.approx(softmax_cross_entropy(logits, np.array(target))[0])
    exps = np.exp(logits)
    np.testing.assert_allclose(frame["forced"]["probabilities"], (exps.T / exps.sum(axis=-1)).max(axis=0))
    assert frame["forced"]["says"] == instrument.names(logits.argmax(axis=-1).tolist())
    assert frame["forced"]["reads"] == ["⊢", *"dcba"]
    assert frame["lag"] == 1


def test_the_free_half_is_the_models_own_answer(instrument):
    for text, _ in short_words().held_out[:10]:
        says = framed(instrument, text=text)["free"]["says"]
        assert "".join(says).removesuffix("⊣") == answers(trained(), short_words(), [text])[0]


def test_the_leaking_model_has_no_loss_and_no_answer(instrument):
    frame = framed(instrument, text="abcd", leak=True)
    assert round(frame["loss"], 3) == 0
    assert frame["forced"]["reads"] == frame["right"]
    assert frame["lag"] == 0
    loss, share = frame["on_held_out"]
    assert round(loss, 3) == 0
    assert share == 0
    assert framed(instrument)["on_held_out"][1] > 0.95


def test_a_forced_symbol_changes_what_is_read_there_and_nothing_before(instrument):
    model, source = trained(), short_words().source.encode("badhif")
    before, forced = running_free(model, source, 7), running_free(model, source, 7, {2: 5})
    assert before[0][0] == forced[0][0] == BOS
    assert forced[0][2] == 5 != before[0][2]
    assert forced[0][3:] == forced[1][2:-1]  # from there on it reads what it says again
    assert forced[1][:2] == before[1][:2]
    h = model.encoder.forward(source)[-1]
    for token in forced[0][:3]:
        h = model.decoder.step(token, h)
    assert forced[1][2] == model.output(h).argmax()


def test_what_changed_is_marked(instrument):
    frame = framed(instrument, text="badhif", force_at=3, letter="j")
    assert frame["free"]["reads"][2] == "j"
    same = [says == was for says, was in zip(frame["free"]["says"], frame["before"])]
    assert frame["free"]["changed"][: len(same)] == [not s for s in same]
    assert True in frame["free"]["changed"]


def test_the_model_is_left_as_it_was(instrument):
    decoder = trained().decoder
    framed(instrument, force_at=2, letter="j")
    assert trained().decoder is decoder


def test_without_the_rule_only_inputs_of_the_task_can_be_typed():
    task = short_words()
    instrument = ForcedOrFree(trained(), task, task.held_out[0][0])
    assert "leak" not in instrument.declared
    with pytest.raises(ValueError, match="right answer to “aaaaaaaaa” is not known"):
        framed(instrument, text="aaaaaaaaa")


def test_a_longer_text_has_its_columns_and_much_longer_ones_are_refused(instrument):
    assert framed(instrument, text="abcdefghij")["steps"] == 11
    with pytest.raises(ValueError, match="right answer has 18 symbols, and there is room for 17"):
        framed(instrument, text="a" * 18)


def test_the_stored_picture_has_the_teacher_above_and_the_model_alone_below(instrument):
    frame, (forced, free) = framed(instrument), instrument.picture().axes
    assert forced.get_position().y0 > free.get_position().y0
    assert (forced.get_title()[:14], free.get_title()[:12]) == ("teacher-forced", "running free")
    for axes, name in ((forced, "forced"), (free, "free")):
        drawn = [text.get_text() for text in axes.texts]
        for symbols in (frame["right"], frame[name]["reads"], frame[name]["says"]):
            assert any(drawn[i : i + len(symbols)] == symbols for i in range(len(drawn)))
