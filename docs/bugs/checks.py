"""Six checks of a file such as plain_seq2seq.py: each takes the module and returns an error.

That of a right file is rounding; from FOUND on it is a bug.
"""

import numpy as np

FOUND = 1e-3
SOURCE_SYMBOLS, TARGET_SYMBOLS, HIDDEN = 7, 6, 4


def problem(module, seed=0):
    """Weights that are nowhere 0, and three pairs of different lengths in which tokens come again."""
    rng = np.random.default_rng(seed)
    source, target = rng.integers(3, SOURCE_SYMBOLS, (5, 3)), rng.integers(3, TARGET_SYMBOLS, (4, 3))
    source_real = np.arange(5)[:, None] < [5, 3, 4]
    target_real = np.arange(4)[:, None] < [2, 4, 3]
    batch = source * source_real, source_real, target * target_real, target_real
    return module.new_params(SOURCE_SYMBOLS, TARGET_SYMBOLS, HIDDEN, seed), batch


def difference(one, other):
    one, other = np.asarray(one, float), np.asarray(other, float)
    largest = max(np.abs(one).max(), np.abs(other).max(), 1e-12)
    return np.abs(one - other).max() / largest if one.shape == other.shape else 1.0


def gradient(module):
    """Each gradient against two nudged losses."""
    params, batch = problem(module)
    _, grads = module.loss_and_grads(params, *batch)
    return max(difference(grads[name], nudged(module, params, name, batch)) for name in params)


def nudged(module, params, name, batch, epsilon=1e-5):
    slopes = np.zeros_like(params[name])
    for place in np.ndindex(slopes.shape):
        losses = []
        for nudge in (epsilon, -epsilon):
            moved = {**params, name: params[name].copy()}
            moved[name][place] += nudge
            losses.append(module.loss_and_grads(moved, *batch)[0])
        slopes[place] = (losses[0] - losses[1]) / (2 * epsilon)
    return slopes


def padding(module):
    """Two more steps of padding, whatever stands there: neither loss nor gradient may change."""
    params, batch = problem(module)
    longer = [np.concatenate([array, np.zeros_like(array[:2])]) for array in batch]
    longer[0][-1], longer[2][-1] = 5, 4
    loss, grads = module.loss_and_grads(params, *batch)
    other_loss, other_grads = module.loss_and_grads(params, *longer)
    return max(difference(loss, other_loss), *(difference(grads[name], other_grads[name]) for name in grads))


def company(module):
    """The loss of a batch is that of its sequences alone, each as often as it has tokens."""
    params, batch = problem(module)
    tokens = batch[3].sum(axis=0)
    alone = [module.loss_and_grads(params, *(array[:, [b]] for array in batch))[0] for b in range(3)]
    return difference(module.loss_and_grads(params, *batch)[0], alone @ tokens / tokens.sum())


def future(module):
    """Another target from step t on: no output up to step t may change."""
    params, (source, source_real, target, _) = problem(module)
    real = np.ones_like(target, bool)
    outputs = module.forward(params, source, source_real, target, real)[2]
    errors = []
    for t in range(len(target)):
        other = target.copy()
        other[t:] = (other[t:] + 1) % TARGET_SYMBOLS
        changed = module.forward(params, source, source_real, other, real)[2]
        errors.append(difference(outputs[: t + 1], changed[: t + 1]))
    return max(errors)


def echo(module):
    """Handed its own answers as the target, the decoder gives the same answers again."""
    errors = []
    for seed in range(5):
        params, (source, source_real, _, _) = problem(module, seed)
        said = module.answer(params, source, source_real, 5)
        outputs = module.forward(params, source, source_real, said, np.ones_like(said, bool))[2]
        errors.append(np.mean(outputs.argmax(axis=-1) != said))
    return max(errors)


def know_nothing(module):
    """With all weights 0 each token is equally probable: the loss is the logarithm of their number."""
    params, batch = problem(module)
    nothing = {name: np.zeros_like(array) for name, array in params.items()}
    return difference(module.loss_and_grads(nothing, *batch)[0], np.log(TARGET_SYMBOLS))


CHECKS = {check.__name__: check for check in (gradient, padding, company, future, echo, know_nothing)}


def errors_of(module):
    """{name of a check: its error}; a file that breaks down, or computes what is no number, has none."""
    try:
        with np.errstate(all="ignore"):
            errors = {name: check(module) for name, check in CHECKS.items()}
    except Exception:  # whatever it is: nobody needs a check to see that it breaks down
        return {}
    return errors if all(np.isfinite(error) for error in errors.values()) else {}


def found(errors):
    return [name for name, error in errors.items() if error > FOUND]
