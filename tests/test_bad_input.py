"""Bad input is refused in words, which name what was expected and what came, before anything has changed."""

import re

import numpy as np
import pytest
from problems import LOSSES, copied, problem, run, same

from seq2seq_lib import (
    GRU,
    LSTM,
    RNN,
    SGD,
    Adam,
    AttentionSeq2Seq,
    Batch,
    Diverged,
    LanguageModel,
    Seq2Seq,
    Vocabulary,
    alignment,
    answers,
    attend,
    attend_backward,
    calibration,
    check_gradients,
    edit_distance,
    exact_match,
    greedy_decode,
    softmax_cross_entropy,
    squared_error,
    trace,
    training,
)
from seq2seq_lib.tasks import Task, pad, plurals, reverse

NAN, INF = float("nan"), float("inf")
XS, YS = np.full((3, 2), 0.5), np.full((4, 1), 0.5)  # what the model of vectors wants
BATCH_XS, BATCH_YS = np.full((3, 5, 2), 0.5), np.full((4, 5, 1), 0.5)


def cases(table):
    """One test for each row: what is given, what the message must say was expected, and what came."""
    return pytest.mark.parametrize(("given", "expected", "got"), list(table.values()), ids=list(table))


def refuses(call, expected, got):
    with pytest.raises(ValueError, match=f"expected {expected}.*got {got}"):
        call()


def changed(array, value, index=-1):
    array = array.copy()
    array.flat[index] = value
    return array


@pytest.fixture
def vectors():
    return Seq2Seq(2, 4, 1, rng=0)


@pytest.fixture
def tokens():
    """Six tokens in, five out."""
    return Seq2Seq(6, 4, 5, loss="cross_entropy", rng=0)


# Sequences of vectors

VECTORS_OF_TWO = r"vectors of shape \(T, 2\) or \(T, B, 2\)"
VECTORS_OF_ONE = r"vectors of shape \(T, 1\) or \(T, B, 1\)"
FINITE, A_STEP = "finite numbers", "a sequence of at least one step"
VECTORS = {
    "a source of another size": ((np.ones((3, 4)), YS), VECTORS_OF_TWO, r"\(3, 4\)"),
    "a source of columns": ((XS[..., None], YS), VECTORS_OF_TWO, r"\(3, 2, 1\)"),
    "a source of four dimensions": ((np.ones((3, 1, 1, 2)), YS), VECTORS_OF_TWO, r"\(3, 1, 1, 2\)"),
    "a number as source": ((0.5, YS), A_STEP, r"shape \(\)"),
    "an empty source": (([], YS), A_STEP, r"shape \(0,\)"),
    "a source without steps": ((np.ones((0, 2)), YS), A_STEP, r"shape \(0, 2\)"),
    "an empty batch": ((np.ones((3, 0, 2)), np.ones((4, 0, 1))), A_STEP, r"shape \(3, 0, 2\)"),
    "a ragged source": (([[1.0, 2.0], [3.0]], YS), "steps of equal shape", "different ones"),
    "a source with a nan": ((changed(XS, NAN), YS), FINITE, "a nan"),
    "a source with an infinity": ((changed(XS, -INF), YS), FINITE, "a nan or an infinity"),
    "a source of words": ((["a", "b"], YS), "numbers", "an array of <U1"),
    "a source of truth values": ((XS > 0, YS), "numbers", "an array of bool"),
    "a source of complex numbers": ((XS * 1j, YS), "numbers", "an array of complex128"),
    "no source": ((None, YS), "numbers", "an array of object"),
    "a target of another size": ((XS, np.ones((4, 3))), VECTORS_OF_ONE, r"\(4, 3\)"),
    "an empty target": ((XS, []), A_STEP, r"shape \(0,\)"),
    "a number as target": ((XS, 0.5), A_STEP, r"shape \(\)"),
    "a ragged target": ((XS, [[1.0], [2.0, 3.0]]), "steps of equal shape", "different ones"),
    "a target with a nan": ((XS, changed(YS, NAN, 0)), FINITE, "a nan"),
    "a target that ends with a nan": ((XS, changed(YS, NAN)), FINITE, "a nan"),
    "a batch for a single source": ((XS, BATCH_YS), "as many sources as targets", r"shapes \(3, 2\) and \(4, 5, 1\)"),
    "batches of different sizes": ((BATCH_XS[:, :3], BATCH_YS), "as many sources as targets", r"shapes \(3, 3, 2\)"),
}


