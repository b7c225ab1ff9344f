"""Encoder and decoder together: the seed example, what the decoder may see, masks, and copies."""

import copy
import pickle
import re

import numpy as np
import pytest
from problems import LENGTHS, LOSSES, copied, problem, same

from seq2seq_lib import SGD, Adam, Seq2Seq, squared_error, training
from seq2seq_lib.tasks import seed_example

# The seed example


def test_the_seed_example_as_users_type_it(capsys):
    input_seq = [np.array([0.5, -0.2]), np.array([0.1, 0.8]), np.array([-0.3, 0.2])]
    target_seq = [np.array([0.1]), np.array([0.4]), np.array([-0.1])]
    model = Seq2Seq(input_dim=2, hidden_dim=4, output_dim=1, learning_rate=0.01)
    losses = model.train(input_seq, target_seq, epochs=100)
    printed = re.findall(r"^Epoch (\d+), Loss: (\d+\.\d+)$", capsys.readouterr().out, flags=re.MULTILINE)
    assert [int(epoch) for epoch, _ in printed] == list(range(0, 100, 10))
    assert [float(loss) for _, loss in printed] == pytest.approx(losses[::10], abs=1e-6)
    assert len(losses) == 100


def test_the_task_is_the_same_example():
    input_seq, target_seq = seed_example()
    same(np.array(input_seq), [[0.5, -0.2], [0.1, 0.8], [-0.3, 0.2]])
    same(np.array(target_seq), [[0.1], [0.4], [-0.1]])


@pytest.fixture(scope="module")
def trained():
    """The seed example learned from 20 seeds: pairs of a model and its losses."""
    models = [Seq2Seq(2, 4, 1, learning_rate=0.01, rng=seed) for seed in range(20)]
    return [(model, model.train(*seed_example())) for model in models]


def test_the_seed_example_is_learned(trained):
    assert np.median([losses[-1] for _, losses in trained]) < 1e-3


def test_running_free_it_gives_the_targets_back(trained):
    input_seq, target_seq = seed_example()
    errors = [np.abs(model.predict(input_seq, 3) - target_seq).max() for model, _ in trained]
    assert np.median(errors) < 0.01
    assert max(errors) < 0.05


# What the decoder may see


@pytest.mark.parametrize("loss", LOSSES)
def test_an_output_depends_on_earlier_targets_only(loss):
    one = problem(loss, [(3, 5)])
    source, target = one.batch.source, one.batch.target
    before = one.model.forward(source, target)[2]
    changed = target.copy()
    changed[2] = 3 + 4 - changed[2] if loss == "cross_entropy" else changed[2] + 1
    after = one.model.forward(source, changed)[2]
    same(after[:3], before[:3])
    assert (after[3:] != before[3:]).all()


