"""Weights in a file: the same to the last bit, never half written, and nothing in a foreign file is executed."""

import io
import itertools
import os
import pickle
import signal
import stat
import subprocess
import sys
import threading
import time
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from problems import LOSSES, copied, problem, same
from test_cells import Leaky

from seq2seq_lib import GRU, LSTM, RNN, AttentionSeq2Seq, Seq2Seq, Vocabulary, storage

posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no modes, and links for administrators only")


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


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@posix
@pytest.mark.parametrize("bits", [0o600, 0o640, 0o664])
def test_a_file_keeps_its_mode(path, bits):
    model = problem("squared_error").model
    model.save(path)
    path.chmod(bits)
    model.save(path)
    assert mode(path) == bits


def spied(monkeypatch, see):
    """Calls see(file) where the arrays are written."""
    savez = np.savez
    monkeypatch.setattr(np, "savez", lambda file, **arrays: see(file) or savez(file, **arrays))


@posix
def test_a_private_file_is_never_open_to_others(path, monkeypatch):
    model, modes = problem("squared_error").model, []
    model.save(path)
    path.chmod(0o600)
    chmod = os.chmod
    monkeypatch.setattr(os, "chmod", lambda new, bits: modes.append(mode(new)) or chmod(new, bits))
    spied(monkeypatch, lambda file: modes.append(mode(Path(file.name))))
    model.save(path)
    assert modes == [0o600] * 2  # from its first moment on


@posix
def test_a_new_file_has_the_mode_of_new_files(path):
    path.with_name("other").touch()
    problem("squared_error").model.save(path)
    assert mode(path) == mode(path.with_name("other"))


@posix
@pytest.mark.parametrize("exists", [True, False])
def test_the_target_of_a_link_is_written(path, tmp_path, exists):
    target = tmp_path / "elsewhere" / "target.npz"
    target.parent.mkdir()
    if exists:
        target.write_bytes(b"old")
    path.symlink_to(target)
    problem("squared_error").model.save(path)
    assert path.is_symlink()
    assert Seq2Seq.load(target).loss == "squared_error"
    assert list(target.parent.iterdir()) == [target]


@posix
def test_a_link_under_the_name_of_an_unfinished_file_is_not_followed(path, monkeypatch):
    victim = path.with_name("victim")
    victim.write_text("precious")
    monkeypatch.setattr(storage.secrets, "token_hex", lambda _: "guessed")
    path.with_name(storage.UNFINISHED.format("guessed")).symlink_to(victim)
    with pytest.raises(FileExistsError):
        problem("squared_error").model.save(path)
    assert victim.read_text() == "precious"


def test_no_two_unfinished_files_have_one_name(path, monkeypatch):
    names, model = set(), problem("squared_error").model
    spied(monkeypatch, lambda file: names.add(Path(file.name).name))
    for _ in range(10):
        model.save(path)
    assert len(names) == 10
    assert all(len(name) > 32 and name.startswith(".") for name in names)


def test_several_threads_save_to_one_path(path, monkeypatch):
    """Each waits in the middle of its file until all are there, and reads what lies under the name afterwards."""
    models, wrong = [problem("squared_error", seed=seed).model for seed in range(4)], []
    barrier = threading.Barrier(len(models), timeout=60)

    def wait_in_the_middle(file):
        file.write(b"half")
        barrier.wait()
        file.seek(0)

    def save(model):
        try:
            for _ in range(5):
                model.save(path)
                Seq2Seq.load(path)
        except Exception as error:
            wrong.append(error)
            barrier.abort()

    spied(monkeypatch, wait_in_the_middle)
    threads = [threading.Thread(target=save, args=[model]) for model in models]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert list(path.parent.iterdir()) == [path]
    weights = Seq2Seq.load(path).params.flat
    assert any(np.array_equal(weights, model.params.flat) for model in models)


def test_what_a_killed_writer_left_is_deleted_an_hour_later(path):
    model = problem("squared_error").model
    subprocess.run([sys.executable, "-c", KILLED_BEFORE_THE_FILE_IS_COMPLETE, str(path)], check=False)
    (left,) = path.parent.iterdir()
    model.save(path)
    assert left.exists(), "somebody may be writing it"
    os.utime(left, (time.time() - storage.ABANDONED - 60,) * 2)
    model.save(path)
    assert list(path.parent.iterdir()) == [path]


