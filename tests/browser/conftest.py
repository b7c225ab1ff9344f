"""A real JupyterLab, a copy of the notebooks, and a real Chromium."""

import os

import pytest
from instruments import MAKE
from lab import HOW_TO_GET_IT, ROOT, Notebook, chromium, launched, put_fresh, served, write_gallery
from plain import mounted


@pytest.fixture(scope="session")
def browser():
    """Without a browser the tests are skipped, or fail where REQUIRE_BROWSER=1 says so."""
    if chromium() is None:
        pytest.fail(HOW_TO_GET_IT) if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip(HOW_TO_GET_IT)
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def jupyter(browser, tmp_path_factory):
    with served(tmp_path_factory.mktemp("jupyter")) as address:
        yield address


@pytest.fixture(scope="session")
def open_notebook(browser, jupyter):
    """A function that opens a notebook in a page of its own; the caller closes it.

    To load JupyterLab takes longer than most tests: a page of it that has closed its notebook is used again, unless
    the test asks for a new one.
    """
    free = []

    def open_notebook(name, app="lab", new_page=False):
        if (ROOT / "notebooks" / name).exists():
            put_fresh(jupyter, name)
        used = free.pop() if free and app == "lab" and not new_page else None
        page = used or browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
        return Notebook(page, jupyter, name, app, free)

    return open_notebook


@pytest.fixture(scope="session", params=["lab", "notebook"])
def gallery(request, jupyter, open_notebook):
    """One instrument a cell, run once in JupyterLab and once in Notebook 7, for all tests that leave it in order."""
    notebook = open_notebook(write_gallery(jupyter, MAKE), app=request.param)
    notebook.run_all()
    yield notebook
    notebook.close()


@pytest.fixture(params=MAKE)
def alone(request, browser):
    """In a page without Jupyter: for what the module does wherever it is."""
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    instrument = mounted(page, MAKE[request.param]())
    page.wait_for_function("[...document.querySelectorAll('.s2s canvas[role=img]')].every((one) => one.ariaLabel)")
    yield instrument
    page.context.close()
