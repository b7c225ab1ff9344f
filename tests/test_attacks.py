"""No wrong answer passes a check, and no right one is refused: see attacks.py; `make attack` does those that train."""

import pytest
from attacks import CHECKS, TRAINS, passed, refused

QUICK = {name: check for name, check in CHECKS.items() if check.name not in TRAINS}
each_check = pytest.mark.parametrize("check", QUICK.values(), ids=QUICK)


@each_check
def test_no_wrong_answer_passes(check):
    assert passed(check) == []


@each_check
def test_no_right_answer_is_refused(check):
    assert refused(check) == []
