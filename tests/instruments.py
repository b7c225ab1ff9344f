"""One of each instrument, small enough for a test: {name: function that makes it}. Tests and benchmark share it."""

from seq2seq_lib import Seq2Seq
from seq2seq_lib.tasks import reverse
from seq2seq_lib.widgets import HiddenStates, TrainingMonitor

TASK = reverse(train=500, held_out=120)


def new_model(hidden_dim=16):
    return Seq2Seq(len(TASK.source), hidden_dim, len(TASK.target), loss="cross_entropy", rng=0)


MAKE = {
    "HiddenStates": lambda: HiddenStates.of(new_model(), TASK, "abcdefgh"),
    "TrainingMonitor": lambda: TrainingMonitor(new_model(), TASK),
}
