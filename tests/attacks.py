"""Answers that are wrong in the same ways in every exercise, and answers that are right in an unusual form.

    python tests/attacks.py     a table: for each exercise, wrong answers tried and passed, right ones tried and refused
                                (what may come in place of the arguments of the library's functions is in borders.py)

tests/test_attacks.py holds all of them to zero. What everybody gets wrong once in one exercise stands beside it, in
Check.wrong; here is what can be wrong in any: arguments swapped, ignored or changed, one problem's answer for all.
"""

import copy
import importlib
import inspect
import io
import pkgutil
import runpy
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from functools import cache
from itertools import chain, combinations, count
from pathlib import Path
from types import MappingProxyType

import numpy as np

from seq2seq_lib import exercises
from seq2seq_lib.exercises import Check
from seq2seq_lib.seq2seq import Seq2Seq

LESSONS = [module.name for module in pkgutil.iter_modules(exercises.__path__) if module.name.startswith("lesson_")]
SOLUTIONS = Path(__file__).parents[1] / "notebooks" / "solutions"
TRAINS = ("three_checks",)  # the model that it is given
WITH_EXP = "masked_cross_entropy", "attend", "softmax", "cross_entropy"  # where a large number is too much for exp


def checks_of(lesson):
    module = importlib.import_module(f"seq2seq_lib.exercises.{lesson}")
    return {name: thing for name, thing in vars(module).items() if isinstance(thing, Check)}


CHECKS = {name: check for lesson in LESSONS for name, check in checks_of(lesson).items()}

# What is done to an answer


def leaves(answer, change):
    """The answer with change(array or number) in place of each array and number in it."""
    if isinstance(answer, Mapping):
        return {key: leaves(part, change) for key, part in answer.items()}
    if isinstance(answer, (tuple, list)):
        return type(answer)(leaves(part, change) for part in answer)
    return change(answer)


def of_arrays(change):
    return lambda value: change(value) if isinstance(value, np.ndarray) else value


def of_floats(change):
    return lambda value: change(value) if np.asarray(value).dtype.kind == "f" else value


def moved(place):
    def change(value):
        if isinstance(value, str):
            return value[:-1] if place else f"{value}x"
        if not isinstance(value, np.ndarray):
            return not value if isinstance(value, (bool, np.bool_)) else value + 1
        changed = value.copy()
        changed.flat[place] += 1
        return changed

    return change


def turned(value):
    return value.T if value.ndim == 2 and value.shape[0] == value.shape[1] else value[::-1]


SPOILED = {
    "first number moved": moved(0),
    "last number moved": moved(-1),
    "negative": of_floats(np.negative),
    "doubled": of_floats(lambda value: 2 * value),
    "in integers": of_floats(lambda value: np.rint(value).astype(int)),
    "not a number": of_floats(lambda value: value * np.nan),
    "a thousandth more": of_floats(lambda value: value * 1.001),
    "lists for arrays": of_arrays(np.ndarray.tolist),
    "turned around": of_arrays(turned),
    "a row too few": of_arrays(lambda value: value[:-1]),
    "a row too many": of_arrays(lambda value: np.concatenate([value, value[-1:]])),
    "an axis too many": of_arrays(lambda value: value[None]),
    "texts": of_arrays(lambda value: value.astype(str)),
    "objects": of_arrays(lambda value: value.astype(object)),
    "None": lambda value: None,
}
UNUSUAL = {  # and right
    "float32": of_floats(np.float32),
    "in Fortran's order": of_arrays(np.asfortranarray),
    "read-only": of_arrays(lambda value: np.broadcast_to(value, value.shape)),
    "numbers as arrays": of_floats(np.asarray),
    "numbers of NumPy": lambda value: np.asarray(value)[()],
}


def other_containers(answer):
    """Lists for tuples, and a mapping that is no dict, in another order."""
    if isinstance(answer, Mapping):
        return MappingProxyType(dict(reversed(answer.items())))
    return [other_containers(part) for part in answer] if isinstance(answer, tuple) else answer


