"""The repository's public address: it stands in pyproject.toml, and this puts it wherever a reader needs it.

    python docs/address.py https://github.com/owner/name     (make address URL=...)
    python docs/address.py                                    (make address: none; nothing leads to it any more)

The site, the badges of its pages and the copies for Colab read it from here when they are built.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIRST = "notebooks/00_start_here.ipynb"


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def repository():
    """https://github.com/owner/name, or None while there is no public one."""
    return project().get("urls", {}).get("Repository")


def places(repository):
    """Where the lessons can be opened, {name: address}, those for a single lesson with {lesson} in it."""
    owner, name = repository.removeprefix("https://github.com/").split("/")
    return {
        "site": f"https://{owner.lower()}.github.io/{name}/",
        "colab": f"https://colab.research.google.com/github/{owner}/{name}/blob/colab/{{lesson}}.ipynb",
        "binder": f"https://mybinder.org/v2/gh/{owner}/{name}/HEAD?urlpath=lab/tree/notebooks/{{lesson}}.ipynb",
        "codespaces": f"https://codespaces.new/{owner}/{name}",
    }


def front_door(repository):
    """What the README opens with, once there is an address."""
    if not repository:
        return ""
    opens = {name: address.format(lesson=Path(FIRST).stem) for name, address in places(repository).items()}
    return "\n".join(
        [
            "",
            f"**[Read it, touch it, run it in your browser]({opens['site']})**: nothing to install,",
            "on a laptop, a tablet or a phone.",
            "",
            f"Or on a machine of others: [Colab]({opens['colab']}), [Codespaces]({opens['codespaces']}); for a single",
            f"reader, not for a class, [Binder]({opens['binder']}). Not on Kaggle: its image has no anywidget.",
        ]
    )


def put(repository):
    """Write it into pyproject.toml, README.md and CITATION.cff, in place of the one that stands there."""
    known = [f'Repository = "{repository}"', f'Homepage = "{places(repository)["site"]}"'] if repository else []
    table = "".join(f"{line}\n" for line in ["", "[project.urls]", *known]) if known else ""
    cited = f'repository-code: "{repository}"\n' if repository else ""
    changed = {
        "pyproject.toml": (r"(# The public address stands here.*\n)(?:\n\[project\.urls\]\n(?:.+\n)*)?", table),
        "README.md": (r"(<!-- make address URL=.*-->)[\s\S]*?(?=\n<!-- so far -->)", front_door(repository)),
        "CITATION.cff": (r"(\nversion: .*\n)(?:repository-code: .*\n)?", cited),
    }
    texts = {name: replaced(name, *change) for name, change in changed.items()}  # all of them, or none
    for name, text in texts.items():
        (ROOT / name).write_text(text, encoding="utf-8")


def replaced(name, pattern, text):
    """The file with this text behind the pattern's first group. Raises ValueError if the pattern is not there once."""
    text, count = re.subn(pattern, lambda match: match[1] + text, (ROOT / name).read_text(encoding="utf-8"))
    if count != 1:
        raise ValueError(f"{name}: expected one place for the address, found {count}")
    return text


def main(address=""):
    if address and not re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+", address):
        sys.exit(f"expected an address like https://github.com/owner/name, got {address}")
    put(address)


if __name__ == "__main__":
    main(*sys.argv[1:])
