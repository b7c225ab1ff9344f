"""Every notebook, Run All, as a reader does it."""

import pytest
from lab import ROOT
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
# nbval runs every cell of every lesson, and other tests look at each instrument and each kind of card in both Jupyters:
# what a lesson adds to that is little, and Run All of all takes minutes. `make lessons` does it, as CI does each time.
ALWAYS = [("01_compute_one_step.ipynb", "notebook"), ("02_unroll_a_sequence.ipynb", "lab")]
ALL = [*((name, "lab") for name in NOTEBOOKS), *((name, "notebook") for name in NOTEBOOKS[:2])]


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
    ("name", "app"), [pytest.param(*one, marks=() if one in ALWAYS else pytest.mark.lessons) for one in ALL]
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
