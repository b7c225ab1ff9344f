"""Lay out the pages of the site for Sphinx: the notebooks, the library's files, and the texts in docs/.

    python docs/site/stage.py build/site-pages [lite]

A notebook is changed in four things alone: pictures are files of their own, each with its sentence; an instrument gets
a place in which live.js can show it; links to files of the library lead to their pages; and the slides' marks go. Where
the site has what `make lite` builds, in its folder lite, a lesson begins with a link that opens it there.
"""

import html
import re
import shutil
import sys
from base64 import b64decode
from itertools import count
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "docs"))
from address import places, repository  # noqa: E402

VIEW = "application/vnd.jupyter.widget-view+json"
CORE = """parameters rnn gru lstm losses batch model seq2seq language_model optimizers training gradcheck attention
    decoding beam metrics probes checks storage atomic"""
AROUND = "tasks/task tasks/vocabulary tasks/pairs tasks/made tasks/synthetic tasks/real project plots figures words"
LIBRARY = {"The core": CORE.split(), "Around it": AROUND.split()}  # as one would read it; the other files have no entry
TEXTS = {"glossary": "Glossary", "prerequisites": "What you should know", "references": "References"}
TEXTS |= {"teaching": "Teaching", "classroom/README": "A room full of readers"}
NEEDS_PYTHON = "It needs a running kernel"  # what an instrument says of itself; a box of several says something else
RUN = """<p class="s2s-run"><a href="../lite/notebooks/index.html?path=notebooks/{name}">Run this page</a>
in your browser, with nothing to install. What you change is <a href="../lite/work.html">kept there</a>.</p>
<script type="module" src="../lite/run.js"></script>"""
ELSEWHERE = """<p>Or on a machine of others: <a href="{colab}">Colab</a>, <a href="{codespaces}">Codespaces</a>;
for a single reader <a href="{binder}">Binder</a>.</p>"""
NO_PAGE = "benchmarks|tests|notebooks/solutions|solutions|CONTRIBUTING|LICENSE"


def relinked(text, up):
    """Links as they lead from a page that lies `up` from the top: the library's files and folders are pages here."""
    text = re.sub(r"\]\((?:\.\./)*(seq2seq_lib/[\w/]+)\.py(#[\w-]+)?\)", rf"]({up}\1.md)", text)
    text = re.sub(r"(\.ipynb#[\w-]+)\)", lambda link: link[1].lower() + ")", text)  # headings as Sphinx names them
    text = re.sub(r'<a id="([\w-]+)"></a>\n', r"(\1)=\n", text)
    return re.sub(r"\]\(README\.md(#[\w-]+)?\)", rf"]({up}index.md)", text.replace("](../README.md", "](README.md"))


def unlinked(text):
    """`[how](../benchmarks/learn_tasks.py)` has no page: its words stay."""
    return re.sub(rf"\[([^\]]+)\]\((?:\.\./)*(?:{NO_PAGE})[^)]*\)", r"\1", text)


def stage_notebook(path, pages, runs):
    notebook, pictures, lives = nbformat.read(path, as_version=4), count(), count()
    title, rest = notebook.cells[0].source.split("\n", 1)
    notebook.cells[0].source = "\n".join([title, *ways_to_run(path, runs), rest])
    for cell in notebook.cells:
        cell.metadata.pop("slideshow", None)
        if cell.cell_type == "markdown":
            cell.source = relinked(unlinked(cell.source), "../")
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/markdown" in data:  # its links are not Sphinx's to resolve
                data["text/markdown"] = relinked(data["text/markdown"], "../").replace(".md)", ".html)")
            is_live = data.pop(VIEW, None) is not None and NEEDS_PYTHON in data["text/plain"]
            if "image/svg+xml" in data:  # with its words for those who can't see it
                data["text/html"] = data.pop("image/svg+xml")
            elif "image/png" in data:
                still = f"pictures/{path.stem}-{next(pictures)}.png"
                data["text/html"] = picture(output, pages / "_static" / still, f"../_static/{still}")
            if is_live:  # frames.py counts them in the same way
                data["text/html"] += f'<div class="s2s-live" data-frames="{path.stem}-{next(lives)}"></div>'
            data.pop("image/png", None)
    (pages / "notebooks").mkdir(exist_ok=True)
    nbformat.write(notebook, pages / "notebooks" / path.name)


