"""A real series to predict: how many spots the sun had, year by year."""

from importlib.resources import files

import numpy as np


def sunspots():
    """years (309,), 1700 to 2008, and the mean number of sunspots of each (309,). Source: data/LICENSE-sunspots."""
    text = files("seq2seq_lib.tasks").joinpath("data/sunspots.csv").read_text(encoding="utf-8")
    rows = np.array([line.split(",") for line in text.splitlines()[1:]], float)
    return rows[:, 0].astype(int), rows[:, 1]
