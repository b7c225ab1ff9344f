"""How an answer differs from the right one, in words."""

from collections.abc import Mapping

import numpy as np

EXACT, NEARLY = 1e-8, 1e-4  # relative; a right answer in float32 has seven digits, and a sum loses some of them


def differences(got, expected, name="it"):
    """A sentence for each thing in got that is not as expected; no sentence if all is. It never raises."""
    if isinstance(expected, Mapping):
        return in_mapping(got, expected, name)
    if isinstance(expected, np.ndarray):
        return in_array(got, expected, name)
    if isinstance(expected, (tuple, list)):
        return in_list(got, expected, name)
    if isinstance(expected, (bool, np.bool_)):
        alike = isinstance(got, (bool, np.bool_)) and got == expected
        return [] if alike else [f"{name} should be {bool(expected)}, got {described(got)}."]
    if isinstance(expected, (int, float, np.number)):
        return in_number(got, expected, name)
    text = isinstance(expected, str)  # one of NumPy's is one too
    alike = isinstance(got, str) and got == expected if text else type(got) is type(expected)
    return [] if alike else [f"{name} should be {described(expected)}, got {described(got)}."]


def in_mapping(got, expected, name):
    if not isinstance(got, Mapping) or set(got) != set(expected):
        keys = ", ".join(map(str, got)) if isinstance(got, Mapping) else described(got)
        return [f"{name} should be a dict with {', '.join(expected)}, got {keys}."]
    return [text for key in expected for text in differences(got[key], expected[key], str(key))]


def in_list(got, expected, name):
    """Lists, tuples and arrays of the same parts are alike: of tokens it does not matter which."""
    if not isinstance(got, (tuple, list, np.ndarray)) or len(got) != len(expected):
        parts = f"{len(expected)} part{'s' * (len(expected) != 1)}"
        return [f"{name} should have {parts}, {described(list(expected))}, got {described(got)}."]
    return [text for i, part in enumerate(expected) for text in differences(got[i], part, f"{name}[{i}]")]


def in_number(got, expected, name):
    number = isinstance(got, (int, float, np.number, np.ndarray)) and not isinstance(got, bool)
    if not number or np.ndim(got) or np.asarray(got).dtype.kind not in "iuf":
        return [f"{name} should be a number, got {described(got)}."]
    if got == expected:
        return []  # most numbers are tokens, and what is below takes long
    return in_values(np.asarray(got), np.asarray(expected), name)


def in_array(got, expected, name):
    if not isinstance(got, (np.ndarray, np.generic)):
        return [f"{name} should be an array, got {described(got)}."]
    if got.shape != expected.shape:
        return [f"{name} should have shape {expected.shape}, got {got.shape}."]
    kinds = {"b": "b", "i": "iu", "u": "iu", "f": "f"}
    if got.dtype.kind not in kinds.get(expected.dtype.kind, "biuf"):
        return [f"{name} should hold {word_for(expected.dtype)}, got {word_for(got.dtype)}."]
    return in_values(got, expected, name)


def in_values(got, expected, name):
    tolerance = NEARLY if got.dtype.itemsize < 8 and got.dtype.kind == "f" else EXACT
    size = np.abs(expected[np.isfinite(expected)]).max(initial=0)
    # A sum in float32 is as exact as its largest part is; in float64 nothing is excused that can be seen.
    floor = tolerance * (size if tolerance == NEARLY else min(size, 1))
    wrong = np.argwhere(~np.isclose(got, expected, rtol=tolerance, atol=floor, equal_nan=True))
    if not len(wrong):
        return []
    first = tuple(wrong[0].tolist())
    at = f" at {list(first)}" if first else ""
    right, given = digits(expected[first].item(), got[first].item())
    close = np.allclose(got, expected, rtol=1e-5, atol=1e-5 * size, equal_nan=True)
    almost = " Nearly: is there a number too many or too few in a sum, or float32 on the way?" if close else ""
    return [f"{name} is not right yet{at}: expected {right}, got {given}.{almost}"]


def digits(right, given):
    """Both numbers with digits enough to see that they differ."""
    if isinstance(right, bool):
        return right, given
    pairs = [(f"{right:.{places}g}", f"{given:.{places}g}") for places in (4, 8, 17)]
    return next((pair for pair in pairs if pair[0] != pair[1]), pairs[-1])


def word_for(dtype):
    return {"b": "True and False", "i": "integers", "u": "integers", "f": "floats"}.get(dtype.kind, str(dtype))


def described(value):
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, (tuple, list)) and any(np.ndim(part) for part in value if isinstance(part, np.ndarray)):
        return f"a {type(value).__name__} of {len(value)}"
    text = repr(value)
    return text if len(text) <= 60 else f"a {type(value).__name__}"


def contents(value):
    """What a function could change in it: the numbers in arrays, lists and dicts, and the weights of a model."""
    if hasattr(value, "params"):
        return dict(value.params)
    if isinstance(value, (tuple, list)):
        return [contents(part) for part in value]
    if isinstance(value, Mapping):
        return {key: contents(part) for key, part in value.items()}
    return value
