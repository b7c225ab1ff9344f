"""Each role has one colour, in the drawings and in the style sheet, that can be read as text in both themes."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from seq2seq_lib import figures, plots, widgets


def read(path):
    return path.read_text(encoding="utf-8")


SOURCES = Path(widgets.__file__).parent / "src"
SCRIPTS = list(SOURCES.rglob("*.js"))
CSS = read(SOURCES / "shared/instrument.css")
SLIDES = Path(__file__).parents[1] / "docs/slides"
DECK, PAGE = read(SLIDES / "deck/deck.css"), read(SLIDES / "page/index.html.j2")
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


def test_no_instrument_names_a_hue_where_a_role_is_meant():
    """Blue, orange and green are for lines without a role: the ways of the optimizers, the gated cells."""
    named = {path.stem for path in SCRIPTS if re.search(r"\bink\.(blue|orange|green)\b", read(path))}
    assert named == {"gradient_flow", "optimizers"}


def test_numbers_are_written_by_the_one_helper():
    """What else rounds: a slider's value for Python, and the height of a shadow."""
    found = {path.stem: len(re.findall(r"\.to(?:Fixed|Precision|Exponential)\(", read(path))) for path in SCRIPTS}
    assert {name for name, count in found.items() if count} == {"numbers", "controls", "hidden_states"}
    assert found["controls"] == found["hidden_states"] == 1
