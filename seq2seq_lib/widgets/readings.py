"""Parts of an answer, such as the month of a date, and the probes that read them off a model's states."""

import numpy as np

from seq2seq_lib import Batch, probes

EXAMPLES, FEWEST = 1_200, 60  # pairs of the task to which the probes are fitted; with fewer at a step nothing is read


class Parts:
    """Parts of a task's right answers, {name: slice of the answer}, and the pairs to which their probes are fitted."""

    def __init__(self, task, places):
        drawn = np.random.default_rng(0).permutation(len(task.train))[:EXAMPLES]
        self.task, self.places = task, places
        self.pairs = [task.train[i] for i in drawn]
        self.values = {part: sorted({self.of(target, part) for _, target in self.pairs}) for part in places}

    def of(self, target, part):
        """This part of a right answer, as it is written; None where nobody has said what is right."""
        return None if target is None else self.task.target.join(self.task.target.split(target)[self.places[part]])

    def labels(self):
        """{part: (labels (N,) of the pairs, how many values there are)}"""
        numbers = {part: {value: i for i, value in enumerate(values)} for part, values in self.values.items()}
        return {
            part: (np.array([number[self.of(target, part)] for _, target in self.pairs]), len(number))
            for part, number in numbers.items()
        }


class Read:
    """The states of a model over the pairs of some Parts, and the probes that read them at each step.

    Time goes from 1: so many symbols have been read; then on, so many have been written.
    """

    def __init__(self, model, parts):
        pairs, task = parts.pairs, parts.task
        sources, targets = ([v.encode(t) for t in texts] for v, texts in zip((task.source, task.target), zip(*pairs)))
        self.model, self.labels, self.values = model, parts.labels(), parts.values
        self.sizes = np.array([[len(source), len(target) + 1] for source, target in zip(sources, targets)])  # with EOS
        self.encoder_hs, self.decoder_hs = self.seen(Batch(sources, targets))
        steps = [(0, t) for t in range(1, len(self.encoder_hs))] + [(1, t) for t in range(len(self.decoder_hs))]
        self.probes = {(part, *step): self.fit(part, *step) for part in self.labels for step in steps}

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

    def likeliest(self, part, way, reads):
        """The value that is read off each state of a way, or None."""
        said = [self.said(part, state, t, reads) for t, state in enumerate(way, 1)]
        return [None if numbers is None else self.values[part][int(numbers.argmax())] for numbers in said]


def place(t, reads):
    """0 and the step of the encoder, or 1 and that of the decoder: its step 0 is what is handed over in the end."""
    return (0, t) if t < reads else (1, t - reads)
