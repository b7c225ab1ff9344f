"""How well, and how fast, the library learns the tasks of the lessons: exact match on held-out pairs, running free.

    python benchmarks/learn_tasks.py [dates] [reverse] [pronunciation] ... [--attention] [--seeds 3] [--save DIRECTORY]

One core, one thread, float32, Adam with cosine decay, clipping at 1. Only the training is on the clock.
--save stores the first seed's model: this is how notebooks/weights/ was made, its attention_*.npz with --attention.
"""

import os

for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import time
from pathlib import Path

import numpy as np

from seq2seq_lib import Adam, AttentionSeq2Seq, Seq2Seq, exact_match, tasks, training


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


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=["reverse", "dates"])
    parser.add_argument("--attention", action="store_true")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--save", type=Path)
    arguments = parser.parse_args()
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
