"""How well, and how fast, the library learns the tasks of the lessons: exact match on held-out pairs, running free.

    python benchmarks/learn_tasks.py [dates] [reverse] [pronunciation] ... [--attention] [--seeds 3] [--save DIRECTORY]

One core, one thread, float32, Adam with cosine decay, clipping at 1. Only the training is on the clock.
--save stores the first seed's model: this is how notebooks/weights/ was made, its attention_*.npz with --attention.
Two are no pairs of sequences but language models: "words" writes a word (lesson 05), "gates", with LSTM cells, reads
words in a row (lesson 13). Two more are those of lesson 10: "careless" reads padding, "careful" has the masks.
"""

import os

for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import time
from pathlib import Path

import numpy as np

from seq2seq_lib import LSTM, Adam, AttentionSeq2Seq, Batch, LanguageModel, Seq2Seq, exact_match, tasks, training
from seq2seq_lib.language_model import text_batches


def to_12():
    return tasks.reverse(3, 12)


SETTINGS = {  # task, hidden units, learning rate, batch, steps
    "reverse": (tasks.reverse, 64, 2e-3, 64, 1_500),
    "reverse_24": (to_12, 24, 5e-3, 32, 4_000),  # this and the next: as lesson 14 trains them
    "reverse_48": (to_12, 48, 5e-3, 32, 4_000),
    "dates": (tasks.dates, 128, 2e-3, 64, 3_000),
    "pronunciation": (tasks.pronunciation, 128, 2e-3, 64, 12_000),
}
WITH_ATTENTION = SETTINGS | {"dates": (tasks.dates, 64, 2e-3, 64, 3_000)}  # half the units do


def learn(task, seed, hidden, learning_rate, batch_size, steps, attention=False):
    kind = AttentionSeq2Seq if attention else Seq2Seq
    model = kind(len(task.source), hidden, len(task.target), learning_rate, "cross_entropy", rng=seed, dtype=np.float32)
    model.symbols = task.symbols  # they go into the file: a model of another alphabet is found out when it is used
    batches = task.batches(batch_size, rng=seed)
    start = time.perf_counter()
    for _ in training(model, batches, Adam(learning_rate), clip=1.0, decay_steps=steps):
        pass
    return model, time.perf_counter() - start


def words_in_a_row(words, rng, vocabulary, batch_size=32, count=5):
    """Batches of texts, each of so many words that chance has chosen, with spaces between them."""
    rng = np.random.default_rng(rng)
    while True:
        yield Batch(None, [vocabulary.encode(" ".join(row)) for row in rng.choice(words, (batch_size, count))])


def learn_gates(seed, steps=2_500, hidden=48, cell=LSTM):
    """The model of lesson 13, and its perplexity on words that it has not seen."""
    task, vocabulary = tasks.pronunciation(), tasks.Vocabulary("abcdefghijklmnopqrstuvwxyz ")
    seen, unseen = ([word for word, _ in pairs] for pairs in (task.train, task.held_out))
    model = LanguageModel(len(vocabulary), hidden, cell, rng=seed, dtype=np.float32)
    model.symbols = (tuple(vocabulary.symbols),)
    for _ in training(model, words_in_a_row(seen, seed, vocabulary), Adam(5e-3), clip=1.0, decay_steps=steps):
        pass
    exam = next(words_in_a_row(unseen, 99, vocabulary, batch_size=400))
    return model, model.perplexity([[int(token) for token in text if token > 2] for text in exam.target.T])


def learn_words(seed, steps=4_000, hidden=128):
    """The model of lesson 05, and its perplexity on words that it has not seen."""
    words = tasks.words()
    train, validation = ([words.vocabulary.encode(word) for word in part] for part in (words.train, words.validation))
    model = LanguageModel(len(words.vocabulary), hidden, rng=seed, dtype=np.float32)
    model.symbols = (tuple(words.vocabulary.symbols),)
    for _ in training(model, text_batches(train, 32, seed), Adam(3e-3), clip=1.0, decay_steps=steps):
        pass
    return model, model.perplexity(validation)


def learn_padding(seed, masks):
    """A model of lesson 10, trained by the lines that stand there: in a browser tab they would take minutes."""
    task = tasks.reverse(3, 6, held_out=1_000, rng=seed)
    model = Seq2Seq(len(task.source), 64, len(task.target), loss="cross_entropy", rng=seed, dtype=np.float32)
    model.symbols = task.symbols
    batches = task.batches(64, rng=seed)
    if not masks:
        batches = (batch.replaced(source_mask=None) for batch in batches)
    for _ in training(model, batches, Adam(3e-3), decay_steps=3_000):
        pass
    return model


LANGUAGE = {"gates": learn_gates, "words": learn_words}
PADDING = {"careless": False, "careful": True}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=["reverse", "dates"])
    parser.add_argument("--attention", action="store_true")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--save", type=Path)
    arguments = parser.parse_args()
    for name in [name for name in LANGUAGE if name in arguments.names]:
        arguments.names.remove(name)
        for seed in range(arguments.seeds):
            model, perplexity = LANGUAGE[name](seed)
            print(f"{name} seed {seed}: perplexity {perplexity:.2f} on held-out words", flush=True)
            if arguments.save and seed == 0:
                model.save(arguments.save / f"{name}.npz")
    for name in [name for name in PADDING if name in arguments.names]:
        arguments.names.remove(name)
        for seed in range(arguments.seeds):
            model = learn_padding(seed, PADDING[name])
            print(f"{name} seed {seed}: tests/test_weights.py examines it", flush=True)
            if arguments.save and seed == 0:
                model.save(arguments.save / f"{name}.npz")
    for name in arguments.names:
        make_task, *settings = (WITH_ATTENTION if arguments.attention else SETTINGS)[name]
        task = make_task()
        for seed in range(arguments.seeds):
            model, seconds = learn(task, seed, *settings, arguments.attention)
            match = exact_match(model, task)
            print(
                f"{name} seed {seed}: {match:.2%} of {len(task.held_out)} held-out pairs, {seconds:.1f} s", flush=True
            )
            if arguments.save and seed == 0:
                model.save(arguments.save / f"{'attention_' if arguments.attention else ''}{name}.npz")
