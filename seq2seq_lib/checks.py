"""What comes in from outside, made into arrays of the right shape and kind, or refused in words."""

import math
import operator
from numbers import Real

import numpy as np


def numbers(values, kinds="iuf"):
    """Anything array-like, as an array of integers or floats."""
    try:
        values = np.asarray(values)
    except ValueError:
        raise ValueError("expected steps of equal shape, got different ones (Batch pads lists of sequences)") from None
    if values.dtype.kind not in kinds:
        raise ValueError(f"expected numbers, got an array of {values.dtype}")
    return values


def floats(values):
    """Anything array-like, as an array of floats; one that is already stays in its precision."""
    values = numbers(values)
    return values if values.dtype.kind == "f" else values.astype(float)


def sequence(xs, dim, dtype):
    """Vectors as a float array (T, D) or (T, B, D); integer tokens, 0 .. D-1, as an array (T,) or (T, B)."""
    xs = numbers(xs)
    return tokens(xs, dim) if is_tokens(xs) else vectors(xs, dim, dtype)


def vectors(xs, dim, dtype):
    """Finite vectors (T, D) or (T, B, D), as floats."""
    xs = numbers(xs)
    if xs.ndim not in (2, 3) or xs.shape[-1] != dim or xs.size == 0:
        raise ValueError(f"expected vectors of shape (T, {dim}) or (T, B, {dim}), T and B at least 1, got {xs.shape}")
    return finite(xs, dtype)


def tokens(xs, size):
    """Integer tokens (T,) or (T, B), each in 0 .. size-1."""
    xs = numbers(xs)
    if xs.size and not is_tokens(xs):  # NumPy takes an empty list for floats
        raise ValueError(f"expected integer tokens, got an array of {xs.dtype}")
    if xs.ndim not in (1, 2) or xs.size == 0:
        raise ValueError(f"expected tokens of shape (T,) or (T, B), T and B at least 1, got {xs.shape}")
    if xs.min() < 0 or xs.max() >= size:
        raise ValueError(f"expected tokens in 0 .. {size - 1}, got {xs[(xs < 0) | (xs >= size)][0]}")
    return xs


def is_tokens(xs):
    return xs.dtype.kind in "iu"


def steps(xs):
    """The shape of a sequence without that of one vector: (T, B), or (T,) unbatched."""
    return xs.shape if is_tokens(xs) else xs.shape[:-1]


def array(values, shape, dtype, name):
    """A finite array of exactly this shape."""
    values = numbers(values)
    same_shape(values, shape, name)
    return finite(values, dtype, f"{name}: ")


def same_shape(values, shape, name):
    if values.shape != shape:
        raise ValueError(f"{name}: expected shape {shape}, got {values.shape}")


def finite(values, dtype, prefix=""):
    """The array in this dtype, in which nothing is infinite or nan."""
    if values.dtype != dtype:
        with np.errstate(over="ignore"):  # a number too large for float32 becomes an infinity, and is refused below
            values = values.astype(dtype)
    if not np.isfinite(values).all():
        raise ValueError(f"{prefix}expected finite numbers, got a nan or an infinity")
    return values


def mask(values, shape):
    """True on real steps (1), False on padding (0); at least one step must be real."""
    values = numbers(values, kinds="biuf")
    if values.shape != shape:
        raise ValueError(f"mask: expected shape {shape}, got {values.shape}")
    if values.dtype != bool:
        if not ((values == 0) | (values == 1)).all():
            raise ValueError(f"mask: expected 0 and 1 only, got {values[(values != 0) & (values != 1)][0]}")
        values = values.astype(bool)
    if not values.any():
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
    if not (isinstance(value, Real) and 0 < value < math.inf):
        raise ValueError(f"{name}: expected a positive number, got {value!r}")
    return float(value)
