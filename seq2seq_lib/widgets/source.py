"""show_source: the library's own code in the notebook, so that nothing has to be copied to be read."""

import inspect
import os
import re
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).resolve().parents[2]


class Source:
    """Code below a line that says where it stands, as Markdown: Jupyter and GitHub colour it, each in its own theme."""

    def __init__(self, title, code):
        self.title, self.code = title, code

    def _repr_markdown_(self):
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", self.code)), default=0))
        return f"{self.title}\n\n{fence}python\n{self.code}\n{fence}"

    def __repr__(self):
        return self.code


def show_source(thing):
    """The source of a function, a method or a class; the last line of a cell shows it.

    Raises ValueError for what was not written in Python.
    """
    thing = thing.fget if isinstance(thing, property) else inspect.unwrap(thing)
    try:
        code, path = inspect.getsource(thing), Path(inspect.getsourcefile(thing)).resolve()
    except (TypeError, OSError):
        raise ValueError(f"expected a function, a method or a class written in Python, got {thing!r}") from None
    name = thing.__qualname__.rpartition("<locals>.")[2]
    return Source(f"**{name}**{place(path)}", dedent(code).rstrip())


def place(path):
    """Where the file stands, as a link that works from a notebook; nothing for code of the notebook itself."""
    if not path.is_relative_to(ROOT / "seq2seq_lib"):
        return ""
    inside, here = path.relative_to(ROOT).as_posix(), Path.cwd().resolve()
    for folder in (here, *here.parents):  # in a browser the library is installed, and lies beside the lessons too
        if (folder / inside).exists():
            return f" in [`{inside}`]({Path(os.path.relpath(folder / inside, here)).as_posix()})"
    return f" in `{inside}`"
