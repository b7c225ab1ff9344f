"""Every instrument of tests/instruments.py: each control by mouse and by keyboard, and what a Jupyter could spoil."""

import os
import re

import pytest
from instruments import SOME, SOME_FIRST
from lab import ROOT
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
DRAWING = "canvas[role=img]:not(.s2s-bar)"
# As each instrument opens, these change nothing but their own words: of what comes later, and
# of 0, the text that already stands in the box.
SILENT = {"learning rate", "held-out input"}
# All that can be seen of it: a number for the pixels of every drawing, and every word, but not what a slider says of
# itself. The pixels stay in the page: to hand them over takes longer than to draw them.
LOOK = """(node, drawing) => {
  const drawings = [...node.querySelectorAll(drawing)].map((canvas) => {
    if (!canvas.width || !canvas.height) return 0;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Uint32Array(data.buffer).reduce((hash, pixel) => Math.imul(hash ^ pixel, 16777619), canvas.width);
  });
  const own = [...node.querySelectorAll('.s2s-slider output')];
  own.forEach((output) => output.hidden = true);
  const words = node.innerText;
  own.forEach((output) => output.hidden = false);
  return [drawings, words];
}"""
IN_NOTEBOOK_7 = [pytest.param("notebook", name, marks=pytest.mark.lessons) for name in SOME]
SHOWN = [*(("lab", name) for name in SOME_FIRST), *IN_NOTEBOOK_7]


@pytest.fixture
def shown(app, name, gallery_in):
    """An instrument in one of the Jupyters."""
    instrument = gallery_in(app).instrument_of_cell(1 + SOME_FIRST.index(name))
    # A cell that was just scrolled to may not be laid out yet; when its drawing speaks, it is.
    expect(instrument.locator(DRAWING).first).to_have_attribute("aria-label", re.compile(".{15}"))
    yield instrument
    assert gallery_in(app).errors == []


def look(instrument):
    return tuple(instrument.evaluate(LOOK, DRAWING))


def await_change(instrument, before):
    for _ in range(60):
        if look(instrument) != before:
            return True
        instrument.page.wait_for_timeout(50)
    return False


def settle(instrument):
    """Wait until two looks in a row are the same."""
    before = None
    for _ in range(40):
        now = look(instrument)
        if now == before:
            return now
        before = now
        instrument.page.wait_for_timeout(120)
    raise AssertionError("the instrument does not come to rest")


def rest(instrument):
    """What is seen when Python has answered: in a page of the tests that knows it, and where nothing eases."""
    instrument.page.evaluate("atRest()")
    return look(instrument)


def ranges(instrument):
    return instrument.locator("input[type=range]").all()


def movable(instrument):
    """Each slider that is not switched off; afterwards it stands again where it stood."""
    for slider in ranges(instrument):
        if not slider.is_disabled():
            value = slider.input_value()
            yield slider
            slider.fill(value)
            rest(instrument)


def label(slider):
    return slider.get_attribute("aria-label")


def no_alert(instrument):
    assert not instrument.get_by_role("alert").filter(visible=True).all_inner_texts()


@pytest.mark.parametrize(("app", "name"), SHOWN)
def test_it_appears_takes_the_keys_and_shows_the_focus(shown):
    """JupyterLab and Notebook 7 have commands of their own on the arrows: here the slider comes first."""
    expect(shown.locator(DRAWING).first).to_be_visible()
    no_alert(shown)
    for slider in [slider for slider in ranges(shown) if slider.is_enabled()][:1]:
        before, low = slider.input_value(), slider.get_attribute("min")
        slider.press("Home")
        assert slider.input_value() == low
        slider.press("ArrowRight")
        assert float(slider.input_value()) > float(low)
        slider.press("ArrowLeft")
        assert slider.input_value() == low
        slider.fill(before)
    for control in shown.locator("button:enabled, input:enabled, select:enabled").all():
        control.evaluate("(node) => node.focus({ focusVisible: true })")
        assert control.evaluate("(node) => getComputedStyle(node).outlineStyle") == "solid"


def test_each_slider_by_keyboard_to_both_its_ends(alone):
    height = alone.bounding_box()["height"]
    for slider in movable(alone):
        slider.focus()
        slider.press("End")
        at_the_end = rest(alone)
        assert float(slider.input_value()) == float(slider.get_attribute("max"))
        slider.press("Home")
        assert label(slider) in SILENT or rest(alone) != at_the_end, label(slider)
        assert slider.input_value() == slider.get_attribute("min")
        assert alone.bounding_box()["height"] == pytest.approx(height, abs=1)
        no_alert(alone)


def test_each_slider_by_mouse_to_both_its_ends(alone):
    for slider in movable(alone):
        slider.press("Home")
        before = rest(alone)
        for share, end in ((0.995, "max"), (0.005, "min")):
            box = slider.bounding_box()
            alone.page.mouse.click(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)
            after = rest(alone)
            assert label(slider) in SILENT or after != before, label(slider)
            before = after
            assert float(slider.input_value()) == float(slider.get_attribute(end))
            no_alert(alone)


def test_each_checkbox_and_list(alone):
    for box in alone.locator("input[type=checkbox]").all():
        for press in (box.click, lambda box=box: box.press("Space")):
            before = rest(alone)
            press()
            assert rest(alone) != before
    for chooser in alone.locator("select").all():
        options = chooser.evaluate("(node) => [...node.options].map((option) => option.value)")
        for option in (options[-1], options[0]):
            chooser.select_option(option)
            rest(alone)
            no_alert(alone)


def test_everything_has_a_name(alone):
    for control in alone.locator("button, input, select, canvas[role=img]").all():
        assert control.evaluate(
            "(node) => (node.ariaLabel || node.labels?.[0]?.textContent || node.textContent || '').trim()"
        )
    for canvas in alone.locator(DRAWING).all():
        expect(canvas).to_have_attribute("aria-label", re.compile(".{15}"))


@pytest.mark.parametrize("host", ["vscode-light", "vscode-dark"])
def test_axe_finds_nothing_serious_in_either_theme(alone, host):
    alone.page.evaluate("(host) => { document.body.className = host; }", host)
    alone.page.wait_for_selector(".s2s[data-dark]" if host == "vscode-dark" else ".s2s:not([data-dark])")
    assert not serious_findings(alone)


def serious_findings(instrument):
    """What axe-core calls serious or critical in it."""
    if not AXE.exists():
        message = "axe-core is not there: make lint installs it, where node is"
        pytest.fail(message) if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip(message)
    instrument.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = instrument.evaluate("(node) => axe.run(node).then((result) => result.violations)")
    serious = [violation for violation in found if violation["impact"] in ("serious", "critical")]
    return [(violation["id"], violation["nodes"][0]["html"]) for violation in serious]
