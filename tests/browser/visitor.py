"""A visitor who does anything, in any order: mouse, finger, keys, cells out of order, two tabs, another theme or size.

    python tests/browser/visitor.py MINUTES SEED      the minutes are shared among all lessons (NN: among these)

Afterwards every instrument has to answer, and nobody may have complained: not the page, not the kernel. What he did is
drawn from the seed; how far the machine is when he does it is not, so a fault may take more than one run to show again.
"""

import random
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import nbformat
from lab import ROOT, TOKEN, Notebook, kernels, launched, put_fresh, served
from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as TooSlow

LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST = 700  # MB of a kernel: with matplotlib and a lesson's models it begins at 150 to 250
SOON = {"timeout": 1_500}  # ms: what takes longer is not waited for, as he would not
KEYS = "Home End ArrowLeft ArrowRight ArrowUp ArrowDown PageUp PageDown Space Enter Escape Tab".split()
TEXTS = [
    "a",
    "",
    "  ",
    "3 May",
    "<b>bold</b>",
    "$x^2$",
    "日本語",
    "🎈" * 3,
    "-1e309",
    "0",
    "abc" * 200,
    "ABC",
    "'\"\\",
    "nan",
]
THEMES = "JupyterLab Light", "JupyterLab Dark"
# What a lesson may say to one who runs its cells in any order, or interrupts them.
EXPECTED = {"NameError", "KeyboardInterrupt"}
IDLE = '.jp-Notebook-ExecutionIndicator[data-status="idle"]'
RUN = """(index) => {
  const { content } = jupyterapp.shell.currentWidget;
  content.activeCellIndex = index;
  jupyterapp.commands.execute("notebook:run-cell");
}"""
COMMAND = "([name, given]) => { jupyterapp.commands.execute(name, given); }"
LEAVE = "() => document.fullscreenElement && document.exitFullscreen()"  # *Present* fills the screen; so does Escape
SCROLL = """(share) => {
  const box = document.querySelector(".jp-WindowedPanel-outer");
  box.scrollTo(0, share * box.scrollHeight);
}"""


class Visitor:
    """One lesson, open in one tab or two; `did` is what he has done so far."""

    def __init__(self, notebook, chance):
        self.notebook, self.chance = notebook, chance
        self.pages, self.did, self.errors = [notebook.page], [], []
        cells = nbformat.read(ROOT / "notebooks" / notebook.name, as_version=4).cells
        self.code = {index: None for index, cell in enumerate(cells) if cell.cell_type == "code"}  # cell: whose it is

    def act(self):
        name = self.chance.choices(list(ACTS), weights=ACTS.values())[0]
        page = self.chance.choice(self.pages)
        self.did.append(name.__name__)
        with suppress(TooSlow, Error):  # what he meant to touch has gone, or something lies over it
            name(self, page)

    def visible(self, page, what):
        """One of those that can be seen now, or None."""
        found = [one for one in page.locator(what).all() if one.is_visible()]
        return self.chance.choice(found) if found else None

    def in_order(self, page):
        """The next cell that has not been run."""
        waiting = [index for index, owner in self.code.items() if owner is None]
        if waiting:
            self.run(page, waiting[0])

    def out_of_order(self, page):
        # what was run in one tab is run there again: its instrument belongs to that page
        self.run(page, self.chance.choice([index for index, owner in self.code.items() if owner in (None, page)]))

    def run(self, page, index):
        self.code[index] = page
        self.did[-1] += f" {index}"
        page.evaluate(RUN, index)
        page.wait_for_timeout(self.chance.choice([50, 500, 2_000]))
        if index == min(self.code):  # an import that is interrupted leaves half a module behind, in any notebook
            page.wait_for_selector(IDLE, state="attached")

    def touch_an_instrument(self, page):
        section = self.visible(page, ".s2s")
        control = section and self.visible(section, "button:enabled, input:enabled, select:enabled, canvas[role=img]")
        if control:
            kind = control.evaluate("(node) => node.type ?? 'drawing'")
            self.did[-1] += f" {kind} {control.get_attribute('aria-label', **SOON) or control.inner_text(**SOON)}"[:60]
            TOUCHES.get(kind, press_keys)(self, control)

    def answer_a_question(self, page):
        choice = self.visible(page, "details summary")
        if choice:
            choice.click(**SOON)

    def scroll(self, page):
        page.evaluate(SCROLL, self.chance.random())

    def choose_a_theme(self, page):
        page.evaluate(COMMAND, ["apputils:change-theme", {"theme": self.chance.choice(THEMES)}])

    def change_the_size(self, page):
        page.set_viewport_size({"width": self.chance.choice([600, 1000, 1400, 1900]), "height": 900})
        page.evaluate("(zoom) => { document.body.style.zoom = zoom; }", self.chance.choice([1, 1, 1, 1.5, 2]))

    def interrupt(self, page):
        page.evaluate(COMMAND, ["notebook:interrupt-kernel", {}])

    def open_a_second_tab(self, page):
        if len(self.pages) == 1:
            second = page.context.new_page()
            second.on("pageerror", lambda error: self.errors.append(str(error)))
            page.evaluate(COMMAND, ["docmanager:save", {}])
            page.wait_for_timeout(2_000)
            way = f"lab/workspaces/second/tree/notebooks/{self.notebook.name}"  # reset: without the lessons before
            second.goto(f"{self.notebook.address}/{way}?reset&token={TOKEN}")
            second.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
            second.wait_for_selector(IDLE, state="attached", timeout=60_000)
            self.pages.append(second)


