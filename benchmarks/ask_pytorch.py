"""What PyTorch computes with our weights, for lesson 14 to compare with where PyTorch is not installed.

    python benchmarks/ask_pytorch.py notebooks/weights/pytorch.npz

The stored answers are those of PyTorch 2.13.0 (pip install torch==2.13.0).
"""

import sys

from seq2seq_lib import GRU, LSTM, RNN, storage
from seq2seq_lib.exercises.pytorch import in_pytorch, small_problem

if __name__ == "__main__":
    asked = {}
    for cell in (RNN, GRU, LSTM):
        asked[f"{cell.__name__}.outputs"], asked[f"{cell.__name__}.dW_hh"] = in_pytorch(*small_problem(cell))
    storage.write(sys.argv[1], asked)
