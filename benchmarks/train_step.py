"""How long one training step takes, as a ratio against PyTorch and JAX, in the same run.

    python benchmarks/train_step.py

One step is: forward, loss, backpropagation through time, clipping, Adam. Everything runs on one core and one thread.
The contestants take turns, a few steps each, so that a busy moment of the machine hits all of them; what is reported
is the median of the rounds. A peer that is not installed is left out (pip install torch jax).
"""

import os

for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import argparse
import statistics
import time
from itertools import repeat

import numpy as np

from seq2seq_lib.optimizers import Adam
from seq2seq_lib.seq2seq import Pair, Seq2Seq, shift_right
from seq2seq_lib.training import training

SIZES = [  # batch, steps (of the source and of the target), hidden units, vocabulary
    (32, 10, 32, 16),
    (64, 20, 64, 30),
    (64, 40, 128, 40),
]
RATE, CLIP = 1e-3, 1.0


def ours(source, target, hidden, vocabulary, dtype):
    model = Seq2Seq(vocabulary, hidden, vocabulary, loss="cross_entropy", rng=0, dtype=dtype)
    steps = training(model, repeat(Pair(source, target)), Adam(RATE), clip=CLIP)
    return lambda: next(steps).loss


def pytorch(source, target, hidden, vocabulary, dtype, adam):
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    kind = torch.float32 if dtype == np.float32 else torch.float64
    eye = torch.eye(vocabulary, dtype=kind)
    # The one-hot inputs are made once, outside the clock: a gift to the peer.
    xs, ys = eye[torch.tensor(source)], eye[torch.tensor(shift_right(target))]
    labels = torch.tensor(target).flatten()
    encoder, decoder = (torch.nn.RNN(vocabulary, hidden, dtype=kind) for _ in range(2))
    output = torch.nn.Linear(hidden, vocabulary, dtype=kind)
    parameters = [*encoder.parameters(), *decoder.parameters(), *output.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=RATE, **adam)

    def step():
        optimizer.zero_grad(set_to_none=True)
        _, context = encoder(xs)
        hs, _ = decoder(ys, context)
        loss = torch.nn.functional.cross_entropy(output(hs).view(-1, vocabulary), labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, CLIP, foreach=adam.get("foreach", False))
        optimizer.step()
        return loss.item()

    return step


def jax_scan(source, target, hidden, vocabulary, dtype, unroll):
    import jax
    import jax.numpy as jnp

    model = Seq2Seq(vocabulary, hidden, vocabulary, loss="cross_entropy", rng=0, dtype=dtype)
    params = {name: jnp.asarray(value) for name, value in model.params.items()}
    mean, square = ({name: jnp.zeros_like(value) for name, value in params.items()} for _ in range(2))
    state = params, mean, square, jnp.zeros((), jnp.float32)

    def run(p, name, tokens, h):
        projected = p[f"{name}.W_xh"][tokens] + p[f"{name}.b_h"]

        def cell(h, x):
            h = jnp.tanh(x + h @ p[f"{name}.W_hh"])
            return h, h

        return jax.lax.scan(cell, h, projected, unroll=unroll)

    def loss_of(p, source, inputs, target):
        h, _ = run(p, "encoder", source, jnp.zeros((source.shape[1], hidden), dtype))
        _, hs = run(p, "decoder", inputs, h)
        log_probs = jax.nn.log_softmax(hs @ p["W_hy"] + p["b_y"])
        return -jnp.take_along_axis(log_probs, target[..., None], axis=-1).mean()

    def train(state, source, inputs, target):
        p, mean, square, count = state
        loss, grads = jax.value_and_grad(loss_of)(p, source, inputs, target)
        norm = jnp.sqrt(sum(jnp.vdot(g, g) for g in grads.values()))
        grads = {n: g * jnp.minimum(1.0, CLIP / norm) for n, g in grads.items()}
        count = count + 1
        mean = {n: 0.9 * mean[n] + 0.1 * g for n, g in grads.items()}
        square = {n: 0.999 * square[n] + 0.001 * g * g for n, g in grads.items()}
        a, b = 1 - 0.9**count, 1 - 0.999**count
        p = {n: p[n] - RATE * (mean[n] / a) / (jnp.sqrt(square[n] / b) + 1e-8) for n in p}
        return (p, mean, square, count), loss

    train = jax.jit(train, donate_argnums=0)
    arrays = jnp.asarray(source), jnp.asarray(shift_right(target)), jnp.asarray(target)

    def step():
        nonlocal state
        state, loss = train(state, *arrays)
        return float(loss)

    return step


def seconds(step, count):
    start = time.perf_counter()
    for _ in range(count):
        step()
    return (time.perf_counter() - start) / count


def contestants(size, dtype):
    batch, length, hidden, vocabulary = size
    rng = np.random.default_rng(0)
    source, target = rng.integers(3, vocabulary, (2, length, batch))
    problem = source, target, hidden, vocabulary, dtype
    entries = {
        "this library": lambda: ours(*problem),
        "PyTorch eager, Adam one by one": lambda: pytorch(*problem, {"foreach": False}),
        "PyTorch eager, Adam foreach": lambda: pytorch(*problem, {"foreach": True}),
        "PyTorch eager, Adam fused": lambda: pytorch(*problem, {"fused": True}),
    }
    if dtype == np.float32:
        entries["JAX jit, scan"] = lambda: jax_scan(*problem, unroll=1)
        entries["JAX jit, scan unrolled"] = lambda: jax_scan(*problem, unroll=length)
    for name, make in entries.items():
        try:
            yield name, make()
        except ImportError as error:
            print(f"  {name}: left out ({error})")


def race(size, dtype, rounds):
    batch, length, hidden, vocabulary = size
    print(f"B={batch} T={length} H={hidden} V={vocabulary} {np.dtype(dtype).name}")
    steps = dict(contestants(size, dtype))
    counts = {name: max(1, round(0.03 / min(seconds(step, 3) for _ in range(4)))) for name, step in steps.items()}
    times = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            seconds(step, 5)  # the first steps of a turn find the caches full of another's data
            times[name].append(seconds(step, counts[name]))
    own = statistics.median(times["this library"])
    for name, measured in times.items():
        print(f"  {name:<32}{statistics.median(measured) * 1e6:9.0f} us{statistics.median(measured) / own:8.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--sizes", type=int, default=len(SIZES), help="how many of the sizes, smallest first")
    arguments = parser.parse_args()
    for size in SIZES[: arguments.sizes]:
        for dtype in (np.float32, np.float64):
            race(size, dtype, arguments.rounds)
