"""The site in Firefox, and a lesson in JupyterLite there: hands firefox.mjs and firefox_lite.mjs what they look at.

python tests/browser/in_firefox.py build/firefox      the folder with the two and their driver: make test-firefox
"""

import subprocess
import sys
from pathlib import Path

from lite import files_of

BUILD = Path(__file__).resolve().parents[2] / "build"
SITE, LITE = BUILD / "site", BUILD / "lite"


def run(script, files, *pages):
    """Whether it has found nothing wrong."""
    with files_of(files) as address:
        return subprocess.run(["node", script, address, *pages]).returncode == 0


def main(scripts):
    pages = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
    pages = [page for page in pages if not page.startswith("lite/")]
    if not pages or not LITE.exists():
        sys.exit("There is no site yet, or no JupyterLite: make site RUN=1")
    right = run(f"{scripts}/firefox.mjs", SITE, *pages), run(f"{scripts}/firefox_lite.mjs", LITE)
    sys.exit(not all(right))


if __name__ == "__main__":
    main(*sys.argv[1:])
