"""What StepExplorer says in words: the arithmetic of one unit, and what is to be seen of it."""

from seq2seq_lib.widgets.backward_words import term
from seq2seq_lib.words import fixed

SATURATED = 0.9  # beyond this, up or down, tanh is nearly flat


def shown(value, digits=2):
    """A number behind the sign that is true of it: = or, rounded, ≈."""
    return f"{'=' if abs(value - round(value, digits)) < 1e-9 else '≈'} {fixed(value, digits)}"


def words(unit, factors, products, weights, sums, states, yours, right, inputs):
    """The texts about one unit: its products, the sum written out, what the state is, and one sentence."""
    a_t, h_t = fixed(sums[unit]), fixed(states[unit])
    parts = products[:inputs, unit].sum(), products[inputs:-1, unit].sum(), products[-1, unit]
    says = "Unit {}: {} from the input, {} from the past, {} bias: ".format(unit, *(fixed(part) for part in parts))
    state, comment = f"h_t[{unit}] = tanh({a_t}) {shown(states[unit])}", ""
    if not right[unit]:
        digits = 2 if abs(yours[unit] - states[unit]) > 0.01 else 7  # as many as show the difference
        h_yours, h_t = fixed(yours[unit], digits), fixed(states[unit], digits)
        state = f"≠ Your step says {h_yours}, but the sum above gives tanh({a_t}) {shown(states[unit], digits)}."
        comment = "So the step is not yet tanh(x_t W_xh + h_prev W_hh + b_h)."
        says += f"a_t is {a_t}, its tanh {h_t}; your step says {h_yours}."
    elif abs(states[unit]) > SATURATED:
        comment = "Saturated: tanh is nearly flat here, so a change of the sum hardly changes h_t."
        says += f"a_t is {a_t}, h_t {h_t}: saturated."
    else:
        says += f"a_t is {a_t}, h_t {h_t}."
    return {
        "products": [shown(product) for product in products[:, unit]],
        "pieces": summed(unit, factors, weights[:, unit], sums[unit]),
        "state": state,
        "should": f"≠ {fixed(states[unit])}",
        "comment": comment,
        "results": [shown(sums[unit]), shown(yours[unit])],
        "says": says,
    }


def summed(unit, factors, weights, total):
    """a_t of one unit as pieces of a line: each product, the bias, the result. They may be broken between pieces."""
    terms = [f"{term(factor, 2)}·{term(weight, 2)}" for factor, weight in zip(factors, weights)]
    terms.append(term(weights[-1], 2))
    return [f"a_t[{unit}] = {terms[0]}", *(f"+ {each}" for each in terms[1:]), shown(total)]
