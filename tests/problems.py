"""Small random models and sequences for the tests of the core: nothing in them is zero, for zeros hide mistakes."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from seq2seq_lib import RNN, Batch, Seq2Seq

LOSSES = ["squared_error", "cross_entropy"]
LENGTHS = [(3, 2), (1, 4), (5, 1), (2, 2)]  # of the source and of the target of each pair
SMALL, SEEDS = st.integers(1, 4), st.integers(0, 2**32 - 1)
HIDDEN = st.integers(3, 6)  # with fewer units a gradient now and then cancels to so little that rounding hides it


class Problem(NamedTuple):
    """A model, and pairs of different lengths: vectors or tokens, as the model's loss wants them."""

    model: Seq2Seq
    sources: list
    targets: list

    @property
    def batch(self):
        return Batch(self.sources, self.targets)

    def alone(self):
        """Each pair in a batch of its own."""
        return [Batch([source], [target]) for source, target in zip(self.sources, self.targets)]


def randomized(model, rng, scale=0.5):
    """The same model with random numbers for all weights, biases included."""
    for name, values in model.params.items():
        model.params[name] = scale * rng.standard_normal(values.shape)
    return model


def problem(
    loss, lengths=LENGTHS, input_dim=3, hidden_dim=4, output_dim=2, seed=0, dtype=np.float64, cell=RNN, kind=Seq2Seq
):
    """For tokens the vocabularies are as large as the dimensions, plus PAD, BOS and EOS."""
    rng = np.random.default_rng(seed)
    if loss == "squared_error":
        sources = [rng.standard_normal((S, input_dim)) for S, _ in lengths]
        targets = [rng.standard_normal((T, output_dim)) for _, T in lengths]
    else:
        input_dim, output_dim = input_dim + 3, output_dim + 3
        sources = [rng.integers(3, input_dim, S).tolist() for S, _ in lengths]
        targets = [rng.integers(3, output_dim, T).tolist() for _, T in lengths]
    model = kind(input_dim, hidden_dim, output_dim, loss=loss, rng=rng, dtype=dtype, cell=cell)
    return Problem(randomized(model, rng), sources, targets)


def problems():
    """All kinds of them, one step or one pair included."""
    lengths = st.lists(st.tuples(SMALL, SMALL), min_size=1, max_size=4)
    return st.builds(problem, st.sampled_from(LOSSES), lengths, SMALL, HIDDEN, SMALL, SEEDS)


class Run(NamedTuple):
    """An RNN, and all that goes into one run of it."""

    rnn: RNN
    xs: np.ndarray  # (T, B, D), or tokens (T, B)
    h_0: np.ndarray  # (B, H)
    mask: np.ndarray  # (T, B), or None
    weights: np.ndarray  # (T+1, B, H): what each number of hs counts in the loss

    @property
    def states(self):
        return self.rnn.forward(self.xs, self.h_0, self.mask)

    @property
    def hs(self):
        """All of the state, or the half that is h, if the cell is an LSTM."""
        return self.rnn.hidden(self.states)


def run(T=4, B=3, D=2, H=3, tokens=False, masked=False, seed=0, cell=RNN):
    rng = np.random.default_rng(seed)
    xs = rng.integers(D, size=(T, B)) if tokens else rng.standard_normal((T, B, D))
    mask = np.concatenate([np.ones((1, B), bool), rng.random((T - 1, B)) < 0.6]) if masked else None
    h_0, weights = rng.standard_normal((B, cell.vectors * H)), rng.standard_normal((T + 1, B, H))
    return Run(randomized(cell(D, H), rng), xs, h_0, mask, weights)


def runs(cell=RNN):
    return st.builds(run, SMALL, SMALL, SMALL, HIDDEN, st.booleans(), st.booleans(), SEEDS, st.just(cell))


def same(a, b, tolerance=0.0):
    """Two arrays, or two dicts of arrays, are equal: to the last bit, if no tolerance is given."""
    if not hasattr(a, "keys"):
        a, b = {"": a}, {"": b}
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_allclose(a[name], b[name], rtol=tolerance, atol=tolerance, err_msg=name)


def copied(params):
    return {name: values.copy() for name, values in params.items()}
