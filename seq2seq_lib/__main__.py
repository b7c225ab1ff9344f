"""python -m seq2seq_lib lessons: lay the lessons out in a folder of one's own, and open them in JupyterLab."""

import argparse
import shutil
import stat
import subprocess
import sys
from importlib.metadata import files, version
from importlib.util import find_spec
from pathlib import Path

LIBRARY = Path(__file__).resolve().parent
PROJECT, FIRST = "seq2seq-lessons", "notebooks/00_start_here.ipynb"
LESSONS = """README.md LICENSE LICENSE-text CITATION.cff docs/*.md docs/classroom/*
    notebooks/*.ipynb notebooks/weights/*.npz notebooks/solutions/*.py""".split()


def main(arguments=None):
    parser = argparse.ArgumentParser(prog=PROJECT, description=__doc__)
    parser.add_argument("command", choices=["lessons"])
    parser.add_argument("folder", nargs="?", default=f"{PROJECT}-{version(PROJECT)}", help="default: %(default)s")
    try:
        folder = lay_out(parser.parse_args(arguments).folder)
    except ValueError as error:
        sys.exit(str(error))
    print(f"The lessons are in {folder}. What you change there is yours; to begin anew, name another folder.")
    if find_spec("jupyterlab") is None:
        sys.exit(f'To open them, JupyterLab is needed: pip install "{PROJECT}[lessons]"')
    sys.exit(subprocess.call([sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}", FIRST], cwd=folder))


def lay_out(folder):
    """Copy the lessons into a new folder, with all that they lead to. One that holds lessons stays as it is.

    Returns the folder's whole path. Raises ValueError for a folder that holds something else.
    """
    folder = Path(folder).resolve()
    if (folder / FIRST).exists():
        return folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"expected a new folder, or one with lessons in it, got {folder}")
    half = folder.with_name(f"{folder.name}.half")  # so that one which is there is whole
    shutil.rmtree(half, ignore_errors=True)
    source = where_they_lie()
    for file in [file for pattern in LESSONS for file in source.glob(pattern)]:
        copied(file, half / file.relative_to(source))
    for file in LIBRARY.rglob("*.py"):  # to be read: a change would change nothing, since the installed one is used
        copied(file, half / "seq2seq_lib" / file.relative_to(LIBRARY)).chmod(stat.S_IREAD)
    if folder.exists():
        folder.rmdir()
    return half.rename(folder)


def copied(file, to):
    to.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(file, to))


def where_they_lie():
    """Beside the library in a copy of the repository, else where pip has put what is in the wheel."""
    if (LIBRARY.parent / FIRST).exists():
        return LIBRARY.parent
    (first,) = [file for file in files(PROJECT) if file.as_posix().endswith(f"share/{PROJECT}/{FIRST}")]
    return Path(first.locate()).resolve().parents[1]


if __name__ == "__main__":
    main()
