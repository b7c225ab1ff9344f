"""Solutions of lesson 08, run through their checks: python notebooks/solutions/08_connect_encoder_and_decoder.py"""

import numpy as np

from seq2seq_lib.exercises.lesson_08 import check_seq2seq_backward, check_seq2seq_forward


def seq2seq_forward(model, source, target):
    decoder_input = np.zeros_like(target)
    decoder_input[1:] = target[:-1]
    encoder_hs = model.encoder.forward(source)
    decoder_hs = model.decoder.forward(decoder_input, h_0=encoder_hs[-1])
    return encoder_hs, decoder_hs, model.output(decoder_hs[1:])


def seq2seq_backward(model, source, decoder_input, encoder_hs, decoder_hs, d_outputs):
    d_decoder_hs = d_outputs @ model.params["W_hy"].T
    _, dh_0, decoder_grads = model.decoder.backward(d_decoder_hs, decoder_input, decoder_hs)
    _, _, encoder_grads = model.encoder.backward(None, source, encoder_hs, dh_T=dh_0)
    grads = {f"encoder.{name}": gradient for name, gradient in encoder_grads.items()}
    grads |= {f"decoder.{name}": gradient for name, gradient in decoder_grads.items()}
    grads["W_hy"] = decoder_hs[1:].T @ d_outputs
    grads["b_y"] = d_outputs.sum(axis=0)
    return grads


check_seq2seq_forward(seq2seq_forward)
check_seq2seq_backward(seq2seq_backward)
