"""What lesson 14 loads: the weights of models with attention."""

from pathlib import Path

import pytest

from seq2seq_lib import AttentionSeq2Seq, Seq2Seq, exact_match, tasks

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
