"""Optimizers: three ways down the same loss surface, seen along two of the model's weights."""

import copy
from contextlib import suppress
from itertools import repeat

import numpy as np
import traitlets

from seq2seq_lib import plots
from seq2seq_lib.optimizers import SGD, Adam
from seq2seq_lib.parameters import vectors
from seq2seq_lib.seq2seq import Seq2Seq
from seq2seq_lib.tasks import Batch, seed_example
from seq2seq_lib.training import training
from seq2seq_lib.widgets.controls import Range
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import as_trait, javascript

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


class Optimizers(Explorer):
    """The loss over two weights, all others held still, and the way that each optimizer takes on it.

    optimizers: {name: function of the learning rate}, up to four; what it makes has update(params, grads)
    model, batch: anything with loss_and_grads(batch) and params; a Seq2Seq, trained a little on the seed example
    weights: two (name, index) of the model; spans: from where to where each of them goes in the picture
    start: where all of them begin
    """

    _esm = javascript("optimizers")
    describes = "the ways of several optimizers on one loss surface, seen along two weights."
    surface = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        optimizers=None,
        model=None,
        batch=None,
        weights=(("encoder.W_hh", (0, 0)), ("W_hy", (0, 0))),
        spans=((-2.0, 3.0), (-1.5, 1.5)),
        start=(-1.0, 1.0),
    ):
        self.optimizers = optimizers or {"SGD": SGD, "momentum": Momentum, "Adam": Adam}
        self.model, self.batch = seed_model() if model is None else (copy.deepcopy(model), batch)
        self.spans, params = spans, self.model.params
        numbered = params.like({"": np.arange(params.flat.size)})  # each weight's place in the flat vector
        self.places = [int(numbered[name][index]) for name, index in weights]
        self.labels = [f"{name}[{', '.join(map(str, np.atleast_1d(index)))}]" for name, index in weights]
        self.across, self.up = (np.linspace(*span, points) for span, points in zip(spans, GRID, strict=True))
        self.losses = np.array([[self.loss_and_slopes((x, y))[0] for x in self.across] for y in self.up])
        self.low, self.high = np.log10(self.losses.min() / 1.3), np.log10(self.losses.max())
        controls = {"learning_rate": Range("learning rate", -3, 1, -0.5, step=0.1, log10=True)}
        for axis, label, (low, high), value in zip("xy", ("across", "up"), spans, start, strict=True):
            controls[axis] = Range(f"start: {label}", low, high, value, step=0.05)
        controls["step"] = Range("step", 0, STEPS, STEPS, local=True, plays=True, pace=150)
        self.foreseen = None, None  # settings that nobody has asked for yet, and their frame
        super().__init__(controls)
        self.last = self.defaults()
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
        place, points, losses = {"weights": np.array(start, float)}, [], []
        while len(points) <= STEPS and np.abs(place["weights"]).max() < FAR:  # false for nan, too
            loss, slopes = self.loss_and_slopes(place["weights"])
            points.append(place["weights"].copy())
            losses.append(loss)
            optimizer.update(place, {"weights": slopes})
        return np.array(points), np.array(losses)

    def frame(self, learning_rate, x, y):
        ways = []
        for name, make in self.optimizers.items():
            points, losses = self.way(make(10.0**learning_rate), (x, y))
            diverged = len(points) if len(points) <= STEPS else None
            ways.append({"name": name, "points": points, "losses": losses, "diverged": diverged})
        return {"ways": ways}

    def checked_frame(self, settings):
        foreseen, frame = self.foreseen
        return frame if settings == foreseen else super().checked_frame(settings)

    def answer(self, message):
        """Answer. Then, while nobody asks, compute what one more press of the same key would ask for."""
        super().answer(message)
        now, before, self.last = message["settings"], self.last, message["settings"]
        moved = [name for name in now if now[name] != before[name]]
        step = now[moved[0]] - before[moved[0]] if len(moved) == 1 else 0
        if step and abs(abs(step) - self.declared[moved[0]].step) < 1e-9:  # a key: a hand that drags jumps about
            coming = now | {moved[0]: round(now[moved[0]] + step, 9)}
            with suppress(
                Exception
            ):  # beyond the end, or the reader's optimizer fails there: said when it is asked for
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
        plots.ways(axes_map, axes_loss, self.frame(**self.defaults())["ways"])
        return fig


def seed_model():
    """A small model in the middle of its training on the seed example, and that example."""
    model, batch = Seq2Seq(2, 4, 1, rng=0), Batch(*([sequence] for sequence in seed_example()))
    for _ in training(model, repeat(batch, 10), Adam(0.01)):
        pass
    return model, batch
