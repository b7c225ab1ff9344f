"""The lessons in JupyterLite, as `make lite` has built them, with all of the outside blocked."""

import json
import os
import re

import nbformat
import pytest
from lab import ROOT
from lite import CELLS, READY, WRITE, Lesson, files_of, said
from playwright.sync_api import expect
from test_plain_page import MOVE, PAINTED
from test_start_here import await_steps, steps_done

pytestmark = [pytest.mark.browser, pytest.mark.lite]
LITE = ROOT / "build" / "lite"
VIEW = "application/vnd.jupyter.widget-view+json"
CHOSEN = os.environ.get("LESSONS") or "00 01 05 08 12 14"
LESSONS = [path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb")) if path.stem[:2] in CHOSEN.split()]
START, STEP = "00_start_here", "01_compute_one_step"
ADDRESS = re.compile("0x[0-9a-fA-F]{6,}")  # as tests/nbval_sanitize.cfg has it
# The picture of an instrument is another one than this.
OTHER = "([node, before]) => [...node.querySelectorAll('canvas')].map((one) => one.toDataURL()).join() !== before"


@pytest.fixture(scope="session")
def address():
    with files_of(ROOT / "build") as address:
        yield address


@pytest.fixture
def visitor(browser, address):
    """A page that reaches this server and nothing else, and fails the test if it asks for more or breaks."""
    context = browser.new_context(viewport={"width": 1200, "height": 1000})
    asked, errors = [], []
    context.route("**", lambda route: route.continue_() if route.request.url.startswith(address) else route.abort())
    context.on("request", lambda request: asked.append(request.url))
    context.on("dialog", lambda dialog: dialog.accept())  # "Leave the page?", "Delete it?"
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context.new_page()
    context.close()
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert errors == []


@pytest.fixture
def lesson(visitor, address):
    """A function that opens a lesson in JupyterLite."""
    return lambda name: Lesson(visitor, f"{address}/lite", name)


def stored(name):
    return nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4).cells


def title(cells):
    return cells[0]["source"].splitlines()[0]


def test_it_is_there_and_each_link_of_a_text_leads_to_a_file():
    assert (LITE / "index.html").exists(), "make lite builds it"
    files, broken = LITE / "files", []
    for path in files.rglob("*.ipynb"):
        for link in re.findall(r"\]\(((?!https?:|#|mailto:)[^)#\s]+)", path.read_text(encoding="utf-8")):
            if not (path.parent / link.replace("\\\\", "")).exists():
                broken.append(f"{path.relative_to(files)}: {link}")
    assert broken == []


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_says_what_it_says_in_jupyter_and_its_instruments_answer(lesson, name):
    here = lesson(name)
    here.run_all()
    cells = here.cells()
    for mine, theirs in zip(cells, stored(name), strict=True):
        assert compared(mine) == compared(theirs), theirs.source
    for index, cell in enumerate(cells):
        if any(
            "application/vnd.jupyter.widget-view+json" in output.get("data", {}) for output in cell.get("outputs", [])
        ):
            for instrument in here.cell(index).locator(".s2s").all():
                answers(instrument)


def compared(cell):
    return ADDRESS.sub("0x", json.dumps(said(cell), sort_keys=True))


def answers(instrument):
    """A moved control, or a training that begins, makes another picture."""
    expect(instrument.locator("canvas[role=img]").first).to_be_visible()
    before = instrument.evaluate(PAINTED)
    if instrument.get_by_role("button", name="Reset").count():
        instrument.get_by_role("button", name="Play").click()
    else:
        instrument.locator("input[type=range]:enabled, select, input[type=checkbox]").first.evaluate(MOVE)
    instrument.page.wait_for_function(OTHER, arg=[instrument.element_handle(), before])
    if instrument.get_by_role("button", name="Pause").count():
        instrument.get_by_role("button", name="Pause").click()
    assert not instrument.get_by_role("alert").filter(visible=True).all_inner_texts()


def test_live_training_goes_on_and_stops(lesson):
    here = lesson(START)
    index = next(i for i, cell in enumerate(stored(START)) if "TrainingMonitor(" in cell.source)
    for before in range(index + 1):
        if stored(START)[before].cell_type == "code":
            here.run(before)
    monitor = here.cell(index).locator(".s2s")
    started = steps_done(monitor)
    monitor.get_by_role("button", name="Play").click()
    await_steps(monitor, started + 10)
    monitor.get_by_role("button", name="Pause").click()
    here.await_kernel()
    paused = steps_done(monitor)
    here.page.wait_for_timeout(2000)
    assert steps_done(monitor) == paused


