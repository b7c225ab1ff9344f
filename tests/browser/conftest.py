"""A real JupyterLab, a copy of the notebooks, and a real Chromium."""

import os

import pytest
from instruments import MAKE, SOME, SOME_FIRST
from lab import HOSTS, HOW_TO_GET_IT, ROOT, Notebook, chromium, launched, put_fresh, served, write_gallery
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


@pytest.fixture(params=HOSTS)
def gallery(request, gallery_in):
    return gallery_in(request.param)


def page_of(browser, **settings):
    """A page of a thousand pixels, and the list of what goes wrong in it."""
    page, errors = browser.new_context(viewport={"width": 1000, "height": 900}, **settings).new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    return page, errors


@pytest.fixture
def page(browser):
    page, errors = page_of(browser)
    yield page
    page.context.close()
    assert errors == []


@pytest.fixture(scope="session")
def kept(browser):
    """A function: the page of this instrument, and its errors; one at a time, made when another is asked for.

    All tests of an instrument come one after the other (tests/conftest.py), and nothing is looked at on its way.
    """
    open_now = {}

    def kept(name):
        if name not in open_now:
            for page, _ in open_now.values():
                page.context.close()
            open_now.clear()
            page, errors = page_of(browser, reduced_motion="reduce")
            drawn(page, MAKE[name]())
            open_now[name] = page, errors
        return open_now[name]

    return kept


@pytest.fixture(params=MAKE)
def alone(request, kept):
    """In a page without Jupyter, for what the module does wherever it is: a test leaves it as it found it."""
    page, errors = kept(request.param)
    yield page.locator(".s2s")
    assert errors == []


@pytest.fixture(params=MAKE)
def fresh(request, page):
    """As `alone`, in a page of its own: for a test that spoils it."""
    page.emulate_media(reduced_motion="reduce")
    return drawn(page, MAKE[request.param]())
