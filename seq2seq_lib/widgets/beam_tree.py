"""BeamTree: a beam search as the tree that it is, beside the one path that greedy decoding takes."""

from itertools import islice

from seq2seq_lib import plots
from seq2seq_lib.batch import EOS
from seq2seq_lib.beam import beam_search, ranked
from seq2seq_lib.decoding import until_end
from seq2seq_lib.widgets.controls import Range, Toggle
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.instrument import javascript
from seq2seq_lib.widgets.texts import MARKS, ReadsTexts

WIDEST = 6
DROPPED = 2  # so many of the hypotheses that were not kept are shown at each step


class BeamTree(ReadsTexts, Explorer):
    """Type a text and see what is kept at each step, what is dropped, and which answer wins.

    model: a model of tokens; search: search(model, source, max_length, beam_size), the reader's own beam_search
    solve: the task's rule, text -> right answer or None; without it only the answers of the task itself are known
    """

    _esm = javascript("beam_tree")
    describes = "a beam search: the hypotheses kept at each step, and the answers they lead to."

    def __init__(self, model, task, text, search=beam_search, asks="Your input", solve=None):
        self.take(task, model, solve=solve)
        self.search = search
        controls = {
            "text": self.text_control(asks, text),
            "step": Range("step", 0, 1, 0, local=True, plays=True, pace=900),
            "width": Range("beam size", 1, WIDEST, 3),
            "normalised": Toggle("weigh by length"),
        }
        super().__init__(controls)

    def frame(self, text, width, normalised):
        source, longest = self.task.source.encode(text), self.longest
        steps = list(islice(self.search(self.model, source, longest, int(width)), longest))
        check_steps(steps, int(width))
        ends = ranked(steps, float(normalised))
        (greedy,), _ = list(beam_search(self.model, source, longest, 1))[-1]
        greedy = next((end for end in ends if end.tokens == greedy.tokens), greedy)  # to the last digit as in the list
        right, right_tokens = self.right(text)
        answers = [self.ending(end, greedy, float(normalised), right_tokens) for end in [*ends, greedy]]
        return {
            "steps": [
                [self.node(hypothesis, True, greedy, ends[0]) for hypothesis in kept]
                + [self.node(hypothesis, False, greedy, ends[0]) for hypothesis in dropped[:DROPPED]]
                for kept, dropped in steps
            ],
            "ends_ranked": answers[:-1],
            "greedy": answers[-1] | {"lost_at": left_the_beam_at(greedy, steps)},
            "right": None if right is None else self.task.target.join(right[:-1]),
            "width": int(width),
            "normalised": normalised,
            "ends": {"step": len(steps)},
        }

    def node(self, hypothesis, kept, greedy, best):
        tokens = hypothesis.tokens
        return {
            "symbol": self.names(tokens[-1:])[0],
            "log_p": hypothesis.log_p,
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
        seen = self.frame(**self.defaults())
        fig, (axes, axes_ends) = plots.figure(5, 3, height=4.5)
        plots.beam_tree(axes, seen["steps"])
        plots.ranked_answers(axes_ends, seen["ends_ranked"])
        return fig


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
