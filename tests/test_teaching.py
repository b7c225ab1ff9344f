"""What a teacher is given holds together: plans that add up, sources that exist, fresh bugs that a check finds."""

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from seq2seq_lib import RNN, Seq2Seq
from seq2seq_lib.batch import Batch

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))
QUESTIONS = sorted(ROOT.glob("seq2seq_lib/exercises/questions/*.toml"))
sys.path.insert(0, str(ROOT / "docs"))
import make_bug  # noqa: E402
from bugs import checks, mutations, plain_seq2seq  # noqa: E402


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def text_of(path):
    """All that a file says: of a notebook what stands in its cells, without their pictures."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    return "\n\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])


LESSONS = {path.name[:2]: text_of(path) for path in NOTEBOOKS}


# Sources

ENTRIES = dict(re.findall(r'^<a id="([^"]+)"></a>\n(.+)$', read("docs/references.md"), flags=re.MULTILINE))


def used_by(entry):
    """The files behind the arrow of an entry."""
    links = re.findall(r"\]\(([^)#]+)", entry.partition("→")[2])
    return [(ROOT / "docs" / link).resolve() for link in links]


def linked(page):
    return set(re.findall(r"references\.md#([\w-]+)", text_of(page)))


def names(page, key):
    """Does this page name the source: by a link, by name and year, or, if it is no text, by its name?"""
    data = {"cmudict": "Pronouncing Dictionary", "sunspots": "sunspot"}
    surname, _, year = key.partition("-")
    named = data.get(key, rf"\b{surname.capitalize()}\b.{{0,60}}{year}")
    return key in linked(page) or re.search(named, text_of(page), flags=re.DOTALL) is not None


def test_the_sources_are_sorted_and_each_has_one_anchor():
    anchors = re.findall(r'<a id="([^"]+)">', read("docs/references.md"))
    assert anchors == sorted(set(anchors)) == list(ENTRIES)


def test_every_link_to_a_source_leads_to_one():
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *NOTEBOOKS]
    links = {(page.name, key) for page in pages for key in linked(page)}
    assert links
    assert sorted((name, key) for name, key in links if key not in ENTRIES) == []


@pytest.mark.parametrize("key", ENTRIES)
def test_every_source_is_named_where_its_entry_says_and_its_entry_says_where(key):
    files = used_by(ENTRIES[key])
    assert files
    unnamed = [path.name for path in files if not names(path, key)]
    unlisted = [path.name for path in NOTEBOOKS if key in linked(path) and path not in files]
    assert (unnamed, unlisted) == ([], []), f"{key}: (not named in these, these link to it)"


# The guide

GUIDE = read("docs/teaching.md")


def cells(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


def tables(text):
    """Each table of a text, as a list of rows {column: cell}."""
    for block in re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE):
        header, _, *rows = map(cells, block.splitlines())
        yield [dict(zip(header, row)) for row in rows]


def slots():
    """{(number of the table, its session): its minutes}."""
    minutes = {}
    for number, table in enumerate(tables(GUIDE)):
        for row in table:
            if "minutes" in row:
                slot = number, row.get("session", "")
                minutes[slot] = minutes.get(slot, 0) + int(row["minutes"])
    return minutes


def time_of(lesson):
    return int(re.search(r"\*\*Time:\*\* (\d+) minutes", LESSONS[lesson])[1])


def whole_lessons():
    """The rows of the plan that does every lesson whole, by lesson."""
    (plan,) = (table for table in tables(GUIDE) if "sections" in table[0])
    return {lesson: [row for row in plan if row["lesson"] == lesson] for lesson in LESSONS}


def test_no_slot_is_longer_than_90_minutes():
    words = "thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split()
    sessions = 13 + words.index(re.search(r"every lesson whole, in (\w+) sessions", GUIDE)[1])
    assert len(slots()) == 1 + 3 + sessions + 1  # a lecture, three sessions, a semester, the derivation
    assert {slot: minutes for slot, minutes in slots().items() if minutes > 90} == {}


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_whole_lesson_takes_the_minutes_that_its_notebook_names(lesson):
    assert sum(int(row["minutes"]) for row in whole_lessons()[lesson]) == time_of(lesson)
    assert f"· {time_of(lesson)} / " in re.search(rf"^### {lesson} .*$", GUIDE, flags=re.MULTILINE)[0]


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_section_of_a_lesson_has_its_place_in_the_plan(lesson):
    sections = re.findall(r"^## (.+)$", LESSONS[lesson], flags=re.MULTILINE)
    planned = [section for row in whole_lessons()[lesson] for section in row["sections"].split(" · ")]
    assert planned == [section for section in sections if section != "What we saw"]


def test_the_derivation_takes_as_long_at_the_board_as_in_the_plans():
    (board,) = (table for table in tables(GUIDE) if "right: matrices, with shapes" in table[0])
    rows = [row for table in tables(GUIDE) for row in table if "derivation at the board" in str(row).lower()]
    assert len(rows) == 2
    assert {int(row["minutes"]) for row in rows} == {sum(int(row["minutes"]) for row in board)}


def test_the_days_of_a_week_alone_add_up():
    (days,) = (table for table in tables(GUIDE) if "day" in table[0])
    for row in days[:-1]:
        assert int(row["minutes in all"]) == sum(map(time_of, row["lessons"].split(", "))), row
    assert ", ".join(row["lessons"] for row in days[:-1]) == ", ".join(LESSONS)


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_the_guide_has_a_reply_for_every_question_and_for_no_other(path):
    """But for those at the end of a lesson, which a learner answers alone."""
    asked = {f"{path.stem}-{key}" for key in tomllib.loads(path.read_text(encoding="utf-8"))}
    predicted = {name for name in asked if not name.startswith(f"{path.stem}-check-")}
    answered = set(re.findall(rf"^\| `({path.stem}-[\w-]+)` \| .+ \| .+ \|$", GUIDE, flags=re.MULTILINE))
    assert (sorted(predicted - answered), sorted(answered - asked)) == ([], []), "(not in the guide, no longer asked)"


def test_the_numbers_of_the_board_are_what_the_library_computes():
    rnn = RNN(1, 1)
    rnn.params["W_hh"] = [[0.5]]
    _, dh_0, grads = rnn.backward(None, np.zeros((2, 1)), np.array([[0.5], [0.6], [0.8]]), dh_T=np.ones(1))
    assert f"dW_{{hh}} = {grads['W_hh'].item():.4g}$" in GUIDE
    assert "$da_1 = 0.18 \\cdot 0.64 = 0.1152$" in GUIDE
    assert dh_0.item() == pytest.approx(0.1152 * 0.5)


def test_links_lead_somewhere():
    for page in ("teaching.md", "references.md", "prerequisites.md"):
        text = read(f"docs/{page}")
        links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if not link.startswith("http")]
        assert [link for link in links if link and not (ROOT / "docs" / link).exists()] == [], page
        headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
        anchors = {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}
        assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors, page


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
@pytest.mark.parametrize("notebook", ["", "notebooks/01_compute_one_step.ipynb"])
def test_make_slides_makes_all_decks_or_the_one_that_is_named(notebook):
    command = ["make", "--dry-run", "slides", *([f"NOTEBOOK={notebook}"] if notebook else [])]
    recipe = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout
    (line,) = (line for line in recipe.splitlines() if "--to slides" in line)
    assert line.endswith(f'"{notebook}"' if notebook else " notebooks/*.ipynb")


# Three ways through

ESSENTIAL, DEBUGGER = "essential path", "debugger's path"


def ways():
    """{way: its lessons in their order}, as the README has them."""
    found = dict(re.findall(r"^- the \*\*([^*]+)\*\*, ([\d, ]+\d),", read("README.md"), flags=re.MULTILINE))
    return {way: lessons.split(", ") for way, lessons in found.items()} | {"whole course": list(LESSONS)}


def test_the_first_lesson_and_the_readme_know_the_same_ways():
    assert set(ways()) == {ESSENTIAL, DEBUGGER, "whole course"}
    for way in (ESSENTIAL, DEBUGGER):
        (row,) = re.findall(rf"^\| \*\*{way}\*\* \|.*\| (.*) \|$", LESSONS["00"], flags=re.MULTILINE)
        assert re.findall(r"\b\d\d\b(?!_)", row) == ways()[way]


def test_the_essential_path_takes_as_long_as_it_says():
    hours = sum(map(time_of, ways()[ESSENTIAL])) / 60
    for text in (read("README.md"), LESSONS["00"]):
        assert abs(int(re.search(r"Seq2Seq; about (\d+) hours", text)[1]) - hours) <= 0.5


@pytest.mark.parametrize("lesson", list(LESSONS)[1:-1])
def test_each_lesson_says_where_to_go_on(lesson):
    said = LESSONS[lesson].partition("**Go on.**")[2]
    after = {lessons[i + 1] for lessons in ways().values() for i, one in enumerate(lessons[:-1]) if one == lesson}
    assert after
    assert after <= set(re.findall(r"\[(\d\d)\]\(\1_", said))
    for way, lessons in ways().items():
        assert (way in said) == (lesson in lessons), way


# The five questions


def test_there_are_five_questions_each_with_its_answer_folded():
    parts = re.split(r"^## ", read("docs/prerequisites.md"), flags=re.MULTILINE)[1:]
    assert [part.partition(".")[0] for part in parts] == list("12345")
    assert all(part.count("<details><summary>Answer</summary>") == part.count("</details>") == 1 for part in parts)


def test_numpy_prints_what_the_answer_says(capsys):
    page = read("docs/prerequisites.md")
    exec(re.search(r"```python\n(.*?)```", page, flags=re.DOTALL)[1], {"np": np})
    assert f"`{capsys.readouterr().out.strip()}`" in page


# Fresh bugs


@pytest.fixture(scope="module")
def some():
    return list(islice(make_bug.bugs(seed=7), 28))


def plain_text(wording):
    return make_bug.worded(ast.parse(make_bug.PLAIN.read_text(encoding="utf-8")), wording)


def test_the_plain_program_computes_what_the_library_does():
    params, (source, source_mask, target, target_mask) = checks.problem(plain_seq2seq)
    model = Seq2Seq(checks.SOURCE_SYMBOLS, checks.HIDDEN, checks.TARGET_SYMBOLS, loss="cross_entropy")
    for name in params:
        model.params[name] = params[name]
    batch = Batch.of_arrays(source, target).replaced(source_mask=source_mask, target_mask=target_mask)
    loss, grads = model.loss_and_grads(batch)
    own_loss, own_grads = plain_seq2seq.loss_and_grads(params, source, source_mask, target, target_mask)
    assert own_loss == pytest.approx(loss)
    for name in params:
        np.testing.assert_allclose(own_grads[name], grads[name], atol=1e-12)
    free = [answer for _, _, answer in islice(model.run_free(source, source_mask), 5)]
    np.testing.assert_array_equal(plain_seq2seq.answer(params, source, source_mask, 5), free)


@pytest.mark.parametrize("wording", range(5))
def test_the_unchanged_program_passes_every_check_in_any_wording(wording):
    errors = checks.errors_of(make_bug.module(plain_text(wording)))
    assert set(errors) == set(checks.CHECKS)
    assert checks.found(errors) == []


@pytest.mark.parametrize("kind", [kind.__name__ for kind in mutations.KINDS])
def test_a_bug_of_every_kind_is_found_by_the_checks_that_it_names(kind, some):
    bug = next(bug for bug in some if bug.kind == kind)
    assert bug.found_by
    for name in bug.found_by:
        assert checks.CHECKS[name](make_bug.module(bug.text)) > checks.FOUND


@pytest.mark.parametrize("name", checks.CHECKS)
def test_every_check_finds_some_bug(name, some):
    assert any(name in bug.found_by for bug in some)


def test_the_key_names_the_line_and_mending_it_mends_all(some):
    for bug in some[:10]:
        lines = bug.text.splitlines()
        assert lines[bug.line - 1].strip() == bug.wrong
        lines[bug.line - 1] = lines[bug.line - 1].replace(bug.wrong, bug.right)
        assert checks.found(checks.errors_of(make_bug.module("\n".join(lines)))) == []


def test_no_bug_comes_twice_in_a_class(some):
    assert len({(bug.line, bug.wrong, bug.right) for bug in some}) == len(some)


def test_no_bug_behaves_like_one_that_the_lessons_show(some):
    plain = ast.parse(make_bug.PLAIN.read_text(encoding="utf-8"))
    known = make_bug.shown_in_lessons()
    texts = map(ast.unparse, (tree for _, tree in mutations.mutants(plain, make_bug.SPARED)))
    no_slope = next(text for text in texts if "da = dh * real[t][:, None]" in text)  # as NoSlope of broken.py
    assert make_bug.is_one_of(known, no_slope)
    assert not any(make_bug.is_one_of(known, bug.text) for bug in some)


def run_make_bug(*arguments):
    command = [sys.executable, ROOT / "docs" / "make_bug.py", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


def made(folder, seed):
    run_make_bug("--seed", str(seed), "--students", "3", "--to", folder)
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_the_same_seed_makes_the_same_files_and_another_others(tmp_path, some):
    first, again, other = (made(tmp_path / name, seed) for name, seed in (("a", 7), ("b", 7), ("c", 8)))
    assert first == again
    assert sorted(first) == ["seq2seq_01.py", "seq2seq_02.py", "seq2seq_03.py", "teacher_key.md"]
    assert [first[name] for name in sorted(first)[:3]] == [bug.text for bug in some[:3]]
    assert all(first[name] != other[name] for name in first)
    assert all(f"| {name} |" in first["teacher_key.md"] for name in sorted(first)[:3])


def test_a_teacher_can_check_what_comes_back(tmp_path, some):
    (tmp_path / "bug.py").write_text(some[0].text, encoding="utf-8")
    (tmp_path / "broken.py").write_text("def forward(): return 1", encoding="utf-8")
    bug, broken, right = run_make_bug(
        "--check", tmp_path / "bug.py", tmp_path / "broken.py", make_bug.PLAIN
    ).splitlines()
    assert all(name in bug for name in some[0].found_by)
    assert broken.endswith("breaks down")
    assert right.endswith("passes all checks")
