"""What every cell is held to: RNN, GRU and LSTM stand in any of our models."""

import numpy as np
import pytest
from hypothesis import given, settings
from problems import LOSSES, problem, randomized, run, runs, same
from test_gradients import Weighed, all_below

from seq2seq_lib import (
    GRU,
    LSTM,
    RNN,
    AttentionSeq2Seq,
    LanguageModel,
    Seq2Seq,
    beam_decode,
    check_gradients,
    greedy_decode,
    trace,
)

CELLS = [RNN, GRU, LSTM]
every_cell = pytest.mark.parametrize("cell", CELLS)
every_loss = pytest.mark.parametrize("loss", LOSSES)


@every_cell
@pytest.mark.parametrize("tokens", [False, True])
def test_forward_is_step_after_step_and_padding_changes_nothing(cell, tokens):
    network, xs, state, mask, _ = a_run = run(tokens=tokens, masked=True, cell=cell)
    states = [state]
    for x_t, real in zip(xs, mask):
        states.append(np.where(real[:, None], network.step(x_t, states[-1]), states[-1]))
    same(a_run.states, np.stack(states), tolerance=1e-12)
    assert not mask.all()


@every_cell
def test_a_batch_answers_as_each_of_it_alone(cell):
    network, xs, h_0, mask, weights = a_run = run(masked=True, cell=cell)
    dxs, dh_0, _ = network.backward(weights[1:], xs, a_run.states, mask)
    for b in range(3):
        states = network.forward(xs[:, b], h_0[b], mask[:, b])
        same(states, a_run.states[:, b], tolerance=1e-12)
        alone = network.backward(weights[1:, b], xs[:, b], states, mask[:, b])
        same(alone[0], dxs[:, b], tolerance=1e-12)
        same(alone[1], dh_0[b], tolerance=1e-12)


@pytest.mark.parametrize("cell", [GRU, LSTM])
def test_a_cell_alone_agrees_with_finite_differences(cell):
    @settings(max_examples=10)  # each is hundreds of differences
    @given(runs(cell))
    def agrees(run):
        all_below(1e-7, check_gradients(Weighed(run), None))

    agrees()


@every_cell
@every_loss
@pytest.mark.parametrize("kind", [Seq2Seq, AttentionSeq2Seq])
def test_a_model_of_such_cells_is_right_to_the_last_gradient(kind, cell, loss):
    a = problem(loss, cell=cell, kind=kind)
    all_below(1e-7, check_gradients(a.model, a.batch))


@every_cell
@pytest.mark.parametrize("kind", [Seq2Seq, AttentionSeq2Seq])
def test_it_decodes_greedily_as_with_a_beam_of_one(kind, cell):
    a = problem("cross_entropy", cell=cell, kind=kind)
    for source in a.sources:
        greedy = greedy_decode(a.model, source, 6)
        assert beam_decode(a.model, source, 6, beam_size=1) == greedy
        assert [token for token in trace(a.model, source, 6).answer if token != 2] == greedy


@every_cell
@pytest.mark.parametrize("kind", [Seq2Seq, AttentionSeq2Seq])
def test_running_free_on_its_own_answers_is_being_forced_to_say_them(kind, cell):
    """The decoder starts from the encoder's whole state, in an LSTM from h and c: here as there."""
    a = problem("squared_error", cell=cell, kind=kind)
    source = a.batch.source
    said = a.model.predict(source, 4)
    same(a.model.forward(source, said)[2], said, tolerance=1e-12)


@every_cell
def test_a_cell_is_known_by_its_name(cell):
    by_class, by_name = (Seq2Seq(3, 4, 2, rng=0, cell=given) for given in (cell, cell.__name__))
    same(dict(by_class.params), dict(by_name.params))
    assert type(by_name.decoder) is cell
    assert type(LanguageModel(5, 4, cell.__name__).decoder) is cell
    assert type(AttentionSeq2Seq(3, 4, 2, cell=cell.__name__).encoder) is cell


@pytest.mark.parametrize("cell", ["Transformer", "rnn", 3, None])
def test_another_name_is_none(cell):
    with pytest.raises(ValueError, match=f"cell: expected RNN, GRU, LSTM or a class, got {cell!r}"):
        Seq2Seq(3, 4, 2, cell=cell)


@every_cell
def test_float32_stays_float32(cell):
    a = problem("cross_entropy", dtype=np.float32, cell=cell)
    _, grads = a.model.loss_and_grads(a.batch)
    assert {gradient.dtype for gradient in grads.values()} == {np.dtype(np.float32)}
    assert a.model.encoder.forward(a.batch.source).dtype == np.float32


@every_cell
def test_what_goes_in_is_left_as_it_was(cell):
    network, xs, h_0, mask, weights = a_run = run(masked=True, cell=cell)
    states, dh_T = a_run.states, h_0.copy()
    given = [xs, h_0, mask, weights, states, dh_T]
    before = [array.copy() for array in given]
    network.backward(weights[1:], xs, states, mask, dh_T)
    network.backward(None, xs, states, mask, dh_T)
    for array, old in zip(given, before):
        same(array, old)


class Leaky(RNN):
    """A cell of one's own: half of the old state is kept."""

    def step(self, x_t, h_prev):
        return 0.5 * h_prev + 0.5 * super().step(x_t, h_prev)


def test_a_cell_of_ones_own_stands_in_a_model():
    assert type(Seq2Seq(3, 4, 2, cell=Leaky).encoder) is Leaky
    with pytest.raises(ValueError, match="hidden_dim: expected at least 1, got 0"):
        Seq2Seq(3, 0, 2, cell=Leaky)
    randomized(LanguageModel(6, 4, Leaky), np.random.default_rng(0)).sample(0)
