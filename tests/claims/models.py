"""Models that several claims ask for. They take a minute each, so they are kept in build/claims."""

from pathlib import Path

import numpy as np

from seq2seq_lib import LSTM, Adam, Batch, LanguageModel, Seq2Seq, training
from seq2seq_lib.language_model import text_batches
from seq2seq_lib.tasks import Vocabulary, dates, pronunciation, words

KEPT = Path(__file__).parents[2] / "build" / "claims"


def kept(name, kind, train):
    """The model of this name, trained now if no measurement before has done it."""
    path = KEPT / f"{name}.npz"
    if path.exists():
        return kind.load(path)
    model = train()
    KEPT.mkdir(parents=True, exist_ok=True)
    model.save(path)
    return model


def of_pairs(kind, task, seed, steps):
    """A model of a task of pairs, trained as notebooks/weights/ was (benchmarks/learn_tasks.py)."""
    model = kind(len(task.source), 128, len(task.target), loss="cross_entropy", rng=seed, dtype=np.float32)
    model.symbols = task.symbols
    for _ in training(model, task.batches(64, rng=seed), Adam(2e-3), decay_steps=steps):
        pass
    return model


def speaker(seed, kind=Seq2Seq):
    """A model of pronunciation."""
    return kept(f"{kind.__name__}_{seed}", kind, lambda: of_pairs(kind, pronunciation(), seed, steps=12_000))


def date_reader(seed):
    """A model of dates."""
    return kept(f"dates_{seed}", Seq2Seq, lambda: of_pairs(Seq2Seq, dates(), seed, steps=3_000))


LETTERS = Vocabulary("abcdefghijklmnopqrstuvwxyz ")


def words_in_a_row(words, rng, batch_size=32):
    rng = np.random.default_rng(rng)
    while True:
        yield Batch(None, [LETTERS.encode(" ".join(row)) for row in rng.choice(words, (batch_size, 5))])


def reader(seed):
    """A language model with LSTM cells of words in a row, trained as notebooks/weights/gates.npz was."""

    def train():
        model = LanguageModel(len(LETTERS), 48, LSTM, rng=seed, dtype=np.float32)
        model.symbols = (tuple(LETTERS.symbols),)
        words = [word for word, _ in pronunciation().train]
        for _ in training(model, words_in_a_row(words, seed), Adam(5e-3), decay_steps=2_500):
            pass
        return model

    return kept(f"gates_{seed}", LanguageModel, train)


def writer(seed):
    """A language model of words, trained as notebooks/weights/words.npz was."""

    def train():
        vocabulary, known, _, _ = words()
        model = LanguageModel(len(vocabulary), 128, rng=seed, dtype=np.float32)
        model.symbols = (tuple(vocabulary.symbols),)
        texts = [vocabulary.encode(word) for word in known]
        for _ in training(model, text_batches(texts, 32, seed), Adam(3e-3), clip=1.0, decay_steps=4_000):
            pass
        return model

    return kept(f"words_{seed}", LanguageModel, train)
