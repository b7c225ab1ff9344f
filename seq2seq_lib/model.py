"""What all our models share: networks and an output layer, their weights in one vector, and a file to keep them in."""

import json
from contextlib import contextmanager

from seq2seq_lib import checks, storage
from seq2seq_lib.gru import GRU
from seq2seq_lib.lstm import LSTM
from seq2seq_lib.parameters import Parameters
from seq2seq_lib.rnn import RNN, rows

METHODS = "step", "forward", "backward_step", "backward"
CELLS = {"RNN": RNN, "GRU": GRU, "LSTM": LSTM}


class Model:
    """Recurrent networks, and a layer W_hy, b_y from the states of the decoder to the outputs.

    params: all weights, {name: array}, those of a network under its name ("encoder.W_hh"); grads: the last gradient
    symbols: what the tokens stand for, a tuple of them for each network (see Task.symbols), or None. A model that has
    them refuses batches and tasks of another alphabet, and takes them along into its file.
    """

    networks = ("decoder",)

    def gather(self, layers):
        """Put the weights of the networks, and the layers {name: array}, into one vector. Subclasses call it once."""
        weights = {}
        for name in self.networks:
            weights |= {f"{name}.{weight}": array for weight, array in getattr(self, name).params.items()}
        self.params = Parameters(weights | layers, self.decoder.dtype)
        for name in self.networks:
            getattr(self, name).params = self.params.part(f"{name}.")
        self.grads = self._symbols = None

    @property
    def dtype(self):
        return self.params.memory.dtype

    def output(self, states):
        """h W_hy + b_y: states (..., state_dim) -> (..., O). In memory (O, ...), which lets the softmax be fast."""
        h = self.decoder.hidden(states)
        outputs = self.params["W_hy"].T.dot(rows(h).T)
        outputs += self.params["b_y"][:, None]
        return outputs.T.reshape(*h.shape[:-1], -1)

    def of_outputs(self, outputs, batch):
        """What the caller gave as outputs (T, B, O), or as the gradient at them, whatever is in it."""
        steps = checks.steps(checks.has(batch, "a Batch", "target", "target_mask").target)
        return checks.shaped(outputs, (*steps, len(self.params["b_y"])), self.dtype, "outputs, or d_outputs")

    @property
    def symbols(self):
        return self._symbols

    @symbols.setter
    def symbols(self, symbols):
        if symbols is not None:
            symbols = checks.symbols_of_sides(symbols)
            self.check_sizes(symbols)
        self._symbols = symbols

    def check_sizes(self, symbols):
        """Does each network read as many tokens as there are symbols?"""
        symbols = checks.sides(symbols)
        if len(symbols) != len(self.networks):
            raise ValueError(f"expected symbols for {' and '.join(self.networks)}, got those of {len(symbols)} sides")
        for name, given in zip(self.networks, symbols):
            known = getattr(self, name).input_dim
            if known != len(given):
                raise ValueError(
                    f"{name}: expected the symbols of the {known} tokens that it reads, got {len(given)} symbols: "
                    "the model was made for another vocabulary"
                )

    def check_symbols(self, symbols):
        """Does each network read as many tokens as there are symbols, and do they stand for the same?"""
        self.check_sizes(symbols)
        for name, own, given in zip(self.networks, self._symbols or symbols, symbols):
            if own != given:
                token = next(token for token in range(len(own)) if own[token] != given[token])
                raise ValueError(
                    f"{name}: expected the symbols that it was trained with, where token {token} is {own[token]!r}, "
                    f"got others, where it is {given[token]!r}"
                )

    def save(self, path):
        """Write the model into one .npz file; a crash in the middle leaves the old file as it was.

        Raises ValueError, and writes nothing, where load could not read it back.
        """
        cells = {type(getattr(self, name)) for name in self.networks}
        if len(cells) > 1:
            raise ValueError(f"expected networks of one kind of cell, got {', '.join(c.__name__ for c in cells)}")
        (cell,) = cells
        if CELLS.get(cell.__name__, cell) is not cell:
            raise ValueError(f"cell: expected a class of another name than ours, got {cell}")
        for name, values in self.params.items():
            checks.finite(values, self.dtype, name)
        what = {**self.settings(), "cell": cell.__name__, "symbols": json.dumps(self.symbols)}
        storage.write(checks.path(path), {**what, **self.params})

    @classmethod
    def load(cls, path, cell=None):
        """Read what save wrote. A broken or foreign file raises ValueError, and nothing in it is executed.

        path: a file; the lessons' own, "weights/...", are found from any directory
        cell: the class of its cells, where it is one of your own
        """
        cell = None if cell is None else cell_class(cell)
        with open(storage.found(checks.path(path)), "rb") as file:
            stored = storage.Arrays(path, file)
            with as_saved(path, cls):
                cell = cell_of(stored, cell)
                check_shapes(stored.shapes, cls.networks, cell)
            arrays = dict(stored)
        with as_saved(path, cls):
            symbols, _ = json.loads(str(arrays.pop("symbols", "null"))), arrays.pop("cell", None)
            model = cls.of_sizes(arrays, cell)
            for name in {**model.params, **arrays}:  # a name too few or too many is an error too
                model.params[name] = arrays[name]
            model.symbols = symbols
        return model


@contextmanager
def as_saved(path, kind):
    """What is wrong with the arrays of a file, in words."""
    try:
        yield
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise ValueError(f"{path}: expected a model that {kind.__name__}.save wrote, but {error}") from None


def check_shapes(shapes, networks, cell):
    """Do the weights in a file, {name: shape}, fit each other? Only then they are read, and a model is made of them."""
    if cell.__init__ is not RNN.__init__:  # a class of one's own, which itself knows what it needs
        return
    if len(shapes["W_hy"]) != 2:
        raise ValueError(f"W_hy: expected shape (H, O), got {shapes['W_hy']}")
    hidden, width = shapes["W_hy"][0], cell.blocks * shapes["W_hy"][0]
    for name in networks:
        inputs = shapes[f"{name}.W_xh"][:1]
        for weight, shape in {"W_xh": (*inputs, width), "W_hh": (hidden, width), "b_h": (width,)}.items():
            if shapes[f"{name}.{weight}"] != shape:
                raise ValueError(f"{name}.{weight}: expected shape {shape}, got {shapes[f'{name}.{weight}']}")


def cell_of(stored, cell):
    """The class of the cells of a stored model: one of ours, or the one that is given, if it has the right name."""
    name = str(stored["cell"]) if "cell" in stored else "RNN"
    if cell is None and name not in CELLS:
        raise ValueError(f"its cells are of a class {name}: give it, as in load(path, cell={name})")
    if cell is not None and cell.__name__ != name:
        raise ValueError(f"its cells are of a class {name}, not {cell.__name__}")
    return cell or CELLS[name]


def cell_class(cell):
    """The class of a cell, given as such or by the name of one of ours."""
    if isinstance(cell, str) and cell in CELLS:
        return CELLS[cell]
    if not isinstance(cell, type):
        raise ValueError(f"cell: expected {', '.join(CELLS)} or a class, got {checks.shown(cell)}")
    missing = [method for method in METHODS if not hasattr(cell, method)]
    if missing:
        raise ValueError(f"cell: expected a class with {', '.join(METHODS)}, got {cell.__name__} without {missing[0]}")
    return cell
