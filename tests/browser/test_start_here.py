"""00_start_here in JupyterLab: what a reader does there, with mouse and keys."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
DRAWING = "canvas[role=img]:not(.s2s-bar)"


@pytest.fixture(scope="module")
def notebook(open_notebook):
    notebook = open_notebook("00_start_here.ipynb")
    notebook.run_all()
    yield notebook
    notebook.close()


@pytest.fixture
def monitor(notebook):
    monitor = notebook.instrument("Training monitor")
    yield monitor
    reset(monitor)


@pytest.fixture
def states(notebook):
    return notebook.instrument("Hidden states", holding="Type a date")


def reset(monitor):
    monitor.get_by_role("button", name="Reset").click()
    expect(monitor).to_contain_text("0 of 3000")
    expect(monitor).to_contain_text("0 %")  # the kernel has answered


def press(monitor, name):
    monitor.get_by_role("button", name=name).click()


def steps_done(monitor):
    return int(re.search(r"(\d+) of 3000", monitor.inner_text()).group(1))


def loss(monitor):
    return float(re.search(r"loss\s+([\d.]+)", monitor.inner_text()).group(1))


def await_steps(monitor, count):
    monitor.page.wait_for_function(
        "([node, count]) => Number(/(\\d+) of 3000/.exec(node.innerText)[1]) >= count",
        arg=[monitor.element_handle(), count],
    )


def pixels(instrument):
    return instrument.locator(DRAWING).first.evaluate("(canvas) => canvas.toDataURL()")


def test_runs_from_top_to_bottom_without_an_error(notebook):
    saved = notebook.saved_outputs()
    assert len(saved) > 10
    assert not [output for output in saved if output["output_type"] == "error"]
    assert notebook.errors == []


def test_play_makes_the_loss_fall_and_pause_stops_at_once(monitor):
    reset(monitor)
    press(monitor, "Step")
    expect(monitor).to_contain_text("1 of 3000")
    first = loss(monitor)
    press(monitor, "Play")
    await_steps(monitor, 80)
    press(monitor, "Pause")
    stopped_at = steps_done(monitor)
    assert loss(monitor) < 0.6 * first
    monitor.page.wait_for_timeout(700)
    assert steps_done(monitor) == stopped_at


def test_reset_restores_and_no_late_answer_undoes_it(monitor):
    reset(monitor)
    before = monitor.inner_text()
    press(monitor, "Play")
    await_steps(monitor, 30)
    press(monitor, "Reset")
    for _ in range(10):
        assert steps_done(monitor) == 0
        monitor.page.wait_for_timeout(70)
    expect(monitor).to_contain_text("0 %")
    assert monitor.inner_text() == before


def test_the_same_steps_give_the_same_loss_after_a_reset(monitor):
    seen = []
    for _ in range(2):
        reset(monitor)
        for count in (1, 2, 3):
            press(monitor, "Step")
            expect(monitor).to_contain_text(f"{count} of 3000")
        seen.append(loss(monitor))
    assert seen[0] == seen[1]


def test_the_learning_rate_reaches_the_kernel_and_a_training_that_blows_up_is_no_error(monitor):
    reset(monitor)
    rate = monitor.get_by_role("slider", name="learning rate")
    rate.focus()
    monitor.page.keyboard.press("End")
    expect(rate).to_have_attribute("aria-valuetext", "1")
    press(monitor, "Play")
    await_steps(monitor, 30)
    press(monitor, "Pause")
    assert loss(monitor) > 1
    rate.fill("-2.7")


@pytest.mark.parametrize(("text", "iso"), [("7/4/1976", "1976-07-04"), ("21st of March 2042", "2042-03-21")])
def test_a_typed_date_appears_translated(states, text, iso):
    box = states.get_by_role("textbox", name="Type a date")
    box.fill(text)
    box.press("Enter")
    expect(states.locator(".s2s-text").nth(0)).to_have_text(text)
    expect(states.locator(".s2s-text").nth(1)).to_have_text(iso + "⊣")


def test_an_unknown_symbol_is_refused_in_words_and_nothing_is_lost(states):
    box = states.get_by_role("textbox", name="Type a date")
    box.fill("3 May 1979")
    box.press("Enter")
    expect(states.locator(".s2s-text").nth(1)).to_contain_text("1979-05-03")
    box.fill("3 März 1979")
    box.press("Enter")
    expect(states.get_by_role("alert")).to_contain_text("never seen “ä”")
    expect(states.locator(".s2s-text").nth(1)).to_contain_text("1979-05-03")


def test_the_cursor_moves_along_time_by_keyboard_and_the_notebook_stays_where_it_is(notebook, states):
    selected = notebook.page.locator(".jp-Notebook-cell.jp-mod-selected").count()
    time = states.get_by_role("slider", name="time")
    time.focus()
    time.press("Home")
    expect(states.locator(".s2s-say")).to_contain_text("Step 1:")
    before = pixels(states)
    time.press("ArrowRight")
    expect(states.locator(".s2s-say")).to_contain_text("Step 2:")
    states.page.wait_for_timeout(100)
    assert pixels(states) != before
    time.press("End")
    assert int(time.input_value()) == int(time.get_attribute("max"))
    assert notebook.page.locator(".jp-Notebook-cell.jp-mod-selected").count() == selected


def test_hovering_says_unit_step_and_value(states):
    canvas = states.locator(DRAWING).first
    box = canvas.bounding_box()
    canvas.hover(position={"x": box["width"] * 0.25, "y": box["height"] * 0.5})
    expect(states.locator(".s2s-say")).to_have_text(re.compile(r"Step \d+: reads “.”\. Unit \d+ is [+−]\d\.\d\d\."))


def test_play_walks_along_time_and_stops_at_the_end(states):
    states.get_by_role("slider", name="time").press("End")
    states.get_by_role("button", name="Play").click()
    expect(states.locator(".s2s-say")).to_have_text(re.compile(r"Step ([3-9]|\d\d): "))  # however rarely one looks
    states.get_by_role("button", name="Pause").click()
    expect(states.get_by_role("button", name="Play")).to_be_visible()


def test_nothing_was_written_to_the_console(notebook):
    assert notebook.errors == []
