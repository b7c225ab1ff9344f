"""What PyTorch computes with our weights, for lesson 17 to compare with where PyTorch is not installed.

    python benchmarks/ask_pytorch.py notebooks/weights/pytorch.npz

The stored answers are those of PyTorch 2.13.0 (pip install torch==2.13.0).
"""

import sys

from seq2seq_lib import storage
from seq2seq_lib.exercises.pytorch import ask_pytorch

if __name__ == "__main__":
    storage.write(sys.argv[1], ask_pytorch())