# Answers. Each is made of right(*arguments), and works on what it is given, as a reader's does.


def changed(right, change):
    return lambda *arguments: change(right(*arguments))


def part_changed(right, place, change):
    def mine(*arguments):
        answer = list(right(*arguments))
        answer[place] = leaves(answer[place], change)
        return tuple(answer)

    return mine


def remembered(right):
    """The answer to the first problem, for all of them: what fits the example that is shown."""
    answers = []

    def mine(*arguments):
        answers.append(right(*arguments))
        return copy.deepcopy(answers[0])

    return mine


def once(right):
    """None, from the second problem on: a way through it without a return."""
    calls = count()
    return lambda *arguments: right(*arguments) if next(calls) == 0 else None


def ignoring(right, place):
    """Always with this argument of the first problem."""
    first = []

    def mine(*arguments):
        arguments = list(arguments)
        first.append(copy.deepcopy(arguments[place]))
        arguments[place] = copy.deepcopy(first[0])
        return right(*arguments)

    return mine


def swapping(right, one, other):
    def mine(*arguments):
        arguments = list(arguments)
        arguments[one], arguments[other] = arguments[other], arguments[one]
        return right(*arguments)

    return mine


def unpacking(right, place, one, other):
    """An argument that is a tuple of arrays, taken apart in another order."""

    def mine(*arguments):
        arguments = list(arguments)
        parts = list(arguments[place])
        parts[one], parts[other] = parts[other], parts[one]
        arguments[place] = tuple(parts)
        return right(*arguments)

    return mine


def with_networks_swapped(right, place):
    def mine(*arguments):
        model = arguments[place]
        model.encoder, model.decoder = model.decoder, model.encoder
        answer = right(*arguments)
        model.encoder, model.decoder = model.decoder, model.encoder
        return answer

    return mine


def changing(right, place):
    """The right answer, and afterwards an argument is no longer what it was."""

    def mine(*arguments):
        answer = copy.deepcopy(right(*arguments))
        spoil(arguments[place])
        return answer

    return mine


def spoil(value):
    if hasattr(value, "params"):
        value.params[list(value.params)[-1]] += 1
    elif isinstance(value, np.ndarray):
        value[...] = ~value if value.dtype == bool else value + 1
    elif isinstance(value, list):
        value.append(value[0])
    elif isinstance(value, tuple):
        spoil(value[0])
    elif isinstance(value, Mapping):
        spoil(next(iter(value.values())))


def cutting(right):
    """Numbers beyond 30 are cut off: what makes exp overflow never comes."""

    def cut(value):
        return np.clip(value, -30, 30) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value

    return lambda *arguments: right(*map(cut, arguments))


def goes_on(*arguments):
    total = 0
    while True:
        total += 1


def goes_on_in_one_line(*arguments):
    while True: pass  # noqa: E701  # fmt: skip


def calls_itself(*arguments):
    return calls_itself(*arguments)


def a_generator(*arguments):
    yield 1


STOPS = {
    "raises": lambda *arguments: 1 / 0,
    "raises without a word": lambda *arguments: next(iter(())),
    "leaves": lambda *arguments: exit(),
    "leaves by sys": lambda *arguments: sys.exit(),
    "goes on for ever": goes_on,
    "goes on in one line": goes_on_in_one_line,
    "calls itself for ever": calls_itself,
    "is no function": 7,
    "returns an object": lambda *arguments: object(),
    "is a generator": a_generator,
    "is a class": Mapping,
}


