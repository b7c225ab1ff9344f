"""What happens to the instruments when a cell is run again, the kernel dies, the theme turns dark, or a hand drags."""

import re

import pytest
from instruments import EDITED, EXPLORERS, MAKE
from lab import write_gallery
from playwright.sync_api import expect
from test_instruments import DRAWING, await_change, in_one_host, look, ranges, serious_findings, settle

pytestmark = pytest.mark.browser
COUNT = """from ipywidgets.widgets.widget import _instances
from seq2seq_lib.widgets.instrument import Instrument
print(sum(isinstance(widget, Instrument) for widget in _instances.values()), "alive")"""


@pytest.fixture
def open_gallery(open_notebook, jupyter):
    """Opens a gallery of one test alone, with these instruments, and runs it; page and kernel go with the test."""
    opened = []

    def open_gallery(names, app="lab", more=()):
        opened.append(open_notebook(write_gallery(jupyter, names, more), app))
        opened[-1].run_all()
        return opened[-1]

    yield open_gallery
    for notebook in opened:
        notebook.close()


def instruments_of(notebook, names=MAKE):
    """(name, instrument) for each, one after the other: only what was scrolled to is laid out."""
    for cell, name in enumerate(names, 1):
        instrument = notebook.instrument_of_cell(cell)
        expect(instrument.locator(DRAWING).first).to_be_visible()
        yield name, instrument


def asked_of_the_kernel(name):
    """The label of a control for which the kernel computes, or None."""
    controls = MAKE[name]().declared.values() if name in EXPLORERS else ()
    return next((control.label for control in controls if not control.local and hasattr(control, "label")), None)


def test_a_cell_that_is_run_again_leaves_no_orphan(open_gallery):
    notebook = open_gallery(MAKE, more=[COUNT])
    for again in (False, True):
        if again:
            notebook.run_all()
        assert f"{len(MAKE)} alive" in notebook.output_of_cell(1 + len(MAKE))
        assert len(list(instruments_of(notebook))) == len(MAKE)
    assert notebook.errors == []


def test_a_training_that_is_run_again_has_stopped(open_gallery):
    notebook = open_gallery(["TrainingMonitor"], more=[COUNT])
    for _ in range(2):
        monitor = notebook.instrument_of_cell(1)
        expect(monitor).to_contain_text("0 of 3000")
        monitor.get_by_role("button", name="Play").click()
        expect(monitor).to_contain_text(re.compile(r"[1-9]\d* of 3000"))
        notebook.run_all()
    assert "1 alive" in notebook.output_of_cell(2)
    assert notebook.errors == []


def labels_of(instrument):
    return instrument.locator("label").all_inner_texts()


@pytest.mark.parametrize(("app", "names"), [("lab", [*MAKE]), ("notebook", ["Optimizers", "TrainingMonitor"])])
def test_the_next_day_the_instruments_are_still_there(open_gallery, open_notebook, app, names):
    """Saved, the kernel ended, the notebook opened again: no kernel knows its widgets, the file does."""
    notebook = open_gallery(names, app)
    before = {name: labels_of(instrument) for name, instrument in instruments_of(notebook, names)}
    notebook.saved_outputs()
    notebook.close()
    reopened = open_notebook(notebook.name, app, new_page=True)
    for name, instrument in instruments_of(reopened, names):
        expect(instrument.locator(DRAWING).first).to_have_attribute("aria-label", re.compile(".{15}"))
        assert labels_of(instrument) == before[name]
    expect(reopened.page.get_by_text("Error displaying widget")).to_have_count(0)
    reopened.close()


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_a_dead_kernel_is_reported_within_six_seconds(open_gallery, app):
    labels = {name: asked_of_the_kernel(name) for name in MAKE}
    names = [name for name in MAKE if labels[name] or name == "TrainingMonitor"]
    notebook = open_gallery(names, app)
    assert len(list(instruments_of(notebook, names))) == len(names)
    notebook.kill_kernel()
    for name, instrument in instruments_of(notebook, names):  # all are asked, so that all wait at the same time
        if name == "TrainingMonitor":
            instrument.get_by_role("button", name="Play").click()
        else:
            change(instrument.get_by_label(labels[name], exact=True))
    for name, instrument in instruments_of(notebook, names):
        expect(instrument.get_by_role("alert"), name).to_contain_text("No answer from the kernel", timeout=6_000)


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


@pytest.fixture
def choose_theme(gallery):
    yield gallery.choose_theme
    gallery.choose_theme("JupyterLab Light")


def test_they_can_be_read_in_the_dark(gallery, choose_theme):
    choose_theme("JupyterLab Light")
    light = {name: settle(instrument) for name, instrument in instruments_of(gallery)}
    choose_theme("JupyterLab Dark")
    for name, instrument in instruments_of(gallery):
        assert await_change(instrument, light[name]), name  # the drawing has followed, without a touch
        colours = instrument.evaluate(
            "(node) => [getComputedStyle(node).color, getComputedStyle(node).backgroundColor]"
        )
        text, paper = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours)
        assert text > 600
        assert paper < 150
        assert not serious_findings(instrument), name


def test_a_long_way_to_the_kernel_never_shows_a_stale_frame_after_a_reset(open_gallery):
    monitor = open_gallery(["TrainingMonitor"]).instrument_of_cell(1)
    for _ in range(5):
        monitor.get_by_role("button", name="Play").click()
        expect(monitor).to_contain_text(re.compile(r"[1-9]\d* of 3000"))
        monitor.get_by_role("button", name="Reset").click()
        seen = {monitor.inner_text() and re.search(r"(\d+) of 3000", monitor.inner_text()).group(1) for _ in range(30)}
        assert seen == {"0"}


@pytest.fixture
def less_motion(gallery):
    gallery.page.emulate_media(reduced_motion="reduce")
    yield
    gallery.page.emulate_media(reduced_motion="no-preference")


@in_one_host
@pytest.mark.usefixtures("less_motion")
def test_where_less_motion_is_asked_for_nothing_moves_by_itself(gallery):
    for name, instrument in instruments_of(gallery):
        before = settle(instrument)
        instrument.page.wait_for_timeout(400)
        assert look(instrument) == before, name
        moving = instrument.evaluate("(node) => node.getAnimations({ subtree: true }).length")
        assert moving == 0, name


# A hand on the drawing


def test_a_pointer_anywhere_on_a_drawing_does_no_harm(alone):
    errors = []
    alone.page.on("pageerror", lambda error: errors.append(str(error)))
    height = alone.bounding_box()["height"]
    for box in map(bounds, alone.locator(DRAWING).all()):
        for across in (0.02, 0.3, 0.6, 0.97):
            for down in (0.03, 0.35, 0.7, 0.96):
                drag(alone.page, box["x"] + across * box["width"], box["y"] + down * box["height"])
    settle(alone)
    assert not alone.get_by_role("alert").filter(visible=True).all_inner_texts()
    assert alone.bounding_box()["height"] == pytest.approx(height, abs=1)
    assert errors == []


@pytest.mark.parametrize("alone", EDITED, indirect=True)
def test_what_is_dragged_changes_and_undo_takes_it_back(alone):
    undo = alone.get_by_role("button", name="Undo changes")
    expect(undo).to_be_disabled()
    before = [slider.input_value() for slider in ranges(alone)]
    pictures, _ = settle(alone)
    assert drag_until(undo, alone)
    assert settle(alone)[0] != pictures
    for slider, value in zip(ranges(alone), before):
        slider.fill(value)
    undo.click()
    expect(undo).to_be_disabled()
    assert settle(alone)[0] == pictures


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
