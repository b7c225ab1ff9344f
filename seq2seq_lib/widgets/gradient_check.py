"""GradientCheck: the relative error of every gradient, with one mistake switched on, and where a mistake can hide."""

import copy
from functools import cache
from typing import ClassVar

import numpy as np

from seq2seq_lib import plots
from seq2seq_lib.batch import Batch
from seq2seq_lib.exercises.broken import BUGS, fits, with_bug
from seq2seq_lib.exercises.lesson_03 import check_rnn_backward
from seq2seq_lib.exercises.lesson_04 import (
    Bench,
    check_numeric_gradient,
    check_suspect_a,
    check_suspect_b,
    check_suspect_c,
)
from seq2seq_lib.gradcheck import EPSILON, check_gradients, relative_error
from seq2seq_lib.seq2seq import Seq2Seq
from seq2seq_lib.widgets.controls import Choice, Range, Toggle
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import javascript
from seq2seq_lib.widgets.own import Own, ShowsOwn
from seq2seq_lib.words import number

NONE = "none"
RIGHT, WRONG = 1e-7, 1e-3  # below the one a gradient is right, above the other it is wrong; between them, look closer
SMALLEST = 1e-12  # the bar of a smaller error has no length
PAIRS = 2


class GradientCheck(ShowsOwn, Explorer):
    """A bar for each parameter: how far its gradient is from the finite difference, by check_gradients.

    model: the reader's own, anything with loss_and_grads(batch) and params; a small Seq2Seq if not given
    batch: what it is checked on; without one, random pairs for a Seq2Seq, of a length set by a slider
    bugs: {name: a subclass of RNN or of Seq2Seq, see exercises/broken.py}; those that fit the model can be switched on
    at_most: how many numbers of each parameter are tried
    numeric_gradient: the reader's own, numeric_gradient(f, x, epsilon), that measures the slopes
    backward: the reader's own rnn_backward, or one of the suspects, (dhs, xs, hs, W_xh, W_hh) -> dxs, dh_0, grads; it
        is checked on the bench of lesson 04
    """

    _esm = javascript("gradient_check")
    describes = "relative error of each gradient, for the right model and with one bug switched on."

    takes: ClassVar = {
        "numeric_gradient": [check_numeric_gradient],
        "backward": [check_rnn_backward, check_suspect_a, check_suspect_b, check_suspect_c],
    }

    def __init__(self, model=None, batch=None, bugs=BUGS, at_most=3, *, numeric_gradient=None, backward=None):
        if backward and model is not None:
            raise ValueError("expected a model or a backward, got both: a backward is checked on a bench of its own")
        self.own_backward = Own(backward, *self.takes["backward"])
        self.own_numeric = Own(numeric_gradient, *self.takes["numeric_gradient"])
        self.owns = [self.own_backward, self.own_numeric]
        if backward:
            model = Bench(lambda *arguments: self.own_backward(*arguments))
        self.model = copy.deepcopy(Seq2Seq(2, 3, 2, rng=0) if model is None else model)
        self.batch, self.at_most = batch, at_most
        self.draws_pairs = batch is None and isinstance(self.model, Seq2Seq)
        self.bugs = {name: bug for name, bug in dict(bugs).items() if fits(bug, self.model)}
        self.errors = cache(self.computed_errors)  # the bars of the right model stay while the bugs change
        controls = {
            "bug": Choice("bug", (NONE, *self.bugs), NONE),
            "length": Range("sequence length", 1, 6, 4),
            "scale": Range("weights ×", 0.01, 1.0, 1.0, step=0.5, log10=True),
            "zero_biases": Toggle("zero biases"),
            "identity": Toggle("W_hh = identity"),
        }
        if not self.bugs:
            del controls["bug"]
        if not all(is_square(values) for name, values in self.model.params.items() if name.endswith("W_hh")):
            del controls["identity"]  # in a cell with gates W_hh is several matrices side by side
        if not self.draws_pairs:
            del controls["length"]
        super().__init__(controls)

    def computed_errors(self, bug, length, **weights):
        model = prepared(self.model, **weights)
        if bug != NONE:
            model = with_bug(model, self.bugs[bug])
        batch = random_pairs(model, length) if self.draws_pairs else self.batch
        check = check_gradients if self.own_numeric.mine is None else self.measured
        errors = check(model, batch, self.at_most)
        _, grads = model.loss_and_grads(batch)
        # An error of exactly 0 beside a gradient of exactly 0 says nothing: whatever multiplied it was 0.
        return {name: None if error == 0 and not np.any(grads[name]) else error for name, error in errors.items()}

    def measured(self, model, batch, at_most):
        """As check_gradients, with the reader's numeric_gradient, which measures all numbers."""
        _, grads = model.loss_and_grads(batch)
        rng, errors = np.random.default_rng(0), {}
        for name, values in model.params.items():

            def loss_at(changed, values=values):
                kept = values.copy()
                values[...] = changed
                loss, _ = model.loss_and_grads(batch)
                values[...] = kept
                return loss

            slopes = self.own_numeric(loss_at, values, EPSILON, returns=(f"the gradient of {name}",))
            tried = rng.permutation(values.size)[:at_most]
            errors[name] = relative_error(slopes.flat[tried], grads[name].flat[tried])
        return errors

    def frame(self, bug=NONE, length=None, **weights):
        if any(own.mine for own in self.owns):
            self.errors.cache_clear()  # what is wrong with the reader's function is found anew in every frame
        right, errors = self.errors(NONE, length, **weights), self.errors(bug, length, **weights)
        return {
            "bug": bug if bug != NONE else "",
            "wrong": (self.bugs[bug].__doc__ or "").partition("\n")[0] if bug != NONE else "",
            "names": list(errors),
            "errors": list(errors.values()),
            "powers": np.array([np.log10(max(error or 0, SMALLEST)) for error in errors.values()]),
            "right": list(right.values()),
            "thresholds": [RIGHT, WRONG],
            "says": in_words(bug, errors),
        }

    def picture(self):
        fig, (axes,) = plots.figure(1)
        seen = self.checked_frame(self.settings() | {"bug": NONE} if self.bugs else self.settings())
        plots.gradient_errors(axes, dict(zip(seen["names"], seen["errors"])), RIGHT, WRONG)
        return fig


