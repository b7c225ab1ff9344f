"""The instruments: pictures that answer while the hand still moves."""

from seq2seq_lib.widgets.hidden_states import HiddenStates
from seq2seq_lib.widgets.training_monitor import TrainingMonitor

__all__ = ["HiddenStates", "TrainingMonitor"]
