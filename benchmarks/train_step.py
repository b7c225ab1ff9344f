"""How long one training step takes, as a ratio against PyTorch and JAX, in the same run.

    pip install -r benchmarks/requirements.txt
    python benchmarks/train_step.py
    python benchmarks/train_step.py --against ../an-older-checkout

One step is: forward, loss, backpropagation through time, clipping, Adam. Everything runs on one core and one thread.
The contestants take turns, a few steps each, so that a busy moment of the machine hits all of them; what is reported
is the median of the rounds. A peer that is not installed is left out (pip install torch jax). Which of its kernels
NumPy's BLAS has chosen for this processor is printed above each table: the ratios depend on it.
With --against, the core of another checkout takes part, and no peer.
"""

import os

for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import argparse
import importlib
import statistics
import sys
import time
from itertools import repeat

import numpy as np
from threadpoolctl import threadpool_info

import seq2seq_lib
from seq2seq_lib.batch import shift_right
from seq2seq_lib.seq2seq import Seq2Seq

SIZES = [  # batch, steps (of the source and of the target), hidden units, vocabulary
    (32, 10, 32, 16),
    (64, 20, 64, 30),
    (64, 40, 128, 40),
    (64, 40, 256, 40),
]
RATE, CLIP = 1e-3, 1.0


def ours(source, target, hidden, vocabulary, dtype, core=seq2seq_lib, as_lists=False):
    """A step of our training. as_lists: the pairs as a reader gives them; else as two arrays, the target not ended."""
    model = core.Seq2Seq(vocabulary, hidden, vocabulary, loss="cross_entropy", rng=0, dtype=dtype)
    pairs = source.T.tolist(), target.T.tolist()
    return step_of(core, model, core.Batch(*pairs) if as_lists else unmasked(core, source, target))


def seed_example(dtype, core=seq2seq_lib):
    """Three vectors in, three numbers out: next to nothing but calls of NumPy."""
    source, target = (np.array(seq, dtype) for seq in core.tasks.seed_example())
    return step_of(core, core.Seq2Seq(2, 4, 1, rng=0, dtype=dtype), unmasked(core, source, target))


def step_of(core, model, batch):
    steps = core.training(model, repeat(batch), core.Adam(RATE), clip=CLIP)
    return lambda: next(steps).loss


def unmasked(core, source, target):
    """A batch of two arrays; before there was Batch.of_arrays, it was a Pair."""
    if hasattr(core.Batch, "of_arrays"):
        return core.Batch.of_arrays(source, target)
    return sys.modules[core.Seq2Seq.__module__ + "@other"].Pair(source, target)


def core_of(checkout):
    """The library of another checkout, beside our own in the same process."""
    own = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "seq2seq_lib"}
    sys.path.insert(0, str(checkout))
    other = importlib.import_module("seq2seq_lib")
    sys.path.pop(0)
    for name in [name for name in sys.modules if name.split(".")[0] == "seq2seq_lib"]:
        sys.modules[f"{name}@other"] = sys.modules.pop(name)
    sys.modules.update(own)
    return other


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


def race(title, steps, rounds):
    """The first of steps, {name: function}, is what the others are compared with."""
    kernels = {library["architecture"] for library in threadpool_info() if "architecture" in library}
    print(f"{title}, BLAS kernel {' and '.join(sorted(kernels)) or 'unknown'}")
    counts = {name: max(1, round(0.03 / min(seconds(step, 3) for _ in range(4)))) for name, step in steps.items()}
    times = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            seconds(step, 5)  # the first steps of a turn find the caches full of another's data
            times[name].append(seconds(step, counts[name]))
    first = statistics.median(next(iter(times.values())))
    for name, measured in times.items():
        print(f"  {name:<32}{statistics.median(measured) * 1e6:9.0f} us{statistics.median(measured) / first:8.2f}")


def against(checkout, rounds):
    cores, dtype = {"the other checkout": core_of(checkout), "this library": seq2seq_lib}, np.float32
    race("seed example float32", {name: seed_example(dtype, core) for name, core in cores.items()}, rounds)
    for batch, length, hidden, vocabulary in SIZES:
        source, target = np.random.default_rng(0).integers(3, vocabulary, (2, length, batch))
        for kind, as_lists in (("two arrays", False), ("an unpadded Batch", True)):
            steps = {
                name: ours(source, target, hidden, vocabulary, dtype, core, as_lists) for name, core in cores.items()
            }
            race(f"B={batch} T={length} H={hidden} V={vocabulary} float32, {kind}", steps, rounds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--sizes", type=int, default=len(SIZES), help="how many of the sizes, smallest first")
    parser.add_argument("--against", help="the folder of another checkout, to race against its core")
    arguments = parser.parse_args()
    if arguments.against:
        against(arguments.against, arguments.rounds)
        sys.exit()
    for batch, length, hidden, vocabulary in SIZES[: arguments.sizes]:
        for dtype in (np.float32, np.float64):
            title = f"B={batch} T={length} H={hidden} V={vocabulary} {np.dtype(dtype).name}"
            race(title, dict(contestants((batch, length, hidden, vocabulary), dtype)), arguments.rounds)