@cases(VECTORS)
def test_a_model_of_vectors_refuses(vectors, given, expected, got):
    before = copied(vectors.params)
    refuses(lambda: vectors.train(*given), expected, got)
    same(copied(vectors.params), before)


# Sequences of tokens

TOKENS = {
    "a token too large": (([3, 6], [3, 4]), "tokens in 0 .. 5", "6"),
    "a negative token": (([3, -1], [3, 4]), "tokens in 0 .. 5", "-1"),
    "a target token too large": (([3, 4], [5, 3]), "tokens in 0 .. 4", "5"),
    "a target that ends with a token too large": (([3, 4], [3, 5]), "tokens in 0 .. 4", "5"),
    "a target that ends with a negative token": (([3, 4], [3, -2]), "tokens in 0 .. 4", "-2"),
    "tokens as floats": (([3.0, 4.0], [3, 4]), "integer tokens", "an array of float64"),
    "target tokens as floats": (([3, 4], [3.0, 4.0]), "integer tokens", "an array of float64"),
    "one-hot vectors": ((np.eye(6), [3, 4]), "integer tokens", "an array of float64"),
    "words": ((["a", "b"], [3, 4]), "numbers", "an array of <U1"),
    "a number": ((3, [3, 4]), A_STEP, r"shape \(\)"),
    "a number as target": (([3, 4], 3), A_STEP, r"shape \(\)"),
    "an empty source": (([], [3, 4]), A_STEP, r"shape \(0,\)"),
    "an empty target": (([3, 4], []), A_STEP, r"shape \(0,\)"),
    "tokens of three dimensions": ((np.full((2, 2, 2), 3), [3]), r"tokens of shape \(T,\) or \(T, B\)", r"\(2, 2, 2\)"),
    "ragged tokens": (([[3], [4, 5]], [3, 4]), "steps of equal shape", "different ones"),
    "batches of different sizes": (
        ([[3, 4]], [[3, 4, 3]]),
        "as many sources as targets",
        r"shapes \(1, 2\) and \(1, 3\)",
    ),
}


@cases(TOKENS)
def test_a_model_of_tokens_refuses(tokens, given, expected, got):
    before = copied(tokens.params)
    refuses(lambda: tokens.train(*given), expected, got)
    same(copied(tokens.params), before)


# Batches

BATCHES = {
    "more sources than targets": (([[3], [4]], [[3]]), "as many targets as sources", "2 sources and 1 targets"),
    "no pairs": (([], []), "at least one sequence", "none"),
    "an empty source": (([[3], []], [[3], [4]]), "a sequence of at least one step", "an empty one"),
    "an empty target": (([[3], [4]], [[3], []]), "a sequence of at least one step", "an empty one"),
    "a sequence where a list of them belongs": (([3, 4], [3, 4]), "each sequence as", r"int.* of shape \(\)"),
    "floats as tokens": (([[0.5, 0.3]], [[3]]), "each sequence as integer tokens", r"float64 of shape \(2,\)"),
    "vectors in batches already": (([BATCH_XS], [YS]), "each sequence as", r"float64 of shape \(3, 5, 2\)"),
    "tokens and vectors": (
        ([[3], [[0.5]]], [[3], [4]]),
        "all tokens, or all vectors",
        r"steps of shapes \[\(\), \(1,\)\]",
    ),
    "vectors of different sizes": (
        ([XS, YS], [YS, YS]),
        "all tokens, or all vectors of one size",
        r"steps of shapes \[\(1,\), \(2,\)\]",
    ),
    "a ragged sequence": (([[[0.1, 0.2], [0.3]]], [YS]), "steps of equal shape", "different ones"),
    "texts": ((["ab"], ["ba"]), "numbers", r"an array of <U2 \(Vocabulary.encode turns a text into tokens\)"),
    "a text where a list belongs": (("abc", "cba"), "a list of sequences", "'abc'"),
    "a nan in the source": (([changed(XS, NAN)], [YS]), FINITE, "a nan"),
    "a nan in the target": (([XS], [changed(YS, NAN)]), FINITE, "a nan"),
    "a negative token": (([[3]], [[-1]]), r"tokens from 3 on \(0 is PAD, 1 is BOS, 2 is EOS\)", "-1"),
    "own tokens from 0 on": (([[0, 1, 2]], [[2, 1, 0]]), r"tokens from 3 on \(0 is PAD, 1 is BOS, 2 is EOS\)", "0"),
    "padding in a source": (([[3, 0]], [[3]]), "tokens from 3 on", "0"),
    "BOS in a target": (([[3]], [[1, 3]]), "tokens from 3 on", "1"),
    "an end inside a target": (([[3]], [[3, 2, 4]]), "tokens from 3 on", "2"),
    "masked numbers": (([np.ma.masked_less(XS - 1, 0)], [YS]), "numbers", "a masked array"),
    "no targets": (([[3]], None), "a list of sequences", "None"),
    "a number where a list belongs": ((3, [[3]]), "a list of sequences", "3"),
}


