"""What comes in from outside, made into arrays of the right shape and kind, or refused in words."""

import math
import operator
import os
import sys
from collections.abc import Iterable, Mapping
from itertools import pairwise
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
    parts = values if isinstance(values, (list, tuple)) else [values]
    if any(isinstance(part, np.ma.MaskedArray) and np.ma.is_masked(part) for part in parts):
        raise ValueError("expected numbers, got a masked array, whose masked numbers would be taken for data")
    try:
        values = np.asarray(values)
    except ValueError:
        raise ValueError("expected steps of equal shape, got different ones (Batch pads lists of sequences)") from None
    except Exception:  # what stands for an array, and is none
        raise ValueError(f"expected numbers, got {shown(values)}") from None
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


def tokens_of_one(values, size):
    """The integer tokens (S,) of a single sequence, each in 0 .. size-1."""
    values = tokens(values, size)
    if values.ndim != 1:
        raise ValueError(f"expected the tokens of one sequence, (S,), got {values.shape}")
    return values


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


def outputs(values, name):
    """Floats (T, B, O), or (T, O) unbatched, none of the axes empty; what is in them may be infinite, or nan."""
    values = floats(values)
    if values.ndim not in (2, 3) or values.size == 0:
        raise ValueError(f"{name}: expected shape (T, B, O) or (T, O), T and B at least 1, got {values.shape}")
    return values


def finite_outputs(values):
    values = outputs(values, "outputs")
    return finite(values, values.dtype, "outputs")


def logits(values):
    """Outputs that have a softmax: the largest at each step is finite. -inf is the logit of what can't come."""
    values = outputs(values, "logits")
    finite(values.max(axis=-1), values.dtype, "logits")
    return values


def with_axes(values, axes, name):
    """Finite floats with these axes, "N, H", none of them empty; in a shape of "..., H" there can be any before H."""
    values, wanted = floats(values), axes.removeprefix("..., ").split(", ")
    known = values.ndim == len(wanted) or (axes.startswith("...") and values.ndim > len(wanted))
    if not known or values.size == 0:
        raise ValueError(f"{name}: expected shape ({axes}), no axis of it empty, got {values.shape}")
    return finite(values, values.dtype, name)


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
    values = truths(values, shape, "mask")
    if not (known(values) or values.any()):
        raise ValueError("mask: expected at least one step that is not padding, got none")
    return values


def truths(values, shape, name):
    """True and False, or 1 and 0, in this shape."""
    values = numbers(values, kinds="biuf")
    if values.shape != shape:
        raise ValueError(f"{name}: expected shape {shape}, got {values.shape}")
    if values.dtype != bool:
        if not ((values == 0) | (values == 1)).all():
            raise ValueError(f"{name}: expected 0 and 1 only, got {values[(values != 0) & (values != 1)][0]}")
        values = values.astype(bool)
    return values


def labels(values, shape, classes, name):
    """Whole numbers from 0 to classes - 1, in this shape."""
    values = numbers(values)
    if values.shape != shape or (values.size and not is_tokens(values)):
        raise ValueError(f"{name}: expected whole numbers of shape {shape}, got {values.dtype} of shape {values.shape}")
    if values.size and (values.min() < 0 or values.max() >= classes):
        raise ValueError(f"{name}: expected numbers in 0 .. {classes - 1}, got {values.min()} to {values.max()}")
    return values.astype(int, copy=False)


def size(value, name, most=10**9):
    """A whole number, at least 1; more than `most` no memory holds, or nobody waits for."""
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{name}: expected a whole number, got {shown(value)}") from None
    if isinstance(value, bool):
        raise ValueError(f"{name}: expected a whole number, got {value}")
    if not 1 <= number <= most:
        bound = "at least 1" if number < 1 else f"at most {most:,}"
        raise ValueError(f"{name}: expected {bound}, got {shown(number)}")
    return number


def positive(value, name):
    """A finite number above zero."""
    if not (isinstance(value, (float, Real)) and 0 < value <= LARGEST):  # float first: it is looked up faster
        raise ValueError(f"{name}: expected a positive number, got {shown(value)}")
    return float(value)


def limit(value, name):
    """A number above zero; an infinite one for no limit."""
    return value if isinstance(value, float) and value == math.inf else positive(value, name)


