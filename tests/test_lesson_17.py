"""What lesson 17 loads: what PyTorch answered."""

from pathlib import Path

import numpy as np
import pytest
from problems import same

from seq2seq_lib import GRU, LSTM, RNN
from seq2seq_lib.exercises.pytorch import in_pytorch, small_problem

STORED = np.load(Path(__file__).parents[1] / "notebooks" / "weights" / "pytorch.npz")


def ours(cell):
    model, source, target = small_problem(cell)
    states = model.forward(source, target)
    return states[2], model.backward(source, target, *states)["encoder.W_hh"]


@pytest.mark.parametrize("cell", [RNN, GRU, LSTM])
def test_what_pytorch_answered_is_what_we_answer(cell):
    outputs, dW_hh = ours(cell)
    same(outputs, STORED[f"{cell.__name__}.outputs"], tolerance=1e-12)
    same(dW_hh, STORED[f"{cell.__name__}.dW_hh"], tolerance=1e-12)


@pytest.mark.parametrize("cell", [RNN, GRU, LSTM])
def test_what_pytorch_answers_now_is_what_we_answer(cell):
    pytest.importorskip("torch", reason="PyTorch is not here; to compare with it: pip install torch")
    for our, theirs in zip(ours(cell), in_pytorch(*small_problem(cell))):
        same(our, theirs, tolerance=1e-10)