@cases(BATCHES)
def test_a_batch_refuses(given, expected, got):
    refuses(lambda: Batch(*given), expected, got)


BAD_BATCHES = {
    "vectors of another size": (Batch([YS], [YS]), "vectors of shape", r"\(4, 1, 1\)"),
    "tokens": (Batch([[3]], [[4]]), "tokens in 0 .. 0", "4"),
}


@cases(BAD_BATCHES)
def test_training_on_a_bad_batch_stops_before_the_step(vectors, given, expected, got):
    steps = training(vectors, [Batch([XS], [YS]), given], Adam(0.01))
    next(steps)
    before = copied(vectors.params)
    refuses(lambda: next(steps), expected, got)
    same(copied(vectors.params), before)


BAD_TOKEN_BATCHES = {
    "a source token too large": (Batch([[3, 6], [4]], [[3], [4]]), "tokens in 0 .. 5", "6"),
    "a target token too large": (Batch([[3], [4]], [[3, 5], [4]]), "tokens in 0 .. 4", "5"),
    "vectors as targets": (Batch([[3]], [np.ones((1, 5))]), "integer tokens", "an array of float64"),
    "no source": (Batch(None, [[3]]), "a batch of pairs", "one without a source"),
}


@cases(BAD_TOKEN_BATCHES)
def test_a_model_of_tokens_refuses_a_batch_with(tokens, given, expected, got):
    before = copied(tokens.params)
    refuses(lambda: tokens.loss_and_grads(given), expected, got)
    same(copied(tokens.params), before)


# Sizes, rates and lengths

WHOLE = {0: "at least 1", -3: "at least 1", 2.5: "a whole number", "3": "a whole number", None: "a whole number"}


@pytest.mark.parametrize("value", WHOLE)
@pytest.mark.parametrize(
    ("name", "call"),
    {
        "input_dim": lambda value: Seq2Seq(value, 4, 1),
        "hidden_dim": lambda value: Seq2Seq(2, value, 1),
        "output_dim": lambda value: Seq2Seq(2, 4, value),
        "epochs": lambda value: Seq2Seq(2, 4, 1).train(XS, YS, epochs=value),
        "length": lambda value: Seq2Seq(2, 4, 1).predict(XS, value),
        "max_length": lambda value: greedy_decode(Seq2Seq(6, 4, 5, loss="cross_entropy"), [3], value),
        "at_most": lambda value: check_gradients(Seq2Seq(2, 4, 1), Batch([XS], [YS]), at_most=value),
    }.items(),
)
def test_a_size_is_a_whole_number_of_at_least_one(name, call, value):
    name = "input_dim" if name == "output_dim" else name  # the decoder's input is what it wrote
    with pytest.raises(ValueError, match=f"{name}: expected {WHOLE[value]}, got {value!r}"):
        call(value)