def wrong_answers(check):
    """{what is wrong: a function}. Those that change something in place take their name from the argument."""
    arguments, right = arguments_of(check)
    names = list(inspect.signature(right).parameters)
    answers = dict(STOPS) | {"None the second time": once(right)}
    if right(*copy.deepcopy(arguments)) is not None:  # else what counts is what it did to its arguments
        answers["one answer to all"] = remembered(right)
    for place, (name, value) in enumerate(zip(names, arguments)):
        answers[f"ignores {name}"] = ignoring(right, place)
        if isinstance(value, Seq2Seq):
            answers["networks swapped"] = with_networks_swapped(right, place)
        if of_several_arrays(value):
            for one, other in combinations(range(len(value)), 2):
                answers[f"{name}: parts {one} and {other} swapped"] = unpacking(right, place, one, other)
            answers[f"changes {name}"] = changing(right, place)
        if isinstance(value, (np.ndarray, list, Mapping)) or (hasattr(value, "params") and check.name not in TRAINS):
            answers[f"changes {name}"] = changing(right, place)
    for one, other in combinations(range(len(names)), 2):
        answers[f"swaps {names[one]} and {names[other]}"] = swapping(right, one, other)
    if check.name in WITH_EXP:
        answers["large numbers cut"] = cutting(right)
    return answers | spoiled_answers(check)


def of_several_arrays(value):
    return isinstance(value, tuple) and all(isinstance(part, np.ndarray) for part in value)


def spoiled_answers(check):
    arguments, right = arguments_of(check)
    answer = right(*copy.deepcopy(arguments))
    found = {}
    for what, change in SPOILED.items():
        if does_something(answer, change):
            found[what] = changed(right, lambda answer, change=change: leaves(answer, change))
        if isinstance(answer, tuple):
            for place, name in enumerate(check.returns[: len(answer)]):
                if does_something(answer[place], change):
                    found[f"{what}: {name}"] = part_changed(right, place, change)
    return found


def does_something(answer, change):
    return answer is not None and repr(leaves(answer, change)) != repr(answer)


def right_answers(check):
    _, right = arguments_of(check)
    answers = {"other containers": changed(right, other_containers)} | {also.__name__: also for also in check.also}
    for what, change in UNUSUAL.items():
        answers[what] = changed(right, lambda answer, change=change: leaves(answer, change))
    return answers


def arguments_of(check):
    """The arguments with which the check first calls a function; and the solution, as a reader would write it."""
    seen, right = [], solutions()[check.name]

    def mine(*arguments):
        seen.append(copy.deepcopy(arguments))
        return right(*arguments)

    check.use(mine, *copy.deepcopy(check.problems[0]))
    return seen[0], right


@cache
def solutions():
    with redirect_stdout(io.StringIO()):
        files = [runpy.run_path(str(path)) for path in sorted(SOLUTIONS.glob("*.py"))]
    return {name: thing for file in files for name, thing in file.items()}


def hint_of(wrong):
    return f"not yet. {' '.join(inspect.getdoc(wrong).split())}"


def passed(check):
    """The wrong answers that the check calls correct."""
    return [what for what, mine in wrong_answers(check).items() if check.verdict(mine) == "correct."]


def refused(check):
    """The right answers that it does not."""
    return [what for what, mine in right_answers(check).items() if check.verdict(mine) != "correct."]


def misled(check):
    """The classic mistakes that get a hint that is not theirs, or none."""
    return [wrong.__name__ for wrong in check.wrong if check.verdict(wrong) != hint_of(wrong)]


def table():
    """Prints it; returns how many answers got the wrong verdict."""
    total = 0
    print(f"{'':22} wrong passed  classic misled  right refused")
    for check in CHECKS.values():
        counts = [len(wrong_answers(check)), len(check.wrong), len(right_answers(check))]
        found = [passed(check), misled(check), refused(check)]
        total += sum(map(len, found))
        cells = [f"{tried:6} {len(those):6}" for tried, those in zip(counts, found)]
        print(f"{check.name:22}{'  '.join(cells)}   {', '.join(chain(*found))}")
    return total


if __name__ == "__main__":
    sys.exit(table() > 0)
