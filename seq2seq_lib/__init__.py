"""Recurrent networks and sequence-to-sequence learning in plain NumPy, to be read."""

from seq2seq_lib.rnn import RNN
from seq2seq_lib.seq2seq import Seq2Seq

__all__ = ["RNN", "Seq2Seq"]
