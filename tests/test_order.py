"""A cell that was run before one that it needs: the reader is told which."""

import builtins
import json
import symtable

import pytest
from IPython.core.interactiveshell import InteractiveShell
from test_repository import ROOT

from seq2seq_lib.exercises import order

LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))

CELLS = list(order.lessons())


def cells_of(path):
    return [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(path.read_text("utf-8"))["cells"]]


def needs(code):
    """The names that a cell must find when it is run, outside of its functions."""
    table = symtable.symtable(code, "cell", "exec")
    return {name.get_name() for name in table.get_symbols() if name.is_referenced()} - order.made_by(code)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_whatever_a_cell_needs_is_made_by_one_that_the_sentence_names(path):
    """The import cell alone has been run, as after a restart."""
    cells = cells_of(path)
    imports, *codes = [text for kind, text in cells if kind == "code"]
    for number, code in enumerate(codes):
        for name in needs(code) - order.made_by(imports) - {*dir(builtins), "display"}:
            sentence = order.what_to_run(name, [imports, code], CELLS)
            first = sentence.splitlines()[1].strip()
            assert any(first == text.splitlines()[0] and name in order.made_by(text) for text in codes[:number])


LESSON = [
    ("markdown", "# Title"),
    ("code", "from numpy import ones"),
    ("code", "a = 0"),
    ("markdown", "Text\n\n## The curve\n\nText"),
    ("code", "import json\n\n\ndef task(n):\n    return n"),
    ("code", "%matplotlib inline"),
    ("markdown", "## Its end"),
    ("code", "for step in range(3):\n    (a, b), *c = ones(3), ones(2)"),
    ("code", "print(task(3), a)"),
    ("code", "a = 4"),
]
OTHER = [("code", "from numpy import zeros"), ("code", "task = 3"), ("code", "print(task(3), a)")]


@pytest.mark.parametrize(
    ("name", "last", "place", "begins"),
    [
        ("task", "print(task(3), a)", "The curve", "import json"),
        ("json", "print(task(3), a)", "The curve", "import json"),
        ("a", "print(task(3), a)", "Its end", "for step in range(3):"),
        ("c", "a = 4", "Its end", "for step in range(3):"),
        ("a", "print(a, a)  # of the reader", "Title", "a = 0"),
    ],
)
def test_the_sentence_names_the_cell(name, last, place, begins):
    sentence = order.what_to_run(name, ["from numpy import ones", last], [OTHER, LESSON])
    where = f"under “{place}”, by the cell that begins with"
    assert sentence.startswith(f"`{name}` is made further up, {where}\n    {begins}\n")


@pytest.mark.parametrize(("name", "first"), [("tsak", "from numpy import ones"), ("task", "print(1)")])
def test_of_what_no_cell_makes_nothing_is_said(name, first):
    assert order.what_to_run(name, [first, name], [OTHER, LESSON]) is None
    assert order.what_to_run(name, [first, name], []) is None


def test_it_stands_behind_the_error(monkeypatch, capsys, tmp_path):
    shell = InteractiveShell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "half.ipynb").write_text('{"cells": [')
    (tmp_path / "other.ipynb").write_text("{}")
    order.say_what_to_run_first()
    codes = [text for kind, text in cells_of(LESSONS[6]) if kind == "code"]
    needing = next(code for code in codes if "task" in needs(code))
    shell.run_cell("from seq2seq_lib.exercises import answer", store_history=True)
    shell.run_cell(needing, store_history=True)
    printed = capsys.readouterr().out
    assert printed.rindex("is made further up") > printed.rindex("NameError")
    for code in ("tsak", "def f():\n    task += 1\n    task = 0\nf()", "1 / 0", "1"):
        shell.run_cell(code, store_history=True)
    assert "is made further up" not in capsys.readouterr().out
