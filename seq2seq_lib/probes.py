"""What a state knows: linear probes, telling units and their silence, nearest states, and what an output hangs on."""

import copy

import numpy as np

from seq2seq_lib import checks
from seq2seq_lib.batch import BOS
from seq2seq_lib.decoding import one_source


def fit_probe(states, labels, classes, ridge=1e-3):
    """Weighted sums of the units that come closest, by least squares, to 1 for the right class and 0 for the others.

    states: (N, H); labels: (N,), each from 0 to classes - 1
    ridge: what the squares of the weights cost, so that there is one solution where units always move together
    Returns the probe (H+1, classes); its last row is the bias.
    """
    states, classes = with_ones(checks.with_axes(states, "N, H", "states")), checks.size(classes, "classes", most=10**5)
    labels, ridge = checks.labels(labels, states.shape[:1], classes, "labels"), checks.at_least_zero(ridge, "ridge")
    wanted = np.eye(classes)[labels]  # (N, classes)
    try:
        return np.linalg.solve(states.T @ states + ridge * np.eye(states.shape[1]), states.T @ wanted)
    except np.linalg.LinAlgError:
        raise ValueError(f"ridge: expected more than 0, since some units move together, got {ridge}") from None


def with_ones(states):
    """A column of ones behind the units, for the bias: (..., H) -> (..., H+1), in float64."""
    return np.concatenate([states, np.ones((*states.shape[:-1], 1))], axis=-1)


def read(probe, states):
    """What a probe says of states (..., H): a number for each class (..., classes), the largest for what it reads."""
    probe, states = checks.with_axes(probe, "H+1, classes", "probe"), checks.with_axes(states, "..., H", "states")
    if len(probe) != states.shape[-1] + 1:
        raise ValueError(f"expected a probe (H+1, classes) and states (..., H), got {probe.shape} and {states.shape}")
    return with_ones(states) @ probe


def probe_accuracy(probe, states, labels):
    """The share of states (N, H) of which the probe reads the right label (N,). Not those that it was fitted to!"""
    said = read(probe, checks.with_axes(states, "N, H", "states"))
    return float(np.mean(said.argmax(axis=-1) == checks.labels(labels, said.shape[:1], said.shape[1], "labels")))


def telling_unit(states, yes):
    """The unit whose sign says most often whether something is so.

    states: (N, H); yes: (N,), whether it is
    Returns the unit, and the share of these states for which its sign is right.
    """
    states = checks.with_axes(states, "N, H", "states")
    agrees = np.mean((states > 0) == checks.truths(yes, states.shape[:1], "yes")[:, None], axis=0)  # (H,)
    right = np.maximum(agrees, 1 - agrees)  # a unit that always says the opposite tells as much
    return int(right.argmax()), float(right.max())


def silenced(model, units):
    """A copy of a Seq2Seq in whose encoder these units are 0 at every step: tanh of 0, whatever is read."""
    checks.has(model, "a Seq2Seq", "encoder")
    units = checks.numbers(units)
    units = checks.labels(units, units.shape, model.encoder.hidden_dim, "units")
    if model.encoder.blocks > 1:
        raise ValueError(f"expected an encoder of plain tanh units, got {type(model.encoder).__name__}")
    model = copy.deepcopy(model)
    for name in ("W_xh", "W_hh", "b_h"):
        model.encoder.params[name][..., units] = 0  # the columns: all that goes into these units
    return model


def nearest(states, state, count):
    """Which of the states (N, H) are nearest to one (H,), or to each of several (..., H), by Euclid's distance.

    Returns the numbers of `count` of them, the nearest first: (count,), or (..., count).
    """
    states, state = checks.with_axes(states, "N, H", "states"), checks.with_axes(state, "..., H", "state")
    if state.shape[-1] != states.shape[-1]:
        raise ValueError(f"expected states (N, H) and a state (..., H), got {states.shape} and {state.shape}")
    count = checks.size(count, "count")
    distances = np.sum(states * states, axis=1) - 2 * state @ states.T  # squared, less what is the same for all
    return np.argsort(distances, axis=-1, kind="stable")[..., :count]


def input_gradients(model, source, answer):
    """The gradient of each chosen logit with respect to each symbol read, as a one-hot vector.

    source: S tokens; answer: the T tokens that the decoder writes
    Returns (T, S, D): how the logit of answer[t] changes with the share of each symbol of the vocabulary at each place.
    """
    source, answer = one_source(model, source), checks.tokens_of_one(answer, model.decoder.input_dim)
    if "W_c" in model.params:
        raise ValueError("expected a model without attention: here all must go through the last state")
    T = len(answer)
    one_hot = np.eye(model.encoder.input_dim, dtype=model.dtype)[source]
    xs = np.repeat(one_hot[:, None], T, axis=1)  # (S, T, D): the same source once for each output
    wrote = np.repeat(np.array([BOS, *answer[:-1]])[:, None], T, axis=1)  # (T, T)
    encoder_hs = model.encoder.forward(xs)
    decoder_hs = model.decoder.forward(wrote, encoder_hs[-1])
    d_outputs = np.zeros((T, T, len(model.params["b_y"])), model.dtype)
    d_outputs[range(T), range(T), answer] = 1  # sequence t of the batch asks for output t alone
    _, dh_0, _ = model.decoder.backward(d_outputs @ model.params["W_hy"].T, wrote, decoder_hs)
    dxs, _, _ = model.encoder.backward(None, xs, encoder_hs, dh_T=dh_0)
    return dxs.transpose(1, 0, 2)


def hangs_on(model, source, answer):
    """How much each output hangs on each symbol read: its gradient, less the mean over all symbols at that place.

    source: S tokens; answer: T tokens
    Returns (T, S): above 0 where the symbol read speaks for the output more than most others would.
    """
    d_xs = input_gradients(model, source, answer)
    return d_xs[:, range(len(source)), source] - d_xs.mean(axis=-1)
