"""Weights in a file: the same to the last bit, never half written, and nothing in a foreign file is executed."""

import pickle
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from problems import LOSSES, copied, problem, same
from test_cells import Leaky

from seq2seq_lib import GRU, LSTM, RNN, AttentionSeq2Seq, Seq2Seq, Vocabulary


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


@pytest.mark.parametrize("cell", [RNN, GRU, LSTM])
@pytest.mark.parametrize("kind", [Seq2Seq, AttentionSeq2Seq])
def test_a_model_is_saved_with_its_kind_of_cell(path, kind, cell):
    a = problem("cross_entropy", cell=cell, kind=kind)
    a.model.save(path)
    again = kind.load(path)
    assert type(again.encoder) is type(again.decoder) is cell
    assert again.loss_and_grads(a.batch)[0] == a.model.loss_and_grads(a.batch)[0]


def test_a_cell_of_ones_own_is_given_again(path):
    a = problem("cross_entropy", cell=Leaky)
    a.model.save(path)
    refused(path, r"model that Seq2Seq.save wrote, but its cells are of a class Leaky: .*load\(path, cell=Leaky\)")
    again = Seq2Seq.load(path, cell=Leaky)
    assert type(again.encoder) is Leaky
    same(copied(again.params), copied(a.model.params))
    with pytest.raises(ValueError, match="its cells are of a class Leaky, not GRU"):
        Seq2Seq.load(path, cell=GRU)


def test_a_cell_of_ones_own_with_the_name_of_ours_is_refused(path):
    impostor = type("GRU", (RNN,), {})
    with pytest.raises(ValueError, match="cell: expected a class of another name than ours, got"):
        problem("cross_entropy", cell=impostor).model.save(path)
    assert not path.exists()


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_what_load_would_refuse_is_not_saved(path, number):
    model = problem("squared_error").model
    model.params["b_y"][0] = number
    with pytest.raises(ValueError, match="b_y: expected finite numbers"):
        model.save(path)
    model = problem("squared_error").model
    model.learning_rate = -number
    with pytest.raises(ValueError, match="learning_rate: expected a positive number"):
        model.save(path)
    assert not path.exists()


def test_numbers_as_large_and_as_small_as_there_are_come_back(path):
    model = problem("squared_error").model
    limits = np.finfo(float)
    model.params["b_y"][...] = [limits.max, limits.smallest_subnormal]
    with np.errstate(over="ignore"):
        model.save(path)
        same(Seq2Seq.load(path).params["b_y"], [limits.max, limits.smallest_subnormal])


def alphabets(source, target):
    return tuple(Vocabulary(source).symbols), tuple(Vocabulary(target).symbols)


def test_a_model_takes_its_symbols_along(path):
    a = problem("cross_entropy", input_dim=3, output_dim=2)
    a.model.symbols = alphabets("aé\n", ["AH", "⊣"])
    a.model.save(path)
    again = Seq2Seq.load(path)
    assert again.symbols == alphabets("aé\n", ["AH", "⊣"])
    again.check_symbols(alphabets("aé\n", ["AH", "⊣"]))
    with pytest.raises(ValueError, match=r"decoder: expected the symbols .* token 3 is 'AH', .* where it is 'B'"):
        again.check_symbols(alphabets("aé\n", ["B", "⊣"]))
    with pytest.raises(ValueError, match="encoder: expected the symbols of the 6 tokens that it reads, got 5 symbols"):
        again.check_symbols(alphabets("aé", ["AH", "⊣"]))


@pytest.mark.parametrize("symbols", [[["a"], ["b"]], "ab", ((1, 2), ("b",)), (("a",) * 6,), 7, (1, 2)])
def test_a_model_has_a_symbol_for_each_token(symbols):
    a = problem("cross_entropy")
    with pytest.raises(ValueError, match="expected"):
        a.model.symbols = symbols
    assert a.model.symbols is None


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
        ({"W_hy": np.zeros((5, 2))}, r"encoder.W_xh: expected shape \(3, 5\), got \(3, 4\)"),
        ({"cell": np.array("Leaky")}, r"its cells are of a class Leaky: give it, as in load\(path, cell=Leaky\)"),
        ({"cell": np.array("GRU")}, "encoder.W_xh: expected shape"),
        ({"symbols": np.array("[")}, ""),
        ({"symbols": np.array("7")}, "symbols: expected a tuple of them for each network, got 7"),
        ({"symbols": np.array("[[1], [2]]")}, "symbols: expected strings"),
        ({"symbols": np.array('[["a"]]')}, "expected symbols for encoder and decoder, got those of 1"),
        ({"symbols": np.array('[["a"], ["b", "c"]]')}, "encoder: expected the symbols of the 3 tokens"),
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
