"""The instruments: pictures that answer while the hand still moves."""

from seq2seq_lib.threads import one_thread
from seq2seq_lib.widgets.attention_map import AttentionMap
from seq2seq_lib.widgets.backward_stepper import BackwardStepper
from seq2seq_lib.widgets.batch_mate import BatchMate
from seq2seq_lib.widgets.beam_tree import BeamTree
from seq2seq_lib.widgets.context_bridge import ContextBridge
from seq2seq_lib.widgets.dashboard import Dashboard
from seq2seq_lib.widgets.forced_or_free import ForcedOrFree
from seq2seq_lib.widgets.gates import Gates
from seq2seq_lib.widgets.gradient_check import GradientCheck
from seq2seq_lib.widgets.gradient_flow import GradientFlow
from seq2seq_lib.widgets.hidden_states import HiddenStates
from seq2seq_lib.widgets.next_symbol import NextSymbol
from seq2seq_lib.widgets.optimizers import Optimizers
from seq2seq_lib.widgets.source import show_source
from seq2seq_lib.widgets.state_reader import StateReader
from seq2seq_lib.widgets.step_explorer import StepExplorer
from seq2seq_lib.widgets.training_monitor import TrainingMonitor
from seq2seq_lib.widgets.translator import Translator
from seq2seq_lib.widgets.unroll import Unroll

__all__ = [
    "AttentionMap",
    "BackwardStepper",
    "BatchMate",
    "BeamTree",
    "ContextBridge",
    "Dashboard",
    "ForcedOrFree",
    "Gates",
    "GradientCheck",
    "GradientFlow",
    "HiddenStates",
    "NextSymbol",
    "Optimizers",
    "StateReader",
    "StepExplorer",
    "TrainingMonitor",
    "Translator",
    "Unroll",
    "show_source",
]

one_thread()