def test_the_file_and_its_name_are_on_the_disk_before_save_returns(path, monkeypatch):
    done, fsync, replace = [], os.fsync, os.replace

    def synced(number):
        done.append("directory" if stat.S_ISDIR(os.fstat(number).st_mode) else "file")
        fsync(number)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", lambda *paths: done.append("replace") or replace(*paths))
    problem("squared_error").model.save(path)
    assert done == ["file", "replace", *["directory"] * (os.name == "posix")]


@pytest.mark.parametrize("refusals", [3, 10**9])
def test_a_file_that_somebody_has_open_is_waited_for(path, monkeypatch, refusals):
    """As Windows wants it: there it can't be replaced."""
    calls, replace = itertools.count(), os.replace

    def locked(*paths):
        if next(calls) < refusals:
            raise PermissionError("open in another process")
        replace(*paths)

    monkeypatch.setattr(os, "replace", locked)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    if refusals < storage.TRIES:
        problem("squared_error").model.save(path)
        assert Seq2Seq.load(path).loss == "squared_error"
    else:
        with pytest.raises(PermissionError):
            problem("squared_error").model.save(path)
        assert list(path.parent.iterdir()) == []


def test_a_name_can_be_as_long_as_the_system_allows(tmp_path):
    model = problem("squared_error").model
    model.save(tmp_path / ("x" * 250))
    assert Seq2Seq.load(tmp_path / ("x" * 250)).loss == "squared_error"
    if os.name == "posix":
        with pytest.raises(ValueError, match="path: expected a shorter name, got one of 300 letters"):
            model.save(tmp_path / ("x" * 300))
    assert [len(path.name) for path in tmp_path.iterdir()] == [250]


def test_what_is_no_file_is_not_replaced(tmp_path):
    with pytest.raises(ValueError, match=r"path: expected the name of a file, got .*, which is none"):
        problem("squared_error").model.save(tmp_path)
    with pytest.raises(ValueError, match="path: expected the name of a file, got 2"):
        problem("squared_error").model.save(2)
    with pytest.raises(ValueError, match="path: expected the name of a file, got 2"):
        Seq2Seq.load(2)
    assert list(tmp_path.iterdir()) == []


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


def test_what_is_wrong_with_a_file_is_said_in_a_line_however_much_of_it_is_quoted(path, arrays):
    content = bytearray(path.read_bytes())
    content[26:28] = (1_000).to_bytes(2, "little")  # the first name in it has a thousand letters, it says
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"weights\.npz: expected an \.npz file") as refusal:
        Seq2Seq.load(path)
    assert len(str(refusal.value)) < len(str(path)) + 200


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


# A file that says it holds more than it does, or more than a model of ours has


def written(path, members, compression=zipfile.ZIP_STORED):
    """An .npz file of these members, {name: bytes or array}."""
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, content in members.items():
            file.writestr(name, content if isinstance(content, bytes) else in_bytes(content))


def in_bytes(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def members_of(arrays):
    return {f"{name}.npy": array for name, array in arrays.items()}


def header(shape, dtype="<f8"):
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"shape": shape, "fortran_order": False, "descr": dtype})
    return buffer.getvalue()


def refused_at_once(path, message, load=Seq2Seq.load):
    """Without asking for memory: nothing is read but the beginning of each array."""
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=f"{path.name}: expected .*{message}"):
            load(path)
        assert tracemalloc.get_traced_memory()[1] < 5e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("rows", [3_000, 30_000, 10**15])
@pytest.mark.parametrize("name", ["encoder.W_hh", "W_hy", "encoder.W_xh", "decoder.W_xh"])
@pytest.mark.parametrize("cell", [RNN, GRU, Leaky])
def test_shapes_without_a_number_make_no_large_model(path, arrays, name, rows, cell):
    np.savez(path, **arrays | {name: np.zeros((rows, 0)), "cell": np.array(cell.__name__)})
    assert path.stat().st_size < 4_000
    refused_at_once(path, "", lambda path: Seq2Seq.load(path, cell if cell is Leaky else None))


