"""The same model in PyTorch, to compare with. PyTorch need not be installed until one of these functions is called."""

import numpy as np

from seq2seq_lib import storage
from seq2seq_lib.batch import PAD, Batch, shift_right
from seq2seq_lib.seq2seq import Seq2Seq


def stored(name):
    """What PyTorch said when it was asked, {name: array}: see benchmarks/."""
    return np.load(storage.found(f"weights/{name}.npz"))


def layer(ours):
    """A cell of ours, its weights copied into PyTorch's layer of the same name."""
    import torch

    kind = getattr(torch.nn, type(ours).__name__)  # RNN, GRU, LSTM: the gates stand in the same order
    theirs = kind(ours.input_dim, ours.hidden_dim, dtype=torch.float64)
    W_xh, W_hh, b_h = map(torch.tensor, ours.params.values())
    ours_by_their_names = {"weight_ih_l0": W_xh.T, "weight_hh_l0": W_hh.T, "bias_ih_l0": b_h}
    theirs.load_state_dict({**ours_by_their_names, "bias_hh_l0": torch.zeros_like(b_h)})  # they have two biases
    theirs.bias_hh_l0.requires_grad_(False)  # trained too, it would move their sum twice as far as ours
    return theirs


def output_layer(model):
    import torch

    W_hy, b_y = torch.tensor(model.params["W_hy"]), torch.tensor(model.params["b_y"])
    linear = torch.nn.Linear(*W_hy.shape, dtype=torch.float64)
    linear.load_state_dict({"weight": W_hy.T, "bias": b_y})
    return linear


