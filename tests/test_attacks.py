"""No wrong answer passes a check, and no right one is refused: see attacks.py; `make attack` does those that train."""

import pytest
from attacks import CHECKS, TRAINS, passed, refused

from seq2seq_lib.exercises import running

QUICK = {name: check for name, check in CHECKS.items() if check.name not in TRAINS}
each_check = pytest.mark.parametrize("check", QUICK.values(), ids=QUICK)


@pytest.fixture(autouse=True)
def less_patient(monkeypatch):
    """Two of the wrong answers go on for ever, and no right one takes a tenth of what they are given."""
    monkeypatch.setattr(running, "STEPS", 30_000)


@each_check
def test_no_wrong_answer_passes(check):
    assert passed(check) == []


@each_check
def test_no_right_answer_is_refused(check):
    assert refused(check) == []
