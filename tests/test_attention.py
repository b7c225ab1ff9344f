"""Attention: the formula, its gradient, padding; and the model that looks back."""

import copy
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from problems import LOSSES, copied, problem, problems, randomized, same

from seq2seq_lib import Adam, Seq2Seq, check_gradients, exact_match, greedy_decode, training
from seq2seq_lib.attention import AttentionSeq2Seq, alignment, attend, attend_backward, average
from seq2seq_lib.tasks import reverse

MASK = np.array([[1, 1, 1], [1, 0, 1], [1, 0, 1], [1, 0, 0]], bool)  # sources of 4, 1 and 3 steps


def queries_and_states(T=5, S=4, B=3, H=2, seed=0):
    rng = np.random.default_rng(seed)
    return 3 * rng.standard_normal((T, B, H)), 3 * rng.standard_normal((S, B, H))


def looking_back(plain):
    """The same problem, for a model with attention."""
    old = plain.model
    model = AttentionSeq2Seq(
        old.encoder.input_dim, old.encoder.hidden_dim, old.decoder.input_dim, loss=old.loss, dtype=old.dtype
    )
    return plain._replace(model=randomized(model, np.random.default_rng(1)))


# The formula


@pytest.mark.parametrize("mask", [None, MASK])
def test_attention_one_number_at_a_time(mask):
    queries, states = queries_and_states()
    contexts, weights = attend(queries, states, mask)
    for t, b in np.ndindex(5, 3):
        real = [s for s in range(4) if mask is None or mask[s, b]]
        exps = {s: np.exp(queries[t, b] @ states[s, b]) for s in real}
        expected = [exps.get(s, 0) / sum(exps.values()) for s in range(4)]
        same(weights[t, b], expected, tolerance=1e-12)
        same(contexts[t, b], sum(expected[s] * states[s, b] for s in range(4)), tolerance=1e-12)


def test_the_weights_sum_to_one_and_none_falls_on_padding():
    _, weights = attend(*queries_and_states(), MASK)
    same(weights.sum(axis=2), np.ones((5, 3)), tolerance=1e-12)
    assert (weights[:, ~MASK.T] == 0).all()
    assert (weights[:, MASK.T] > 0).all()


def test_large_scores_do_not_overflow():
    contexts, weights = attend(np.full((1, 1, 1), 1e4), np.array([[[1.0]], [[2.0]]]))
    same(weights, [[[0, 1]]])
    same(contexts, [[[2]]])


def test_each_query_has_its_own_scale():
    """Beside one with huge scores another does not vanish."""
    _, weights = attend(np.array([[[1e4]], [[0.0]]]), np.array([[[1.0]], [[1.0]]]))
    same(weights, np.full((2, 1, 2), 0.5))


def test_a_single_sequence_needs_no_batch():
    queries, states = queries_and_states()
    for single, batched in zip(attend(queries[:, 1], states[:, 1], MASK[:, 1]), attend(queries, states, MASK)):
        same(single, batched[:, 1], tolerance=1e-12)


class Looks:
    """Attention as a model whose parameters are its inputs; the loss weighs every number of the contexts."""

    def __init__(self, mask, visible=None):
        queries, states = queries_and_states()
        self.params, self.mask, self.visible = {"queries": queries, "states": states}, mask, visible
        self.backward, self.d_contexts = attend_backward, np.random.default_rng(1).standard_normal(queries.shape)

    def loss_and_grads(self, _=None):
        contexts, weights = attend(**self.params, mask=self.mask, visible=self.visible)
        grads = self.backward(self.d_contexts, **self.params, weights=weights)
        return float((self.d_contexts * contexts).sum()), dict(zip(self.params, grads))


@pytest.mark.parametrize("visible", [None, np.tri(5, 4, dtype=bool)])
@pytest.mark.parametrize("mask", [None, MASK])
def test_the_gradient_of_attention_agrees_with_finite_differences(mask, visible):
    errors = check_gradients(Looks(mask, visible), None)
    assert max(errors.values()) < 1e-7, errors


