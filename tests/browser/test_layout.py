"""Text that can be read: at each width, with each control at both its ends, no word lies over another or is cut."""

import pytest
from instruments import MAKE, short_words, trained
from plain import mounted

from seq2seq_lib.widgets import GradientFlow, TrainingMonitor

pytestmark = pytest.mark.browser

PHONE, TABLET, LAPTOP = 390, 768, 1024
WIDER = 1440, 1920
TALLEST = 560  # px at the width of a laptop, with all controls
ZOOMED = 720  # a window of 1440 px at 200 % has as many px of CSS, each of them two of the screen

# Keeps the boxes of the texts on each canvas since it was last cleared; what is copied from a canvas brings its own.
RECORD = """
const texts = new WeakMap();
const own = (canvas) => texts.get(canvas) ?? texts.set(canvas, []).get(canvas);
function boxOf(context, text, x, y, room) {
  const size = context.measureText(text);
  const squeezed = Math.min(1, (room ?? Infinity) / size.width);
  const corners = [-size.actualBoundingBoxLeft, size.actualBoundingBoxRight].flatMap((a) =>
    [-size.actualBoundingBoxAscent, size.actualBoundingBoxDescent].map((b) =>
      context.getTransform().transformPoint(new DOMPoint(x + squeezed * a, y + b))));
  const [xs, ys] = [corners.map((point) => point.x), corners.map((point) => point.y)];
  return { text: String(text), squeezed,
    left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}
for (const { prototype } of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
  const { fillText, clearRect, drawImage } = prototype;
  prototype.fillText = function (text, x, y, room) {
    own(this.canvas).push(boxOf(this, text, x, y, room));
    return room === undefined ? fillText.call(this, text, x, y) : fillText.call(this, text, x, y, room);
  };
  prototype.clearRect = function (...box) {
    own(this.canvas).length = 0;
    clearRect.apply(this, box);
  };
  prototype.drawImage = function (image, ...place) {
    own(this.canvas).push(...own(image));
    drawImage.call(this, image, ...place);
  };
}
function onPage(node) { // the texts of the page: a box for each line
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    if (!walker.currentNode.data.trim() || walker.currentNode.parentElement.closest("select, [hidden]")) continue;
    for (const { left, right, top, bottom } of range.getClientRects())
      found.push({ text: walker.currentNode.data, squeezed: 1, left, right, top: top + 2, bottom: bottom - 2 });
  }
  return found;
}
function faultsOf(all, { left, right, top, bottom }) {
  const faults = [];
  all.forEach((a, i) => {
    const name = JSON.stringify(a.text);
    if (a.left < left - 1 || a.right > right + 1 || a.top < top - 1 || a.bottom > bottom + 1)
      faults.push(`${name} is cut`);
    if (a.squeezed < 0.75) faults.push(`${name} is squeezed to ${Math.round(100 * a.squeezed)} %`);
    for (const b of all.slice(0, i)) {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const tall = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && tall > 1 && (a.text + b.text).trim()) faults.push(`${name} lies over ${JSON.stringify(b.text)}`);
    }
  });
  return faults;
}
const canvases = () => [...document.querySelectorAll(".s2s-picture canvas")];
window.drawnTexts = () => canvases().flatMap(own).map(({ text }) => text);
window.faults = () => {
  const section = document.querySelector(".s2s");
  const drawn = canvases().flatMap((canvas) =>
    faultsOf(own(canvas), { left: 0, top: 0, right: canvas.width, bottom: canvas.height }));
  return [...new Set([...drawn, ...faultsOf(onPage(section), section.getBoundingClientRect())])];
};
"""
# Each control at both its ends, one after the other, and then back; after each the faults that are seen.
SWEEP = """async () => {
  const found = {};
  const look = async (state) => {
    await atRest();
    for (const fault of faults()) found[fault] ??= state;
  };
  await look("as it opens");
  const move = (control, value) => {
    control.value = value;
    for (const type of ["input", "change"]) control.dispatchEvent(new Event(type, { bubbles: true }));
  };
  const name = (control) => control.ariaLabel ?? control.labels?.[0]?.textContent;
  for (const control of document.querySelectorAll(".s2s :is(input, select)")) {
    if (control.type === "checkbox") {
      for (const _ of [1, 2]) { control.click(); await look(`${name(control)}: ${control.checked}`); }
    } else if (control.type === "text") {
      const before = control.value;
      for (const text of ["a", "abcdefghijabcdefghijabcdefghij", before]) {
        control.value = text;
        control.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
        await look(`${name(control)}: ${text}`);
      }
    } else {
      const before = control.value;
      const options = [...control.options ?? []].map((option) => option.value);
      const ends = options.length ? [options[0], options.at(-1)] : [control.min, control.max];
      for (const end of ends) { move(control, end); await look(`${name(control)}: ${control.value}`); }
      move(control, before);
      await atRest();
    }
  }
  return found;
}"""


BEYOND = "(boxes) => boxes.map((box) => box.scrollWidth - box.clientWidth)"
COLOUR = """([x, y]) => {
  const context = document.querySelector(".s2s-picture canvas").getContext("2d");
  return [...context.getImageData(x, y, 1, 1).data];
}"""
MARKS = """(rows) => rows.map((row) => [...row.querySelectorAll("small")].map(
  (mark) => [mark.parentElement.firstChild.data, mark.textContent === "✓"]))"""


