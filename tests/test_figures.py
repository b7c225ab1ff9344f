"""The machine as a drawing: well-formed, within its frame, with the notation of the lessons, and one part of it lit."""

import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from seq2seq_lib.figures import BOS, COLOURS, EOS, PALE, machine, unrolled

SVG = "{http://www.w3.org/2000/svg}"
ALL = ("encoder", "context", "decoder")
DRAWN = {
    "machine": machine(),
    "all lit": machine(lit=ALL),
    "with a gap": machine(("3", "␣", "M", "…", "9"), ("1", "9", "…"), lit=ALL),
    "teacher": machine(lit="reads", reads="teacher"),
    "left open": machine(lit="context", reads=None),
    "machine, gradients": machine(lit="context", reads="teacher", gradients=True),
    "one symbol": machine(("<",), ("&",)),
    "unrolled": unrolled(),
    "unrolled, gradients": unrolled(gradients=True),
}


@pytest.fixture(params=DRAWN.values(), ids=DRAWN)
def drawing(request):
    return request.param


def tree(drawing):
    return ElementTree.fromstring(drawing.svg)


def texts(drawing):
    """Its texts as they are read, subscripts behind an underscore."""
    return [written(text) for text in tree(drawing).iter(f"{SVG}text")]


def written(text):
    spans = [("_" + (span.text or "") if span.get("font-size") else "") + (span.tail or "") for span in text]
    return ((text.text or "") + "".join(spans)).replace("\u200b", "")


def part_of(drawing, kind, colour):
    return [shape for shape in tree(drawing).iter(SVG + kind) if shape.get("stroke") == colour]


# In every host


def test_it_says_what_is_seen_to_those_who_cannot_see_it(drawing):
    root = tree(drawing)
    data, about = drawing._repr_mimebundle_()
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text
    assert root.find(f"{SVG}desc").text == data["text/plain"] == repr(drawing) == about["image/svg+xml"]["alt"]
    assert len(drawing.sentence.split()) >= 10
    assert data["image/svg+xml"] == drawing.svg


def test_it_needs_nothing_but_itself(drawing):
    root = tree(drawing)
    assert {shape.tag.removeprefix(SVG) for shape in root.iter()} <= set(
        "svg title desc rect path polygon text tspan".split()
    )
    assert not [shape for shape in root.iter() if {"id", "class", "href", "onload"} & set(shape.attrib)]
    assert [shape.tag for shape in root.iter() if shape.get("style")] == [root.tag]


def test_it_has_a_ground_of_its_own_for_dark_pages_and_shrinks_on_a_phone(drawing):
    root = tree(drawing)
    _, _, width, height = map(float, root.get("viewBox").split())
    ground = root.find(f"{SVG}rect")
    assert ground.get("fill") == "#FFFFFF"
    assert float(ground.get("width")) >= width - 2
    assert float(ground.get("height")) >= height - 2
    assert "max-width:100%" in root.get("style")


def test_all_stands_within_the_frame(drawing):
    root = tree(drawing)
    _, _, width, height = map(float, root.get("viewBox").split())
    for text in root.iter(f"{SVG}text"):
        wide = 0.6 * float(text.get("font-size")) * len(written(text).replace("_", ""))
        left = float(text.get("x")) - {"start": 0, "middle": wide / 2, "end": wide}[text.get("text-anchor")]
        assert 4 <= left <= left + wide <= width - 4, written(text)
        assert float(text.get("font-size")) <= float(text.get("y")) <= height - 4, written(text)
    for shape in root.iter(f"{SVG}path"):
        numbers = list(map(float, re.findall(r"-?[\d.]+", shape.get("d"))))
        assert 4 <= min(numbers)
        assert max(numbers[::2]) <= width - 4
        assert max(numbers[1::2]) <= height - 4


def test_letters_are_large_enough_on_a_phone(drawing):
    """At 330 pixels, what JupyterLab leaves of a phone, at least 8 pixels."""
    root = tree(drawing)
    width = float(root.get("viewBox").split()[2])
    assert min(float(text.get("font-size")) for text in root.iter(f"{SVG}text")) * min(1, 330 / width) >= 7.5


def test_the_library_draws_it_without_numpy_or_matplotlib():
    code = (
        "import sys; sys.modules.update(numpy=None, matplotlib=None); sys.path.insert(0, 'seq2seq_lib'); import figures"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# What is drawn


def test_every_symbol_is_there():
    said = texts(machine())
    assert said.count("a") == said.count("c") - 1 + 1 == 3 - 0
    for name in "h_0 h_1 h_2 h_3 x_1 x_2 x_3 s_1 s_2 s_3 s_4 o_1 o_4 W_xh W_hh W_hy encoder context decoder".split():
        assert name in said, name
    assert {BOS, EOS, "s_0 = h_3"} <= set(said)
    assert [name for name in said if name.startswith("y_")] == []
