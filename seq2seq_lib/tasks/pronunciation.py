"""English words -> how they are said, in phones of the ARPAbet."""

import gzip
from importlib.resources import files

from seq2seq_lib.tasks.task import Task


def pronunciation():
    """20,000 words of 3 to 8 letters -> their phones without stress: ("cheese", ("CH", "IY", "Z")).

    From the CMU Pronouncing Dictionary (data/LICENSE-cmudict); data/make_pronunciation.py chose the words.
    """
    packed = files("seq2seq_lib.tasks").joinpath("data/pronunciation.txt.gz").read_bytes()
    parts = {"train": [], "held_out": []}
    for line in gzip.decompress(packed).decode().splitlines():
        part, word, *phones = line.split()
        parts[part].append((word, tuple(phones)))
    return Task("pronunciation", parts["train"], parts["held_out"], separator=" ")
