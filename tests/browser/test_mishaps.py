"""What a class does to a training: the kernel restarts, the connection is lost, the laptop sleeps."""

import asyncio
import re
import threading
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest
from instruments import MAKE
from lab import Notebook, kernels, write_gallery
from plain import drawn
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
STEPS = re.compile(r"(\d+) of 3000")


class Line:
    """A way to the server that can be lost for a while: what is on it then is lost too, and nobody is told."""

    def __init__(self, address):
        self.to, self.dead, self.open = urlsplit(address), False, set()

    async def serve(self, started):
        server = await asyncio.start_server(self.joined, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self.loop, self.over = asyncio.get_running_loop(), asyncio.Event()
        started.set()
        await self.over.wait()
        server.close()

    async def joined(self, reader, writer):
        if self.dead:
            return writer.transport.abort()
        ends = {writer}
        try:
            from_server, to_server = await asyncio.open_connection(self.to.hostname, self.to.port)
            ends.add(to_server)
            self.open |= ends
            with suppress(ConnectionError):
                await asyncio.gather(self.carried(reader, to_server), self.carried(from_server, writer))
        finally:  # also when the test is over: an end that nobody closed is a warning in whichever test comes next
            self.open -= ends
            for end in ends:
                end.transport.abort()

    async def carried(self, reader, writer):
        while data := await reader.read(65_536):
            if not self.dead:
                writer.write(data)
        writer.close()

    def lose(self):
        self.dead = True

    def find_again(self):
        """Both ends learn only now that what they had is gone."""
        self.dead = False
        self.loop.call_soon_threadsafe(lambda: [end.transport.abort() for end in self.open])


@contextmanager
def a_line(address):
    line, started = Line(address), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(line.serve(started)))
    thread.start()
    assert started.wait(10)
    try:
        yield line
    finally:
        line.loop.call_soon_threadsafe(line.over.set)
        thread.join(10)


def steps_done(monitor):
    return int(STEPS.search(monitor.inner_text())[1])


def goes_on(monitor):
    """It trains, more than what was on its way."""
    before = steps_done(monitor)
    monitor.page.wait_for_function(
        "([node, count]) => Number(/(\\d+) of 3000/.exec(node.innerText)[1]) > count",
        arg=[monitor.element_handle(), before + 100],
    )


@contextmanager
def over_a_line(browser, jupyter, name):
    """The line, and an instrument that has no other way to its kernel."""
    with a_line(jupyter) as line:
        page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
        notebook = Notebook(page, line.address, write_gallery(jupyter, [name]))
        notebook.run_all()
        yield line, notebook.instrument_of_cell(1)
        notebook.close()


@pytest.mark.lessons
def test_a_slider_is_answered_when_the_connection_is_back(browser, jupyter):
    with over_a_line(browser, jupyter, "GradientFlow") as (line, flow):
        length, alert = flow.get_by_label("length", exact=True), flow.get_by_role("alert")
        line.lose()
        length.press("End")
        expect(alert).to_contain_text("No answer from the kernel", timeout=15_000)
        line.find_again()
        expect(alert).to_be_hidden(timeout=30_000)  # it has asked again, by itself
        length.press("Home")
        flow.page.wait_for_timeout(6_000)
        expect(alert).to_be_hidden()


@pytest.mark.lessons
def test_a_training_goes_on_when_the_connection_is_back(browser, jupyter):
    with over_a_line(browser, jupyter, "TrainingMonitor") as (line, monitor):
        monitor.get_by_role("button", name="Play").click()
        goes_on(monitor)
        line.lose()
        expect(monitor.get_by_role("alert")).to_contain_text("No answer from the kernel", timeout=15_000)
        monitor.page.wait_for_timeout(5_000)
        line.find_again()
        goes_on(monitor)
        expect(monitor.get_by_role("alert")).to_be_hidden()
        monitor.get_by_role("button", name="Pause").click()


@pytest.mark.lessons
def test_a_kernel_that_died_while_training_is_told_and_run_again_it_trains_again(jupyter, open_notebook):
    notebook = open_notebook(write_gallery(jupyter, ["TrainingMonitor"]))
    notebook.run_all()
    monitor = notebook.instrument_of_cell(1)
    monitor.get_by_role("button", name="Play").click()
    goes_on(monitor)
    for process in kernels(notebook):
        process.kill()
    notebook.page.locator(".jp-Dialog .jp-mod-accept").click(timeout=60_000)  # it says that there is another
    expect(monitor.get_by_role("alert")).to_contain_text("No answer from the kernel", timeout=15_000)
    notebook.page.evaluate("() => { jupyterapp.commands.execute('notebook:run-all-cells'); }")  # the numbers are new
    expect(monitor).to_contain_text(re.compile(r"(?<!\d)0 of 3000"), timeout=60_000)
    monitor.get_by_role("button", name="Play").click()
    goes_on(monitor)
    assert notebook.errors == []
    notebook.close()


@pytest.mark.parametrize("name", ["TrainingMonitor", "GradientFlow"])
def test_after_an_hour_of_sleep_it_goes_on(page, name):
    """The clocks of the page jump: what it waited for comes after its time."""
    page.clock.install()
    section = drawn(page, MAKE[name]())
    if name == "TrainingMonitor":
        section.get_by_role("button", name="Play").click()
        goes_on(section)
    page.clock.fast_forward(3_600_000)
    if name == "TrainingMonitor":
        goes_on(section)
        section.get_by_role("button", name="Pause").click()
    else:
        section.get_by_label("length", exact=True).press("End")
        page.clock.run_for(1_000)
    expect(section.get_by_role("alert")).to_be_hidden()
