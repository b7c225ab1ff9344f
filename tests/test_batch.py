"""A batch: what comes in is copied, checked once, and can't change any more."""

import copy
import pickle

import numpy as np
import pytest
from problems import LOSSES, problem, same

from seq2seq_lib import Batch
from seq2seq_lib.batch import shift_right

ARRAYS = "source", "target", "decoder_input", "source_mask", "target_mask"


@pytest.mark.parametrize("loss", LOSSES)
def test_it_cannot_be_changed(loss):
    batch = problem(loss).batch
    for name in (*ARRAYS, "symbols", "another"):
        with pytest.raises(AttributeError, match=f"{name}: a batch never changes; "):
            setattr(batch, name, None)
    with pytest.raises(AttributeError, match="source: a batch never changes; "):
        del batch.source
    for name in ARRAYS:
        with pytest.raises(ValueError, match="read-only"):
            getattr(batch, name)[0] = 0
        with pytest.raises(ValueError, match="WRITEABLE"):
            getattr(batch, name).flags.writeable = True


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda batch: pickle.loads(pickle.dumps(batch))])
def test_nor_can_its_copies(copied):
    batch = problem("cross_entropy").batch
    again = copied(batch)
    for name in ARRAYS:
        same(getattr(again, name), getattr(batch, name))
        with pytest.raises(ValueError, match="read-only"):
            getattr(again, name)[0] = 0


def test_what_was_given_may_change_the_batch_does_not():
    source, target = np.full((2, 3), 5), np.full((4, 3), 6)
    batch = Batch.of_arrays(source, target)
    source[...], target[...] = 7, 7
    same(batch.source, np.full((2, 3), 5))
    same(batch.target, np.full((4, 3), 6))


def test_a_slice_is_an_array_like_any_other():
    """Nothing is known of its numbers, so they are looked at."""
    batch = Batch.of_arrays(np.array([5, 3]), np.array([3]))
    model = problem("cross_entropy", input_dim=2).model  # it reads tokens 0 .. 4
    with pytest.raises(ValueError, match=r"expected tokens in 0 .. 4, got 5"):
        model.encoder.forward(batch.source[:1])
    assert model.encoder.forward(batch.source[1:]).shape == (2, 4)
    assert (batch.source + 1).tolist() == [6, 4]
    changed = batch.source.copy()
    changed[1] = -1
    with pytest.raises(ValueError, match=r"expected tokens in 0 .. 4, got -1"):
        model.encoder.forward(changed[1:])


def test_where_nothing_is_padded_there_is_no_mask():
    padded = Batch([[3], [3, 4]], [[5], [5]])
    assert padded.target_mask is None
    same(padded.source_mask, [[1, 1], [0, 1]])
    assert Batch([[3], [4]], [[5], [5, 6]]).source_mask is None


@pytest.mark.parametrize("loss", LOSSES)
def test_a_mask_that_masks_nothing_would_change_nothing(loss):
    one = problem(loss, [(3, 2)] * 3)
    batch = one.batch
    assert batch.source_mask is batch.target_mask is None
    grads = {name: values.copy() for name, values in one.model.loss_and_grads(batch)[1].items()}
    hs = one.model.encoder.forward(batch.source, mask=np.ones((3, 3)))
    same(hs, one.model.encoder.forward(batch.source))
    dh = np.ones_like(hs[0])
    for a, b in zip(
        one.model.encoder.backward(None, batch.source, hs, np.ones((3, 3)), dh),
        one.model.encoder.backward(None, batch.source, hs, None, dh),
    ):
        if a is not None:
            same(dict(a) if isinstance(a, dict) else a, dict(b) if isinstance(b, dict) else b, tolerance=1e-15)
    assert grads


def test_arrays_are_taken_as_they_are():
    source, target = np.full((3, 2, 1), 0.5), np.arange(8.0).reshape(2, 2, 2)
    batch = Batch.of_arrays(source, target)
    same(batch.source, source)
    same(batch.decoder_input, shift_right(target))
    other = Batch.of_arrays(source, target, decoder_input=target)
    same(other.decoder_input, target)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"decoder_input": np.ones((3, 2, 2))}, r"decoder_input: expected steps \(2, 2\), .* got \(3, 2\)"),
        ({"source": np.ones((3, 1, 1))}, r"expected as many sources as targets, got shapes \(3, 1, 1\)"),
        ({"source": np.full((3, 2, 1), np.nan)}, "expected finite numbers"),
        ({"source_mask": np.ones((2, 2))}, None),
        ({"source_mask": np.eye(2)}, r"mask: expected shape \(3, 2\), got \(2, 2\)"),
        ({"source_mask": np.zeros((3, 2))}, "mask: expected at least one step that is not padding"),
        ({"sauce": None}, "expected some of source, target, .*, got sauce"),
    ],
)
def test_another_batch_with_some_arrays_replaced(given, message):
    batch = Batch.of_arrays(np.full((3, 2, 1), 0.5), np.ones((2, 2, 2)))
    if message is None:
        assert batch.replaced(**given).source_mask is None
        return
    with pytest.raises(ValueError, match=message):
        batch.replaced(**given)


def test_a_batch_half_replaced_keeps_the_rest():
    batch = problem("cross_entropy").batch
    other = batch.replaced(source_mask=None)
    assert other.source_mask is None
    for name in set(ARRAYS) - {"source_mask"}:
        same(getattr(other, name), getattr(batch, name))
    assert batch.source_mask is not None


def test_a_batch_carries_what_its_tokens_stand_for():
    symbols = ("ab", "cd")
    batch = Batch([[3]], [[4]], symbols)
    assert batch.symbols == batch.replaced(source_mask=None).symbols == symbols
