"""The instruments without a browser: their arrays against the core, and what they answer."""

import base64
import itertools
import json
import re
import threading
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from seq2seq_lib import Adam, Batch, Diverged, Seq2Seq, answers, exact_match, trace, training
from seq2seq_lib.plots import seen_order
from seq2seq_lib.tasks import reverse
from seq2seq_lib.widgets import HiddenStates, TrainingMonitor, instrument

HERE = Path(instrument.__file__).parent
TASK = reverse(train=500, held_out=120)


def new_model(dtype=np.float64):
    return Seq2Seq(len(TASK.source), 16, len(TASK.target), loss="cross_entropy", rng=0, dtype=dtype)


def listened(widget, monkeypatch):
    """The messages that the widget sends from now on, each with its buffers."""
    sent = []
    monkeypatch.setattr(type(widget), "send", lambda self, message, buffers=(): sent.append((message, buffers)))
    return sent


def say(widget, **message):
    widget._on_message(widget, message, [])


def unpacked(value, buffers):
    """A frame as the browser unpacks it."""
    if isinstance(value, dict) and "buffer" in value:
        return np.frombuffer(buffers[value["buffer"]], np.float32).reshape(value["shape"])
    if isinstance(value, dict):
        return {name: unpacked(item, buffers) for name, item in value.items()}
    return [unpacked(item, buffers) for item in value] if isinstance(value, list) else value


def shown_frame(widget):
    return unpacked(json.loads(widget.shown["content"])["frame"], widget.shown["buffers"])


def losses_in(sent):
    return [unpacked(message["content"], buffers)["losses"] for message, buffers in sent]


def test_hidden_states_shows_what_the_core_computes():
    model = new_model()
    panels = shown_frame(HiddenStates.of(model, TASK, "abc"))["panels"]
    seen = trace(model, TASK.source.encode("abc"), TASK.longest_target + 1)
    np.testing.assert_array_equal(panels[0]["states"], seen.encoder_hs[1:].astype(np.float32))
    np.testing.assert_array_equal(panels[1]["states"], seen.decoder_hs[1:].astype(np.float32))
    assert panels[0]["reads"] == ["a", "b", "c"]
    assert panels[1]["reads"][1:] == panels[1]["writes"][:-1]


def test_hidden_states_needs_a_symbol_for_each_step():
    with pytest.raises(ValueError, match="expected a symbol for each of 3 steps, got 2"):
        HiddenStates([("title", np.zeros((3, 4)), ["a", "b"])])


def test_a_text_with_an_unknown_symbol_is_answered_in_words_and_with_no_frame(monkeypatch):
    widget = HiddenStates.of(new_model(), TASK, "abc")
    sent = listened(widget, monkeypatch)
    widget.set_state({"text": "abx"})
    assert [message["kind"] for message, _ in sent] == ["error"]
    assert sent[0][0]["text"] == "The model has never seen “x”. It reads a to j."


def test_the_monitor_trains_exactly_as_the_loop_does():
    monitor = TrainingMonitor(new_model(), TASK, steps=50, seed=3)
    other = new_model()
    steps = training(other, TASK.batches(64, rng=3), Adam(2e-3), clip=1.0, decay_steps=50)
    assert monitor.run(20) == [step.loss for step in islice(steps, 20)]
    np.testing.assert_array_equal(monitor.model.params.flat, other.params.flat)


def test_its_evaluations_are_the_models_own():
    monitor = TrainingMonitor(new_model(), TASK, evaluate_every=5)
    monitor.run(5)
    assert monitor.matches == [[0, 0.0], [5, exact_match(monitor.model, TASK, TASK.held_out[:100])]]
    sources = [source for source, _ in TASK.held_out[:5]]
    given = answers(monitor.model, TASK, sources)
    right = [target for _, target in TASK.held_out[:5]]
    written = ["".join(symbol for symbol, _ in sample[2]) for sample in monitor.samples()]
    assert [text.replace("∅", "<pad>").replace("⊢", "<bos>") for text in written] == given
    assert [sample[3] for sample in monitor.samples()] == [a == b for a, b in zip(given, right)]


def test_reset_brings_back_the_first_weights_bit_for_bit_and_the_same_curve():
    model = new_model()
    before = model.params.flat.copy()
    monitor = TrainingMonitor(model, TASK)
    first = list(monitor.run(10))
    monitor.reset(generation=1)
    np.testing.assert_array_equal(model.params.flat, before)
    assert monitor.run(10) == first


