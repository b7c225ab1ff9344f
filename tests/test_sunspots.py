"""The series of sunspots: as long as its source says, and with the cycle that everybody knows."""

import numpy as np

from seq2seq_lib.tasks import sunspots


def test_a_number_for_each_year():
    years, numbers = sunspots()
    assert years.tolist() == list(range(1700, 2009))
    assert numbers.shape == (309,)
    assert (numbers >= 0).all()
    assert (numbers[0], numbers[-1]) == (5.0, 2.9)


def test_it_has_its_cycle_of_eleven_years():
    _, numbers = sunspots()
    swing = numbers - numbers.mean()
    alike = [np.corrcoef(swing[:-lag], swing[lag:])[0, 1] for lag in range(6, 17)]
    assert 6 + int(np.argmax(alike)) in (10, 11)
