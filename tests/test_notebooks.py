"""What the stored notebooks must be, beyond what nbval compares (it passes over pictures and over cells never run)."""

import json
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").rglob("*.ipynb"))
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return json.loads(request.param.read_text(encoding="utf-8"))


def code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell["outputs"]]


def test_there_is_at_least_one():
    assert NOTEBOOKS


def test_each_cell_was_run_in_order(notebook):
    assert [cell["execution_count"] for cell in code_cells(notebook)] == list(range(1, len(code_cells(notebook)) + 1))


def test_no_error_and_no_warning_is_stored(notebook):
    assert not [output for output in outputs(notebook) if output["output_type"] == "error"]
    assert not [output for output in outputs(notebook) if output.get("name") == "stderr"]


def test_no_widget_state_and_no_timings_are_stored(notebook):
    assert "widgets" not in notebook["metadata"]
    assert not [cell for cell in notebook["cells"] if "execution" in cell["metadata"]]


def test_each_instrument_leaves_a_picture_and_a_text(notebook):
    for output in outputs(notebook):
        if WIDGET in output.get("data", {}):
            assert output["data"]["image/png"]
            assert "It needs a running kernel" in "".join(output["data"]["text/plain"])


def test_it_runs_on_any_python_3_and_no_cell_is_long(notebook):
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert max(len("".join(cell["source"]).splitlines()) for cell in code_cells(notebook)) <= 20
