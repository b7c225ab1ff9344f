"""What happens to the instruments when a cell is run again, the kernel dies, the theme turns dark, or a hand drags."""

import re

import pytest
from instruments import MAKE
from lab import write_gallery
from playwright.sync_api import expect
from test_instruments import DRAWING, await_change, look, ranges, serious_findings, settle

from seq2seq_lib.widgets.explorer import Explorer

pytestmark = pytest.mark.browser
COUNT = """from ipywidgets.widgets.widget import _instances
from seq2seq_lib.widgets.instrument import Instrument
print(sum(isinstance(widget, Instrument) for widget in _instances.values()), "alive")"""


@pytest.fixture(params=["lab", "notebook"])
def open_gallery(request, open_notebook, jupyter):
    """Opens a notebook with these instruments, all if none is named, in JupyterLab or in Notebook 7, and runs it."""

    opened = []

    def open_gallery(*names, more=(), **options):
        opened.append(open_notebook(write_gallery(jupyter, names or MAKE, more), app=request.param, **options))
        opened[-1].run_all()
        return opened[-1]

    yield open_gallery
    for notebook in opened:
        notebook.close()


def instruments_of(notebook, names=MAKE):
    """(name, instrument) for each, one after the other: only what was scrolled to is laid out."""
    for name in names:
        instrument = notebook.instrument_of_cell(1 + list(MAKE).index(name))
        expect(instrument.locator(DRAWING).first).to_be_visible()
        yield name, instrument


def asks_the_kernel(name):
    """The labels of the controls for which the kernel computes."""
    made = MAKE[name]()
    controls = made.declared.values() if isinstance(made, Explorer) else ()
    return [control.label for control in controls if not control.local and hasattr(control, "label")]


def test_a_cell_that_is_run_again_leaves_no_orphan(open_gallery):
    notebook = open_gallery(more=[COUNT])
    for again in (False, True):
        if again:
            notebook.run_all()
        assert f"{len(MAKE)} alive" in notebook.output_of_cell(1 + len(MAKE))
        assert len(list(instruments_of(notebook))) == len(MAKE)
    assert notebook.errors == []


def test_a_training_that_is_run_again_has_stopped(open_gallery):
    notebook = open_gallery("TrainingMonitor", more=[COUNT])
    for _ in range(2):
        monitor = notebook.instrument_of_cell(1)
        expect(monitor).to_contain_text("0 of 3000")
        monitor.get_by_role("button", name="Play").click()
        expect(monitor).to_contain_text(re.compile(r"[1-9]\d* of 3000"))
        notebook.run_all()
    assert "1 alive" in notebook.output_of_cell(2)
    assert notebook.errors == []


def test_a_dead_kernel_is_reported_within_six_seconds(open_gallery):
    notebook = open_gallery()
    assert len(list(instruments_of(notebook))) == len(MAKE)
    notebook.kill_kernel()
    for name, instrument in instruments_of(notebook, [name for name in MAKE if asks_the_kernel(name)]):
        change(instrument.get_by_label(asks_the_kernel(name)[0], exact=True))
        expect(instrument.get_by_role("alert")).to_contain_text("No answer from the kernel", timeout=6_000)
    monitor = notebook.instrument_of_cell(1 + list(MAKE).index("TrainingMonitor"))
    monitor.get_by_role("button", name="Play").click()
    expect(monitor.get_by_role("alert")).to_contain_text("No answer from the kernel", timeout=6_000)


def change(control):
    kind = control.evaluate("(node) => node.type")
    if kind == "checkbox":
        control.click()
    elif kind == "select-one":
        control.select_option(index=1)
    elif kind == "text":
        control.press("End")
        control.press("Backspace")
        control.press("Enter")
    else:
        control.press("Home")
        control.press("End")


def test_they_can_be_read_in_the_dark(open_gallery):
    notebook = open_gallery()
    notebook.choose_theme("JupyterLab Light")  # the server remembers the theme of the test before
    light = {name: settle(instrument) for name, instrument in instruments_of(notebook)}
    notebook.choose_theme("JupyterLab Dark")
    for name, instrument in instruments_of(notebook):
        assert await_change(instrument, light[name]), name  # the drawing has followed, without a touch
        colours = instrument.evaluate(
            "(node) => [getComputedStyle(node).color, getComputedStyle(node).backgroundColor]"
        )
        text, paper = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours)
        assert text > 600
        assert paper < 150
        assert not serious_findings(instrument), name


def test_a_long_way_to_the_kernel_never_shows_a_stale_frame_after_a_reset(open_gallery):
    monitor = open_gallery("TrainingMonitor").instrument_of_cell(1)
    for _ in range(5):
        monitor.get_by_role("button", name="Play").click()
        expect(monitor).to_contain_text(re.compile(r"[1-9]\d* of 3000"))
        monitor.get_by_role("button", name="Reset").click()
        seen = {monitor.inner_text() and re.search(r"(\d+) of 3000", monitor.inner_text()).group(1) for _ in range(30)}
        assert seen == {"0"}


def test_where_less_motion_is_asked_for_nothing_moves_by_itself(open_gallery):
    notebook = open_gallery(reduced_motion="reduce")
    for name, instrument in instruments_of(notebook):
        before = settle(instrument)
        instrument.page.wait_for_timeout(400)
        assert look(instrument) == before, name
        moving = instrument.evaluate("(node) => node.getAnimations({ subtree: true }).length")
        assert moving == 0, name


# A hand on the drawing


def test_a_pointer_anywhere_on_a_drawing_does_no_harm(open_gallery):
    notebook = open_gallery()
    for _, instrument in instruments_of(notebook):
        height = instrument.bounding_box()["height"]
        for box in map(bounds, instrument.locator(DRAWING).all()):
            for across in (0.02, 0.3, 0.6, 0.97):
                for down in (0.03, 0.35, 0.7, 0.96):
                    drag(instrument.page, box["x"] + across * box["width"], box["y"] + down * box["height"])
        settle(instrument)
        assert not instrument.get_by_role("alert").filter(visible=True).all_inner_texts()
        assert instrument.bounding_box()["height"] == pytest.approx(height, abs=1)
    assert notebook.errors == []


@pytest.mark.parametrize("name", [name for name in MAKE if "edits" in getattr(MAKE[name](), "declared", {})])
def test_what_is_dragged_changes_and_undo_takes_it_back(open_gallery, name):
    instrument = open_gallery(name).instrument_of_cell(1)
    undo = instrument.get_by_role("button", name="Undo changes")
    expect(undo).to_be_disabled()
    before = [slider.input_value() for slider in ranges(instrument)]
    pictures, _ = settle(instrument)
    assert drag_until(undo, instrument)
    assert settle(instrument)[0] != pictures
    for slider, value in zip(ranges(instrument), before):
        slider.fill(value)
    undo.click()
    expect(undo).to_be_disabled()
    assert settle(instrument)[0] == pictures


def drag_until(undo, instrument):
    for box in map(bounds, instrument.locator(DRAWING).all()):
        for down in range(12, int(box["height"]), 24):
            for across in range(20, int(box["width"]), 45):
                drag(instrument.page, box["x"] + across, box["y"] + down)
                if undo.is_enabled():
                    return True
    return False


def bounds(canvas):
    canvas.scroll_into_view_if_needed()
    return canvas.bounding_box()


def drag(page, x, y):
    """Press, pull upwards, let go."""
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 15)
    page.mouse.up()
