"""Every gradient, twice: against finite differences, and against automatic differentiation of a second forward pass."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from problems import LOSSES, copied, problem, problems, run, runs, same

from seq2seq_lib import GRU, LSTM, RNN, Batch, Seq2Seq, check_gradients
from seq2seq_lib.attention import AttentionSeq2Seq
from seq2seq_lib.gradcheck import relative_error


def all_below(bound, errors):
    assert max(errors.values()) < bound, errors


def relative_errors(gradients, expected):
    assert set(gradients) == set(expected)
    return {name: relative_error(gradients[name], expected[name]) for name in expected}


class Weighed:
    """An RNN as a model: the loss is a weighted sum of all its states; h_0 and the vectors are parameters too."""

    def __init__(self, run):
        self.run = run
        self.params = {**run.rnn.params, "h_0": run.h_0} | ({} if run.xs.ndim == 2 else {"xs": run.xs})

    def loss_and_grads(self, _=None):
        rnn, xs, _, mask, weights = self.run
        states = self.run.states
        dxs, dh_0, grads = rnn.backward(weights[1:], xs, states, mask)
        rnn.hidden(dh_0)[...] += weights[0]
        grads = {**grads, "h_0": dh_0} | ({} if dxs is None else {"xs": dxs})
        return float((weights * rnn.hidden(states)).sum()), grads


def one_hot(xs, params):
    """Tokens as the rows of the identity that they stand for; vectors as they are."""
    xs = np.asarray(xs)
    return np.eye(len(params["W_xh"]))[xs] if xs.dtype.kind == "i" else xs


def states_again(params, xs, h, mask):
    """The recurrence once more, for automatic differentiation: a list of states, the first one included."""
    hs = [h]
    for x_t, real in zip(xs, mask):
        new = anp.tanh(x_t @ params["W_xh"] + hs[-1] @ params["W_hh"] + params["b_h"])
        hs.append(anp.where(real[:, None], new, hs[-1]))
    return hs


def mask_of(mask, array):
    """All of it is real where nothing is padded."""
    return np.ones(array.shape[:2], bool) if mask is None else np.asarray(mask)


def loss_again(params, loss, batch):
    """The whole model once more: target_t is to be said by a decoder that has read target_{t-1}."""
    encoder, decoder = ({n[8:]: p for n, p in params.items() if n[:7] == name} for name in ("encoder", "decoder"))
    target = one_hot(batch.target, decoder)
    first = np.zeros_like(target[:1]) + (np.eye(target.shape[2])[1] if loss == "cross_entropy" else 0)  # 1 is BOS
    h = np.zeros((target.shape[1], len(encoder["b_h"])))
    h = states_again(encoder, one_hot(batch.source, encoder), h, mask_of(batch.source_mask, batch.source))[-1]
    hs = states_again(decoder, np.concatenate([first, target[:-1]]), h, np.ones(target.shape[:2], bool))[1:]
    outputs = anp.stack(hs) @ params["W_hy"] + params["b_y"]
    mask = mask_of(batch.target_mask, batch.target)[..., None]
    if loss == "squared_error":
        return anp.sum(mask * (outputs - target) ** 2) / target.shape[1]
    log_probabilities = outputs - anp.log(anp.sum(anp.exp(outputs), axis=2, keepdims=True))
    return -anp.sum(mask * target * log_probabilities) / np.sum(mask)


@given(problems())
def test_the_model_agrees_with_finite_differences(problem):
    all_below(1e-7, check_gradients(problem.model, problem.batch))


@given(problems())
def test_the_model_agrees_with_automatic_differentiation(problem):
    params, batch = dict(problem.model.params), problem.batch
    loss, grads = problem.model.loss_and_grads(batch)
    assert loss == pytest.approx(loss_again(params, problem.model.loss, batch), rel=1e-12)
    all_below(1e-10, relative_errors(grads, autograd.grad(loss_again)(params, problem.model.loss, batch)))


@given(runs())
def test_an_rnn_alone_agrees_with_finite_differences(run):
    all_below(1e-7, check_gradients(Weighed(run), None))


@given(runs())
def test_an_rnn_alone_agrees_with_automatic_differentiation(run):
    mask = np.ones(run.xs.shape[:2], bool) if run.mask is None else run.mask

    def loss_again(params):
        hs = states_again(params, params.get("xs", one_hot(run.xs, params)), params["h_0"], mask)
        return anp.sum(run.weights * anp.stack(hs))

    model = Weighed(run)
    all_below(1e-10, relative_errors(model.loss_and_grads()[1], autograd.grad(loss_again)(model.params)))


@pytest.mark.parametrize("cell", [RNN, GRU, LSTM])
@pytest.mark.parametrize("tokens", [False, True])
def test_the_steps_backwards_add_up_to_backward(tokens, cell):
    rnn, xs, _, _, weights = a_run = run(tokens=tokens, cell=cell)
    states, dh = a_run.states, np.zeros_like(a_run.h_0)
    total = {name: np.zeros_like(values) for name, values in rnn.params.items()}
    dxs, dh_0, grads = rnn.backward(weights[1:], xs, states)
    for t in reversed(range(len(xs))):
        rnn.hidden(dh)[...] += weights[t + 1]
        dx_t, dh, step = rnn.backward_step(dh, xs[t], states[t], states[t + 1])
        total = {name: total[name] + step[name] for name in total}
        assert dx_t is None if tokens else dx_t == pytest.approx(dxs[t], rel=1e-12)
    same(dict(grads), total, tolerance=1e-12)
    same(dh_0, dh, tolerance=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_backward_after_forward_is_the_gradient_that_loss_and_grads_returns(loss):
    one = problem(loss, [(3, 4)])
    pair = one.batch.source[:, 0], one.batch.target[:, 0]
    grads = copied(one.model.backward(*pair, *one.model.forward(*pair)))
    same(copied(one.model.grads), grads)
    same(dict(one.model.loss_and_grads(one.batch)[1]), grads, tolerance=1e-12)


# The gradient check itself


@pytest.mark.parametrize("kind", [Seq2Seq, AttentionSeq2Seq])
def test_backward_starts_from_the_gradient_at_the_outputs_that_it_is_given(kind):
    model = kind(6, 3, 6, loss="cross_entropy", rng=0)
    batch = Batch([[3, 5], [4]], [[4], [3, 5]])
    forward = model.forward(batch)
    of_the_loss = copied(model.backward(batch, None, *forward))
    twice = model.backward(batch, None, *forward, 2 * model.loss_of(forward[-1], batch)[1])
    for name, grad in of_the_loss.items():
        assert np.any(grad)
        same(twice[name], 2 * grad)


def test_the_check_finds_a_gradient_that_is_slightly_wrong():
    class Wrong(Weighed):
        def loss_and_grads(self, _=None):
            loss, grads = super().loss_and_grads()
            return loss, {**grads, "W_hh": grads["W_hh"] * 1.001}

    errors = check_gradients(Wrong(run()), None)
    assert errors.pop("W_hh") == pytest.approx(5e-4, rel=0.01)
    all_below(1e-7, errors)


def test_the_check_leaves_the_weights_as_they_were():
    a_problem = problem("cross_entropy")
    before = copied(a_problem.model.params)
    check_gradients(a_problem.model, a_problem.batch)
    same(copied(a_problem.model.params), before)


@pytest.mark.parametrize("interrupted", range(1, 8))
def test_an_interrupted_check_leaves_the_weights_as_they_were(interrupted):
    """In whichever of its passes the interrupt comes."""

    class Interrupted(Weighed):
        calls = 0

        def loss_and_grads(self, _=None):
            self.calls += 1
            if self.calls == interrupted:
                raise KeyboardInterrupt
            return super().loss_and_grads()

    model = Interrupted(run(tokens=True))
    before = copied(model.params)
    with pytest.raises(KeyboardInterrupt):
        check_gradients(model, None, at_most=2)
    same(copied(model.params), before)


def test_the_check_tries_at_most_so_many_numbers_of_one_parameter():
    class Counted(Weighed):
        calls = 0

        def loss_and_grads(self, _=None):
            self.calls += 1
            return super().loss_and_grads()

    model = Counted(run(tokens=True))
    check_gradients(model, None, at_most=2)
    assert model.calls == 1 + 2 * 2 * len(model.params)


def test_relative_error_by_hand():
    assert relative_error(np.array([3.0, 0.0]), np.array([0.0, 4.0])) == 5 / 7
    assert relative_error(np.zeros(2), np.zeros(2)) == 0
