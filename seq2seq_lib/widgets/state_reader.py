"""StateReader: what probes read off a state, which other texts have one like it, and what an output hung on."""

import numpy as np

from seq2seq_lib import Seq2Seq, plots, probes
from seq2seq_lib.widgets.controls import Range
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import javascript
from seq2seq_lib.widgets.readings import Parts, Read
from seq2seq_lib.widgets.texts import ReadsTexts

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
        self.parts = Parts(task, parts)
        stranger = Seq2Seq(
            *(len(task.source), model.encoder.hidden_dim, len(task.target)),
            loss="cross_entropy",
            rng=1,
            dtype=model.dtype,
            cell=type(model.encoder),
        )
        self.models = [Read(each, self.parts) for each in (model, stranger)]
        steps = len(self.reads(text))
        super().__init__(
            {
                "text": self.text_control(asks, text),
                "time": Range("time", 1, steps + 1, steps, local=True, plays=True, pace=700),
                "unit": Range("unit", 0, max(model.encoder.hidden_dim - 1, 1), self.telling(), local=True),
            }
        )

    def telling(self):
        """The unit that says most, of what is handed over, about the first part: has it the commonest value or not?"""
        labels, _ = next(iter(self.parts.labels().values()))
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
            "parts": [self.read_off(part, ways, len(source), right) for part in self.parts.places],
            "near": [self.near(ways[0], t, len(source)) for t in range(1, steps + 1)],
            "hangs": hangs / np.where(largest == 0, 1, largest),
            "others": self.others(),
            "opens": {"time": len(source)},
            "limits": {"time": steps},
        }

    def read_off(self, part, ways, reads, right):
        """What the probes of a part read at each step: the best values and their scores, and what off the stranger."""
        (way, strangers), values, best, scores = ways, self.parts.values[part], [], []
        model, stranger = self.models
        for t, state in enumerate(way, 1):
            said = model.said(part, state, t, reads)
            order = [] if said is None else np.argsort(-said, kind="stable")[:BEST].tolist()
            best.append([values[i] for i in order])
            scores.append([float(said[i]) for i in order])
        read = stranger.likeliest(part, strangers, reads)
        return {"name": part, "right": self.parts.of(right, part), "best": best, "scores": scores, "stranger": read}

    def near(self, way, t, reads):
        """The texts whose state at this step is nearest, and their answers."""
        which, states = self.models[0].at(t, reads)
        if len(which) < NEAR:
            return []
        return [
            list(map(self.shown_text, self.parts.pairs[which[i]])) for i in probes.nearest(states, way[t - 1], NEAR)
        ]

    def shown_text(self, text):
        return text if isinstance(text, str) else " ".join(text)

    def others(self):
        """The first of the pairs: their symbols, and the states (S, H) after each."""
        texts = [self.reads(source) for source, _ in self.parts.pairs[:OTHERS]]
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
