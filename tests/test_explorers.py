"""What holds for every instrument that shows a function of its controls; tests/instruments.py makes one of each."""

import json
import threading

import numpy as np
import pytest
from instruments import EXPLORERS, MAKE

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


def test_two_hundred_random_settings(explorer):
    rng = np.random.default_rng(0)
    controls = kernel_controls(explorer)
    for _ in range(200 if controls else 1):
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


def test_two_threads_at_once_get_the_right_frames(explorer, monkeypatch):
    rng = np.random.default_rng(1)
    asked = [{name: control.draw(rng) for name, control in kernel_controls(explorer).items()} for _ in range(8)]
    answers = {}
    monkeypatch.setattr(
        type(explorer),
        "send",
        lambda self, message, buffers=(): answers.update({message["ticket"]: (message, buffers)}),
    )

    def ask(tickets):
        for ticket in tickets:
            explorer._on_message(explorer, {"kind": "frame", "ticket": ticket, "settings": asked[ticket]}, [])

    threads = [threading.Thread(target=ask, args=(range(start, 8, 2),)) for start in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for ticket, settings in enumerate(asked):
        message, buffers = answers[ticket]
        expected = []
        assert message["content"] == packed(explorer.checked_frame(settings), expected)
        assert buffers == expected
