"""A lesson in JupyterLite, as `make lite` has built it: no server behind it but one that hands out files."""

import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import nbformat

READY = "() => globalThis.jupyterapp?.shell.currentWidget?.context?.isReady"
# The word in the page is "idle" before there is any kernel.
IDLE = "() => jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
RUN_ALL = """() => {
  globalThis.allRan = false;
  jupyterapp.commands.execute("notebook:run-all-cells").then(() => { globalThis.allRan = true; });
}"""
RUN_CELL = """async (index) => {
  jupyterapp.shell.currentWidget.content.activeCellIndex = index;
  await jupyterapp.commands.execute("notebook:run-cell");
}"""
CELLS = "() => jupyterapp.shell.currentWidget.content.model.toJSON().cells"
WRITE = """([index, source]) =>
  jupyterapp.shell.currentWidget.content.model.cells.get(index).sharedModel.setSource(source)"""
SAVE = "async () => { await jupyterapp.commands.execute('docmanager:save') }"
NOT_COMPARED = {"image/png", "application/vnd.jupyter.widget-view+json"}  # as nbval does


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextmanager
def files_of(folder):
    """The address of a server for the files of this folder."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Lesson:
    def __init__(self, page, address, name):
        self.page, self.path = page, f"notebooks/{name}.ipynb"
        page.goto(f"{address}/notebooks/index.html?path={self.path}")
        page.wait_for_function(READY, timeout=120_000)

    def await_kernel(self):
        self.page.wait_for_function(IDLE, timeout=300_000)

    def run_all(self):
        self.await_kernel()
        self.page.evaluate(RUN_ALL)
        self.page.wait_for_function("allRan", timeout=900_000)  # where others work on the machine too

    def run(self, index, source=None):
        """Run one cell, with this in it if anything. Returns what it says."""
        if source is not None:
            self.page.evaluate(WRITE, [index, source])
        self.await_kernel()
        self.page.evaluate(RUN_CELL, index)
        return said(self.cells()[index])

    def save(self):
        self.page.evaluate(SAVE)

    def cells(self):
        return [nbformat.from_dict(cell) for cell in self.page.evaluate(CELLS)]

    def cell(self, index):
        """This cell, scrolled to: cells out of sight are not in the page."""
        script = """(index) => {
          const { content } = jupyterapp.shell.currentWidget;
          content.activeCellIndex = index;
          return content.scrollToItem(index);
        }"""
        self.page.evaluate(script, index)
        return self.page.locator(f".jp-Cell[data-windowed-list-index='{index}']")


def said(cell):
    """What a code cell says, streams joined, without what nbval doesn't compare either."""
    parts = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            if parts and isinstance(parts[-1], str):
                parts[-1] += output.text
            else:
                parts.append(output.text)
        elif output.output_type == "error":
            parts.append({"error": output.evalue})
        else:
            parts.append({kind: data for kind, data in output.data.items() if kind not in NOT_COMPARED})
    return parts
