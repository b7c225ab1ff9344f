"""Checks of lesson 13: one step of an LSTM, and the same step back."""

import numpy as np

from seq2seq_lib.exercises.check import Check
from seq2seq_lib.exercises.problems import standard_normal
from seq2seq_lib.gru import sigmoid
from seq2seq_lib.lstm import LSTM


def lstm_of(W_xh, W_hh):
    """The core's LSTM with these weights."""
    lstm = LSTM(len(W_xh), len(W_hh), rng=0)
    lstm.params["W_xh"], lstm.params["W_hh"] = W_xh, W_hh
    return lstm


# One step


def lstm_step(x_t, h_prev, c_prev, W_xh, W_hh, b_h):
    lstm = lstm_of(W_xh, W_hh)
    lstm.params["b_h"] = b_h
    state = lstm.step(x_t, np.concatenate([h_prev, c_prev], axis=-1))
    return lstm.hidden(state), lstm.memory(state)


def stepped(
    x_t,
    h_prev,
    c_prev,
    W_xh,
    W_hh,
    b_h,
    order="ifgo",
    squash=(sigmoid, np.tanh),
    memory=lambda c_prev, i, f, g, o: f * c_prev + i * g,
    shown=lambda c, o, c_prev: o * np.tanh(c),
):
    """lstm_step, each part of which can be exchanged."""
    blocks = dict(zip(order, np.split(x_t @ W_xh + h_prev @ W_hh + b_h, 4, axis=-1)))
    gate, candidate = squash
    i, f, g, o = gate(blocks["i"]), gate(blocks["f"]), candidate(blocks["g"]), gate(blocks["o"])
    c = memory(c_prev, i, f, g, o)
    return shown(c, o, c_prev), c


def i_and_f_swapped(*given):
    """i and f have changed places. The columns are i, f, g, o, and the forget gate is the one at the old memory:
    c_t = f * c_prev + i * g."""
    return stepped(*given, order="figo")


def g_and_o_swapped(*given):
    """g and o have changed places: the third H columns are the candidate g, the last are the output gate o."""
    return stepped(*given, order="ifog")


def o_second(*given):
    """Your blocks are i, o, f, g, as some books have them. Here the columns are i, f, g, o, as in PyTorch."""
    return stepped(*given, order="iofg")


def candidate_is_a_gate(*given):
    """Your g is a sigmoid, so nothing can ever be subtracted from the memory. g is no gate: tanh, between -1 and 1."""
    return stepped(*given, squash=(sigmoid, sigmoid))


def gates_by_tanh(*given):
    """Your gates are tanh and can be negative. A gate is a share, between 0 and 1: sigmoid for i, f and o."""
    return stepped(*given, squash=(np.tanh, np.tanh))


def gates_without_sigmoid(*given):
    """Your gates are plain sums, of any size. The sigmoid makes a share of them, between 0 and 1."""
    return stepped(*given, squash=(lambda a: a, np.tanh))


def forgets_the_new(*given):
    """Your forget gate acts on the candidate, too. It is at the old memory alone: c_t = f * c_prev + i * g."""
    return stepped(*given, memory=lambda c_prev, i, f, g, o: f * (c_prev + i * g))


def one_gate_for_both(*given):
    """You write 1 - f of the candidate. So does a GRU; an LSTM has a gate of its own for it, i."""
    return stepped(*given, memory=lambda c_prev, i, f, g, o: f * c_prev + (1 - f) * g)


def nothing_kept(*given):
    """The old memory is gone: c_t = f * c_prev + i * g, and the first half of it is what the cell is for."""
    return stepped(*given, memory=lambda c_prev, i, f, g, o: i * g)


def all_kept(*given):
    """f is missing: you add to the whole old memory. That was the cell of 1997; here f says how much of it stays."""
    return stepped(*given, memory=lambda c_prev, i, f, g, o: c_prev + i * g)


def all_written(*given):
    """i is missing: the whole candidate is written. The input gate says how much of it: i * g."""
    return stepped(*given, memory=lambda c_prev, i, f, g, o: f * c_prev + g)


def memory_shown_as_it_is(*given):
    """h_t = o * c_t lacks the tanh. The memory may grow beyond 1, what is shown may not: o * np.tanh(c_t)."""
    return stepped(*given, shown=lambda c, o, c_prev: o * c)


def gate_inside_the_tanh(*given):
    """Your output gate is inside the tanh. First tanh(c_t), then the share of it that is shown: o * np.tanh(c_t)."""
    return stepped(*given, shown=lambda c, o, c_prev: np.tanh(o * c))


def output_gate_missing(*given):
    """o is missing: h_t shows the whole memory. The output gate says how much of it: o * np.tanh(c_t)."""
    return stepped(*given, shown=lambda c, o, c_prev: np.tanh(c))


