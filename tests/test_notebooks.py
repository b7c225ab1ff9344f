"""What the stored notebooks must be, beyond what their run compares (it passes over cells never run)."""

import ast
import json
import re
from functools import cache
from pathlib import Path

import pytest
from attacks import CHECKS

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted(path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
LESSONS = [path for path in NOTEBOOKS if not path.stem.startswith("00")]
WIDGET = "application/vnd.jupyter.widget-view+json"
FOLD = re.compile(r"<details>.*?</details>", re.DOTALL)
CODE = re.compile(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$", re.DOTALL)
ADDRESS = re.compile(r"\]\([^)]*\)")
TAG = re.compile(r"<[^>]*>")  # of <span class="s2s-encoder">: its word counts, its name does not


CHECK_YOURSELF = "## Check yourself"


class Notebook:
    def __init__(self, path):
        self.path, self.stored = path, json.loads(path.read_text(encoding="utf-8"))
        self.cells = self.stored["cells"]
        self.code = [cell for cell in self.cells if cell["cell_type"] == "code"]
        self.prose = ["".join(cell["source"]) for cell in self.cells if cell["cell_type"] == "markdown"]
        self.outputs = [output for cell in self.code for output in cell["outputs"]]

    def lesson_itself(self):
        """Its cells without those in which the readers check themselves."""
        starts = [i for i, cell in enumerate(self.cells) if source(cell).startswith(CHECK_YOURSELF)]
        return self.cells[: starts[0]] if starts else self.cells

    def functions(self):
        """Every function and class that its code defines."""
        trees = [ast.parse("".join(cell["source"])) for cell in self.code]
        kinds = ast.FunctionDef, ast.ClassDef
        return [node for tree in trees for node in ast.walk(tree) if isinstance(node, kinds)]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return Notebook(request.param)


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request):
    """A notebook with exercises: all but 00."""
    return Notebook(request.param)


def source(cell):
    return "".join(cell["source"])


def is_question(cell):
    return re.search(r"^(predict|answer)\(", source(cell), re.MULTILINE) is not None


def is_figure(cell):
    """A picture of something computed. The drawing of the machine, an SVG, answers no question."""
    data = [output.get("data", {}) for output in cell.get("outputs", [])]
    return any("image/png" in kinds or WIDGET in kinds for kinds in data)


def test_there_is_at_least_one():
    assert NOTEBOOKS


# Stored as it was run


def test_each_cell_was_run_in_order(notebook):
    assert [cell["execution_count"] for cell in notebook.code] == list(range(1, len(notebook.code) + 1))


def test_no_error_and_no_warning_is_stored(notebook):
    assert not [output for output in notebook.outputs if output["output_type"] == "error"]
    assert not [output for output in notebook.outputs if output.get("name") == "stderr"]


def test_no_widget_state_and_no_timings_are_stored(notebook):
    assert "widgets" not in notebook.stored["metadata"]
    assert not [cell for cell in notebook.cells if "execution" in cell["metadata"]]


def is_plain_control(output):
    """One of ipywidgets' own, which has no drawing."""
    return "".join(output["data"]["text/plain"]).split("(")[0] == "FloatSlider"


def test_each_instrument_leaves_a_picture_and_a_text(notebook):
    for output in notebook.outputs:
        if WIDGET in output.get("data", {}) and not is_plain_control(output):
            assert output["data"]["image/png"]
            assert "It needs a running kernel" in "".join(output["data"]["text/plain"])


def test_each_picture_has_a_sentence_in_its_place(notebook):
    for output in notebook.outputs:
        for kind in {"image/png", "image/svg+xml"} & output.get("data", {}).keys():
            assert len(output["metadata"][kind]["alt"].split()) >= 5
    for text in notebook.prose:
        assert not re.findall(r"!\[\s*\]\(", text)
        assert all("alt=" in tag for tag in re.findall(r"<img[^>]*>", text))


def test_no_drawing_is_made_of_letters(notebook):
    """ASCII art breaks on a phone, and is read aloud sign by sign."""
    drawn = re.compile(r"--+>|==+>|\|  +\||[─│┌└]")
    blocks = [block for text in notebook.prose for block in re.findall(r"```.*?```", text, re.DOTALL)]
    assert [block for block in blocks if drawn.search(block)] == []


def test_few_outputs_are_not_compared_and_each_says_why(notebook):
    marked = re.compile(r"NBVAL_(IGNORE_OUTPUT|SKIP)|nbval-(ignore-output|skip)")
    tags = {id(cell): " ".join(cell["metadata"].get("tags", [])) for cell in notebook.code}
    with_output = [cell for cell in notebook.code if cell["outputs"]]
    excluded = [cell for cell in with_output if marked.search(source(cell) + tags[id(cell)])]
    assert len(excluded) <= 0.1 * len(with_output)
    for cell in excluded:
        assert re.search(r"NBVAL_\w+: \w+", source(cell)) or cell["metadata"].get("why_not_compared")


def test_what_answers_a_question_is_stored_folded(notebook):
    """Behind predict() or **Predict.** the next output is collapsed, but for instruments: the reader moves them."""
    asked, open_answers = False, []
    for cell in notebook.lesson_itself():
        if cell["cell_type"] == "markdown":
            asked = asked or "**Predict" in source(cell)
        elif source(cell).startswith("predict("):
            asked = True
        elif asked and cell["outputs"] and not re.search(r"^check_", source(cell), re.MULTILINE):
            asked = False
            instrument = any(WIDGET in output.get("data", {}) for output in cell["outputs"])
            if not instrument and not cell["metadata"].get("jupyter", {}).get("outputs_hidden"):
                open_answers.append(source(cell))
    assert open_answers == []


def test_the_line_that_a_fold_shows_is_a_heading(notebook):
    """JupyterLab shows the first line of a folded output; in a picture's place, its sentence."""
    for cell in notebook.code:
        if cell["metadata"].get("jupyter", {}).get("outputs_hidden"):
            output = cell["outputs"][0]
            line = "".join(output.get("text") or output["data"]["text/plain"]).splitlines()[0]
            if "image/png" not in output.get("data", {}):
                assert not re.search(r"\d|True|False", line), line


# The form of a lesson


def test_it_opens_with_its_question_and_says_what_it_takes(notebook):
    opening = notebook.prose[0]
    title, question = opening.splitlines()[0], re.search(r"\*\*[^*]+\?\*\*", opening)
    assert re.match(r"# \w", title)
    assert question
    for heading in ("What you'll do", "What you'll learn", "What you'll need", "Time:", "Today's library file"):
        assert f"**{heading}" in opening, heading
    learn = opening.split("What you'll learn")[1].split("What you'll need")[0]
    assert 1 <= len(re.findall(r"^- ", learn, re.MULTILINE)) <= 4


def test_it_closes_with_what_we_saw_and_the_next_question(lesson):
    closing = "\n".join(lesson.prose[-3:])
    assert "## What we saw" in closing
    assert re.search(r"\*\*Next[^*]*\*\*", closing)
    assert "../docs/glossary.md" in "\n".join(lesson.prose)


def test_it_has_the_size_of_a_lesson(notebook):
    assert 25 <= len(notebook.cells) <= 44
    read = [TAG.sub("", ADDRESS.sub("] ", CODE.sub(" ", FOLD.sub(" ", text)))) for text in notebook.prose]
    words = sum(len(re.findall(r"\w[\w'’-]*", text)) for text in read)
    assert words <= 1_800
    lengths = [len(source(cell).splitlines()) for cell in notebook.code]
    assert max(lengths) <= 20
    assert sorted(lengths)[len(lengths) // 2] <= 6


def test_never_more_than_two_code_cells_without_a_sentence(notebook):
    kinds = ["question" if is_question(cell) else cell["cell_type"] for cell in notebook.cells]
    assert "code code code" not in " ".join(kinds)


def test_imports_stand_in_one_cell_and_none_is_a_star(notebook):
    importing = [cell for cell in notebook.code if re.search(r"^\s*(import|from) ", source(cell), re.MULTILINE)]
    assert len(importing) == 1
    assert "import *" not in source(importing[0])


def test_nothing_of_the_library_is_retyped(notebook):
    for node in notebook.functions():
        assert is_stub(node) or body_of(node) not in bodies_of_the_library(), node.name


@cache
def bodies_of_the_library():
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "seq2seq_lib").rglob("*.py")]
    defined = (ast.FunctionDef, ast.ClassDef)
    return {body_of(node) for tree in trees for node in ast.walk(tree) if isinstance(node, defined)}


