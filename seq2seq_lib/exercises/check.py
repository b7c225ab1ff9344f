"""Checks with hints: they know the right answer, and the wrong answers that everybody gives once."""

import copy
import html
import inspect
import traceback
from functools import cache

from IPython.display import display

from seq2seq_lib.exercises import card
from seq2seq_lib.exercises.compare import contents, differences
from seq2seq_lib.exercises.running import Endless, is_library, is_nothing, is_stub, run

NOT_DONE = "not done yet, it returns None."
CORRECT = "correct."
WAY_OUT = "which way through it has no return?"


class Check:
    """check(mine) shows whether mine answers as `right` does, and if not, what is likely to be wrong.

    right: the function that does it right, whose name is the exercise's name
    returns: a name for each thing it returns; a dict of arrays counts as one thing
    problems: tuples of arguments to try it on
    wrong: functions with one classic mistake each; the docstring of each is its hint
    also: other functions that are right, where more than one formula is
    use: how the reader's function is put to use, use(mine, *arguments), where that is more than one call
    It never raises, and never hangs: whatever mine does, it says something.
    """

    def __init__(self, right, returns, problems, wrong=(), also=(), use=run):
        self.name, self.right, self.returns, self.wrong, self.also = right.__name__, right, returns, wrong, also
        self.problems, self.use, self.outcomes = problems, use, {}

    def __call__(self, mine):
        display(Verdict(self.name, self.verdict(mine)))

    def verdict(self, mine):
        if not callable(mine):
            return f"give it the function itself, without calling it: check_{self.name}({self.name})."
        if is_stub(mine):
            return NOT_DONE
        answer = cache(lambda number: self.outcome(mine, self.problems[number]))  # only as many as it takes to tell
        complaint = self.wrong_with(answer)
        return self.hint(answer) or complaint if complaint else CORRECT

    def on(self, *problem, use=None, returns=None):
        """The same check with this one problem in place of its own, put to use and called so."""
        other = copy.copy(self)
        other.problems, other.outcomes = [problem], {}
        other.use, other.returns = use or self.use, returns or self.returns
        return other

    def wrong_with(self, answer):
        """What is wrong with answer(0), answer(1), ... if they are those of no right function, in words, or nothing."""
        complaint = self.complaint(answer, self.right)
        return complaint if all(self.complaint(answer, right) for right in self.also) else None

    def complaint(self, answer, right):
        """What is wrong with the first of answer(0), answer(1), ... that is not right, in words, or nothing."""
        for number in range(len(self.problems)):
            if isinstance(answer(number), Stopped):
                return answer(number).why
            value, changed = answer(number).value, answer(number).changed
            if is_nothing(value):
                return f"it returns None for some arguments: {WAY_OUT}" if number else NOT_DONE
            found = self.wrong_parts(value, self.known(right, number).value)
            if changed:
                return f"it changes {changed} in place. Work on a copy: whoever called it still needs the old."
            if found:
                return found[0]
        return None

    def wrong_parts(self, answer, expected):
        if len(self.returns) == 1:
            return differences(answer, expected, self.returns[0])
        if not isinstance(answer, (tuple, list)) or len(answer) != len(self.returns):
            got = f"{len(answer)} things" if isinstance(answer, (tuple, list)) else type(answer).__name__
            return [f"it should return {', '.join(self.returns)}, got {got}."]
        parts = zip(self.returns, answer, expected)
        return [text for name, part, right in parts for text in differences(part, right, name)]

    def hint(self, answer):
        """The hint of the classic mistake that gives the same answers, if one does."""
        for wrong in self.wrong:
            if all(self.known(wrong, number).like(answer(number)) for number in range(len(self.problems))):
                return f"not yet. {' '.join(inspect.getdoc(wrong).split())}"
        return None

    def known(self, function, number):
        """What a function of ours, right or wrong, answers to a problem: computed once."""
        if (function, number) not in self.outcomes:
            self.outcomes[function, number] = self.outcome(function, self.problems[number])
        return self.outcomes[function, number]

    def outcome(self, function, problem):
        """What it answers, or the error with which it stops."""
        arguments, before = copy.deepcopy(problem), copy.deepcopy(problem)
        try:
            value = self.use(function, *arguments)
        except Endless:
            return Stopped("", "it does not come to an end. What makes its loop stop?")
        except (Exception, SystemExit) as error:
            kind = f"{type(error).__name__}: {error}"
            return Stopped(kind, f"it stops with {kind}{place_of(error)}")
        pairs = zip(inspect.signature(self.right).parameters, arguments, before)
        changed = [name for name, after, was in pairs if differences(contents(after), contents(was))]
        return Answer(value, " and ".join(changed))


class Answer:
    """What a function returned, and the names of the arguments that it changed in place."""

    def __init__(self, value, changed):
        self.value, self.changed = value, changed

    def like(self, other):
        return isinstance(other, Answer) and not differences(other.value, self.value)


class Stopped:
    """The error that ended a function, and the same in words, with the place."""

    def __init__(self, error, why):
        self.error, self.why = error, why

    def like(self, other):
        return isinstance(other, Stopped) and self.error == other.error


class Verdict:
    """What a check says of the exercise with this name: a card in a notebook, a line elsewhere."""

    def __init__(self, name, words):
        self.name, self.words = name, words

    def __repr__(self):
        return f"{self.name}: {self.words}"

    def _repr_html_(self):
        mark = {CORRECT: "✓", NOT_DONE: "…"}.get(self.words, "✗")
        words = f"<code>{html.escape(self.name)}</code>: {card.in_html(self.words)}"
        return f'<div style="{card.SIZE}">{card.reply(mark, words)}</div>'


def place_of(error):
    """The line of the reader's code in which it stopped, as he wrote it."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not is_library(frame.filename)]
    return f" (in {own[-1].name}: {own[-1].line or f'line {own[-1].lineno}'})" if own else ""
