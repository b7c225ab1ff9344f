"""Questions and bars in a real Jupyter: as a reader finds them stored, as he runs them, and as he interrupts them."""

import re

import pytest
from lab import HOSTS, put
from playwright.sync_api import expect

from seq2seq_lib.exercises import predict
from seq2seq_lib.exercises.card import COLOURS

pytestmark = pytest.mark.browser
NAME = "01-batch-shape"
QUESTION = predict(NAME)
SOURCES = [
    f"from seq2seq_lib.exercises import predict\nfrom seq2seq_lib.widgets.progress import progress\npredict({NAME!r})",
    "import time\nfor step in progress(range(9000)):\n    time.sleep(0.02)",
]
BORDER = "(node) => getComputedStyle(node).borderLeftColor"
LOOK = """(node) => [getComputedStyle(node).boxShadow, getComputedStyle(node, '::after').content]"""


def stored():
    """The question with the output that a notebook of the repository brings along, and a cell that works long."""
    output = {"text/html": QUESTION._repr_html_(), "text/plain": repr(QUESTION)}
    shown = {"output_type": "execute_result", "execution_count": 1, "data": output, "metadata": {}}
    cells = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "source": source, "outputs": outputs}
        for source, outputs in zip(SOURCES, ([shown], []), strict=True)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}
    return {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 4}


@pytest.fixture(params=HOSTS)
def notebook(request, jupyter, open_notebook):
    name = f"cards_{request.param}.ipynb"
    put(jupyter, name, stored())
    notebook = open_notebook(name, request.param)
    yield notebook
    notebook.close()


def run(notebook, cell):
    notebook.page.locator(f".jp-Cell[data-windowed-list-index='{cell}'] .jp-InputArea-editor").click()
    notebook.page.keyboard.press("Control+Enter")


def assert_it_answers(choices, key):
    """Each choice, opened by this key, shows its reply in its colour."""
    assert choices.count() == len(QUESTION.choices)
    for fold, choice in zip(choices.all(), QUESTION.choices, strict=True):
        why = fold.locator("p")
        expect(why).to_be_hidden()
        assert fold.locator("summary").bounding_box()["height"] >= 44
        fold.locator("summary").press(key)
        expect(why).to_be_visible()
        mark, words = QUESTION.reply(choice)
        assert why.inner_text() == f"{mark} {words}".replace("`", "")
        assert why.evaluate(BORDER) == f"rgb({COLOURS[mark]})"


def test_a_question_answers_stored_and_run_and_a_bar_goes_with_an_interrupt(notebook):
    choices = notebook.page.locator(".s2s-question details")
    assert_it_answers(choices, "Enter")  # nothing was run: Jupyter trusts no style, and there is no kernel in it

    run(notebook, 0)
    expect(notebook.page.locator(f"details[name='{NAME}']")).to_have_count(len(QUESTION.choices))
    assert_it_answers(choices, "Space")
    expect(notebook.page.locator(".s2s-question details[open]")).to_have_count(1)
    for fold, choice in zip(choices.all(), QUESTION.choices, strict=True):
        fold.locator("summary").click()
        mark, _ = QUESTION.reply(choice)
        shadow, content = fold.locator("summary").evaluate(LOOK)
        assert (f"rgb({COLOURS[mark]})" in shadow, content) == (fold.get_attribute("open") is not None, f'"{mark}"')

    run(notebook, 1)
    bar = notebook.page.get_by_text(re.compile(r"^\d+ of 9000$"))
    expect(bar).to_be_visible()
    expect(bar).not_to_have_text("0 of 9000")
    for _ in range(2):
        notebook.page.keyboard.press("i")  # twice: interrupt the kernel
    expect(notebook.page.get_by_text("KeyboardInterrupt").first).to_be_visible()
    expect(bar).to_have_count(0)
    kinds = [output["output_type"] for output in notebook.saved_outputs() if output.get("data") != {}]
    assert kinds == ["execute_result", "error"]
    assert notebook.errors == []
