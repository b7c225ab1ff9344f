"""Recurrent networks and sequence-to-sequence learning in plain NumPy, to be read, in this order."""

from seq2seq_lib.parameters import Parameters
from seq2seq_lib.rnn import RNN
from seq2seq_lib.gru import GRU
from seq2seq_lib.lstm import LSTM
from seq2seq_lib.losses import softmax_cross_entropy, squared_error
from seq2seq_lib.batch import BOS, EOS, PAD, Batch
from seq2seq_lib.seq2seq import Seq2Seq
from seq2seq_lib.language_model import LanguageModel, text_batches
from seq2seq_lib.optimizers import SGD, Adam, clip_by_global_norm
from seq2seq_lib.training import Diverged, training
from seq2seq_lib.gradcheck import check_gradients
from seq2seq_lib.tasks import Vocabulary
from seq2seq_lib.decoding import answers, exact_match, greedy_decode, trace
from seq2seq_lib.beam import beam_decode
from seq2seq_lib.metrics import calibration, edit_distance, error_rate
from seq2seq_lib.attention import AttentionSeq2Seq, alignment, attend, attend_backward

__all__ = [
    "BOS",
    "EOS",
    "GRU",
    "LSTM",
    "PAD",
    "RNN",
    "SGD",
    "Adam",
    "AttentionSeq2Seq",
    "Batch",
    "Diverged",
    "LanguageModel",
    "Parameters",
    "Seq2Seq",
    "Vocabulary",
    "alignment",
    "answers",
    "attend",
    "attend_backward",
    "beam_decode",
    "calibration",
    "check_gradients",
    "clip_by_global_norm",
    "edit_distance",
    "error_rate",
    "exact_match",
    "greedy_decode",
    "softmax_cross_entropy",
    "squared_error",
    "text_batches",
    "trace",
    "training",
]
