"""Optimizers: three ways down the same loss surface, seen along two of the model's weights."""

import copy
from contextlib import suppress
from functools import partial
from itertools import repeat
from typing import ClassVar

import numpy as np
import traitlets

from seq2seq_lib import checks, plots
from seq2seq_lib.exercises.lesson_06 import check_adam_step, check_sgd_step, check_train, on_copies
from seq2seq_lib.exercises.running import run
from seq2seq_lib.optimizers import SGD, Adam
from seq2seq_lib.parameters import vectors
from seq2seq_lib.seq2seq import Seq2Seq
from seq2seq_lib.tasks import Batch, seed_example
from seq2seq_lib.training import training
from seq2seq_lib.widgets.controls import Range
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import as_trait, javascript
from seq2seq_lib.widgets.own import Own, ShowsOwn

STEPS = 40
GRID = 41, 31  # points of the surface, across and up
FAR = 1_000  # a weight out here has diverged: there is nothing more to see


class Momentum:
    """The heavy ball (Polyak 1964): v <- momentum * v + dp, p <- p - learning_rate * v."""

    def __init__(self, learning_rate, momentum=0.9):
        self.learning_rate, self.momentum, self.velocities = learning_rate, momentum, None

    def update(self, params, grads, scale=1.0):
        """Change params in place; `scale` multiplies the learning rate of this one step."""
        if self.velocities is None:
            self.velocities = [np.zeros_like(dp) for dp in vectors(grads)]
        for p, dp, v in zip(vectors(params), vectors(grads), self.velocities, strict=True):
            v *= self.momentum
            v += dp
            p -= self.learning_rate * scale * v


class OwnSGD:
    """An optimizer that takes its steps by a reader's sgd_step."""

    def __init__(self, sgd_step, learning_rate):
        self.sgd_step, self.learning_rate = sgd_step, learning_rate

    def update(self, params, grads, scale=1.0):
        after, _ = self.sgd_step(params, grads, self.learning_rate * scale)
        for name, values in params.items():
            values[...] = after[name]


class OwnAdam:
    """An optimizer that takes its steps by a reader's adam_step."""

    def __init__(self, adam_step, learning_rate):
        self.adam_step, self.learning_rate, self.t, self.averages = adam_step, learning_rate, 0, {}

    def update(self, params, grads, scale=1.0):
        self.t, rate = self.t + 1, self.learning_rate * scale
        for name, p in params.items():
            mean, square = self.averages.get(name, (np.zeros_like(p), np.zeros_like(p)))
            p[...], *self.averages[name] = self.adam_step(p, grads[name], mean, square, self.t, rate)


class Walker:
    """The two weights as a model, which notes where its loss was asked for, until it has diverged."""

    def __init__(self, loss_and_slopes, start):
        self.loss_and_slopes, self.params = loss_and_slopes, {"weights": np.array(start, float)}
        self.points, self.losses = [], []

    def loss_and_grads(self, batch=None):
        here = self.params["weights"]
        if not np.abs(here).max() < FAR:  # true for nan, too: there it stays
            return self.losses[-1], {"weights": np.zeros_like(here)}
        loss, slopes = self.loss_and_slopes(here)
        self.points.append(here.copy())
        self.losses.append(loss)
        return loss, {"weights": slopes}


def walked(train, walker, batches, optimizer):
    """What is seen of a reader's train: all that its check looks at, and the way."""
    losses = run(train, walker, batches, optimizer)
    return losses, walker.params, len(batches), np.array(walker.points), np.array(walker.losses)


