"""Lay out what JupyterLite is built from: the files that a reader sees, and its settings.

    python docs/lite/contents.py build/lite-files

A notebook's lines are joined, since JupyterLite shows a list of lines with commas; where an instrument stood, its
picture shows until the cell is run; and a text becomes a notebook too, since that is what opens there as a page. What a
reader saves is kept under a name that carries the version: a new release opens no lesson of an old one.
"""

import json
import re
import shutil
import sys
import tomllib
from pathlib import Path

import nbformat

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
VIEW = "application/vnd.jupyter.widget-view+json"
# What the kernel and the instruments write into a notebook as soon as it is open: where it stands already, a lesson
# that was only looked at is not kept as a reader's copy.
OPENED = {
    "kernelspec": {"name": "python", "display_name": "Python (Pyodide)", "language": "python"},
    "language_info": {
        "codemirror_mode": {"name": "python", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": "3.8",
    },
    "widgets": {"application/vnd.jupyter.widget-state+json": {"version_major": 2, "version_minor": 0, "state": {}}},
}
SEEN = """CITATION.cff LICENSE* benchmarks/*.py docs/classroom/*.yaml docs/pictures/* seq2seq_lib/**/*.py
    seq2seq_lib/tasks/data/LICENSE* notebooks/solutions/*.py notebooks/weights/*"""


def stage_text(path, to):
    parts = re.split(r"\n(?=## )", path.read_text(encoding="utf-8"))
    cells = [nbformat.v4.new_markdown_cell(part, id=f"part-{i}") for i, part in enumerate(parts)]
    write(nbformat.v4.new_notebook(cells=cells), to.with_suffix(".ipynb"))


def stage_notebook(path, to):
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output.data.pop(VIEW, None)
    write(notebook, to)


def write(notebook, to):
    notebook.metadata.update(OPENED)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"(\]\((?!http)[^)\s]*)\.md(#[^)\s]*)?\)", r"\1.ipynb\2)", cell.source)
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(nbformat.v4.writes(notebook, split_lines=False), encoding="utf-8")


def config():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    settings = json.loads((HERE / "jupyter-lite.json").read_text(encoding="utf-8"))
    names = {f"{what}StorageName": f"Seq2seq lessons {version}" for what in ("contents", "settings", "workspaces")}
    settings["jupyter-config-data"] |= names | {"appVersion": version}
    return settings


def main(folder):
    folder = Path(folder)
    for pattern in SEEN.split():
        for path in filter(Path.is_file, ROOT.glob(pattern)):
            to = folder / "contents" / path.relative_to(ROOT)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, to)
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        stage_notebook(path, folder / "contents" / "notebooks" / path.name)
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        stage_text(path, folder / "contents" / path.relative_to(ROOT))
    for name in ("jupyter_lite_config.json", "overrides.json"):
        shutil.copy(HERE / name, folder)
    (folder / "jupyter-lite.json").write_text(json.dumps(config(), indent=2), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
