"""The trained weights that the notebooks load: they score what the texts say, with a margin."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from test_claims import CLAIMS
from test_repository import ROOT

from seq2seq_lib import AttentionSeq2Seq, LanguageModel, Seq2Seq, exact_match, greedy_decode, tasks
from seq2seq_lib.exercises import pytorch
from seq2seq_lib.metrics import error_rate
from seq2seq_lib.tasks import dates, pronunciation

WEIGHTS = ROOT / "notebooks" / "weights"


@pytest.mark.parametrize("path", ["weights/dates.npz", Path("weights", "dates.npz")])
def test_they_are_found_from_another_directory(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    here = Seq2Seq.load(path)
    np.testing.assert_array_equal(here.params.flat, Seq2Seq.load(WEIGHTS / "dates.npz").params.flat)
    assert set(pytorch.stored("two_machines")) == {"one", "two", "plain"}


def test_they_are_found_where_pip_has_put_them(tmp_path):
    """As in an environment in which the wheel, and no copy of the repository, is installed."""
    library, prefix = tmp_path / "site-packages", tmp_path / "share" / "seq2seq-lessons" / "notebooks"
    shutil.copytree(ROOT / "seq2seq_lib", library / "seq2seq_lib", ignore=shutil.ignore_patterns("bundles", "data"))
    shutil.copytree(WEIGHTS, prefix / "weights")
    code = f"import sys; sys.prefix = {str(tmp_path)!r}; from seq2seq_lib import storage; print(storage.LESSONS)"
    env = {**os.environ, "PYTHONPATH": str(library)}
    printed = subprocess.run([sys.executable, "-c", code], env=env, cwd=tmp_path, capture_output=True, text=True)
    assert printed.stdout.strip() == str(prefix)


def test_a_file_of_ones_own_comes_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "weights").mkdir()
    Seq2Seq(2, 3, 1).save("weights/dates.npz")
    assert Seq2Seq.load("weights/dates.npz").encoder.input_dim == 2


@pytest.mark.parametrize("path", ["weights/mine.npz", "dates.npz", "solutions/../weights/dates.npz"])
def test_no_other_file_is_looked_for_elsewhere(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"mine\.npz|dates\.npz"):
        Seq2Seq.load(path)


def test_the_dates_are_read():
    task = dates(train=100, held_out=1000)
    assert exact_match(Seq2Seq.load(WEIGHTS / "dates.npz"), task) > 0.98


def test_half_of_the_words_are_pronounced_and_most_of_their_phones():
    task, model = pronunciation(), Seq2Seq.load(WEIGHTS / "pronunciation.npz")
    words, right = zip(*task.held_out)
    answers = greedy_decode(model, [task.source.encode(word) for word in words], task.longest_target + 1)
    assert exact_match(model, task) == pytest.approx(0.50, abs=0.01)
    assert error_rate([task.target.decode(answer) for answer in answers], right) == pytest.approx(0.185, abs=0.01)


def test_the_limit_of_24_units_and_the_words_of_12_letters_that_48_learn():
    task = tasks.reverse(3, 12)
    longest = [pair for pair in task.held_out if len(pair[0]) == 12]
    shares = [exact_match(Seq2Seq.load(WEIGHTS / f"reverse_{hidden}.npz"), task, longest) for hidden in (24, 48)]
    assert shares[0] < 0.4
    assert shares[1] > 0.75


@pytest.mark.parametrize("name", ["dates", "pronunciation"])
@pytest.mark.parametrize(("kind", "prefix"), [(Seq2Seq, ""), (AttentionSeq2Seq, "attention_")])
def test_each_model_has_the_symbols_of_its_task(kind, prefix, name):
    assert kind.load(WEIGHTS / f"{prefix}{name}.npz").symbols == getattr(tasks, name)().symbols


@pytest.mark.parametrize("name", [path.stem for path in sorted(WEIGHTS.glob("*.npz"))])
def test_weights_are_plain_numbers_and_small(name):
    path = WEIGHTS / f"{name}.npz"
    assert path.stat().st_size < 1_000_000
    with np.load(path, allow_pickle=False) as arrays:
        assert all(np.isfinite(arrays[key]).all() for key in arrays if arrays[key].dtype.kind == "f")


def test_the_reader_of_words_in_a_row_is_surer_than_one_that_knows_nothing():
    model = LanguageModel.load(WEIGHTS / "gates.npz")
    vocabulary = tasks.Vocabulary(model.symbols[0][3:])
    words = np.random.default_rng(0).choice([word for word, _ in pronunciation().held_out], (100, 5))
    assert 7.5 < model.perplexity([vocabulary.encode(" ".join(row)) for row in words]) < 8.5


def test_the_writer_of_words_is_surer_than_one_that_knows_nothing():
    model, words = LanguageModel.load(WEIGHTS / "words.npz"), tasks.words()
    assert model.symbols == (tuple(words.vocabulary.symbols),)
    assert 7.3 < model.perplexity([words.vocabulary.encode(word) for word in words.test]) < 8.0


def test_what_lesson_10_says_holds_for_the_two_models_that_a_browser_tab_loads(monkeypatch):
    """There nobody waits for its training: each of its claims, measured of these for the lesson's seed."""
    claims = [claim for claim in CLAIMS if claim.lesson == "10"]
    stored = {False: Seq2Seq.load(WEIGHTS / "careless.npz"), True: Seq2Seq.load(WEIGHTS / "careful.npz")}
    names = claims[0].measure.__globals__
    monkeypatch.setitem(names, "trained", lambda seed, masks: stored[masks])
    assert [claim.name for claim in claims if not claim.measure(0)[1]] == []
    assert all(model.symbols == names["words"](0).symbols for model in stored.values())
