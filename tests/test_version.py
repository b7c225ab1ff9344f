"""make version: one place for the version; whatever else says it says the same, the notebooks too."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "docs"))
import version  # noqa: E402

MINE = version.project()["version"]


@pytest.mark.parametrize("name", version.SAID)
def test_it_is_the_same_everywhere(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [said for said in version.SAID[name] if said.format(MINE) not in text] == []


def test_the_change_log_knows_it():
    assert f"\n## {MINE}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_it_is_raised_everywhere_and_nothing_else_changes(tmp_path):
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in version.SAID}
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    version.raised("97.98.99", tmp_path)
    for name, text in texts.items():
        new = (tmp_path / name).read_text(encoding="utf-8")
        assert new.replace("97.98.99", MINE) == text
        for said in version.SAID[name]:
            assert said.format("97.98.99") in new
            assert said.format(MINE) not in new


@pytest.mark.parametrize("wrong", ["", "v1.2.3", "1.2", "newest"])
def test_what_is_no_version_is_refused_in_words(wrong, tmp_path):
    with pytest.raises(SystemExit, match=r"make version TO=0\.2\.0"):
        version.raised(wrong, tmp_path)
