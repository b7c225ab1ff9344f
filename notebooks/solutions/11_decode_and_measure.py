"""Solutions of lesson 11, run through their checks: python notebooks/solutions/11_decode_and_measure.py"""

from seq2seq_lib import EOS
from seq2seq_lib.exercises.lesson_11 import check_beam_step, check_greedy


def greedy(next_log_p, longest):
    tokens, log_p = [], 0.0
    while len(tokens) < longest:
        row = next_log_p(tokens)
        token = int(row.argmax())
        tokens.append(token)
        log_p += row[token]
        if token == EOS:
            break
    return tokens, log_p


def beam_step(hypotheses, log_p, width):
    every = []
    for (tokens, before), row in zip(hypotheses, log_p):
        for token, added in enumerate(row):
            every.append(([*tokens, token], before + added))
    return sorted(every, key=lambda pair: -pair[1])[:width]


check_greedy(greedy)
check_beam_step(beam_step)
