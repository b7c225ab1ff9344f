"""HiddenStates and Translator in a page: the text in the colours of a unit, and where they open."""

import re

import numpy as np
import pytest
from instruments import MAKE, WORD_PARTS, short_words, trained
from plain import drawn
from playwright.sync_api import expect

from seq2seq_lib import trace
from seq2seq_lib.plots import SIGNED
from seq2seq_lib.widgets import HiddenStates
from seq2seq_lib.widgets.instrument import colours

pytestmark = pytest.mark.browser

LOOK = """(node) => [...node.querySelectorAll(".s2s-text span")].map((letter) => {
  const { backgroundColor, color, boxShadow } = getComputedStyle(letter);
  const [back, ink] = [backgroundColor, color].map((c) => c.match(/\\d+/g).slice(0, 3).map(Number));
  const bar = Number(boxShadow.match(/0px (-?[\\d.]+)px 0px 0px inset/)[1]);
  return { symbol: letter.textContent, back, ink, bar, title: letter.title, now: letter.matches(".now") };
})"""


def reading():
    return HiddenStates.of(trained(), short_words(), "badhif")


def states_of(text):
    """The states (T, H) of encoder and decoder, and what is read and written at them."""
    task = short_words()
    seen = trace(trained(), task.source.encode(text), task.longest_target + 1)
    written = [task.target.symbols[token].replace("<eos>", "⊣") for token in seen.answer]
    return np.concatenate([seen.encoder_hs[1:], seen.decoder_hs[1:]]), [*text, *written]


def hover(section, instrument, unit, time, order=None):
    """Over the cell of this unit and time, as the drawing's own measures say. order: the units from top to bottom."""
    frame = instrument.found[1]
    (left, gap), (top, bottom) = (40, 40), (46, 26)
    canvas = section.locator(".s2s-picture canvas")
    box, order = canvas.bounding_box(), order or frame["order"]
    lengths = [len(panel["reads"]) for panel in frame["panels"]]
    column = (box["width"] - 2 * gap - 8) / sum(lengths)
    row = (box["height"] - top - bottom) / len(order)
    x = left + (time - 0.5) * column + (gap if time > lengths[0] else 0)
    canvas.hover(position={"x": x, "y": top + (order.index(unit) + 0.5) * row})


def has_the_colours_of(letters, states, unit):
    palette = np.frombuffer(colours(SIGNED), np.uint8).reshape(256, 3).astype(int)
    values = states[:, unit]
    wanted = palette[np.round((values + 1) * 127.5).astype(int)]
    np.testing.assert_allclose([letter["back"] for letter in letters], wanted, atol=8)  # one of 256 colours beside it
    np.testing.assert_allclose([letter["bar"] for letter in letters], 4 * values, atol=0.06)
    assert [letter["title"] for letter in letters] == [
        f"{value:+.2f}".replace("-", "−").replace("+0.00", "0.00").replace("−0.00", "0.00") for value in values
    ]


def test_pointing_at_a_row_shows_the_text_in_the_colours_of_its_unit(page):
    instrument = reading()
    section = drawn(page, instrument)
    states, symbols = states_of("badhif")
    for unit, time in (17, 3), (0, 9), (47, 6):
        hover(section, instrument, unit, time)
        expect(section.locator(".s2s-say")).to_contain_text(f"Step {time}: reads ")
        expect(section.locator(".s2s-say")).to_contain_text(f"Unit {unit} is ")
        letters = section.evaluate(LOOK)
        assert [letter["symbol"] for letter in letters] == symbols
        has_the_colours_of(letters, states, unit)
        assert [letter["now"] for letter in letters].index(True) == time - 1
        expect(section).to_contain_text(f"The texts show unit {unit}: positive, negative.")
    page.mouse.move(0, 0)
    has_the_colours_of(section.evaluate(LOOK), states, 47)  # it stays when the pointer leaves


def test_so_does_the_slider_which_names_the_models_own_unit(page):
    instrument = reading()
    section, (states, _) = drawn(page, instrument), states_of("badhif")
    has_the_colours_of(section.evaluate(LOOK), states, instrument.unit)
    slider = section.get_by_role("slider", name="unit")
    slider.press("Home")
    has_the_colours_of(section.evaluate(LOOK), states, 0)
    slider.press("ArrowRight")
    has_the_colours_of(section.evaluate(LOOK), states, 1)
    expect(section.locator(".s2s-say")).to_contain_text("Unit 1 is ")


def test_the_sentence_says_where_the_unit_is_highest_and_lowest(page):
    instrument = reading()
    section, (states, symbols) = drawn(page, instrument), states_of("badhif")
    course = states[:, instrument.unit]
    for word, t in ("highest", course.argmax()), ("lowest", course.argmin()):
        does = "reading" if t < 6 else "writing"
        value = f"{course[t]:+.2f}".replace("-", "−")
        symbol = symbols[t] if symbols[t] != "⊣" else "⊣ (the end)"
        expect(section.locator(".s2s-say")).to_contain_text(
            re.compile(f"{word}, {re.escape(value)} at step {t + 1}, {does} “?{re.escape(symbol)}")
        )


