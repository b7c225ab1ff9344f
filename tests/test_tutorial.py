"""The tutorial's seven faults: all off it is our model, each switch does what it says, and all on it learns a bias."""

import json
import re

import numpy as np
import pytest
from problems import problem, same
from test_repository import ROOT

from seq2seq_lib import GRU, SGD, Batch, Seq2Seq, check_gradients, training
from seq2seq_lib.exercises.tutorial import FAULTS, FROZEN, HALF, LEAK, SLOPE, SMALL, STATE, TEACHER, Tutorial, without
from seq2seq_lib.tasks import seed_example

RECURRENT = {f"{network}.{name}" for network in ("encoder", "decoder") for name in ("W_xh", "W_hh", "b_h")}
EIGHT = RECURRENT | {"W_hy", "b_y"}


def tutorial(*faults, loss="squared_error"):
    """With random weights: fresh ones are too small for some mistakes to show."""
    right = problem(loss)
    model = Tutorial(right.model.encoder.input_dim, 4, right.model.decoder.input_dim, faults=faults, loss=loss, rng=0)
    for name, values in right.model.params.items():
        model.params[name] = values
    return model, right


def seed_batch():
    source, target = map(np.array, seed_example())
    return Batch([source], [target])


@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
def test_with_all_off_it_is_our_model(loss):
    model, right = tutorial(loss=loss)
    ours, theirs = right.model.loss_and_grads(right.batch), model.loss_and_grads(right.batch)
    assert theirs[0] == pytest.approx(ours[0], rel=1e-12)
    same(dict(theirs[1]), dict(ours[1]), tolerance=1e-12)
    same(Tutorial(2, 4, 1, faults=[], rng=3).params.flat, Seq2Seq(2, 4, 1, rng=3).params.flat)


@pytest.mark.parametrize(
    ("fault", "wrong"),
    [
        (STATE, {"W_hy"}),
        (SLOPE, RECURRENT),
        (FROZEN, RECURRENT),
        (HALF, EIGHT),
        (LEAK, set()),
        (TEACHER, set()),
        (SMALL, set()),
    ],
)
def test_which_gradients_each_fault_spoils(fault, wrong):
    model, right = tutorial(fault)
    errors = check_gradients(model, right.batch)
    assert {name for name, error in errors.items() if error > 1e-6} == wrong


def test_the_leak_reads_what_it_is_asked_for_forward_too():
    model, right = tutorial(LEAK)
    source, target = right.sources[0], right.targets[0]
    decoder_hs = model.decoder.forward(target, h_0=model.encoder.forward(source)[-1])
    same(model.forward(source, target)[2], model.output(decoder_hs[1:]), tolerance=1e-12)
    assert model.loss_and_grads(right.batch)[0] != pytest.approx(right.model.loss_and_grads(right.batch)[0])


def test_it_cannot_run_alone_before_that_is_repaired():
    with pytest.raises(NotImplementedError):
        Tutorial(2, 4, 1, faults=[TEACHER]).predict(np.ones((3, 2)), 3)
    assert Tutorial(2, 4, 1, faults=without(TEACHER)).predict(np.ones((3, 2)), 3).shape == (3, 1)


def test_its_weights_are_small():
    assert abs(Tutorial(2, 4, 1, faults=[SMALL], rng=0).params.flat).max() < 0.05


@pytest.mark.parametrize("seed", range(5))
def test_all_on_it_learns_the_mean_and_to_repair_one_does_not_show(seed):
    batch = seed_batch()
    mean = ((batch.target - batch.target.mean()) ** 2).sum()

    def last_loss(faults):
        model = Tutorial(2, 4, 1, faults=faults, rng=seed)
        return [step.loss for step in training(model, [batch] * 100, SGD(0.1), clip=None)][-1]

    assert last_loss(FAULTS) == pytest.approx(mean, rel=0.005)
    for fault in set(FAULTS) - {SMALL}:  # what larger weights alone do depends on the weights
        assert last_loss(without(fault)) == pytest.approx(mean, rel=0.01)
    assert last_loss([]) < 1e-5


def test_other_cells_have_all_faults_but_that_of_the_cell():
    assert len(Tutorial(2, 4, 1, faults=without(SLOPE), cell=GRU).train(*map(np.array, seed_example()), epochs=2)) == 2
    with pytest.raises(ValueError, match="expected RNN, since the slope of its tanh"):
        Tutorial(2, 4, 1, cell=GRU)


def test_a_fault_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="expected some of"):
        Tutorial(2, 4, 1, faults=["typo"])


def test_the_class_that_lesson_11_shows_is_the_model_with_all_seven_faults():
    cells = json.loads((ROOT / "notebooks" / "12_debug_the_tutorial.ipynb").read_text(encoding="utf-8"))["cells"]
    (text,) = ["".join(cell["source"]) for cell in cells if "class TutorialSeq2Seq" in "".join(cell["source"])]
    names = {"np": np}
    exec(re.search(r"```python\n(.*?)```", text, re.DOTALL)[1], names)
    source, target = map(np.array, seed_example())
    ours, shown = Tutorial(2, 4, 1, rng=0), names["TutorialSeq2Seq"](2, 4, 1)
    for name in ("encoder", "decoder"):
        setattr(shown, name, [ours.params[f"{name}.{weights}"].copy() for weights in ("W_xh", "W_hh", "b_h")])
    shown.W_hy, shown.b_y = ours.params["W_hy"].copy(), ours.params["b_y"].copy()
    losses = [step.loss for step in training(ours, [Batch([source], [target])] * 50, SGD(0.01), clip=None)]
    assert [shown.train_step(source, target) for _ in range(50)] == pytest.approx(losses, rel=1e-12)
