"""Each instrument's module in a page without Jupyter, and in the themes of other hosts."""

import re

import numpy as np
import pytest
from instruments import MAKE
from plain import drawn
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

DECLARED = "<style>:root { color-scheme: light dark }</style>"
DARK = {  # how hosts say that they are dark: (in the head, attributes of the body, what the system prefers)
    "JupyterLab": ("", 'data-jp-theme-light="false"', "light"),
    "VS Code": ("", 'class="vscode-dark"', "light"),
    "Colab": ('<script nonce="host">document.documentElement.setAttribute("theme", "dark")</script>', "", "light"),
    "marimo": ("", 'class="dark"', "light"),
    "a site with a switch": ("", 'data-theme="dark"', "light"),
    "a site that follows the system": (DECLARED, 'data-theme="auto"', "dark"),
}
LIGHT = {
    "JupyterLab": ("", 'data-jp-theme-light="true"', "dark"),
    "VS Code": ("", 'class="vscode-light"', "dark"),
    "a site with a switch": (DECLARED, 'data-theme="light"', "dark"),
    "a site that follows the system": (DECLARED, "", "light"),
    "a page that knows no dark": ("", "", "dark"),
}
PAINTED = """(node) => [...node.querySelectorAll("canvas")].map((canvas) => canvas.toDataURL()).join()"""
MOVE = """(control) => {
  if (control.type === "checkbox") return control.click();
  const values = control.options ? [...control.options].map((option) => option.value) : [control.min, control.max];
  control.value = values.findLast((value) => value !== control.value);
  control.dispatchEvent(new Event("input", { bubbles: true }));
  control.dispatchEvent(new Event("change", { bubbles: true }));
}"""
BRIGHTNESS = (
    """(node) => getComputedStyle(node).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0) / 3"""
)


@pytest.mark.parametrize("name", MAKE)
def test_it_draws_answers_and_goes(page, name):
    instrument = MAKE[name]()
    section = drawn(page, instrument)
    before = section.evaluate(PAINTED)
    section.locator("input[type=range]:enabled, select, input[type=checkbox]").first.evaluate(MOVE)
    if name == "TrainingMonitor":
        section.get_by_role("button", name="Play").click()
    page.wait_for_function(f"(before) => ({PAINTED})(document.querySelector('.s2s')) !== before", arg=before)
    assert page.evaluate("window.leave()") == 0  # nobody listens any more


@pytest.mark.parametrize(("dark", "host"), [(True, host) for host in DARK] + [(False, host) for host in LIGHT])
def test_it_has_the_theme_of_its_host(page, dark, host):
    head, body, prefers = (DARK if dark else LIGHT)[host]
    page.emulate_media(color_scheme=prefers)
    section = drawn(page, MAKE["StepExplorer"](), head=head, body=body)
    assert (section.get_attribute("data-dark") is not None) == dark
    assert (section.evaluate(BRIGHTNESS) < 100) == dark


@pytest.mark.parametrize("host", [LIGHT["JupyterLab"], DARK["JupyterLab"], DARK["Colab"]])
def test_the_words_of_the_page_have_the_colours_of_the_roles(page, host):
    """As a lesson has them in its text, outside of every instrument."""
    head, body, _ = host
    drawn(page, MAKE["StepExplorer"](), head=head, body=body)
    seen = page.evaluate("""() => ["encoder", "decoder", "gradient"].map((role) => {
      const word = document.body.appendChild(document.createElement("span"));
      word.className = `s2s-${role}`;
      const inside = getComputedStyle(document.querySelector(".s2s")).getPropertyValue(`--s2s-${role}`);
      const probe = document.body.appendChild(document.createElement("span"));
      probe.style.color = inside;
      return [getComputedStyle(word).color, getComputedStyle(probe).color, getComputedStyle(word).textDecorationStyle];
    })""")
    assert [word for word, _, _ in seen] == [drawn for _, drawn, _ in seen]
    assert [style for _, _, style in seen] == ["double", "dotted", "dashed"]
    assert len({word for word, _, _ in seen}) == 3


def test_it_follows_a_switch_of_the_theme(page):
    section = drawn(page, MAKE["StepExplorer"](), body='class="vscode-light"')
    page.evaluate("document.body.className = 'vscode-dark'")
    page.wait_for_selector(".s2s[data-dark]")
    page.emulate_media(color_scheme="dark")
    page.evaluate("document.body.className = ''; document.documentElement.style.colorScheme = 'light dark'")
    page.wait_for_selector(".s2s[data-dark]")
    page.emulate_media(color_scheme="light")
    page.wait_for_selector(".s2s:not([data-dark])")
    assert section.evaluate(BRIGHTNESS) > 200


def test_it_lies_in_a_shadow_root(page):
    """There anywidget puts the style beside it, and the marks of the host stand outside."""
    drawn(page, MAKE["StepExplorer"](), body='class="dark"')
    page.wait_for_selector(".s2s[data-dark]")
    page.evaluate("""() => {
      const host = document.body.appendChild(document.createElement("div"));
      const root = host.attachShadow({ mode: "open" });
      root.append(document.querySelector("style").cloneNode(true), document.querySelector(".s2s").parentElement);
      document.body.className = "";
    }""")
    page.locator(".s2s:not([data-dark])").wait_for()
    page.evaluate("document.body.className = 'dark'")
    page.locator(".s2s[data-dark]").wait_for()