def as_module(model):
    """Our Seq2Seq for tokens, written in PyTorch, with the same weights."""
    import torch
    from torch.nn.functional import one_hot
    from torch.nn.utils.rnn import pack_padded_sequence

    class Seq2SeqModule(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder, self.decoder = layer(model.encoder), layer(model.decoder)
            self.output = output_layer(model)

        def forward(self, source, lengths, decoder_input):
            xs = one_hot(source, self.encoder.input_size).double()
            packed = pack_padded_sequence(xs, lengths, enforce_sorted=False)
            _, context = self.encoder(packed)
            read = one_hot(decoder_input, self.decoder.input_size).double()
            states, _ = self.decoder(read, context)
            return self.output(states)

    return Seq2SeqModule()


def token_loss(outputs, target, reduction="mean"):
    """Cross-entropy that counts no padding; outputs (T, B, V) and target (T, B) as tensors."""
    from torch.nn.functional import cross_entropy

    return cross_entropy(outputs.flatten(0, 1), target.flatten(), ignore_index=PAD, reduction=reduction)


def as_tensors(batch):
    """A Batch of tokens: what the module reads, (source, lengths, decoder_input), and the target."""
    import torch

    lengths = torch.tensor(batch.source_mask.sum(axis=0))
    source, decoder_input, target = (
        torch.tensor(np.asarray(tokens, dtype=np.int64)) for tokens in (batch.source, batch.decoder_input, batch.target)
    )
    return (source, lengths, decoder_input), target


# Problems, and what PyTorch answers to them


def small_problem(cell):
    """A Seq2Seq of such cells, in which no weight and no bias is zero, and a source and a target for it."""
    rng = np.random.default_rng(0)
    model = Seq2Seq(3, 4, 2, rng=rng, cell=cell)
    for name, values in model.params.items():
        model.params[name] = rng.standard_normal(values.shape)
    return model, rng.standard_normal((6, 5, 3)), rng.standard_normal((4, 5, 2))


def in_pytorch(model, source, target):
    """A model for vectors, with its weights copied into PyTorch's own layers.

    source: (S, B, D); target: (T, B, O)
    Returns the outputs (T, B, O), teacher forced, and the gradient of encoder.W_hh by automatic differentiation.
    """
    import torch

    encoder, decoder, output = layer(model.encoder), layer(model.decoder), output_layer(model)
    _, context = encoder(torch.tensor(source))  # of an LSTM h and c: two tensors here, one array [h, c] in ours
    hs, _ = decoder(torch.tensor(shift_right(target)), context)
    outputs = output(hs)
    loss = ((outputs - torch.tensor(target)) ** 2).sum() / target.shape[1]
    loss.backward()
    return outputs.detach().numpy(), encoder.weight_hh_l0.grad.T.numpy()


def words_problem():
    """A Seq2Seq for tokens with biases that are not zero, and a batch of words of four lengths, to be reversed."""
    rng = np.random.default_rng(1)
    model = Seq2Seq(9, 6, 9, loss="cross_entropy", rng=rng)
    for name in ("encoder.b_h", "decoder.b_h", "b_y"):
        model.params[name] = 0.5 * rng.standard_normal(model.params[name].shape)
    words = [[3, 4, 5, 6, 7, 8], [5, 3], [8, 8, 4], [6, 7, 3, 5]]
    return model, Batch(words, [word[::-1] for word in words])


def trained_in_pytorch(clip=None, both_biases=False, steps=20):
    """The losses of that many steps of Adam on the words; clip: the largest norm of a gradient."""
    import torch

    model, batch = words_problem()
    module, (read, target) = as_module(model), as_tensors(batch)
    for parameter in module.parameters():
        parameter.requires_grad_(parameter.requires_grad or both_biases)
    optimizer, losses = torch.optim.Adam(module.parameters(), lr=0.01), []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = token_loss(module(*read), target)
        loss.backward()
        if clip:
            torch.nn.utils.clip_grad_norm_(module.parameters(), clip)
        optimizer.step()
        losses.append(loss.item())
    return np.array(losses)


def padded_in_pytorch():
    """What PyTorch's RNN makes of the words, one-hot vectors with vectors of zeros behind them.

    Returns {how: (B, H)}: the last states of each word alone, of all padded, of all packed; and of those that come out
    of packing, (S, B, H), the last row.
    """
    import torch
    from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

    model, batch = words_problem()
    rnn, lengths = layer(model.encoder), batch.source_mask.sum(axis=0)
    xs = torch.tensor(np.eye(9)[batch.source] * batch.source_mask[..., None])
    alone = torch.cat([rnn(xs[:length, b : b + 1])[1][0] for b, length in enumerate(lengths)])
    states, packed = rnn(pack_padded_sequence(xs, torch.tensor(lengths), enforce_sorted=False))
    answers = {"alone": alone, "padded": rnn(xs)[1][0], "packed": packed[0], "row": pad_packed_sequence(states)[0][-1]}
    return {how: tensor.detach().numpy() for how, tensor in answers.items()}


def sorted_problem():
    """A padded array (T, B, D), and the lengths, the longest first."""
    return np.random.default_rng(4).standard_normal((5, 4, 3)), np.array([5, 3, 3, 1])


def packed_in_pytorch():
    """What a PackedSequence holds: data and batch_sizes."""
    import torch
    from torch.nn.utils.rnn import pack_padded_sequence

    packed = pack_padded_sequence(*map(torch.tensor, sorted_problem()))
    return {"data": packed.data.numpy(), "batch_sizes": packed.batch_sizes.numpy()}


def attended_in_pytorch(xs):
    """xs (T, H) looking at itself with a causal mask; scale=1, or the scores would be divided by the root of H."""
    import torch

    tensor = torch.tensor(xs)[None]
    attend = torch.nn.functional.scaled_dot_product_attention
    return attend(tensor, tensor, tensor, is_causal=True, scale=1.0)[0].numpy()


def losses_in_pytorch():
    """The loss of the words before any step: with padding counted, as by default, and without."""
    import torch

    model, batch = words_problem()
    read, target = as_tensors(batch)
    outputs = as_module(model)(*read)
    counted = torch.nn.functional.cross_entropy(outputs.flatten(0, 1), target.flatten())
    return np.array([counted.item(), token_loss(outputs, target).item()])


def shared_problem(steps=20, words=64):
    """A Seq2Seq, and the (source, target) pairs of some batches: words of 2 to 12 letters, to be turned around."""
    rng = np.random.default_rng(3)
    model, batches = Seq2Seq(13, 16, 13, loss="cross_entropy", rng=rng), []
    for _ in range(steps):
        sources = [rng.integers(3, 13, length).tolist() for length in rng.integers(2, 13, words)]
        batches.append([(source, source[::-1]) for source in sources])
    return model, batches


def batch_of(pairs):
    return Batch(*map(list, zip(*pairs)))


def fresh_in_pytorch(hidden_dim=64):
    """The W_hh of an nn.RNN that nobody has trained."""
    import torch

    torch.manual_seed(0)
    return torch.nn.RNN(hidden_dim, hidden_dim).weight_hh_l0.detach().numpy().T


def sequence_problem():
    return np.random.default_rng(2).standard_normal((6, 4))


def ask_pytorch():
    """All that lesson 17 compares with, {name: array}."""
    from seq2seq_lib import GRU, LSTM, RNN

    asked = {}
    for cell in (RNN, GRU, LSTM):
        asked[f"{cell.__name__}.outputs"], asked[f"{cell.__name__}.dW_hh"] = in_pytorch(*small_problem(cell))
    asked["trained"] = trained_in_pytorch()
    asked["clipped"] = trained_in_pytorch(clip=0.1)
    asked["both biases"] = trained_in_pytorch(both_biases=True)
    asked |= padded_in_pytorch()
    asked |= packed_in_pytorch()
    asked["fresh W_hh"] = fresh_in_pytorch()
    return asked | {"attended": attended_in_pytorch(sequence_problem()), "losses": losses_in_pytorch()}
