"""Instruments among other widgets: linked, side by side, driven by a slider of the reader's own."""

import ipywidgets
import numpy as np
import pytest
from instruments import EXPLORERS, MAKE

from seq2seq_lib.widgets import HiddenStates, TrainingMonitor

STEPS = 5


def states(seed):
    return HiddenStates([("states", np.random.default_rng(seed).uniform(-1, 1, (STEPS, 4)), "abcde")])


def test_one_time_moves_two_instruments():
    one, other = states(0), states(1)
    ipywidgets.link((one, "time"), (other, "time"))
    one.time = 2
    assert other.time == 2
    other.set_state({"time": 4})  # as the browser says it
    assert one.time == 4


def test_linked_to_one_that_goes_farther_an_instrument_stays_at_its_end():
    one, other = states(0), HiddenStates([("states", np.zeros((3, 4)), "abc")])
    ipywidgets.link((one, "time"), (other, "time"))
    one.time = 5
    assert (one.time, other.time) == (5, 3)
    one.time = 2
    assert other.time == 2


def test_a_slider_of_the_readers_own_moves_an_instrument_and_shows_where_it_stands():
    shown = states(0)
    slider = ipywidgets.IntSlider(min=1, max=STEPS)
    ipywidgets.link((slider, "value"), (shown, "time"))
    slider.value = 3
    assert shown.time == 3
    shown.set_state({"time": 5})
    assert slider.value == 5


def test_interactive_output_drives_an_instrument():
    flow, radius = MAKE["GradientFlow"](), ipywidgets.FloatSlider(value=1.0, min=0.5, max=1.5)

    def move(radius):
        flow.radius = radius

    ipywidgets.interactive_output(move, {"radius": radius})
    radius.value = 0.7
    assert flow.radius == 0.7
    assert flow.shown != MAKE["GradientFlow"]().shown


@pytest.mark.parametrize("box", [ipywidgets.HBox, ipywidgets.VBox, ipywidgets.Tab])
def test_instruments_lie_in_boxes(box):
    one, other = states(0), states(1)
    assert box([one, other]).children == (one, other)


def test_hidden_states_follow_a_training():
    model, task = MAKE["TrainingMonitor"]().model, MAKE["TrainingMonitor"]().task
    monitor, shown = TrainingMonitor(model, task), HiddenStates.of(model, task, "abc")
    monitor.observe(lambda change: shown.refresh(), "step")
    steps, before = [], shown.shown
    monitor.observe(lambda change: steps.append(change.new), "step")
    monitor.run(3)
    assert monitor.step == 3
    assert shown.shown != before
    assert shown.shown == HiddenStates.of(model, task, "abc").shown
    monitor._on_message(monitor, {"kind": "train", "generation": 0, "steps": 2, "learning_rate": 1e-3}, [])
    monitor._on_message(monitor, {"kind": "reset", "generation": 1}, [])
    assert steps == [3, 5, 0]
    assert shown.shown == HiddenStates.of(model, task, "abc").shown == before


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_reader_finds_the_controls(name):
    """dir() and traits() name them; the values are those that the browser starts with."""
    explorer = MAKE[name]()
    assert set(explorer.declared) <= set(explorer.traits()) & set(dir(explorer))
    for control, declared in explorer.declared.items():
        if control not in explorer.highest:
            assert getattr(explorer, control) == declared.value
        assert control.isidentifier()
        assert not control[-1].isdigit()