class LooksAtItself:
    """Self-attention: one sequence is both, so its two gradients add."""

    def __init__(self):
        self.params = {"xs": queries_and_states()[0]}
        self.d_contexts = np.random.default_rng(1).standard_normal((5, 3, 2))

    def loss_and_grads(self, _=None):
        xs = self.params["xs"]
        contexts, weights = attend(xs, xs, visible=np.tri(5))
        d_queries, d_states = attend_backward(self.d_contexts, xs, xs, weights)
        return float((self.d_contexts * contexts).sum()), {"xs": d_queries + d_states}


def test_the_gradient_of_self_attention_agrees_with_finite_differences():
    assert check_gradients(LooksAtItself(), None)["xs"] < 1e-7


# What a query may look at


@pytest.mark.parametrize("mask", [None, MASK])
def test_what_a_query_may_not_see_has_no_weight_and_is_as_if_it_were_not_there(mask):
    queries, states = queries_and_states()
    visible = np.array([[1, 0, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0], [1, 1, 1, 1], [1, 0, 0, 1]], bool)
    contexts, weights = attend(queries, states, mask, visible)
    assert (weights.transpose(1, 0, 2)[:, ~visible] == 0).all()
    for t, seen in enumerate(visible):
        alone = attend(queries[t : t + 1], states[seen], None if mask is None else mask[seen])
        same(contexts[t], alone[0][0], tolerance=1e-12)
        same(weights[t][:, seen], alone[1][0], tolerance=1e-12)


def test_what_is_visible_needs_no_batch():
    queries, states = queries_and_states()
    single = attend(queries[:, 1], states[:, 1], visible=np.tri(5, 4))
    for alone, batched in zip(single, attend(queries, states, visible=np.tri(5, 4))):
        same(alone, batched[:, 1], tolerance=1e-12)


@pytest.mark.parametrize(
    ("mask", "visible"),
    [
        (None, np.ones((4, 5))),
        (None, np.ones((5, 3, 4))),
        (None, np.eye(5, 4)),  # the last query sees nothing
        (None, np.full((5, 4), 2)),
        (~MASK | [True, False, False], np.tri(5, 4)),  # the first sees only padding
    ],
)
def test_a_query_that_may_see_nothing_is_refused_in_words(mask, visible):
    with pytest.raises(ValueError, match="expected"):
        attend(*queries_and_states(), mask, visible)


def test_no_gradient_reaches_padding():
    queries, states = queries_and_states()
    _, weights = attend(queries, states, MASK)
    _, d_states = attend_backward(np.ones_like(queries), queries, states, weights)
    assert (d_states[~MASK] == 0).all()
    assert (d_states[MASK] != 0).all()


@pytest.mark.parametrize(
    ("states", "mask"),
    [((4, 3, 3), None), ((4, 2, 2), None), ((4, 3, 2), np.ones((4, 2))), ((4, 3, 2), MASK & [True, False, True])],
)
def test_what_does_not_fit_is_refused_in_words(states, mask):
    with pytest.raises(ValueError, match="expected"):
        attend(np.ones((5, 3, 2)), np.ones(states), mask)


# The model


@settings(max_examples=10)  # each is hundreds of differences
@given(problems())
def test_the_gradient_of_the_model_agrees_with_finite_differences(plain):
    one = looking_back(plain)
    errors = check_gradients(one.model, one.batch)
    assert set(errors) == {*plain.model.params, "W_c", "b_c"}
    assert max(errors.values()) < 1e-7, errors


