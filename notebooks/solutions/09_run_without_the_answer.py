"""Solutions of lesson 09, run through their checks: python notebooks/solutions/09_run_without_the_answer.py"""

import numpy as np

from seq2seq_lib import BOS, EOS
from seq2seq_lib.exercises.lesson_09 import check_predict_free, check_shift_right


def shift_right(target):
    decoder_input = np.full_like(target, BOS)
    decoder_input[1:] = target[:-1]
    return decoder_input


def predict_free(model, source, longest):
    h = model.encoder.forward(source)[-1]
    read, answer = np.array(BOS), []
    while len(answer) < longest:
        h = model.decoder.step(read, h)
        read = model.output(h).argmax()
        if read == EOS:
            break
        answer.append(int(read))
    return answer


check_shift_right(shift_right)
check_predict_free(predict_free)
