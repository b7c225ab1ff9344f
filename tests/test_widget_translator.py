"""Translator: its numbers are those of the core, and its plane is the one of the principal components."""

import numpy as np
import pytest

from seq2seq_lib import Seq2Seq, answers, greedy_decode, softmax_cross_entropy, trace
from seq2seq_lib.plots import seen_order
from seq2seq_lib.tasks import reverse
from seq2seq_lib.widgets import Translator
from seq2seq_lib.widgets.translator import first_difference, principal_plane, probabilities

TASK = reverse(train=500, held_out=120)


def new_model(rng=0):
    return Seq2Seq(len(TASK.source), 16, len(TASK.target), loss="cross_entropy", rng=rng)


def shown(text="abcd", **options):
    return Translator(new_model(), TASK, "abc", **options).frame(text)


def seen(text="abcd"):
    return trace(new_model(), TASK.source.encode(text), TASK.longest_target + 1)


def test_what_it_writes_is_what_greedy_decoding_answers():
    frame = shown()
    assert "".join(frame["writes"]).split("⊣")[0] == answers(new_model(), TASK, ["abcd"])[0]
    assert frame["decoder_reads"] == ["⊢", *frame["writes"][:-1]]
    assert frame["limits"]["step"] == len(frame["writes"])


def test_it_opens_at_the_step_of_which_the_model_is_least_sure_and_so_does_each_new_text():
    translator = Translator(new_model(), TASK, "abc")
    for text in ("abc", "hhhh", "dbadfe"):
        translator.text = text
        odds = probabilities(seen(text).logits).max(axis=1)
        assert translator.step == odds.argmin() + 1
        assert odds[translator.step - 1] < np.delete(odds, translator.step - 1).min()
        translator.step = 0


def test_the_probability_is_what_the_loss_says():
    frame, one = shown(), seen()
    for t, token in enumerate(one.answer):
        loss, _ = softmax_cross_entropy(one.logits[t : t + 1], np.array([token]))
        assert frame["probability"][t] == pytest.approx(np.exp(-loss))
    assert probabilities(one.logits).sum(axis=1) == pytest.approx(1)


def test_the_five_best_come_first_and_each_has_the_probability_of_its_symbol():
    frame, odds = shown(), probabilities(seen().logits)
    for t, row in enumerate(frame["best"]):
        tokens = [TASK.target.tokens[{"∅": "<pad>", "⊢": "<bos>", "⊣": "<eos>"}.get(symbol, symbol)] for symbol in row]
        assert frame["probabilities"][t] == pytest.approx(odds[t, tokens])
        assert frame["probabilities"][t] == pytest.approx(np.sort(odds[t])[::-1][:5])
        assert row[0] == frame["writes"][t]  # greedy


def test_probabilities_of_huge_logits_do_not_overflow():
    assert probabilities(np.array([[1e4, 0.0, -1e4]], np.float32)).tolist() == [[1, 0, 0]]


def test_the_states_are_those_of_the_core_and_the_decoder_starts_where_the_encoder_ended():
    frame, one = shown(), seen()
    order = seen_order(np.concatenate([one.encoder_hs[1:], one.decoder_hs[1:]]))
    np.testing.assert_array_equal(frame["encoder_states"], one.encoder_hs[1:, order])
    np.testing.assert_array_equal(frame["decoder_states"], one.decoder_hs[1:, order])
    raw = Translator(new_model(), TASK, "abc").frame("abcd", sort_units=False)
    np.testing.assert_array_equal(raw["encoder_states"], one.encoder_hs[1:])
    np.testing.assert_array_equal(frame["encoder_way"][-1], frame["decoder_way"][0])


def test_the_plane_holds_the_two_directions_of_largest_variance():
    states = np.random.default_rng(0).normal(size=(200, 6)) * [1, 5, 1, 3, 1, 1] + 7
    mean, directions, shares = principal_plane(states)
    variances, vectors = np.linalg.eigh(np.cov(states.T))
    np.testing.assert_allclose(np.abs(directions @ vectors[:, [5, 4]]), np.eye(2), atol=1e-9)
    np.testing.assert_allclose(shares, variances[[5, 4]] / variances.sum())
    np.testing.assert_allclose(((states - mean) @ directions.T).var(axis=0, ddof=1), variances[[5, 4]])


def test_the_axes_are_the_same_for_every_input():
    shown = Translator(new_model(), TASK, "abc")
    first, second = shown.frame("abcd"), shown.frame("hhhh")
    assert first["window"] == second["window"]
    np.testing.assert_allclose(
        second["encoder_way"] - first["encoder_way"],
        (trace_states("hhhh") - trace_states("abcd")) @ shown.directions.T,
        atol=1e-12,
    )


def trace_states(text):
    return seen(text).encoder_hs


def test_what_is_right_comes_from_the_task_or_from_solve():
    source, target = TASK.held_out[0]
    assert shown(source)["right"] == [*target, "⊣"]
    assert shown("a" * 30)["right"] is shown("a" * 30)["wrong_from"] is None
    assert shown("ab", solve=lambda text: text[::-1])["right"] == ["b", "a", "⊣"]
    assert shown("ab", solve=lambda text: greedy_decode(new_model(), [3, 4], 9))["wrong_from"] == 1


@pytest.mark.parametrize(("writes", "right", "step"), [("ab", "ab", None), ("ab", "cb", 1), ("ab", "ax", 2)])
def test_the_first_wrong_step(writes, right, step):
    assert first_difference(list(writes), list(right)) == step


def test_an_answer_that_is_too_short_or_too_long_is_wrong_where_the_other_goes_on():
    assert first_difference(["a", "⊣"], ["a", "b", "⊣"]) == 2
    assert first_difference(["a", "b", "c"], ["a", "b", "⊣"]) == 3
    assert first_difference(["a", "b"], ["a", "b", "c", "⊣"]) == 2  # stopped before its end


def test_an_unknown_symbol_is_named():
    with pytest.raises(ValueError, match="got '7'"):
        shown("ab7")


def test_weights_of_zero_still_give_a_picture():
    model = new_model()
    model.params.flat[:] = 0
    frame = Translator(model, TASK, "abc").frame("abcd")
    assert np.isfinite(frame["encoder_way"]).all()
    assert frame["window"][0][0] < 0 < frame["window"][0][1]
    assert frame["shares"] == [0, 0]


def test_the_stored_picture_has_the_five_likeliest_symbols_of_each_step():
    translator = Translator(new_model(), TASK, "abc")
    frame, axes = translator.frame("abc"), translator.picture().axes[0]
    drawn = [text.get_text() for text in axes.texts]
    assert len(drawn) == 5 * len(frame["writes"])
    for symbols, odds in zip(frame["best"], frame["probabilities"]):
        for symbol, p in zip(symbols, odds):
            assert f"{symbol}\n{p:.2f}" in drawn