@pytest.mark.parametrize("loss", LOSSES)
def test_backward_after_forward_is_the_gradient_that_loss_and_grads_returns(loss):
    one = looking_back(problem(loss, [(3, 4)]))
    pair = one.batch.source[:, 0], one.batch.target[:, 0]
    grads = copied(one.model.backward(*pair, *one.model.forward(*pair)))
    same(copied(one.model.grads), grads)
    same(dict(one.model.loss_and_grads(one.batch)[1]), grads, tolerance=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_an_answer_is_the_same_alone_and_in_a_batch(loss):
    many = looking_back(problem(loss))
    together = many.model.run_free(many.batch.source, many.batch.source_mask)
    alone = [many.model.run_free(one.source[:, 0]) for one in many.alone()]
    for _ in range(6):
        whole = next(together)
        for b, single in enumerate(alone):
            for ours, its in zip(whole, next(single)):
                same(ours[b], its, tolerance=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_predict_is_forward_on_its_own_answers(loss):
    one = looking_back(problem(loss, [(4, 1)] * 3))
    answers = one.model.predict(one.batch.source, 6)
    outputs = one.model.forward(one.batch.source, answers)[2]
    same(answers, outputs if loss == "squared_error" else outputs.argmax(axis=2), tolerance=1e-12)


def test_without_its_weights_on_the_context_the_look_back_changes_nothing():
    one = looking_back(problem("cross_entropy"))
    one.model.params["W_c"][4:] = 0  # [h; context]: the second half
    before = one.model.forward(one.batch.source, one.batch.target)[2]
    one.model.params["W_c"][4:] = 1
    assert (one.model.forward(one.batch.source, one.batch.target)[2] != before).all()
    one.model.params["W_c"][4:] = 0
    blind = one.model.run_free(one.batch.source, attend=lambda queries, states, mask: (0 * queries, None))
    for (_, ours, _), (_, its, _) in islice(zip(one.model.run_free(one.batch.source), blind), 4):
        same(ours, its)


def test_a_saved_model_is_the_same_and_a_copy_learns_by_itself(tmp_path):
    one = looking_back(problem("cross_entropy"))
    one.model.save(tmp_path / "model.npz")
    loaded, before = AttentionSeq2Seq.load(tmp_path / "model.npz"), copied(one.model.params)
    same(copied(loaded.params), before)
    twin = copy.deepcopy(one.model)
    for _ in training(twin, [one.batch] * 2, Adam(0.1)):
        pass
    same(copied(one.model.params), before)
    assert twin.loss_and_grads(one.batch)[0] < one.model.loss_and_grads(one.batch)[0]
    with pytest.raises(ValueError, match="expected a model"):
        Seq2Seq.load(tmp_path / "model.npz")


def test_alignment_is_greedy_decoding_and_the_weights_of_forward():
    model = looking_back(problem("cross_entropy", input_dim=5, output_dim=5)).model
    source = [3, 4, 6, 7]
    answer, weights = alignment(model, source, 6)
    assert [token for token in answer if token != 2] == greedy_decode(model, source, 6)
    encoder_hs, decoder_hs, _ = model.forward(source, answer)
    same(weights, attend(decoder_hs[1:], encoder_hs[1:])[1], tolerance=1e-12)
    same(average(weights, encoder_hs[1:]), attend(decoder_hs[1:], encoder_hs[1:])[0], tolerance=1e-12)


def test_it_learns_to_reverse_and_looks_at_the_symbol_it_writes():
    task = reverse(train=4000, held_out=300)
    model = AttentionSeq2Seq(len(task.source), 32, len(task.target), loss="cross_entropy", rng=0, dtype=np.float32)
    for _ in training(model, task.batches(32, rng=0), Adam(5e-3), decay_steps=500):
        pass
    assert {values.dtype for values in model.params.values()} == {np.dtype(np.float32)}
    assert exact_match(model, task) > 0.9  # without attention it is about 0.6 at this point
    word = task.source.encode("abcdefgh")
    answer, weights = alignment(model, word, 9)
    assert answer == [*word[::-1], 2]
    assert np.abs(weights[:8].argmax(axis=1) - np.arange(8)[::-1]).max() <= 1  # along the anti-diagonal