def at_least_zero(value, name):
    """A finite number, zero or above."""
    if not (isinstance(value, (float, Real)) and 0 <= value <= LARGEST):
        raise ValueError(f"{name}: expected a number, at least 0, got {shown(value)}")
    return float(value)


def fraction(value, name):
    """A number from 0 on, below 1."""
    if at_least_zero(value, name) >= 1:
        raise ValueError(f"{name}: expected a number below 1, got {shown(value)}")
    return float(value)


LARGEST = sys.float_info.max  # of the finite floats; an integer can be larger


def float_type(dtype):
    """float32 or float64, in this machine's byte order."""
    try:
        known = np.dtype(dtype)
    except Exception:  # NumPy reads texts, lists and classes as types, and stumbles over some
        raise ValueError(f"dtype: expected float32 or float64, got {shown(dtype)}") from None
    if known not in FLOATS:
        raise ValueError(f"dtype: expected float32 or float64, got {known}")
    return known


def generator(rng):
    """A random generator: the one given, or a new one from a seed; None is a seed of the system's."""
    try:
        return np.random.default_rng(rng)
    except Exception:
        raise ValueError(
            f"rng: expected a seed, a whole number from 0 on, or a np.random.Generator, got {shown(rng)}"
        ) from None


def listed(values, name, of="sequences"):
    """Whatever can be gone through, as a list; a text is none."""
    if isinstance(values, (str, bytes, dict, set)) or not isinstance(values, Iterable) or has_no_axis(values):
        raise ValueError(f"{name}: expected a list of {of}, got {shown(values)}")
    return list(values)


def has_no_axis(values):
    """An array of a single number: it says that it can be gone through, and can't."""
    return isinstance(values, np.ndarray) and values.ndim == 0


def iterable(values, name, of):
    """Whatever can be gone through, as it is: it may never end."""
    if isinstance(values, (str, bytes, dict)) or not isinstance(values, Iterable) or has_no_axis(values):
        raise ValueError(f"{name}: expected {of}, got {shown(values)}")
    return values


def text(value, name):
    if not isinstance(value, str):
        raise ValueError(f"{name}: expected a text, got {shown(value)}")
    return value


def symbols(values, name):
    """What can be gone through in its order: a text, a list or a tuple of symbols, an array of tokens."""
    if isinstance(values, (dict, set, frozenset, bytes)) or not isinstance(values, Iterable):
        raise ValueError(f"{name}: expected a text, or a list of symbols, got {shown(values)}")
    if isinstance(values, np.ndarray) and (values.ndim != 1 or values.dtype.kind == "V"):
        raise ValueError(f"{name}: expected a text, or a list of symbols, got {shown(values)}")
    if isinstance(values, np.ndarray):
        return values.tolist()  # numbers of Python, which can be compared with anything
    return values if isinstance(values, (str, list, tuple)) else list(values)


def sides(values):
    """The symbols of each network, or of the source and the target: a tuple of texts, or of tuples."""
    if not isinstance(values, (tuple, list)) or not all(isinstance(side, (str, tuple, list)) for side in values):
        raise ValueError(f"symbols: expected a tuple of them for each network, got {shown(values)}")
    return tuple(values)


def symbols_of_sides(values):
    """The same as a tuple of tuples of strings."""
    if not isinstance(values, (tuple, list)) or not all(isinstance(side, (tuple, list)) for side in values):
        raise ValueError(f"symbols: expected a tuple of them for each network, got {shown(values)}")
    if not all(isinstance(symbol, str) for side in values for symbol in side):
        raise ValueError(f"symbols: expected strings, got {shown(values)}")
    return tuple(map(tuple, values))


def has(thing, what, *names):
    """Whatever has these attributes: an object of one's own is as good as one of ours."""
    if isinstance(thing, type) or not all(hasattr(thing, name) for name in names):
        raise ValueError(f"expected {what}, with {', '.join(names)}, got {shown(thing)}")
    return thing


def mapping(values, name):
    if not isinstance(values, Mapping):
        raise ValueError(f"{name}: expected arrays by name, in a dict, got {shown(values)}")
    return values


def weights(arrays, dtype):
    """{name: array}, at least one, all finite and of one dtype: this one, or that of the given arrays."""
    arrays = {text(name, "name"): floats(array) for name, array in mapping(arrays, "arrays").items()}
    if not arrays:
        raise ValueError("arrays: expected at least one, got none")
    dtype = np.result_type(*(array.dtype for array in arrays.values())) if dtype is None else float_type(dtype)
    return {name: finite(array, dtype, name) for name, array in arrays.items()}


