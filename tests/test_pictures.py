"""The notebook run compares pictures: a changed one is caught, a last bit is not, and what it says helps."""

import base64
import io
import json
import shutil
import subprocess
import sys
from functools import cache

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output, writes
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from stored_pictures import ALIKE, EXCUSED, SIZES, UNLIKE, judged, opened
from test_notebooks import NOTEBOOKS, Notebook
from test_repository import ROOT

from seq2seq_lib import plots

STEPS = np.arange(1, 41)


@cache
def drawn(colour=plots.BLUE, legend=True, bar=0.6, label="ours", nudge=0.0, **size):
    """A figure like those of the lessons, as a PNG."""
    fig, (axes,) = plots.figure(1, **size)
    axes.plot(STEPS, np.exp(-STEPS / 9) + nudge, color=colour, label="with the teacher")
    axes.plot(STEPS, np.exp(-STEPS / 30) + nudge, "s-", ms=4, color=plots.ORANGE, label="alone")
    axes.bar([10, 20, 30], [0.2, bar, 0.1], width=2)
    axes.set(ylim=(0, 1), title=label)
    if legend:
        axes.legend(loc="upper right")
    data, _ = plots.Picture(fig, "two curves and three bars")._repr_mimebundle_()
    return base64.b64decode(data["image/png"])


@pytest.fixture
def stored():
    return drawn()


@pytest.mark.parametrize(
    "change",
    [{"colour": plots.GREEN}, {"colour": "black"}, {"legend": False}, {"bar": 0.61}, {"label": "ouns"}, {"label": ""}],
)
def test_a_curve_of_another_colour_a_missing_legend_another_bar_or_letter_is_caught(stored, change):
    verdict, words = judged(stored, drawn(**change))
    assert verdict == UNLIKE
    assert "of the full scale, 0.05 is allowed" in words


def test_it_says_where_the_two_are_farthest_apart(stored):
    before, _ = opened(stored)
    y, x = np.argwhere(np.abs(opened(drawn(bar=0.61))[0] - before).max(axis=2) > 0.5).mean(axis=0)
    words = judged(stored, drawn(bar=0.61))[1].rstrip(".").split()
    assert abs(int(words[-1]) - y) < 60
    assert abs(int(words[-4].rstrip(",")) - x) < 60


@pytest.mark.parametrize("nudge", [1e-16, 1e-5])
def test_a_last_digit_and_lines_smoothed_otherwise_are_let_pass(stored, nudge):
    assert judged(stored, drawn(nudge=nudge)) == (ALIKE, "")


def test_lines_were_smoothed_otherwise_in_that_test(stored):
    assert drawn.__wrapped__() == stored != drawn(nudge=1e-5)


def test_another_size_is_said_in_pixels_also_where_nothing_else_is_compared(stored):
    higher = drawn(height=4.0)
    for png, excuse in ((higher, None), (higher, "chaotic"), (by_another_matplotlib(higher), None)):
        says = "stored with 800 × 288 pixels, drawn now with 800 × 320 pixels."
        assert judged(stored, png, excuse) == (UNLIKE, says)


def by_another_matplotlib(png):
    """The same pixels, with another version in the file."""
    other, told = io.BytesIO(), PngInfo()
    told.add_text("Software", "Matplotlib version2.0.1, https://matplotlib.org/")
    Image.open(io.BytesIO(png)).save(other, "png", pnginfo=told)
    return other.getvalue()


def test_of_another_matplotlib_and_of_an_excused_cell_only_the_size_is_compared(stored):
    assert judged(stored, by_another_matplotlib(drawn(legend=False)))[0] == SIZES
    assert judged(stored, drawn(legend=False), "a training that is chaotic") == (EXCUSED, "a training that is chaotic")


# The whole way, through nbval

CELL = (
    "from seq2seq_lib import plots\nfig, (axes,) = plots.figure(1)\n_ = axes.plot([1, 2, 1])\nplots.Picture(fig, 'up')"
)


def as_stored(*plotted):
    """The outputs of the cell, had it plotted these instead."""
    outputs = []
    for values in plotted:
        fig, (axes,) = plots.figure(1)
        axes.plot(values)
        data, metadata = plots.Picture(fig, "up")._repr_mimebundle_()
        outputs.append(new_output("display_data", data, metadata=metadata))
    return outputs


def run_by_nbval(folder, *outputs):
    cells = [new_code_cell(CELL, execution_count=n, outputs=stored) for n, stored in enumerate(outputs, start=1)]
    shutil.copy(ROOT / "conftest.py", folder)
    (folder / "lesson.ipynb").write_text(writes(new_notebook(cells=cells)), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "@tests/nbval.txt", "--color=no", f"--rootdir={folder}", folder]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_a_wrong_picture_fails_its_cell_and_the_pictures_are_left_to_be_looked_at(tmp_path):
    done = run_by_nbval(tmp_path, as_stored([1, 2, 1]), as_stored([1, 2, 3]))
    assert "1 failed, 1 passed" in done.stdout
    assert "Cell 1: Its pictures differ from the stored ones" in done.stdout
    assert "picture 1 of 1: off by" in done.stdout
    assert "Stored pictures: 1 alike, 1 different" in done.stdout
    left = tmp_path / "build" / "different-pictures"
    names = [f"lesson-cell-1-1-{kind}.png" for kind in ("difference", "drawn", "stored")]
    assert sorted(path.name for path in left.iterdir()) == names
    assert (left / names[2]).read_bytes() == base64.b64decode(as_stored([1, 2, 3])[0]["data"]["image/png"])


# The cells that are excused


def test_few_cells_are_excused_and_each_says_why():
    cells = [cell for path in NOTEBOOKS for cell in Notebook(path).code]
    reasons = [cell["metadata"]["why_picture_not_compared"] for cell in cells if "why_picture" in json.dumps(cell)]
    with_picture = [cell for cell in cells if '"image/png"' in json.dumps(cell["outputs"])]
    assert len(reasons) <= 9 < 50 < len(with_picture)  # they are those that make test-machines found
    assert all(len(reason.split()) >= 5 for reason in reasons)
