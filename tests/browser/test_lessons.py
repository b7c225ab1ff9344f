"""Every notebook, Run All, as a reader does it."""

import pytest
from lab import ROOT
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
# Notebook 7 sends the same cells to the same kernel and loads the same instruments (test_instruments.py looks at each
# of them there): two lessons prove that it does.
IN_BOTH = NOTEBOOKS[:2]


@pytest.fixture
def run(open_notebook):
    """A function that opens a notebook and runs all of it; page and kernel go with the test."""
    opened = []

    def run(name, app):
        opened.append(open_notebook(name, app))
        opened[-1].run_all()
        return opened[-1]

    yield run
    for notebook in opened:
        notebook.close()


@pytest.mark.parametrize(
    ("name", "app"), [*((name, "lab") for name in NOTEBOOKS), *((name, "notebook") for name in IN_BOTH)]
)
def test_it_runs_without_an_error_and_its_predictions_answer(run, name, app):
    notebook = run(name, app)
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
