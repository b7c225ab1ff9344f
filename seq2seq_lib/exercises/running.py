"""Run a reader's function so that nothing it does can hurt: it may raise, go on for ever, or try to leave."""

import dis
import sys
import time
import warnings
from pathlib import Path
from sysconfig import get_paths

STEPS, SECONDS = 300_000, 20  # what an answer may take; a right one takes some thousand steps of the interpreter
# Python's own files, installed packages, ours. What is left is the reader's: a cell, a file, "<ipython-input-3-...>".
INSTALLED = [get_paths()[kind] for kind in ("stdlib", "purelib", "platlib")]
LIBRARIES = (*INSTALLED, str(Path(__file__).parents[1]), "<frozen")
STUB = {"RESUME", "NOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE"}


class Endless(BaseException):
    """The reader's function does not come to an end. No Exception, so that an `except Exception` in it lets it pass."""


def run(function, *arguments):
    """function(*arguments). Raises Endless where its own steps, not those of a library, become too many.

    exit() and quit() raise SystemExit and end no kernel. An interrupt gets through. NumPy's warnings don't: the check
    says in words what is wrong.
    """
    names, ways_out = getattr(function, "__globals__", {}), dict.fromkeys(("exit", "quit"), leave)
    kept, tracer = {name: names[name] for name in ways_out if name in names}, sys.gettrace()
    names.update(ways_out)
    sys.settrace(budget())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(*arguments)
    finally:
        sys.settrace(tracer)
        for name in ways_out:
            names.pop(name, None)
        names.update(kept)


def leave(*_):
    raise SystemExit("exit() would end the kernel. Use return")


def budget():
    """A trace function that counts the interpreter's steps in code that is not a library's."""
    left, end = STEPS, time.monotonic() + SECONDS

    def trace(frame, event, argument):
        nonlocal left
        if is_library(frame.f_code.co_filename):
            return None
        frame.f_trace_opcodes = True  # `while True: pass` never comes to another line
        left -= 1
        if left < 0 or time.monotonic() > end:
            raise Endless
        return trace

    return trace


def is_library(filename):
    return filename.startswith(LIBRARIES)


def is_stub(function):
    """Whether its body is nothing but `return None`."""
    if not hasattr(function, "__code__"):
        return False
    steps, returned = {step.opname for step in dis.get_instructions(function)}, function.__code__.co_consts[-1]
    return steps <= STUB and is_nothing(returned)


def is_nothing(answer):
    """None or `...`, or as many of them as there are things to return."""
    return answer is None or answer is ... or (isinstance(answer, tuple) and all(map(is_nothing, answer)))