@pytest.mark.parametrize("hidden", [3_000, 30_000])
def test_one_large_matrix_makes_no_large_model(path, arrays, hidden):
    """Of zeros, so that the file stays small."""
    written(path, members_of(arrays | {"W_hy": np.zeros((hidden, 2))}), zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 4_000
    refused_at_once(path, "encoder.W_xh: expected shape")


def test_a_zip_bomb_is_refused_by_what_it_says(path, arrays):
    """A model whose weights are all 0, with 1,000 units: 16 MB in 20 KB."""
    shapes = {"W_xh": (3, 1000), "W_hh": (1000, 1000), "b_h": (1000,)}
    zeros = {f"{network}.{name}": np.zeros(shape) for network in Seq2Seq.networks for name, shape in shapes.items()}
    written(path, members_of(arrays | zeros | {"W_hy": np.zeros((1000, 2))}), zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 30_000
    refused_at_once(path, "arrays more than 20 times as large as the file")


def test_a_zip_bomb_that_lies_about_its_size_is_cut_off(path, arrays):
    """What its directory says of W_hy is the truth about 4 x 2 numbers; 16 MB come out."""
    bomb = header((4, 2)) + bytes(16_000_000)
    written(path, members_of(arrays) | {"W_hy.npy": bomb}, zipfile.ZIP_DEFLATED)
    true, said = (length.to_bytes(4, "little") for length in (len(bomb), len(header((4, 2))) + 64))
    assert path.read_bytes().count(true) == 2
    path.write_bytes(path.read_bytes().replace(true, said))
    refused_at_once(path, "plain arrays, got something else")


def test_a_header_that_never_ends_is_cut_off(path, arrays):
    endless = b"\x93NUMPY\x02\x00" + (900_000).to_bytes(4, "little") + b" " * 900_000
    written(path, members_of(arrays) | {"W_hy.npy": endless}, zipfile.ZIP_DEFLATED)
    with pytest.MonkeyPatch.context() as patch:
        asked, read = [], zipfile.ZipExtFile.read
        patch.setattr(zipfile.ZipExtFile, "read", lambda file, n=-1: asked.append(n) or read(file, n))
        refused_at_once(path, "plain arrays, got something else")
    assert set(asked) == {storage.HEADER}


@pytest.mark.parametrize(
    ("member", "content", "message"),
    [
        ("b_y.npy", header((10**12,)), "b_y.npy of another length than that of float64 of shape"),
        ("b_y.npy", header((2,)) + bytes(8), "b_y.npy of another length"),
        ("b_y.npy", header((2,)) + bytes(24), "b_y.npy of another length"),
        ("b_y.npy", header((-2,)) + bytes(16), "b_y.npy of another length"),
        ("b_y.npy", header((-2, -1)) + bytes(16), "b_y.npy of another length"),
        ("b_y.npy", header((2,), "<f2") + bytes(4), "b_y.npy of float16, not of float32 or float64"),
        ("b_y.npy", header((1,), "<c16") + bytes(16), "b_y.npy of complex128, not of float32 or float64"),
        ("b_y.npy", header((2,), [("a", "<f8")]) + bytes(16), "b_y.npy of .*, not of float32 or float64"),
        ("b_y.npy", b"no array", ""),
        ("b_y", b"weights", "b_y, which is no array"),
        ("README.txt", b"weights", "README.txt, which is no array"),
    ],
)
def test_a_member_that_is_no_array_is_refused(path, arrays, member, content, message):
    written(path, members_of({name: array for name, array in arrays.items() if name != "b_y"}) | {member: content})
    refused_at_once(path, f"plain arrays, got something else .*{message}")


def test_a_name_that_comes_twice_is_refused(path, arrays):
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as file:
        file.writestr("b_y.npy", header((2,)) + bytes(16))
    refused_at_once(path, "some of one name")


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_file_packed_in_another_way_is_refused(path, arrays, compression):
    """What comes out of these can't be read in small pieces."""
    written(path, members_of(arrays), compression)
    refused_at_once(path, "which is no array")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_weights_in_the_other_byte_order_are_the_same_weights(path, dtype):
    one = problem("squared_error", dtype=dtype)
    one.model.save(path)
    with np.load(path) as saved:
        turned = {name: array.astype(array.dtype.newbyteorder()) for name, array in saved.items()}
    np.savez(path, **turned)
    again = Seq2Seq.load(path)
    same(copied(again.params), copied(one.model.params))
    assert again.dtype == dtype
    assert again.loss_and_grads(one.batch)[0] == one.model.loss_and_grads(one.batch)[0]


def test_a_packed_file_is_read_too(path, arrays):
    np.savez_compressed(path, **arrays)
    same(copied(Seq2Seq.load(path).params), copied(problem("squared_error").model.params))