def body_of(node):
    """The code of a function or class without its name and its docstring."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return "\n".join(ast.dump(statement) for statement in body)


def is_stub(node):
    return "Return" not in body_of(node) or body_of(node).startswith("Return(value=Constant(value=None")


def test_three_to_six_predictions_and_one_before_every_figure(lesson):
    asked = sum("predict(" in source(cell) for cell in lesson.lesson_itself())
    assert 3 <= asked <= 6
    predicted = False
    for cell in lesson.cells:
        if "predict(" in source(cell) or "**Predict" in source(cell):
            predicted = True
        if cell["cell_type"] == "code" and is_figure(cell):
            assert predicted, source(cell)
            predicted = False


def test_every_exercise_has_a_check_three_hints_and_the_solution(lesson):
    (path,) = (ROOT / "notebooks" / "solutions").glob(f"{lesson.path.stem[:2]}*.py")
    assert path.stem == lesson.path.stem
    solutions = path.read_text(encoding="utf-8")
    starts = [i for i, cell in enumerate(lesson.cells) if source(cell).startswith("## Exercise")]
    assert starts
    for start in starts:
        headings = [i for i, cell in enumerate(lesson.cells) if i > start and re.match(r"#+ ", source(cell))]
        cells = lesson.cells[start : headings[0]]
        code = "\n".join(source(cell) for cell in cells if cell["cell_type"] == "code")
        text = "\n".join(source(cell) for cell in cells if cell["cell_type"] == "markdown")
        assert re.search(r"^check_\w+\(", code, re.MULTILINE)
        for summary in ("Hint 1", "Hint 2", "Hint 3", "Solution"):
            assert f"<details><summary>{summary}" in text, (summary, text[:80])
        for block in re.findall(r"```python\n(.*?)```", text.split("<summary>Solution")[1], re.DOTALL):
            assert block.strip() in solutions, "the solution shown is not the one in the solutions folder"


def test_a_solution_pasted_into_its_lesson_runs_there(lesson):
    """With the lesson's imports and no others."""
    (imports,) = [source(cell) for cell in lesson.code if re.search(r"^(import|from) ", source(cell), re.MULTILINE)]
    names = {}
    exec(imports, names)
    folds = [text for prose in lesson.prose for text in FOLD.findall(prose) if "<summary>Solution" in text]
    blocks = [block for fold in folds for block in re.findall(r"```python\n(.*?)```", fold, re.DOTALL)]
    pasted = [node.name for block in blocks for node in ast.parse(block).body if isinstance(node, ast.FunctionDef)]
    for block in blocks:
        exec(block, names)
    assert pasted
    for name in pasted:
        assert CHECKS[f"check_{name.removesuffix('_of_mine')}"].verdict(names[name]) == "correct.", name