@pytest.mark.parametrize("rate", [0, -0.1, NAN, INF, "0.1", None, 1j, [0.1]])
@pytest.mark.parametrize("make", [SGD, Adam, lambda rate: Seq2Seq(2, 4, 1, learning_rate=rate)])
def test_a_learning_rate_is_positive(make, rate):
    with pytest.raises(
        ValueError, match=f"learning_rate: expected a positive number, got {rate!r}".replace("[", r"\[")
    ):
        make(rate)


@pytest.mark.parametrize("clip", [0, -1.0, NAN, "1"])
def test_gradients_are_clipped_to_a_positive_length(vectors, clip):
    before = copied(vectors.params)
    with pytest.raises(ValueError, match=f"clip: expected a positive number, got {clip!r}"):
        next(training(vectors, [Batch([XS], [YS])], SGD(0.1), clip=clip))
    same(copied(vectors.params), before)


@pytest.mark.parametrize("steps", [steps for steps in WHOLE if steps is not None])
def test_a_decay_takes_at_least_one_step(vectors, steps):
    with pytest.raises(ValueError, match=f"decay_steps: expected {WHOLE[steps]}, got {steps!r}"):
        next(training(vectors, [Batch([XS], [YS])], SGD(0.1), decay_steps=steps))


@pytest.mark.parametrize("loss", ["mse", "", None, 3, ["mse"]])
def test_a_loss_is_known_by_its_name(loss):
    with pytest.raises(ValueError, match=re.escape(f"loss: expected squared_error or cross_entropy, got {loss!r}")):
        Seq2Seq(2, 4, 1, loss=loss)


@pytest.mark.parametrize("dtype", [int, np.float16, ">f8", "complex64", "many"])
def test_weights_are_floats_of_32_or_64_bits_in_the_order_of_this_machine(dtype):
    for make in (lambda: Seq2Seq(2, 4, 1, dtype=dtype), lambda: LanguageModel(5, 4, dtype=dtype)):
        refuses(make, "float32 or float64", "")


def test_a_small_integer_is_a_size_like_any_other():
    assert {name: values.shape for name, values in GRU(2, np.int8(100)).params.items()} == {
        "W_xh": (2, 300),
        "W_hh": (100, 300),
        "b_h": (300,),
    }


@pytest.mark.parametrize("size", [1, 2])
def test_a_model_that_writes_tokens_can_write_an_end(size):
    for make in (
        lambda: Seq2Seq(6, 4, size, loss="cross_entropy"),
        lambda: AttentionSeq2Seq(6, 4, size, loss="cross_entropy"),
        lambda: LanguageModel(size, 4),
    ):
        refuses(make, "at least 3 tokens, since 0, 1, 2 are PAD, BOS, EOS", size)


def test_masked_numbers_are_taken_for_data_nowhere(vectors):
    masked = np.ma.masked_less(XS - 1, 0)
    for call in (
        lambda: vectors.forward(masked, YS),
        lambda: vectors.predict(masked, 3),
        lambda: vectors.encoder.forward(masked),
        lambda: vectors.encoder.forward(XS, h_0=np.ma.masked_equal(np.zeros(4), 0)),
        lambda: squared_error(masked, XS),
        lambda: squared_error(XS, masked),
        lambda: pad([masked]),
    ):
        refuses(call, "numbers", "a masked array")


# The recurrent network by itself


def back(rnn, **changes):
    return rnn.backward(**{"dhs": np.ones((3, 4)), "xs": XS, "hs": np.ones((4, 4)), **changes})


