"""Measure again, for five seeds, what the lessons say: make claims, or

    python tests/claims            all lessons
    python tests/claims 05 12      only these

Prints what each seed gave, and names the claims that do not hold. It trains about a hundred models; the seeds of one
claim are measured side by side, each in a process with one thread.
"""

import os

for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[variable] = "1"

import importlib
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from claim import CLAIMS, SEEDS

HERE = Path(__file__).parent


def load(lessons=()):
    """Fill CLAIMS from the files of these lessons, or of all."""
    for path in sorted(HERE.glob("lesson_*.py")):
        if not lessons or path.stem.removeprefix("lesson_") in lessons:
            importlib.import_module(path.stem)
    return CLAIMS


def measured(number, seed):
    """What this seed gave, and whether it holds; a claim that can't be measured does not, and the others go on."""
    try:
        shown, holds = CLAIMS[number].measure(seed)
    except Exception as error:
        shown, holds = f"{type(error).__name__}: {error}", False
    return str(shown), bool(holds)


def main(lessons):
    load(lessons)
    failed = []
    with ProcessPoolExecutor(initializer=load, initargs=(lessons,)) as pool:
        asked = [[pool.submit(measured, number, seed) for seed in SEEDS] for number in range(len(CLAIMS))]
        for claim, answers in zip(CLAIMS, asked):
            shown, holds = zip(*(answer.result() for answer in answers))
            ok = sum(holds) >= claim.seeds
            print(f"{'holds' if ok else 'FAILS'} for {sum(holds)} of {len(SEEDS)}  {claim.name}: {' | '.join(shown)}")
            print(f"      {claim.sentence!r}", flush=True)
            failed += [] if ok else [claim.name]
    print(f"{len(CLAIMS)} claims, {len(failed)} fail{': ' if failed else ''}{', '.join(failed)}")
    return 1 if failed or not CLAIMS else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
