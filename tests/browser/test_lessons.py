"""Every notebook, Run All, in JupyterLab and in Notebook 7, as a reader does it."""

from pathlib import Path

import pytest
from lab import ROOT
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
NOTEBOOKS = sorted(path.name for path in (Path(ROOT) / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=["lab", "notebook"])
def run(request, open_notebook):
    """A function that opens a notebook and runs all of it; page and kernel go with the test."""
    opened = []

    def run(name):
        opened.append(open_notebook(name, app=request.param))
        opened[-1].run_all()
        return opened[-1]

    yield run
    for notebook in opened:
        notebook.close()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs_without_an_error_and_its_predictions_answer(run, name):
    notebook = run(name)
    assert [output for output in notebook.saved_outputs() if output["output_type"] == "error"] == []
    if not name.startswith("00"):
        answers_by_keyboard(notebook.scrolled_to(notebook.page.locator("details[name]")))
    assert notebook.errors == []


def answers_by_keyboard(choice):
    why = choice.locator("p")
    expect(why).to_be_hidden()
    choice.locator("summary").press("Enter")
    expect(why).to_be_visible()
    assert why.inner_text().startswith(("✓ Right.", "✗ No."))
