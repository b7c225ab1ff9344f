"""show_source: what it shows is the library's code, and the same on every machine."""

import inspect

import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter

from seq2seq_lib import RNN, Seq2Seq, softmax_cross_entropy
from seq2seq_lib.widgets import show_source
from seq2seq_lib.widgets.source import ROOT


@pytest.fixture(autouse=True)
def _in_a_notebook(monkeypatch):
    monkeypatch.chdir(ROOT / "notebooks")


def markdown(thing):
    return show_source(thing)._repr_markdown_()


def test_a_function_stands_below_its_name_and_a_link_to_its_file():
    title, _, code = markdown(softmax_cross_entropy).partition("\n\n")
    assert title == "**softmax_cross_entropy** in [`seq2seq_lib/losses.py`](../seq2seq_lib/losses.py)"
    assert code == f"```python\n{inspect.getsource(softmax_cross_entropy).rstrip()}\n```"


def test_the_link_leads_from_the_solutions_too(monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT / "tests" / "browser")
    assert "](../../seq2seq_lib/rnn.py)" in markdown(RNN)
    monkeypatch.chdir(tmp_path)
    assert markdown(RNN).startswith("**RNN** in `seq2seq_lib/rnn.py`\n")


def test_where_the_library_is_installed_the_link_leads_to_the_copy_beside_the_lessons(monkeypatch, tmp_path):
    for folder in ("notebooks", "seq2seq_lib"):
        (tmp_path / folder).mkdir()
    (tmp_path / "seq2seq_lib" / "rnn.py").touch()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert markdown(RNN).startswith("**RNN** in [`seq2seq_lib/rnn.py`](../seq2seq_lib/rnn.py)\n")


def test_a_method_starts_at_the_left():
    assert repr(show_source(RNN.step)).startswith("def step(self, x_t, h_prev):\n    ")
    assert markdown(RNN.step).startswith("**RNN.step** in ")
    assert markdown(RNN(2, 3).step) == markdown(RNN.step)


def test_a_class_a_property_and_a_classmethod():
    assert repr(show_source(Seq2Seq)).startswith("class Seq2Seq")
    assert repr(show_source(Seq2Seq.dtype)).startswith("@property\ndef dtype")
    assert repr(show_source(Seq2Seq.load)).startswith("@classmethod\ndef load")


def test_backquotes_in_the_code_do_not_end_it():
    def with_a_fence():
        return "````"

    assert markdown(with_a_fence).endswith("\n`````")
    assert " in " not in markdown(with_a_fence).splitlines()[0]  # it is no file of the library


@pytest.mark.parametrize("thing", [np.tanh, 3, len])
def test_what_was_not_written_in_python_is_refused_in_words(thing):
    with pytest.raises(ValueError, match="expected a function, a method or a class"):
        show_source(thing)


def test_a_stored_notebook_keeps_markdown_and_text_alone():
    data, _ = DisplayFormatter().format(show_source(RNN.step))
    assert set(data) == {"text/markdown", "text/plain"}
    assert "0x" not in data["text/plain"]
