"""Each picture that a notebook stores is compared with the one that its cell has drawn now: nbval passes over them.

A plugin of pytest; ../conftest.py adds it to a run of nbval. Compared is what one matplotlib has drawn. Another one
(3.9 against 3.11, say) puts each text and each tick a pixel aside, which is more than a legend that is gone: there the
number of the pictures and their sizes must agree, and the last line of the run says so. A cell whose picture no two
processors draw alike, a picture of rounding errors or of a chaotic training, says so in its metadata:
"why_picture_not_compared".
"""

import base64
import io
import re
import shutil
from collections import Counter

import numpy as np
import pytest
from nbval.plugin import IPyNbCell
from PIL import Image

LEFT = "build/different-pictures"
SIDE = 4  # pixels of the square over which the difference is averaged: a line smoothed otherwise is no other line
ALLOWED = 0.05  # of the full scale, in the square where two pictures are farthest apart
ALIKE, UNLIKE, EXCUSED, SIZES = (
    "alike",
    "different",
    "excused by their cells",
    "drawn by another matplotlib, size alone",
)


def pytest_configure(config):
    if not hasattr(config, "workerinput"):  # once, and not by each worker of xdist
        shutil.rmtree(config.rootpath / LEFT, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    done = yield  # here nbval runs the cell, compares all else, and raises where it differs
    if isinstance(item, IPyNbCell) and item.options["check"]:
        complaints = compared(item)
        if complaints:
            item.raise_cell_error("Its pictures differ from the stored ones", "\n".join(complaints))
    return done


def pytest_terminal_summary(terminalreporter):
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    verdicts = [verdict for report in reports for kind, verdict in report.user_properties if kind == "picture"]
    counted = ", ".join(f"{count} {verdict}" for verdict, count in sorted(Counter(verdicts).items()))
    terminalreporter.write_line(f"Stored pictures: {counted or 'none'}")


def compared(cell):
    """What is wrong with the pictures of a cell that has been run, a line for each."""
    stored, drawn = pictures(cell.cell.outputs), pictures(cell.test_outputs)
    if len(stored) != len(drawn):
        return [f"pictures: {len(stored)} stored, {len(drawn)} drawn now"]
    excuse, complaints = cell.cell.metadata.get("why_picture_not_compared"), []
    for number, (before, now) in enumerate(zip(stored, drawn), start=1):
        verdict, words = judged(before, now, excuse)
        cell.user_properties.append(("picture", verdict))
        if verdict == UNLIKE:
            name = f"{cell.path.stem}-cell-{cell.cell_num}-{number}"
            leave(cell.config.rootpath / LEFT, name, before, now)
            complaints.append(f"picture {number} of {len(stored)}: {words} See {LEFT}/{name}-*.png")
    return complaints


def pictures(outputs):
    shown = [output["data"] for output in outputs if "image/png" in output.get("data", {})]
    return [base64.b64decode(data["image/png"]) for data in shown]


def judged(stored, drawn, excuse=None):
    """Two PNGs -> ALIKE, or the reason for which they were not compared, or UNLIKE and what is wrong, in words."""
    if stored == drawn:
        return ALIKE, ""
    (before, maker), (now, maker_now) = map(opened, (stored, drawn))
    if before.shape != now.shape:
        was, is_now = (f"{width} × {height} pixels" for height, width, _ in (before.shape, now.shape))
        return UNLIKE, f"stored with {was}, drawn now with {is_now}."
    if excuse:
        return EXCUSED, excuse
    if maker != maker_now:
        return SIZES, f"{maker} drew the stored one, {maker_now} this one"
    apart, x, y = farthest(before, now)
    words = f"off by {apart:.2f} of the full scale, {ALLOWED} is allowed; it is farthest off at x = {x}, y = {y}."
    return (UNLIKE, words) if apart > ALLOWED else (ALIKE, "")


def opened(png):
    """The pixels (height, width, 4), from 0 to 1, and the matplotlib that drew them, as "3.11"."""
    image = Image.open(io.BytesIO(png))
    maker = re.search(r"version *(\d+\.\d+)", image.info.get("Software", ""))
    return np.asarray(image.convert("RGBA"), float) / 255, maker and maker[1]


def farthest(before, now):
    """The largest difference of the means over small squares, and the pixel around which that is."""
    squares = np.lib.stride_tricks.sliding_window_view(now - before, (SIDE, SIDE), axis=(0, 1))  # a view
    apart = np.abs(squares.mean(axis=(-2, -1))).max(axis=-1)
    y, x = np.unravel_index(apart.argmax(), apart.shape)
    return apart.max(), x + SIDE // 2, y + SIDE // 2


def leave(folder, name, stored, drawn):
    """Both pictures as files, and where they have one size, their difference, black where they are the same."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}-stored.png").write_bytes(stored)
    (folder / f"{name}-drawn.png").write_bytes(drawn)
    before, now = (opened(png)[0][..., :3] for png in (stored, drawn))
    if before.shape == now.shape:
        difference = Image.fromarray((np.abs(now - before) * 255).astype(np.uint8))
        difference.save(folder / f"{name}-difference.png")
