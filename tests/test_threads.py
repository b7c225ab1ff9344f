"""A lesson computes in one thread, however Jupyter was started."""

import os
import subprocess
import sys

import pytest
from test_repository import ROOT

from seq2seq_lib.threads import CHOSEN_BY_THE_READER

COUNT = "from threadpoolctl import threadpool_info; print(*[pool['num_threads'] for pool in threadpool_info()])"


def threads_after(imports, **chosen):
    """The numbers of threads of the pools in a fresh Python, NumPy imported first."""
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_THREADS")}
    command = [sys.executable, "-c", f"import numpy, {imports}; {COUNT}"]
    done = subprocess.run(command, env=environment | chosen, capture_output=True, text=True, check=True, cwd=ROOT)
    return set(map(int, done.stdout.split()))


@pytest.mark.parametrize("package", ["exercises", "widgets"])
def test_numpy_gets_one_thread_although_it_was_imported_first(package):
    assert threads_after(f"seq2seq_lib.{package}") == {1}


@pytest.mark.parametrize("variable", CHOSEN_BY_THE_READER)
def test_a_number_that_the_reader_has_set_stays(variable):
    chosen = (
        {variable: "2"}
        if variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
        else {variable: "2", "OMP_NUM_THREADS": "2"}
    )
    assert threads_after("seq2seq_lib.widgets", **chosen) == threads_after("sys", **chosen)


def test_the_core_alone_changes_nothing():
    assert threads_after("seq2seq_lib") == threads_after("sys")
