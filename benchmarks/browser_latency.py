"""How long an instrument takes to answer: from the key press to the last changed pixel, in JupyterLab.

    python benchmarks/browser_latency.py [NAME ...] [--presses 20]

Each control of each instrument of tests/instruments.py is moved by an arrow key. Local controls move through arrays
that the browser already has; the others make the kernel compute. Everything is measured twice: directly, and through a
small proxy on this machine that holds every packet back for 50 ms each way (100 ms of round trip, as on Binder).
Then a hand drags the first slider of each for a second: how long from one picture of the screen to the next.
For TrainingMonitor: how many answers still come after Pause. Needs Chromium, as the browser tests do.
"""

import argparse
import asyncio
import queue
import statistics
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "browser")]

from instruments import MAKE
from lab import Notebook, launched, served, write_gallery

WINDOW = 700  # ms after a key press in which the picture may change
WATCH = """(root) => {
  const small = new OffscreenCanvas(96, 96).getContext("2d", {willReadFrequently: true});
  const look = () => [...root.querySelectorAll("canvas[role=img]:not(.s2s-bar)")].map((canvas) => {
    small.clearRect(0, 0, 96, 96);
    small.drawImage(canvas, 0, 0, 96, 96);
    return small.getImageData(0, 0, 96, 96).data.join();
  }).join() + root.innerText;
  let before = look(), pressed = 0, changed = 0;
  const watch = (now) => {
    const seen = look();
    if (seen !== before) [before, changed] = [seen, performance.now()];
    requestAnimationFrame(watch);
  };
  root.addEventListener("keydown", () => { pressed = performance.now(); changed = 0; }, true);
  root.latency = () => changed ? changed - pressed : -1;
  requestAnimationFrame(watch);
}"""


PICTURES = """(root) => {
  let last = performance.now(), between = [], on = true;
  const next = (now) => { between.push(now - last); last = now; if (on) requestAnimationFrame(next); };
  root.pictures = () => { on = false; return between.slice(2); };
  requestAnimationFrame(next);
}"""


def delayed(port, seconds):
    """A port that leads to `port`, with every packet held back for so long in each direction."""

    async def pump(reader, writer):
        loop = asyncio.get_running_loop()
        while data := await reader.read(65536):
            loop.call_later(seconds, writer.write, data)
        loop.call_later(seconds, writer.close)

    async def connect(reader, writer):
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer), return_exceptions=True)

    async def serve():
        server = await asyncio.start_server(connect, "127.0.0.1", 0)
        listening.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    listening = queue.Queue()
    threading.Thread(target=lambda: asyncio.run(serve()), daemon=True).start()
    return listening.get()


def latencies(instrument, slider, presses):
    """Milliseconds from a press of an arrow key to the last changed pixel, for each press."""
    slider.press("Home")
    instrument.page.wait_for_timeout(WINDOW)
    step, high = float(slider.get_attribute("step")), float(slider.get_attribute("max"))
    keys, measured = ["ArrowRight", "ArrowLeft"], []
    room = max(1, int((high - float(slider.get_attribute("min"))) / step))
    for i in range(presses):
        slider.press(keys[(i // room) % 2])
        instrument.page.wait_for_timeout(WINDOW)
        measured.append(instrument.evaluate("(root) => root.latency()"))
    return [ms for ms in measured if ms >= 0]


def drag(instrument, slider):
    """Milliseconds between the pictures of the screen while the slider is dragged from one end to the other."""
    instrument.evaluate(PICTURES)
    box, mouse = slider.bounding_box(), instrument.page.mouse
    across = [box["x"] + box["width"] * share / 60 for share in range(1, 60)]
    mouse.move(across[0], box["y"] + box["height"] / 2)
    mouse.down()
    for x in across:
        mouse.move(x, box["y"] + box["height"] / 2)
        instrument.page.wait_for_timeout(15)
    mouse.up()
    return instrument.evaluate("(root) => root.pictures()")


def report_drag(name, between):
    """The median, the 95th percentile, and how many came later than 20 ms after the one before."""
    late = sum(ms > 20 for ms in between) / len(between)
    p95 = sorted(between)[int(0.95 * len(between))]
    print(f"  {name:<18}{'while dragged':<28}{'screen':<8}{statistics.median(between):6.1f}{p95:6.1f}{late:6.0%} late")


def report(name, label, local, measured):
    if not measured:
        print(f"  {name:<18}{label:<28}no change", flush=True)
        return
    p95 = sorted(measured)[max(0, int(0.95 * len(measured)) - 1)]
    kind = "local" if local else "kernel"
    print(f"  {name:<18}{label:<28}{kind:<8}{statistics.median(measured):6.0f}{p95:6.0f}{len(measured):5}", flush=True)


def answers_after_pause(notebook, monitor):
    """How many frames still come in after Pause, and whether the picture stood still."""
    monitor.get_by_role("button", name="Play").click()
    notebook.page.wait_for_timeout(1500)
    received = []
    notebook.sockets_hear(lambda data: received.append(data))
    monitor.get_by_role("button", name="Pause").click()
    received.clear()
    before = monitor.inner_text()
    notebook.page.wait_for_timeout(1500)
    frames = sum(b'"kind": "frame"' in data for data in received if isinstance(data, bytes))
    print(
        f"  TrainingMonitor   after Pause: {frames} more answers; picture unchanged: {monitor.inner_text() == before}"
    )


class Listening(Notebook):
    """A notebook whose websockets can be listened to."""

    def __init__(self, page, address, name):
        self.sockets = []
        page.on("websocket", lambda opened: self.sockets.append(opened))
        super().__init__(page, address, name)

    def sockets_hear(self, heard):
        for socket in self.sockets:
            socket.on("framereceived", heard)


def measure(browser, address, names, presses):
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    notebook = Listening(page, address, write_gallery(address, names))
    notebook.run_all()
    for index, name in enumerate(names, 1):
        instrument = notebook.instrument_of_cell(index)
        local = {c.label: c.local for c in getattr(MAKE[name](), "declared", {}).values() if hasattr(c, "label")}
        instrument.evaluate(WATCH)
        for slider in instrument.locator("input[type=range]:enabled").all():
            label = slider.get_attribute("aria-label")
            report(name, label, local.get(label, True), latencies(instrument, slider, presses))
        for slider in instrument.locator("input[type=range]:enabled").all()[:1]:
            report_drag(name, drag(instrument, slider))
        if name == "TrainingMonitor":
            answers_after_pause(notebook, instrument)
    page.context.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=list(MAKE))
    parser.add_argument("--presses", type=int, default=20)
    arguments = parser.parse_args()
    home = Path(tempfile.mkdtemp())
    with launched() as browser, served(home) as address:
        far = f"http://127.0.0.1:{delayed(int(address.rsplit(':', 1)[1]), 0.05)}"
        for name in arguments.names:
            size = len(MAKE[name]()._esm.encode())
            print(f"{name}: {size / 1000:.1f} kB of JavaScript")
        for title, reached in (("directly", address), ("with 100 ms of round trip", far)):
            print(f"{title}: median and 95th percentile in ms, and the key presses that changed the picture")
            measure(browser, reached, arguments.names, arguments.presses)
