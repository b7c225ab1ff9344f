"""BatchMate's arrays against the core."""

import numpy as np
import pytest
from instruments import MAKE, short_words, trained

from seq2seq_lib import answers
from seq2seq_lib.exercises.lesson_10 import not_carried, padding_is_read
from seq2seq_lib.tasks import pad
from seq2seq_lib.widgets import BatchMate


def framed(**settings):
    instrument = MAKE["BatchMate"]()
    return instrument.checked_frame({**instrument.defaults(), **settings})


def tokens(*texts):
    return [short_words().source.encode(text) for text in texts]


def test_alone_it_is_what_the_model_does_alone():
    alone = framed(text="abc")["alone"]
    np.testing.assert_allclose(alone["states"], trained().encoder.forward(tokens("abc")[0])[1:])
    assert "".join(alone["answer"]) == answers(trained(), short_words(), ["abc"])[0] + "⊣"


@pytest.mark.parametrize("carry", [False, True])
def test_in_the_batch_it_is_the_encoder_with_or_without_the_mask(carry):
    padded, mask = pad(tokens("abc", "facebh"))
    hs = trained().encoder.forward(padded, mask=mask if carry else None)
    frame = framed(text="abc", carry=carry)
    np.testing.assert_allclose(frame["batch"]["states"], hs[1:, 0])
    assert frame["batch"]["reads"] == [*"abc", "∅", "∅", "∅"]
    assert frame["padding"] == (~mask[:, 0]).tolist()


def test_masks_make_the_answer_independent_of_the_neighbour():
    for neighbour in range(1, 7):
        frame = framed(neighbour=neighbour, carry=True)
        assert frame["batch"]["answer"] == frame["alone"]["answer"] == [*"edaj", "⊣"]
        np.testing.assert_allclose(frame["distances"], 0, atol=1e-12)


def test_without_masks_padding_flips_the_answer():
    frame = framed(carry=False)
    assert frame["batch"]["answer"] != frame["alone"]["answer"]
    last = np.linalg.norm(frame["batch"]["states"][-1] - frame["alone"]["states"][-1])
    assert frame["distances"][-1] == pytest.approx(last)
    assert last > 1
    np.testing.assert_allclose(frame["distances"][:4], 0, atol=1e-12)


def test_without_padding_there_is_nothing_to_mask():
    frame = framed(neighbour=4, carry=False)
    assert frame["batch"]["answer"] == frame["alone"]["answer"]
    assert not any(frame["padding"])


def test_a_text_longer_than_the_picture_is_refused():
    with pytest.raises(ValueError, match="at most 6 symbols, as many as its neighbour has, not 7"):
        framed(text="abcdefg")


def test_the_stored_picture_has_the_distances_below_the_columns_of_the_batch():
    fig = MAKE["BatchMate"]().picture()
    fig.draw_without_rendering()
    (_, batch, bars, *_), frame = fig.axes, framed()
    np.testing.assert_allclose([bar.get_height() for bar in bars.patches], frame["distances"])
    assert [text.get_text() for text in bars.texts][-2:] == [f"{far:.2f}" for far in frame["distances"][-2:]]
    assert bars.get_xlim() == batch.get_xlim()
    assert bars.get_position().x0 == pytest.approx(batch.get_position().x0)
    assert bars.get_position().y1 < batch.get_position().y0


@pytest.mark.parametrize("own", [{"carry": not_carried}, {"masked_forward": padding_is_read}])
def test_states_and_answer_are_those_of_the_readers_function(own):
    read = framed(carry=False)["batch"]
    instrument = BatchMate(trained(), short_words(), "jade", "facebh", **own)
    carried = instrument.checked_frame(instrument.defaults() | {"carry": True})["batch"]
    np.testing.assert_allclose(carried["states"], read["states"])
    assert carried["answer"] == read["answer"] != framed(carry=True)["batch"]["answer"]
