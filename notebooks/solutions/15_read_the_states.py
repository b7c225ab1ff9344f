"""Solutions of lesson 15, run through their checks: python notebooks/solutions/15_read_the_states.py"""

import numpy as np

from seq2seq_lib import probes
from seq2seq_lib.exercises.lesson_15 import check_fit_probe, check_score_after


def fit_probe(states, labels, classes):
    ones = np.ones((len(states), 1))
    wanted = np.eye(classes)[labels]
    return np.linalg.lstsq(np.hstack([states, ones]), wanted, rcond=None)[0]


def score_after(hs, labels, t, fitted, classes):
    states = hs[t + 1]
    probe = probes.fit_probe(states[:fitted], labels[:fitted], classes)
    said = probes.read(probe, states[fitted:]).argmax(axis=1)
    return np.mean(said == labels[fitted:])


check_fit_probe(fit_probe)
check_score_after(score_after)
