"""BeamTree: a beam search as the tree that it is, beside the one path that greedy decoding takes."""

from itertools import islice
from math import isclose, isfinite
from typing import ClassVar

import numpy as np

from seq2seq_lib import plots
from seq2seq_lib.batch import BOS, EOS
from seq2seq_lib.beam import Hypothesis, beam_search, continuations, log_softmax, logits, ranked
from seq2seq_lib.decoding import until_end
from seq2seq_lib.exercises.lesson_11 import check_beam_step, check_greedy
from seq2seq_lib.widgets.controls import Range, Toggle
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import javascript
from seq2seq_lib.widgets.own import Own, ShowsOwn
from seq2seq_lib.widgets.texts import MARKS, ReadsTexts

WIDEST = 6
DROPPED = 2  # so many of the hypotheses that were not kept are shown at each step


class BeamTree(ShowsOwn, ReadsTexts, Explorer):
    """Type a text and see what is kept at each step, what is dropped, and which answer wins.

    model: a model of tokens; search: search(model, source, max_length, beam_size), the reader's own beam_search
    beam_step: instead of it, the reader's own beam_step(hypotheses, log_p, width), which chooses at every step
    greedy: the reader's own greedy(next_log_p, longest) -> tokens, log_p, for the path to compare with
    solve: the task's rule, text -> right answer or None; without it only the answers of the task itself are known
    """

    _esm = javascript("beam_tree")
    describes = "a beam search: the hypotheses kept at each step, and the answers they lead to."
    takes: ClassVar = {"beam_step": [check_beam_step], "greedy": [check_greedy]}

    def __init__(
        self, model, task, text, search=beam_search, asks="Your input", solve=None, *, beam_step=None, greedy=None
    ):
        self.take(task, model, solve=solve)
        own_step = Own(beam_step, *self.takes["beam_step"], fits=are_continuations)
        self.search = search_with(own_step) if beam_step else search
        self.own_greedy = Own(greedy, *self.takes["greedy"], fits=self.is_an_answer)
        self.owns = [own_step, self.own_greedy]
        controls = {
            "text": self.text_control(asks, text),
            "step": Range("step", 0, 1, 0, local=True, plays=True, pace=900),
            "width": Range("beam size", 1, WIDEST, 3),
            "normalised": Toggle("weigh by length"),
        }
        super().__init__(controls)
        self.step = self.highest["step"]  # it opens with the whole tree; Play grows it anew

    def frame(self, text, width, normalised):
        source, longest = self.task.source.encode(text), self.longest
        steps = list(islice(self.search(self.model, source, longest, int(width)), longest))
        check_steps(steps, int(width))
        ends = ranked(steps, float(normalised))
        greedy = self.greedy(source, longest)
        greedy = next((end for end in ends if alike(end, greedy)), greedy)  # to the last digit as in the list
        right, right_tokens = self.right(text)
        kept_before = [[Hypothesis((), 0.0, 0)], *(kept for kept, _ in steps)]
        answers = [self.ending(end, greedy, float(normalised), right_tokens) for end in [*ends, greedy]]
        return {
            "steps": [
                [self.node(hypothesis, True, before, greedy, ends[0]) for hypothesis in kept]
                + [self.node(hypothesis, False, before, greedy, ends[0]) for hypothesis in dropped[:DROPPED]]
                for before, (kept, dropped) in zip(kept_before, steps)
            ],
            "ends_ranked": answers[:-1],
            "greedy": answers[-1] | {"lost_at": left_the_beam_at(greedy, steps)},
            "right": None if right is None else self.task.target.join(right[:-1]),
            "width": int(width),
            "normalised": normalised,
            "ends": {"step": len(steps)},
        }

    def greedy(self, source, longest):
        """The answer that takes the likeliest token at every step: the reader's, if there is one."""
        if self.own_greedy.mine is None:
            (greedy,), _ = list(beam_search(self.model, source, longest, 1))[-1]
            return greedy

        def next_log_p(tokens):
            _, _, outputs = self.model.forward(np.array(source), np.array([*tokens, EOS]))  # what it reads is one late
            return log_softmax(outputs[-1])

        tokens, log_p = self.own_greedy(next_log_p, longest)
        return Hypothesis(tuple(map(int, tokens)), float(log_p), 0)

    def is_an_answer(self, answer, next_log_p, longest):
        """Is it a list of tokens that the task knows, and one finite number?"""
        tokens, log_p = answer
        symbols = range(len(self.task.target))
        return 1 <= len(tokens) <= longest and all(token in symbols for token in tokens) and isfinite(log_p)

    def node(self, hypothesis, kept, before, greedy, best):
        tokens = hypothesis.tokens
        return {
            "symbol": self.names(tokens[-1:])[0],
            "log_p": hypothesis.log_p,
            "likely": float(np.exp(hypothesis.log_p - before[hypothesis.parent].log_p)),  # its last symbol
            "parent": hypothesis.parent,
            "kept": kept,
            "finished": hypothesis.finished,
            "greedy": tokens == greedy.tokens[: len(tokens)],
            "best": tokens == best.tokens[: len(tokens)],
        }

    def ending(self, end, greedy, penalty, right):
        symbols, join = self.names(until_end(list(end.tokens))), self.task.target.join
        return {
            "text": join(symbols),
            "shown": join([*symbols, MARKS[EOS] if end.finished else "… cut off"]),
            "finished": end.finished,
            "log_p": end.log_p,
            "length": len(end.tokens),
            "score": end.score(penalty),
            "greedy": end.tokens == greedy.tokens,
            "right": None if right is None else list(end.tokens) == right,
        }

    def picture(self):
        seen = self.found[1]
        fig, (axes, axes_ends) = plots.figure(5, 3, height=4.5)
        plots.beam_tree(axes, seen["steps"])
        plots.ranked_answers(axes_ends, seen["ends_ranked"])
        return fig


