"""One symbol, one meaning: what stands in a formula of a lesson stands in the table of lesson 00, or is said here."""

import json
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))

# Symbols that live in one lesson, which says what they are. The same symbol means the same in each of them.
LOCAL = {
    "01": {"W": "any matrix of weights, as other books have it"},
    "04": {"x": "the number that is nudged", "f": "a function of it"},
    "05": {
        "P_·": "a probability of a symbol",
        "P": "a probability",
        "j": "a symbol of the vocabulary",
        r"\tau": "the temperature",
    },
    "06": {"p": "a parameter", "m": "Adam's mean of the gradients", "v": "Adam's mean of their squares"},
    "10": {"P": "a probability"},
    "11": {"P": "a probability", r"\lambda": "the power of the length penalty"},
}

CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
FORMULA = re.compile(r"\$\$(.*?)\$\$|\$([^$]+)\$", re.DOTALL)
WORDS = re.compile(r"\\(?:text|mathrm|operatorname)\{[^}]*\}(?:_\{[^}]*\}|_\w)?")
SIGNS = (
    "tanh log exp max sum frac sqrt partial lVert rVert left right big bigl bigr qquad quad dots ldots cdot odot times "
    "infty pm leftarrow mathrel mid top in le ge approx ne ln"
).split()
SYMBOL = re.compile(r"(\\[a-zA-Z]+|[A-Za-z])(?:_(\{[^}]*\}|\w))?")
GRADIENT = re.compile(r"(?<![\\a-zA-Z])d(?=\\?[A-Za-z])")  # the d of dh_t
SUM = re.compile(r"\\sum_(\{[^}]*\}|\w)\^(\{[^}]*\}|\w)")
INDEX = re.compile(r"[tsjST0-9+\-',\s]+")


def prose(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


def formulas(text):
    return [first or second for first, second in FORMULA.findall(CODE.sub(" ", text))]


def symbols(formula):
    """Its symbols without their indices: h_{t-1} is h_·, W_{xh} is W_{xh}; a letter that bears none is the letter."""
    text = GRADIENT.sub("", WORDS.sub(" ", formula))
    found = set()
    for letter, below in SYMBOL.findall(text):
        below = below.strip("{}")
        if letter.removeprefix("\\") not in SIGNS:
            found.add(letter + ("" if not below else "_·" if INDEX.fullmatch(below) else "_" + below))
        found |= {index for index in re.findall(r"[a-zA-Z]", below) if INDEX.fullmatch(below)}
    return found


@cache
def table():
    """The rows of lesson 00: [in formulas, in code, shape, what it is]."""
    lines = [line for text in prose(LESSONS[0]) if "| in formulas |" in text for line in text.splitlines()]
    rows = [[part.strip() for part in line.strip("|").split("|")] for line in lines if line.startswith("| $")]
    assert all(len(row) == 4 for row in rows)
    return rows


def in_the_table():
    return {symbol for row in table() for formula in formulas(row[0]) for symbol in symbols(formula)}


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_each_symbol_stands_in_the_table_of_lesson_00(lesson):
    known = in_the_table() | set(LOCAL.get(lesson.name[:2], ()))
    unknown = {
        symbol: formula
        for text in prose(lesson)
        for formula in formulas(text)
        for symbol in symbols(formula)
        if symbol not in known
    }
    assert unknown == {}


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_transposed_matrix_bears_no_letter(lesson):
    """T is the number of steps."""
    written = [SUM.sub("", formula) for text in prose(lesson) for formula in formulas(text)]
    assert [formula for formula in written if re.search(r"\^\{?T", formula)] == []


@pytest.mark.parametrize("lesson", LESSONS[1:7], ids=lambda path: path.stem)
def test_what_belongs_to_two_networks_means_nothing_else_before_there_are_two(lesson):
    of_two = {"s", "s_·", "c_·", "e_·", r"\alpha_·"}
    written = {formula: symbols(formula) & of_two for text in prose(lesson) for formula in formulas(text)}
    assert {formula: found for formula, found in written.items() if found} == {}


def test_no_symbol_of_one_lesson_has_another_meaning_elsewhere():
    assert [symbol for local in LOCAL.values() for symbol in local if symbol in in_the_table()] == []
    meanings = {(symbol, meaning) for local in LOCAL.values() for symbol, meaning in local.items()}
    assert len(meanings) == len({symbol for symbol, _ in meanings})


def test_each_symbol_of_the_table_has_one_row_a_name_in_the_code_and_a_meaning():
    library = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "seq2seq_lib").rglob("*.py"))
    for formula, code, _, meaning in table():
        assert formulas(formula)
        assert meaning
        for name in re.findall(r"`([^`]+)`", code):
            assert re.search(rf"\b{re.escape(name)}\b", library), name


def test_symbols_of_a_formula():
    assert symbols(r"h_t = \tanh(x_t W_{xh} + h_{t-1} W_{hh} + b_h)") == {"h_·", "x_·", "W_xh", "W_hh", "b_h", "t"}
    assert symbols(r"da_t = dh_t \odot (1 - h_t^2)") == {"a_·", "h_·", "t"}
    assert symbols(r"\alpha_{ts} \, \text{read}_t") == {r"\alpha_·", "t", "s"}
    assert symbols(r"\bar h_1") == {r"\bar", "h_·"}