def test_the_units_are_sorted_once_and_again_when_it_is_asked_for(monkeypatch):
    monitor = TrainingMonitor(new_model(), TASK)
    sent = listened(monitor, monkeypatch)
    first = monitor.order.tolist()
    monitor.run(60)
    assert monitor.order.tolist() == first == seen_order(states_of(new_model())).tolist()
    monitor.sort_units = False
    say(monitor, kind="hello", generation=0)
    monitor.sort_units = True
    say(monitor, kind="hello", generation=0)
    raw = states_of(monitor.model)
    assert monitor.order.tolist() == seen_order(raw).tolist() != first
    for (message, buffers), order in zip(sent, (range(raw.shape[1]), monitor.order), strict=True):
        panels = unpacked(message["content"], buffers)["panels"]
        np.testing.assert_array_equal(np.concatenate([panel["states"] for panel in panels]), np.float32(raw[:, order]))


def states_of(model):
    """The states of encoder and decoder over the first held-out pair: (S + T, H)."""
    source, _ = TASK.held_out[0]
    seen = trace(model, TASK.source.encode(source), TASK.longest_target + 1)
    return np.concatenate([seen.encoder_hs[1:], seen.decoder_hs[1:]])


def test_an_ask_of_an_older_generation_does_nothing(monkeypatch):
    monitor = TrainingMonitor(new_model(), TASK)
    sent = listened(monitor, monkeypatch)
    say(monitor, kind="reset", generation=1)
    say(monitor, kind="train", generation=0, steps=5, learning_rate=1e-3)
    assert [message["generation"] for message, _ in sent] == [1]
    assert monitor.losses == []


def test_each_frame_holds_what_is_new(monkeypatch):
    monitor = TrainingMonitor(new_model(), TASK)
    sent = listened(monitor, monkeypatch)
    for count in (2, 3):
        say(monitor, kind="train", generation=0, steps=count, learning_rate=1e-3)
    assert [len(losses) for losses in losses_in(sent)] == [2, 3]
    np.testing.assert_array_equal(np.concatenate(losses_in(sent)), np.float32(monitor.losses))


def test_a_chunk_stops_at_the_last_step(monkeypatch):
    monitor = TrainingMonitor(new_model(), TASK, steps=3)
    sent = listened(monitor, monkeypatch)
    for _ in range(3):
        say(monitor, kind="train", generation=0, steps=0, learning_rate=1e-3)
    assert sum(map(len, losses_in(sent))) == 3


def test_a_training_that_diverges_is_reported_in_words_with_a_last_frame(monkeypatch):
    monitor = TrainingMonitor(new_model(np.float32), TASK, learning_rate=1e-3)
    sent = listened(monitor, monkeypatch)
    say(monitor, kind="train", generation=0, steps=5, learning_rate=1e38)
    assert [message["kind"] for message, _ in sent] == ["frame", "error"]
    assert "smaller learning rate" in sent[1][0]["text"]
    assert np.isfinite(monitor.model.params.flat).all()


def test_after_a_divergence_a_smaller_learning_rate_goes_on_from_the_last_finite_weights(monkeypatch):
    monitor = TrainingMonitor(new_model(np.float32), TASK, learning_rate=1e-3)
    sent = listened(monitor, monkeypatch)
    ask = {"kind": "train", "steps": 5}
    say(monitor, **ask, generation=0, learning_rate=1e-3)
    say(monitor, **ask, generation=0, learning_rate=1e38)
    before = monitor.model.params.flat.copy()
    say(monitor, **ask, generation=0, learning_rate=1e38)  # asked before the error was heard of: nothing is done
    np.testing.assert_array_equal(monitor.model.params.flat, before)
    say(monitor, **ask, generation=sent[-1][0]["generation"], learning_rate=1e-3)
    assert [message["kind"] for message, _ in sent] == ["frame", "frame", "error", "frame"]
    assert len(losses_in(sent[-1:])[0]) == 5
    assert max(monitor.losses) < 10


def test_run_goes_on_after_a_divergence_too():
    monitor = TrainingMonitor(new_model(np.float32), TASK, learning_rate=1e38)
    with pytest.raises(Diverged, match="smaller learning rate"):
        monitor.run(5)
    monitor.learning_rate = 1e-3
    assert len(monitor.run(5)) == 5


def failing_once(function, at, error):
    """The same function, but that call number `at`, from 0, ends in this error."""
    calls = itertools.count()

    def wrapped(*arguments):
        if next(calls) == at:
            raise error
        return function(*arguments)

    return wrapped


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("place", ["loss_and_grads", "batch", "evaluate"])
def test_run_goes_on_after_an_interrupt_and_after_an_error(monkeypatch, place, error):
    monitor = TrainingMonitor(new_model(), TASK, steps=20, evaluate_every=1)
    thing, name = {
        "loss_and_grads": (monitor.model, "loss_and_grads"),
        "batch": (Batch, "_freeze"),
        "evaluate": (monitor, "evaluate"),
    }[place]
    monkeypatch.setattr(thing, name, failing_once(getattr(thing, name), 3, error))
    with pytest.raises(error):
        monitor.run(10)
    done = len(monitor.losses)
    assert done == (4 if place == "evaluate" else 3)
    assert len(monitor.run(5)) == done + 5
    assert len(monitor.run(100)) == len(monitor.grad_norms) == 20  # and not one step too many


