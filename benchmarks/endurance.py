"""An hour of live training in JupyterLab: does the page stay as quick, and do page and kernel stay as large?

    python benchmarks/endurance.py [MINUTES [EVERY]]      lesson 00's monitor; a line for each EVERY minutes (5)

Steps and frames are those of a second. What else the machine does at the time slows them down: look at its load beside
them. The page's memory is what its JavaScript still holds after its garbage is collected.
"""

import os
import re
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "browser"))
from lab import Notebook, kernels, launched, put_fresh, served
from playwright.sync_api import TimeoutError, expect

LESSON = "00_start_here.ipynb"
DONE = re.compile(r"(\d+) of (\d+)")
COUNT_FRAMES = "() => { window.frames_ = 0; const next = () => (frames_ += 1, requestAnimationFrame(next)); next(); }"
FRAMES = "() => { const seen = frames_; frames_ = 0; return seen; }"
HELD = "() => performance.memory.usedJSHeapSize / 1e6"


def trained_for(monitor, seconds):
    """How many steps it trains in that time. At the end of a training it begins anew."""
    end, steps = time.monotonic() + seconds, 0
    last, _ = state(monitor)
    while time.monotonic() < end:
        now, whole = state(monitor)
        steps, last = steps + now - last, now
        if now == whole:
            monitor.get_by_role("button", name="Reset", exact=True).click()
            last = 0
        with suppress(TimeoutError):  # it plays, or has come to its end since
            monitor.get_by_role("button", name="Play", exact=True).click(timeout=200)
        monitor.page.wait_for_timeout(1_000)
    return steps


def state(monitor):
    return map(int, DONE.search(monitor.inner_text()).groups())


def main(minutes=60, every=5):
    with tempfile.TemporaryDirectory() as home, served(Path(home)) as address, launched() as browser:
        put_fresh(address, LESSON)
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        notebook = Notebook(page, address, LESSON)
        notebook.run_all()
        monitor = notebook.instrument("Training monitor")
        expect(monitor).to_contain_text(DONE)
        chrome = page.context.new_cdp_session(page)
        page.evaluate(COUNT_FRAMES)
        print("minutes  steps/s  frames/s  page MB  nodes  kernel MB  load", flush=True)
        for done in range(every, minutes + 1, every):
            began, _ = time.monotonic(), page.evaluate(FRAMES)
            steps = trained_for(monitor, every * 60)
            seconds, frames = time.monotonic() - began, page.evaluate(FRAMES)
            chrome.send("HeapProfiler.collectGarbage")
            nodes = page.evaluate("document.querySelectorAll('*').length")
            kernel = sum(one.memory_info().rss for one in kernels(notebook)) / 1e6
            print(
                f"{done:7}  {steps / seconds:7.0f}  {frames / seconds:8.0f}  {page.evaluate(HELD):7.1f}  {nodes:5}"
                f"  {kernel:9.0f}  {os.getloadavg()[0]:4.1f}",
                flush=True,
            )
        print("complaints:", notebook.errors or "none")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
