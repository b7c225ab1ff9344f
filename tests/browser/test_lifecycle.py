"""What happens to the instruments when a cell is run again, the kernel dies, the theme turns dark, or a hand drags."""

import re
from functools import cache

import pytest
from instruments import EDITED, EXPLORERS, MAKE, SOME
from lab import HOSTS, write_gallery
from plain import mounted
from playwright.sync_api import expect
from test_instruments import DRAWING, await_change, look, ranges, rest, settle

pytestmark = pytest.mark.browser
FRESH, TRAINING = re.compile(r"(?<!\d)0 of 3000"), re.compile(r"[1-9]\d* of 3000")
COUNT = """from ipywidgets.widgets.widget import _instances
from seq2seq_lib.widgets.instrument import Instrument
print(sum(isinstance(widget, Instrument) for widget in _instances.values()), "alive")"""


class Galleries(dict):
    """Of each Jupyter a notebook of some instruments, opened and run when it is asked for; who spoils it pops it."""

    def __init__(self, opened):
        self.opened = opened

    def __missing__(self, app):
        self[app] = self.opened(app)
        self[app].run_all()
        return self[app]


@pytest.fixture(scope="module")
def galleries(open_notebook, jupyter):
    galleries = Galleries(lambda app: open_notebook(write_gallery(jupyter, SOME, [COUNT]), app))
    yield galleries
    for notebook in galleries.values():
        notebook.close()


def training_monitor(notebook):
    return notebook.instrument_of_cell(1 + SOME.index("TrainingMonitor"))


def instruments_of(notebook, names=SOME):
    """(name, instrument) for each, one after the other: only what was scrolled to is laid out."""
    for cell, name in enumerate(names, 1):
        instrument = notebook.instrument_of_cell(cell)
        expect(instrument.locator(DRAWING).first).to_be_visible()
        yield name, instrument


@cache
def asked_of_the_kernel(name):
    """The label of a control for which the kernel computes, or None."""
    if name not in EXPLORERS:
        return "Play"
    controls = MAKE[name]().declared.values()
    return next((control.label for control in controls if not control.local and hasattr(control, "label")), None)


def test_a_cell_that_is_run_again_leaves_no_orphan(galleries):
    notebook = galleries["lab"]
    for again in (False, True):
        if again:
            notebook.run_all()
        assert f"{len(SOME)} alive" in notebook.output_of_cell(1 + len(SOME))
        assert len(list(instruments_of(notebook))) == len(SOME)
    assert notebook.errors == []


def test_a_training_that_is_run_again_has_stopped(galleries):
    notebook = galleries["lab"]
    for _ in range(2):
        training_monitor(notebook).get_by_role("button", name="Play").click()
        expect(training_monitor(notebook)).to_contain_text(TRAINING)
        notebook.run_all()
        expect(training_monitor(notebook)).to_contain_text(FRESH)
    assert f"{len(SOME)} alive" in notebook.output_of_cell(1 + len(SOME))
    assert notebook.errors == []


def test_a_long_way_to_the_kernel_never_shows_a_stale_frame_after_a_reset(galleries):
    monitor = training_monitor(galleries["lab"])
    monitor.get_by_role("button", name="Reset").click()
    expect(monitor).to_contain_text(FRESH)
    for _ in range(5):
        monitor.get_by_role("button", name="Play").click()
        expect(monitor).to_contain_text(TRAINING)
        monitor.get_by_role("button", name="Reset").click()
        seen = {monitor.inner_text() and re.search(r"(\d+) of 3000", monitor.inner_text()).group(1) for _ in range(30)}
        assert seen == {"0"}


@pytest.mark.parametrize("app", HOSTS)
def test_control_s_saves_the_notebook_whatever_has_the_focus(galleries, app):
    for _, instrument in instruments_of(galleries[app]):
        for kind in ("input", "button"):
            instrument.locator(f"{kind}:enabled").first.focus()
            galleries[app].saved_outputs()  # fails if nothing is sent
    assert galleries[app].errors == []


