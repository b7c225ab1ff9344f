"""Checks of lesson 17: our weights under PyTorch's names, a packed batch, and the gradient of several machines."""

from collections.abc import Mapping

import numpy as np

from seq2seq_lib.exercises.check import Check
from seq2seq_lib.exercises.problems import rnn_of, standard_normal
from seq2seq_lib.exercises.running import is_nothing, run

# Weights under their names. What a reader hands out is put into a copy of nn.RNN in NumPy, and that has to read


def nn_rnn(state, xs, h_0):
    """What PyTorch's nn.RNN computes with this state_dict: all states (T, B, H)."""
    hs = [h_0]
    for x_t in xs:
        from_x = x_t @ state["weight_ih_l0"].T + state["bias_ih_l0"]
        from_h = hs[-1] @ state["weight_hh_l0"].T + state["bias_hh_l0"]
        hs.append(np.tanh(from_x + from_h))
    return np.array(hs[1:])


def loaded(state, D, H):
    """A state_dict, refused as load_state_dict refuses it."""
    shapes = {"weight_ih_l0": (H, D), "weight_hh_l0": (H, H), "bias_ih_l0": (H,), "bias_hh_l0": (H,)}
    if not isinstance(state, Mapping):
        raise TypeError(f"expected a dict with {', '.join(shapes)}, got {type(state).__name__}")
    for name, shape in shapes.items():
        if name not in state:
            raise KeyError(f"missing: {name}")
        if not isinstance(state[name], np.ndarray) or state[name].dtype.kind != "f":
            raise TypeError(f"{name} should be an array of floats")
        if state[name].shape != shape:
            raise ValueError(f"size mismatch for {name}: {state[name].shape}, and the layer's is {shape}")
    if set(state) != set(shapes):
        raise KeyError(f"unexpected: {', '.join(map(str, set(state) - set(shapes)))}")
    return state


def read_by_them(mine, W_xh, W_hh, b_h, xs, h_0):
    """The states that PyTorch's layer makes of xs with the weights as `mine` hands them over."""
    state = run(mine, W_xh, W_hh, b_h)
    if is_nothing(state):
        return None
    state = loaded(state, *W_xh.shape)
    dtype = min((values.dtype for values in state.values()), key=lambda dtype: dtype.itemsize)
    return nn_rnn(state, xs.astype(dtype), h_0.astype(dtype)).astype(dtype)


def named(weight_ih, weight_hh, bias_ih, bias_hh):
    return {"weight_ih_l0": weight_ih, "weight_hh_l0": weight_hh, "bias_ih_l0": bias_ih, "bias_hh_l0": bias_hh}


def to_pytorch(W_xh, W_hh, b_h):
    return named(W_xh.T, W_hh.T, b_h, np.zeros_like(b_h))


def nothing_transposed(W_xh, W_hh, b_h):
    """Their matrices stand the other way around: (H, D) and (H, H), from the columns to the rows. Transpose both."""
    return named(W_xh, W_hh, b_h, np.zeros_like(b_h))


def square_not_transposed(W_xh, W_hh, b_h):
    """weight_hh_l0 is not transposed. It is square, so no shape betrays it: only other numbers come out."""
    return named(W_xh.T, W_hh, b_h, np.zeros_like(b_h))


def reshaped(W_xh, W_hh, b_h):
    """You reshape, which deals the same numbers into other rows. W_xh.T turns rows into columns."""
    return named(W_xh.reshape(W_xh.shape[::-1]), W_hh.T, b_h, np.zeros_like(b_h))


def bias_twice(W_xh, W_hh, b_h):
    """Your bias counts twice: their layer adds both. One of the two has to be zero."""
    return named(W_xh.T, W_hh.T, b_h, b_h)


def no_bias(W_xh, W_hh, b_h):
    """Your two biases add up to zero, and b_h is lost. Put it into one of them, and zeros into the other."""
    return named(W_xh.T, W_hh.T, np.zeros_like(b_h), np.zeros_like(b_h))


def one_bias_missing(W_xh, W_hh, b_h):
    """bias_hh_l0 is missing. Their layer has it, and it does not start at zero: say that it is."""
    return {"weight_ih_l0": W_xh.T, "weight_hh_l0": W_hh.T, "bias_ih_l0": b_h}


def ours_by_our_names(W_xh, W_hh, b_h):
    """Those are our names. Theirs are weight_ih_l0, weight_hh_l0, bias_ih_l0 and bias_hh_l0."""
    return {"W_xh": W_xh.T, "W_hh": W_hh.T, "b_h": b_h}


def ih_and_hh_swapped(W_xh, W_hh, b_h):
    """ih and hh have changed places: ih is from the input to the hidden state, so weight_ih_l0 is W_xh.T."""
    return named(W_hh.T, W_xh.T, b_h, np.zeros_like(b_h))


def bias_of_one_number(W_xh, W_hh, b_h):
    """Their second bias is an array (H,), too: np.zeros_like(b_h)."""
    return named(W_xh.T, W_hh.T, b_h, 0.0)


def all_in_hh(W_xh, W_hh, b_h):
    return named(W_xh.T, W_hh.T, np.zeros_like(b_h), b_h)


def half_and_half(W_xh, W_hh, b_h):
    return named(W_xh.T, W_hh.T, b_h / 2, b_h / 2)


