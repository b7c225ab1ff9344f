"""What happens to an instrument when its cell is run again, its kernel dies, or the theme turns dark."""

import re

import pytest
from lab import write_gallery
from playwright.sync_api import expect
from test_instruments import settle

pytestmark = pytest.mark.browser
COUNT = """from ipywidgets.widgets.widget import _instances
from seq2seq_lib.widgets.instrument import Instrument
print(sum(isinstance(widget, Instrument) for widget in _instances.values()), "alive")"""


@pytest.fixture(scope="module")
def open_gallery(open_notebook, jupyter):
    return lambda *names, more=(): open_notebook(write_gallery(jupyter, names, more))


def test_a_cell_that_is_run_again_leaves_no_orphan(open_gallery):
    notebook = open_gallery("TrainingMonitor", "HiddenStates", more=[COUNT])
    for _ in range(2):
        notebook.run_all()
        monitor = notebook.instrument_of_cell(1)
        expect(monitor).to_contain_text("0 of 3000")
        assert "2 alive" in notebook.output_of_cell(3)
        monitor.get_by_role("button", name="Play").click()
    assert notebook.errors == []


def test_a_dead_kernel_is_reported_within_six_seconds(open_gallery):
    notebook = open_gallery("TrainingMonitor")
    notebook.run_all()
    monitor = notebook.instrument_of_cell(1)
    monitor.get_by_role("button", name="Play").click()
    expect(monitor).to_contain_text(re.compile(r"[1-9]\d* of 3000"))
    notebook.kill_kernel()
    expect(monitor.get_by_role("alert")).to_contain_text("No answer from the kernel", timeout=6_000)


def test_it_can_be_read_in_the_dark(open_gallery):
    notebook = open_gallery("HiddenStates")
    notebook.run_all()
    light = notebook.instrument_of_cell(1)
    before = settle(light)
    notebook.choose_theme("JupyterLab Dark")
    assert settle(light) != before  # the drawings have followed, without a touch
    colours = light.evaluate("(node) => [getComputedStyle(node).color, getComputedStyle(node).backgroundColor]")
    text, paper = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours)
    assert text > 600
    assert paper < 150


def test_a_long_way_to_the_kernel_never_shows_a_stale_frame_after_a_reset(open_gallery):
    notebook = open_gallery("TrainingMonitor")
    notebook.run_all()
    monitor = notebook.instrument_of_cell(1)
    for _ in range(5):
        monitor.get_by_role("button", name="Play").click()
        expect(monitor).to_contain_text(re.compile(r"[1-9]\d* of 3000"))
        monitor.get_by_role("button", name="Reset").click()
        seen = {monitor.inner_text() and re.search(r"(\d+) of 3000", monitor.inner_text()).group(1) for _ in range(30)}
        assert seen == {"0"}
