"""The language model: what it learns of texts, how likely it finds others, what it writes by itself."""

from collections import Counter
from itertools import islice

import numpy as np
import pytest
from problems import copied, randomized, same

from seq2seq_lib import (
    BOS,
    EOS,
    GRU,
    LSTM,
    PAD,
    RNN,
    Adam,
    Batch,
    LanguageModel,
    Vocabulary,
    check_gradients,
    text_batches,
    training,
)

every_cell = pytest.mark.parametrize("cell", [RNN, GRU, LSTM])
TEXTS = [[3, 4, 5], [6], [4, 4, 3, 6, 5]]


def always(logits):
    """A model that finds every symbol as likely at every step."""
    model = LanguageModel(len(logits), 2)
    model.params["W_hy"], model.params["b_y"] = np.zeros((2, len(logits))), logits
    return model


@every_cell
@pytest.mark.parametrize("texts", [TEXTS, TEXTS[:1], [[3, 4], [5, 6]]])
def test_it_is_right_to_the_last_gradient(cell, texts):
    model = randomized(LanguageModel(7, 5, cell), np.random.default_rng(1))
    errors = check_gradients(model, Batch(None, texts))
    assert set(errors) == {"decoder.W_xh", "decoder.W_hh", "decoder.b_h", "W_hy", "b_y"}
    assert max(errors.values()) < 1e-7, errors


@every_cell
def test_the_loss_is_that_of_one_symbol_after_the_other(cell):
    model = randomized(LanguageModel(7, 5, cell), np.random.default_rng(1))
    losses = []
    for text in TEXTS:
        h = np.zeros(model.decoder.state_dim)
        for read, wanted in zip([BOS, *text], [*text, EOS]):
            h = model.decoder.step(read, h)
            logits = model.output(h)
            losses.append(np.log(np.exp(logits).sum()) - logits[wanted])
    assert model.loss_and_grads(Batch(None, TEXTS))[0] == pytest.approx(np.mean(losses), rel=1e-12)
    assert model.perplexity(TEXTS) == pytest.approx(np.exp(np.mean(losses)), rel=1e-12)


def test_perplexity_by_hand():
    assert always(np.zeros(8)).perplexity(TEXTS) == pytest.approx(8)  # nothing known: one of eight
    likely = always(np.log([1e-9, 1e-9, 0.25, 0.5, 0.25]))
    assert likely.perplexity([[3, 3], [4]]) == pytest.approx((2 * 2 * 4 * 4 * 4) ** (1 / 5), rel=1e-6)


def test_perplexity_counts_symbols_not_batches():
    model = randomized(LanguageModel(7, 3), np.random.default_rng(0))
    texts = [TEXTS[i % 3] for i in range(300)] + [[6] * 40]
    tokens = sum(len(text) + 1 for text in texts)
    one_by_one = sum(np.log(model.perplexity([text])) * (len(text) + 1) for text in texts) / tokens
    assert model.perplexity(texts) == pytest.approx(np.exp(one_by_one), rel=1e-12)


def test_it_learns_texts_and_writes_such():
    vocabulary = Vocabulary("banana")
    texts = [vocabulary.encode(word) for word in ("banana", "bana", "ban")]
    model = LanguageModel(len(vocabulary), 16, "GRU", rng=0)
    before = model.perplexity(texts)
    for _ in islice(training(model, text_batches(texts, 8, rng=0), Adam(0.01)), 300):
        pass
    assert before > 5
    assert model.perplexity(texts) < 1.5
    written = Counter("".join(vocabulary.decode(model.sample(seed))) for seed in range(60))
    assert set(written) == {"banana", "bana", "ban"}
    coldest = {"".join(vocabulary.decode(model.sample(seed, temperature=1e-4))) for seed in range(20)}
    assert len(coldest) == 1
    assert coldest <= set(written)


def test_temperature_by_hand():
    model = always(np.log([0.05, 0.05, 0.5, 0.2, 0.2]))

    def shares(temperature):
        rng = np.random.default_rng(0)
        first = Counter((model.sample(rng, temperature, max_length=1) or [EOS])[0] for _ in range(4000))
        return np.array([first[token] for token in range(5)]) / 4000

    same(shares(1.0), np.array([0, 0, 5, 2, 2]) / 9, tolerance=0.03)  # PAD and BOS are never written
    same(shares(0.5), np.array([0, 0, 25, 4, 4]) / 33, tolerance=0.03)
    same(shares(1e6), np.array([0, 0, 1, 1, 1]) / 3, tolerance=0.03)


def test_a_text_ends_by_itself_or_at_max_length():
    never = always(np.array([9.0, 9.0, -50.0, 0.0, 0.0]))
    assert len(never.sample(0, max_length=25)) == 25
    assert set(never.sample(0)) == {3, 4}
    assert not {PAD, BOS, EOS} & set(never.sample(0))
    assert always(np.array([0.0, 0.0, 99.0, 0.0])).sample(0) == []
    assert never.sample(3) == never.sample(3) != never.sample(4)


@every_cell
def test_it_is_saved_and_loaded(tmp_path, cell):
    model = randomized(LanguageModel(6, 4, cell, dtype=np.float32), np.random.default_rng(0))
    model.symbols = (tuple(Vocabulary("abc").symbols),)
    model.save(tmp_path / "model.npz")
    again = LanguageModel.load(tmp_path / "model.npz")
    same(copied(again.params), copied(model.params))
    assert (type(again.decoder), again.dtype, again.symbols) == (cell, np.float32, model.symbols)


def test_batches_are_drawn_out_of_the_texts_without_end():
    drawn = list(islice(text_batches(TEXTS, 2, rng=0), 50))
    texts = {tuple(text) for batch in drawn for text in batch.target.T.tolist()}
    assert {tuple(token for token in text if token > EOS) for text in texts} == set(map(tuple, TEXTS))
    assert all(batch.source is None and batch.target.shape[1] == 2 for batch in drawn)
    same(next(text_batches(TEXTS, 2, rng=0)).target, drawn[0].target)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda model: model.loss_and_grads(Batch([[3]], [[3]])), r"expected a batch without a source, Batch\(None"),
        (lambda model: model.loss_and_grads(TEXTS), "expected a batch without a source, .*got"),
        (lambda model: model.loss_and_grads(Batch(None, [[3, 7]])), "expected tokens in 0 .. 6, got 7"),
        (lambda model: model.perplexity([[3], [7]]), "expected tokens in 0 .. 6, got 7"),
        (lambda model: model.perplexity([]), "expected at least one sequence, got none"),
        (lambda model: model.perplexity("abc"), "expected a list of sequences, got 'abc'"),
        (lambda model: model.perplexity(["abc"]), "expected numbers, got an array of <U3"),
        (lambda model: model.sample(temperature=0), "temperature: expected a positive number, got 0"),
        (lambda model: model.sample(temperature=float("nan")), "temperature: expected a positive number, got nan"),
        (lambda model: model.sample(max_length=0), "max_length: expected at least 1, got 0"),
        (lambda model: next(text_batches([], 2)), "texts: expected at least one, got none"),
        (lambda model: next(text_batches(TEXTS, 0)), "size: expected at least 1, got 0"),
        (lambda model: model.check_symbols((("a",) * 7, ("b",) * 7)), "expected symbols for decoder, got those of 2"),
    ],
)
def test_it_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call(LanguageModel(7, 3, rng=0))