def test_a_refused_text_leaves_no_picture_beside_it(page):
    """What the model can't read is said; what was drawn for the text before fades until there is an answer."""
    section = drawn(page, MAKE["Translator"]())
    box, picture = section.get_by_role("textbox"), section.locator(".s2s-picture").first
    box.fill("bad!")
    box.press("Enter")
    expect(section.get_by_role("alert")).to_have_text("The model has never seen “!”. It reads a to j.")
    expect(picture).to_have_css("opacity", "0.12")
    expect(box).to_have_css("opacity", "1")
    box.fill(" BADE")
    box.press("Enter")
    expect(section).to_contain_text("Read as “bade”: in small letters, without needless spaces.")
    expect(box).to_have_value("bade")
    expect(picture).to_have_css("opacity", "1")
    expect(section.get_by_role("alert")).to_be_hidden()
    box.fill("abcdefgh" * 10)
    assert box.input_value() == "abcdefgh" * 10
    box.press("Enter")
    expect(section.get_by_role("alert")).to_contain_text("these are 80 characters, and there is room for 60")
    expect(picture).to_have_css("opacity", "0.12")


def test_presented_it_fills_the_screen_and_a_hand_points_where_it_did(browser):
    page = browser.new_context(viewport={"width": 1920, "height": 1080}).new_page()
    instrument = MAKE["HiddenStates"]()
    section = drawn(page, instrument)
    section.get_by_role("button", name="Present").click()
    page.wait_for_function("document.fullscreenElement?.className === 's2s'")
    assert section.evaluate("(node) => node.scrollHeight <= innerHeight && node.scrollWidth <= innerWidth")
    canvas = section.locator("canvas[role=img]").first
    box, least = canvas.bounding_box(), section.evaluate("(node) => node.querySelector('canvas').clientWidth")
    assert box["width"] > 1.3 * least  # drawn larger, not only in a larger frame
    for share in (0.1, 0.3, 0.6):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.5 * box["height"])
        steps = instrument.highest["time"]
        assert abs(int(section.get_by_label("time").input_value()) - share * steps) <= 1.5
    section.get_by_role("button", name="Leave").click()
    page.wait_for_function("!document.fullscreenElement")
    expect(section.get_by_role("button", name="Present")).to_be_visible()
    page.context.close()


def test_a_trait_that_python_moves_moves_the_picture_and_the_control(page):
    instrument = MAKE["Unroll"]()
    section = drawn(page, instrument)
    page.emulate_media(reduced_motion="reduce")
    before = section.evaluate(PAINTED)
    instrument.time = 3
    page.evaluate("setTrait('time', 3)")  # what a comm would carry
    expect(section.get_by_label("time")).to_have_value("3")
    page.wait_for_function(f"(before) => ({PAINTED})(document.querySelector('.s2s')) !== before", arg=before)
    section.get_by_label("radius of W_hh").fill("0.5")
    page.wait_for_timeout(300)
    assert (instrument.radius, instrument.time) == (0.5, 3)
    page.evaluate("setTrait('time', 400)")
    expect(section.get_by_label("time")).to_have_value("10")  # as far as it goes


def test_the_bars_of_next_symbol_are_those_of_the_readers_softmax(page):
    """Wrong, it is drawn and named; what can't be a bar is not drawn; the surprises are the library's all the while."""

    def softmax(logits):
        exps = 2.0 ** (logits - logits.max(axis=-1, keepdims=True))
        return exps / exps.sum(axis=-1, keepdims=True)

    right, own = MAKE["NextSymbol"](), MAKE["NextSymbol"](softmax=softmax)
    section = drawn(page, own)
    canvas = section.locator("canvas[role=img]").first
    before, hot = (max(own.frame("th", temperature, 0)["ps"][2]) for temperature in (1.0, 3.0))
    assert hot < 0.9 * before < 0.8 * max(right.found[1]["ps"][2])
    expect(canvas).to_have_attribute("aria-label", re.compile(rf"^Likeliest next: “.”, {before:.2f}\."))
    expect(section).to_contain_text("Your softmax: p is not right yet")
    expect(section).to_contain_text("You raise 2 to the logits.")
    section.get_by_label("temperature").evaluate(MOVE)
    expect(canvas).to_have_attribute("aria-label", re.compile(rf"^Likeliest next: “.”, {hot:.2f}\."))
    np.testing.assert_array_equal(own.found[1]["surprises"][:2], right.found[1]["surprises"][:2])


def test_a_softmax_without_bars_leaves_those_of_the_library(page):
    instrument = MAKE["NextSymbol"](softmax=lambda logits: logits)
    section = drawn(page, instrument)
    expect(section).to_contain_text("What you see is the library’s softmax.")
    likeliest = max(MAKE["NextSymbol"]().found[1]["ps"][2])
    expect(section.locator("canvas[role=img]").first).to_have_attribute("aria-label", re.compile(f"{likeliest:.2f}"))
