"""Copies of the lessons for Colab, each with one more cell in front, so that the notebooks themselves install nothing.

    python docs/colab.py build/colab [wheel]

wheel: its address; without it, that among the repository's releases. The copies belong on the branch `colab`.
"""

import re
import sys
from pathlib import Path

import nbformat
from address import ROOT, places, project, repository

CONTENT = "/content"  # where Colab keeps files
FIRST = """# In Colab: the library of these lessons, and their files. Elsewhere this cell does nothing.
import os
import sys

if "google.colab" in sys.modules:
    %pip install --quiet "{wheel}" "anywidget>=0.9.21,<1" "threadpoolctl>=3.5,<4"
    from seq2seq_lib.__main__ import lay_out

    os.chdir(lay_out("{folder}") / "notebooks")"""


def main(folder, wheel=None):
    if repository() is None:
        sys.exit("The copies lead to the repository, and it has no public address yet: make address URL=...")
    Path(folder).mkdir(parents=True, exist_ok=True)
    for lesson in sorted((ROOT / "notebooks").glob("*.ipynb")):
        nbformat.write(copy_of(lesson, wheel or released()), Path(folder) / lesson.name)


def released():
    """The wheel of this version, as a release of the repository has it."""
    version = project()["version"]
    return f"{repository()}/releases/download/v{version}/seq2seq_lessons-{version}-py3-none-any.whl"


def copy_of(lesson, wheel):
    notebook = nbformat.read(lesson, as_version=4)
    for cell in notebook.cells:
        cell.metadata.pop("slideshow", None)
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"\]\(([^)\s]+)\)", absolute, cell.source)
    folder = f"{CONTENT}/seq2seq-lessons-{project()['version']}"
    first = nbformat.v4.new_code_cell(FIRST.format(wheel=wheel, folder=folder), id="in-colab")
    notebook.cells.insert(1, first)  # behind the title
    notebook.metadata.pop("widgets", None)
    return notebook


def absolute(link):
    """Colab opens a notebook without what lies beside it: a link leads to the lesson's copy, or to the repository."""
    address, _, place = link[1].partition("#")
    anchor = f"#{place}" if place else ""
    if not address or address.startswith("http"):
        return link[0]
    if re.fullmatch(r"\d\d_\w+\.ipynb", address):
        return f"]({places(repository())['colab'].format(lesson=Path(address).stem)}{anchor})"
    path = (ROOT / "notebooks" / address).resolve().relative_to(ROOT).as_posix()
    return f"]({repository()}/blob/v{project()['version']}/{path}{anchor})"


if __name__ == "__main__":
    main(*sys.argv[1:])
