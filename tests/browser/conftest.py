"""A real JupyterLab, a copy of the notebooks, and a real Chromium."""

import os

import pytest
from instruments import MAKE, SOME, SOME_FIRST
from lab import HOW_TO_GET_IT, ROOT, Notebook, chromium, launched, put_fresh, served, write_gallery
from plain import drawn


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


@pytest.fixture(scope="session")
def gallery_in(jupyter, open_notebook):
    """A function: one instrument a cell, run once in this Jupyter, for all tests that leave it in order.

    Both Jupyters load the same modules: what Notebook 7 can spoil is seen at some of them.
    """
    opened = {}

    def gallery_in(app):
        if app not in opened:
            opened[app] = open_notebook(write_gallery(jupyter, SOME_FIRST if app == "lab" else SOME), app=app)
            opened[app].run_all()
        return opened[app]

    yield gallery_in
    for notebook in opened.values():
        notebook.close()


@pytest.fixture(params=["lab", "notebook"])
def gallery(request, gallery_in):
    return gallery_in(request.param)


@pytest.fixture
def page(browser):
    """A page of a thousand pixels, in which nothing may go wrong."""
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    yield page
    context.close()
    assert errors == []


@pytest.fixture(params=MAKE)
def alone(request, page):
    """In a page without Jupyter: for what the module does wherever it is."""
    return drawn(page, MAKE[request.param]())
