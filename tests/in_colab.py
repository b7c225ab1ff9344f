"""Run the copies for Colab with the packages that Colab has: python tests/in_colab.py PYTHON_WITH_THEM [00 08 ...]

google.colab itself is not public: here an empty module of that name stands for it. So it is seen that the first cell
installs the wheel, that every cell runs, and that the printed text is the stored one; not that instruments are drawn.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "docs"))
import colab  # noqa: E402


def main(python, *chosen):
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "google" / "colab").mkdir(parents=True)
        for package in home / "google", home / "google" / "colab":
            (package / "__init__.py").touch()
        (home / "sitecustomize.py").write_text("import google.colab\n")
        subprocess.run([python, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", home, ROOT], check=True)
        (wheel,) = home.glob("*.whl")
        # one of the same version, from a run before, would stay
        subprocess.run([python, "-m", "pip", "uninstall", "--yes", "--quiet", "seq2seq-lessons"], check=True)
        colab.repository, colab.CONTENT = lambda: "https://github.com/owner/name", home.as_posix()
        colab.main(home / "copies", wheel.as_uri())
        lessons = [copy for copy in sorted((home / "copies").iterdir()) if not chosen or copy.name[:2] in chosen]
        wrong = [problem for copy in lessons for problem in run(python, copy, home)]
    print("\n".join(wrong) or f"{len(lessons)} lessons run as they are stored")
    sys.exit(bool(wrong))


def run(python, copy, home):
    """What goes wrong in a copy: an error, or a text that is not the stored one."""
    before = printed(copy)
    execute = [python, "-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", copy]
    done = subprocess.run(execute, env={**os.environ, "PYTHONPATH": str(home)}, capture_output=True, text=True)
    if done.returncode:
        return [f"{copy.stem}: {done.stderr[-2000:]}"]
    after = printed(copy)
    print(copy.stem, "runs", flush=True)
    return [f"{copy.stem}: stored\n{old}\nnow\n{after[cell]}" for cell, old in before.items() if after[cell] != old]


def printed(path):
    """{id of a cell: all that it prints}, of the lesson's own cells."""
    cells = nbformat.read(path, as_version=4).cells
    streams = {
        cell.id: [output.text for output in cell.outputs if output.get("name") == "stdout"]
        for cell in cells
        if cell.cell_type == "code" and cell.id != "in-colab"
    }
    return {name: "".join(texts) for name, texts in streams.items()}


if __name__ == "__main__":
    main(*sys.argv[1:])