ACTS = {
    Visitor.in_order: 6,
    Visitor.out_of_order: 2,
    Visitor.touch_an_instrument: 40,
    Visitor.answer_a_question: 3,
    Visitor.scroll: 10,
    Visitor.choose_a_theme: 1,
    Visitor.change_the_size: 1,
    Visitor.interrupt: 1,
    Visitor.open_a_second_tab: 0.5,
}


def press_keys(visitor, control):
    control.focus(**SOON)
    for _ in range(visitor.chance.randint(1, 6)):
        control.press(visitor.chance.choice(KEYS), **SOON)


def drag(visitor, control):
    box, mouse = control.bounding_box(**SOON), control.page.mouse
    spots = [
        (box["x"] + visitor.chance.random() * box["width"], box["y"] + visitor.chance.random() * box["height"])
        for _ in "ab"
    ]
    if visitor.chance.random() < 0.3:
        return control.page.touchscreen.tap(*spots[0])
    mouse.move(*spots[0])
    mouse.down()
    mouse.move(*spots[1], steps=5)
    mouse.up()


def slide(visitor, control):
    visitor.chance.choice([press_keys, drag])(visitor, control)


def tick(visitor, control):
    control.click(**SOON)


def push(visitor, control):
    control.click(**SOON)
    control.page.evaluate(LEAVE)


def choose(visitor, control):
    control.select_option(index=visitor.chance.randrange(control.locator("option").count()), **SOON)


def write(visitor, control):
    control.fill(visitor.chance.choice(TEXTS), **SOON)
    control.press("Enter", **SOON)


TOUCHES = {
    "range": slide,
    "checkbox": tick,
    "submit": push,
    "button": push,
    "select-one": choose,
    "text": write,
    "drawing": drag,
}


# Afterwards


def silent(visitor):
    """The instruments of both tabs that do not answer, asked with each control at its end: they say so themselves."""
    found = []
    for page in visitor.pages:
        for index in [index for index, owner in visitor.code.items() if owner is page]:
            page.evaluate("(index) => jupyterapp.shell.currentWidget.content.scrollToItem(index)", index)
            page.wait_for_timeout(300)
            for section in page.locator(f".jp-Cell[data-windowed-list-index='{index}'] .s2s").all():
                with suppress(TooSlow):
                    asked(section)
                page.wait_for_timeout(6_000)
                said = " ".join(section.get_by_role("alert").filter(visible=True).all_inner_texts())
                if "No answer" in said or not section.locator("canvas[role=img]").first.get_attribute("aria-label"):
                    found.append((visitor.notebook.name, index, said or section.inner_text()))
    return found


def asked(section):
    for slider in section.locator("input[type=range]:enabled").all():
        slider.press(random.choice(["Home", "End"]), **SOON)
    for name in ("Reset", "Play"):
        button = section.get_by_role("button", name=name, exact=True)
        if button.count() and button.is_enabled():
            button.click(**SOON)


def megabytes(notebook):
    """Of the kernel, now."""
    return sum(one.memory_info().rss for one in kernels(notebook)) / 1e6


def complaints(visitor):
    """What the pages, the cells and the instruments have to say, and the kernel's memory if it is too large."""
    notebook = visitor.notebook
    visitor.interrupt(notebook.page)
    for page in visitor.pages:
        page.wait_for_selector(IDLE, state="attached", timeout=120_000)
        page.evaluate(LEAVE)
        page.set_viewport_size({"width": 1400, "height": 900})
        page.evaluate("() => { document.body.style.zoom = 1; }")
    # Of two tabs with one kernel each hears what is said to the other, and JupyterLab says so.
    found = [f"page: {error}" for error in notebook.errors + visitor.errors if "Comm not found" not in error]
    found += [f"silent: {one}" for one in silent(visitor)]
    outputs = [output for output in notebook.saved_outputs() if output["output_type"] == "error"]
    found += [f"cell: {one['ename']}: {one['evalue']}" for one in outputs if one["ename"] not in EXPECTED]
    size = megabytes(notebook)
    print(
        f"{notebook.name}: {len(visitor.did)} acts, {len(visitor.pages)} tabs, the kernel has {size:.0f} MB", flush=True
    )
    return found + [f"memory: {size:.0f} MB"] * (size > MOST)


def visited(browser, address, lesson, seconds, seed):
    put_fresh(address, lesson.name)
    context = browser.new_context(viewport={"width": 1400, "height": 900}, has_touch=True)
    notebook = Notebook(context.new_page(), address, lesson.name)
    visitor = Visitor(notebook, random.Random(f"{seed} {lesson.stem}"))
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        visitor.act()
    found = complaints(visitor)
    if found:
        print("    he did:", "; ".join(visitor.did), flush=True)
    for one in found:
        print("   ", one, flush=True)
    notebook.close()
    return found


def main(minutes, seed, *numbers):
    lessons = [lesson for lesson in LESSONS if not numbers or lesson.stem[:2] in numbers]
    with tempfile.TemporaryDirectory() as home, launched() as browser, served(Path(home)) as address:
        found = [visited(browser, address, lesson, 60 * float(minutes) / len(lessons), seed) for lesson in lessons]
        log = (Path(home) / "log").read_text()
    kernel = [line for line in log.splitlines() if "seq2seq_lib" in line]  # of a traceback: the server has its own
    print(
        f"{sum(map(len, found))} complaints, {len(kernel)} lines about us in the server's log",
        *kernel[:10],
        sep="\n    ",
    )
    return 1 if kernel or any(found) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