def changeable(arrays, name):
    """{name: array of floats}, each of which can be changed in place."""
    if is_parameters(arrays):
        return arrays
    for key, array in mapping(arrays, name).items():
        if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
            raise ValueError(f"{name}: expected an array of floats as {shown(key)}, got {shown(array)}")
        if not array.flags.writeable:
            raise ValueError(f"{name}: expected an array that can be changed as {shown(key)}, but it is read-only")
    return arrays


def together(params, grads, seen=()):
    """{name: (p, dp)}: each of the params with its gradient; of Parameters all in one, their flat vectors.

    seen: what an optimizer remembers of earlier steps, {name: array}, or nothing
    """
    if is_parameters(grads) and is_parameters(params) and grads.slots is params.slots:
        pairs = {"flat": (params.flat, grads.flat)}  # nearly always: the model made both
    else:
        pairs = matched(changeable(params, "params"), mapping(grads, "grads"))
        if is_parameters(params):
            pairs = {"flat": (params.flat, np.concatenate([dp.ravel() for _, dp in pairs.values()]))}
    shapes, before = {name: p.shape for name, (p, _) in pairs.items()}, {name: seen[name].shape for name in seen}
    if seen and shapes != before:
        raise ValueError(f"expected the parameters of the steps before, {before}, got {shapes}: take a new optimizer")
    return pairs


def matched(params, grads):
    """{name: (p, dp)}: names and shapes must be the same, the order may differ."""
    if not params or grads.keys() != params.keys():
        raise ValueError(f"grads: expected those of {listing(params) or 'some parameters'}, got {listing(grads)}")
    return {name: (p, shaped(grads[name], p.shape, p.dtype, name)) for name, p in params.items()}


def is_parameters(values):
    """Parameters, not a dict: its arrays, views of one vector, are always what it made them."""
    return isinstance(values, Mapping) and hasattr(values, "slots")


def listing(names):
    return ", ".join(map(str, names))


def one_of(name, names):
    if not isinstance(name, str) or name not in names:
        raise ValueError(f"expected one of {listing(names)}, got {shown(name)}")
    return name


def beginning(slots, prefix):
    """Slots {name: (start, stop, shape)} with names that begin so: at least one, and one behind the other."""
    found = [slot for name, slot in slots.items() if name.startswith(text(prefix, "prefix"))]
    if not found:
        raise ValueError(f"prefix: expected the beginning of one of {listing(slots)}, got {shown(prefix)}")
    if any(slot[1] != following[0] for slot, following in pairwise(found)):
        raise ValueError(f"prefix: expected names that stand side by side in {listing(slots)}, got {shown(prefix)}")
    return prefix


def trainable(model):
    """A model, anyone's: it has loss_and_grads(batch), and its params can be changed."""
    has(model, "a model", "params", "loss_and_grads")
    changeable(model.params, "params")
    return model


def state_of(optimizer):
    """What an optimizer remembers: its attributes. Those of a class with __slots__ nobody can list."""
    if isinstance(optimizer, (dict, set)) or not callable(getattr(optimizer, "update", None)):
        raise ValueError(f"expected an optimizer, with update(params, grads, scale), got {shown(optimizer)}")
    has(optimizer, "an optimizer", "update")
    return getattr(optimizer, "__dict__", {})


def function(value, name):
    if not callable(value):
        raise ValueError(f"{name}: expected a function, got {shown(value)}")
    return value


def path(value):
    if not isinstance(value, (str, os.PathLike)) or not os.fspath(value):
        raise ValueError(f"path: expected the name of a file, got {shown(value)}")
    return value


def shown(value):
    """What came, in a message: short, whatever it is."""
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} of shape {value.shape}"
    if isinstance(value, np.generic):
        value = value.item()  # 3, where NumPy writes np.int64(3)
    if isinstance(value, type):
        return f"the class {value.__name__}"
    try:
        written = repr(value)
    except Exception:  # a number of more than 4300 digits, say
        return f"what can't be written, of type {type(value).__name__}"
    return written if len(written) <= 100 else f"{written[:80]} ... (of type {type(value).__name__})"
