"""ForcedOrFree: one model, teacher-forced and running free, symbol by symbol."""

from copy import copy
from math import exp

import numpy as np

from seq2seq_lib import plots
from seq2seq_lib.batch import EOS, Batch
from seq2seq_lib.decoding import exact_match, trace
from seq2seq_lib.losses import softmax_cross_entropy
from seq2seq_lib.widgets.controls import Choice, Range, Text, Toggle
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import javascript
from seq2seq_lib.widgets.texts import MARKS, ReadsTexts, agreement

EXAMPLES, HELD_OUT = 20, 100  # held-out inputs to choose from, and how many of them the two numbers are taken over
MOST = 18  # steps, so that each has room on the screen


class ForcedOrFree(ReadsTexts, Explorer):
    """What `model` reads and says about a text, teacher-forced above and running free below.

    leaking: a second model, trained with the target leak. What a decoder reads when it is teacher-forced is the
    decoder_input of `model.batch(batch)`.
    solve: the task's rule, text -> right answer; without it only texts of the task itself can be typed.
    """

    _esm = javascript("forced_or_free")
    describes = "one model teacher-forced and running free, symbol by symbol."

    def __init__(self, model, task, text, leaking=None, solve=None):
        self.models = {False: model} if leaking is None else {False: model, True: leaking}
        self.take(task, *self.models.values(), solve=solve)
        self.on_held_out = {leak: on_held_out(model, task) for leak, model in self.models.items()}
        letters = (*task.target.symbols[3:], MARKS[EOS])
        self.inputs = [task.source.join(source) for source, _ in task.held_out[:EXAMPLES]]
        controls = {
            "text": Text("Input", text, examples=tuple(self.inputs)),
            "example": Range("held-out input", 0, len(self.inputs), self.number_of(text), local=True),
            "force_at": Range("force at step", 0, self.longest, 0),
            "letter": Choice("make it read", letters, letters[0]),
        }
        super().__init__(controls if leaking is None else {**controls, "leak": Toggle("target leak")})

    def frame(self, text, force_at, letter, leak=False):
        model, source, right = self.models[leak], self.task.source.encode(text), self.right_answer(text)
        steps = max(self.longest, len(right))
        token = EOS if letter == MARKS[EOS] else self.task.target.tokens[letter]
        loss, reads, logits = teacher_forced(model, [source], [right[:-1]])
        forced = reads[:, 0].tolist(), *said(logits[:, 0])
        before = running_free(model, source, steps)
        free = running_free(model, source, steps, {force_at - 1: token}) if force_at else before
        return {
            "steps": steps,
            "right": self.names(right),
            "loss": loss,
            "lag": next((lag for lag in (1, 0) if forced[0][lag:] == right[: len(right) - lag]), -1),
            "forced": self.lane(forced, right, forced[1]),
            "free": self.lane(free, right, before[1]),
            "before": self.names(before[1]),
            "on_held_out": self.on_held_out[leak],
            "inputs": self.inputs,
            "made_to_read": [force_at, letter],
            "gaps": self.gaps,
        }

    def number_of(self, text):
        return self.inputs.index(text) + 1 if text in self.inputs else 0

    def right_answer(self, text):
        symbols, tokens = self.right(text)
        if tokens is None:
            raise ValueError(f"The right answer to “{text}” is not known here: take one of the held-out inputs.")
        if len(tokens) > MOST:
            raise ValueError(f"The right answer has {len(tokens) - 1} symbols, and there is room for {MOST - 1}.")
        if None in tokens:
            raise ValueError(f"expected an answer in symbols of the task, got {symbols[tokens.index(None)]!r}")
        return tokens

    def lane(self, seen, right, before):
        """One half of the picture; `before` is what was said at these steps before a symbol was forced."""
        reads, says, probabilities = seen
        return {
            "reads": self.names(reads),
            "says": self.names(says),
            "probabilities": np.array(probabilities),
            "correct": agreement(says, right),
            "changed": [not same for same in agreement(says, before)],
        }

    def picture(self):
        frame = self.found[1]
        fig, axes = plots.mosaic("A\nB", height=6)
        told = {1: "the right answer, one step late", 0: "the right answer itself"}.get(frame["lag"], "something else")
        reads = {"forced": f"teacher-forced: it reads {told}", "free": "running free: it reads what it said before"}
        for ax, (name, title) in zip(axes.values(), reads.items()):
            lane = frame[name]
            rows = {"right answer": frame["right"], "decoder reads": lane["reads"], "most probable": lane["says"]}
            plots.answer(ax, rows, lane["probabilities"], lane["correct"], title)
        return fig


def running_free(model, source, steps, instead=()):
    """What is read, said, and with which probability, to its end. `instead`: {step: token it is made to read}."""
    model, decoder, instead, reads = copy(model), model.decoder, dict(instead), []
    model.decoder = copy(decoder)  # the same weights, and only here another step

    def step(x_t, h_prev):
        x_t = np.full_like(x_t, instead.get(len(reads), x_t))
        reads.append(int(x_t))
        return decoder.step(x_t, h_prev)

    model.decoder.step = step
    seen = trace(model, source, max_length=steps)
    return reads, *said(seen.logits)


def teacher_forced(model, sources, targets):
    """The loss over some pairs, what the decoder reads (T, B), and its logits (T, B, V)."""
    batch = model.batch(Batch(sources, targets))
    _, _, logits = model.forward(batch)
    return model.loss_of(logits, batch)[0], batch.decoder_input, logits


def said(logits):
    """The most probable token of each step, and its probability: the loss of a token is -log of just that."""
    tokens = logits.argmax(axis=-1)
    losses = [softmax_cross_entropy(logits[t : t + 1], tokens[t : t + 1])[0] for t in range(len(tokens))]
    return tokens.tolist(), [exp(-loss) for loss in losses]


def on_held_out(model, task):
    """The teacher-forced loss on held-out pairs, and how many of them are right when the model runs free."""
    pairs = task.held_out[:HELD_OUT]
    sources = [task.source.encode(source) for source, _ in pairs]
    loss, *_ = teacher_forced(model, sources, [task.target.encode(target) for _, target in pairs])
    return [loss, exact_match(model, task, pairs)]