def old_memory_shown(*given):
    """You show the memory of the step before. Write first, then show: h_t is made of the new c_t."""
    return stepped(*given, shown=lambda c, o, c_prev: o * np.tanh(c_prev))


def memory_of_h(x_t, h_prev, c_prev, W_xh, W_hh, b_h):
    """Your f keeps h_prev. What is kept is the memory: c_t = f * c_prev + i * g."""
    return stepped(x_t, h_prev, h_prev, W_xh, W_hh, b_h)


def gates_see_c(x_t, h_prev, c_prev, W_xh, W_hh, b_h):
    """Your sums are made of c_prev. The gates see what was shown, h_prev; the memory itself goes through no matrix."""
    return stepped(x_t, c_prev, c_prev, W_xh, W_hh, b_h)


def h_unseen(x_t, h_prev, c_prev, W_xh, W_hh, b_h):
    """h_prev @ W_hh is missing from the sums: the gates must know what came before."""
    return stepped(x_t, 0 * h_prev, c_prev, W_xh, W_hh, b_h)


def no_bias(x_t, h_prev, c_prev, W_xh, W_hh, b_h):
    """b_h is missing. With it a gate can stand open until something speaks against it."""
    return stepped(x_t, h_prev, c_prev, W_xh, W_hh, 0 * b_h)


def the_other_way_round(*given):
    """You return c_t first. What is shown comes first: h_t, c_t."""
    return lstm_step(*given)[::-1]


def step_problem(batch, inputs, hidden, seed):
    shapes = (batch, inputs), (batch, hidden), (batch, hidden), (inputs, 4 * hidden), (hidden, 4 * hidden)
    x_t, h_prev, c_prev, W_xh, W_hh, b_h = standard_normal(seed, *shapes, (4 * hidden,))
    return x_t, np.tanh(h_prev), c_prev, 0.7 * W_xh, 0.7 * W_hh, b_h


check_lstm_step = Check(
    lstm_step,
    returns=("h_t", "c_t"),
    problems=[step_problem(2, 3, 4, seed=0), step_problem(4, 2, 3, seed=1)],
    wrong=[
        i_and_f_swapped,
        g_and_o_swapped,
        o_second,
        candidate_is_a_gate,
        gates_by_tanh,
        gates_without_sigmoid,
        forgets_the_new,
        one_gate_for_both,
        nothing_kept,
        all_kept,
        all_written,
        memory_shown_as_it_is,
        gate_inside_the_tanh,
        output_gate_missing,
        old_memory_shown,
        memory_of_h,
        gates_see_c,
        h_unseen,
        no_bias,
        the_other_way_round,
    ],
)

# The same step back


def lstm_backward_step(dh_t, dc_t, x_t, h_prev, c_prev, c_t, gates, W_xh, W_hh):
    i, f, g, o = gates
    shown = np.tanh(c_t)
    to_ifg = np.concatenate([g * i * (1 - i), c_prev * f * (1 - f), i * (1 - g * g)], axis=-1)
    lstm = lstm_of(W_xh, W_hh)
    da_t, dc_prev = lstm.back(dh_t, dc_t, to_ifg, shown * o * (1 - o), o * (1 - shown**2), f)
    return lstm.input_grads(x_t, da_t), da_t @ W_hh.T, dc_prev, lstm.weight_grads(x_t, h_prev, da_t)


def to_c(dh, dc, c, tanh_c, o):
    return dc + dh * o * (1 - tanh_c**2)


def stepped_back(
    dh_t,
    dc_t,
    x_t,
    h_prev,
    c_prev,
    c_t,
    gates,
    W_xh,
    W_hh,
    at_c=to_c,
    at_gates=lambda dh, dc, c_prev, c, i, f, g, o: (dc * g, dc * c_prev, dc * i, dh * np.tanh(c)),
    slopes=(lambda gate: gate * (1 - gate), lambda g: 1 - g**2),
    back=lambda dc, i, f: dc * f,
    order="ifgo",
    bias=lambda da: da.sum(axis=0),
):
    """lstm_backward_step, each part of which can be exchanged."""
    dc = at_c(dh_t, dc_t, c_t, np.tanh(c_t), gates[3])
    of_gate, of_candidate = slopes
    of_each = dict(zip("ifgo", (of_gate, of_gate, of_candidate, of_gate)))
    d_gates = at_gates(dh_t, dc, c_prev, c_t, *gates)
    das = {name: d * of_each[name](gate) for name, d, gate in zip("ifgo", d_gates, gates)}
    da_t = np.concatenate([das[name] for name in order], axis=-1)
    grads = {"W_xh": x_t.T @ da_t, "W_hh": h_prev.T @ da_t, "b_h": bias(da_t)}
    return da_t @ W_xh.T, da_t @ W_hh.T, back(dc, *gates[:2]), grads


