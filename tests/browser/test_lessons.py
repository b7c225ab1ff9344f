"""Every notebook, Run All, in JupyterLab and in Notebook 7, as a reader does it."""

from pathlib import Path

import pytest
from lab import ROOT
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
NOTEBOOKS = sorted(path.name for path in (Path(ROOT) / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("app", ["lab", "notebook"])
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs_to_the_end_without_an_error(open_notebook, name, app):
    notebook = open_notebook(name, app=app)
    notebook.run_all()
    shown = [output for output in notebook.saved_outputs() if output["output_type"] == "error"]
    assert shown == []
    assert notebook.errors == []


@pytest.mark.parametrize("name", [name for name in NOTEBOOKS if not name.startswith("00")])
def test_a_prediction_opens_by_keyboard_and_answers(open_notebook, name):
    notebook = open_notebook(name)
    notebook.run_all()
    first = notebook.scrolled_to(notebook.page.locator("details[name]"))
    why = first.locator("p")
    expect(why).to_be_hidden()
    first.locator("summary").press("Enter")
    expect(why).to_be_visible()
    assert why.inner_text().startswith(("✓ Right.", "✗ No."))