def layer_problem(D, H, seed, T=4, B=2):
    W_xh, W_hh, b_h, xs, h_0 = standard_normal(seed, (D, H), (H, H), (H,), (T, B, D), (B, H))
    W_hh = rnn_of(W_xh, W_hh / np.sqrt(H), b_h).params["W_hh"].copy()
    return W_xh / np.sqrt(D), W_hh, b_h, xs, h_0


check_to_pytorch = Check(
    to_pytorch,
    returns=("the states of nn.RNN",),
    problems=[layer_problem(3, 4, seed=0), layer_problem(5, 2, seed=1)],
    wrong=[
        nothing_transposed,
        square_not_transposed,
        reshaped,
        bias_twice,
        no_bias,
        one_bias_missing,
        ours_by_our_names,
        ih_and_hh_swapped,
        bias_of_one_number,
    ],
    also=[all_in_hh, half_and_half],
    use=read_by_them,
)

# A packed batch


def pack(xs, lengths):
    batch_sizes = np.array([(lengths > t).sum() for t in range(lengths.max())])
    return np.concatenate([xs[t, :size] for t, size in enumerate(batch_sizes)]), batch_sizes


def one_sequence_after_the_other(xs, lengths):
    """You lay one sequence behind the other. It goes step by step: the first steps of all, then the second steps of
    those that have one."""
    return np.concatenate([xs[:length, b] for b, length in enumerate(lengths)]), pack(xs, lengths)[1]


def padding_kept(xs, lengths):
    """Padding is still in it: at step t only those stay whose length is greater than t."""
    sizes = np.full(lengths.max(), len(lengths))
    return xs[: lengths.max()].reshape(-1, xs.shape[-1]), sizes


def one_step_more(xs, lengths):
    """A row of padding of each shorter sequence is still there. With length 2 there are steps 0 and 1: length > t."""
    sizes = np.array([(lengths >= t).sum() for t in range(lengths.max())])
    return np.concatenate([xs[t, :size] for t, size in enumerate(sizes)]), sizes


def lengths_for_sizes(xs, lengths):
    """You return the lengths. batch_sizes has a number for each step: how many sequences are that long."""
    return pack(xs, lengths)[0], lengths.copy()


def from_the_end(xs, lengths):
    """The steps come last to first. The layer starts with step 0."""
    data, sizes = pack(xs, lengths)
    steps = np.split(data, np.cumsum(sizes)[:-1])
    return np.concatenate(steps[::-1]), sizes[::-1].copy()


def sizes_for_the_whole_array(xs, lengths):
    """Your batch_sizes goes on behind the longest sequence, with zeros. It ends where that ends: lengths.max()."""
    return pack(xs, lengths)[0], np.array([(lengths > t).sum() for t in range(len(xs))])


def zeros_taken_for_padding(xs, lengths):
    """You look for rows of zeros, and a real step can be one. Go by the lengths."""
    data, sizes = pack(xs, lengths)
    real = (data != 0).any(axis=1)
    return data[real], sizes


def packed_problem(lengths, D, seed, T, zero=None):
    (xs,) = standard_normal(seed, (T, len(lengths), D))
    if zero is not None:
        xs[zero] = 0
    return xs, np.array(lengths)


check_pack = Check(
    pack,
    returns=("data", "batch_sizes"),
    problems=[
        packed_problem([4, 2, 1], 2, seed=0, T=4),
        packed_problem([3, 3, 2, 2], 3, seed=1, T=5),
        packed_problem([5, 1], 4, seed=2, T=5, zero=(2, 0)),
    ],
    wrong=[
        one_sequence_after_the_other,
        padding_kept,
        one_step_more,
        lengths_for_sizes,
        from_the_end,
        sizes_for_the_whole_array,
        zeros_taken_for_padding,
    ],
)

# Several machines


def mean_of_machines(grads, tokens):
    return np.average(grads, axis=0, weights=tokens)


def plain_mean(grads, tokens):
    """You take the plain mean, as DistributedDataParallel does. A machine with twice the tokens counts twice."""
    return grads.mean(axis=0)


def plain_sum(grads, tokens):
    """You add them up. The loss is a mean over tokens, and so is its gradient: weigh by tokens, divide by all."""
    return grads.sum(axis=0)


def never_divided(grads, tokens):
    """Weighed, and never divided: the gradient is too large, by the number of all tokens."""
    return tokens @ grads


def divided_by_machines(grads, tokens):
    """You divide by the number of machines. The weights are tokens, so divide by the number of all tokens."""
    return tokens @ grads / len(tokens)


def few_weigh_most(grads, tokens):
    """You divide by the tokens, so the machine with the fewest counts most. Each gradient is a mean over its tokens
    already: multiply."""
    return np.average(grads, axis=0, weights=1 / tokens)


def largest_alone(grads, tokens):
    """That is the gradient of the machine with the most tokens. All of them have read something."""
    return grads[tokens.argmax()].copy()


def machines_problem(tokens, P, seed):
    (grads,) = standard_normal(seed, (len(tokens), P))
    return grads, np.array(tokens)


check_mean_of_machines = Check(
    mean_of_machines,
    returns=("the gradient",),
    problems=[
        machines_problem([7, 2, 4], 5, seed=0),
        machines_problem([1, 9], 3, seed=1),
        machines_problem([5, 3, 8, 6], 2, seed=2),
    ],
    wrong=[plain_mean, plain_sum, never_divided, divided_by_machines, few_weigh_most, largest_alone],
)
