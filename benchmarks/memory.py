"""What a reader costs a server: peak memory and processor time of each lesson's kernel, Run All from top to bottom.

    python benchmarks/memory.py [00 08 ...]

Figures of one machine, to size a classroom's server by: a kernel, without the browser, which is the reader's own.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import nbformat
from nbclient import NotebookClient

LESSONS = Path(__file__).resolve().parents[1] / "notebooks"
ASK = "import resource, time; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time())"


def cost(path):
    """MB at the most, and seconds of processor time."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(ASK))
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": LESSONS}}).execute()
    memory, seconds = "".join(output.text for output in notebook.cells[-1].outputs).split()  # it may come in pieces
    return int(memory) / (1e6 if sys.platform == "darwin" else 1e3), float(seconds)


def main(*chosen):
    for path in sorted(LESSONS.glob("*.ipynb")):
        if not chosen or path.name[:2] in chosen:
            print("{}  {:4.0f} MB  {:3.0f} s".format(path.stem[:2], *cost(path)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
