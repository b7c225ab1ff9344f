"""A cell that was run before one that it needs: behind the NameError stands which cell to run first."""

import json
import re
import symtable
import sys
from contextlib import suppress
from pathlib import Path

from seq2seq_lib.storage import LESSONS


def say_what_to_run_first():
    """From now on, in a notebook. What no cell of the lesson makes, a slip of the pen, gets no sentence."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        history = shell.history_manager.input_hist_raw
        shell.events.register("post_run_cell", lambda result: after_a_cell(result, history))


def after_a_cell(result, history):
    error = result.error_in_exec
    if isinstance(error, NameError):
        sentence = what_to_run(error.name, history, lessons())
        if sentence:
            print(sentence)


def lessons():
    """The cells of each lesson, those of this directory first: lists of (kind, text)."""
    paths = [path for folder in (Path.cwd(), LESSONS) for path in sorted(folder.glob("*.ipynb"))]
    for path in dict.fromkeys(path.resolve() for path in paths):
        with suppress(OSError, ValueError, KeyError):  # a file of the reader's, half written or of another kind
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            yield [(cell["cell_type"], "".join(cell["source"])) for cell in cells]


def what_to_run(name, history, lessons):
    """Where the name is made, in the lesson whose cells were run, above the last of them. None: nowhere.

    history: the cells that were run, as they stood there; lessons: lists of cells (kind, text)
    """
    ran = {("code", text) for text in history}
    lesson = max(lessons, key=lambda cells: len(ran.intersection(cells)), default=[])
    last = "code", history[-1]
    above = lesson[: lesson.index(last)] if last in lesson else lesson  # it may be one of the reader's own
    makers = [place for place, (kind, text) in enumerate(above) if kind == "code" and name in made_by(text)]
    if not makers or not ran.intersection(lesson):
        return None
    place = makers[-1] if last in lesson else makers[0]
    return (
        f"`{name}` is made further up{under(above[:place])}, by the cell that begins with\n"
        f"    {above[place][1].lstrip().splitlines()[0]}\n"
        "Run that cell first, or all of them: Run > Run All Above Selected Cell."
    )


def made_by(code):
    """The names that a cell gives to something."""
    try:
        names = symtable.symtable(code, "cell", "exec").get_symbols()
    except SyntaxError:  # a %magic
        return set()
    return {name.get_name() for name in names if name.is_assigned() or name.is_imported()}


def under(cells):
    headings = re.findall(r"^#+ (.*)$", "\n".join(text for kind, text in cells if kind == "markdown"), re.MULTILINE)
    return f", under “{headings[-1]}”" if headings else ""
