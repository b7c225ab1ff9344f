"""Files damaged in any way, and Ctrl-C at any operation of the interpreter, drawn until the time is over.

    python tests/damage.py MINUTES SEED

A damaged file is refused in words, at once and without much memory, or means the same. What an interrupt stopped is as
before or as after: a training's weights and optimizer, the weights whose gradients were checked, the file of a save.
Not for Windows, which has neither such signals nor a way to ask for the memory.
"""

import itertools
import random
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from problems import copied, same
from test_interrupts import BATCHES, LIBRARY, LOOPS, STEPPING, Interrupt, Sequences, between_the_steps, is_one_of, run
from test_interrupts import state as state_of

from seq2seq_lib import GRU, LSTM, RNN, AttentionSeq2Seq, Seq2Seq, check_gradients

SLOWEST, MOST = 1.0, 100  # seconds for one file, and MB beyond those at the start
SAVING = {str(LIBRARY / "storage.py")}

# Damaged files


def flipped(content, chance):
    place = chance.randrange(len(content))
    return content[:place] + bytes([content[place] ^ chance.randint(1, 255)]) + content[place + 1 :]


def cut(content, chance):
    return content[: chance.randrange(len(content))]


def overwritten(content, chance):
    start, size = chance.randrange(len(content)), chance.randint(1, 200)
    there = content[start : start + size]
    return content[:start] + chance.choice([bytes(len(there)), chance.randbytes(len(there))]) + content[start + size :]


def moved(content, chance):
    """A piece is missing, or stands somewhere else, or twice."""
    start, size, to = chance.randrange(len(content)), chance.randint(1, 200), chance.randrange(len(content))
    piece, rest = content[start : start + size], content[:start] + content[start + size :]
    return chance.choice([rest, rest[:to] + piece + rest[to:], content[:to] + piece + content[to:]])


def of_two(content, chance):
    """The beginning of one file and the end of another, as after a write that was not atomic."""
    place = chance.randrange(len(content))
    return content[:place] + overwritten(content, chance)[place:]


DAMAGES = flipped, cut, overwritten, moved, of_two


def file_of(chance, folder):
    kind, cell = chance.choice([Seq2Seq, AttentionSeq2Seq]), chance.choice([RNN, GRU, LSTM])
    model, path = kind(3, 4, 2, rng=0, cell=cell), folder / "weights.npz"
    model.save(path)
    return model, path


def damaged(chance, folder):
    """What came of loading one damaged file."""
    model, path = file_of(chance, folder)
    content = path.read_bytes()
    for _ in range(chance.randint(1, 3)):
        content = chance.choice(DAMAGES)(content, chance) or content
    path.write_bytes(content)
    began, held = time.monotonic(), most_memory()
    try:
        same(copied(type(model).load(path).params), copied(model.params))
        end = "means the same"
    except ValueError as error:
        end = "in words" if is_in_words(str(error), path) else f"in other words: {str(error)[:300]}"
    except AssertionError:
        end = "other weights"
    except Exception as error:
        end = f"{type(error).__name__}: {error}"
    if time.monotonic() - began > SLOWEST:
        end = f"slow, {end}"
    return end if most_memory() - held < MOST else f"large, {end}"


def is_in_words(text, path):
    """It names the file and what was expected, and nobody is shown a page of what is in there."""
    return text.startswith(f"{path}: expected") and len(text) < len(str(path)) + 300


def most_memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


# Interrupts


def torn_training(chance, _):
    loop, kind, make = chance.choice(LOOPS)
    number = drawn(chance, lambda counter: run(loop(kind(), BATCHES[kind], make(0.1)), counter), STEPPING)
    model, optimizer = kind(), make(0.1)
    run(loop(model, BATCHES[kind], optimizer), Interrupt(number, "opcode"))
    return not is_one_of(state_of(model, optimizer), between_the_steps(loop, kind, make))


def torn_check(chance, _):
    """By a real signal, at any time: before an operation of Python's own choice, as Ctrl-C is."""
    model = Sequences()
    began = time.monotonic()
    check_gradients(model, BATCHES[Sequences])
    lasts = time.monotonic() - began
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, chance.uniform(1e-4, lasts))
        check_gradients(model, BATCHES[Sequences])
    except KeyboardInterrupt:
        pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return not alike(copied(model.params), copied(Sequences().params))


def torn_save(chance, folder):
    def saved(model):
        yield model.save(folder / "weights.npz")

    number = drawn(chance, lambda counter: run(saved(Sequences()), counter), SAVING)
    old, new = Sequences(), Sequences()
    new.params["b_y"] = new.params["b_y"] + 1
    old.save(folder / "weights.npz")
    run(saved(new), Interrupt(number, "opcode", SAVING))
    found = copied(Seq2Seq.load(folder / "weights.npz").params)
    return not any(alike(found, copied(model.params)) for model in (old, new))


def drawn(chance, runs, files):
    """One of the operations that this run has in these files."""
    counter = Interrupt(-1, "opcode", files)
    runs(counter)
    return chance.randrange(next(counter.events))


def alike(one, other):
    try:
        same(one, other)
    except AssertionError:
        return False
    return True


def attack(minutes, seed):
    """Prints how often each kind of thing was tried, and each problem once; returns how many."""
    chance, until, ends, found = random.Random(seed), time.monotonic() + 60 * minutes, Counter(), set()
    with tempfile.TemporaryDirectory() as home:
        for number in itertools.count():
            if time.monotonic() > until:
                break
            folder = Path(home) / str(number)
            folder.mkdir()
            for _ in range(20):
                end = damaged(chance, folder)
                ends["damaged files"] += 1
                if end not in ("in words", "means the same"):
                    found.add(f"damaged file: {end}")
            for what in (torn_training, torn_check, torn_save):
                ends[what.__name__.replace("torn_", "interrupts of a ")] += 1
                if what(chance, folder):
                    found.add(f"{what.__name__}, torn")
    print(", ".join(f"{count} {name}" for name, count in ends.items()), f"seed {seed}: {len(found)} kinds of problems")
    for problem in sorted(found):
        print(problem)
    return len(found)


if __name__ == "__main__":
    sys.exit(attack(float(sys.argv[1]), int(sys.argv[2])) > 0)
