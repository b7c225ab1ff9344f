"""Dashboard: the three checks of a Seq2Seq side by side, for any of the faults that tutorials copy."""

from typing import ClassVar

import numpy as np

from seq2seq_lib import plots
from seq2seq_lib.exercises.lesson_12 import check_tutorial_gradients
from seq2seq_lib.exercises.tutorial import FAULTS, FROZEN, HALF, LEAK, SLOPE, SMALL, STATE, Tutorial
from seq2seq_lib.gradcheck import central_difference, relative_error
from seq2seq_lib.optimizers import SGD
from seq2seq_lib.tasks import Batch, seed_example
from seq2seq_lib.training import training
from seq2seq_lib.widgets.controls import Toggle
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import javascript
from seq2seq_lib.widgets.own import Own, ShowsOwn

HIDDEN, STEPS, LEARNING_RATE = 4, 100, 0.1
WRONG = 1e-3  # a relative error above it is a bug
NEAR = 0.05  # an answer this close to the right one counts as right
NAMES = "wrong_state", "no_slope", "frozen_rnns", "target_leak", "needs_target", "half_gradient", "small_weights"
TRAITS = dict(zip(NAMES, FAULTS, strict=True))  # a fault by the name of its switch
IN_THE_GRADIENTS = STATE, SLOPE, FROZEN, HALF


class Dashboard(ShowsOwn, Explorer):
    """The loss while the seed example is learned, each gradient, and what is written running free, for seven faults.

    tutorial_gradients: the reader's own; in its place four of the faults have no switch, and three are left
    """

    _esm = javascript("dashboard")
    describes = "loss, gradient check and free-running answers of a Seq2Seq with the chosen faults."

    takes: ClassVar = {"tutorial_gradients": [check_tutorial_gradients]}

    def __init__(self, tutorial_gradients=None):
        self.own = Own(tutorial_gradients, *self.takes["tutorial_gradients"])
        self.owns = [self.own]
        self.source, self.target = map(np.array, seed_example())
        self.batch = Batch([self.source], [self.target])
        self.constant = float(((self.target - self.target.mean()) ** 2).sum())
        self.measured = {leak: self.slopes([LEAK] if leak else []) for leak in (False, True)}
        left_out = IN_THE_GRADIENTS if tutorial_gradients else ()
        super().__init__({trait: Toggle(fault, True) for trait, fault in TRAITS.items() if fault not in left_out})

    def generous(self, faults):
        """A model to check gradients on: random weights and biases, none of them small (lesson 04)."""
        model = Tutorial(2, HIDDEN, 1, faults=[fault for fault in faults if fault != SMALL], rng=0)
        rng = np.random.default_rng(0)
        for name, values in model.params.items():
            model.params[name] = 0.7 * rng.standard_normal(values.shape)
        return model

    def slopes(self, faults):
        """The measured gradient: of all faults only the leak changes the loss, and so the slopes."""
        model = self.generous(faults)
        every = model.params.items()
        return {
            name: [central_difference(model, self.batch, values, i) for i in range(values.size)]
            for name, values in every
        }

    def frame(self, **switches):
        faults = [TRAITS[trait] for trait, on in switches.items() if on]
        _, grads = self.with_own(self.generous(faults), self.own).loss_and_grads(self.batch)
        model = self.with_own(Tutorial(2, HIDDEN, 1, faults=faults, rng=0), self.own.again)
        losses = self.losses(model)
        measured = self.measured[LEAK in faults]
        return {  # what is an array glides in the browser
            "faults": len(faults),
            "losses": np.array(losses),
            "last": losses[-1],
            "constant": self.constant,
            "errors": {name: np.array(relative_error(measured[name], grads[name].ravel())) for name in grads},
            "wrong": WRONG,
            "target": self.target[:, 0].tolist(),
            "near": NEAR,
            "writes": self.written(model, self.source),
            "other": self.written(model, self.source[::-1]),
        }

    def with_own(self, model, gradients):
        """The model, its gradients made by the reader's function if there is one that answers."""

        def backward(batch, _, *states_and_outputs, d_outputs=None):
            batch = model.batch(batch)
            one = [array[:, 0] for array in (batch.source, batch.decoder_input, batch.target, *states_and_outputs[:3])]
            grads = gradients(model, *one)
            return model.params.like({name: grads[name] for name in model.params})

        if not self.own.replaced:
            model.backward = backward
        return model

    def losses(self, model):
        try:
            return [step.loss for step in training(model, [self.batch] * STEPS, SGD(LEARNING_RATE), clip=None)]
        except Exception as error:  # it diverges, or what the function returns is no gradient any more
            if self.own.replaced:
                raise
            return self.own.refuse(self.own.complaint or str(error))

    def written(self, model, source):
        """What it writes without being told anything (T,), or None where it can't."""
        try:
            return model.predict(source, len(self.target))[:, 0]
        except NotImplementedError:
            return None

    def picture(self):
        seen = self.found[1]
        fig, (curve, bars) = plots.figure(1, 1)
        curve.plot(range(1, STEPS + 1), seen["losses"], label="loss")
        curve.axhline(seen["constant"], color="gray", linestyle=":", label="always the mean")
        curve.set(xlabel="training step", ylabel="loss", ylim=(0, None))
        curve.legend()
        plots.gradient_errors(bars, seen["errors"], 1e-7, WRONG)
        bars.set_xlim(1e-12, 1e3)  # room for the numbers
        return fig