def opened(browser, instrument, width, scale=1):
    size = {"viewport": {"width": width, "height": 900}, "device_scale_factor": scale}
    page = browser.new_context(**size, reduced_motion="reduce").new_page()  # nothing is looked at on its way
    page.add_init_script(f"{{{RECORD}}}")
    mounted(page, instrument)
    page.evaluate("atRest()")
    return page


@pytest.mark.parametrize("name", MAKE)
def test_no_text_is_cut_or_lies_over_another_and_it_fits_the_screen(browser, name):
    instrument = MAKE[name]()
    page = opened(browser, instrument, PHONE)
    assert max(page.locator(".s2s-picture, html").evaluate_all(BEYOND)) <= 0  # nothing scrolls to the side
    found = {}
    for width in (PHONE, LAPTOP):  # panels one above the other, and side by side
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = page.evaluate(SWEEP)
    for width in (TABLET, *WIDER):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("atRest()")
        found[width] = page.evaluate("faults()")
    page.context.close()
    page = opened(browser, instrument, ZOOMED, scale=2)
    found["200 %"] = page.evaluate("faults()")
    page.set_viewport_size({"width": LAPTOP, "height": 900})
    page.evaluate("atRest()")
    assert page.locator(".s2s").bounding_box()["height"] <= TALLEST
    page.context.close()
    assert not {width: faults for width, faults in found.items() if faults}


@pytest.mark.parametrize(
    "losses",
    [
        [2.3] * 30,
        [0.0] * 30,
        [1.0, 0.1, 0.001, 1e-7],
        [1.0, 2.0, 1e5, 1e30, 1e38],
        [2.0, 1e-3, 1e200, 1e308],
        [2.31, 2.3],
    ],
    ids=["flat", "zero", "converging", "diverging", "beyond float32", "two nearly equal"],
)
def test_the_axis_of_any_curve_can_be_read(browser, losses):
    monitor = MAKE["TrainingMonitor"]()
    monitor.losses, monitor.grad_norms = losses, losses[::-1]
    page = opened(browser, monitor, LAPTOP)
    for _ in ("log scale", "linear"):
        assert page.evaluate("faults()") == []
        texts = page.evaluate("drawnTexts()")
        loss, norm, end = (texts.index(text) for text in ("━ loss", "━ gradient norm", "0%"))
        for ticks in (texts[:loss], texts[loss + 1 : norm]):
            assert 2 <= len(ticks) == len(set(ticks)) <= 7
            assert max(map(len, ticks)) <= 6
        assert end == norm + 1
        page.get_by_label("log scale").click()
        page.evaluate("atRest()")
    page.context.close()


def test_a_slider_names_the_state_that_it_means(browser):
    page = opened(browser, MAKE["GradientFlow"](), LAPTOP)
    later = page.get_by_label("later state")
    said = [later.get_attribute("aria-valuetext")]
    later.fill("5")
    said.append(later.get_attribute("aria-valuetext"))
    page.get_by_label("length").fill("100")
    page.evaluate("atRest()")
    said.append(later.get_attribute("aria-valuetext"))
    assert said == ["h_50", "h_12", "h_25"]
    page.context.close()


@pytest.mark.parametrize(("length", "inputs"), [(5, 0), (5, 2), (100, 0), (100, 2)])
def test_the_triangle_is_never_of_one_colour(browser, length, inputs):
    page = opened(browser, MAKE["GradientFlow"](), LAPTOP)
    page.get_by_label("length").fill(str(length))
    page.get_by_label("size of the inputs").fill(str(inputs))
    page.evaluate("atRest()")
    side = 230 / (min(length, 20) + 1)
    across = [620 + 2.5 * side, 850 - 0.5 * side]  # in the lowest row: nearly the earliest state, and the latest itself
    early, late = (page.evaluate(COLOUR, [x, 272 - 0.5 * side]) for x in across)
    page.context.close()
    assert sum(abs(a - b) for a, b in zip(early, late)) > 60


def test_gated_cells_have_room_beside_the_plain_one(browser):
    page = opened(browser, GradientFlow(gated=True), PHONE)
    for width in (PHONE, TABLET, LAPTOP):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("atRest()")
        assert page.evaluate("faults()") == []
        assert {"tanh RNN", "GRU", "LSTM", "forget gates alone"} <= set(page.evaluate("drawnTexts()"))
    assert page.locator(".s2s").bounding_box()["height"] <= TALLEST
    page.context.close()


def test_states_and_their_moves_have_a_scale_each(browser):
    page = opened(browser, MAKE["Unroll"](), LAPTOP)
    assert {"+1", "−1", "+0.68", "−0.68"} <= set(page.evaluate("drawnTexts()"))
    page.context.close()


def test_each_symbol_of_an_answer_is_marked(browser):
    monitor = TrainingMonitor(trained(steps=150), short_words())
    page = opened(browser, monitor, LAPTOP)
    marks = page.locator("tbody tr").evaluate_all(MARKS)
    assert marks == [symbols for *_, symbols, _ in monitor.samples()]
    assert {right for symbols in marks for _, right in symbols} == {True, False}
    page.context.close()
