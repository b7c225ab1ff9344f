"""A real JupyterLab, a copy of the notebooks, and a real Chromium."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from lab import ROOT, Notebook
from playwright.sync_api import sync_playwright

HOW_TO_GET_IT = (
    "no Chromium found: install it (Debian, Ubuntu: sudo apt-get install chromium) or set CHROMIUM=/path/to/it"
)


def find_chromium():
    """The browser's path; without one the tests are skipped, or fail where REQUIRE_BROWSER=1 says so."""
    names = [os.environ.get("CHROMIUM") or "chromium", "chromium-browser", "google-chrome", "chrome"]
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None and os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(HOW_TO_GET_IT)
    if found is None:
        pytest.skip(HOW_TO_GET_IT)
    return found


@pytest.fixture(scope="session")
def browser():
    path = find_chromium()
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu", *quiet])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def jupyter(browser, tmp_path_factory):
    """The address of a JupyterLab that serves a copy of the notebooks, without the stored outputs."""
    home = tmp_path_factory.mktemp("jupyter")
    shutil.copytree(ROOT / "notebooks", home / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    for path in home.rglob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            cell.update({"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {})
        path.write_text(json.dumps(notebook), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        "--no-browser",
        "--allow-root",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
    ]
    options += ["--LabApp.news_url=None", "--ServerApp.disable_check_xsrf=True", f"--ServerApp.root_dir={home}"]
    own = {f"JUPYTER_{name}": str(home / name) for name in ("CONFIG_DIR", "DATA_DIR")}
    own |= {f"JUPYTERLAB_{name}_DIR": str(home / name) for name in ("SETTINGS", "WORKSPACES")}
    environment = {**os.environ, **own, "OPENBLAS_NUM_THREADS": "1"}
    with open(home / "log", "w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "lab", *options], env=environment, stdout=log, stderr=log
        )
    try:
        yield await_answer(f"http://127.0.0.1:{port}", server, home / "log")
    finally:
        server.terminate()
        server.wait()


def await_answer(address, server, log):
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{address}/api/status"):
                return address
        except urllib.error.URLError:
            assert server.poll() is None, log.read_text()
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not answer:\n{log.read_text()}")


@pytest.fixture(scope="module")
def open_notebook(browser, jupyter):
    """A function that opens a notebook in a page of its own; pages and kernels go when the file's tests are done."""
    contexts = []

    def open_notebook(name, app="lab", **options):
        context = browser.new_context(viewport={"width": 1400, "height": 1000}, **options)
        contexts.append(context)
        return Notebook(context.new_page(), jupyter, name, app)

    yield open_notebook
    for context in contexts:
        context.close()
    with urllib.request.urlopen(f"{jupyter}/api/sessions") as answer:
        for session in json.load(answer):
            request = urllib.request.Request(f"{jupyter}/api/sessions/{session['id']}", method="DELETE")
            urllib.request.urlopen(request).close()
