"""docs/text: each lesson as plain text, in step with its notebook."""

import re
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "docs"))
import text  # noqa: E402

LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def twin(path):
    return (ROOT / "docs" / "text" / f"{path.stem}.md").read_text(encoding="utf-8")


@every_lesson
def test_it_is_in_step(path):
    assert twin(path) == text.text_of(nbformat.read(path, as_version=4)), "make text"


@every_lesson
def test_all_that_is_written_printed_and_shown_is_in_it(path):
    written, notebook = twin(path), nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.source in written
            for output in cell.outputs:
                pictures = [
                    data["alt"] for kind, data in output.get("metadata", {}).items() if kind.startswith("image/")
                ]
                assert all(f"*Picture: {sentence}*" in written for sentence in pictures)
                assert output.get("text", "").rstrip() in written
    prose = re.sub(r"```.*?```|`[^`\n]+`|\$[^$]+\$", "", written, flags=re.DOTALL)
    assert re.findall(r"</?(?:details|summary|span|div|img|style)\b", prose) == []


@every_lesson
def test_its_links_lead_somewhere(path):
    prose = re.sub(r"```.*?```|`[^`\n]+`", "", twin(path), flags=re.DOTALL)
    local = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", prose) if not link.startswith(("http", "#"))]
    assert local
    assert [link for link in local if not (ROOT / "docs" / "text" / link).exists()] == []


def test_there_is_none_without_a_lesson():
    assert sorted(path.stem for path in (ROOT / "docs" / "text").iterdir()) == [path.stem for path in LESSONS]
