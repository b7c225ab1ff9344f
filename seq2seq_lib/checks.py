"""What comes in from outside, made into arrays of the right shape and kind, or refused in words."""

import math
import operator
from numbers import Real

import numpy as np


class Checked(np.ndarray):
    """A read-only array of a Batch: every number was looked at when it was made, and none can have changed since.

    needs: the size of vocabulary, or of vectors, that can read it. So a model compares sizes, and looks at no number
    again. A slice or a copy is an array like any other.
    """

    needs = 0  # of a slice or a copy, of which nothing is known


PLAIN = np.ndarray, Checked  # all others, masked arrays among them, are looked at more closely


def checked(array):
    """A frozen copy of finite vectors, of tokens from 0 on, or of a mask. Raises ValueError for other numbers."""
    if known(array):
        return array
    if array.dtype.kind == "f":
        array = floats(array)
        array, needs = finite(array, array.dtype).copy(), array.shape[-1]
    elif array.min() < 0:
        raise ValueError(f"expected tokens from 0 on, got {array.min()}")
    else:
        array, needs = array.copy(), int(array.max()) + 1
    array.flags.writeable = False
    array = array.view(Checked)  # a view of what is read-only can't be made writable again
    array.needs = needs
    return array


def known(values):
    return isinstance(values, Checked) and values.needs > 0


def fits(xs, dim, dtype):
    """Can a network of this size read it as it is? Only of a Checked array this is known without looking."""
    if not isinstance(xs, Checked):
        return False
    return 0 < xs.needs <= dim if is_tokens(xs) else xs.needs == dim and xs.dtype == dtype


def numbers(values, kinds="iuf"):
    """Anything array-like, as an array of integers or floats."""
    if type(values) in PLAIN and values.dtype.kind in kinds:
        return values
    if any(map(np.ma.is_masked, values if isinstance(values, (list, tuple)) else [values])):
        raise ValueError("expected numbers, got a masked array, whose masked numbers would be taken for data")
    try:
        values = np.asarray(values)
    except ValueError:
        raise ValueError("expected steps of equal shape, got different ones (Batch pads lists of sequences)") from None
    if values.dtype.kind not in kinds:
        hint = " (Vocabulary.encode turns a text into tokens)" if values.dtype.kind == "U" else ""
        raise ValueError(f"expected numbers, got an array of {values.dtype}{hint}")
    return values


FLOATS = np.dtype(np.float32), np.dtype(np.float64)


def floats(values):
    """Anything array-like, as an array of float32 or float64; one that is already stays in its precision."""
    values = numbers(values)
    return values if values.dtype in FLOATS else values.astype(float)


def sequence(xs, dim, dtype):
    """Vectors as a float array (T, D) or (T, B, D); integer tokens, 0 .. D-1, as an array (T,) or (T, B)."""
    if fits(xs, dim, dtype):
        return xs.view(np.ndarray)
    xs = numbers(xs)
    return tokens(xs, dim) if is_tokens(xs) else finite(vectors(xs, dim), dtype)


def vectors(xs, dim):
    """Vectors (T, D) or (T, B, D)."""
    if is_tokens(xs) or xs.ndim not in (2, 3) or xs.shape[-1] != dim or xs.size == 0:
        raise ValueError(
            f"expected vectors of shape (T, {dim}) or (T, B, {dim}), T and B at least 1, got {xs.shape} of {xs.dtype}"
        )
    return xs


def tokens(xs, size):
    """Integer tokens (T,) or (T, B), each in 0 .. size-1."""
    xs = numbers(xs)
    if xs.size and not is_tokens(xs):  # NumPy takes an empty list for floats
        raise ValueError(f"expected integer tokens, got an array of {xs.dtype}")
    if xs.ndim not in (1, 2) or xs.size == 0:
        raise ValueError(f"expected tokens of shape (T,) or (T, B), T and B at least 1, got {xs.shape}")
    low, high = (0, xs.needs - 1) if known(xs) else (xs.min(), xs.max())
    if low < 0 or high >= size:
        raise ValueError(f"expected tokens in 0 .. {size - 1}, got {low if low < 0 else high}")
    return np.asarray(xs)


def is_tokens(xs):
    return xs.dtype.kind in "iu"


def steps(xs):
    """The shape of a sequence without that of one vector: (T, B), or (T,) unbatched."""
    return xs.shape if is_tokens(xs) else xs.shape[:-1]


def array(values, shape, dtype, name):
    """A finite array of exactly this shape."""
    return finite(shaped(values, shape, dtype, name), dtype, name)


def shaped(values, shape, dtype, name):
    """An array of exactly this shape, whatever is in it."""
    if type(values) in PLAIN and values.shape == shape and values.dtype == dtype:
        return values  # nearly always, so it comes first
    values = numbers(values)
    if values.shape != shape:
        raise ValueError(f"{name}: expected shape {shape}, got {values.shape}")
    return converted(values, dtype)


def finite(values, dtype, name=""):
    """The array in this dtype, in which nothing is infinite or nan."""
    values = converted(values, dtype)
    if known(values):
        return np.asarray(values)
    # A product with itself is finite only if all of it is; the other way round a square may be too large.
    if not (math.isfinite(square_of(values)) or np.isfinite(values).all()):
        raise ValueError(f"{name}: expected finite numbers, got a nan or an infinity".removeprefix(": "))
    return values


def square_of(values):
    """The sum of all squares, a float. (np.vdot does the same, and takes twice the time to begin.)"""
    flat = values.ravel()
    return float(flat.dot(flat))


def converted(values, dtype):
    """The array in this dtype; a number too large for it becomes an infinity."""
    if values.dtype == dtype:
        return values
    with np.errstate(over="ignore"):
        return values.astype(dtype)


def mask(values, shape):
    """True on real steps (1), False on padding (0); at least one step must be real."""
    values = numbers(values, kinds="biuf")
    if values.shape != shape:
        raise ValueError(f"mask: expected shape {shape}, got {values.shape}")
    if values.dtype != bool:
        if not ((values == 0) | (values == 1)).all():
            raise ValueError(f"mask: expected 0 and 1 only, got {values[(values != 0) & (values != 1)][0]}")
        values = values.astype(bool)
    if not (known(values) or values.any()):
        raise ValueError("mask: expected at least one step that is not padding, got none")
    return values


def size(value, name):
    """A whole number, at least 1."""
    try:
        value = operator.index(value)
    except TypeError:
        raise ValueError(f"{name}: expected a whole number, got {value!r}") from None
    if value < 1:
        raise ValueError(f"{name}: expected at least 1, got {value}")
    return value


def positive(value, name):
    """A finite number above zero."""
    if not (isinstance(value, (float, Real)) and 0 < value < math.inf):  # float first: it is looked up faster
        raise ValueError(f"{name}: expected a positive number, got {value!r}")
    return float(value)


def float_type(dtype):
    """float32 or float64, in this machine's byte order."""
    try:
        dtype = np.dtype(dtype)
    except TypeError:
        raise ValueError(f"dtype: expected float32 or float64, got {dtype!r}") from None
    if dtype not in FLOATS:
        raise ValueError(f"dtype: expected float32 or float64, got {dtype}")
    return dtype
