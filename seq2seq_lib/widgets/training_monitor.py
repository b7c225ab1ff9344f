"""TrainingMonitor: a training run that can be watched, paused, steered and started over."""

import copy
import time
from contextlib import suppress
from itertools import islice

import numpy as np
import traitlets

from seq2seq_lib import plots
from seq2seq_lib.decoding import decoded, exact_match
from seq2seq_lib.optimizers import Adam
from seq2seq_lib.training import training
from seq2seq_lib.widgets.hidden_states import over_time, panel_of
from seq2seq_lib.widgets.instrument import Instrument, Refused, javascript
from seq2seq_lib.widgets.texts import ReadsTexts, agreement

CHUNK = 0.03  # seconds of training between two pictures
FORETASTE = 100  # steps in the stored picture of a training that nobody has begun
HELD_OUT, SAMPLES = 100, 5  # held-out pairs that are tried now and then, and how many of them are shown


class TrainingMonitor(ReadsTexts, Instrument):
    """Trains `model` on `task` with Adam and cosine decay over `steps` steps, as long as the browser asks for more.

    The browser pulls: it asks for a chunk, the kernel trains for about 30 ms and answers with what has changed. So
    Pause works at once and a closed page stops the training. Every Reset begins a new generation, and so does an error:
    what was asked in an older one is not done, and an answer to it is thrown away.
    """

    _esm = javascript("training_monitor")
    describes = "a training run to watch, pause and steer."
    steps = traitlets.Int().tag(sync=True)
    step = traitlets.Int().tag(sync=True)  # how many are done
    learning_rate = traitlets.Float().tag(sync=True)
    log_scale = traitlets.Bool(True).tag(sync=True)
    sort_units = traitlets.Bool(True).tag(sync=True)  # as they are when this is switched on, or at the last Reset
    moves = ("learning_rate", "log_scale", "sort_units")

    def __init__(self, model, task, learning_rate=2e-3, batch_size=64, steps=3_000, evaluate_every=25, seed=0):
        super().__init__(steps=steps, learning_rate=learning_rate)
        self.take(task, model)
        self.batch_size, self.seed, self.evaluate_every = batch_size, seed, evaluate_every
        self.first_weights = model.params.flat.copy()
        self.reset(generation=0)

    def reset(self, generation):
        """Back to the weights the model came with, and to the first batch."""
        with self.lock:
            self.generation = generation
            self.model.params.flat[:] = self.first_weights
            self.optimizer, self.rng = Adam(self.learning_rate), np.random.default_rng(self.seed)
            self.losses, self.grad_norms, self.matches = [], [], []
            self.training = self.going_on()
            self.evaluate()
            self.order = self.order_now()
            self.step = 0

    def going_on(self):
        """The steps that are still to be done, from the weights that the model has now."""
        batches, left = self.task.batches(self.batch_size, self.rng), self.steps - len(self.losses)
        return training(self.model, batches, self.optimizer, clip=1.0, decay_steps=left) if left > 0 else iter(())

    def run(self, n):
        """Train n steps here and now, without a browser. Returns the losses so far.

        After an error, or an interrupt, it goes on from the last finite weights when it is called again.
        """
        with self.lock:
            try:
                self.go(n)
            finally:
                self.step = len(self.losses)
            return self.losses

    def go(self, n):
        """Train n steps; who observes `step` does not hear of each."""
        self.optimizer.learning_rate = self.learning_rate
        try:
            for step in islice(self.training, n):
                self.losses.append(step.loss)
                self.grad_norms.append(step.grad_norm)
                if len(self.losses) % self.evaluate_every == 0:
                    self.evaluate()
        except BaseException:
            self.training = self.going_on()  # a generator through which an error went has come to its end
            raise

    @traitlets.validate("learning_rate")
    def _check_learning_rate(self, proposal):
        if not 0 < proposal.value < float("inf"):
            raise Refused(f"learning_rate: expected a finite number above 0, got {proposal.value}")
        return proposal.value

    @traitlets.observe("sort_units")
    def _sort_units(self, _):
        with self.lock:
            self.order = self.order_now()

    def order_now(self):
        """The order of the units in the picture: it stays, whatever the training does to them."""
        states = over_time(self.panels())
        return plots.seen_order(states) if self.sort_units else np.arange(states.shape[1])

    def evaluate(self):
        """How many of some held-out pairs the model, running free, gets right now."""
        self.matches.append([len(self.losses), exact_match(self.model, self.task, self.task.held_out[:HELD_OUT])])

    def samples(self):
        """Some held-out pairs and what the model makes of them.

        [source, right answer, its answer, is it right], its answer as a list of [symbol, is it right]
        """
        pairs, (source, target) = self.task.held_out[:SAMPLES], (self.task.source, self.task.target)
        samples = []
        for (reads, right), answer in zip(pairs, decoded(self.model, self.task, [reads for reads, _ in pairs])):
            tokens = target.encode(right)
            symbols = [list(pair) for pair in zip(self.names(answer), agreement(answer, tokens))]
            samples.append([source.join(reads), target.join(right), symbols, answer == tokens])
        return samples

    def answer(self, message):
        if message["kind"] == "hello":  # a new view: it needs the whole story
            self.send_news(whole=True)
        elif message["kind"] == "reset":
            self.reset(message["generation"])
            self.send_news(whole=True)
        elif message["generation"] == self.generation:
            sent = len(self.losses), len(self.matches)
            self.learning_rate = message["learning_rate"]
            try:
                self.train_chunk(message["steps"])
            except BaseException:
                self.send_news(*sent)
                self.generation += 1
                raise
            self.send_news(*sent, chunk=message["steps"] == 0)

    def train_chunk(self, steps):
        """That many steps; 0 for as many as fit into a chunk."""
        if steps:
            self.go(steps)
        end = time.perf_counter() + CHUNK
        while not steps and time.perf_counter() < end and len(self.losses) < self.steps:
            self.go(1)

    def send_news(self, first_step=0, first_match=0, **head):
        """Losses and norms from first_step on, evaluations from first_match on, and what the model does now."""
        news = {
            "losses": as_sent(self.losses[first_step:]),
            "norms": as_sent(self.grad_norms[first_step:]),
            "matches": self.matches[first_match:],
            "samples": self.samples(),
            "gap": self.gaps["writes"],
            "panels": [panel_of(title, states[:, self.order], *rest) for title, states, *rest in self.panels()],
        }
        self.send_frame(news, generation=self.generation, **head)
        self.step = len(self.losses)

    def panels(self):
        """The hidden states of the first held-out pair."""
        return self.panels_of(self.task.held_out[0][0])

    def foretaste(self):
        """The losses of the first steps, by a copy of the model: a curve of no steps would show nothing."""
        model, losses = copy.deepcopy(self.model), []
        batches = self.task.batches(self.batch_size, self.seed)
        with suppress(ArithmeticError):
            for step in training(model, islice(batches, FORETASTE), Adam(self.learning_rate), decay_steps=self.steps):
                losses.append(step.loss)
        return losses

    def picture(self):
        fig, (ax_loss, *axes) = plots.figure(2, 2, 1.4)
        plots.training_curves(ax_loss, self.losses or self.foretaste(), self.learning_rate)
        if not self.losses:
            ax_loss.set_title(f"{ax_loss.get_title()}: its first steps")
        for ax, (title, states, symbols, *_) in zip(axes, self.panels()):
            plots.hidden_states(ax, states, symbols, title, self.order if self.sort_units else None)
        return fig


def as_sent(values):
    """As float32. What a diverging training came to may be too large for that: it is infinite there."""
    with np.errstate(over="ignore"):
        return np.array(values, np.float32)