RNN_CASES = {
    "an input of another size": (lambda rnn: rnn.forward(np.ones((3, 5))), "vectors of shape", r"\(3, 5\)"),
    "a token too large": (lambda rnn: rnn.forward([0, 2]), "tokens in 0 .. 1", "2"),
    "a first state of another size": (lambda rnn: rnn.forward(XS, h_0=np.ones(5)), r"shape \(4,\)", r"\(5,\)"),
    "a first state for a batch": (lambda rnn: rnn.forward(XS, h_0=np.ones((2, 4))), r"shape \(4,\)", r"\(2, 4\)"),
    "a first state with a nan": (lambda rnn: rnn.forward(XS, h_0=np.full(4, NAN)), FINITE, "a nan"),
    "a mask of another length": (lambda rnn: rnn.forward(XS, mask=[1, 1]), r"shape \(3,\)", r"\(2,\)"),
    "a mask for a batch": (lambda rnn: rnn.forward(XS, mask=np.ones((3, 1))), r"shape \(3,\)", r"\(3, 1\)"),
    "a ragged mask": (lambda rnn: rnn.forward(BATCH_XS, mask=[[1], [1, 0]]), "steps of equal shape", "different ones"),
    "a mask that is all padding": (lambda rnn: rnn.forward(XS, mask=[0, 0, 0]), "at least one step", "none"),
    "a mask of halves": (lambda rnn: rnn.forward(XS, mask=[1, 0.5, 1]), "0 and 1 only", "0.5"),
    "a mask with a nan": (lambda rnn: rnn.forward(XS, mask=[1, 1, NAN]), "0 and 1 only", "nan"),
    "a mask of words": (lambda rnn: rnn.forward(XS, mask=["a", "b", "c"]), "numbers", "an array of <U1"),
    "a step of another size": (lambda rnn: rnn.step(np.ones(3), np.ones(4)), "vectors of shape", r"\(1, 3\)"),
    "a ragged step": (lambda rnn: rnn.step([[1.0, 2.0], [3.0]], np.ones((2, 4))), "steps of equal", "different ones"),
    "a step with a nan": (lambda rnn: rnn.step([NAN, 0.0], np.ones(4)), FINITE, "a nan"),
    "a step from a state of another size": (lambda rnn: rnn.step(XS[0], np.ones(3)), r"shape \(4,\)", r"\(3,\)"),
    "a step from a state for a batch": (lambda rnn: rnn.step(XS[0], np.ones((1, 4))), r"shape \(4,\)", r"\(1, 4\)"),
    "gradients of another size": (lambda rnn: back(rnn, dhs=np.ones((3, 5))), r"shape \(3, 4\)", r"\(3, 5\)"),
    "gradients of more steps": (lambda rnn: back(rnn, dhs=np.ones((4, 4))), r"shape \(3, 4\)", r"\(4, 4\)"),
    "one gradient for all steps": (lambda rnn: back(rnn, dhs=np.ones((1, 4))), r"shape \(3, 4\)", r"\(1, 4\)"),
    "states without the first": (lambda rnn: back(rnn, hs=np.ones((3, 4))), r"shape \(4, 4\)", r"\(3, 4\)"),
    "a gradient mask of another length": (lambda rnn: back(rnn, mask=[1]), r"shape \(3,\)", r"\(1,\)"),
}


@cases(RNN_CASES)
def test_an_rnn_refuses(given, expected, got):
    rnn = RNN(2, 4, rng=0)
    refuses(lambda: given(rnn), expected, got)
    same(copied(rnn.params), copied(RNN(2, 4, rng=0).params))


def test_a_number_too_large_for_float32_is_refused():
    rnn = RNN(2, 4, dtype=np.float32)
    refuses(lambda: rnn.forward(np.full((3, 2), 1e300)), FINITE, "a nan or an infinity")
    refuses(lambda: rnn.forward(XS, h_0=np.full(4, 1e300)), FINITE, "a nan or an infinity")


def test_a_parameter_keeps_its_name_and_shape():
    rnn = run().rnn
    before = copied(rnn.params)
    with pytest.raises(ValueError, match=r"W_hh: expected shape \(3, 3\), got \(3,\)"):
        rnn.params["W_hh"] = np.zeros(3)
    with pytest.raises(ValueError, match="expected one of W_xh, W_hh, b_h, got 'W_hx'"):
        rnn.params["W_hx"] = np.zeros(3)
    with pytest.raises(ValueError, match="b_h: expected finite numbers, got a nan"):
        rnn.params["b_h"] = [0.0, NAN, 0.0]
    same(copied(rnn.params), before)