@pytest.mark.parametrize("loss", LOSSES)
def test_the_decoder_starts_from_the_last_state_of_the_encoder(loss):
    one = problem(loss)
    encoder_hs, decoder_hs, outputs = one.model.forward(one.batch.source, one.batch.target)
    same(decoder_hs[0], encoder_hs[-1])
    same(outputs, decoder_hs[1:] @ one.model.params["W_hy"] + one.model.params["b_y"], tolerance=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_predict_is_forward_on_its_own_answers(loss):
    one = problem(loss, [(4, 1)] * 3)
    answers = one.model.predict(one.batch.source, 6)
    outputs = one.model.forward(one.batch.source, answers)[2]
    same(answers, outputs if loss == "squared_error" else outputs.argmax(axis=2), tolerance=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_single_sequence_is_answered_without_a_batch(loss):
    one = problem(loss, [(3, 4), (3, 4)])
    batched = one.model.forward(one.batch.source, one.batch.target)
    for single, both in zip(one.model.forward(one.batch.source[:, 1], one.batch.target[:, 1]), batched):
        same(single, both[:, 1], tolerance=1e-12)
    prediction = one.model.predict(one.batch.source[:, 1], 5)
    same(prediction, one.model.predict(one.batch.source, 5)[:, 1], tolerance=1e-12)


# Alone and in a batch


@pytest.mark.parametrize("loss", LOSSES)
def test_an_answer_is_the_same_alone_and_in_a_batch(loss):
    many = problem(loss)
    together = many.model.run_free(many.batch.source, many.batch.source_mask)
    alone = [many.model.run_free(one.source) for one in many.alone()]
    for _ in range(6):
        h, output, answer = next(together)
        for b, single in enumerate(alone):
            for ours, its in zip((h, output, answer), next(single)):
                same(ours[b], its[0], tolerance=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_loss_and_gradient_of_a_batch_are_the_means_of_those_alone(loss):
    many = problem(loss)
    weights = np.ones(4) if loss == "squared_error" else many.batch.target_mask.sum(axis=0)
    singles = [many.model.loss_and_grads(one) for one in many.alone()]
    mean_loss = np.average([single for single, _ in singles], weights=weights)
    means = {n: np.average([grads[n] for _, grads in singles], axis=0, weights=weights) for n in many.model.params}
    batch_loss, batch_grads = many.model.loss_and_grads(many.batch)
    assert batch_loss == pytest.approx(mean_loss, rel=1e-12)
    same(dict(batch_grads), means, tolerance=1e-12)


def test_the_squared_error_of_a_padded_batch_by_hand():
    many = problem("squared_error")
    outputs = [many.model.forward(source, target)[2] for source, target in zip(many.sources, many.targets)]
    losses = [squared_error(output, target)[0] for output, target in zip(outputs, many.targets)]
    assert many.model.loss_and_grads(many.batch)[0] == pytest.approx(np.mean(losses), rel=1e-12)


# One batch after the other


@pytest.mark.parametrize("loss", LOSSES)
def test_a_gradient_does_not_depend_on_the_batches_before(loss):
    one, other = problem(loss), problem(loss, LENGTHS[::-1], seed=1)
    expected = one.model.loss_and_grads(one.batch)
    one.model.loss_and_grads(other.batch)
    one.model.forward(other.batch.source, other.batch.target)
    again = one.model.loss_and_grads(one.batch)
    assert again[0] == expected[0]
    same(dict(again[1]), dict(expected[1]))


@pytest.mark.parametrize("loss", LOSSES)
def test_what_was_returned_is_not_overwritten_later(loss):
    one, other = problem(loss), problem(loss, LENGTHS[::-1], seed=1)
    arrays = [*one.model.forward(one.batch.source, one.batch.target), *one.model.loss_and_grads(one.batch)[1].values()]
    before = [array.copy() for array in arrays]
    one.model.loss_and_grads(other.batch)
    one.model.backward(
        other.batch.source, other.batch.target, *one.model.forward(other.batch.source, other.batch.target)
    )
    for array, old in zip(arrays, before):
        same(array, old)


# Numbers


@pytest.mark.parametrize("loss", LOSSES)
def test_float64_unless_told_otherwise(loss):
    model = Seq2Seq(4, 3, 4, loss=loss)
    assert {values.dtype for values in model.params.values()} == {np.dtype(np.float64)}


@pytest.mark.parametrize("optimizer", [SGD, Adam])
@pytest.mark.parametrize("loss", LOSSES)
def test_float32_stays_float32_whatever_comes_in(loss, optimizer):
    one = problem(loss, [(3, 3)], dtype=np.float32)
    pair = one.batch.source, one.batch.target
    arrays = list(one.model.forward(*pair))
    arrays += one.model.backward(*pair, *arrays).values()
    optimizer(0.01).update(one.model.params, one.model.grads)
    *states, answer = next(one.model.run_free(pair[0]))
    arrays += [*states, *one.model.params.values()] + ([answer] if loss == "squared_error" else [])
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_a_batch_of_float64_gives_gradients_of_float32():
    one = problem("squared_error", dtype=np.float32)
    assert one.batch.source.dtype == np.float64
    assert {grad.dtype for grad in one.model.loss_and_grads(one.batch)[1].values()} == {np.dtype(np.float32)}


def test_training_in_float32_stays_in_float32():
    model = Seq2Seq(2, 4, 1, dtype=np.float32, rng=0)
    assert model.train(*seed_example())[-1] < 1e-3
    assert {values.dtype for values in model.params.values()} == {np.dtype(np.float32)}
    assert model.predict(seed_example()[0], 3).dtype == np.float32


# The parameters are the model


def test_changing_a_parameter_changes_the_model():
    one = problem("squared_error", [(2, 2)])
    one.model.params["W_hy"] = np.zeros((4, 2))
    one.model.params["b_y"] = [1.0, 2.0]
    same(one.model.predict(one.sources[0], 2), [[1, 2], [1, 2]])


def test_the_networks_share_their_weights_with_the_model():
    model = problem("squared_error").model
    model.encoder.params["b_h"] = [1.0, 2.0, 3.0, 4.0]
    model.params["decoder.W_hh"][0, 0] = 7.0
    same(model.params["encoder.b_h"], [1, 2, 3, 4])
    assert model.decoder.params["W_hh"][0, 0] == 7


@pytest.mark.parametrize("copied_model", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copy_learns_by_itself(copied_model):
    one = problem("squared_error", [(3, 3)])
    before, twin = copied(one.model.params), copied_model(one.model)
    for _ in training(twin, [one.batch] * 2, SGD(0.1)):
        pass
    same(copied(one.model.params), before)
    same(twin.encoder.params["W_hh"], twin.params["encoder.W_hh"])
    assert (twin.encoder.params["W_hh"] != before["encoder.W_hh"]).all()
    assert twin.loss_and_grads(one.batch)[0] < one.model.loss_and_grads(one.batch)[0]


@pytest.mark.parametrize("name", ["encoder", "decoder"])
def test_the_weights_of_a_network_are_one_vector_within_the_vector_of_the_model(name):
    model = problem("squared_error").model
    network = getattr(model, name)
    same(network.params.flat, np.concatenate([values.ravel() for values in network.params.values()]))
    network.params.flat[:] = 7
    changed = {weight for weight, values in model.params.items() if (values == 7).all()}
    assert changed == {f"{name}.W_xh", f"{name}.W_hh", f"{name}.b_h"}


def test_vectors_of_whole_numbers_are_vectors_and_no_tokens():
    model, (source, target) = Seq2Seq(2, 4, 1, rng=0), seed_example()
    whole = np.round(4 * np.array(source)).astype(int)
    same(model.predict(whole, 2), model.predict(whole.astype(float), 2))
    assert len(model.train(whole, target)) == 100  # as many epochs as the seed example has
