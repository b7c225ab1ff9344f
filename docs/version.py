"""The version stands in pyproject.toml; this raises it there and wherever else it is said: make version TO=0.2.0

What the change log says of it is written by hand.
"""

import re
import sys
from pathlib import Path

from address import ROOT, project

WHEEL = "seq2seq_lessons-{}-py3"
SAID = {  # the words in which each file says it
    "pyproject.toml": ['\nversion = "{}"\n'],
    "seq2seq_lib/widgets/jupyter/pyproject.toml": ['\nversion = "{}"\n'],
    "CITATION.cff": ["\nversion: {}\n"],
    "README.md": [WHEEL],
    "docs/classroom/README.md": [WHEEL],
    "docs/classroom/values.yaml": ['tag: "{}"', "seq2seq-lessons:{} "],
} | {f"notebooks/{path.name}": ['\n  "seq2seq_lessons": "{}"\n'] for path in (ROOT / "notebooks").glob("*.ipynb")}


def raised(version, root=ROOT):
    """Write this version into each file, in place of the one that stands in pyproject.toml."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise SystemExit(f"Which version? make version TO=0.2.0, got {version!r}")
    for name, words in SAID.items():
        path = Path(root, name)
        text = path.read_text(encoding="utf-8")
        for said in words:
            text = text.replace(said.format(project()["version"]), said.format(version))
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    raised(sys.argv[1] if len(sys.argv) > 1 else "")
