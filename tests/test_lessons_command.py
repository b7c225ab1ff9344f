"""python -m seq2seq_lib lessons: whoever has the wheel alone gets the lessons, and loses nothing that is there."""

import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from seq2seq_lib import __main__ as command

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder, copy = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("copy")  # a build leaves files behind
    for name in "seq2seq_lib", "notebooks", "docs", "binder":
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "build"))
    for name in "pyproject.toml", "README.md", "LICENSE", "LICENSE-text", "CITATION.cff":
        shutil.copy(ROOT / name, copy)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    made = subprocess.run([*build, "-w", folder, copy], capture_output=True, text=True, timeout=240)
    assert made.returncode == 0, made.stderr
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def lessons_here():
    return {file.relative_to(ROOT).as_posix() for pattern in command.LESSONS for file in ROOT.glob(pattern)}


def test_the_lessons_are_all_that_a_reader_opens():
    here = lessons_here()
    assert {"notebooks/00_start_here.ipynb", "notebooks/weights/dates.npz", "docs/glossary.md", "LICENSE-text"} <= here
    assert len([name for name in here if name.endswith(".ipynb")]) == len(list((ROOT / "notebooks").glob("*.ipynb")))


def test_the_wheel_brings_them_along_with_data_and_javascript(wheel):
    names = wheel.namelist()
    lessons = {name.split(f"share/{command.PROJECT}/")[1] for name in names if f"share/{command.PROJECT}/" in name}
    assert lessons == lessons_here()
    assert any(name.endswith("share/jupyter/lab/settings/overrides.d/seq2seq-lessons.json") for name in names)
    assert {"seq2seq_lib/tasks/data/LICENSE-cmudict", "seq2seq_lib/widgets/bundles/unroll.js"} <= set(names)


def test_the_extra_installs_what_a_reader_needs(wheel):
    (metadata,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    text = wheel.read(metadata).decode()
    for need in "jupyterlab", "anywidget", "matplotlib", "ipywidgets", "threadpoolctl":
        assert f"Requires-Dist: {need}" in text
    plain = [line for line in text.splitlines() if line.startswith("Requires-Dist") and "extra ==" not in line]
    assert plain == ["Requires-Dist: numpy<3,>=1.26"]


def test_they_are_laid_out_with_the_library_to_be_read(tmp_path):
    folder = command.lay_out(tmp_path / "course")
    found = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert lessons_here() <= found
    assert "seq2seq_lib/rnn.py" in found  # to it the lessons lead
    assert not (folder / "seq2seq_lib/rnn.py").stat().st_mode & stat.S_IWUSR
    assert os.listdir(tmp_path) == ["course"]


def test_what_a_reader_has_changed_stays(tmp_path):
    folder = command.lay_out(tmp_path / "course")
    (folder / "notebooks/00_start_here.ipynb").write_text("mine")
    (folder / "notebooks/01_compute_one_step.ipynb").unlink()
    assert command.lay_out(tmp_path / "course") == folder
    assert (folder / "notebooks/00_start_here.ipynb").read_text() == "mine"
    assert not (folder / "notebooks/01_compute_one_step.ipynb").exists()


def test_a_folder_of_other_things_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(ValueError, match="a new folder, or one with lessons in it, got "):
        command.lay_out(tmp_path)
    with pytest.raises(ValueError, match="a new folder"):
        command.lay_out(tmp_path / "letter.txt")
    assert os.listdir(tmp_path) == ["letter.txt"]
    assert command.lay_out(tmp_path / "new" / "course").name == "course"


def test_what_was_begun_and_interrupted_is_begun_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "copied", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        command.lay_out(tmp_path / "course")
    assert not (tmp_path / "course").exists()
    monkeypatch.undo()
    (tmp_path / "course.half").mkdir(exist_ok=True)
    (tmp_path / "course.half" / "rest").write_text("")
    assert not (command.lay_out(tmp_path / "course") / "rest").exists()


def test_it_opens_the_first_lesson_there(tmp_path, monkeypatch, capsys):
    called = {}
    monkeypatch.setattr(command.subprocess, "call", lambda *given, **named: called.update(given=given, **named) or 3)
    with pytest.raises(SystemExit) as left:
        command.main(["lessons", str(tmp_path / "course")])
    assert left.value.code == 3  # as JupyterLab has left
    assert called["given"][0][1:3] == ["-m", "jupyterlab"]
    assert called["given"][0][-1] == command.FIRST
    assert called["cwd"] == (tmp_path / "course").resolve()
    assert str(called["cwd"]) in capsys.readouterr().out


def test_without_jupyterlab_it_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "find_spec", lambda _: None)
    with pytest.raises(SystemExit, match=r'pip install "seq2seq-lessons\[lessons\]"'):
        command.main(["lessons", str(tmp_path / "course")])
