"""The site that `make site` has built, with all of the outside blocked: every page, and every instrument on it."""

import pytest
from lab import ROOT
from lite import files_of
from playwright.sync_api import expect
from test_instruments import serious_findings
from test_plain_page import MOVE

pytestmark = [pytest.mark.browser, pytest.mark.site]
SITE = ROOT / "build" / "site"
PAGES = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
PAGES = [page for page in PAGES if not page.startswith("lite/")]  # test_lite.py looks at that
LESSONS = [page for page in PAGES if page.startswith("notebooks/")]
BROKEN = """async () => {
  const links = [...document.querySelectorAll("a[href]")].map((link) => link.href.split("#")[0]);
  const ours = [...new Set(links)].filter((address) => address.startsWith(location.origin));
  const found = await Promise.all(ours.map((address) => fetch(address, { method: "HEAD" })));
  return found.filter(({ ok }) => !ok).map(({ url }) => url);
}"""


# Another picture, or a word about the one that is not ready.
ANSWERED = """([canvas, before]) => canvas.toDataURL() !== before ||
  canvas.closest(".s2s-live").querySelector(".s2s-note").textContent"""


@pytest.fixture(scope="session")
def address():
    with files_of(SITE) as address:
        yield address


@pytest.fixture
def visit(page, address):
    """Opens a page of the site, and asks nothing of anybody else."""
    asked = []
    page.route("**", lambda route: route.continue_() if route.request.url.startswith(address) else route.abort())
    page.on("request", lambda request: asked.append(request.url))

    def visit(name):
        page.goto(f"{address}/{name}")
        return page

    yield visit
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_the_site_is_there():
    assert len(LESSONS) == len(list((ROOT / "notebooks").glob("*.ipynb"))), "make site builds it"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_and_nothing_of_it_is_wider_than_a_phone(visit, name):
    page = visit(name)
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate(BROKEN) == []
    assert page.locator("img:not([alt])").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [page for page in PAGES if "seq2seq_lib" not in page or "rnn" in page])
def test_axe_finds_nothing_serious_on_a_page(visit, page, name, scheme):
    """Of the library's files one: they are all made alike."""
    page.emulate_media(color_scheme=scheme)
    visit(name)
    page.wait_for_function("[...document.querySelectorAll('canvas[role=img]')].every(({ ariaLabel }) => ariaLabel)")
    assert not serious_findings(page.locator("html"))


@pytest.mark.parametrize("name", LESSONS)
def test_each_instrument_answers_without_python(visit, name):
    page = visit(name)
    places = page.locator(".s2s-live")
    for i in range(places.count()):
        place = places.nth(i)
        place.scroll_into_view_if_needed()
        drawing = place.locator("canvas[role=img]:not(.s2s-bar)").first
        expect(drawing).to_be_visible()
        expect(place.locator("xpath=preceding-sibling::img")).to_be_hidden()
        before = drawing.evaluate("(canvas) => canvas.toDataURL()")
        if place.get_by_role("button", name="Reset").count():
            place.get_by_role("button", name="Play").click()
        else:
            place.locator("input[type=range]:enabled, select, input[type=checkbox]").first.evaluate(MOVE)
        page.wait_for_function(ANSWERED, arg=[drawing.element_handle(), before])
        assert not place.get_by_role("alert").filter(visible=True).all_inner_texts()


def test_what_is_not_ready_is_said_and_what_is_ready_can_be_pressed(visit):
    page = visit("notebooks/02_unroll_a_sequence.html")
    place = page.locator(".s2s-live").nth(1)
    place.scroll_into_view_if_needed()
    box, note = place.get_by_role("textbox"), place.locator(".s2s-note")
    box.fill("xylophone")
    box.press("Enter")
    expect(note).to_contain_text("It needs Python: run this lesson.")
    ready = place.locator(".s2s-ready button").last
    ready.click()
    expect(note).to_be_empty()
    expect(box).to_have_value(ready.inner_text())


def test_a_recorded_training_ends_in_peace(visit):
    page = visit("notebooks/00_start_here.html")
    monitor = page.locator(".s2s-live").first
    monitor.scroll_into_view_if_needed()
    monitor.get_by_role("button", name="Play").click()
    expect(monitor.locator(".s2s-note")).to_contain_text("Here the recording ends.", timeout=20_000)
    expect(monitor.get_by_role("button", name="Play", exact=True)).to_be_visible()
    before = monitor.inner_text()
    page.wait_for_timeout(6_000)  # nothing is waited for: nobody complains of a kernel, and it does not begin anew
    assert monitor.inner_text() == before
    expect(monitor.get_by_role("alert")).to_be_hidden()


def test_a_choice_of_a_question_replies(visit):
    page = visit("notebooks/01_compute_one_step.html")
    choice = page.locator(".s2s-question details").first
    choice.locator("summary").click()
    expect(choice.locator("p")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_instrument_is_as_dark_as_its_page(visit, page, scheme):
    page.emulate_media(color_scheme=scheme)
    place = visit("notebooks/01_compute_one_step.html").locator(".s2s-live").first
    place.scroll_into_view_if_needed()
    expect(place.locator("canvas[role=img]").first).to_be_visible()
    assert place.locator(".s2s[data-dark]").count() == (scheme == "dark")


@pytest.mark.parametrize("name", LESSONS)
def test_on_paper_no_line_of_code_is_cut(visit, name):
    page = visit(name)
    page.set_viewport_size({"width": 700, "height": 1000})
    page.emulate_media(media="print")
    cut = "[...document.querySelectorAll('pre')].filter((code) => code.scrollWidth > code.clientWidth + 1).length"
    assert page.evaluate(cut) == 0
