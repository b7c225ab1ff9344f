"""What BackwardStepper says in words: the arithmetic of one unit, a step in one sentence, and the verdict."""

import numpy as np

LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def low(number):
    """A number as an index below the line: h₃."""
    return str(number).translate(LOW)


def number(value, digits=3):
    text = f"{value:.{digits}f}"
    return text.replace("-", "−") if float(text) else text.lstrip("-")


def term(value, digits=3):
    """A number within a sum or a product: a negative one in brackets."""
    text = number(value, digits)
    return f"({text})" if text.startswith("−") else text


def arithmetic(seen, W_hh, unit):
    """Three lines: how this unit's dh came about, its da, and what it hands back."""
    own, future, dh, h, slope, da = (seen[name][0, unit] for name in ("own", "future", "dh", "h", "slope", "da"))
    t, wrong = low(seen["t"]), seen["wrong"].get("dh_prev")
    products = " + ".join(f"{term(a)}·{term(w)}" for a, w in zip(seen["da"][0], W_hh[unit]))
    handed = f"to h{low(seen['t'] - 1)}:  da{t} · W_hh[{unit}] = {products} = {number(seen['da'][0] @ W_hh[unit])}"
    if wrong and not np.isclose(wrong[0][0, unit], wrong[1][0, unit]):
        handed += f";  yours: {number(wrong[0][0, unit])}"
    from_own = "own output" if seen["own"].any() else "own output: none"
    from_future = "no future: the last step" if seen["last"] else "future"
    return [
        f"dh{t} = {number(own)} ({from_own}) + {term(future)} ({from_future}) = {number(dh)}",
        f"1 − {term(h)}² = {number(slope)} (slope);   da{t} = {term(dh)} × {number(slope)} = {number(da)}",
        handed,
    ]


def says(seen, steps):
    """One sentence about one step. A vector's length stands for how much gradient it carries."""
    t = seen["t"]
    length = {name: f"{np.linalg.norm(seen[name]):.2f}" for name in ("own", "future", "dh", "dh_prev")}
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
            end = "" if left else f" At the end {most} is {distances[most]:.2g} away from RNN.backward."
            found.append({"right": False, "lines": [where, example + end]})
        elif left:
            more = f"{left} more step{'s' if left > 1 else ''}"
            found.append({"right": True, "lines": ["Right so far.", f"{more}, then the sums meet RNN.backward."]})
        else:
            equal = "All steps added: dx, dh₀, dW_xh, dW_hh and db_h equal RNN.backward."
            found.append({"right": True, "lines": [equal, f"Largest difference: {distances[most]:.1g}."]})
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
        f"{name}[{at}] is {number(mine[index], 4)}, it should be {number(right[index], 4)}.",
    ]