def test_an_exercise_answers_and_an_edit_survives_a_reload(lesson):
    here = lesson(STEP)
    index = next(i for i, cell in enumerate(stored(STEP)) if "check_rnn_step(" in cell.source)
    here.run(1)
    (answer,) = here.run(index)
    assert "not done yet" in answer["text/plain"].lower()
    source = stored(STEP)[index].source.replace("return None", "return np.tanh(x_t @ W_xh + h_prev @ W_hh + b_h)")
    (answer,) = here.run(index, source)
    assert "correct" in answer["text/plain"].lower()
    here.save()
    again = lesson(STEP)
    assert again.cells()[index].source == source
    assert "correct" in said(again.cells()[index])[0]["text/plain"].lower()


def test_a_saved_instrument_shows_itself_again(lesson):
    index = next(i for i, cell in enumerate(stored(STEP)) if cell.source.startswith("StepExplorer("))
    here = lesson(STEP)
    for before in range(index + 1):
        if stored(STEP)[before].cell_type == "code":
            here.run(before)
    expect(here.cell(index).locator(".s2s canvas[role=img]").first).to_be_visible()
    here.save()
    again = lesson(STEP)
    again.await_kernel()
    expect(again.cell(index).locator(".s2s canvas[role=img]").first).to_be_visible()


def test_what_is_saved_is_listed_taken_along_and_begun_anew(lesson, visitor, address):
    page, here = visitor, lesson(STEP)
    here.page.evaluate(WRITE, [0, "# Mine"])
    here.save()
    page.goto(f"{address}/lite/work.html")
    with page.expect_download() as download:
        page.get_by_role("link", name=f"Take {STEP}.ipynb along").click()
    taken = nbformat.read(download.value.path(), as_version=4)
    nbformat.validate(taken)
    assert taken.cells[0].source == "# Mine"
    page.get_by_role("button", name=f"Begin {STEP}.ipynb anew").click()
    expect(page.locator("#kept")).to_contain_text("Nothing is saved here yet.")
    assert title(lesson(STEP).cells()) == title(stored(STEP))


def test_what_was_only_looked_at_is_not_kept(lesson, visitor, address):
    """Else it would hide what a later release corrects."""
    lesson(STEP).await_kernel()
    visitor.wait_for_timeout(20_000)  # the notebook would be saved after 15
    visitor.goto(f"{address}/lite/work.html")
    expect(visitor.locator("#kept")).to_contain_text("Nothing is saved here yet.")


def test_a_new_release_opens_its_own_lessons_and_the_old_copies_stay(lesson, visitor, address):
    here = lesson(STEP)
    here.page.evaluate(WRITE, [0, "# Mine"])
    here.save()
    settings = json.loads((LITE / "jupyter-lite.json").read_text(encoding="utf-8"))
    names = settings["jupyter-config-data"]
    names |= {name: "Seq2seq lessons 9.9.9" for name in names if name.endswith("StorageName")}
    visitor.context.route("**/lite/jupyter-lite.json*", lambda route: route.fulfill(json=settings))
    assert title(lesson(STEP).cells()) == title(stored(STEP))
    visitor.goto(f"{address}/lite/work.html")
    expect(visitor.locator("#kept")).to_contain_text(f"{STEP}.ipynb, saved")


def test_where_no_kernel_can_start_that_is_said(browser, address):
    """An address without https: no service worker."""
    insecure, page = "http://lessons.test", browser.new_context().new_page()

    def served(route):
        route.fulfill(response=route.fetch(url=route.request.url.replace(insecure, address)))

    page.route(f"{insecure}/**", served)
    said = page.get_by_role("alert").filter(has_text="Python can't start in this window")
    page.goto(f"{insecure}/lite/notebooks/index.html?path=notebooks/{STEP}.ipynb")
    expect(said).to_be_visible()
    page.goto(f"{insecure}/site/notebooks/{STEP}.html")
    expect(said).to_be_visible()
    expect(page.get_by_role("link", name="Run this page")).to_have_count(0)
    page.unroute_all(behavior="ignoreErrors")  # pictures may still be on their way
    page.context.close()


def test_each_page_of_a_lesson_leads_here(visitor, address):
    for name in (path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb"))):
        visitor.goto(f"{address}/site/notebooks/{name}.html")
        link = visitor.get_by_role("link", name="Run this page")
        assert link.get_attribute("href").endswith(f"/lite/notebooks/index.html?path=notebooks/{name}.ipynb")
    link.click()
    visitor.wait_for_function(READY, timeout=60_000)
    assert title(visitor.evaluate(CELLS)) == title(stored(name))


def test_what_a_static_page_can_not_show_leads_here_too(visitor, address):
    visitor.goto(f"{address}/site/notebooks/02_unroll_a_sequence.html")
    place = visitor.locator(".s2s-live").nth(1)
    place.scroll_into_view_if_needed()
    box = place.get_by_role("textbox")
    box.fill("xylophone")
    box.press("Enter")
    expect(place.locator(".s2s-note").get_by_role("link", name="Run this page")).to_be_visible()
