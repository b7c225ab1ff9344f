"""What lesson 17 loads: what PyTorch answered, to one process and to two; and, where PyTorch is, that it still does."""

from pathlib import Path

import numpy as np
import pytest
from problems import same

from seq2seq_lib import GRU, LSTM, RNN, SGD, Adam, attention, training
from seq2seq_lib.exercises import pytorch
from seq2seq_lib.exercises.lesson_17 import pack

WEIGHTS = Path(__file__).parents[1] / "notebooks" / "weights"
STORED, MACHINES = np.load(WEIGHTS / "pytorch.npz"), np.load(WEIGHTS / "two_machines.npz")


def ours():
    """What we answer to what PyTorch was asked, by the same names."""
    answers = {}
    for cell in (RNN, GRU, LSTM):
        model, source, target = pytorch.small_problem(cell)
        states = model.forward(source, target)
        answers[f"{cell.__name__}.outputs"] = states[2]
        answers[f"{cell.__name__}.dW_hh"] = model.backward(source, target, *states)["encoder.W_hh"]
    model, batch = pytorch.words_problem()
    last = model.encoder.forward(batch.source, mask=batch.source_mask)[-1]
    xs = pytorch.sequence_problem()
    attended, _ = attention.attend(xs, xs, visible=np.tri(len(xs)))
    answers["data"], answers["batch_sizes"] = pack(*pytorch.sorted_problem())
    return answers | {"trained": trained(), "alone": last, "packed": last, "attended": attended}


def trained(clip=None):
    model, batch = pytorch.words_problem()
    return [step.loss for step in training(model, [batch] * 20, Adam(0.01), clip=clip)]


@pytest.mark.parametrize("name", list(ours()))
def test_what_pytorch_answered_is_what_we_answer(name):
    same(STORED[name], ours()[name], tolerance=1e-12)


def test_where_pytorch_differs_it_differs_by_what_the_lesson_says():
    assert 1e-12 < np.abs(STORED["clipped"] - trained(clip=0.1)).max() < 1e-7
    assert np.abs(STORED["both biases"] - trained()).max() > 1e-3
    off = np.abs(STORED["padded"] - STORED["alone"]).max(axis=1)
    assert off[0] < 1e-12  # the longest word
    assert (off[1:] > 0.1).all()
    assert (STORED["row"][1:] == 0).all()
    same(STORED["row"][0], STORED["alone"][0], tolerance=1e-12)
    assert STORED["losses"][0] != pytest.approx(STORED["losses"][1])


def test_two_processes_learn_what_one_does_where_losses_are_weighed_by_tokens():
    model, batches = pytorch.shared_problem()
    steps = training(model, map(pytorch.batch_of, batches), SGD(0.5), clip=None)
    losses = [step.loss for step in steps]
    same(MACHINES["one"], losses, tolerance=1e-12)
    same(MACHINES["two"], losses, tolerance=1e-6)
    assert 1e-6 < np.abs(MACHINES["plain"] - losses).max() < 1e-2


def test_what_pytorch_answers_now_is_what_is_stored():
    pytest.importorskip("torch", reason="PyTorch is not here; to compare with it: pip install torch")
    answers = pytorch.ask_pytorch()
    assert set(answers) == set(STORED)
    for name in answers:
        same(answers[name], STORED[name], tolerance=1e-6 if name in ("clipped", "fresh W_hh") else 1e-10)
