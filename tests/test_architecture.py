"""The core imports NumPy alone, its files import in one direction, and it stays short enough to be read in class."""

import ast
import importlib
import inspect
import subprocess
import sys
import tokenize
from io import StringIO
from pathlib import Path

import pytest

import seq2seq_lib
import seq2seq_lib.tasks

LIBRARY = Path(seq2seq_lib.__file__).parent
BESIDE_THE_CORE = {"widgets", "figures", "plots", "words", "exercises", "threads", "__main__"}
LAYERS = [  # from top to bottom: each imports from those below it
    {"beam", "probes", "project"},
    {"decoding", "metrics"},
    {"tasks"},
    {"attention"},
    {"seq2seq", "language_model"},
    {"model"},
    {"lstm"},
    {"gru"},
    {"batch", "rnn", "losses", "training"},
    {"optimizers", "gradcheck"},
    {"parameters"},
    {"checks", "storage", "atomic"},
]
READ_IN_CLASS = "rnn gru lstm losses parameters optimizers training seq2seq".split()
SCRIPTS = {"make_pronunciation.py"}  # written once to make the data; nobody imports it
CORE = [
    path
    for path in sorted(LIBRARY.rglob("*.py"))
    if path.relative_to(LIBRARY).parts[0].removesuffix(".py") not in BESIDE_THE_CORE
    and path.name not in SCRIPTS
    and path.parent.name != ".ipynb_checkpoints"  # what JupyterLab leaves beside a file that was opened and saved
]
every_core_file = pytest.mark.parametrize("path", CORE, ids=lambda path: path.relative_to(LIBRARY).as_posix())


def imports(path):
    """The full names of the modules that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            modules = [f"{node.module}.{name.name}" for name in node.names]
            yield from (name if is_ours(name) else node.module for name in modules)


def is_ours(name):
    parts = name.split(".")
    return parts[0] == "seq2seq_lib" and (LIBRARY.joinpath(*parts[1:]).with_suffix(".py")).exists()


def layer(part):
    return next(depth for depth, names in enumerate(LAYERS) if part in names)


def part_of(path):
    return path.relative_to(LIBRARY).parts[0].removesuffix(".py")


def lines_of_code(path):
    """How many lines there are without docstrings, comments and blank ones."""
    source = path.read_text(encoding="utf-8")
    nothing = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    tokens = [token for token in tokenize.generate_tokens(StringIO(source).readline) if token.type not in nothing]
    written = {line for token in tokens for line in range(token.start[0], token.end[0] + 1)}
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, documented) and ast.get_docstring(node):
            written -= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return len(written)


def functions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def test_the_whole_core_is_looked_at():
    assert {part_of(path) for path in CORE} <= {"__init__"}.union(*LAYERS)
    assert {"rnn", "seq2seq", "tasks"} <= {part_of(path) for path in CORE}


@every_core_file
def test_the_core_imports_numpy_the_standard_library_and_itself(path):
    roots = {name.split(".")[0] for name in imports(path)}
    assert roots <= {"numpy", "seq2seq_lib"} | sys.stdlib_module_names


@every_core_file
def test_imports_run_one_way(path):
    if part_of(path) == "__init__":
        return
    parts = {name.split(".")[1] for name in imports(path) if name.startswith("seq2seq_lib.")}
    assert not parts & BESIDE_THE_CORE
    assert [part for part in parts - {part_of(path)} if layer(part) <= layer(part_of(path))] == []


BESIDE = [path for path in sorted(LIBRARY.rglob("*.py")) if part_of(path) in BESIDE_THE_CORE]


@pytest.mark.parametrize("path", BESIDE, ids=lambda path: path.relative_to(LIBRARY).as_posix())
def test_what_stands_on_the_core_is_imported_one_way_too(path):
    """An instrument asks the check of an exercise what is wrong with a function; no check knows of instruments."""
    above = {"widgets": set(), "exercises": {"widgets", "plots"}, "figures": {"widgets", "exercises"}}
    forbidden = above.get(part_of(path), {"widgets", "exercises"})
    parts = {name.split(".")[1] for name in imports(path) if name.startswith("seq2seq_lib.")}
    assert not parts & forbidden


def test_the_library_imports_without_matplotlib_and_widgets():
    code = "import sys, seq2seq_lib; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "seq2seq_lib.rnn" in modules
    assert not {"matplotlib", "ipywidgets", "anywidget", "traitlets", "IPython"} & set(modules)


def test_every_public_name_exists_and_has_a_docstring():
    for package in (seq2seq_lib, seq2seq_lib.tasks):
        public = [getattr(package, name) for name in package.__all__]
        assert [thing for thing in public if callable(thing) and not inspect.getdoc(thing)] == []


@every_core_file
def test_every_core_file_says_what_it_is_about(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@every_core_file
def test_no_function_has_more_than_25_lines(path):
    lengths = {}
    for function in functions(path):
        first = function.body[1] if ast.get_docstring(function) and len(function.body) > 1 else function.body[0]
        lengths[function.name] = function.end_lineno - first.lineno + 1
    assert {name: length for name, length in lengths.items() if length > 25} == {}


def test_what_is_read_in_class_is_short_enough_to_be_read():
    lengths = {name: lines_of_code(LIBRARY / f"{name}.py") for name in READ_IN_CLASS}
    assert min(lengths.values()) > 20, lengths
    assert sum(lengths.values()) <= 500, lengths


def test_a_line_of_code_is_none_of_documentation(tmp_path):
    path = tmp_path / "example.py"
    path.write_text(
        '"""One."""\n\n# two\ndef f(\n    a,\n):\n    """Three.\n\n    Four.\n    """\n    return """a\n\n    b"""\n'
    )
    assert lines_of_code(path) == 3 + 3


def test_the_promised_names_exist():
    promised = "RNN GRU LSTM Seq2Seq LanguageModel Batch SGD Adam training greedy_decode check_gradients PAD BOS EOS"
    assert set(promised.split()) <= set(seq2seq_lib.__all__)
    assert set("dates pronunciation reverse seed_example".split()) <= set(seq2seq_lib.tasks.__all__)


def modules():
    paths = [path.relative_to(LIBRARY.parent).with_suffix("") for path in LIBRARY.rglob("*.py")]
    return [".".join(path.parts) for path in paths if path.name != "__init__" and "data" not in path.parts]


@pytest.mark.parametrize("name", sorted(set(modules()) - {"seq2seq_lib.training"}))  # both names are promised
def test_no_function_hides_the_module_of_its_name(name):
    """`import seq2seq_lib.tasks.reverse as r` gave a function, for a package shows its names first."""
    package, _, module = name.rpartition(".")
    importlib.import_module(name)
    assert inspect.ismodule(getattr(importlib.import_module(package), module))
