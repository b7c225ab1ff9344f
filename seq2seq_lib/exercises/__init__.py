"""What the exercises need: questions that answer back, checks with hints, and models with one mistake each."""

from seq2seq_lib.exercises.answering import answer
from seq2seq_lib.exercises.check import Check
from seq2seq_lib.exercises.order import say_what_to_run_first
from seq2seq_lib.exercises.question import predict
from seq2seq_lib.threads import one_thread

__all__ = ["Check", "answer", "predict"]

one_thread()
say_what_to_run_first()
