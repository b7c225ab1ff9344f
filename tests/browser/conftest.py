"""A real JupyterLab, a copy of the notebooks, and a real Chromium."""

import os

import pytest
from lab import HOW_TO_GET_IT, ROOT, Notebook, chromium, launched, put_fresh, served


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


@pytest.fixture(scope="module")
def open_notebook(browser, jupyter):
    """A function that opens a notebook in a page of its own; pages and kernels go when the file's tests are done."""
    notebooks = []

    def open_notebook(name, app="lab", **options):
        context = browser.new_context(viewport={"width": 1400, "height": 1000}, **options)
        if (ROOT / "notebooks" / name).exists():
            put_fresh(jupyter, name)
        notebooks.append(Notebook(context.new_page(), jupyter, name, app))
        return notebooks[-1]

    yield open_notebook
    for notebook in notebooks:
        notebook.close()
