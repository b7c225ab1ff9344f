"""The copies for Colab: they are the lessons, with one cell that does nothing elsewhere."""

import re
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "docs"))
import address  # noqa: E402
import colab  # noqa: E402

OURS = "https://github.com/some-one/lessons"
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(colab, "repository", lambda: OURS)
        colab.main(folder := tmp_path_factory.mktemp("colab"))
    return {path.stem: nbformat.read(path, as_version=4) for path in folder.iterdir()}


def test_every_lesson_has_one_which_is_the_lesson_with_one_cell_more(copies):
    assert sorted(copies) == [path.stem for path in LESSONS]
    for path in LESSONS:
        lesson, copy = nbformat.read(path, as_version=4), copies[path.stem]
        nbformat.validate(copy)
        title, first, *rest = copy.cells
        code = [cell.source for cell in lesson.cells if cell.cell_type == "code"]
        assert [cell.source for cell in rest if cell.cell_type == "code"] == code
        assert title.cell_type == "markdown"
        assert "google.colab" in first.source
        assert not any("pip install" in cell.source for cell in lesson.cells)


def test_the_first_cell_installs_the_wheel_of_this_version(copies):
    version = address.project()["version"]
    for copy in copies.values():
        source = copy.cells[1].source
        assert f'"{OURS}/releases/download/v{version}/seq2seq_lessons-{version}-py3-none-any.whl"' in source
        needs = dict(re.findall(r'"(anywidget|threadpoolctl)([^"]+)"', source))
        asked = dict(
            re.findall(r"^(anywidget|threadpoolctl)(.+)$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
        )
        assert needs == asked


def test_elsewhere_it_does_nothing(copies, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    source = copies["00_start_here"].cells[1].source
    exec(re.sub(r"^( *)%pip .*$", r"\1raise AssertionError", source, flags=re.MULTILINE), {})
    assert Path.cwd() == tmp_path


def test_no_link_leads_beside_the_notebook(copies):
    count = 0
    for copy in copies.values():
        links = [
            link
            for cell in copy.cells
            if cell.cell_type == "markdown"
            for link in re.findall(r"\]\(([^)\s]+)\)", cell.source)
        ]
        assert [link for link in links if not link.startswith(("https://", "http://", "#"))] == []
        ours = [link.split("#")[0] for link in links if link.startswith(OURS)]
        version = address.project()["version"]
        for link in ours:
            count += 1
            assert (ROOT / link.removeprefix(f"{OURS}/blob/v{version}/")).exists(), link
    assert count > 50


def test_without_an_address_they_are_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(colab, "repository", lambda: None)
    with pytest.raises(SystemExit, match="no public address yet: make address URL="):
        colab.main(tmp_path)