# Losses

LOSS_CASES = {
    "targets of another shape": (lambda: squared_error(XS, YS), r"shape \(3, 2\)", r"\(4, 1\)"),
    "targets turned round": (lambda: squared_error(XS, XS.T), r"shape \(3, 2\)", r"\(2, 3\)"),
    "targets with a nan": (lambda: squared_error(XS, changed(XS, NAN)), FINITE, "a nan"),
    "targets of words": (lambda: squared_error(XS, [["a", "b"]] * 3), "numbers", "an array of <U1"),
    "a mask of another shape": (lambda: squared_error(XS, XS, [1, 0]), r"shape \(3,\)", r"\(2,\)"),
    "a mask that is all padding": (lambda: squared_error(XS, XS, [0, 0, 0]), "at least one step", "none"),
    "too few tokens": (lambda: softmax_cross_entropy(XS, [0, 1]), r"target tokens of shape \(3,\)", r"\(2,\)"),
    "a token too large": (lambda: softmax_cross_entropy(XS, [0, 1, 2]), "tokens in 0 .. 1", "2"),
    "a negative token": (lambda: softmax_cross_entropy(XS, [0, -1, 0]), "tokens in 0 .. 1", "-1"),
    "tokens as floats": (lambda: softmax_cross_entropy(XS, [0.0, 1.0, 0.0]), "integer tokens", "an array of float64"),
    "a mask for other tokens": (lambda: softmax_cross_entropy(XS, [0, 1, 0], [1]), r"shape \(3,\)", r"\(1,\)"),
}


@cases(LOSS_CASES)
def test_a_loss_refuses(given, expected, got):
    refuses(given, expected, got)


# Running free

FREE_CASES = {
    "no source": (lambda model: greedy_decode(model, [], 3), "a sequence of at least one step", "an empty one"),
    "an empty source": (lambda model: greedy_decode(model, [[3], []], 3), "a sequence of at least one", "an empty one"),
    "a source token too large": (lambda model: greedy_decode(model, [3, 6], 3), "tokens in 0 .. 5", "6"),
    "a negative source token": (lambda model: greedy_decode(model, [[3], [-1]], 3), "tokens from 3 on", "-1"),
    "floats as tokens": (lambda model: greedy_decode(model, [3.0], 3), "each sequence as integer tokens", "float64"),
    "own tokens from 0 on": (lambda model: greedy_decode(model, [0, 1, 2], 3), "tokens from 3 on", "0"),
    "a text": (lambda model: greedy_decode(model, "abc", 3), "numbers", "an array of <U3"),
    "a sequence and a token": (lambda model: greedy_decode(model, [[3], 4], 3), "each sequence as", "int.* of shape"),
    "a trace of a batch": (lambda model: trace(model, [[3, 4]], 3), "the tokens of one sequence", r"\(1, 2\)"),
    "a trace of nothing": (lambda model: trace(model, [], 3), "tokens of shape", r"\(0,\)"),
    "a trace of an unknown token": (lambda model: trace(model, [9], 3), "tokens in 0 .. 5", "9"),
    "a trace of no steps": (lambda model: trace(model, [3], 0), "at least 1", "0"),
    "a prediction from a token too large": (lambda model: model.predict([6], 3), "tokens in 0 .. 5", "6"),
    "a prediction from vectors": (lambda model: model.predict(np.eye(6), 3), "integer tokens", "an array of float64"),
}


@cases(FREE_CASES)
def test_a_model_that_runs_free_refuses(tokens, given, expected, got):
    refuses(lambda: given(tokens), expected, got)


def test_a_model_of_vectors_has_no_tokens_to_decode(vectors):
    refuses(lambda: greedy_decode(vectors, [XS], 3), "a model with loss='cross_entropy'", "one with 'squared_error'")
    refuses(lambda: trace(vectors, XS, 3), "integer tokens", "an array of float64")


def test_a_share_of_no_pairs_is_refused(tokens):
    refuses(lambda: exact_match(tokens, reverse(train=20, held_out=5), []), "at least one", "none")


