"""What BackwardStepper says in words: the arithmetic of one unit, a step in one sentence, and the verdict."""

from functools import partial

import numpy as np

from seq2seq_lib.words import fixed, number

three = partial(fixed, decimals=3)
LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def low(index):
    """An index below the line: h₃."""
    return str(index).translate(LOW)


def term(value, digits=3):
    """A number within a sum or a product: a negative one in brackets."""
    text = fixed(value, digits)
    return f"({text})" if text.startswith("−") else text


def arithmetic(seen, W_hh, unit):
    """Three lines: how this unit's dh came about, its da, and what it hands back."""
    own, future, dh, h, slope, da = (seen[name][0, unit] for name in ("own", "future", "dh", "h", "slope", "da"))
    t, wrong = low(seen["t"]), seen["wrong"].get("dh_prev")
    products = " + ".join(f"{term(a)}·{term(w)}" for a, w in zip(seen["da"][0], W_hh[unit]))
    handed = f"to h{low(seen['t'] - 1)}:  da{t} · W_hh[{unit}] = {products} = {three(seen['da'][0] @ W_hh[unit])}"
    if wrong and not np.isclose(wrong[0][0, unit], wrong[1][0, unit]):
        handed += f";  yours: {three(wrong[0][0, unit])}"
    from_own = "own output" if seen["own"].any() else "own output: none"
    from_future = "no future: the last step" if seen["last"] else "future"
    return [
        f"dh{t} = {three(own)} ({from_own}) + {term(future)} ({from_future}) = {three(dh)}",
        f"1 − {term(h)}² = {three(slope)} (slope);   da{t} = {term(dh)} × {three(slope)} = {three(da)}",
        handed,
    ]


def says(seen, steps):
    """One sentence about one step. A vector's length stands for how much gradient it carries."""
    t = seen["t"]
    length = {name: fixed(np.linalg.norm(seen[name])) for name in ("own", "future", "dh", "dh_prev")}
    future = "from the future 0 (last step)" if seen["last"] else f"from h{low(t + 1)} {length['future']}"
    return (
        f"Backward step {steps - t + 1} of {steps}, at h{low(t)}; lengths of the gradients: own output "
        f"{length['own']}, {future}, sum {length['dh']}, on to h{low(t - 1)} {length['dh_prev']}."
    )


def verdicts(walk, distances):
    """For each step of the walk: is all right up to here, and two lines that say so."""
    first = next((seen for seen in walk if seen["wrong"]), None)
    most = max(distances, key=distances.get)
    found = []
    for seen in walk:
        left = seen["t"] - 1
        if first and seen["t"] <= first["t"]:
            where, example = first_wrong(first)
            end = "" if left else f" At the end {most} is {number(distances[most], 2)} away from RNN.backward."
            found.append({"right": False, "lines": [where, example + end]})
        elif left:
            more = f"{left} more step{'s' if left > 1 else ''}"
            found.append({"right": True, "lines": ["Right so far.", f"{more}, then the sums meet RNN.backward."]})
        else:
            equal = "All steps added: dx, dh₀, dW_xh, dW_hh and db_h equal RNN.backward."
            found.append({"right": True, "lines": [equal, f"Largest difference: {number(distances[most], 1)}."]})
    return found


def first_wrong(seen):
    """Where it first goes wrong: at which step, in which quantities, and one number that shows it."""
    wrong, all_of_them = seen["wrong"], {"dx", "dh_prev", "dW_xh", "dW_hh", "db_h"}
    names = "everything, so look at da_t" if wrong.keys() == all_of_them else ", ".join(wrong)
    name = "db_h" if "db_h" in wrong else next(iter(wrong))  # for one example db_h is da_t itself
    mine, right = wrong[name]
    index = tuple(np.argwhere(~np.isclose(mine, right, rtol=1e-9, atol=1e-9))[0])
    at = ", ".join(map(str, index[1:] if name in ("dx", "dh_prev") else index))  # those have a batch of one in front
    return [
        f"First wrong at step {seen['t']}: {names}.",
        f"{name}[{at}] is {fixed(mine[index], 4)}, it should be {fixed(right[index], 4)}.",
    ]
