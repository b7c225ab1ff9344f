"""The static figures: a role has its colour and its mark, and the numbers along an axis don't touch each other."""

from itertools import pairwise

import numpy as np
import pytest

from seq2seq_lib import plots
from seq2seq_lib.plots import MARKS, ROLES

RIGHT, WRONG = 1e-7, 1e-3


@pytest.mark.parametrize(
    ("first", "last"), [(2.3, 2.2), (2.7, 1.9), (3.0, 0.04), (40.0, 1e-9), (1e30, 1e-6), (1.0, 1.0)]
)
def test_the_numbers_along_a_loss_are_apart(first, last):
    fig, (axes,) = plots.figure(1)
    plots.training_curves(axes, np.geomspace(first, last, 50), 0.01)
    fig.canvas.draw()
    low, high = axes.get_ylim()
    seen = [label for label in axes.get_yticklabels() if low <= label.get_position()[1] <= high and label.get_text()]
    assert first == last or len(seen) >= 1
    boxes = sorted((label.get_window_extent() for label in seen), key=lambda box: box.y0)
    assert all(lower.y1 < upper.y0 for lower, upper in pairwise(boxes))


def test_the_title_has_the_learning_rate_as_every_number_is_written():
    _, (axes,) = plots.figure(1)
    plots.training_curves(axes, [2.0, 1.0], 1e-5)
    assert axes.get_title() == "learning rate 10⁻⁵"


def test_the_ways_of_encoder_and_decoder_have_their_colours_and_marks():
    _, (axes,) = plots.figure(1)
    encoder, decoder = np.zeros((3, 2)), np.ones((4, 2))
    plots.ways_of_states(axes, encoder, decoder, "ab", "cde", [(-1, 2), (-1, 2)], [0.5, 0.2])
    drawn = {line.get_label(): line for line in axes.lines}
    assert {name: line.get_color() for name, line in drawn.items()} == {r: ROLES[r] for r in ("encoder", "decoder")}
    assert {name: line.get_marker() + line.get_linestyle() for name, line in drawn.items()} == {
        "encoder": MARKS["encoder"],
        "decoder": MARKS["decoder"],
    }


def test_right_and_wrong_are_told_by_colour_and_by_mark():
    _, (axes,) = plots.figure(1)
    errors = {"right": 3e-11, "unsure": 2e-5, "wrong": 0.5, "nothing to check": None}
    bars = plots.gradient_errors(axes, errors, RIGHT, WRONG)
    texts = [text.get_text() for text in axes.texts[:4]]
    assert texts == ["3×10⁻¹¹ ✓", "2×10⁻⁵", "0.5 ✗", "0 = 0"]
    colours = [bar.get_facecolor() for bar in bars]
    assert len(set(colours)) == 3
    assert colours[0] != colours[2]


def test_each_answer_has_its_mark():
    _, (axes,) = plots.figure(1)
    plots.answer(axes, {"writes": "ab"}, [0.9, 0.4], [True, False])
    assert {"90%\n✓", "40%\n✗"} <= {text.get_text() for text in axes.texts}
