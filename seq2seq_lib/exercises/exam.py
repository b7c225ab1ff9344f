"""The exam of lesson 16: a whole Seq2Seq out of eight functions of the reader's, each held to its check."""

import html
from itertools import permutations

import numpy as np
from IPython.display import display

from seq2seq_lib.batch import BOS, EOS, shift_right
from seq2seq_lib.exercises import card
from seq2seq_lib.exercises.check import CORRECT, NOT_DONE
from seq2seq_lib.exercises.lesson_01 import check_rnn_step
from seq2seq_lib.exercises.lesson_02 import check_rnn_forward
from seq2seq_lib.exercises.lesson_03 import check_rnn_backward
from seq2seq_lib.exercises.lesson_06 import check_adam_step
from seq2seq_lib.exercises.lesson_08 import check_seq2seq_backward, check_seq2seq_forward
from seq2seq_lib.exercises.lesson_09 import check_predict_free
from seq2seq_lib.exercises.lesson_10 import check_masked_cross_entropy
from seq2seq_lib.rnn import fan_in

PIECES = [  # the lesson that asked for it, and its check
    ("01", check_rnn_step),
    ("02", check_rnn_forward),
    ("03", check_rnn_backward),
    ("06", check_adam_step),
    ("08", check_seq2seq_forward),
    ("08", check_seq2seq_backward),
    ("09", check_predict_free),
    ("10", check_masked_cross_entropy),
]
ABSENT, HIDDEN, SYMBOLS, ROUNDS, RATE = "not there yet.", 16, 7, 25, 0.01


def exam(names):
    """Show which of the eight functions are among these names, {name: function}, and right; globals() are all of them.

    Where all eight are right, they are put together, and learn to write words of three letters backwards.
    """
    display(Exam(names))


class Exam:
    """A row for each piece: a table in a notebook, lines elsewhere."""

    def __init__(self, names):
        given = {check.name: names[check.name] for _, check in PIECES if check.name in names}
        self.rows = [
            (check.name, lesson, check.verdict(given[check.name]) if check.name in given else ABSENT)
            for lesson, check in PIECES
        ]
        self.passed = sum(words == CORRECT for _, _, words in self.rows)
        self.together = put_together(given) if self.passed == len(PIECES) else "when all eight are right."

    def __repr__(self):
        lines = [f"{mark(words)} {name} (lesson {lesson}): {words}" for name, lesson, words in self.rows]
        return "\n".join([self.count(), *lines, f"All together: {self.together}"])

    def count(self):
        return f"{self.passed} of {len(PIECES)} pieces are right."

    def _repr_html_(self):
        rows = "".join(
            f"<tr><td><b>{mark(words)}</b></td><td style='text-align: left'><code>{name}</code></td><td>{lesson}</td>"
            f"<td style='text-align: left'>{card.in_html(words)}</td></tr>"
            for name, lesson, words in self.rows
        )
        head = "<tr><th></th><th style='text-align: left'>piece</th><th>lesson</th><th></th></tr>"
        all_right = CORRECT if self.passed == len(PIECES) else ABSENT
        foot = card.reply(mark(all_right), html.escape(f"{self.count()} All together: {self.together}"))
        return f'<div style="{card.SIZE}"><table>{head}{rows}</table>{foot}</div>'


def mark(words):
    return {CORRECT: "✓", ABSENT: "…", NOT_DONE: "…"}.get(words, "✗")


# All together. It works on one word at a time, and on vectors: a token is a row with a single 1, BOS a row of zeros.


def put_together(mine):
    """What becomes of a model that computes with these functions alone, in words."""
    try:
        first, last, right, words = trained(mine)
    except Exception as error:
        return f"they don’t fit together: it stops with {type(error).__name__}: {error}"
    return f"the loss fell from {first:.1f} to {last:.1f}; running free {right} of {words} words come out backwards."


def trained(mine):
    """The mean loss of the first and of the last round, how many words are right afterwards, and of how many."""
    model, words = Assembled(mine), list(permutations(range(EOS + 1, SYMBOLS), 3))
    averages = {name: (np.zeros_like(p), np.zeros_like(p)) for name, p in model.params.items()}
    losses = []
    for step in range(ROUNDS * len(words)):
        loss, grads = loss_and_grads(mine, model, np.array(words[7 * step % len(words)]))  # 7: from word to unlike word
        losses.append(loss)
        for name, p in model.params.items():
            new, *averages[name] = mine["adam_step"](p, grads[name], *averages[name], step + 1, RATE)
            p[...] = new
    answers = [mine["predict_free"](model, np.array(word), len(word) + 1) for word in words]
    right = sum(list(answer) == list(word[::-1]) for answer, word in zip(answers, words))
    return np.mean(losses[: len(words)]), np.mean(losses[-len(words) :]), right, len(words)


def loss_and_grads(mine, model, word):
    tokens = np.append(word[::-1], EOS)
    source, target = one_hot(word), one_hot(tokens)
    encoder_hs, decoder_hs, logits = mine["seq2seq_forward"](model, source, target)
    mask = np.ones((len(tokens), 1), bool)
    loss, d_logits = mine["masked_cross_entropy"](logits[:, None], tokens[:, None], mask)
    given = model, source, shift_right(target), encoder_hs, decoder_hs, d_logits[:, 0]
    return loss, mine["seq2seq_backward"](*given)


def one_hot(tokens):
    return np.eye(SYMBOLS)[tokens]


class Network:
    """An RNN whose three methods are the reader's functions."""

    def __init__(self, mine, rng):
        shapes = {"W_xh": (SYMBOLS, HIDDEN), "W_hh": (HIDDEN, HIDDEN)}
        self.mine, self.params = mine, {name: fan_in(rng, *shape) for name, shape in shapes.items()}
        self.params["b_h"] = np.zeros(HIDDEN)

    def step(self, x_t, h_prev):
        if np.ndim(x_t) == 0:
            x_t = one_hot(x_t) * (x_t != BOS)
        return self.mine["rnn_step"](x_t[None], h_prev[None], *self.params.values())[0]

    def forward(self, xs, h_0=None, mask=None):
        xs = one_hot(xs) if np.ndim(xs) == 1 else xs
        h_0 = np.zeros(HIDDEN) if h_0 is None else h_0
        return self.mine["rnn_forward"](xs[:, None], h_0[None], *self.params.values())[:, 0]

    def backward(self, dhs, xs, hs, mask=None, dh_T=None):
        dhs = np.zeros((len(xs), HIDDEN)) if dhs is None else np.array(dhs)
        dhs[-1] += 0 if dh_T is None else dh_T
        W_xh, W_hh, _ = self.params.values()
        dxs, dh_0, grads = self.mine["rnn_backward"](dhs[:, None], xs[:, None], hs[:, None], W_xh, W_hh)
        return dxs[:, 0], dh_0[0], grads


class Assembled:
    """A Seq2Seq of two such networks, with all that the exercises of lessons 08 and 09 ask of a model."""

    def __init__(self, mine):
        rng = np.random.default_rng(0)
        self.encoder, self.decoder = Network(mine, rng), Network(mine, rng)
        self.params = {f"encoder.{name}": p for name, p in self.encoder.params.items()}
        self.params |= {f"decoder.{name}": p for name, p in self.decoder.params.items()}
        self.params |= {"W_hy": fan_in(rng, HIDDEN, SYMBOLS), "b_y": np.zeros(SYMBOLS)}

    def output(self, states):
        return states @ self.params["W_hy"] + self.params["b_y"]
