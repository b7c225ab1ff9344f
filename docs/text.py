"""A lesson as plain text: for whoever reviews a change line by line, and for readers whose screen is read to them.

    python docs/text.py [notebook ...]      (make text: all of them, into docs/text)

All that a cell has printed stands below it, and of a picture its sentence.
"""

import re
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
SUMMARY = re.compile(r"</?details>|<summary>(.*?)</summary>|</?span[^>]*>")


def text_of(notebook):
    return "\n\n".join(part for cell in notebook.cells for part in parts(cell)) + "\n"


def parts(cell):
    """A cell as pieces of Markdown."""
    if cell.cell_type == "markdown":
        plain = SUMMARY.sub(lambda fold: f"**{fold[1]}**" if fold[1] else "", cell.source)
        return [relinked(re.sub(r"\n{3,}", "\n\n", plain)).strip()]
    return [f"```python\n{cell.source}\n```", *filter(None, map(shown, cell.outputs))]


def relinked(text):
    """As it leads from docs/text: a lesson's text lies beside it."""
    text = re.sub(r"\]\((\d\d_\w+)\.ipynb", r"](\1.md", text)
    return text.replace("](../", "](../../").replace("](solutions", "](../../notebooks/solutions")


def shown(output):
    if output.output_type == "stream":
        return f"```text\n{output.text.rstrip()}\n```"
    for kind, picture in output.get("metadata", {}).items():
        if kind.startswith("image/"):
            return f"*Picture: {picture['alt']}*"
    data = output.get("data", {})
    if "text/markdown" in data:  # the source of a function
        return relinked(data["text/markdown"]).strip()
    return f"```text\n{data['text/plain'].rstrip()}\n```" if data.get("text/plain") else ""


def main(*notebooks):
    folder = ROOT / "docs" / "text"
    folder.mkdir(exist_ok=True)
    for path in map(Path, notebooks or sorted((ROOT / "notebooks").glob("*.ipynb"))):
        (folder / f"{path.stem}.md").write_text(text_of(nbformat.read(path, as_version=4)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
