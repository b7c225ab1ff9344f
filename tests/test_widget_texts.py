"""The instruments of a model and its task: cells of every kind, words with a separator, and answers that look alike."""

import re

import numpy as np
import pytest
from instruments import READERS

from seq2seq_lib import EOS, GRU, LSTM, PAD, RNN, AttentionSeq2Seq, Seq2Seq, trace
from seq2seq_lib.tasks import Task, Vocabulary
from seq2seq_lib.widgets import AttentionMap, BeamTree, ContextBridge, ForcedOrFree, TrainingMonitor, Translator
from seq2seq_lib.widgets.texts import differing, mending, readable

UNITS = 11
PHRASES = Task(
    "phrases",
    [(("ein", "hund"), ("a", "dog")), (("ein", "kind"), ("a", "child")), (("der", "hund"), ("the", "dog"))],
    [(("der", "kind"), ("the", "child"))],
    separator=" ",
)
ALIKE = Task("alike", [("xy", ("a", "b")), ("yy", ("ab", "⊣"))], [("x", ("a", "b"))])
every_reader = pytest.mark.parametrize("name", READERS)


def new_model(task, kind=Seq2Seq, cell=RNN):
    return kind(len(task.source), UNITS, len(task.target), loss="cross_entropy", rng=0, cell=cell)


def kind_for(name):
    return AttentionSeq2Seq if name == "AttentionMap" else Seq2Seq


def reader(name, task=PHRASES, text="der kind", cell=RNN):
    return READERS[name](new_model(task, kind_for(name), cell), task, text)


def writing(task, *tokens):
    """A model that writes these tokens whatever it reads, each by looking at the one before, the first at BOS."""
    size = len(task.target)
    model = Seq2Seq(len(task.source), size, size, loss="cross_entropy")
    model.decoder.params["W_hh"], model.params["W_hy"] = np.zeros((size, size)), 20 * np.eye(size)
    for token, follower in zip((1, *tokens), tokens):
        model.decoder.params["W_xh"][token] = 2 * np.eye(size)[follower]
    return model


def frame(instrument, **settings):
    if isinstance(instrument, TrainingMonitor):
        return {"samples": instrument.samples(), "states": [states for _, states, *_ in instrument.panels()]}
    return instrument.checked_frame(instrument.defaults() | settings)


def arrays(value):
    if isinstance(value, np.ndarray):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else []
    return [array for item in items for array in arrays(item)]


@every_reader
@pytest.mark.parametrize("cell", [RNN, GRU, LSTM])
def test_a_cell_of_every_kind_shows_the_part_of_its_state_that_others_see(name, cell):
    instrument = reader(name, cell=cell)
    shown = arrays(frame(instrument))
    assert all(2 * UNITS not in array.shape for array in shown)
    assert name in ("AttentionMap", "BeamTree", "ForcedOrFree") or any(UNITS in array.shape for array in shown)
    instrument.picture()


def test_of_an_lstm_it_is_h():
    model = new_model(PHRASES, cell=LSTM)
    seen, core = frame(Translator(model, PHRASES, "der kind")), trace(model, PHRASES.source.encode("der kind"), 3)
    np.testing.assert_array_equal(seen["encoder_states"], core.encoder_hs[1:, seen["order"]])
    np.testing.assert_array_equal(seen["decoder_states"], core.decoder_hs[1:, seen["order"]])
    assert sorted(seen["order"]) == list(range(UNITS))


def test_of_an_lstm_the_bridge_changes_h_and_says_that_there_is_more():
    model = new_model(PHRASES, cell=LSTM)
    seen = frame(ContextBridge(model, PHRASES, "der kind"), edits={"unit 3": 1.0})
    context = model.encoder.forward(PHRASES.source.encode("der kind"))[-1]
    np.testing.assert_array_equal(seen["encoded"], context[:UNITS])
    assert seen["not_shown"] == UNITS
    context[3] = 1
    np.testing.assert_array_equal(seen["decoder_states"][0], model.decoder.step(1, context)[:UNITS])


@pytest.mark.parametrize("name", sorted(READERS.keys() - {"ContextBridge", "StateReader"}))
def test_a_model_that_looks_back_is_shown(name):
    frame(READERS[name](new_model(PHRASES, AttentionSeq2Seq), PHRASES, "der kind"))


