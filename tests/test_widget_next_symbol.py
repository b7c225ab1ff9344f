"""NextSymbol: its probabilities, its surprises and what it draws are those of the language model."""

import numpy as np
import pytest
from instruments import trained, writing_words

from seq2seq_lib import Batch
from seq2seq_lib.batch import BOS, EOS
from seq2seq_lib.widgets import NextSymbol


def seen(text="th", temperature=1.0, seed=0):
    return NextSymbol(*writing_words(), "th").frame(text, temperature, seed)


def test_the_mean_surprise_of_a_word_is_the_loss_of_the_model():
    model, vocabulary = writing_words()
    frame = next(frame for seed in range(50) if (frame := seen("th", seed=seed))["letters"][-1] == "⊣")
    tokens = vocabulary.encode("".join(frame["letters"][:-1]))
    assert frame["surprises"].mean() == pytest.approx(model.loss_and_grads(Batch(None, [tokens]))[0], rel=1e-5)


def test_a_probability_is_that_of_the_symbol_after_what_was_read():
    model, vocabulary = writing_words()
    frame = seen("thr")
    assert frame["symbols"] == [*vocabulary.symbols[3:], "⊣"]
    for t in range(4):
        logits = model.output(model.decoder.forward(np.array([BOS, *vocabulary.encode("thr")[:t]]))[-1]).astype(float)
        ps = np.exp(logits) / np.exp(logits).sum()
        np.testing.assert_allclose(frame["ps"][t], [*ps[3:], ps[EOS]], rtol=1e-5)


def test_temperature_changes_what_is_probable_and_what_is_drawn_but_no_surprise():
    cold, hot = seen(temperature=0.25), seen(temperature=3.0)
    assert cold["ps"][2].max() > 1.5 * seen()["ps"][2].max() > 3 * hot["ps"][2].max()
    assert cold["letters"] != hot["letters"]
    np.testing.assert_array_equal(cold["surprises"][:2], hot["surprises"][:2])


def test_the_same_number_draws_the_same_word_and_others_draw_others():
    words = ["".join(seen(seed=seed)["letters"]) for seed in range(20)]
    assert words == ["".join(seen(seed=seed)["letters"]) for seed in range(20)]
    assert len(set(words)) > 10
    assert all(word.startswith("th") for word in words)


def test_what_is_drawn_follows_the_probabilities():
    drawn = [seen(seed=seed)["letters"][2] for seed in range(100)]
    frame = seen()
    shares = [drawn.count(symbol) / 100 for symbol in frame["symbols"]]
    np.testing.assert_allclose(shares, frame["ps"][2], atol=0.15)


def test_it_opens_at_the_end_of_what_was_typed_at_the_likeliest_symbol():
    instrument = NextSymbol(*writing_words(), "q")
    frame = instrument.found[1]
    assert (instrument.time, frame["symbols"][instrument.symbol - 1]) == (1, "u")


def test_another_model_and_an_unknown_symbol_are_refused_in_words():
    with pytest.raises(ValueError, match="expected a LanguageModel, got a Seq2Seq"):
        NextSymbol(trained(), writing_words()[1])
    instrument = NextSymbol(*writing_words(), "th")
    with pytest.raises(Exception, match="never seen “ß”"):
        instrument.text = "straße"
    assert instrument.text == "th"