def memory_hears_nothing_of_h(*given):
    """dc lacks what comes through h_t: c_t acts through h_t = o * tanh(c_t), too.
    dc = dc_t + dh_t * o * (1 - tanh(c_t)**2)."""
    return stepped_back(*given, at_c=lambda dh, dc, c, tanh_c, o: dc)


def future_forgotten(*given):
    """dc_t is forgotten: c_t acts through h_t and through c_{t+1}, and the two gradients add.
    dc = dc_t + dh_t * o * (1 - tanh(c_t)**2)."""
    return stepped_back(*given, at_c=lambda dh, dc, c, tanh_c, o: to_c(dh, 0, c, tanh_c, o))


def tanh_has_no_slope(*given):
    """On the way from h_t to c_t the slope of tanh is missing: dh_t * o * (1 - tanh(c_t)**2)."""
    return stepped_back(*given, at_c=lambda dh, dc, c, tanh_c, o: dc + dh * o)


def slope_at_c(*given):
    """Your slope is 1 - c_t**2. But c_t went into the tanh, it did not come out: 1 - tanh(c_t)**2."""
    return stepped_back(*given, at_c=lambda dh, dc, c, tanh_c, o: to_c(dh, dc, c, c, o))


def o_forgotten(*given):
    """On the way from h_t to c_t the output gate is missing: h_t = o * tanh(c_t), so dh_t * o * (1 - tanh(c_t)**2)."""
    return stepped_back(*given, at_c=lambda dh, dc, c, tanh_c, o: to_c(dh, dc, c, tanh_c, 1))


def conveyor_stops(*given):
    """dc_prev is zero: the way along the memory is cut, and with it what an LSTM is made for. c_t has f * c_prev in it,
    so dc_prev = dc * f."""
    return stepped_back(*given, back=lambda dc, i, f: 0 * dc)


def conveyor_without_its_gate(*given):
    """dc_prev is dc itself. On the way there stands the forget gate: c_t has f * c_prev in it, so dc * f."""
    return stepped_back(*given, back=lambda dc, i, f: dc)


def conveyor_through_i(*given):
    """dc_prev is dc * i. The input gate is at the candidate; c_prev was multiplied by f."""
    return stepped_back(*given, back=lambda dc, i, f: dc * i)


def conveyor_of_the_future_alone(dh_t, dc_t, x_t, h_prev, c_prev, c_t, gates, W_xh, W_hh):
    """dc_prev is made of dc_t alone. Make it of all that reached c_t, what came through h_t included: dc * f."""
    given = dh_t, dc_t, x_t, h_prev, c_prev, c_t, gates, W_xh, W_hh
    return stepped_back(*given, back=lambda dc, i, f: dc_t * f)


def gates_have_no_slope(*given):
    """The slopes of the sigmoids are missing: the sum behind a gate i gets d_i * i * (1 - i)."""
    return stepped_back(*given, slopes=(lambda gate: 1, lambda g: 1 - g**2))


def sigmoid_twice(*given):
    """Your slopes are those of sigmoid(gate). But a gate is a sigmoid already, of its sum: its slope is i * (1 - i)."""
    return stepped_back(*given, slopes=(lambda i: sigmoid(i) * (1 - sigmoid(i)), lambda g: 1 - g**2))


def tanh_twice(*given):
    """Your slope of the candidate is 1 - tanh(g)**2. But g is a tanh already, of its sum: 1 - g**2."""
    return stepped_back(*given, slopes=(lambda gate: gate * (1 - gate), lambda g: 1 - np.tanh(g) ** 2))


def candidate_as_a_gate(*given):
    """Your slope of g is that of a sigmoid, g * (1 - g). g is a tanh: 1 - g**2."""
    return stepped_back(*given, slopes=(lambda gate: gate * (1 - gate), lambda g: g * (1 - g)))


def gates_as_tanh(*given):
    """Your slope of the gates is that of tanh, 1 - i**2. A gate is a sigmoid: i * (1 - i)."""
    return stepped_back(*given, slopes=(lambda gate: 1 - gate**2, lambda g: 1 - g**2))


def candidate_has_no_slope(*given):
    """The slope of the candidate's tanh is missing: the sum behind g gets dc * i * (1 - g**2)."""
    return stepped_back(*given, slopes=(lambda gate: gate * (1 - gate), lambda g: 1))


def new_memory_for_the_old(*given):
    """The forget gate multiplied the old memory: its gradient is dc * c_prev, not dc * c_t."""
    return stepped_back(
        *given, at_gates=lambda dh, dc, c_prev, c, i, f, g, o: (dc * g, dc * c, dc * i, dh * np.tanh(c))
    )


