"""What lesson 14 loads: the weights of models with attention, and what PyTorch answered."""

from pathlib import Path

import numpy as np
import pytest
from problems import same

from seq2seq_lib import GRU, LSTM, RNN, AttentionSeq2Seq, Seq2Seq, exact_match, tasks
from seq2seq_lib.exercises.pytorch import in_pytorch, small_problem

WEIGHTS = Path(__file__).parents[1] / "notebooks" / "weights"


@pytest.mark.parametrize(("name", "least", "most"), [("dates", 0.99, 1.0), ("pronunciation", 0.69, 0.71)])
def test_the_stored_models_with_attention_score_what_the_lesson_says(name, least, most):
    model, task = AttentionSeq2Seq.load(WEIGHTS / f"attention_{name}.npz"), getattr(tasks, name)()
    assert least <= exact_match(model, task) <= most


def test_with_attention_more_words_are_said_right_at_the_same_size():
    plain, attention = (
        Seq2Seq.load(WEIGHTS / "pronunciation.npz"),
        AttentionSeq2Seq.load(WEIGHTS / "attention_pronunciation.npz"),
    )
    assert plain.encoder.hidden_dim == attention.encoder.hidden_dim
    assert exact_match(plain, tasks.pronunciation()) < 0.51


def ours(cell):
    model, source, target = small_problem(cell)
    states = model.forward(source, target)
    return states[2], model.backward(source, target, *states)["encoder.W_hh"]


@pytest.mark.parametrize("cell", [RNN, GRU, LSTM])
def test_what_pytorch_answered_is_what_we_answer(cell):
    stored = np.load(WEIGHTS / "pytorch.npz")
    outputs, dW_hh = ours(cell)
    same(outputs, stored[f"{cell.__name__}.outputs"], tolerance=1e-12)
    same(dW_hh, stored[f"{cell.__name__}.dW_hh"], tolerance=1e-12)


@pytest.mark.parametrize("cell", [RNN, GRU, LSTM])
def test_what_pytorch_answers_now_is_what_we_answer(cell):
    pytest.importorskip("torch", reason="PyTorch is not here; to compare with it: pip install torch")
    for our, theirs in zip(ours(cell), in_pytorch(*small_problem(cell))):
        same(our, theirs, tolerance=1e-10)
