"""The decks of `make slides`, opened as files in a real browser: every slide and every fragment, at two sizes."""

import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from bs4 import BeautifulSoup
from lab import ROOT

pytestmark = pytest.mark.browser
WIDGET = "application/vnd.jupyter.widget-view+json"
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# All decks have one template: `make lessons` walks through the others, as CI does each time.
ALWAYS = "00", "06", "13"
DECKS = [
    pytest.param(path, id=path.stem, marks=() if path.name[:2] in ALWAYS else pytest.mark.lessons) for path in LESSONS
]

# Through all states of a deck, one fragment more in each: what is wrong there, and what can be read.
WALK = """() => {
  const seen = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const wrong = [], read = [];
  Reveal.slide(0, 0, -1);
  for (let steps = 0; steps < 1000; steps += 1) {
    const slide = Reveal.getCurrentSlide();
    const place = `slide ${Reveal.getIndices().h + 1}`;
    const { left, top, right, bottom } = slide.getBoundingClientRect();
    if (left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1)
      wrong.push(`${place} leaves the screen`);
    if (slide.scrollHeight > slide.clientHeight + 1) wrong.push(`${place} is too high: ${slide.scrollHeight}`);
    if (slide.scrollWidth > slide.clientWidth + 1) wrong.push(`${place} is too wide: ${slide.scrollWidth}`);
    for (const node of slide.querySelectorAll('*')) {
      const box = node.getBoundingClientRect();
      const hidden = node.closest('svg, mjx-assistive-mml, details:not([open]) > :not(summary)');
      if (hidden || !seen(node) || !box.width) continue;
      if (box.left < left - 1 || box.top < top - 1 || box.right > right + 1 || box.bottom > bottom + 1)
        wrong.push(`${place}: ${node.tagName} stands out of it`);
      if (node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflowX !== 'visible')
        wrong.push(`${place}: ${node.tagName} hides a part`);
    }
    if (/^(In|Out) ?\\[/m.test(slide.innerText)) wrong.push(`${place} shows a prompt`);
    const end = slide.lastElementChild;
    if (end.matches('h1, h2, h3') || /^(Common confusions|[\\w.]+ in \\S+\\.py)$/.test(end.textContent.trim()))
      wrong.push(`${place} ends with a heading`);
    const pictures = [...slide.querySelectorAll('img')].filter(seen).map((picture) => picture.alt);
    read.push([slide.innerText, ...pictures].join('\\n'));
    if (Reveal.isLastSlide() && !Reveal.availableFragments().next) return { wrong, read };
    Reveal.next();
  }
  return { wrong: [...wrong, 'it does not end'], read };
}"""
PICTURES = """() => [...document.images].map((picture) => picture.alt)"""


def sentences(lesson):
    """What the pictures that stand on the slides of a lesson say to those who cannot see them."""
    cells = nbformat.read(lesson, as_version=4).cells
    shown = [cell for cell in cells if cell.metadata.slideshow.slide_type not in ("skip", "notes")]
    outputs = [output for cell in shown for output in cell.get("outputs", []) if "image/png" in output.get("data", {})]
    return [output.metadata["image/png"]["alt"] for output in outputs if "image/svg+xml" not in output.data]


def plain(text):
    """Without line breaks and marks of code."""
    return " ".join(text.replace("`", "").split())


def questions(lesson):
    """Each question as the notebook has it, and what answers it: the next output, (words, [words, ...]).

    An instrument that lies open is no answer: the reader moves it. Nor is a check of an exercise.
    """
    cells = nbformat.read(lesson, as_version=4).cells
    asked = None
    for cell in [cell for cell in cells if cell.metadata.slideshow.slide_type not in ("skip", "notes")]:
        if cell.source.startswith("## Check yourself"):
            return
        if cell.source.startswith("predict("):
            asked = plain(cell.outputs[0].data["text/plain"].splitlines()[0].removeprefix("Predict:"))
        elif "**Predict" in cell.source:  # up to the first sign of markup
            asked = plain(re.search(r"\*\*Predict[.:]?\*\*[.:]? *([^*$<\[]+)", cell.source)[1])
        elif asked and cell.get("outputs") and not re.search(r"^check_", cell.source, re.MULTILINE):
            is_instrument = any(WIDGET in output.get("data", {}) for output in cell.outputs)
            if not is_instrument or cell.metadata.get("jupyter", {}).get("outputs_hidden"):
                yield asked, [words_of(output) for output in cell.outputs]
            asked = None


