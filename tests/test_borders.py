"""Every public function of the core refuses what it can't read, in words, and changes nothing: see borders.py."""

import inspect

import pytest
from borders import elsewhere, names, outcomes, problems, row, rows

import seq2seq_lib
from seq2seq_lib import beam, probes, project, tasks

with elsewhere():
    NAMES = list(rows())

# Parts of a step or of a model, with names, called with what was looked at on the way in; hundreds of times a step.
INNER = names(
    "input_grads; weight_grads; project; hidden; memory; gates; slopes; next_state; back; output; look_back; gather; "
    "sequence; settings; of_sizes; checked_step; checked_sequence; checked_backward; checked_backward_step; "
    "of_outputs; states_of; check_sizes; check_known; like; views; "
    "continuations; log_softmax; logits; ranked; with_ones"
)


@pytest.fixture(scope="module")
def table():
    with elsewhere():
        yield rows()


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_argument_is_refused_in_words_and_changes_nothing(table, name):
    ((_, end),) = outcomes(table[name], [{}])
    assert end == "works"
    assert problems(name, table[name]) == []


def public():
    """Each public function and each public method of a class, as it is called."""
    for package in (seq2seq_lib, tasks):
        for name in package.__all__:
            thing = getattr(package, name)
            if inspect.isclass(thing) and not issubclass(thing, Exception):
                yield name, thing
                yield from methods(thing)
            elif inspect.isfunction(thing):
                yield name, thing
    for module in (beam, probes, project):
        for name, thing in inspect.getmembers(module, inspect.isfunction):
            if thing.__module__ == module.__name__ and name not in INNER:
                yield name, thing


def methods(kind):
    for ours in kind.__mro__:
        if ours.__module__.startswith("seq2seq_lib"):
            for name in vars(ours):
                thing = getattr(kind, name)
                if not name.startswith("_") and name not in INNER and callable(thing):
                    yield f"{kind.__name__}.{name}", thing


def takes_arguments(thing):
    return [name for name in inspect.signature(thing).parameters if name != "self"] != []


def test_no_public_function_is_forgotten():
    have = {name.partition(" of ")[0] for name in NAMES}
    assert {name for name, thing in public() if takes_arguments(thing)} - have == set()


# What is to be found is found


def half(number):
    return number / 2


def doubled(numbers):
    numbers.extend(numbers)
    return checked(numbers)


def checked(numbers):
    if len(numbers) > 2:
        raise ValueError(f"expected two numbers, got {numbers}")


def endless(number):
    while number != 1:
        pass


@pytest.mark.parametrize(
    ("call", "arguments", "end"),
    [
        (half, {"number": "x"}, "raw: TypeError: unsupported operand"),
        (half, {"number": 1}, "works"),
        (checked, {"numbers": [1, 2, 3]}, "raw: ValueError: expected two numbers, got"),  # not of a file of ours
        (doubled, {"numbers": [1]}, "works, and changed numbers"),
        (tasks.pad, {"sequences": None}, "in words"),
    ],
)
def test_the_end_of_a_call_is_told(call, arguments, end):
    ((_, found),) = outcomes(row(call, **dict.fromkeys(arguments, 1)), [arguments])
    assert found.startswith(end)
