"""Arrays in one .npz file: written whole or not at all; read only if they are what the file says, nothing executed."""

import errno
import io
import os
import secrets
import stat
import sys
import time
import zipfile
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from math import prod
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

UNFINISHED = ".seq2seq-{}.tmp"  # beside the file itself, on the same disk: only from there it can be moved at once
ABANDONED = 3600  # seconds after which an unfinished file is nobody's: who wrote it was killed
TRIES = 20  # on Windows a file that somebody has open at this moment can't be replaced
HEADER = 10_000  # bytes that say what a member of the file is; np.load reads no longer ones either
PACKED = 20  # how many times larger than the file its arrays may be: ours are not packed at all
NAMES = 1_000  # how many arrays a file may have: ours have about ten
# Where the lessons lie: in a copy of the repository, or where pip has put what is in the wheel.
PLACES = Path(__file__).resolve().parents[1] / "notebooks", Path(sys.prefix, "share", "seq2seq-lessons", "notebooks")
LESSONS = next(filter(Path.is_dir, PLACES), PLACES[0])


def write(path, arrays):
    """Write {name: array}. Until the new file is complete on the disk, the old one stays where it was.

    The target of a link is written, not the link. The new file has the mode of the old one, and its owner where that is
    allowed. Of several who write at the same time the last stays. What a killed writer left is deleted an hour later,
    by the next who writes there. Raises ValueError where no file can have this name.
    """
    path = Path(os.path.realpath(path))
    old = old_file(path)
    sweep(path.parent)
    unfinished = path.with_name(UNFINISHED.format(secrets.token_hex(16)))  # a name that nobody can foresee
    mode = 0o666 if old is None else stat.S_IMODE(old.st_mode)
    try:
        with open(unfinished, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            if old is not None:
                keep_owner_and_mode(unfinished, old)
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    sync(path.parent)


def old_file(path):
    """What the system knows of the file that is there, or None."""
    try:
        old = os.stat(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        raise ValueError(f"path: expected a shorter name, got one of {len(path.name)} letters") from None
    if not stat.S_ISREG(old.st_mode):
        raise ValueError(f"path: expected the name of a file, got {path}, which is none")
    return old


def keep_owner_and_mode(path, old):
    if hasattr(os, "chown"):
        with suppress(PermissionError):
            os.chown(path, old.st_uid, old.st_gid)
    os.chmod(path, stat.S_IMODE(old.st_mode))


def replace(unfinished, path):
    for _ in range(TRIES):
        with suppress(PermissionError):
            return os.replace(unfinished, path)
        time.sleep(0.01)
    return os.replace(unfinished, path)


def sync(directory):
    """See that the disk knows the new name too, where the system can do that (Windows can't, nor every disk)."""
    if os.name == "posix":
        with suppress(OSError):
            number = os.open(directory, os.O_RDONLY)
            try:
                os.fsync(number)
            finally:
                os.close(number)


def sweep(directory):
    """Delete what writers that were killed left there."""
    for path in directory.glob(UNFINISHED.format("*")):
        with suppress(OSError):
            if time.time() - path.lstat().st_mtime > ABANDONED:
                path.unlink()


def found(path):
    """The file of this name; or, where there is none, one of the lessons' own, weights/..., wherever we are."""
    ours = LESSONS / path
    return ours if Path(path).parts[:1] == ("weights",) and not os.path.exists(path) and ours.exists() else path


class Arrays(Mapping):
    """The arrays of an open .npz file by name, each read when it is asked for. Their shapes are known before.

    Raises ValueError for any other file, and for one that would need far more memory than it is long. A pickle could
    run code while it is read, so only plain arrays are accepted.
    """

    def __init__(self, path, file):
        self.path = path
        with self.in_words():
            self.archive = zipfile.ZipFile(file)
            members = self.archive.infolist()
            self.members = {member.filename.removesuffix(".npy"): member for member in members}
            if not len(members) == len(self.members) <= NAMES:
                raise ValueError(f"{len(members)} arrays, some of one name or more than {NAMES}")
            if sum(member.file_size for member in members) > PACKED * os.fstat(file.fileno()).st_size + 10**6:
                raise ValueError(f"arrays more than {PACKED} times as large as the file")
            self.shapes = {name: self.shape(member) for name, member in self.members.items()}

    def shape(self, member):
        """The shape that a member says it has, if it's as long as it should be then."""
        if not member.filename.endswith(".npy") or member.compress_type not in IN_PIECES:
            raise ValueError(f"{member.filename}, which is no array")
        with self.archive.open(member) as file:
            start = io.BytesIO(file.read(HEADER))
        version = npy.read_magic(start)
        if version not in HEADERS:
            raise ValueError(f"{member.filename} in the format {version}")
        shape, _, dtype = HEADERS[version](start)
        if dtype.kind not in "biufU" or (dtype.kind == "f" and dtype.newbyteorder("=") not in FLOATS):
            raise ValueError(f"{member.filename} of {dtype}, not of float32 or float64")
        if start.tell() + prod(shape) * dtype.itemsize != member.file_size or min(shape, default=0) < 0:
            raise ValueError(f"{member.filename} of another length than that of {dtype} of shape {shape}")
        return shape

    def __getitem__(self, name):
        member = self.members[name]
        with self.in_words(), self.archive.open(member) as file:
            array = npy.read_array(file, allow_pickle=False)
            return array.astype(array.dtype.newbyteorder("="), copy=False)

    def __iter__(self):
        return iter(self.members)

    def __len__(self):
        return len(self.members)

    @contextmanager
    def in_words(self):
        try:
            yield
        except Exception as error:  # one wrong byte can stop unzipping and parsing in a dozen ways
            raise ValueError(
                f"{self.path}: expected an .npz file of plain arrays, got something else ({str(error)[:100]})"
            ) from None


IN_PIECES = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED  # of what is packed otherwise a little may become very much
FLOATS = np.dtype(np.float32), np.dtype(np.float64)
HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
