"""The instruments of a lesson with frames computed ahead, so that the site can show them where no Python runs.

    python docs/site/frames.py build/site-pages/_static/frames [lesson ...]

Each lesson is run once. Of each instrument that it shows, in their order, one file is kept: the traits that the browser
has, and a table of frames made by the same frame(**settings) that answers in Jupyter. Where all settings together are
too many, one control moves at a time, the others as they open; a training is recorded.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count, product, zip_longest
from math import prod
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from seq2seq_lib.widgets.controls import Choice, Edits, Text, Toggle
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import HERE, Instrument, as_trait, in_json
from seq2seq_lib.widgets.training_monitor import TrainingMonitor

ROOT = Path(__file__).resolve().parents[2]
MOST_FRAMES, MOST_BYTES = 160, 250_000  # of one instrument; before they are compressed
PLACES, TEXTS = 21, 12  # notches of a long slider, worked examples of a text
CHUNK, CHUNKS = 60, 16  # of a recorded training: steps in one picture, and pictures


def values_of(control, instrument):
    """The values of a control for which there are frames, the one it opens with among them."""
    if isinstance(control, Toggle):
        return [False, True]
    if isinstance(control, Choice):
        return list(control.options)
    if isinstance(control, Edits):
        return [{}]
    if isinstance(control, Text):
        task = instrument.task
        texts = [control.value, *(task.source.join(task.source.split(text)) for text, _ in known(task)[:TEXTS])]
        return list(dict.fromkeys(texts))
    low, high = map(control.place, control.ends())
    notches = round((high - low) / control.step)
    chosen = {round(i * notches / (PLACES - 1)) for i in range(PLACES)} if notches >= PLACES else range(notches + 1)
    places = (round(low + notch * control.step, 9) for notch in chosen)
    as_the_control = int if isinstance(control.value, int) and isinstance(control.step, int) else float
    return sorted({as_the_control(control.value_at(place)) for place in places} | {control.value})


def known(task):
    return getattr(task, "held_out", None) or getattr(task, "train", [])


def settings_of(instrument):
    """All settings together if they are few, else one control at a time; first those it opens with."""
    opening = instrument.settings()
    values = {name: values_of(instrument.declared[name], instrument) for name in opening}
    if prod(map(len, values.values())) <= MOST_FRAMES:
        grid = (dict(zip(values, chosen)) for chosen in product(*values.values()))
    else:
        rounds = zip_longest(*([(name, value) for value in coarse_first(some)] for name, some in values.items()))
        grid = (opening | dict([moved]) for moves in rounds for moved in moves if moved)
    return [opening] + [settings for settings in grid if settings != opening]


def coarse_first(values):
    """Both ends of a slider, then its middle, then its quarters: where there is no room for all, some of everywhere."""
    if not isinstance(values[0], (int, float)):
        return values
    last = len(values) - 1
    return [values[i] for i in sorted(range(len(values)), key=lambda i: (i not in (0, last), -(i & -i)))]


def table(instrument):
    """[settings, shown] for each, as many as have room."""
    rows, size = [], 0
    for settings in settings_of(instrument):
        try:
            frame = instrument.checked_frame(settings)
        except ValueError:  # a worked example that this model can't read
            continue
        rows.append([settings, in_json(as_trait({"settings": settings, "frame": frame}))])
        size += len(json.dumps(rows[-1]))
        if size > MOST_BYTES:
            break
    return rows


def recorded(monitor):
    """What the browser hears of a training: the whole story at its start, and then one piece after the other."""
    heard = []
    monitor.send = lambda message, buffers=(): heard.append(in_json({"message": message, "buffers": list(buffers)}))
    monitor.send_news(whole=True)
    for _ in range(CHUNKS):
        sent = len(monitor.losses), len(monitor.matches)
        monitor.go(CHUNK)
        monitor.send_news(*sent, chunk=True)
    monitor.reset(monitor.generation)
    return heard


def kept(instrument):
    modules = {path.read_text(encoding="utf-8"): path.name for path in (HERE / "bundles").glob("*.js")}
    state = {name: in_json(getattr(instrument, name)) for name in instrument.synced()}
    story = {"module": modules[instrument._esm], "state": state}
    if isinstance(instrument, TrainingMonitor):
        return story | {"recorded": recorded(instrument)}
    if isinstance(instrument, Explorer):
        return story | {"frames": table(instrument)}
    raise TypeError(f"no way to show a {type(instrument).__name__} without Python")


def record(lesson, folder):
    """Called in the kernel before the first cell: from now on each instrument that is shown is kept."""
    shows, numbers = Instrument._repr_mimebundle_, count()

    def keeps_and_shows(instrument, **kwargs):
        path = Path(folder) / f"{lesson}-{next(numbers)}.json"
        path.write_text(json.dumps(kept(instrument), separators=(",", ":")), encoding="utf-8")
        return shows(instrument, **kwargs)

    Instrument._repr_mimebundle_ = keeps_and_shows


def run(path, folder):
    """Run a lesson with its instruments recorded. Returns a line about it."""
    notebook = nbformat.read(path, as_version=4)
    start = f"import sys\nsys.path.insert(0, {str(Path(__file__).parent)!r})\nimport frames\n"
    start += f"frames.record({path.stem!r}, {str(folder)!r})"
    notebook.cells.insert(0, nbformat.v4.new_code_cell(start))
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
    sizes = [f"{one.stat().st_size // 1000} kB" for one in sorted(folder.glob(f"{path.stem}-*"))]
    return f"{path.stem}: {', '.join(sizes) or 'no instrument'}"


def main(folder, *lessons):
    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    chosen = [path for path in paths if not lessons or path.stem[:2] in lessons]
    with ThreadPoolExecutor(2) as side_by_side:  # the work is done in the kernels
        for line in side_by_side.map(lambda path: run(path, folder), chosen):
            print(line, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