def i_and_g_swapped(*given):
    """In a product each factor gets the other one: i * g gives di = dc * g and dg = dc * i. Yours are swapped."""
    return stepped_back(
        *given, at_gates=lambda dh, dc, c_prev, c, i, f, g, o: (dc * i, dc * c_prev, dc * g, dh * np.tanh(c))
    )


def output_gate_of_c(*given):
    """The output gate multiplied tanh(c_t): its gradient is dh_t * tanh(c_t), not dh_t * c_t."""
    return stepped_back(*given, at_gates=lambda dh, dc, c_prev, c, i, f, g, o: (dc * g, dc * c_prev, dc * i, dh * c))


def output_gate_of_dc(*given):
    """The output gate acts on h_t alone, so its gradient is made of dh_t, not of dc: dh_t * tanh(c_t)."""
    return stepped_back(
        *given, at_gates=lambda dh, dc, c_prev, c, i, f, g, o: (dc * g, dc * c_prev, dc * i, dc * np.tanh(c))
    )


def another_order(*given):
    """Your gradients of g and o have changed places. Put them side by side as the columns are: i, f, g, o."""
    return stepped_back(*given, order="ifog")


def f_before_i(*given):
    """Your gradients of i and f have changed places. Put them side by side as the columns are: i, f, g, o."""
    return stepped_back(*given, order="figo")


def f_taken_for_i(dh_t, dc_t, x_t, h_prev, c_prev, c_t, gates, W_xh, W_hh):
    """You take f for i: the gates come as i, f, g, o."""
    i, f, g, o = gates
    return stepped_back(dh_t, dc_t, x_t, h_prev, c_prev, c_t, (f, i, g, o), W_xh, W_hh)


def o_taken_for_g(dh_t, dc_t, x_t, h_prev, c_prev, c_t, gates, W_xh, W_hh):
    """You take o for g: the gates come as i, f, g, o."""
    i, f, g, o = gates
    return stepped_back(dh_t, dc_t, x_t, h_prev, c_prev, c_t, (i, f, o, g), W_xh, W_hh)


def bias_of_each(*given):
    """db_h still has a row for each example. One bias served them all, so their gradients add: sum over axis 0."""
    return stepped_back(*given, bias=lambda da: da)


def bias_averaged(*given):
    """db_h is averaged over the batch. The loss has done any averaging there is: here gradients add."""
    return stepped_back(*given, bias=lambda da: da.mean(axis=0))


def weights_of_c(dh_t, dc_t, x_t, h_prev, c_prev, c_t, gates, W_xh, W_hh):
    """dW_hh is made of c_prev. W_hh was multiplied by what was shown: h_prev.T @ da_t."""
    dx_t, dh_prev, dc_prev, grads = lstm_backward_step(dh_t, dc_t, x_t, h_prev, c_prev, c_t, gates, W_xh, W_hh)
    return (
        dx_t,
        dh_prev,
        dc_prev,
        {**grads, "W_hh": stepped_back(dh_t, dc_t, x_t, c_prev, c_prev, c_t, gates, W_xh, W_hh)[3]["W_hh"]},
    )


def backward_problem(batch, inputs, hidden, seed):
    x_t, h_prev, c_prev, W_xh, W_hh, b_h = step_problem(batch, inputs, hidden, seed)
    dh_t, dc_t = standard_normal(seed + 10, (batch, hidden), (batch, hidden))
    lstm = lstm_of(W_xh, W_hh)
    i, f, g, o = lstm.gates(x_t @ W_xh + b_h, h_prev)
    return dh_t, dc_t, x_t, h_prev, c_prev, f * c_prev + i * g, (i, f, g, o), W_xh, W_hh


check_lstm_backward_step = Check(
    lstm_backward_step,
    returns=("dx_t", "dh_prev", "dc_prev", "grads"),
    problems=[backward_problem(2, 3, 4, seed=2), backward_problem(4, 2, 3, seed=3)],
    wrong=[
        memory_hears_nothing_of_h,
        future_forgotten,
        tanh_has_no_slope,
        slope_at_c,
        o_forgotten,
        conveyor_stops,
        conveyor_without_its_gate,
        conveyor_through_i,
        conveyor_of_the_future_alone,
        gates_have_no_slope,
        sigmoid_twice,
        tanh_twice,
        candidate_as_a_gate,
        gates_as_tanh,
        candidate_has_no_slope,
        new_memory_for_the_old,
        i_and_g_swapped,
        output_gate_of_c,
        output_gate_of_dc,
        another_order,
        f_before_i,
        f_taken_for_i,
        o_taken_for_g,
        bias_of_each,
        bias_averaged,
        weights_of_c,
    ],
)