def test_what_does_not_fit_the_picture_is_refused_in_words():
    with pytest.raises(ValueError, match="looks back at all states"):
        ContextBridge(new_model(PHRASES, AttentionSeq2Seq), PHRASES, "der kind")
    with pytest.raises(ValueError, match="an AttentionSeq2Seq, got a Seq2Seq"):
        AttentionMap(new_model(PHRASES), PHRASES, "der kind")


@every_reader
def test_a_model_of_another_vocabulary_is_refused_when_the_instrument_is_made(name):
    more = Task("more", [*PHRASES.train, (("ein", "tag"), ("a", "day"))], PHRASES.held_out, separator=" ")
    with pytest.raises(ValueError, match="another vocabulary"):
        READERS[name](new_model(more, kind_for(name)), PHRASES, "der kind")
    others = new_model(PHRASES, kind_for(name))
    others.symbols = tuple(tuple(symbol.upper() for symbol in side) for side in PHRASES.symbols)
    with pytest.raises(ValueError, match="the symbols that it was trained with"):
        READERS[name](others, PHRASES, "der kind")


def test_so_is_the_second_model_and_one_that_writes_no_tokens():
    with pytest.raises(ValueError, match="another vocabulary"):
        ForcedOrFree(new_model(PHRASES), PHRASES, "der kind", leaking=new_model(ALIKE))
    with pytest.raises(ValueError, match="loss='cross_entropy'"):
        Translator(Seq2Seq(len(PHRASES.source), 4, len(PHRASES.target)), PHRASES, "der kind")


@pytest.mark.parametrize("name", sorted(READERS.keys() - {"TrainingMonitor"}))
def test_words_are_typed_with_their_separator(name):
    instrument = reader(name)
    for text in instrument.declared["text"].ends() if name != "ForcedOrFree" else ["der kind", "ein hund"]:
        seen = frame(instrument, text=text)
        reads = seen.get("reads") or seen.get("alone", {}).get("reads") or seen.get("panels", [{}])[0].get("reads")
        assert reads in (None, text.split(" "))
    with pytest.raises(ValueError, match="has never seen “derkind”"):
        frame(instrument, text="derkind")


@pytest.mark.parametrize("name", ["AttentionMap", "BatchMate", "ContextBridge", "ForcedOrFree", "Translator"])
def test_the_browser_is_told_what_stands_between_two_symbols(name):
    assert frame(reader(name))["gaps"] == {"reads": " ", "writes": " "}


def test_words_are_shown_with_their_separator():
    right = writing(PHRASES, *PHRASES.target.encode("the child"), EOS)
    assert [panel["gap"] for panel in frame(reader("HiddenStates"))["panels"]] == [" ", " "]
    assert frame(ForcedOrFree(right, PHRASES, "der kind"))["inputs"] == ["der kind"]
    assert TrainingMonitor(right, PHRASES).samples() == [
        ["der kind", "the child", [["the", True], ["child", True]], True]
    ]
    seen = frame(BeamTree(right, PHRASES, "der kind"))
    assert seen["right"] == seen["ends_ranked"][0]["text"] == "the child"
    assert seen["ends_ranked"][0]["right"] is True
    assert frame(Translator(right, PHRASES, "der kind"))["wrong_from"] is None  # found, for it was looked up by words


def test_two_answers_that_join_to_one_text_are_not_the_same():
    model = writing(ALIKE, ALIKE.target.tokens["ab"], EOS)  # and right is a, b
    seen = frame(Translator(model, ALIKE, "x"))
    assert (seen["correct"], seen["wrong_from"]) == ([False, False], 1)
    (*shown, right), *_ = TrainingMonitor(model, ALIKE).samples()
    assert (shown, right) == (["x", "ab", [["ab", False]]], False)
    best = frame(BeamTree(model, ALIKE, "x"))["ends_ranked"][0]
    assert (best["text"], best["right"]) == ("ab", False)
    assert differing([3, 4], [5]) == [True, True]


def test_a_symbol_that_looks_like_the_end_is_not_the_end():
    model = writing(ALIKE, ALIKE.target.tokens["ab"], EOS)
    seen = frame(Translator(model, ALIKE, "yy"))
    assert (seen["writes"], seen["right"]) == (["ab", "⊣"], ["ab", "⊣", "⊣"])
    assert (seen["correct"], seen["wrong_from"]) == ([True, False], 2)