def test_an_interrupt_is_told_to_the_browser_which_can_ask_again(monkeypatch):
    monitor = TrainingMonitor(new_model(), TASK)
    sent = listened(monitor, monkeypatch)
    interrupted = failing_once(monitor.model.loss_and_grads, 2, KeyboardInterrupt)
    monkeypatch.setattr(monitor.model, "loss_and_grads", interrupted)
    ask = {"kind": "train", "steps": 5, "learning_rate": 1e-3}
    with pytest.raises(KeyboardInterrupt):
        say(monitor, **ask, generation=0)
    assert [message["kind"] for message, _ in sent] == ["frame", "error"]
    assert "interrupted" in sent[1][0]["text"]
    say(monitor, **ask, generation=sent[1][0]["generation"])
    assert [len(losses) for losses in losses_in([sent[0], sent[2]])] == [2, 5]


def test_two_threads_at_once_leave_one_consistent_run(monkeypatch):
    monitor = TrainingMonitor(new_model(), TASK)
    listened(monitor, monkeypatch)
    ask = {"kind": "train", "generation": 0, "steps": 5, "learning_rate": 2e-3}
    threads = [threading.Thread(target=lambda: say(monitor, **ask)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert monitor.losses == TrainingMonitor(new_model(), TASK).run(20)


@pytest.mark.parametrize(
    "make", [lambda: TrainingMonitor(new_model(), TASK), lambda: HiddenStates.of(new_model(), TASK, "abc")]
)
def test_a_stored_notebook_keeps_a_picture_and_a_constant_text(make):
    (data, _), (again, _) = make()._repr_mimebundle_(), make()._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/plain"] == again["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in data


class Lock:
    """It knows whether it is held."""

    held = False

    def __enter__(self):
        self.held = True

    def __exit__(self, *error):
        self.held = False


def test_an_instrument_draws_and_computes_behind_its_lock_alone(monkeypatch):
    """On other threads messages come in, which change what it shows."""
    shown, held = HiddenStates.of(new_model(), TASK, "abc"), []
    shown.lock = Lock()

    def noted(does):
        return lambda self, *arguments: held.append(self.lock.held) or does(self, *arguments)

    monkeypatch.setattr(HiddenStates, "picture", noted(HiddenStates.picture))
    monkeypatch.setattr(HiddenStates, "checked_frame", noted(HiddenStates.checked_frame))
    shown._repr_mimebundle_()
    shown.set_state({"text": "ab"})
    shown.refresh()
    assert held == [True] * 3


def test_a_cell_that_is_run_again_closes_its_old_instruments(monkeypatch):
    """Run by IPython itself, which says which cell it is."""
    closed, shell = [], InteractiveShell()
    monkeypatch.setattr(HiddenStates, "close", lambda self: closed.append(self))
    shell.events.register("pre_run_cell", instrument.cells.starts)
    shell.push({"make": lambda: HiddenStates([("title", np.zeros((1, 4)), ["a"])])})
    shell.run_cell("one, two = make(), make()", cell_id="a")
    shell.run_cell("three = make()", cell_id="b")
    shell.run_cell("make()")
    assert closed == []
    first = [shell.user_ns["one"], shell.user_ns["two"]]
    shell.run_cell("one, two = make(), make()", cell_id="a")
    assert closed == first


SOURCES = sorted((HERE / "src").rglob("*.js"))
ENTRIES = [path.stem for path in sorted((HERE / "src").glob("*.js"))]


def test_each_instrument_has_its_bundle():
    assert [path.stem for path in sorted((HERE / "bundles").glob("*"))] == ENTRIES


@pytest.mark.parametrize("name", ENTRIES)
def test_a_bundle_is_one_module_without_imports(name):
    code = instrument.javascript(name)
    assert not re.search(r"\bimport\b", code)
    assert len(re.findall(r"\bexport\b", code)) == 1


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_javascript_knows_nothing_of_the_network(path):
    """It draws what Python computed: no step of an RNN, no softmax, no product of matrices, no chance."""
    code = path.read_text(encoding="utf-8")
    assert not re.search(r"Math\.(tanh|exp|sinh|cosh|random)\b|\bW_(xh|hh|hy)\s*\[|matmul|softmax|sigmoid", code)
