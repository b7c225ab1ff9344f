"""Add to what JupyterLite has built what it lacks: a word where no kernel can start, and a page about what is kept.

python docs/lite/finish.py build/lite
"""

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCRIPT = '<script type="module" src="../run.js"></script></head>'


def main(folder):
    folder = Path(folder)
    shutil.copytree(HERE / "static", folder, dirs_exist_ok=True)
    shutil.copy(HERE.parent / "site" / "static" / "favicon.svg", folder)
    for page in folder.glob("*/index.html"):
        text = page.read_text(encoding="utf-8")
        assert text.count("</head>") == 1, f"{page} has another head than expected"
        page.write_text(text.replace("</head>", SCRIPT), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
