"""Weights in a file: the same to the last bit, never half written, and nothing in a foreign file is executed."""

import pickle
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from problems import LOSSES, copied, problem, same

from seq2seq_lib import Seq2Seq


@pytest.fixture
def path(tmp_path):
    return tmp_path / "weights.npz"


@pytest.fixture
def arrays(path):
    """What a small model saves, by name."""
    problem("squared_error").model.save(path)
    with np.load(path) as saved:
        return dict(saved)


def refused(path, message=""):
    with pytest.raises(ValueError, match=f"{path.name}: expected .*{message}"):
        Seq2Seq.load(path)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", LOSSES)
def test_what_was_saved_is_loaded_to_the_last_bit(path, loss, dtype):
    one = problem(loss, dtype=dtype)
    one.model.learning_rate = 0.1 + 0.2
    one.model.save(path)
    loaded = Seq2Seq.load(path)
    same(copied(loaded.params), copied(one.model.params))
    assert (loaded.dtype, loaded.loss, loaded.learning_rate) == (dtype, loss, 0.1 + 0.2)
    assert loaded.loss_and_grads(one.batch)[0] == one.model.loss_and_grads(one.batch)[0]


def test_the_file_gets_the_name_that_was_given(tmp_path):
    problem("squared_error").model.save(str(tmp_path / "weights"))
    assert [file.name for file in tmp_path.iterdir()] == ["weights"]
    assert Seq2Seq.load(tmp_path / "weights").loss == "squared_error"


# Written whole or not at all

KILLED_BEFORE_THE_FILE_IS_COMPLETE = """
import os, signal, sys, zipfile
from seq2seq_lib import Seq2Seq
model = Seq2Seq(2, 4, 1)
zipfile.ZipFile.close = lambda self: os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
model.save(sys.argv[1])
"""


def test_a_process_killed_while_it_saves_leaves_the_old_file(path):
    model = problem("squared_error").model
    model.save(path)
    killed = subprocess.run([sys.executable, "-c", KILLED_BEFORE_THE_FILE_IS_COMPLETE, str(path)], check=False)
    assert killed.returncode in (-getattr(signal, "SIGKILL", 0), signal.SIGTERM)
    same(copied(Seq2Seq.load(path).params), copied(model.params))


def test_a_save_that_fails_leaves_the_old_file_and_no_other(path, monkeypatch):
    model = problem("squared_error").model
    model.save(path)
    before = path.read_bytes()

    def full(file, **arrays):
        file.write(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="disk full"):
        model.save(path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


# Nothing is executed


class Bomb:
    """Whoever unpickles it creates a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_a_pickled_array_is_refused_and_not_executed(path, arrays):
    proof = path.with_name("executed")
    np.savez(path, **arrays | {"b_y": np.array([Bomb(proof)], dtype=object)})
    refused(path)
    assert not proof.exists()
    with np.load(path, allow_pickle=True) as saved:
        _ = saved["b_y"]
    assert proof.exists(), "the bomb was none"


def test_a_pickle_that_is_called_npz_is_refused_and_not_executed(path):
    proof = path.with_name("executed")
    path.write_bytes(pickle.dumps(Bomb(proof)))
    refused(path)
    assert not proof.exists()
    pickle.loads(path.read_bytes())
    assert proof.exists(), "the bomb was none"


# Broken and foreign files


def test_a_missing_file_is_reported_as_missing(path):
    with pytest.raises(FileNotFoundError):
        Seq2Seq.load(path)


@pytest.mark.parametrize("content", [b"", b"weights", b"PK\x03\x04", "überall".encode("latin-1")])
def test_a_file_of_something_else_is_refused(path, content):
    path.write_bytes(content)
    refused(path, "plain arrays, got something else")


def test_a_single_array_is_refused(path):
    with open(path, "wb") as file:
        np.save(file, np.zeros(3))
    refused(path)


def test_a_truncated_file_is_refused(path, arrays):
    content = path.read_bytes()
    for length in range(0, len(content), 97):
        path.write_bytes(content[:length])
        refused(path)


def test_a_file_with_one_wrong_byte_is_refused_or_means_the_same(path, arrays):
    content = path.read_bytes()
    for position in range(0, len(content), 5):
        path.write_bytes(content[:position] + bytes([content[position] ^ 0xFF]) + content[position + 1 :])
        try:
            same(copied(Seq2Seq.load(path).params), {name: arrays[name] for name in Seq2Seq(3, 4, 2).params})
        except ValueError as error:
            assert "weights.npz: expected" in str(error)  # noqa: PT017


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"b_y": None}, "b_y"),
        ({"loss": None}, "loss"),
        ({"learning_rate": None}, "learning_rate"),
        ({"encoder.W_xh": None}, "encoder.W_xh"),
        ({"surplus": np.zeros(2)}, "surplus"),
        ({"b_y": np.zeros(3)}, r"b_y: expected shape \(2,\), got \(3,\)"),
        ({"W_hy": np.zeros((5, 2))}, r"W_hy: expected shape \(4, 2\), got \(5, 2\)"),
        ({"W_hy": np.zeros(8)}, ""),
        ({"W_hy": np.zeros((4, 2), int)}, "dtype: expected float32 or float64, got int"),
        ({"b_y": np.array([1.0, np.nan])}, "b_y: expected finite numbers"),
        ({"encoder.W_hh": np.full((4, 4), np.inf)}, r"encoder.W_hh: expected finite numbers"),
        ({"b_y": np.array(["a", "b"])}, "expected numbers"),
        ({"loss": np.array("accuracy")}, "expected squared_error or cross_entropy, got 'accuracy'"),
        ({"learning_rate": np.array(-1.0)}, "learning_rate: expected a positive number, got -1.0"),
        ({"learning_rate": np.array("fast")}, ""),
    ],
)
def test_a_file_with_other_contents_is_refused_in_words(path, arrays, change, message):
    changed = {name: array for name, array in (arrays | change).items() if array is not None}
    np.savez(path, **changed)
    refused(path, message)
