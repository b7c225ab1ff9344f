"""Every notebook, compared with its stored outputs, as other processors would compute it.

    python tests/machines.py            all that this processor can play
    python tests/machines.py Haswell    only these

A matrix product differs in its last bit from one BLAS kernel to the next, and between one thread and two; elementwise
functions differ with the vector units that NumPy uses. What a lesson prints must not.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
MACHINES = {
    **{kernel: {"OPENBLAS_CORETYPE": kernel} for kernel in ("SkylakeX", "Haswell", "Nehalem", "Prescott")},
    "no-AVX-512": {"NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR"},
    "no-AVX-512-older-NumPy": {"NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_ICL"},
    "two-threads": {"OPENBLAS_NUM_THREADS": "2", "MKL_NUM_THREADS": "2", "OMP_NUM_THREADS": "2"},
}
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")
# What a processor lacks ends the process, or NumPy says so while it is imported.
TRY = """
import warnings; warnings.simplefilter("error")
import numpy as np
from threadpoolctl import threadpool_info
assert np.isfinite(np.tanh(np.ones((99, 99), np.float32) @ np.ones((99, 99), np.float32))).all()
print(*(f"{pool['architecture']}, {pool['num_threads']} thread(s)" for pool in threadpool_info()))
"""
NBVAL = ["@tests/nbval.txt", "--dist", "loadfile", "-q"]


def run(command, machine, **options):
    environment = {**os.environ, **ONE_THREAD, **MACHINES[machine]}
    return subprocess.run([sys.executable, *command], env=environment, cwd=ROOT, **options)


def main(machines):
    unknown = set(machines) - MACHINES.keys()
    if unknown:
        sys.exit(f"expected some of {', '.join(MACHINES)}, got {', '.join(unknown)}")
    red, played = [], 0
    for machine in machines:
        tried = run(["-c", TRY], machine, capture_output=True, text=True)
        if tried.returncode:
            why = (tried.stderr.strip() or "it needs what this processor has not").splitlines()[-1]
            print(f"{machine}: not played here: {why}", flush=True)
            continue
        print(f"{machine}: BLAS kernel {tried.stdout.strip()}", flush=True)
        played += 1
        # Two threads that wait for each other on a busy core take minutes: that machine has the house to itself.
        workers = "1" if machine == "two-threads" else "auto"
        if run(["-m", "pytest", *NBVAL, "-n", workers, "notebooks"], machine).returncode:
            red.append(machine)
    print(f"{played} of {len(machines)} played, {len(red)} red {' '.join(red)}".rstrip())
    return 1 if red or not played else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or MACHINES))