def search_with(beam_step):
    """A beam_search that leaves it to this function which hypotheses are kept."""

    def search(model, source, max_length, beam_size):
        encoder_hs = model.encoder.forward(np.array(source)[:, None])  # (S+1, 1, H)
        h, kept, room = encoder_hs[-1], [Hypothesis((), 0.0, 0)], beam_size
        for _ in range(max_length):
            alive = [i for i, hypothesis in enumerate(kept) if not hypothesis.finished]
            room -= len(kept) - len(alive)
            if not (room and alive):
                return
            last = np.array([kept[i].tokens[-1] if kept[i].tokens else BOS for i in alive])
            h = model.decoder.step(last, h[alive])
            log_p = log_softmax(logits(model, h, encoder_hs[1:]))
            pairs = beam_step([(list(kept[i].tokens), kept[i].log_p) for i in alive], log_p, room)
            rest, parents = continuations(kept, alive, log_p), {kept[i].tokens: i for i in alive}
            kept = [Hypothesis((*tokens,), float(total), parents[(*tokens[:-1],)]) for tokens, total in pairs]
            yield kept, [one for one in rest if one.tokens not in [other.tokens for other in kept]][:room]
            h = h[[alive.index(hypothesis.parent) for hypothesis in kept]]

    return search


def are_continuations(answer, hypotheses, log_p, width):
    """Are these up to `width` pairs of tokens and a finite number, each one of the hypotheses with a token behind?"""
    begun, symbols = [list(tokens) for tokens, _ in hypotheses], range(log_p.shape[1])
    return 1 <= len(answer) <= width and all(
        list(tokens[:-1]) in begun and tokens[-1] in symbols and isfinite(total) for tokens, total in answer
    )


def alike(one, other):
    return one.tokens == other.tokens and isclose(one.log_p, other.log_p, rel_tol=1e-5)


def check_steps(steps, width):
    """What a search of the reader's own must yield, so that it can be drawn."""
    if not steps:
        raise ValueError(
            "expected a search that yields the hypotheses kept and dropped at each step, it yielded nothing"
        )
    for step, (kept, _) in enumerate(steps, start=1):
        if not 1 <= len(kept) <= width:
            raise ValueError(f"expected a search that keeps 1 to {width} at step {step}, it kept {len(kept)}")


def left_the_beam_at(greedy, steps):
    """The first step, from 1, at which the beginning of the greedy answer was not kept; None if it never left."""
    kept_at = ({hypothesis.tokens for hypothesis in kept} for kept, _ in steps[: len(greedy.tokens)])
    return next((t for t, kept in enumerate(kept_at, start=1) if greedy.tokens[:t] not in kept), None)
