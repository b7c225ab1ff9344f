"""The moving picture at the head of the README, out of the real instruments: make moving-picture

It writes docs/pictures/instruments.webp, a still of it for those who don't want to see things move, and the machine.
"""

import io
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from lab import ROOT, launched
from PIL import Image
from plain import drawn

from seq2seq_lib import AttentionSeq2Seq, Seq2Seq
from seq2seq_lib.figures import machine
from seq2seq_lib.tasks import dates
from seq2seq_lib.widgets import AttentionMap, GradientFlow, HiddenStates

WIDTH, HEIGHT, SHOWN = 900, 790, 720  # px: the page, and how wide its picture is in the README
PARTS = {"century": slice(0, 2), "year": slice(2, 4), "month": slice(5, 7), "day": slice(8, 10)}


def scenes():
    """What is said of an instrument, the instrument, the slider that is moved, and how many steps at a time."""
    task = dates()
    reader, looking_back = Seq2Seq.load("weights/dates.npz"), AttentionSeq2Seq.load("weights/attention_dates.npz")
    read = HiddenStates.of(reader, task, "3 May 1979", asks="A date", parts=PARTS)
    yield "A network reads a date and writes it. What does each state know?", read, "time", 1
    yield "Where does a gradient die, and where does it explode?", GradientFlow(), "radius of W_hh", 2
    yield "Attention: on what did each letter look back?", AttentionMap(looking_back, task, "3 May 1979"), "step", 1


def filmed(browser, said, instrument, slider, step, frames=16):
    page = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}).new_page()
    section = drawn(page, instrument, body='data-theme="light" style="margin: 8px; background: white"')
    page.evaluate(
        """(said) => {
          const title = document.createElement("h2");
          title.style = "font: 600 22px system-ui, sans-serif; margin: 4px 8px 10px";
          title.textContent = said;
          document.body.prepend(title);
        }""",
        said,
    )
    handle = section.get_by_role("slider", name=slider, exact=True)
    handle.press("Home")
    for _ in range(frames):
        page.evaluate("atRest()")
        page.wait_for_timeout(400)  # what eases has arrived
        yield Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        for _ in range(step):
            handle.press("ArrowRight")
    page.context.close()


def main():
    os.chdir(ROOT / "notebooks")
    with launched() as browser:
        taken = [list(filmed(browser, *scene)) for scene in scenes()]
    size = SHOWN, SHOWN * HEIGHT // WIDTH
    images = [image.resize(size, Image.Resampling.LANCZOS) for scene in taken for image in scene]
    durations = [1200 if i in (0, len(scene) - 1) else 350 for scene in taken for i in range(len(scene))]
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(exist_ok=True)
    moving = {"save_all": True, "append_images": images[1:], "duration": durations, "loop": 0}
    images[0].save(folder / "instruments.webp", quality=55, method=6, **moving)
    images[len(taken[0]) - 1].save(folder / "instruments.png", optimize=True)
    drawing = machine(("3", "␣", "…", "9"), ("1", "9", "…"), lit=("encoder", "context", "decoder"))
    (folder / "machine.svg").write_text(drawing.svg, encoding="utf-8")
    for file in sorted(folder.iterdir()):
        print(file.relative_to(ROOT), file.stat().st_size // 1000, "kB")


if __name__ == "__main__":
    main()