class Optimizers(ShowsOwn, Explorer):
    """The loss over two weights, all others held still, and the way that each optimizer takes on it.

    optimizers: {name: function of the learning rate}, up to four; what it makes has update(params, grads)
    model, batch: anything with loss_and_grads(batch) and params; a Seq2Seq, trained a little on the seed example
    weights: two (name, index) of the model; spans: from where to where each of them goes in the picture
    start: where all of them begin
    sgd_step, adam_step: the reader's own, in the place of SGD and Adam; train: the reader's own loop, for all of them
    """

    _esm = javascript("optimizers")
    describes = "the ways of several optimizers on one loss surface, seen along two weights."
    surface = traitlets.Dict().tag(sync=True)
    takes: ClassVar = {"sgd_step": [check_sgd_step], "adam_step": [check_adam_step], "train": [check_train]}

    def __init__(
        self,
        optimizers=None,
        model=None,
        batch=None,
        weights=(("encoder.W_hh", (0, 0)), ("W_hy", (0, 0))),
        spans=((-2.0, 3.0), (-1.5, 1.5)),
        start=(-1.0, 1.0),
        *,
        sgd_step=None,
        adam_step=None,
        train=None,
    ):
        if model is None and batch is not None:
            raise ValueError(f"expected a model that reads the batch too, got {checks.shown(batch)} alone")
        sgd, adam = Own(sgd_step, *self.takes["sgd_step"]), Own(adam_step, *self.takes["adam_step"])
        self.own_train = Own(train, *self.takes["train"], use=on_copies(walked), fits=has_a_way)
        self.owns = [sgd, adam, self.own_train]
        self.optimizers = dict(optimizers or {"SGD": SGD, "momentum": Momentum, "Adam": Adam})
        self.optimizers |= {"SGD": partial(OwnSGD, sgd)} if sgd_step else {}
        self.optimizers |= {"Adam": partial(OwnAdam, adam)} if adam_step else {}
        self.model, self.batch = seed_model() if model is None else (copy.deepcopy(model), batch)
        self.spans, params = spans, self.model.params
        numbered = params.like({"": np.arange(params.flat.size)})  # each weight's place in the flat vector
        self.places = [int(numbered[name][index]) for name, index in weights]
        self.labels = [f"{name}[{', '.join(map(str, np.atleast_1d(index)))}]" for name, index in weights]
        self.across, self.up = (np.linspace(*span, points) for span, points in zip(spans, GRID, strict=True))
        self.losses = np.array([[self.loss_and_slopes((x, y))[0] for x in self.across] for y in self.up])
        self.low, self.high = np.log10(self.losses.min() / 1.3), np.log10(self.losses.max())
        controls = {"learning_rate": Range("learning rate", 1e-3, 10.0, 0.316228, step=0.1, log10=True)}
        for axis, label, (low, high), value in zip("xy", ("across", "up"), spans, start, strict=True):
            controls[axis] = Range(f"start: {label}", low, high, value, step=0.05)
        controls["step"] = Range("step", 0, STEPS, STEPS, local=True, plays=True, pace=150)
        self.foreseen = None, None  # settings that nobody has asked for yet, and their frame
        super().__init__(controls)
        self.surface = as_trait(self.as_the_browser_draws_it())

    def loss_and_slopes(self, point):
        """The loss with the two weights at this point, and its gradient along these two."""
        self.model.params.flat[self.places] = point
        loss, grads = self.model.loss_and_grads(self.batch)
        return loss, grads.flat[self.places]

    def lowest(self):
        """The lowest point of the map and its loss: the grid's, then that of finer and finer grids around it."""
        row, column = np.unravel_index(self.losses.argmin(), self.losses.shape)
        place, cell = (self.across[column], self.up[row]), (self.across[1] - self.across[0], self.up[1] - self.up[0])
        for zoom in (1, 1 / 4, 1 / 16):
            steps = [np.linspace(-zoom, zoom, 9) * size + middle for middle, size in zip(place, cell)]
            x_steps, y_steps = (np.clip(values, *span) for values, span in zip(steps, self.spans))
            loss, place = min((self.loss_and_slopes((x, y))[0], (x, y)) for x in x_steps for y in y_steps)
        return place, loss

    def way(self, optimizer, start):
        """The points (steps+1, 2) that it visits and the loss at each of them (steps+1,), until it has diverged."""
        walker = Walker(lambda point: self.loss_and_slopes(point), start)
        if self.own_train.mine is None:
            for _ in range(STEPS + 1):
                _, grads = walker.loss_and_grads()
                optimizer.update(walker.params, grads)
            points, losses = np.array(walker.points), np.array(walker.losses)
        else:
            names = *self.own_train.check.returns, "the way", "the losses on it"
            *_, points, losses = self.own_train(walker, list(range(STEPS + 1)), optimizer, returns=names)
        return points[: STEPS + 1], losses[: STEPS + 1]

    def frame(self, learning_rate, x, y):
        ways = []
        for name, make in self.optimizers.items():
            points, losses = self.way(make(learning_rate), (x, y))
            diverged = len(points) if len(points) <= STEPS else None
            ways.append({"name": name, "points": points, "losses": losses, "diverged": diverged})
        return {"ways": ways}

    def checked_frame(self, settings):
        foreseen, frame = self.foreseen
        return frame if settings == foreseen else super().checked_frame(settings)

    def refresh(self):
        self.foreseen = None, None  # it was computed with what has changed
        super().refresh()

    def set_state(self, sync_data):
        """Answer. Then, while nobody asks, compute what one more press of the same key would ask for."""
        before = self.settings()
        taken = super().set_state(sync_data)
        now = self.settings()
        if len(moved := [name for name in now if now[name] != before[name]]) == 1:
            self.foresee(moved[0], now, before[moved[0]])
        return taken

    def foresee(self, name, now, old):
        """Compute the frame for one more step of this control away from its old value."""
        control = self.declared[name]
        place, old_place = control.place(now[name]), control.place(old)
        if abs(abs(place - old_place) - control.step) < 1e-4:  # a key: a hand that drags jumps about
            coming = now | {name: control.value_at(round(2 * place - old_place, 3))}
            with suppress(Exception):  # beyond the end, or an optimizer fails there: said when it is asked for
                self.foreseen = coming, super().checked_frame(coming)

    def as_the_browser_draws_it(self):
        """What stays the same. The colours, columns by rows from above, go from -1, the lowest loss, to 1."""
        colours = 2 * (np.log10(self.losses) - self.low) / (self.high - self.low) - 1
        _, contours = plots.loss_surface(plots.figure(1)[1][0], self.across, self.up, self.losses, self.labels)
        place, lowest = self.lowest()
        return {
            "colours": colours[::-1].T,
            "contours": [{"loss": loss, "lines": lines} for loss, lines in zip(contours.levels, contours.allsegs)],
            "powers": [self.low, self.high],
            "lowest": {"loss": lowest, "place": list(place)},
            "labels": self.labels,
            "spans": self.spans,
            "steps": STEPS,
        }

    def picture(self):
        fig, (axes_map, axes_loss) = plots.figure(3, 2)
        image, _ = plots.loss_surface(axes_map, self.across, self.up, self.losses, self.labels)
        fig.colorbar(image, ax=axes_map, label="loss")
        plots.ways(axes_map, axes_loss, self.found[1]["ways"])
        return fig


def has_a_way(answer, *arguments):
    """Has the loop asked for a loss at least once, and at no more places than can be counted?"""
    *_, points, losses = answer
    return 1 <= len(points) == len(losses)


def seed_model():
    """A small model in the middle of its training on the seed example, and that example."""
    model, batch = Seq2Seq(2, 4, 1, rng=0), Batch(*([sequence] for sequence in seed_example()))
    for _ in training(model, repeat(batch, 10), Adam(0.01)):
        pass
    return model, batch
