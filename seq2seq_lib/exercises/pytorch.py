"""The same model in PyTorch, to compare with. PyTorch need not be installed until `in_pytorch` is called."""

import numpy as np

from seq2seq_lib.batch import shift_right
from seq2seq_lib.seq2seq import Seq2Seq


def in_pytorch(model, source, target):
    """A model for vectors, with its weights copied into PyTorch's own layers.

    source: (S, B, D); target: (T, B, O)
    Returns the outputs (T, B, O), teacher forced, and the gradient of encoder.W_hh by automatic differentiation.
    """
    import torch

    def layer(ours):
        kind = getattr(torch.nn, type(ours).__name__)  # RNN, GRU, LSTM: same names, same order of the gates
        theirs = kind(ours.input_dim, ours.hidden_dim, dtype=torch.float64)
        W_xh, W_hh, b_h = map(torch.tensor, ours.params.values())
        ours_by_their_names = {"weight_ih_l0": W_xh.T, "weight_hh_l0": W_hh.T, "bias_ih_l0": b_h}
        theirs.load_state_dict({**ours_by_their_names, "bias_hh_l0": torch.zeros_like(b_h)})  # they have two biases
        return theirs

    W_hy, b_y = torch.tensor(model.params["W_hy"]), torch.tensor(model.params["b_y"])
    encoder, decoder = layer(model.encoder), layer(model.decoder)
    _, context = encoder(torch.tensor(source))  # of an LSTM h and c: two tensors here, one array [h, c] in ours
    hs, _ = decoder(torch.tensor(shift_right(target)), context)
    outputs = hs @ W_hy + b_y
    loss = ((outputs - torch.tensor(target)) ** 2).sum() / target.shape[1]
    loss.backward()
    return outputs.detach().numpy(), encoder.weight_hh_l0.grad.T.numpy()


def small_problem(cell):
    """A Seq2Seq of such cells, in which no weight and no bias is zero, and a source and a target for it."""
    rng = np.random.default_rng(0)
    model = Seq2Seq(3, 4, 2, rng=rng, cell=cell)
    for name, values in model.params.items():
        model.params[name] = rng.standard_normal(values.shape)
    return model, rng.standard_normal((6, 5, 3)), rng.standard_normal((4, 5, 2))
