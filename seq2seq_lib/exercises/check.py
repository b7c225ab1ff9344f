"""Checks with hints: they know the right answer, and the wrong answers that everybody gives once."""

import copy
import inspect
import traceback

import numpy as np

TOLERANCE, IN_FLOAT32 = 1e-8, 1e-5  # a right answer in float32 has seven digits, and loses one or two of them


class Check:
    """check(mine) prints whether mine answers as `right` does, and if not, what is likely to be wrong.

    right: the function that does it right, whose name is the exercise's name
    returns: a name for each thing it returns; a dict of arrays counts as one thing
    problems: tuples of arguments to try it on
    wrong: functions with one classic mistake each; the docstring of each is its hint
    use: how the reader's function is put to use, use(mine, *arguments), where that is more than one call
    """

    def __init__(self, right, returns, problems, wrong=(), use=None):
        self.name, self.right, self.returns, self.wrong = right.__name__, right, returns, wrong
        self.problems, self.use = problems, use or (lambda function, *arguments: function(*arguments))

    def __call__(self, mine):
        print(f"{self.name}: {self.verdict(mine)}")

    def verdict(self, mine):
        for problem in self.problems:
            expected = self.use(self.right, *copy.deepcopy(problem))
            complaint = self.complaint(mine, problem, expected)
            if complaint:
                return self.hint(mine) or complaint
        return "correct."

    def complaint(self, mine, problem, expected):
        """What is wrong with mine on this problem, in words, or nothing."""
        arguments = copy.deepcopy(problem)
        try:
            answer = self.use(mine, *arguments)
        except Exception as error:
            return f"it stops with {type(error).__name__}: {error}{place_of(error)}"
        if answer is None or (isinstance(answer, tuple) and all(part is None for part in answer)):
            return "not done yet, it returns None."
        if len(self.returns) == 1:
            answer, expected = (answer,), (expected,)
        elif not isinstance(answer, (tuple, list)) or len(answer) != len(self.returns):
            got = f"{len(answer)} things" if isinstance(answer, (tuple, list)) else type(answer).__name__
            return f"it should return {', '.join(self.returns)}, got {got}."
        found = differences(dict(zip(self.returns, answer)), dict(zip(self.returns, expected)))
        if not found and differences(arguments, problem):
            return "it changes its arguments in place. Work on a copy: whoever called it still needs them."
        return found[0] if found else None

    def hint(self, mine):
        """The hint of the classic mistake that gives the same answers as mine, if one does."""
        for wrong in self.wrong:
            if all(not differences(self.outcome(mine, p), self.outcome(wrong, p)) for p in self.problems):
                return f"not yet. {' '.join(inspect.getdoc(wrong).split())}"
        return None

    def outcome(self, function, problem):
        """What it answers, or the error it stops with."""
        try:
            return self.use(function, *copy.deepcopy(problem))
        except Exception as error:
            return f"{type(error).__name__}: {error}"


def differences(got, expected, name="it"):
    """How got differs from what was expected, a sentence for each array that does."""
    if isinstance(expected, dict):
        if not isinstance(got, dict) or got.keys() != expected.keys():
            keys = ", ".join(got) if isinstance(got, dict) else type(got).__name__
            return [f"{name} should be a dict with {', '.join(expected)}, got {keys}."]
        return [text for key in expected for text in differences(got[key], expected[key], key)]
    if isinstance(expected, (tuple, list)) and any(not np.isscalar(part) for part in expected):
        if not isinstance(got, (tuple, list, np.ndarray)) or len(got) != len(expected):
            return [f"{name} should have {len(expected)} parts, got {got!r}."]
        return [text for one, other in zip(got, expected) for text in differences(one, other, name)]
    if not is_numeric(expected) or not is_numeric(got):
        kind = not is_numeric(expected) and type(got) is type(expected)
        alike = got == expected if isinstance(expected, str) else kind  # a text, or some object
        return [] if alike else [f"{name} should be {described(expected)}, got {described(got)}."]
    return compared(np.asarray(got), np.asarray(expected), name)


def compared(got, expected, name):
    if got.shape != expected.shape:
        return [f"{name} should have shape {expected.shape}, got {got.shape}."]
    tolerance = IN_FLOAT32 if got.dtype == np.float32 else TOLERANCE
    wrong = np.argwhere(~np.isclose(got, expected, rtol=tolerance, atol=tolerance, equal_nan=True))
    if not len(wrong):
        return []
    first = tuple(wrong[0].tolist())
    at = f" at {list(first)}" if first else ""
    pairs = [(f"{expected[first]:.{digits}g}", f"{got[first]:.{digits}g}") for digits in (4, 8, 17)]
    right, given = next((pair for pair in pairs if pair[0] != pair[1]), pairs[-1])  # digits enough to see it
    return [f"{name} is not right yet{at}: expected {right}, got {given}."]


def is_numeric(value):
    try:
        return np.asarray(value).dtype.kind in "biuf"
    except ValueError:  # a ragged list
        return False


def described(value):
    return f"an array of shape {value.shape}" if isinstance(value, np.ndarray) else repr(value)


def place_of(error):
    """The line of the reader's code in which it stopped."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame.lineno for frame in frames if not any(name in frame.filename for name in ("seq2seq_lib", "numpy"))]
    return f" (line {own[-1]} of your cell)" if own else ""
