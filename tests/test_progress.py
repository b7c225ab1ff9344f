"""A bar says how far the work is, and goes with it; where a notebook is run only to be stored, there is none."""

import pytest
from test_cards import ran

WORK = """from ipywidgets import IntProgress
from ipywidgets.widgets.widget import _instances
from seq2seq_lib.widgets.instrument import cells
from seq2seq_lib.widgets.progress import progress

def bars():
    return [bar.description for bar in _instances.values() if isinstance(bar, IntProgress)]

def work(things, total=None, stop=None):
    seen = []
    for thing in progress(things, total):
        seen.append((thing, *bars()))
        if stop and thing == 2:
            raise stop
    return seen
"""
LOOKED_AT = "cells.running = 'a cell with an id, as a front end gives it'\n"
CELLS = {
    "nobody looks on": "print(work('ab'))",
    "two works": f"{LOOKED_AT}print(work('ab'), bars())\nprint(work(iter('ab'), total=9)[1])",
    "a long work": f"{LOOKED_AT}print(len({{shown for _, shown in work(range(2000))}}))",
    "a stop": f"""{LOOKED_AT}for stop in (ValueError, KeyboardInterrupt):
    try:
        work(range(9), stop=stop)
    except stop as error:
        print(type(error).__name__, bars())
""",
}


@pytest.fixture(scope="module")
def printed():
    """What each cell printed, line for line, and its other outputs: one kernel runs them all."""
    _, *outputs_of_all = ran(WORK, *CELLS.values())
    return {name: printed_and_others(outputs) for name, outputs in zip(CELLS, outputs_of_all)}


def printed_and_others(outputs):
    assert not [output for output in outputs if output.output_type == "error"]
    text = "".join(output.text for output in outputs if output.output_type == "stream")
    return text.splitlines(), [output for output in outputs if output.output_type != "stream"]


def test_nothing_is_shown_or_stored_where_nobody_looks_on(printed):
    assert printed["nobody looks on"] == (["[('a',), ('b',)]"], [])


def test_a_bar_says_how_far_it_is_and_goes_with_the_last(printed):
    lines, others = printed["two works"]
    assert lines == ["[('a', '0 of 2'), ('b', '1 of 2')] []", "('b', '1 of 9')"]
    assert [output.data for output in others] == [{}, {}]


def test_a_long_work_sends_a_hundred_messages_at_most(printed):
    assert printed["a long work"][0] == ["100"]


def test_an_error_and_an_interrupt_come_through_and_the_bar_goes(printed):
    lines, others = printed["a stop"]
    assert lines == ["ValueError []", "KeyboardInterrupt []"]
    assert [output.data for output in others] == [{}, {}]
