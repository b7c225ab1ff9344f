"""What holds for every instrument that shows a function of its controls; tests/instruments.py makes one of each."""

import json
import threading

import numpy as np
import pytest
from instruments import EXPLORERS, MAKE

from seq2seq_lib.widgets.controls import Edits, Range
from seq2seq_lib.widgets.instrument import packed


@pytest.fixture(params=EXPLORERS)
def explorer(request):
    return MAKE[request.param]()


def kernel_controls(explorer):
    return {name: control for name, control in explorer.declared.items() if not control.local}


def sound(frame):
    """A frame that the browser can show: JSON, and arrays without nan."""
    buffers = []
    json.dumps(packed(frame, buffers), allow_nan=False)
    assert all(not np.isnan(np.frombuffer(buffer, np.float32)).any() for buffer in buffers)
    return True


def same(a, b):
    first, second = [], []
    return packed(a, first) == packed(b, second) and first == second


def test_each_control_at_both_its_ends(explorer):
    for name, control in kernel_controls(explorer).items():
        for end in control.ends():
            assert sound(explorer.checked_frame({**explorer.defaults(), name: end}))


def test_twenty_random_settings(explorer):
    rng = np.random.default_rng(0)
    controls = kernel_controls(explorer)
    for _ in range(20 if controls else 1):
        assert sound(explorer.checked_frame({name: control.draw(rng) for name, control in controls.items()}))


def test_the_same_settings_give_the_same_frame(explorer):
    before = explorer.checked_frame(explorer.defaults())
    for name, control in kernel_controls(explorer).items():
        explorer.checked_frame({**explorer.defaults(), name: control.ends()[-1]})
    assert same(explorer.checked_frame(explorer.defaults()), before)


def test_a_setting_out_of_range_is_refused(explorer):
    for name in kernel_controls(explorer):
        with pytest.raises(ValueError, match="expected"):
            explorer.checked_frame({**explorer.defaults(), name: None})


def shown(explorer):
    """The settings that the browser was told last, and the frame for them, packed."""
    content = json.loads(explorer.shown["content"])
    return content["settings"], (content["frame"], explorer.shown["buffers"])


def as_shown(frame):
    buffers = []
    return json.loads(json.dumps(packed(frame, buffers))), buffers


def other(control, now):
    return next(end for end in reversed([*control.ends(), now]) if end != now or control.ends() == [now])


def test_a_control_is_a_trait_that_python_reads_and_moves(explorer):
    """And the picture goes with it."""
    for name, control in explorer.declared.items():
        if name in explorer.highest or isinstance(control, Edits):
            continue
        setattr(explorer, name, other(control, getattr(explorer, name)))
        settings, frame = shown(explorer)
        assert settings == {name: getattr(explorer, name) for name in kernel_controls(explorer)}
        assert frame == as_shown(explorer.checked_frame(explorer.settings()))


def test_a_control_that_is_moved_tells_who_observes_it(explorer):
    name, control = next((name, control) for name, control in explorer.declared.items() if name not in explorer.highest)
    heard = []
    explorer.observe(lambda change: heard.append((change.name, change.new)), name)
    value = other(control, getattr(explorer, name))
    explorer.set_state({name: value})
    assert heard == [(name, value)]


@pytest.mark.parametrize("by", ["Python", "the browser"])
def test_what_is_refused_changes_nothing_and_is_said(explorer, monkeypatch, by):
    said, before = [], (explorer.settings(), explorer.shown)
    monkeypatch.setattr(type(explorer), "send", lambda self, message, buffers=(): said.append(message["text"]))
    for name in explorer.declared:
        if by == "Python":
            with pytest.raises(ValueError, match="expected") as refusal:
                setattr(explorer, name, None)
            said.append(str(refusal.value))
        else:
            explorer.set_state({name: None})
        assert (explorer.settings(), explorer.shown) == before
    assert len(said) == len(explorer.declared)
    assert all("expected" in text for text in said)


def test_an_interrupt_is_said_and_the_next_question_is_answered(explorer, monkeypatch):
    said, kernel = [], kernel_controls(explorer)
    name, control = next(((n, c) for n, c in kernel.items() if not isinstance(c, Edits)), (None, None))
    if name is None:
        pytest.skip("nothing that is asked of the kernel")
    monkeypatch.setattr(type(explorer), "send", lambda self, message, buffers=(): said.append(message["text"]))
    value, before = other(control, getattr(explorer, name)), getattr(explorer, name)
    with monkeypatch.context() as during:
        during.setattr(type(explorer), "checked_frame", interrupted)
        explorer.set_state({name: value})
        assert said == ["The kernel was interrupted."]
        assert getattr(explorer, name) == before
    explorer.set_state({name: value})
    assert shown(explorer)[0][name] == value


def interrupted(*_):
    raise KeyboardInterrupt


def test_the_browser_moves_nothing_but_the_controls(explorer):
    before = explorer.get_state()
    explorer.set_state({name: None for name in before if name not in explorer.declared})
    assert explorer.get_state() == before


def test_two_threads_at_once_get_the_right_frames(explorer, monkeypatch):
    """What is shown at the end is one of what was asked, with its own frame."""
    rng = np.random.default_rng(1)
    asked = [{name: control.draw(rng) for name, control in kernel_controls(explorer).items()} for _ in range(8)]
    seen = []
    explorer.observe(lambda change: seen.append(shown(explorer)), "shown")
    ask = [lambda start=start: [explorer.set_state(settings) for settings in asked[start::2]] for start in (0, 1)]
    threads = [threading.Thread(target=turn) for turn in ask]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert explorer.settings() == shown(explorer)[0]
    for settings, frame in seen:
        assert frame == as_shown(explorer.checked_frame(settings))


@pytest.mark.parametrize("value", [True, False, "1", None, 3, -0.1, float("nan")])
def test_a_slider_takes_numbers_between_its_ends(value):
    with pytest.raises(ValueError, match="rate: expected a number from 0 to 2, got"):
        Range("rate", 0, 2, 1).check(value)
    Range("rate", 0, 2, 1).check(0.5)
