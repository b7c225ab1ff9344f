"""One flat vector of numbers, and a name and a shape for each piece of it."""

from collections.abc import Mapping
from functools import cached_property
from itertools import accumulate

import numpy as np

from seq2seq_lib import checks


class Parameters(Mapping):
    """Named arrays that share one vector, so that clipping and Adam are a few vector operations.

    `params["W_hh"]` is a view: writing into it changes the model. `params["W_hh"] = values` copies
    the values into it. `params.flat` is the vector itself.
    """

    def __init__(self, arrays, dtype=None):
        """arrays: {name: array}, copied one behind the other, in this order; dtype: theirs, if None.

        Raises ValueError for what is no dict of finite numbers.
        """
        arrays = checks.weights(arrays, dtype)
        memory = np.concatenate([array.ravel() for array in arrays.values()])
        stops = accumulate(array.size for array in arrays.values())
        slots = {name: (stop - array.size, stop, array.shape) for stop, (name, array) in zip(stops, arrays.items())}
        self._share(memory, slots, slice(0, memory.size))

    def like(self, *groups):
        """Parameters of the same names and shapes with other values: groups of {name: array}, all in the same order."""
        flat = np.concatenate([array.ravel() for group in groups for array in group.values()])
        return self._sharing(flat, self.slots, self.span)

    def part(self, prefix):
        """The parameters whose names begin with `prefix`, without it; they stay in the same memory.

        Raises ValueError where there are none, or where others lie between them.
        """
        checks.beginning(self.slots, prefix)
        slots = {name.removeprefix(prefix): slot for name, slot in self.slots.items() if name.startswith(prefix)}
        bounds = list(slots.values())
        return self._sharing(self.memory, slots, slice(bounds[0][0], bounds[-1][1]))

    @classmethod
    def _sharing(cls, memory, slots, span):
        params = cls.__new__(cls)
        params._share(memory, slots, span)
        return params

    def _share(self, memory, slots, span):
        self.memory, self.slots, self.span, self.flat = memory, slots, span, memory[span]

    @cached_property
    def views(self):
        return {name: self.memory[start:stop].reshape(shape) for name, (start, stop, shape) in self.slots.items()}

    def __getstate__(self):
        """What a copy or a pickle takes along: not the views of this memory, it makes its own."""
        return {"memory": self.memory, "slots": self.slots, "span": self.span}

    def __setstate__(self, state):
        self._share(**state)

    def __getitem__(self, name):
        return self.views[name]

    def __setitem__(self, name, values):
        view = self[checks.one_of(name, self.slots)]
        view[...] = checks.array(values, view.shape, view.dtype, name)

    def __iter__(self):
        return iter(self.slots)

    def __len__(self):
        return len(self.slots)

    def __repr__(self):
        return "\n".join(f"{name:<14}{shape}" for name, (_, _, shape) in self.slots.items())


def vectors(params):
    """The arrays that hold all of `params`: one flat vector, or each array of a plain dict."""
    return [params.flat] if isinstance(params, Parameters) else list(params.values())
