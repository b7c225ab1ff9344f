"""StateReader: what probes read off a state, which other texts have one like it, and what an output hung on."""

import numpy as np

from seq2seq_lib import Batch, Seq2Seq, plots, probes
from seq2seq_lib.widgets.controls import Range
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import javascript
from seq2seq_lib.widgets.texts import ReadsTexts

EXAMPLES, FEWEST = 1_200, 60  # pairs of the task to which the probes are fitted; with fewer at a step nothing is read
BEST, NEAR, OTHERS = 3, 3, 4  # likeliest values of a part, nearest texts, and texts coloured by the unit


class StateReader(ReadsTexts, Explorer):
    """Walk along the states of a text, first those of the encoder, then those of the decoder, and read each of them.

    parts: {name: slice of the right answer}, what the probes are to read, such as {"month": slice(5, 7)}
    Each step has probes of its own. Beside what they read off the model stands what others read off a stranger: the
    same sizes, random weights, never trained.
    """

    _esm = javascript("state_reader")
    describes = "what can be read off each state, the nearest other texts, and what an output hung on."

    def __init__(self, model, task, text, parts, asks="Your input"):
        self.take(task, model)
        drawn = np.random.default_rng(0).permutation(len(task.train))[:EXAMPLES]
        self.pairs, self.parts = [task.train[i] for i in drawn], parts
        self.values = {part: sorted({self.part(target, part) for _, target in self.pairs}) for part in parts}
        stranger = Seq2Seq(
            *(len(task.source), model.encoder.hidden_dim, len(task.target)),
            loss="cross_entropy",
            rng=1,
            dtype=model.dtype,
            cell=type(model.encoder),
        )
        self.models = [Read(each, task, self.pairs, self.labels()) for each in (model, stranger)]
        steps = len(self.reads(text))
        super().__init__(
            {
                "text": self.text_control(asks, text),
                "time": Range("time", 1, steps + 1, steps, local=True, plays=True, pace=700),
                "unit": Range("unit", 0, max(model.encoder.hidden_dim - 1, 1), self.telling(), local=True),
            }
        )

    def part(self, target, name):
        """This part of a right answer, as it is written."""
        return self.task.target.join(self.task.target.split(target)[self.parts[name]])

    def labels(self):
        """{part: (labels (N,) of the pairs, how many values there are)}"""
        places = {part: {value: i for i, value in enumerate(values)} for part, values in self.values.items()}
        return {
            part: (np.array([place[self.part(target, part)] for _, target in self.pairs]), len(place))
            for part, place in places.items()
        }

    def telling(self):
        """The unit that says most, of what is handed over, about the first part: has it the commonest value or not?"""
        labels, _ = next(iter(self.labels().values()))
        return probes.telling_unit(self.models[0].decoder_hs[0], labels == np.bincount(labels).argmax())[0]

    def frame(self, text):
        source, right = self.task.source.encode(text), self.solve(text)
        seen = self.traced(text)
        tokens = [int(token) for token in seen.answer]
        ways = [model.way(source, tokens) for model in self.models]
        steps = len(ways[0])
        hangs = probes.hangs_on(self.model, source, tokens)
        largest = np.abs(hangs).max(axis=1, keepdims=True)
        return {
            "reads": self.reads(text),
            "writes": self.names(tokens),
            "states": ways[0],
            "parts": [self.read_off(part, ways, len(source), right) for part in self.parts],
            "near": [self.near(ways[0], t, len(source)) for t in range(1, steps + 1)],
            "hangs": hangs / np.where(largest == 0, 1, largest),
            "others": self.others(),
            "opens": {"time": len(source)},
            "limits": {"time": steps},
        }

    def read_off(self, part, ways, reads, right):
        """What the probes of a part read at each step: the best values and their scores, and what off the stranger."""
        values, best, scores, strangers = self.values[part], [], [], []
        for t in range(1, len(ways[0]) + 1):
            said, stranger = (model.said(part, way[t - 1], t, reads) for model, way in zip(self.models, ways))
            order = [] if said is None else np.argsort(-said, kind="stable")[:BEST].tolist()
            best.append([values[i] for i in order])
            scores.append([float(said[i]) for i in order])
            strangers.append(None if stranger is None else values[int(stranger.argmax())])
        true = None if right is None else self.part(right, part)
        return {"name": part, "right": true, "best": best, "scores": scores, "stranger": strangers}

    def near(self, way, t, reads):
        """The texts whose state at this step is nearest, and their answers."""
        which, states = self.models[0].at(t, reads)
        if len(which) < NEAR:
            return []
        return [list(map(self.shown_text, self.pairs[which[i]])) for i in probes.nearest(states, way[t - 1], NEAR)]

    def shown_text(self, text):
        return text if isinstance(text, str) else " ".join(text)

    def others(self):
        """The first of the pairs: their symbols, and the states (S, H) after each."""
        texts = [self.reads(source) for source, _ in self.pairs[:OTHERS]]
        hs = self.models[0].encoder_hs
        return [{"reads": text, "states": hs[1 : len(text) + 1, i]} for i, text in enumerate(texts)]

    def picture(self):
        seen, t = self.found[1], len(self.found[1]["reads"]) - 1
        fig, axes = plots.mosaic([range(len(seen["parts"])), ["texts"] * len(seen["parts"])], 6)
        for i, part in enumerate(seen["parts"]):
            plots.readings(axes[i], part["name"], part["best"][t], part["scores"][t], part["right"])
        shown = [{"reads": seen["reads"], "states": seen["states"]}, *seen["others"]]
        texts = [one["reads"] for one in shown]
        courses = [one["states"][: len(one["reads"]), self.unit] for one in shown]
        fig.colorbar(plots.coloured_texts(axes["texts"], texts, courses), label=f"unit {self.unit}")
        return fig


