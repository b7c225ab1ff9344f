"""What the models learn: vocabularies, batches, tasks, from the smallest to a real one and to one's own."""

from seq2seq_lib.batch import Batch, pad
from seq2seq_lib.tasks.made import numbers, plurals, roman_numerals
from seq2seq_lib.tasks.pairs import read_pairs
from seq2seq_lib.tasks.real import pronunciation, sunspots, words
from seq2seq_lib.tasks.synthetic import dates, reverse, seed_example
from seq2seq_lib.tasks.task import Task
from seq2seq_lib.tasks.vocabulary import Vocabulary

__all__ = [
    "Batch",
    "Task",
    "Vocabulary",
    "dates",
    "numbers",
    "pad",
    "plurals",
    "pronunciation",
    "read_pairs",
    "reverse",
    "roman_numerals",
    "seed_example",
    "sunspots",
    "words",
]
