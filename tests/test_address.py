"""make address: one place for the public address, and nothing that leads nowhere while there is none."""

import re
import shutil
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "docs"))
import address  # noqa: E402

OURS = "https://github.com/some-one/some.lessons"
FILES = ["pyproject.toml", "README.md", "CITATION.cff"]


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """The three files in a folder of their own, without an address."""
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.setattr(address, "ROOT", tmp_path)
    address.main()
    return tmp_path


def texts(folder):
    return {name: (folder / name).read_text(encoding="utf-8") for name in FILES}


def test_what_stands_here_is_what_the_one_place_says(copy):
    address.main(
        *filter(None, [tomllib.loads((ROOT / FILES[0]).read_text())["project"].get("urls", {}).get("Repository")])
    )
    assert texts(copy) == texts(ROOT)


def test_without_an_address_nothing_leads_to_one(copy):
    for name, text in texts(copy).items():
        assert not re.search(
            r"mybinder\.org|colab\.research|codespaces\.new|github\.io|https://github\.com/(?!owner/name)", text
        ), name
    assert address.repository() is None


def test_it_reaches_whatever_needs_it(copy):
    address.main(OURS)
    assert address.repository() == OURS
    assert address.project()["urls"] == {"Repository": OURS, "Homepage": "https://some-one.github.io/some.lessons/"}
    assert yaml.safe_load(texts(copy)["CITATION.cff"])["repository-code"] == OURS
    opens = dict(re.findall(r"\[([\w ,]+)\]\((https://[^)]+)\)", texts(copy)["README.md"]))
    binder = "https://mybinder.org/v2/gh/some-one/some.lessons/HEAD?urlpath=lab/tree/notebooks/00_start_here.ipynb"
    assert opens["Binder"] == binder
    assert opens["Colab"].endswith("/some-one/some.lessons/blob/colab/00_start_here.ipynb")
    assert opens["Codespaces"] == "https://codespaces.new/some-one/some.lessons"
    assert opens["Read it, touch it, run it in your browser"] == "https://some-one.github.io/some.lessons/"


def test_another_takes_its_place_and_none_takes_it_away(copy):
    before = texts(copy)
    address.main(OURS)
    once = texts(copy)
    address.main(OURS)
    assert texts(copy) == once
    address.main("https://github.com/other/place")
    assert not any("some-one" in text for text in texts(copy).values())
    address.main()
    assert texts(copy) == before


@pytest.mark.parametrize(
    "wrong", ["github.com/owner/name", "https://github.com/owner", "https://gitlab.com/owner/name"]
)
def test_an_address_of_another_form_is_refused_and_changes_nothing(copy, wrong):
    before = texts(copy)
    with pytest.raises(SystemExit, match=r"expected an address like https://github\.com/owner/name, got "):
        address.main(wrong)
    assert texts(copy) == before


def test_a_file_that_has_lost_its_place_is_named(copy):
    before = texts(copy) | {"README.md": "# Lessons\n"}
    (copy / "README.md").write_text("# Lessons\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"README\.md: expected one place for the address, found 0"):
        address.main(OURS)
    assert texts(copy) == before