def test_padding_nothing_is_refused():
    refuses(lambda: pad([]), "at least one sequence", "none")


def test_a_gradient_check_in_float32_is_refused():
    one = problem("squared_error", dtype=np.float32)
    refuses(lambda: check_gradients(one.model, one.batch), "a float64 model", "float32")


@pytest.mark.parametrize("loss", LOSSES)
def test_a_refused_sequence_leaves_the_last_gradient_too(loss):
    one = problem(loss)
    one.model.loss_and_grads(one.batch)
    before, bad = copied(one.model.grads), problem(loss, input_dim=5, output_dim=4).batch
    refuses(lambda: one.model.loss_and_grads(bad), "", "")
    same(copied(one.model.grads), before)


# What was taken, and meant something else

HS = np.full((2, 3, 4), 0.5)  # (T, B, H), or (S, B, H)
WORDS = Task("reversed", [("ab", "ba"), ("ca", "ac")], [("ab", "ba")])


def six_tokens(**changes):
    return Seq2Seq(6, 4, 6, loss="cross_entropy", rng=0)


def cell_back(cell, **changes):
    rnn = cell(2, 4, rng=0)
    state = np.full((3, rnn.state_dim), 0.5)
    return rnn.backward_step(**{"dh_t": state, "x_t": np.ones((3, 2)), "h_prev": state, "h_t": state, **changes})


MISTAKEN = {
    "truth values in words": (lambda: calibration([0.9, 0.8], ["False", "False"]), "numbers", "an array of <U5"),
    "a nan for what was right": (lambda: calibration([0.9, 0.8], [NAN, 1.0]), "0 and 1 only", "nan"),
    "a nan for how sure": (lambda: calibration([NAN, 0.8], [1, 1]), FINITE, "a nan"),
    "how sure in per cent": (lambda: calibration([90, 80], [1, 1]), "numbers from 0 to 1", "others"),
    "a token of 64 bits": (
        lambda: Batch([np.array([2**64 - 1], np.uint64)], [[3]]),
        f"tokens of at most {2**63 - 1}",
        2**64 - 1,
    ),
    "an array in which time can be either axis": (
        lambda: greedy_decode(six_tokens(), np.array([[3, 4, 5], [5, 4, 3]]), 3),
        "the tokens of one sequence, or a list of such lists",
        r"an array of shape \(2, 3\): say which axis is time, list\(source\) .* list\(source.T\)",
    ),
    "a pair of letters": (lambda: exact_match(six_tokens(), WORDS, ["ab"]), r"pairs \(source, target\)", "'ab'"),
    "outputs with a nan": (lambda: squared_error(changed(XS, NAN), XS), FINITE, "a nan"),
    "outputs of no example": (
        lambda: squared_error(np.ones((3, 0, 2)), np.ones((3, 0, 2))),
        "shape .*",
        r"\(3, 0, 2\)",
    ),
    "outputs of one axis": (lambda: squared_error([0.5, 1.0], [0.5, 1.0]), r"shape \(T, B, O\) or", r"\(2,\)"),
    "logits with a nan": (lambda: softmax_cross_entropy(changed(XS, NAN), [0, 1, 0]), FINITE, "a nan"),
    "logits with an infinity": (lambda: softmax_cross_entropy(changed(XS, INF), [0, 1, 0]), FINITE, "a nan or an inf"),
    "one example for three": (lambda: attend(HS[:, :1], HS), "queries and states .* that fit", r"\(2, 1, 4\)"),
    "one mask for three": (lambda: attend(HS, HS, np.ones((2, 1))), r"shape \(2, 3\)", r"\(2, 1\)"),
    "one gradient for three": (
        lambda: attend_backward(HS[:, :1], HS, HS, np.ones((2, 3, 2))),
        r"shape \(2, 3, 4\)",
        r"\(2, 1, 4\)",
    ),
    "one row of weights for three": (
        lambda: attend_backward(HS, HS, HS, np.ones((2, 1, 2))),
        r"shape \(2, 3, 2\)",
        r"\(2, 1, 2\)",
    ),
    "a mask that is a text": (lambda: Batch([XS], [YS]).replaced(source_mask="x"), "numbers", "an array of <U1"),
    "symbols that are none": (lambda: Batch([[3]], [[4]], symbols=7), "a tuple of them for each network", "7"),
    "true for a size": (lambda: RNN(True, 4), "a whole number", "True"),
    "a seed that is a text": (lambda: RNN(2, 4, rng="x"), "a seed, .* or a np.random.Generator", "'x'"),
    "a size beyond all": (lambda: RNN(2, 10**400), "at most 10,000", "1000"),
    "a number that Python does not write": (lambda: RNN(2, 10**5000), "at most 10,000", "what can't be .* of type int"),
    "a rate beyond all": (lambda: Adam(10**400), "a positive number", r"1000.* \(of type int\)"),
    "a pair for a batch": (
        lambda: six_tokens().loss_and_grads(([3], [4])),
        "a Batch, or a source",
        r"\(\[3\], \[4\]\) al",
    ),
    "no model": (lambda: greedy_decode(None, [3], 3), "a model that writes tokens, a Seq2Seq, with", "None"),
    "a class for a model": (lambda: greedy_decode(Seq2Seq, [3], 3), "a model that writes", "the class Seq2Seq"),
    "a model without attention": (lambda: alignment(six_tokens(), [3], 3), "a model with attention", "<seq2seq_lib"),
    "no task": (lambda: answers(six_tokens(), None, ["ab"]), "a Task, with source, target", "None"),
    "a number for a text": (lambda: edit_distance("abc", 5), "a text, or a list of symbols", "5"),
    "a list among the symbols": (lambda: Vocabulary("abc").encode(["a", ["b"]]), "only the symbols 'abc'", r"\['b'\]"),
    "letters by the thousand": (lambda: reverse(longest=20_000), "at most 1,000", "20000"),
    "more plurals than there are nouns": (lambda: plurals(10**7), "at most 100,000", "10000000"),
    "a cell that is none": (lambda: Seq2Seq(2, 4, 1, cell=dict), "a class with step, forward", "dict without step"),
}


