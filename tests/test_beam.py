"""Beam search: a beam of 1 is greedy, a beam of all is exhaustive, and lengths are weighed as the paper says."""

import itertools

import numpy as np
import pytest
from instruments import short_words, trained
from problems import randomized

from seq2seq_lib import EOS, AttentionSeq2Seq, Seq2Seq, beam_decode, greedy_decode
from seq2seq_lib.beam import Hypothesis, beam_search, log_softmax, ranked
from seq2seq_lib.decoding import until_end


@pytest.fixture(scope="module")
def words():
    return [short_words().source.encode(word) for word, _ in short_words().held_out[:60]]


@pytest.fixture(params=[Seq2Seq, AttentionSeq2Seq])
def untrained(request):
    """Sharp and senseless: five tokens, so that all answers of four steps can be tried."""
    model = request.param(5, 8, 5, loss="cross_entropy", rng=3)
    model.params["W_hy"] = 4 * model.params["W_hy"]
    return model


def log_probability(model, source, tokens):
    """What the model gives to these tokens, by teacher forcing: not the way that a beam search takes."""
    _, _, logits = model.forward(np.array(source), np.array(tokens))
    return float(log_softmax(logits)[np.arange(len(tokens)), tokens].sum())


def all_answers(length):
    """Every sequence that ends at its first EOS, or is cut off after `length` tokens."""
    for size in range(1, length + 1):
        for tokens in itertools.product(range(5), repeat=size):
            if EOS not in tokens[:-1] and (tokens[-1] == EOS or size == length):
                yield tokens


def test_a_beam_of_one_is_greedy(words, untrained):
    model = trained(steps=200)
    for word in words:
        assert beam_decode(model, word, 8, 1) == greedy_decode(model, word, 8)
    for source in itertools.product(range(3, 5), repeat=3):
        assert beam_decode(untrained, list(source), 6, 1) == greedy_decode(untrained, list(source), 6)


@pytest.mark.parametrize("length_penalty", [0.0, 0.7])
def test_a_beam_of_all_finds_the_best_of_all(untrained, length_penalty):
    for source in ([3], [4, 3], [3, 3, 4]):
        scores = {
            tokens: log_probability(untrained, source, tokens) / ((5 + len(tokens)) / 6) ** length_penalty
            for tokens in all_answers(3)
        }
        best = max(scores, key=scores.get)
        assert beam_decode(untrained, source, 3, 5**3, length_penalty) == until_end(list(best))


def test_log_softmax_is_the_log_of_each_share_of_its_row_also_of_large_numbers():
    logits = np.log([[1.0, 2.0, 5.0], [3.0, 3.0, 4.0]]) + np.array([[0.0], [1000.0]])
    shares = np.exp(log_softmax(logits))
    np.testing.assert_allclose(shares, [[0.125, 0.25, 0.625], [0.3, 0.3, 0.4]], rtol=1e-9)


def test_of_the_next_best_as_many_are_named_as_there_is_room_for(untrained):
    assert next(len(dropped) for _, dropped in beam_search(untrained, [3, 4], 2, 3)) == 2  # of five tokens
    assert max(len(dropped) for _, dropped in beam_search(untrained, [3, 4], 4, 3)) == 3


def test_each_log_probability_is_that_of_teacher_forcing(untrained):
    for kept, dropped in beam_search(untrained, [3, 4, 4], 5, 3):
        for hypothesis in kept + dropped:
            assert hypothesis.log_p == pytest.approx(log_probability(untrained, [3, 4, 4], hypothesis.tokens))


def test_each_hypothesis_continues_its_parent(untrained):
    steps = [kept for kept, _ in beam_search(untrained, [3, 4], 6, 3)]
    assert len(steps) > 2
    for before, after in itertools.pairwise(steps):
        for hypothesis in after:
            assert hypothesis.tokens[:-1] == before[hypothesis.parent].tokens
            assert not before[hypothesis.parent].finished


def test_a_wider_beam_never_loses_here(words):
    model = trained(steps=200)
    for word in words:
        narrow, wide = (ranked(beam_search(model, word, 8, size))[0].log_p for size in (1, 8))
        assert wide >= narrow - 1e-9


def test_the_length_penalty_by_hand():
    short, long = Hypothesis((3, EOS), -2.0, 0), Hypothesis((3, 3, 3, 3, 3, 3, EOS), -3.0, 0)
    assert short.score(0) == -2.0
    assert short.score(1) == pytest.approx(-2 * 6 / 7)
    assert long.score(1) == pytest.approx(-1.5)
    steps = [([short, long], [])]
    assert ranked(steps)[0] is short
    assert ranked(steps, length_penalty=1.0)[0] is long


def test_in_single_precision_a_beam_of_one_is_greedy_too():
    """Logits that differ in their last digit only: rounded log-probabilities would call them equal."""
    for seed in range(40):
        model = randomized(Seq2Seq(5, 3, 7, loss="cross_entropy", dtype=np.float32), np.random.default_rng(seed), 1e-7)
        for source in ([3], [4, 3]):
            assert beam_decode(model, source, 4, 1) == greedy_decode(model, source, 4)


def test_of_two_that_are_equally_probable_the_smaller_token_is_kept():
    model = Seq2Seq(5, 2, 6, loss="cross_entropy")
    for values in model.params.values():
        values[...] = 0
    kept, dropped = next(beam_search(model, [3], 4, 3))
    assert [hypothesis.tokens for hypothesis in kept + dropped] == [(token,) for token in range(6)]


def test_it_stops_when_all_are_finished_or_at_the_length(untrained):
    for size in (1, 2, 4):
        steps = list(beam_search(trained(), short_words().source.encode("abc"), 30, size))
        finished = sum(hypothesis.finished for kept, _ in steps for hypothesis in kept)
        assert finished == size or len(steps) == 30
    assert len(list(beam_search(untrained, [3], 2, 4))) <= 2


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"beam_size": 0}, "beam_size: expected at least 1, got 0"),
        ({"beam_size": 2.5}, "beam_size: expected a whole number, got 2.5"),
        ({"max_length": 0}, "max_length: expected at least 1, got 0"),
        ({"source": [9]}, "expected tokens in 0 .. 4, got 9"),
        ({"source": []}, "expected tokens of shape"),
        ({"source": [3.0]}, "expected integer tokens, got an array of float64"),
        ({"source": [[3, 4], [4, 4]]}, r"expected the tokens of one sequence, \(S,\), got \(2, 2\)"),
        ({"length_penalty": 10.5}, "length_penalty: expected a number from 0 to 10, got 10.5"),
        ({"length_penalty": -1.0}, "length_penalty: expected a number from 0 to 10, got -1.0"),
        ({"length_penalty": float("nan")}, "length_penalty: expected a number from 0 to 10, got nan"),
        ({"length_penalty": "much"}, "length_penalty: expected a number from 0 to 10, got 'much'"),
    ],
)
def test_bad_input_is_refused(untrained, wrong, named):
    with pytest.raises(ValueError, match=named):
        beam_decode(untrained, **{"source": [3], "max_length": 4, "beam_size": 2} | wrong)


@pytest.mark.parametrize("search", [beam_decode, lambda *arguments: list(beam_search(*arguments))])
def test_a_model_without_tokens_is_refused(search):
    with pytest.raises(ValueError, match="expected a model with loss='cross_entropy', got one with 'squared_error'"):
        search(Seq2Seq(5, 3, 5), [3], 4, 2)
