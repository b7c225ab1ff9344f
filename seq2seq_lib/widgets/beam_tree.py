"""BeamTree: a beam search as the tree that it is, beside the one path that greedy decoding takes."""

from seq2seq_lib import plots
from seq2seq_lib.beam import beam_search, ranked
from seq2seq_lib.decoding import trace
from seq2seq_lib.widgets.controls import Range, Text, Toggle
from seq2seq_lib.widgets.explorer import Explorer
from seq2seq_lib.widgets.hidden_states import MARKS
from seq2seq_lib.widgets.instrument import javascript

WIDEST = 6
DROPPED = 2  # so many of the hypotheses that were not kept are shown at each step


class BeamTree(Explorer):
    """Type a text and see what is kept at each step, what is dropped, and which answer wins.

    model: a Seq2Seq of tokens; search: search(model, source, max_length, beam_size), the reader's own beam_search
    """

    _esm = javascript("beam_tree")
    describes = "a beam search: the hypotheses kept at each step, and the answers they lead to."

    def __init__(self, model, task, text, search=beam_search, asks="Your input"):
        self.model, self.task, self.search = model, task, search
        controls = {
            "text": Text(asks, text, examples=(text[:1], text[::-1])),
            "step": Range("step", 0, 1, 0, local=True, plays=True, pace=900),
            "width": Range("beam size", 1, WIDEST, 3),
            "normalised": Toggle("weigh by length"),
        }
        super().__init__(controls)

    def frame(self, text, width, normalised):
        source, longest = self.task.source.encode(text), self.task.longest_target + 1
        steps = list(self.search(self.model, source, longest, int(width)))
        penalty = 1.0 if normalised else 0.0
        ends = ranked(steps, penalty)
        greedy, best = tuple(trace(self.model, source, longest).answer), ends[0].tokens
        return {
            "steps": [
                [self.node(hypothesis, True, greedy, best) for hypothesis in kept]
                + [self.node(hypothesis, False, greedy, best) for hypothesis in dropped[:DROPPED]]
                for kept, dropped in steps
            ],
            "ends_ranked": [
                {"text": self.text_of(end.tokens), "log_p": end.log_p, "score": end.score(penalty)}
                | {"length": len(end.tokens), "greedy": end.tokens == greedy}
                for end in ends
            ],
            "normalised": normalised,
            "ends": {"step": len(steps)},
            "words": [self.words(steps, step, greedy, ends).replace("-", "−") for step in range(len(steps) + 1)],
        }

    def node(self, hypothesis, kept, greedy, best):
        tokens = hypothesis.tokens
        return {
            "symbol": self.symbol(tokens[-1]),
            "log_p": hypothesis.log_p,
            "parent": hypothesis.parent,
            "kept": kept,
            "finished": hypothesis.finished,
            "greedy": tokens == greedy[: len(tokens)],
            "best": tokens == best[: len(tokens)],
        }

    def words(self, steps, step, greedy, ends):
        if step == 0:
            return "Nothing is written yet: one empty hypothesis, of probability 1."
        kept, dropped = steps[step - 1]
        if step < len(steps):
            text = f"Step {step}: {count(len(kept), 'hypothesis', 'hypotheses')} kept"
            text += f", the best “{self.text_of(kept[0].tokens)}” with log p {kept[0].log_p:.2f}"
            return text + (f"; the next best had {dropped[0].log_p:.2f} and was dropped." if dropped else ".")
        best = ends[0]
        text = f"The beam finds “{self.text_of(best.tokens)}”, log p {best.log_p:.2f}."
        if best.tokens == greedy:
            return text + " Greedy decoding writes the same."
        with_greedy = [end for end in ends if end.tokens == greedy]
        log_p = f", log p {with_greedy[0].log_p:.2f}" if with_greedy else ""
        return text + f" Greedy decoding writes “{self.text_of(greedy)}”{log_p}."

    def symbol(self, token):
        return MARKS.get(token, self.task.target.symbols[token])

    def text_of(self, tokens):
        return self.task.separator.join(map(self.symbol, tokens))

    def picture(self):
        seen = self.frame(**self.defaults())
        fig, (axes,) = plots.figure(1)
        ends = seen["ends_ranked"][:WIDEST]
        bars = axes.barh([end["text"] for end in ends], [end["log_p"] for end in ends], color=plots.BLUE)
        axes.bar_label(bars, [f"{end['log_p']:.2f}" for end in ends], padding=4)
        axes.set(xlabel="log-probability", title="the answers that the beam came to")
        axes.invert_yaxis()
        return fig


def count(number, one, many):
    return f"1 {one}" if number == 1 else f"{number} {many}"
