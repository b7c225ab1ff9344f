"""StateReader: what it says is what probes fitted by hand say, and the states are those of the core."""

import numpy as np
import pytest
from instruments import MAKE, WORD_PARTS, short_words, trained

from seq2seq_lib import Batch, Seq2Seq, probes, trace
from seq2seq_lib.attention import AttentionSeq2Seq
from seq2seq_lib.widgets import StateReader
from seq2seq_lib.widgets.readings import place

TASK = short_words()


@pytest.fixture(scope="module")
def reader():
    return MAKE["StateReader"]()


@pytest.fixture(scope="module")
def seen(reader):
    return reader.frame("badhif")


def test_a_time_is_a_step_of_the_encoder_and_then_of_the_decoder():
    assert [place(t, reads=3) for t in range(1, 6)] == [(0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]


def test_the_states_are_those_of_the_core(seen):
    one = trace(trained(), TASK.source.encode("badhif"), TASK.longest_target + 1)
    np.testing.assert_allclose(seen["states"], np.concatenate([one.encoder_hs[1:], one.decoder_hs[1:]]), atol=1e-6)
    assert "".join(seen["writes"]) == "fihdab⊣"
    assert len(seen["near"]) == len(seen["states"]) == seen["limits"]["time"]


def test_what_is_handed_over_is_read_as_a_probe_of_ones_own_reads_it(reader, seen):
    sources, targets = zip(*reader.parts.pairs)
    batch = Batch([TASK.source.encode(text) for text in sources], [TASK.target.encode(text) for text in targets])
    _, hs, _ = trained().forward(batch)
    first = sorted({text[0] for text in targets})
    probe = probes.fit_probe(hs[0], [first.index(text[0]) for text in targets], len(first), ridge=1e-2)
    said = probes.read(probe, seen["states"][5])
    assert seen["parts"][0]["best"][5] == [first[i] for i in np.argsort(-said)[:3]]
    np.testing.assert_allclose(seen["parts"][0]["scores"][5], np.sort(said)[::-1][:3], atol=1e-4)


def test_it_reads_what_the_model_knows_and_the_stranger_is_another(reader):
    """The last letter read is the first written: at the handover that is read off nearly every state."""
    held_out = [text for text, _ in TASK.held_out[:40]]
    frames = [reader.frame(text) for text in held_out]
    read = [frame["parts"][0]["best"][len(text) - 1][0] for text, frame in zip(held_out, frames)]
    assert np.mean([letter == text[-1] for letter, text in zip(read, held_out)]) > 0.9
    assert [frame["parts"][0]["right"] for frame in frames] == [text[-1] for text in held_out]
    strangers = [frame["parts"][2]["stranger"] for frame in frames]
    assert strangers != [[best[0] for best in frame["parts"][2]["best"]] for frame in frames]


def test_probes_are_fitted_to_the_states_of_their_own_step(reader):
    """Two letters are written: a state of the decoder in which the third is still to come."""
    read = reader.models[0]
    which, states = read.at(6 + 3, reads=6)
    assert min(read.sizes[which, 1]) >= 3
    labels, classes = read.labels["third"]
    probe = probes.fit_probe(states, labels[which], classes, ridge=1e-2)
    np.testing.assert_allclose(read.said("third", states[0], 9, 6), probes.read(probe, states[0]))


def test_where_few_texts_are_so_long_nothing_is_read(reader):
    frame = reader.frame("badhif" * 2)
    assert frame["parts"][0]["best"][8] == []
    assert frame["parts"][0]["stranger"][8] is None
    assert frame["near"][8] == []
    assert frame["parts"][0]["right"] is None  # nobody has said what is right of it
    assert frame["parts"][0]["best"][11]  # what is handed over, however long the text was


def test_the_nearest_text_to_one_of_the_pairs_is_that_pair(reader):
    source, target = reader.parts.pairs[7]
    assert reader.frame(source)["near"][len(source) - 1][0] == [source, target]


def test_each_row_of_what_outputs_hang_on_is_by_its_largest(reader, seen):
    tokens = [*TASK.target.encode("fihdab"), 2]
    hangs = probes.hangs_on(trained(), TASK.source.encode("badhif"), tokens)
    np.testing.assert_allclose(seen["hangs"], hangs / np.abs(hangs).max(axis=1, keepdims=True), rtol=1e-5)


def test_it_opens_with_what_is_handed_over_and_the_unit_that_says_most(reader):
    opened = MAKE["StateReader"]()
    labels, _ = opened.parts.labels()["first"]
    hs = opened.models[0].decoder_hs[0]
    assert opened.time == 6
    assert opened.unit == probes.telling_unit(hs, labels == np.bincount(labels).argmax())[0]


def test_the_stored_picture_shows_the_parts_and_the_texts(reader):
    titles = [axes.get_title() for axes in reader.picture().axes]
    assert titles[:3] == list(WORD_PARTS)


def test_a_model_that_looks_back_is_refused():
    model = AttentionSeq2Seq(len(TASK.source), 8, len(TASK.target), loss="cross_entropy", rng=0)
    with pytest.raises(ValueError, match="without attention"):
        StateReader(model, TASK, "abc", WORD_PARTS)


def test_a_model_of_other_cells_is_read_too():
    model = Seq2Seq(len(TASK.source), 8, len(TASK.target), loss="cross_entropy", rng=0, cell="LSTM")
    assert StateReader(model, TASK, "abc", WORD_PARTS).frame("abc")["states"].shape[0] > 3
