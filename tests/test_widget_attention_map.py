"""AttentionMap: its arrays against the model's own, and what a weight changed by hand does."""

import numpy as np
import pytest
from instruments import looking_back

from seq2seq_lib import answers
from seq2seq_lib.attention import attend
from seq2seq_lib.widgets import AttentionMap
from seq2seq_lib.widgets.attention_map import with_weight

WORD = "abcdefgh"


def instrument(**options):
    return AttentionMap(*looking_back(), WORD, **options)


def shown(edits=(), text=WORD, **options):
    return instrument(**options).checked_frame({"text": text, "edits": dict(edits)})


def test_it_shows_the_answer_and_the_weights_of_the_model():
    model, task = looking_back()
    frame = shown()
    assert "".join(frame["writes"]) == answers(model, task, [WORD])[0] + "⊣"
    tokens = task.source.encode(WORD)
    encoder_hs, decoder_hs, _ = model.forward(tokens, [*task.target.encode(frame["writes"][:-1]), 2])
    _, weights = attend(decoder_hs[1:], encoder_hs[1:])
    np.testing.assert_allclose(frame["weights"], weights, atol=1e-5)
    np.testing.assert_allclose(frame["sums"], 1, atol=1e-5)
    assert not any(frame["changed"] + frame["edited"])
    assert frame["limits"] == {"step": len(frame["writes"]), "symbol": len(WORD)}


def test_a_changed_weight_makes_it_write_what_it_is_made_to_look_at():
    free, made = shown(), shown({"3 1": 1.0})  # at the fourth step all the weight on b
    np.testing.assert_allclose(made["weights"][3], np.eye(8)[1])
    assert made["writes"][3] == "b" != free["writes"][3]
    assert made["was"] == free["writes"]
    assert made["changed"][:4] == made["edited"][:4] == [False, False, False, True]
    np.testing.assert_array_equal(made["weights"][:3], free["weights"][:3])  # what came before knows nothing of it
    assert (made["weights"][4] != free["weights"][4]).any()  # and what comes after has read the other answer


def test_the_same_weight_again_changes_nothing():
    free = shown()
    again = shown({"2 5": float(free["weights"][2, 5])})
    assert again["writes"] == free["writes"]
    np.testing.assert_allclose(again["weights"], free["weights"], atol=1e-5)


def test_of_two_changes_in_one_row_the_last_has_its_way():
    row = shown({"0 1": 1.0, "0 2": 0.25})["weights"][0]
    np.testing.assert_allclose(row, [0, 0.75, 0.25, 0, 0, 0, 0, 0], atol=1e-6)


def test_the_other_weights_share_the_rest_in_their_proportions():
    np.testing.assert_allclose(with_weight(np.array([0.5, 0.3, 0.2]), 0, 0.0), [0, 0.6, 0.4])
    np.testing.assert_allclose(with_weight(np.array([1.0, 0.0, 0.0]), 0, 0.5), [0.5, 0.25, 0.25])
    np.testing.assert_allclose(with_weight(np.array([1.0]), 0, 0.0), [1.0])


@pytest.mark.parametrize("edits", [{"0 8": 0.5}, {"0 0": -0.5}, {"0": 0.5}])
def test_a_change_that_cannot_be_is_refused(edits):
    with pytest.raises(ValueError, match="expected"):
        shown(edits)


def test_it_looks_with_the_readers_own_function():
    def without_softmax(queries, states, mask=None):
        weights = np.ones((len(queries), len(states)), np.float32)
        return weights @ states, weights

    frame = shown(attend=without_softmax)
    assert (frame["sums"] == 8).all()
    assert frame["writes"] != shown()["writes"]


def test_the_picture_is_a_static_figure():
    picture = instrument().picture()
    assert len(picture.axes[0].texts) == 9 * 8


def test_it_opens_on_the_symbol_that_the_first_step_looks_at_most():
    assert instrument().symbol == len(WORD)  # the last: it reverses