def prepared(model, scale, zero_biases, identity=False):
    """A copy of the model: weights scaled, biases zero or, where a bias is zero, random; W_hh as it is, or I."""
    model, rng = copy.deepcopy(model), np.random.default_rng(0)
    for name, values in model.params.items():
        if name.rpartition(".")[2].startswith("b"):
            noise = 0.5 * rng.standard_normal(values.shape)
            values[...] = 0 if zero_biases else np.where(values == 0, noise, values)
        elif identity and name.endswith("W_hh"):
            values[...] = np.eye(len(values))
        else:
            values *= scale
    return model


def random_pairs(model, length):
    """Pairs of random sequences that this Seq2Seq can read, sources and targets of `length` steps."""
    rng = np.random.default_rng(0)

    def sequence(dim):
        return rng.integers(dim, size=length) if model.reads_tokens else rng.standard_normal((length, dim))

    dims = model.encoder.input_dim, model.decoder.input_dim
    return Batch.of_arrays(*(np.stack([sequence(dim) for _ in range(PAIRS)], axis=1) for dim in dims))


def is_square(values):
    return values.shape == (len(values), len(values))


def in_words(bug, errors):
    """The sentence below the picture."""
    tried = {name: error for name, error in errors.items() if error is not None}
    wrong = sum(error > WRONG for error in tried.values())
    unsure = sum(RIGHT < error <= WRONG for error in tried.values())
    most = max(tried, key=tried.get, default="none")
    largest = tried.get(most, 0)
    if wrong:
        says = f"Wrong gradients: {wrong} of {len(errors)}, most of all {most} ({number(largest, 2)})."
    elif unsure:
        cause = "can’t be told from rounding or a small mistake"
        says = f"{unsure} of {len(errors)} {cause}, least {most} ({number(largest, 2)})."
    elif bug != NONE:
        says = f"The bug is on, and this check does not see it: no error above {number(largest, 2)}."
    else:
        says = f"What is checked is right: no error above {number(largest, 2)}."
    return says + (f" {len(errors) - len(tried)} not checked." if len(tried) < len(errors) else "")