def labels_of(instrument):
    return instrument.locator("label").all_inner_texts()


@pytest.mark.parametrize("app", HOSTS)
def test_a_dead_kernel_is_reported_and_the_next_day_the_instruments_are_still_there(galleries, open_notebook, app):
    """Saved, the kernel ended, the notebook opened again: no kernel knows its widgets, the file does."""
    notebook = galleries[app]
    before = {name: labels_of(instrument) for name, instrument in instruments_of(notebook)}
    notebook.saved_outputs()
    del galleries[app]
    notebook.kill_kernel()
    for name, instrument in instruments_of(notebook):  # all are asked, so that all wait at the same time
        ask_the_kernel(instrument, name)
    for name, instrument in instruments_of(notebook):
        if asked_of_the_kernel(name):
            expect(instrument.get_by_role("alert"), name).to_contain_text("No answer from the kernel", timeout=6_000)
    notebook.close()
    reopened = open_notebook(notebook.name, app, new_page=True)
    for name, instrument in instruments_of(reopened):
        expect(instrument.locator(DRAWING).first).to_have_attribute("aria-label", re.compile(".{15}"))
        assert labels_of(instrument) == before[name]
    expect(reopened.page.get_by_text("Error displaying widget")).to_have_count(0)
    reopened.close()


@pytest.mark.parametrize("name", MAKE)
def test_where_no_kernel_hears_it_it_is_drawn_and_says_so_five_seconds_after_it_asked(page, name):
    instrument = MAKE[name]()
    instrument.set_state = instrument._on_message = lambda *_: None
    page.clock.install()
    section = mounted(page, instrument)
    expect(section.locator(DRAWING).first).to_have_attribute("aria-label", re.compile(".{15}"))
    page.clock.run_for(1_000)
    if asked_of_the_kernel(name):
        ask_the_kernel(section, name)
        page.clock.fast_forward(3_000)  # a training monitor has asked as soon as it was there
        expect(section.get_by_role("alert")).to_be_hidden()
        page.clock.fast_forward(2_500)
        expect(section.get_by_role("alert")).to_contain_text("No answer from the kernel")


def ask_the_kernel(instrument, name):
    asked = asked_of_the_kernel(name)
    if asked == "Play":
        instrument.get_by_role("button", name="Play").click()
    elif asked:
        change(instrument.get_by_label(asked, exact=True))


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


def test_where_less_motion_is_asked_for_nothing_moves_by_itself(alone):
    before = rest(alone)
    alone.page.wait_for_timeout(400)
    assert look(alone) == before
    assert alone.evaluate("(node) => node.getAnimations({ subtree: true }).length") == 0


# A hand on the drawing


def test_a_pointer_anywhere_on_a_drawing_does_no_harm(fresh):
    height = fresh.bounding_box()["height"]
    for box in map(bounds, fresh.locator(DRAWING).all()):
        for across in (0.02, 0.3, 0.6, 0.97):
            for down in (0.03, 0.35, 0.7, 0.96):
                drag(fresh.page, box["x"] + across * box["width"], box["y"] + down * box["height"])
    rest(fresh)
    assert not fresh.get_by_role("alert").filter(visible=True).all_inner_texts()
    assert fresh.bounding_box()["height"] == pytest.approx(height, abs=1)


@pytest.mark.parametrize("fresh", EDITED, indirect=True)
def test_what_is_dragged_changes_and_undo_takes_it_back(fresh):
    undo = fresh.get_by_role("button", name="Undo", exact=True)
    expect(undo).to_be_disabled()
    before = [slider.input_value() for slider in ranges(fresh)]
    pictures, _ = rest(fresh)
    assert drag_until(undo, fresh)
    assert rest(fresh)[0] != pictures
    for slider, value in zip(ranges(fresh), before):
        slider.fill(value)
    undo.click()
    expect(undo).to_be_disabled()
    assert rest(fresh)[0] == pictures


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
