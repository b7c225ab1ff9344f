"""Arrays in one .npz file: written whole or not at all, read without executing anything."""

import os
from pathlib import Path

import numpy as np


def write(path, arrays):
    """Write {name: array}. Until the new file is complete on the disk, the old one stays where it was."""
    path = Path(path)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with open(unfinished, "wb") as file:
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def read(path):
    """{name: array}. A pickle could run code while it is read, so only plain arrays are accepted (else ValueError)."""
    with open(path, "rb") as file:
        try:
            with np.load(file, allow_pickle=False) as arrays:
                return dict(arrays)
        except Exception as error:  # one wrong byte can stop unzipping and parsing in a dozen ways
            raise ValueError(f"{path}: expected an .npz file of plain arrays, got something else ({error})") from None
