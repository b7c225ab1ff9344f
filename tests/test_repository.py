"""The files around the code keep their promises: requirements, Binder, README, Makefile, CI."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from seq2seq_lib.figures import machine

ROOT = Path(__file__).resolve().parents[1]
START = "notebooks/00_start_here.ipynb"
OURS = ["-e .", "./seq2seq_lib/widgets/jupyter"]  # what pip installs from the repository itself
ON_WINDOWS = sys.platform == "win32"


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def lines(path):
    """The lines of a requirements file that pip acts on."""
    return [line for line in read(path).splitlines() if line and not line.startswith("#")]


def requirements(path):
    parsed = [Requirement(line) for line in lines(path) if line not in OURS]
    return {requirement.name: requirement for requirement in parsed}


def makefile_targets():
    return set(re.findall(r"^([a-z]+):", read("Makefile"), flags=re.MULTILINE))


# Requirements


def test_the_top_level_requirements_install_the_library_too():
    assert lines("requirements.txt")[-2:] == OURS


def test_every_requirement_has_a_floor_and_a_ceiling():
    for path in ("requirements.txt", "tests/requirements.txt", "binder/requirements.txt"):
        for requirement in requirements(path).values():
            assert {part.operator for part in requirement.specifier} == {">=", "<"}, f"{path}: {requirement}"


def test_the_core_needs_numpy_only_and_in_the_same_range():
    (dependency,) = tomllib.loads(read("pyproject.toml"))["project"]["dependencies"]
    assert Requirement(dependency) == requirements("requirements.txt")["numpy"]


@pytest.mark.parametrize(("name", "version"), [("jupyterlab", "4.4.0"), ("ipywidgets", "8.1.0")])
def test_the_oldest_promised_release_is_in_range(name, version):
    assert requirements("requirements.txt")[name].specifier.contains(version)


# Binder


def test_binder_installs_what_a_reader_installs():
    assert lines("binder/requirements.txt") == [line for line in lines("requirements.txt") if line not in OURS]


def test_post_build_installs_the_library_and_nothing_else():
    post_build = read("binder/postBuild")
    assert post_build.startswith("#!/bin/bash -e\n")
    assert re.findall(r"pip install.*", post_build) == [f"pip install --no-deps {' '.join(OURS)}"]


@pytest.mark.skipif(ON_WINDOWS, reason="Windows files have no executable bit")
@pytest.mark.parametrize("script", ["postBuild", "start"])
def test_binders_scripts_are_executable(script):
    assert os.access(ROOT / "binder" / script, os.X_OK)


@pytest.mark.skipif(ON_WINDOWS, reason="repo2docker does not run on Windows")
def test_binder_builds_python_3_12_with_our_requirements():
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug"]
    command += ["--user-name", "jovyan", "--user-id", "1000", "."]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert built.returncode == 0, built.stderr
    assert "python=3.12\n" in built.stderr
    assert re.search(r"^COPY .*-2d3-2e12-.* /tmp/env/environment\.lock$", built.stdout, flags=re.MULTILINE)
    assert re.search(r'^RUN .*pip install .*-r "binder/requirements\.txt"$', built.stdout, flags=re.MULTILINE)
    assert "RUN ./binder/postBuild\n" in built.stdout
    assert "binder/start" in built.stdout


@pytest.mark.skipif(ON_WINDOWS, reason="Windows has no bash")
def test_binder_starts_with_one_thread():
    started = subprocess.run(
        [ROOT / "binder/start", "printenv", "OPENBLAS_NUM_THREADS"], capture_output=True, text=True, timeout=60
    )
    assert started.stdout == "1\n"


# README and CONTRIBUTING


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_relative_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)\s]+)\)", read(page))
    local = [link.split("#")[0] for link in links if not link.startswith(("http", "#", "mailto:"))]
    assert local
    assert [link for link in local if not (ROOT / link).exists()] == []


def test_the_readme_shows_the_two_commands():
    assert {"make lab", "make test"} <= set(read("README.md").splitlines())


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/teaching.md"])
def test_every_make_command_in_the_text_exists(page):
    text = read(page)
    commands = re.findall(r"(?:^|`)make ([a-z]+)", text, flags=re.MULTILINE)
    assert commands
    assert set(commands) <= makefile_targets()


def test_the_readme_names_every_notebook_and_every_library_file():
    readme = read("README.md")
    notebooks = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("notebooks/*.ipynb")]
    modules = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("seq2seq_lib/*.py") if path.stem != "__init__"]
    assert [path for path in notebooks + modules if f"({path})" not in readme] == []


# Makefile and CI


def test_make_lab_opens_the_first_notebook():
    assert re.search(rf"^\t.*jupyter lab .*{re.escape(START)}$", read("Makefile"), flags=re.MULTILINE)


def test_make_test_leaves_out_no_check():
    (parts,) = re.findall(r"^test: ([a-z ]+) ##", read("Makefile"), flags=re.MULTILINE)
    assert parts.split() == ["lint", "unit", "notebooks", "browser"]


def test_no_check_is_told_to_succeed_whatever_happens():
    workflows = [path.relative_to(ROOT).as_posix() for path in ROOT.glob(".github/workflows/*.yml")]
    assert workflows
    for path in ["Makefile", ".ci/run", "binder/postBuild", *workflows]:
        assert not re.search(r"\|\|\s*(true|:|exit 0)|continue-on-error|^\t-", read(path), flags=re.MULTILINE), path


def test_the_readme_opens_with_pictures_that_are_small_and_say_what_they_show():
    readme = read("README.md").split("## Two commands")[0]
    shown = re.findall(r'<img src="([^"]+)"[^>]* alt="([^"]+)"', readme)
    assert [name for name, _ in shown] == ["docs/pictures/instruments.webp", "docs/pictures/machine.svg"]
    assert all(len(sentence) > 100 for _, sentence in shown)
    assert 'media="(prefers-reduced-motion: reduce)" srcset="docs/pictures/instruments.png"' in readme
    assert sum(path.stat().st_size for path in ROOT.glob("docs/pictures/*")) < 2_000_000
    drawing = machine(("3", "␣", "…", "9"), ("1", "9", "…"), lit=("encoder", "context", "decoder"))
    assert read("docs/pictures/machine.svg") == drawing.svg


# Actions, containers and forms


WORKFLOWS = sorted(ROOT.glob(".github/workflows/*.yml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_an_action_is_pinned_by_its_commit_and_gets_no_right_that_it_does_not_need(path):
    text = path.read_text(encoding="utf-8")
    used = re.findall(r"uses: (.*)", text)
    assert [one for one in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)] == []
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())
    named = [target for line in re.findall(r"run: make (.*)", text) for target in line.split()[:1]]
    assert set(named) <= set(re.findall(r"^([a-z-]+):", read("Makefile"), flags=re.MULTILINE))


def test_one_action_has_one_version():
    used = {use for path in WORKFLOWS for use in re.findall(r"uses: (\S+)@(\S+)", path.read_text(encoding="utf-8"))}
    assert len(used) == len(dict(used))


def test_a_codespace_ends_in_the_environment_of_make_lab():
    container = json.loads(read(".devcontainer/devcontainer.json"))
    ready = container["postCreateCommand"].removeprefix("make ")
    assert f"LAB_READY := $(VENV)/{Path(ready).name}\n" in read("Makefile")
    assert "lab: $(LAB_READY)" in read("Makefile")
    assert container["customizations"]["codespaces"]["openFiles"] == [START]
    assert container["containerEnv"] == {"OPENBLAS_NUM_THREADS": "1"}


@pytest.mark.parametrize("path", sorted(ROOT.glob(".github/ISSUE_TEMPLATE/[!c]*.yml")), ids=lambda path: path.stem)
def test_a_form_asks_for_what_one_needs_to_know(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert {"name", "description", "labels", "body"} == form.keys()
    asked = [field["id"] for field in form["body"]]
    assert len(asked) == len(set(asked)) >= 2
    assert all(field["attributes"]["label"] and field["validations"]["required"] for field in form["body"])


def test_the_hubs_readers_get_their_own_copy():
    values = yaml.safe_load(read("docs/classroom/values.yaml"))["singleuser"]
    *_, command = values["lifecycleHooks"]["postStart"]["exec"]["command"]
    (folder,) = re.findall(r'lay_out\("(.*)"\)', command)
    assert folder.startswith(values["storage"]["homeMountPath"])  # on the disk that is kept
    assert values["defaultUrl"] == f"/lab/tree/{Path(folder).relative_to('/home/jovyan')}/{START}"


def test_what_comes_from_npm_comes_by_its_hash():
    packages = json.loads(read("package-lock.json"))["packages"]
    wanted = json.loads(read("package.json"))["devDependencies"]
    assert packages[""]["devDependencies"] == wanted
    assert all(re.fullmatch(r"[\d.]+", version) for version in wanted.values())
    assert [name for name, package in packages.items() if name and not package["integrity"].startswith("sha512-")] == []
    assert re.findall(r"npm ci .*", read("Makefile")) == ["npm ci --silent --no-audit --no-fund --ignore-scripts"]


def test_no_page_lesson_or_instrument_loads_anything_from_elsewhere():
    """A link is followed by the reader; this is what would be fetched without being asked."""
    loads = re.compile(
        r"""(?:src|srcset|data|poster|background)\s*=\s*\\?["'](?:https?:)?//|url\(\s*["']?(?:https?:)?//"""
        r"""|!\[[^\]]*\]\((?:https?:)?//|@import\s+["'](?:https?:)?//|<link[^>]+href=\\?["'](?:https?:)?//|import\(\s*["']https?:""",
    )
    files = [
        *ROOT.glob("notebooks/*.ipynb"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("docs/**/*.js"),
        ROOT / "README.md",
    ]
    files += [*ROOT.glob("docs/**/*.css"), *ROOT.glob("seq2seq_lib/**/*.js"), *ROOT.glob("seq2seq_lib/**/*.css")]
    files += [*ROOT.glob("seq2seq_lib/**/*.py"), *ROOT.glob("docs/slides/**/*.j2"), *ROOT.glob("docs/lite/static/*")]
    assert len(files) > 150
    found = [(path.name, loads.search(text)) for path in files if (text := path.read_text(encoding="utf-8"))]
    assert [(name, match[0]) for name, match in found if match] == []
