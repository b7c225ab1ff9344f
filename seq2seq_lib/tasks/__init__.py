"""What the models learn: vocabularies, batches, four tasks, from the smallest to a real one, and a real series."""

from seq2seq_lib.batch import Batch, pad
from seq2seq_lib.tasks.real import pronunciation, sunspots
from seq2seq_lib.tasks.synthetic import dates, reverse, seed_example
from seq2seq_lib.tasks.task import Task
from seq2seq_lib.tasks.vocabulary import Vocabulary

__all__ = ["Batch", "Task", "Vocabulary", "dates", "pad", "pronunciation", "reverse", "seed_example", "sunspots"]
