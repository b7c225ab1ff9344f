"""What is read off states is there, and the gradient at the input is what finite differences say."""

import numpy as np
import pytest

from seq2seq_lib import GRU, LSTM, RNN, Seq2Seq
from seq2seq_lib.attention import AttentionSeq2Seq
from seq2seq_lib.batch import BOS
from seq2seq_lib.probes import (
    fit_probe,
    hangs_on,
    input_gradients,
    nearest,
    probe_accuracy,
    read,
    silenced,
    telling_unit,
)

SOURCE, ANSWER = [3, 7, 4, 4, 5], [4, 6, 2]


def model_of(cell=RNN, kind=Seq2Seq, seed=0):
    model = kind(8, 5, 7, loss="cross_entropy", rng=seed, cell=cell)
    model.params.flat[:] += 0.1 * np.random.default_rng(seed).standard_normal(model.params.flat.size)
    return model


def states_and_labels(N=300, H=6, classes=4, seed=0):
    rng = np.random.default_rng(seed)
    states = np.tanh(rng.standard_normal((N, H)))
    return states, (states @ rng.standard_normal((H, classes)) + 0.5).argmax(axis=1)


def test_a_probe_is_what_least_squares_finds_and_its_last_row_is_the_bias():
    states, labels = states_and_labels()
    expected = np.linalg.lstsq(np.hstack([states, np.ones((300, 1))]), np.eye(4)[labels], rcond=None)[0]
    probe = fit_probe(states, labels, 4)
    np.testing.assert_allclose(probe, expected, atol=1e-4)
    np.testing.assert_allclose(read(probe, np.zeros(6)), expected[-1], atol=1e-4)


def test_a_probe_reads_what_is_there_and_nothing_where_nothing_is():
    states, labels = states_and_labels()
    shuffled = np.random.default_rng(1).permutation(labels)
    assert probe_accuracy(fit_probe(states[:200], labels[:200], 4), states[200:], labels[200:]) > 0.8
    assert probe_accuracy(fit_probe(states[:200], shuffled[:200], 4), states[200:], shuffled[200:]) < 0.45


def test_units_that_always_move_together_are_no_obstacle():
    states, labels = states_and_labels()
    twice = np.hstack([states, states])
    assert probe_accuracy(fit_probe(twice, labels, 4), twice, labels) > 0.8


def test_the_telling_unit_may_say_the_opposite():
    states, _ = states_and_labels()
    assert telling_unit(states, states[:, 2] > 0) == (2, 1.0)
    assert telling_unit(states, states[:, 4] <= 0) == (4, 1.0)


def test_a_silenced_unit_is_zero_at_every_step_and_the_model_itself_stays():
    model = model_of()
    before = model.params.flat.copy()
    hs = silenced(model, [1, 3]).encoder.forward(SOURCE)
    assert not hs[:, [1, 3]].any()
    assert hs[1:, [0, 2, 4]].all()
    np.testing.assert_array_equal(model.params.flat, before)
    assert model.encoder.forward(SOURCE)[1:].all()
    with pytest.raises(ValueError, match="plain tanh"):
        silenced(model_of(GRU), 0)


def test_the_nearest_states_are_the_nearest():
    states, _ = states_and_labels()
    distances = np.linalg.norm(states - states[17], axis=1)
    found = nearest(states, states[17], 5)
    assert found[0] == 17
    np.testing.assert_array_equal(found, np.argsort(distances)[:5])
    several = nearest(states, states[[17, 40]], 5)
    np.testing.assert_array_equal(several, [found, nearest(states, states[40], 5)])


def logits(model, xs, answer):
    """The logits of the tokens of an answer, from a source of vectors (S, D)."""
    h_0 = model.encoder.forward(xs)[-1]
    outputs = model.output(model.decoder.forward(np.array([BOS, *answer[:-1]]), h_0)[1:])
    return outputs[range(len(answer)), answer]


@pytest.mark.parametrize("cell", [RNN, GRU, LSTM])
def test_the_gradient_at_the_input_is_what_finite_differences_say(cell):
    model, one_hot, epsilon = model_of(cell), np.eye(8)[SOURCE], 1e-5
    measured = np.empty((len(ANSWER), *one_hot.shape))
    for s, k in np.ndindex(one_hot.shape):
        up, down = one_hot.copy(), one_hot.copy()
        up[s, k] += epsilon
        down[s, k] -= epsilon
        measured[:, s, k] = (logits(model, up, ANSWER) - logits(model, down, ANSWER)) / (2 * epsilon)
    np.testing.assert_allclose(input_gradients(model, SOURCE, ANSWER), measured, atol=1e-8)


def test_what_an_output_hangs_on_is_measured_against_the_other_symbols():
    model = model_of()
    gradients, hangs = input_gradients(model, SOURCE, ANSWER), hangs_on(model, SOURCE, ANSWER)
    assert hangs.shape == (3, 5)
    assert hangs[1, 2] == pytest.approx(gradients[1, 2, SOURCE[2]] - gradients[1, 2].mean())
    model.encoder.params["W_xh"][:] = model.encoder.params["W_xh"][:1]  # it cannot tell one symbol from another
    np.testing.assert_allclose(hangs_on(model, SOURCE, ANSWER), 0, atol=1e-12)


def test_a_model_that_looks_back_is_refused():
    with pytest.raises(ValueError, match="without attention"):
        input_gradients(model_of(kind=AttentionSeq2Seq), SOURCE, ANSWER)
