"""A bar says how far the work is, and goes with it; where a notebook is run only to be stored, there is none."""

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


def printed(source):
    """What a cell printed, line for line, and its other outputs."""
    outputs = ran(WORK + source)
    assert not [output for output in outputs if output.output_type == "error"]
    text = "".join(output.text for output in outputs if output.output_type == "stream")
    return text.splitlines(), [output for output in outputs if output.output_type != "stream"]


def test_nothing_is_shown_or_stored_where_nobody_looks_on():
    assert printed("print(work('ab'))") == (["[('a',), ('b',)]"], [])


def test_a_bar_says_how_far_it_is_and_goes_with_the_last():
    lines, others = printed(f"{LOOKED_AT}print(work('ab'), bars())\nprint(work(iter('ab'), total=9)[1])")
    assert lines == ["[('a', '0 of 2'), ('b', '1 of 2')] []", "('b', '1 of 9')"]
    assert [output.data for output in others] == [{}, {}]


def test_a_long_work_sends_a_hundred_messages_at_most():
    count = f"{LOOKED_AT}print(len({{shown for _, shown in work(range(2000))}}))"
    assert printed(count)[0] == ["100"]


def test_an_error_and_an_interrupt_come_through_and_the_bar_goes():
    source = """for stop in (ValueError, KeyboardInterrupt):
    try:
        work(range(9), stop=stop)
    except stop as error:
        print(type(error).__name__, bars())
"""
    lines, others = printed(LOOKED_AT + source)
    assert lines == ["ValueError []", "KeyboardInterrupt []"]
    assert [output.data for output in others] == [{}, {}]
