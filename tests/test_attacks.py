"""No wrong answer passes a check, and no right one is refused: see attacks.py."""

import pytest
from attacks import CHECKS, passed, refused

each_check = pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)


@each_check
def test_no_wrong_answer_passes(check):
    assert passed(check) == []


@each_check
def test_no_right_answer_is_refused(check):
    assert refused(check) == []