def words_of(output):
    """What is to be found of an output: the first line of a text, the sentence of a picture."""
    picture = output.get("metadata", {}).get("image/png")
    text = output.text if output.output_type == "stream" else output.data["text/plain"]
    return plain(picture["alt"] if picture else text.strip().splitlines()[0])


@pytest.fixture(scope="session")
def decks(browser, tmp_path_factory):
    if shutil.which("make") is None or not (shutil.which("npm") or (ROOT / "node_modules/reveal.js").exists()):
        pytest.skip("make and npm are needed to build the decks")
    folder = tmp_path_factory.mktemp("slides")
    subprocess.run(["make", "slides", f"SLIDES={folder}"], cwd=ROOT, check=True, capture_output=True, timeout=240)
    return folder


@pytest.fixture(scope="session", params=DECKS)
def deck(request, browser, decks):
    """A page with one deck, its lesson, and the addresses it asked for."""
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    asked, failed = [], []
    page.on("request", lambda sent: asked.append(sent.url))
    page.on("requestfailed", lambda sent: failed.append(sent.url))
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.goto((decks / f"{request.param.stem}.slides.html").as_uri())
    page.wait_for_selector("body[data-ready]", timeout=20_000)
    yield page, request.param, asked, failed
    page.context.close()


@pytest.mark.parametrize(("width", "height"), [(1280, 720), pytest.param(1920, 1080, marks=pytest.mark.lessons)])
def test_nothing_is_cut_and_no_answer_stands_with_its_question(deck, width, height):
    page, lesson, *_ = deck
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("Math.abs(Reveal.getScale() - innerWidth / 1280) < 0.01")
    walk = page.evaluate(WALK)
    assert walk["wrong"] == []
    read = [plain(text) for text in walk["read"]]
    assert not [text for text in read if "✓ Right." in text or "✗ No." in text]  # of a choice that nobody opened
    for question, answers in questions(lesson):
        asked = [state for state, text in enumerate(read) if question in text]
        assert asked, question
        for answer in answers:
            shown = [state for state, text in enumerate(read) if answer in text]
            assert shown, answer
            assert shown[0] > asked[-1], (question, answer)


def test_it_needs_nothing_from_elsewhere(deck):
    _, _, asked, failed = deck
    assert failed == []
    assert [address for address in asked if not address.startswith(("file:", "data:"))] == []


def test_each_picture_on_a_slide_has_its_sentence(deck):
    page, lesson, *_ = deck
    assert page.evaluate(PICTURES) == sentences(lesson)


def test_each_question_is_on_a_slide(deck):
    page, lesson, *_ = deck
    cells = nbformat.read(lesson, as_version=4).cells
    shown = [cell for cell in cells if cell.metadata.slideshow.slide_type != "skip"]  # as Check yourself is
    questions = sum(cell.source.startswith("predict(") for cell in shown)
    assert page.locator("section > .html", has_text="Predict.").count() >= questions
    assert 8 <= page.evaluate("Reveal.getTotalSlides()") <= 60


def test_a_web_page_of_a_lesson_keeps_the_sentences(tmp_path):
    lessons = LESSONS[::5]  # they have their template in common
    convert = [sys.executable, "-m", "nbconvert", "--to", "html", "--template", "page", "--output-dir", tmp_path]
    convert += ["--TemplateExporter.extra_template_basedirs=docs/slides", *lessons]
    subprocess.run(convert, cwd=ROOT, check=True, capture_output=True, timeout=120)
    for lesson in lessons:
        text = (tmp_path / f"{lesson.stem}.html").read_text(encoding="utf-8")
        assert "No description has been provided" not in text, lesson
        said = {picture.get("alt") for picture in BeautifulSoup(text, "html.parser").select("img")}
        assert set(sentences(lesson)) <= said, lesson
