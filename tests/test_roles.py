"""Each role has one colour, in the drawings and in the style sheet, that can be read as text in both themes."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from seq2seq_lib import figures, plots, widgets

CSS = (Path(widgets.__file__).parent / "src/shared/instrument.css").read_text(encoding="utf-8")
SLIDES = Path(__file__).parents[1] / "docs/slides"
DECK, PAGE = ((SLIDES / name).read_text(encoding="utf-8") for name in ("deck/deck.css", "page/index.html.j2"))
IN_CSS = re.findall(rf"--s2s-({'|'.join(plots.ROLES)}): (#\w+);", CSS)
LIGHT, DARK = dict(IN_CSS[: len(plots.ROLES)]), dict(IN_CSS[len(plots.ROLES) :])


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, bright = sorted(map(luminance, (one, other)))
    return (bright + 0.05) / (dark + 0.05)


def test_the_style_sheet_has_the_colours_of_the_drawings():
    assert len(IN_CSS) == 2 * len(plots.ROLES)
    assert {role: colour.lower() for role, colour in plots.ROLES.items()} == LIGHT
    assert DARK.keys() == LIGHT.keys()


@pytest.mark.parametrize(("colours", "paper"), [(LIGHT, "#ffffff"), (DARK, "#141414")], ids=["light", "dark"])
def test_each_can_be_read_as_text(colours, paper):
    assert {role for role, colour in colours.items() if contrast(colour, paper) < 4.5} == set()


def test_each_has_a_colour_and_a_mark_of_its_own():
    assert plots.MARKS.keys() == plots.ROLES.keys()
    for one, other in combinations(plots.ROLES, 2):
        assert plots.ROLES[one] != plots.ROLES[other]
        assert plots.MARKS[one] != plots.MARKS[other]


def test_the_drawn_machine_has_them_too():
    assert {role: figures.COLOURS[role] for role in ("encoder", "decoder", "gradient")}.items() <= plots.ROLES.items()


@pytest.mark.parametrize("sheet", [CSS, DECK, PAGE], ids=["instruments", "slides", "page"])
@pytest.mark.parametrize("role", ["encoder", "decoder", "gradient"])
def test_a_word_of_the_text_can_have_the_colour_of_its_role(sheet, role):
    assert re.search(rf"\.s2s-{role} {{\s*color: (var\(--s2s-{role}\)|{LIGHT[role]});", sheet)
