"""The machine as a drawing: well-formed, within its frame, with the notation of the lessons, and one part of it lit."""

import base64
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from seq2seq_lib.figures import BOS, COLOURS, EOS, INK, PALE, machine, unrolled

SVG = "{http://www.w3.org/2000/svg}"
ALL = ("encoder", "context", "decoder")
DRAWN = {
    "machine": machine(),
    "all lit": machine(lit=ALL),
    "with a gap": machine(("3", "␣", "…", "9"), ("1", "9", "…"), lit=ALL),
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


def colours(drawing):
    return [shape.get("stroke") for shape in tree(drawing).iter() if shape.get("stroke")]


# In every host


def test_jupyterlab_gets_an_image_with_a_sentence(drawing):
    data, _ = drawing._repr_mimebundle_()
    image = ElementTree.fromstring(data["text/markdown"].removesuffix(">") + "/>")
    assert image.get("alt") == drawing.sentence
    assert base64.b64decode(image.get("src").removeprefix("data:image/svg+xml;base64,")).decode() == drawing.svg


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
        assert min(numbers) >= 4
        assert max(numbers[::2]) <= width - 4
        assert max(numbers[1::2]) <= height - 4


def test_letters_are_large_enough_on_a_phone(drawing):
    """At 330 pixels, what JupyterLab leaves of a phone, at least 7.5 pixels."""
    root = tree(drawing)
    width = float(root.get("viewBox").split()[2])
    assert min(float(text.get("font-size")) for text in root.iter(f"{SVG}text")) * min(1, 330 / width) >= 7.5


def test_the_library_draws_it_without_numpy_or_matplotlib():
    code = (
        "import sys; sys.modules.update(numpy=None, matplotlib=None); sys.path.insert(0, 'seq2seq_lib'); import figures"
    )
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1], check=True)


# What is drawn


def test_every_symbol_and_every_name_is_there():
    said = texts(machine())
    for name in "h_0 h_1 h_2 h_3 x_1 x_2 x_3 s_1 s_2 s_3 s_4 o_1 o_4 W_xh W_hh W_hy encoder context decoder".split():
        assert name in said, name
    assert {BOS, EOS, "s_0 = h_3"} <= set(said)
    assert [said.count(symbol) for symbol in "abc"] == [3, 3, 3]  # read by the encoder, written, read by the decoder


def test_what_is_left_out_is_counted_to_the_last():
    said = texts(DRAWN["with a gap"])
    assert {"h_2", "h_S", "s_0 = h_S", "s_2", "s_T", "o_T"} <= set(said)
    assert not {"h_3", "h_4", "s_3"} & set(said)


def test_the_decoder_reads_what_the_teacher_says_or_what_it_wrote_or_nobody_knows_yet():
    alone, told, left_open = texts(machine()), texts(machine(reads="teacher")), texts(machine(reads=None))
    assert "teacher" in told
    assert {"y_1", "y_4"} <= set(told)
    assert "teacher" not in alone
    assert left_open.count("?") == 4
    assert BOS not in left_open
    sentences = {machine(reads=reads).sentence for reads in ("itself", "teacher", None)}
    assert len(sentences) == 3


@pytest.mark.parametrize("part", ALL)
def test_the_part_that_is_lit_has_its_colour_and_the_others_are_pale(part):
    lit = colours(machine(lit=part))
    others = {COLOURS[other] for other in COLOURS} - {COLOURS[part]}
    assert COLOURS[part] in lit
    assert PALE in lit
    assert not others & set(lit)
    words = {written(text): text.get("fill") for text in tree(machine(lit=part)).iter(f"{SVG}text")}
    assert [name for name in ALL if words[name] == INK] == [part]


def test_encoder_and_decoder_differ_in_form_too():
    corners = [shape.get("rx") for shape in tree(machine()).iter(f"{SVG}rect") if shape.get("width") == "44"]
    assert corners == ["3"] * 4 + ["22"] * 4


def test_gradients_run_against_every_arrow_dashed():
    """Four between the encoder's states and through the context, three inputs, and three arrows at each later state."""
    dashed = [shape for shape in tree(machine(gradients=True)).iter(f"{SVG}path") if shape.get("stroke-dasharray")]
    assert len(dashed) == (3 + 3) + 2 + (3 + 4 + 4)
    assert {shape.get("stroke") for shape in dashed} == {COLOURS["gradient"]}
    assert COLOURS["gradient"] not in colours(machine())
    across = [ends(shape) for shape in dashed if ends(shape)[0][1] == ends(shape)[1][1]]
    assert across
    assert all(start[0] > end[0] for start, end in across)  # from right to left
    upright = [ends(shape) for shape in dashed if ends(shape)[0][0] == ends(shape)[1][0]]
    assert all(start[1] < end[1] for start, end in upright)  # from top to bottom


def ends(shape):
    numbers = list(map(float, re.findall(r"-?[\d.]+", shape.get("d"))))
    return numbers[:2], numbers[-2:]


def test_the_unrolled_network_is_the_encoder_alone():
    said = texts(unrolled())
    assert {"x_1", "x_4", "h_0", "h_4", "W_xh", "W_hh"} <= set(said)
    assert not {"W_hy", "decoder", "s_1"} & set(said)
    assert {"dh_1", "dh_4", "the loss L"} <= set(texts(unrolled(gradients=True)))


def test_subscripts_are_real_ones():
    assert "_" not in "".join(tree(machine()).itertext()).replace(machine().sentence, "")


def test_an_unknown_part_is_refused():
    with pytest.raises(ValueError, match=r"expected lit to be of encoder, .*, got encoders"):
        machine(lit="encoders")