@cases(MISTAKEN)
def test_what_would_mean_something_else_is_refused(given, expected, got):
    refuses(given, expected, got)


@pytest.mark.parametrize("cell", [RNN, GRU, LSTM])
@pytest.mark.parametrize("name", ["dh_t", "h_prev", "h_t"])
def test_a_step_back_takes_no_one_example_for_three(cell, name):
    size = cell(2, 4).state_dim
    refuses(lambda: cell_back(cell, **{name: np.ones((1, size))}), rf"shape \(3, {size}\)", rf"\(1, {size}\)")


def test_a_logit_of_minus_infinity_says_that_something_cannot_come():
    loss, slope = softmax_cross_entropy([[0.0, -INF, 0.0]], [2])
    assert loss == pytest.approx(np.log(2))
    same(slope, [[0.5, 0.0, -0.5]], 1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_outputs_of_a_model_that_are_infinite_are_a_training_that_diverged_and_no_bad_input(loss):
    one = problem(loss)
    one.model.encoder.params["b_h"] += 9  # all states near 1
    one.model.decoder.params["b_h"] += 9
    one.model.params["W_hy"][...] = 1e308
    with pytest.raises(Diverged, match="at step 0"):
        next(training(one.model, [one.batch], SGD(0.1)))


def test_refused_symbols_leave_those_that_a_model_has():
    model = Seq2Seq(4, 4, 5, loss="cross_entropy", rng=0)
    known = (tuple("abcd"), tuple("abcde"))
    model.symbols = known
    refuses(lambda: setattr(model, "symbols", (tuple("ab"), tuple("ab"))), "the symbols of the 4 tokens", "2 symbols")
    assert model.symbols == known


def test_ten_million_bins_take_no_longer_than_ten():
    confidences, right = np.linspace(0, 1, 1000), np.arange(1000) % 2
    means, shares, counts, error = calibration(confidences, right, bins=10**7)
    assert len(means) == len(shares) == len(counts) == 1000
    assert error == pytest.approx(np.abs(means - shares).mean())