class Read:
    """The states of a model over some pairs, and the probes that read them at each step.

    Time goes from 1: so many symbols have been read; then on, so many have been written.
    """

    def __init__(self, model, task, pairs, labels):
        sources, targets = ([v.encode(t) for t in texts] for v, texts in zip((task.source, task.target), zip(*pairs)))
        self.model, self.labels = model, labels
        self.sizes = np.array([[len(source), len(target) + 1] for source, target in zip(sources, targets)])  # with EOS
        self.encoder_hs, self.decoder_hs = self.seen(Batch(sources, targets))
        steps = [(0, t) for t in range(1, len(self.encoder_hs))] + [(1, t) for t in range(len(self.decoder_hs))]
        self.probes = {(part, *step): self.fit(part, *step) for part in labels for step in steps}

    def way(self, source, tokens):
        """The states over this text (S, H), and while these tokens are written (T, H), one after the other."""
        encoder_hs, decoder_hs = self.seen(np.array(source), np.array(tokens))
        return np.concatenate([encoder_hs[1:], decoder_hs[1:]])

    def seen(self, *sequences):
        """What others see of the states of encoder and decoder."""
        encoder_hs, decoder_hs, _ = self.model.forward(*sequences)
        return self.model.encoder.hidden(encoder_hs), self.model.decoder.hidden(decoder_hs)

    def at(self, t, reads):
        """Which of the pairs have a state of this time, of a text of `reads` symbols, and these states (n, H)."""
        return self.states(*place(t, reads))

    def states(self, side, step):
        hs = (self.encoder_hs, self.decoder_hs)[side]
        which = np.flatnonzero(self.sizes[:, side] > step - side)
        return which, hs[step][which] if len(hs) > step else hs[:0, 0]

    def fit(self, part, side, step):
        """The probe of a part at this step; None where there are too few texts of that length."""
        which, states = self.states(side, step)
        labels, classes = self.labels[part]
        return probes.fit_probe(states, labels[which], classes, ridge=1e-2) if len(which) >= FEWEST else None

    def said(self, part, state, t, reads):
        """What the probe of a part says of this state: a number for each value, or None."""
        probe = self.probes.get((part, *place(t, reads)))
        return None if probe is None else probes.read(probe, state)


def place(t, reads):
    """0 and the step of the encoder, or 1 and that of the decoder: its step 0 is what is handed over in the end."""
    return (0, t) if t < reads else (1, t - reads)
