"""JupyterLab with a copy of the notebooks, a Chromium, and a notebook in it as a reader has it before him."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
numbers = count()
TOKEN = secrets.token_hex(16)  # without it the server refuses: whoever is on this machine may send it requests
# Of the cells in the page the largest In [number], and none while one of them waits with a star.
LAST_NUMBER = """() => {
  const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map((node) => node.textContent);
  const numbers = prompts.map((text) => text.replace(/\\D/g, ''));
  return prompts.some((text) => text.includes('*')) ? null : Math.max(0, ...numbers);
}"""
WITH_WINDOWS = "chromium", "chromium-browser", "google-chrome", "chrome"
# Both load the same modules: most of what is tried in JupyterLab is tried in Notebook 7 by `make lessons` alone.
HOSTS = "lab", pytest.param("notebook", marks=pytest.mark.lessons)
HOW_TO_GET_IT = "no Chromium found: install it (on Debian, apt-get install chromium) or set CHROMIUM=/path/to/it"

# What a click in the list of files does, and closing all tabs without being asked whether to save.
OPEN = "(path) => jupyterapp.commands.execute('docmanager:open', { path, factory: 'Notebook' })"
CLOSE_ALL = """() => {
  for (const tab of [...jupyterapp.shell.widgets("main")]) tab.dispose();
  return document.querySelectorAll(".jp-Dialog, .jp-Notebook").length === 0;
}"""

SCROLL = """(node) => {
  const before = node.scrollTop;
  node.scrollBy(0, 300);
  if (node.scrollTop === before) node.scrollTo(0, 0);
}"""


def chromium():
    """The path of the browser, or None; where there is one without windows, that: it needs half the work."""
    names = [os.environ.get("CHROMIUM") or "chromium-headless-shell", *WITH_WINDOWS]
    return next(filter(None, map(shutil.which, names)), None)


@contextmanager
def launched():
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu", *quiet])
        yield browser
        browser.close()


def ask(address, method="GET", body=None):
    """An answer of the server, to be closed."""
    request = urllib.request.Request(address, body, {"Authorization": f"token {TOKEN}"}, method=method)
    return urllib.request.urlopen(request)


def put(address, name, content):
    """Put a notebook onto the server."""
    body = json.dumps({"type": "notebook", "format": "json", "content": content}).encode()
    ask(f"{address}/api/contents/notebooks/{name}", "PUT", body).close()


def delete(address):
    ask(address, "DELETE").close()


def put_fresh(address, name):
    """One of ours, without its stored outputs, nor those of a test before: what is seen was computed there."""
    notebook = json.loads((ROOT / "notebooks" / name).read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell.update({"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {})
    put(address, name, notebook)


def kernels(notebook):
    """The processes in which it computes."""
    numbers = [session["kernel"]["id"] for session in notebook.sessions()]
    running = psutil.process_iter(["cmdline"])
    return [one for one in running if any(number in " ".join(one.info["cmdline"] or []) for number in numbers)]


@contextmanager
def served(home):
    """The address of a JupyterLab of its own, with all its files in the folder `home`."""
    shutil.copytree(ROOT / "notebooks", home / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", f"--ServerApp.root_dir={home}", f"--port={port}"]
    options += ["--ServerApp.port_retries=0"]
    own = {f"JUPYTER_{name}": str(home / name) for name in ("CONFIG_DIR", "DATA_DIR")}
    own |= {f"JUPYTERLAB_{name}_DIR": str(home / name) for name in ("SETTINGS", "WORKSPACES")}
    environment = {**os.environ, **own, "OPENBLAS_NUM_THREADS": "1", "JUPYTER_TOKEN": TOKEN}
    options += ["--LabApp.news_url=None", "--LabApp.expose_app_in_browser=True"]
    command = [sys.executable, "-m", "jupyter", "lab", *options]
    with open(home / "log", "w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        await_answer(address, server, home / "log")
        yield address
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:  # it has stopped serving, and a thread of its own does not end
            server.kill()
            server.wait()


def await_answer(address, server, log):
    for _ in range(300):
        try:
            ask(f"{address}/api/status").close()
            return
        except urllib.error.URLError:
            assert server.poll() is None, log.read_text()
            time.sleep(0.2)
    raise AssertionError(f"JupyterLab did not answer:\n{log.read_text()}")


def write_gallery(address, names, more=()):
    """Put a notebook onto the server: one instrument a cell (from cell 1 on), then `more` cells. Returns its name."""
    sources = [f"import sys; sys.path.insert(0, {str(ROOT / 'tests')!r}); from instruments import MAKE"]
    sources += [*(f"MAKE[{name!r}]()" for name in names), *more]
    empty = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}
    cells = [{**empty, "source": source} for source in sources]
    name = f"gallery_{next(numbers)}.ipynb"  # a name of its own, and so a kernel of its own
    put(address, name, {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 4})
    return name


class Notebook:
    """One notebook, open in JupyterLab ("lab") or in Notebook 7 ("notebook"), and what went wrong in it so far.

    A page that shows JupyterLab already opens it there, as a reader opens one lesson after the other; a page that can
    do that again goes to the list `free` in the end.
    """

    def __init__(self, page, address, name, app="lab", free=None):
        self.page, self.address, self.name, self.free = page, address, name, free
        self.errors = []
        page.on("console", self.note_console)
        page.on("pageerror", self.note)
        if page.url.startswith(f"{address}/lab"):
            page.evaluate(OPEN, f"notebooks/{name}")
        else:
            page.goto(f"{address}/{'lab/tree' if app == 'lab' else 'notebooks'}/notebooks/{name}?reset&token={TOKEN}")
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        self.await_kernel()  # before that, Run asks for one
        self.wait_until_idle()
        self.errors.clear()  # what Jupyter says of itself while it starts is not about us

    def note(self, text):
        # JupyterLab asks for parts that this server does not have (a 404 that it handles); that is not our error.
        if "Failed to load resource" not in str(text):
            self.errors.append(str(text))

    def note_console(self, message):
        if message.type == "error":
            self.note(message.text)

    def await_kernel(self):
        for _ in range(600):
            kernels = [session["kernel"] for session in self.sessions()]
            if [(kernel["execution_state"], kernel["connections"] > 0) for kernel in kernels] == [("idle", True)]:
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{self.name} has no kernel that is idle and connected, but {kernels}")

    def wait_until_idle(self):
        self.page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]', timeout=120_000)

    def run_all(self):
        """Run All Cells, and wait until the last one has its new number."""
        last = self.page.evaluate(LAST_NUMBER)
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.page.wait_for_function(f"(last) => ({LAST_NUMBER})() > last", arg=last, timeout=120_000)
        self.wait_until_idle()

    def saved_outputs(self):
        """All outputs of the notebook, as a reader would save them."""
        with self.page.expect_response(lambda response: self.ends_a_save(response.request) and response.ok):
            self.page.keyboard.press("Control+s")
        for _ in range(20):  # while the file is being written once more, by itself, the server can't read it
            with suppress(urllib.error.HTTPError):
                address = f"{self.address}/api/contents/notebooks/{self.name}"
                with ask(address) as answer:
                    cells = json.load(answer)["content"]["cells"]
                break
            self.page.wait_for_timeout(250)
        return [output for cell in cells for output in cell.get("outputs", [])]

    def ends_a_save(self, request):
        """A checkpoint follows each save that was asked for; until then the next is not heard."""
        return request.method == "POST" and request.url.split("?")[0].endswith(f"/notebooks/{self.name}/checkpoints")

    def instrument(self, name, holding=""):
        """The instrument of this name, with this text in it, scrolled to: cells out of sight are not in the page."""
        return self.scrolled_to(self.page.get_by_role("region", name=name).filter(has_text=holding))

    def instrument_of_cell(self, index):
        cell = self.scrolled_to(self.page.locator(f".jp-Cell[data-windowed-list-index='{index}']"))
        instrument = cell.locator(".s2s")
        instrument.wait_for()
        return instrument

    def output_of_cell(self, index):
        found = self.page.locator(f".jp-Cell[data-windowed-list-index='{index}'] .jp-OutputArea-output")
        return self.scrolled_to(found).inner_text()

    def sessions(self):
        with ask(f"{self.address}/api/sessions") as answer:
            return [session for session in json.load(answer) if session["path"].endswith(self.name)]

    def kill_kernel(self):
        (session,) = self.sessions()
        delete(f"{self.address}/api/kernels/{session['kernel']['id']}")

    def close(self):
        """The notebook, and its kernel: twenty of them at once would be slow."""
        self.page.remove_listener("console", self.note_console)
        self.page.remove_listener("pageerror", self.note)
        in_lab = self.page.url.startswith(f"{self.address}/lab")
        if self.free is not None and in_lab and not self.errors and self.page.evaluate(CLOSE_ALL):
            self.free.append(self.page)
        else:
            self.page.context.close()
        for session in self.sessions():
            delete(f"{self.address}/api/sessions/{session['id']}")

    def choose_theme(self, name):
        self.page.get_by_role("menuitem", name="Settings", exact=True).click()
        self.page.get_by_text("Theme", exact=True).first.hover()
        self.page.get_by_text(name, exact=True).click()
        self.page.wait_for_selector(f"body[data-jp-theme-name='{name}']", state="attached")

    def scrolled_to(self, found):
        """Cells out of sight are not in the page: look from here to the end, then from the top, and so on."""
        outer = self.page.locator(".jp-WindowedPanel-outer")
        for _ in range(200):
            if found.count():
                found.first.scroll_into_view_if_needed()
                return found.first
            outer.evaluate(SCROLL)
            self.page.wait_for_timeout(50)
        raise AssertionError(f"nothing found in this notebook: {found}")
