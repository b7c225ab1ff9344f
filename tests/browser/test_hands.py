"""What a hand does on a drawing: the cursor says that it can, and a press, a move and a release change the traits."""

import pytest
from instruments import MAKE
from plain import mounted
from test_layout import LAPTOP, PHONE, opened

pytestmark = pytest.mark.browser

# From and to in px of the drawing, the cursor there, and what the traits are afterwards.
DRAGS = {
    "AttentionMap: a bar": ((170, 114), (170, 79), "ns-resize", {"symbol": 1, "edits": {"0 0": 0.47}}),
    "AttentionMap: a cell": ((300, 260), (300, 223), "ns-resize", {"step": 4, "symbol": 2, "edits": {"3 1": 0.5}}),
    "BatchMate: its neighbour": ((740, 340), (326, 345), "ew-resize", {"neighbour": 2}),
    "BatchMate: time": ((170, 220), (500, 240), "ew-resize", {"time": 4}),
    "BatchMate: the mask": ((300, 318), (300, 318), "pointer", {"carry": True}),
    "StepExplorer: a number": ((271, 58), (271, 38), "ns-resize", {"unit": 1, "edits": {"W_xh[0, 1]": -0.5}}),
    "StepExplorer: a point": ((767, 110), (709, 210), "ew-resize", {"unit": 1, "edits": {"b_h[1]": -0.9}}),
    "BeamTree: its steps": ((590, 200), (254, 210), "ew-resize", {"step": 3}),
    "Unroll: the poke": ((488, 166), (488, 190), "ns-resize", {"poked": "the input of a step", "step": 4, "by": 0.2}),
    "Unroll: time": ((937, 330), (340, 250), "ew-resize", {"time": 2}),
    "Optimizers: the start": ((166, 70), (366, 320), "grab", {"x": 1.0, "y": -1.0}),
    "Optimizers: a press on the map": ((366, 320), (366, 320), "crosshair", {"x": 1.0, "y": -1.0}),
    "Optimizers: its steps": ((950, 250), (727, 260), "ew-resize", {"step": 10}),
    "BackwardStepper: the step": ((820, 90), (300, 200), "ew-resize", {"step": 4, "unit": 1}),
    "Gates: time": ((127, 163), (306, 165), "ew-resize", {"time": 5}),
    "Gates: a cell of its second picture": ((582, 50), (760, 50), "crosshair", {"time": 5, "unit": 12}),
    "GradientFlow: where it clips": ((290, 328), (245, 328), "ew-resize", {"clipped": True, "max_norm": 0.01}),
    "GradientFlow: a pair": ((625, 265), (660, 265), "pointer", {"later": 20, "earlier": 3}),
    "Translator: its steps": ((875, 360), (634, 370), "ew-resize", {"step": 2}),
    "ContextBridge: a number": ((480, 203), (515, 203), "ew-resize", {"unit": 24, "edits": {"unit 24": 0.88}}),
    "ContextBridge: the sweep": ((450, 352), (515, 352), "ew-resize", {"unit": 0, "edits": {"unit 0": 0.5}}),
    "ForcedOrFree: what it reads": ((560, 222), (560, 222), "pointer", {"force_at": 4}),
    "HiddenStates: time": ((286, 315), (581, 318), "ew-resize", {"time": 6}),
    "HiddenStates: a cell": ((286, 57), (286, 57), "crosshair", {"time": 3, "unit": 11}),
}


def pressed_and_moved(page, start, end):
    """Returns the cursor that was seen before the press."""
    canvas = page.locator(".s2s-picture canvas").first
    box = canvas.bounding_box()
    spots = [(box["x"] + x, box["y"] + y) for x, y in (start, end)]
    page.mouse.move(*spots[0], steps=2)
    page.mouse.move(spots[0][0] + 0.5, spots[0][1])  # what it points at is chosen now
    seen = canvas.evaluate("(canvas) => canvas.style.cursor")
    page.mouse.down()
    page.mouse.move(*spots[1], steps=4)
    page.mouse.up()
    return seen


def awaited(page, instrument, wanted):
    """Its traits, as soon as they are as wanted: those that need no frame come a moment later."""
    for _ in range(200):
        found = {name: getattr(instrument, name) for name in wanted}
        if found == wanted:
            break
        page.wait_for_timeout(50)
    return found


@pytest.mark.parametrize("what", DRAGS)
def test_what_is_dragged_follows_the_hand(browser, what):
    start, end, cursor, wanted = DRAGS[what]
    instrument = MAKE[what.split(":")[0]]()
    page = opened(browser, instrument, LAPTOP)
    assert pressed_and_moved(page, start, end) == cursor
    found = awaited(page, instrument, wanted)
    page.context.close()
    assert found == wanted


# From and to of a finger on a phone, whether it moves the page, and what the traits are afterwards.
SWIPES = {
    "AttentionMap: a bar": ((130, 130), (130, 100), False, {"symbol": 2, "edits": {"0 1": 0.41}}),
    "AttentionMap: its map": ((200, 260), (200, 160), True, {"step": 1, "symbol": 8, "edits": {}}),
    "BatchMate: its neighbour": ((330, 342), (150, 342), False, {"neighbour": 2}),
    "BeamTree: its steps": ((150, 300), (150, 200), True, {"step": 7}),
    "Optimizers: its map": ((200, 200), (200, 100), True, {"x": -1.0, "y": 1.0}),
}


def swiped(page, start, end):
    """A finger that goes down on the drawing, moves and is lifted."""
    box = page.locator(".s2s-picture canvas").first.bounding_box()
    (x, y), across, down = start, end[0] - start[0], end[1] - start[1]
    finger = page.context.new_cdp_session(page)
    for i, kind in enumerate(["touchStart"] + ["touchMove"] * 4):
        spot = {"x": box["x"] + x + across * i / 4, "y": box["y"] + y + down * i / 4}
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [spot]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize("what", SWIPES)
def test_a_finger_drags_what_can_be_dragged_and_else_moves_the_page(browser, what):
    start, end, scrolls, wanted = SWIPES[what]
    instrument = MAKE[what.split(":")[0]]()
    screen = {"viewport": {"width": PHONE, "height": 600}, "has_touch": True, "is_mobile": True}
    page = browser.new_context(**screen, reduced_motion="reduce").new_page()
    mounted(page, instrument, '<meta name="viewport" content="width=device-width">')
    page.wait_for_function("document.querySelector('.s2s canvas')?.getAttribute('aria-label')")
    page.evaluate("scrollTo(0, 100)")
    swiped(page, start, end)
    if scrolls:
        page.wait_for_function("scrollY > 120")
    found = awaited(page, instrument, wanted)
    assert scrolls or page.evaluate("scrollY") == 100
    page.context.close()
    assert found == wanted
