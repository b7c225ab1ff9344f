"""What a reader types may be anything: in a stored picture it stands as it is, or as a visible stand-in."""

import numpy as np
import pytest
from instruments import READERS
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text

from seq2seq_lib import AttentionSeq2Seq, Seq2Seq, plots
from seq2seq_lib.tasks import Task

FONT = FontProperties()
TEXTS = {
    "a formula": "$x$",
    "half a formula": "a$b",
    "signs of TeX": "_^{}\\",
    "Chinese": "中文",
    "an emoji": "🙂a",
    "Hebrew": "שלום",
    "a combining accent": "e\u0301a",
    "a space": "a b",
}
every_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


def reader(name, text):
    """An instrument whose task is made of this text, read and written."""
    task = Task("of one text", [(text, text[::-1]), (text[::-1], text)], [(text + text, text)])
    kind = AttentionSeq2Seq if name == "AttentionMap" else Seq2Seq
    model = kind(len(task.source), 8, len(task.target), loss="cross_entropy", rng=0)
    return READERS[name](model, task, text)


@pytest.mark.parametrize("text", ["$x$a$b_^{}\\", "中🙂שלe\u0301 b"], ids=["signs of formulas", "strange letters"])
@pytest.mark.parametrize("name", READERS)
def test_each_picture_of_a_text_can_be_drawn(name, text):
    """A glyph that is missing would be a warning, and with that an error here."""
    assert reader(name, text)._repr_mimebundle_()[0]["image/png"]


@every_text
def test_ticks_titles_and_labels_of_a_figure_are_literal(text):
    fig, (axes,) = plots.figure(1)
    plots.hidden_states(axes, np.zeros((len(text), 3)), list(text), title=text)
    axes.text(0, 0, text)
    axes.plot([0, 1], label=f"of {text}")
    axes.legend()
    assert plots.Picture(fig, "a picture")._repr_mimebundle_()[0]["image/png"]
    shown = "".join(label.get_text() for label in axes.get_xticklabels()).replace("\\$", "$")
    assert len(shown) == len(text)
    assert all(one in (other, "▯") for one, other in zip(shown, text))


@pytest.mark.parametrize(("text", "drawn"), [("$x$", "\\$x\\$"), ("中a", "▯a"), ("\\$", "\\$"), ("⊢ ⊣ ∅", "⊢ ⊣ ∅")])
def test_what_is_drawn(text, drawn):
    assert plots.literal(text, FONT) == drawn
    assert plots.literal(drawn, FONT) == drawn  # a picture may be drawn twice


def test_the_numbers_of_a_log_axis_stay_formulas():
    fig, (axes,) = plots.figure(1)
    axes.semilogy([1e-3, 1, 1e3])
    for _ in range(2):
        plots.Picture(fig, "a picture")._repr_mimebundle_()
    labels = [text.get_text() for text in fig.findobj(Text)]
    assert "$\\mathdefault{10^{3}}$" in labels
