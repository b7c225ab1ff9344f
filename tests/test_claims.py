"""What tests/claims measures is what the lessons say: each of its sentences stands there, word for word."""

import importlib.util
import json
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "claims"))
from claim import CLAIMS, one_line  # noqa: E402

for path in sorted((ROOT / "tests" / "claims").glob("lesson_*.py")):
    spec = importlib.util.spec_from_file_location(f"claims_{path.stem}", path)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


def prose(lesson):
    """All that a lesson says in words: its cells of text, and its questions with their replies."""
    (path,) = (ROOT / "notebooks").glob(f"{lesson}_*.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    questions = ROOT / "seq2seq_lib" / "exercises" / "questions" / f"{lesson}.toml"
    if questions.exists():
        for question in tomllib.loads(questions.read_text(encoding="utf-8")).values():
            choices = question.get("choices", question.get("wrong"))
            texts += [question["ask"], *choices, *choices.values(), question.get("why", "")]
    return one_line(" ".join(texts))


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_the_claim_is_made_in_its_lesson(claim):
    assert claim.sentence in prose(claim.lesson)


def test_no_two_claims_have_one_name():
    names = [claim.name for claim in CLAIMS]
    assert len(names) == len(set(names))


def test_every_lesson_has_claims_that_are_measured():
    lessons = {path.name[:2] for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert lessons == {re.match(r"\d\d", claim.lesson)[0] for claim in CLAIMS}
