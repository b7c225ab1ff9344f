"""The site in Firefox: see firefox.mjs, to which this hands its pages. make test-firefox"""

import subprocess
import sys
from pathlib import Path

from lite import files_of

SITE = Path(__file__).resolve().parents[2] / "build" / "site"


def main(script):
    pages = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
    pages = [page for page in pages if not page.startswith("lite/")]
    if not pages:
        sys.exit("There is no site yet: make site")
    with files_of(SITE) as address:
        done = subprocess.run(["node", script, address, *pages])
    sys.exit(done.returncode)


if __name__ == "__main__":
    main(*sys.argv[1:])