@pytest.mark.parametrize("theme", ["vscode-light", "vscode-dark"])
def test_each_symbol_can_be_read_on_its_colour(page, theme):
    section = drawn(page, reading(), body=f'class="{theme}"')

    def light(rgb):
        return np.where((c := np.array(rgb) / 255) <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [
            0.2126,
            0.7152,
            0.0722,
        ]

    slider = section.get_by_role("slider", name="unit")
    slider.press("Home")
    for _ in range(20):
        for letter in section.evaluate(LOOK):
            low, high = sorted([light(letter["back"]), light(letter["ink"])])
            assert (high + 0.05) / (low + 0.05) > 4.5
        slider.press("ArrowRight")


def test_a_new_text_begins_at_its_end_with_the_same_unit_and_it_is_said_which_states_are_the_same(page):
    instrument = reading()
    section = drawn(page, instrument)
    time, said = section.get_by_role("slider", name="time"), section.locator(".s2s-say")
    expect(time).to_have_value("6")
    expect(said).not_to_contain_text("the text before")
    hover(section, instrument, 17, 9)
    box = section.get_by_role("textbox")
    box.fill("badj")
    box.press("Enter")
    expect(time).to_have_value("4")
    expect(said).to_contain_text("Up to step 3 all states are those of the text before.")
    states, _ = states_of("badj")
    has_the_colours_of(section.evaluate(LOOK), states, 17)
    assert (instrument.time, instrument.unit) == (4, 17)


def test_the_rows_stay_while_a_text_begins_like_the_one_before(page):
    instrument = reading()
    section, first = drawn(page, instrument), instrument.frame("badhif")["order"]
    box, said = section.get_by_role("textbox"), section.locator(".s2s-say")
    unit = next(unit for unit in first if first.index(unit) != instrument.frame("bada")["order"].index(unit))
    for text in "badhij", "bada", "badahh":  # half of the last one is like the one before, which is like the first
        box.fill(text)
        box.press("Enter")
        expect(said).to_contain_text("all states are those of the text before")
        expect(said).to_contain_text(f"reads “{text[-1]}”")
        hover(section, instrument, unit, 2, first)
        expect(said).to_contain_text(f"Unit {unit} is ")
    box.fill("bhif")
    box.press("Enter")
    expect(said).to_contain_text("Up to step 1 all states")
    hover(section, instrument, first[-1], 2)
    expect(said).to_contain_text(f"Unit {first[-1]} is ")
    box.fill("hada")
    box.press("Enter")
    expect(said).to_contain_text("reads “a”")
    expect(said).not_to_contain_text("the text before")


def test_the_rows_can_stand_as_the_model_has_its_units(page):
    instrument = reading()
    section = drawn(page, instrument)
    said, order = section.locator(".s2s-say"), instrument.found[1]["order"]
    for own in (True, False):
        section.get_by_role("checkbox", name="sort units").click()
        for row in (0, 20, 47):
            unit = row if own else order[row]
            hover(section, instrument, unit, 2, sorted(order) if own else order)
            expect(said).to_contain_text(f"Unit {unit} is ")
        expect(section).to_contain_text("in the model’s own order" if own else "Units that act alike lie together")


def test_the_translator_opens_where_it_is_least_sure_and_says_so(page):
    instrument = MAKE["Translator"]()
    section = drawn(page, instrument)
    said, step = section.locator(".s2s-say"), section.get_by_role("slider", name="output step")
    for text in "badhif", "jjihg":
        box = section.get_by_role("textbox")
        box.fill(text)
        box.press("Enter")
        expect(step).to_have_attribute("max", str(len(instrument.frame(text)["writes"])))
        sure = instrument.frame(text)["probability"]
        expect(step).to_have_value(str(sure.argmin() + 1))
        expect(said).to_contain_text("Of all steps it is least sure here.")
        expect(said).to_contain_text(re.compile(r"The answer “\w+” is right|right is “\w+”"))
    step.press("Home")
    expect(said).not_to_contain_text("least sure")


def test_what_probes_read_is_drawn_below_the_states_and_said(page):
    """Where it will be written, a box full of the colour of what is right: as many pixels of it as the frame says."""
    instrument = HiddenStates.of(trained(), short_words(), "baafdh", parts=WORD_PARTS)
    section = drawn(page, instrument)
    readings = instrument.found[1]["readings"]
    said = ", ".join(f"{part['name']} {part['read'][5]}" for part in readings)
    expect(section.locator(".s2s-say")).to_contain_text(f"Step 6: reads “h”. Read off its state: {said}.")
    full = section.locator(".s2s-picture canvas").evaluate(
        """(canvas) => {
          const [scale, rows] = [canvas.width / canvas.clientWidth, 3 * 24];
          const top = canvas.height - rows * scale;
          const { data } = canvas.getContext("2d").getImageData(0, top, canvas.width, rows * scale);
          const colour = getComputedStyle(canvas).getPropertyValue("--s2s-right").trim().slice(1);
          const rgb = [0, 2, 4].map((at) => parseInt(colour.slice(at, at + 2), 16));
          let count = 0;
          for (let i = 0; i < data.length; i += 4) count += rgb.every((part, j) => data[i + j] === part);
          return count / scale ** 2 / canvas.clientWidth;
        }"""
    )
    right = sum(value == part["written"] for part in readings for value in part["read"])
    column = (1 - (72 + 40 + 8) / section.locator(".s2s-picture canvas").bounding_box()["width"]) / 13
    assert full == pytest.approx(18 * column * right, rel=0.25)  # less the letters, and the gaps between the boxes


@pytest.mark.parametrize(("text", "is_long"), [("baafdhbaafdh", True), ("baaf", False)])
def test_where_nothing_is_read_off_it_says_why(page, text, is_long):
    instrument = HiddenStates.of(trained(), short_words(), text, parts=WORD_PARTS)
    assert (None in instrument.found[1]["readings"][0]["read"]) == is_long
    shown = drawn(page, instrument)
    expect(shown).to_contain_text("What finds no room in its box is said at its step.")
    assert ("No box: too few texts are that long." in shown.inner_text()) == is_long
