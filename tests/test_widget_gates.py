"""Gates: what it shows are the gates of the core, and it tells which models have none."""

import numpy as np
import pytest
from instruments import TASK, reading_letters

from seq2seq_lib import LanguageModel, Seq2Seq
from seq2seq_lib.batch import BOS
from seq2seq_lib.gru import sigmoid
from seq2seq_lib.widgets import Gates


def panels_of(instrument, text):
    return {panel["title"].split(",")[0]: panel["values"] for panel in instrument.frame(text)["panels"]}


def test_the_gates_of_an_lstm_are_those_with_which_its_memory_is_made():
    model = reading_letters("LSTM")
    seen, cell = panels_of(Gates(model, "badhif"), "badhif"), model.decoder
    hs = cell.forward(np.array([BOS, *TASK.source.encode("badhif")]))
    c, h = cell.memory(hs), cell.hidden(hs)
    sums = cell.project(np.array([BOS, *TASK.source.encode("badhif")])) + h[:-1] @ cell.params["W_hh"]
    g = np.tanh(np.split(sums, 4, axis=-1)[2])
    np.testing.assert_allclose(seen["f"] * c[:-1] + seen["i"] * g, c[1:])
    np.testing.assert_allclose(seen["o"] * seen["memory"], h[1:])
    np.testing.assert_allclose(seen["memory"], np.tanh(c[1:]))


def test_the_gates_of_a_gru():
    model = reading_letters("GRU")
    seen, cell = panels_of(Gates(model, "badhif"), "badhif"), model.decoder
    xs = np.array([BOS, *TASK.source.encode("badhif")])
    hs = cell.forward(xs)
    sums = cell.project(xs) + hs[:-1] @ cell.params["W_hh"]
    np.testing.assert_allclose(seen["r"], sigmoid(sums[:, :16]))
    np.testing.assert_allclose(seen["z"], sigmoid(sums[:, 16:32]))
    np.testing.assert_allclose(seen["state h"], hs[1:])


def test_a_language_model_begins_with_its_start_and_an_encoder_with_the_text():
    encoder = Seq2Seq(len(TASK.source), 5, len(TASK.target), loss="cross_entropy", rng=0, cell="LSTM")
    encoder.symbols = TASK.symbols
    assert Gates(encoder, "bad").frame("bad")["reads"] == ["b", "a", "d"]
    assert Gates(reading_letters(), "bad").frame("bad")["reads"] == ["⊢", "b", "a", "d"]


def test_one_order_of_rows_and_how_many_units_forget():
    model = reading_letters()
    model.decoder.params["b_h"][16:32] = np.linspace(-4, 0, 16)  # some of the forget gates are shut
    seen = Gates(model, "badhif").frame("badhif")
    assert sorted(seen["order"]) == list(range(16))
    keeps = seen["panels"][0]["values"]
    assert seen["forgetting"] == [sum(value < 0.1 for value in step) for step in keeps]
    assert 0 < max(seen["forgetting"]) < 16


def test_it_follows_the_text_and_mends_it():
    gates = Gates(reading_letters(), "badhif")
    gates.text = "BAD"
    assert gates.found[1]["reads"] == ["⊢", "b", "a", "d"]
    assert gates.time == 4
    with pytest.raises(Exception, match="has never seen"):
        gates.text = "xyz"
    assert gates.text == "bad"


def test_what_has_no_gates_or_no_symbols_is_refused():
    with pytest.raises(ValueError, match="RNN: it has no gates"):
        Gates(reading_letters("RNN"), "bad")
    with pytest.raises(ValueError, match="knows its symbols"):
        Gates(LanguageModel(13, 5, "GRU", rng=0), "bad")