def ways_to_run(lesson, runs):
    """Where this lesson's cells can be run: beside the page, if it stands there; and what has its public address."""
    ways = [RUN.format(name=lesson.name)] if runs else []
    if repository():
        opens = {name: place.format(lesson=lesson.stem) for name, place in places(repository()).items()}
        ways.append(ELSEWHERE.format(**opens))
    return [f"\n{way}" for way in ways]


def picture(output, path, address):
    """A picture of its own file, with its own sentence: MyST has but one sentence for all pictures of a cell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b64decode(output.data["image/png"]))
    sentence = html.escape(output.get("metadata", {}).get("image/png", {}).get("alt", ""))
    return f'<img class="s2s-still" loading="lazy" alt="{sentence}" src="{address}">'


def stage_module(path, pages, listed):
    """A page of a library file: its source, with the docstrings that say the shapes."""
    name = path.relative_to(ROOT / "seq2seq_lib").as_posix()
    page = pages / "seq2seq_lib" / name.replace(".py", ".md")
    page.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, page.with_suffix(".py"))
    code = f"```{{literalinclude}} {path.name}\n:language: python\n:linenos:\n```"
    head = "" if f"seq2seq_lib/{name.removesuffix('.py')}" in listed else "---\norphan: true\n---\n"
    page.write_text(f"{head}# `{name}`\n\n{code}\n", encoding="utf-8")


def opening(path):
    """Title and question of a lesson."""
    first = nbformat.read(path, as_version=4).cells[0].source
    return first.splitlines()[0].removeprefix("# "), re.search(r"\*\*([^*]+\?)\*\*", first)[1]


def toctree(caption, entries):
    return "\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *entries, "```", ""])


def index(lessons):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    intro = [part for part in readme.split("\n## ")[0].split("\n\n") if re.match(r"[A-Z]", part)]
    ways = readme.split("## The notebooks\n\n")[1].split("\n\n| ")[0]
    titles = {path: opening(path) for path in lessons}
    rows = [f"| {path.stem[:2]} | [{t}](notebooks/{path.name}) | {q} |" for path, (t, q) in titles.items()]
    trees = [
        toctree("Lessons", [f"{path.stem[:2]} {title} <notebooks/{path.stem}>" for path, (title, _) in titles.items()]),
        *(toctree(group, [f"seq2seq_lib/{name}" for name in names]) for group, names in LIBRARY.items()),
        toctree("Beside the lessons", [f"{title} <docs/{name}>" for name, title in TEXTS.items()]),
    ]
    table = ["| no. | lesson | its question |", "| --- | --- | --- |", *rows]
    return "\n\n".join(["# Seq2seq lessons", *intro, ways, "\n".join(table), *trees])


def main(folder, lite=""):
    pages = Path(folder)
    shutil.rmtree(pages, ignore_errors=True)
    pages.mkdir(parents=True)
    lessons = sorted((ROOT / "notebooks").glob("*.ipynb"))
    for lesson in lessons:
        stage_notebook(lesson, pages, runs=bool(lite))
    listed = {f"seq2seq_lib/{name}" for names in LIBRARY.values() for name in names}
    for module in sorted((ROOT / "seq2seq_lib").rglob("*.py")):
        if module.stem != "__init__" and "data" not in module.parts:
            stage_module(module, pages, listed)
    for licence in (ROOT / "seq2seq_lib" / "tasks" / "data").glob("LICENSE*"):  # a link to it hands it out
        (pages / "seq2seq_lib" / "tasks" / "data").mkdir(exist_ok=True)
        shutil.copy(licence, pages / "seq2seq_lib" / "tasks" / "data")
    for name in TEXTS:
        text = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
        page = pages / "docs" / f"{name}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(relinked(unlinked(text), "../"), encoding="utf-8")
    shutil.copy(ROOT / "docs" / "classroom" / "values.yaml", pages / "docs" / "classroom")
    (pages / "index.md").write_text(index(lessons), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
