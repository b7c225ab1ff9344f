"""What the models learn: vocabularies, batches, four tasks, from the smallest to a real one, and a real series."""

from seq2seq_lib.tasks.batch import Batch, pad
from seq2seq_lib.tasks.dates import dates
from seq2seq_lib.tasks.pronunciation import pronunciation
from seq2seq_lib.tasks.reverse import reverse
from seq2seq_lib.tasks.seed_example import seed_example
from seq2seq_lib.tasks.sunspots import sunspots
from seq2seq_lib.tasks.task import Task
from seq2seq_lib.tasks.vocabulary import Vocabulary

__all__ = ["Batch", "Task", "Vocabulary", "dates", "pad", "pronunciation", "reverse", "seed_example", "sunspots"]
