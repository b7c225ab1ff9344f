"""Models that several claims ask for. They take a minute each, so they are kept in build/claims."""

from pathlib import Path

import numpy as np

from seq2seq_lib import Adam, Seq2Seq, training
from seq2seq_lib.tasks import pronunciation

KEPT = Path(__file__).parents[2] / "build" / "claims"


def speaker(seed, kind=Seq2Seq):
    """A model of pronunciation, trained as notebooks/weights/ was (benchmarks/learn_tasks.py)."""
    path = KEPT / f"{kind.__name__}_{seed}.npz"
    if path.exists():
        return kind.load(path)
    task = pronunciation()
    model = kind(len(task.source), 128, len(task.target), loss="cross_entropy", rng=seed, dtype=np.float32)
    model.symbols = task.symbols
    for _ in training(model, task.batches(64, rng=seed), Adam(2e-3), decay_steps=12_000):
        pass
    KEPT.mkdir(parents=True, exist_ok=True)
    model.save(path)
    return model
