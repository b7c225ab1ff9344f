"""Models that several claims ask for. They take a minute each, so they are kept in build/claims."""

from pathlib import Path

import numpy as np

from seq2seq_lib import LSTM, Adam, Batch, LanguageModel, Seq2Seq, training
from seq2seq_lib.language_model import text_batches
from seq2seq_lib.tasks import Vocabulary, dates, pronunciation, words

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


def date_reader(seed):
    """A model of dates, trained as notebooks/weights/dates.npz was."""
    path = KEPT / f"dates_{seed}.npz"
    if path.exists():
        return Seq2Seq.load(path)
    task = dates()
    model = Seq2Seq(len(task.source), 128, len(task.target), loss="cross_entropy", rng=seed, dtype=np.float32)
    model.symbols = task.symbols
    for _ in training(model, task.batches(64, rng=seed), Adam(2e-3), clip=1.0, decay_steps=3_000):
        pass
    KEPT.mkdir(parents=True, exist_ok=True)
    model.save(path)
    return model


LETTERS = Vocabulary("abcdefghijklmnopqrstuvwxyz ")


def words_in_a_row(words, rng, batch_size=32):
    rng = np.random.default_rng(rng)
    while True:
        yield Batch(None, [LETTERS.encode(" ".join(row)) for row in rng.choice(words, (batch_size, 5))])


def reader(seed):
    """A language model with LSTM cells of words in a row, trained as notebooks/weights/gates.npz was."""
    path = KEPT / f"gates_{seed}.npz"
    if path.exists():
        return LanguageModel.load(path)
    model = LanguageModel(len(LETTERS), 48, LSTM, rng=seed, dtype=np.float32)
    model.symbols = (tuple(LETTERS.symbols),)
    words = [word for word, _ in pronunciation().train]
    for _ in training(model, words_in_a_row(words, seed), Adam(5e-3), decay_steps=2_500):
        pass
    KEPT.mkdir(parents=True, exist_ok=True)
    model.save(path)
    return model


def writer(seed):
    """A language model of words, trained as notebooks/weights/words.npz was."""
    path = KEPT / f"words_{seed}.npz"
    if path.exists():
        return LanguageModel.load(path)
    vocabulary, train, _, _ = words()
    model = LanguageModel(len(vocabulary), 128, rng=seed, dtype=np.float32)
    model.symbols = (tuple(vocabulary.symbols),)
    texts = [vocabulary.encode(word) for word in train]
    for _ in training(model, text_batches(texts, 32, seed), Adam(3e-3), clip=1.0, decay_steps=4_000):
        pass
    KEPT.mkdir(parents=True, exist_ok=True)
    model.save(path)
    return model