# What it says


def test_every_link_leads_somewhere(notebook):
    for text in notebook.prose:
        for link in re.findall(r"\]\(([^)\s]+)\)", CODE.sub(" ", text)):
            target = link.split("#")[0]
            assert link.startswith(("http", "#")) or (notebook.path.parent / target).exists(), link
            if "#" in link and target.endswith(".ipynb"):
                headings = re.findall(
                    r"^#+ (.*)$", "\n".join(Notebook(ROOT / "notebooks" / target).prose), re.MULTILINE
                )
                assert link.split("#")[1].replace("-", " ") in headings, link


def test_each_number_in_the_text_is_computed_in_a_cell(lesson):
    computed = json.dumps(lesson.outputs, ensure_ascii=False) + "\n".join(source(cell) for cell in lesson.code)
    for text in lesson.prose:
        for number in re.findall(r"(?<![\w.])\d+\.\d+", CODE.sub(" ", FOLD.sub(" ", text))):
            assert number in computed, f"{number} in: {text[:80]}"


def test_no_output_tells_the_time(notebook):
    clock = re.compile(r"\b\d+(\.\d+)? ?(s|sec|seconds|ms)\b|\d+:\d\d:\d\d|it/s")
    for output in notebook.outputs:
        shown = "".join(output.get("text", [])) + "".join(output.get("data", {}).get("text/plain", []))
        assert not clock.search(shown), shown


def test_no_line_ends_in_a_semicolon_and_nothing_flickers(notebook):
    for cell in notebook.code:
        assert not re.search(r";\s*$", source(cell), re.MULTILINE)
        assert not re.search(r"\b(interact|clear_output|Output)\(|pip install|urlopen|requests\.", source(cell))


def test_it_runs_on_any_python_3(notebook):
    assert notebook.stored["metadata"]["kernelspec"]["name"] == "python3"


def test_each_cell_says_where_it_stands_in_the_slides(notebook):
    places = [cell["metadata"].get("slideshow", {}).get("slide_type") for cell in notebook.cells]
    assert places[0] == "slide"
    assert set(places) <= {"slide", "subslide", "fragment", "skip", "notes", "-"}
    assert 6 <= sum(place in ("slide", "subslide") for place in places) <= 44


def test_shown_source_fits_a_projector(notebook):
    """At 1280 pixels, beside the list of files, JupyterLab breaks a line of code behind 91 letters."""
    shown = ["".join(output.get("data", {}).get("text/markdown", "")) for output in notebook.outputs]
    code = [block for text in shown for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL)]
    assert [line for block in code for line in block.splitlines() if len(line) > 91] == []