def test_padding_in_an_answer_is_shown_and_counts():
    model = writing(ALIKE, ALIKE.target.tokens["a"], PAD, EOS)
    seen = frame(Translator(model, ALIKE, "x", solve=lambda text: "a"))
    assert (seen["writes"], seen["wrong_from"]) == (["a", "∅", "⊣"], 2)
    assert TrainingMonitor(model, ALIKE).samples()[0][2] == [["a", True], ["∅", False]]
    best = frame(BeamTree(model, ALIKE, "x", solve=lambda text: "a"))["ends_ranked"][0]
    assert (best["text"], best["right"]) == ("a∅", False)


SMALL = Vocabulary("abcxyz")
DATES = Vocabulary("0123456789/ ,.Maby")


@pytest.mark.parametrize(
    ("typed", "vocabulary", "read"),
    [
        ("abc", SMALL, "abc"),
        ("ABc", SMALL, "abc"),
        ("  abc ", SMALL, "abc"),
        ("ａｂｃ", SMALL, "abc"),  # the wide letters of an East Asian keyboard
        (" May", DATES, " May"),  # a space that the model knows is no mistake
        ("it’s–", Vocabulary("its'-"), "it's-"),
        ("Der KIND", PHRASES.source, "der kind"),
        ("3 MAY 42", Vocabulary("0123456789 MAby apr"), "3 May 42"),
        ("yES-bA", Vocabulary("YesB-a"), "Yes-Ba"),
        ("aXB", Vocabulary("axB"), "axB"),
        ("der  kind", PHRASES.source, "der kind"),
        ("   ", SMALL, ""),
        ("  ", PHRASES.source, ""),
    ],
)
def test_what_can_be_mended_is(typed, vocabulary, read):
    assert readable(typed, vocabulary) == read


@pytest.mark.parametrize(
    ("typed", "read", "words"),
    [
        ("BaDE", "bade", "in small letters"),
        ("abc", "ABC", "in capitals"),
        ("3 MAY", "3 May", "with capitals first"),
        ("mAYb", "MayB", "in small letters and capitals as the model knows them"),
        (" bade  ", "bade", "without needless spaces"),
        ("der  kind", "der kind", "without needless spaces"),
        ("it’s–", "it's-", "in plain signs"),
        (" It’s", "it's", "in plain signs, in small letters, without needless spaces"),
    ],
)
def test_what_was_mended_is_said_in_words(typed, read, words):
    assert mending(typed, read) == words


@pytest.mark.parametrize(
    ("typed", "vocabulary", "words"),
    [
        ("abq", SMALL, "The model has never seen “q”. It reads a to c, x to z."),
        ("a中q!?", SMALL, "The model has never seen “中” and “q” and “!”. It reads a to c, x to z."),
        ("q" * 500, SMALL, "The model has never seen “q”. It"),
        ("ein " + "q" * 500, PHRASES.source, f"The model has never seen “{'q' * 20}…”. It reads “der”, “ein”"),
        (
            "5-3",
            DATES,
            "The model has never seen “-”. It reads the space, “,”, “.”, “/”, 0 to 9, M, a, b, y.",
        ),
    ],
)
def test_what_cannot_is_refused_in_a_learners_words(typed, vocabulary, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        readable(typed, vocabulary)


@every_reader
def test_a_mended_text_is_said_and_shown(name):
    if name == "TrainingMonitor":  # nothing is typed into it
        return
    instrument = reader(name)
    plain = frame(instrument, text="ein hund")
    mended = frame(instrument, text="Ein HUND ")
    assert mended.pop("texts") == {"text": "ein hund"}
    assert mended.pop("note") == "Read as “ein hund”: in small letters, without needless spaces."
    assert "note" not in plain
    assert mended.keys() == plain.keys()


typed_into = pytest.mark.parametrize("name", sorted(READERS.keys() - {"TrainingMonitor"}))


@typed_into
def test_a_long_text_is_refused_and_not_cut(name):
    with pytest.raises(ValueError, match="these are 500 characters, and there is room for 60"):
        frame(reader(name), text="ein " * 124 + "hund")
    with pytest.raises(ValueError, match="never seen “eeeeeeeeeeeeeeeeeeee…”"):
        frame(reader(name), text="e" * 500)


@typed_into
def test_what_is_too_long_only_by_its_spaces_is_read(name):
    assert frame(reader(name), text=" " * 70 + "ein hund")["texts"] == {"text": "ein hund"}


@typed_into
@pytest.mark.parametrize("text", ["", " ", "  \t "])
def test_a_text_of_nothing_is_refused_in_a_learners_words(name, text):
    with pytest.raises(ValueError, match="type at least one symbol"):
        frame(reader(name), text=text)
