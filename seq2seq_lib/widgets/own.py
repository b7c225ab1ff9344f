"""What the instruments share that show a reader's own function: where it goes wrong, and by which known mistake."""

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from typing import ClassVar

import numpy as np

from seq2seq_lib.exercises.check import CORRECT, NOT_DONE, Stopped
from seq2seq_lib.exercises.running import Endless, is_nothing, run

HINT = "not yet. "  # so begins the verdict of a check that knows the mistake


class Unanswered(BaseException):
    """The reader's function gives no answer that can be shown. No Exception: another function of his lets it pass."""


class Own:
    """A function that the reader wrote for an exercise, called by an instrument; every answer is compared.

    mine: the reader's; None: the right one answers, and nothing is to be said
    checks: the exercise's Check; of several that of the exercise whose name the function bears
    most: what the numbers of an answer have to stay below, so that they can be shown
    fits: fits(answer, *arguments), whether an answer can be shown that need not have the form of the right one
    use: as a Check's, where the instrument puts it to use in another way
    """

    def __init__(self, mine, *checks, most=np.inf, fits=None, use=None):
        named = {check.name: check for check in checks}
        self.mine, self.check = mine, named.get(getattr(mine, "__name__", None), checks[0])
        self.most, self.fits, self.use = most, fits, use
        self.begin()

    def __deepcopy__(self, memo):
        return self  # what it finds out as a part of a copy is found out here

    def begin(self):
        """Before a new frame."""
        self.called, self.replaced, self.complaint = False, self.mine is None, ""

    def __call__(self, *arguments, returns=None):
        """What it makes of copies of these arguments, as the check sees it: where it works in place, what it left.

        returns: what that is called here, where it has another name than in the check
        Raises Unanswered where that can't be shown. From then on, to the end of this frame, the right one answers.
        """
        self.called, here = True, self.check.on(*arguments, use=self.use, returns=returns)
        if self.replaced:
            return here.use(here.right, *arguments)
        if self.verdict == NOT_DONE:
            return self.refuse(NOT_DONE)
        outcome, right = here.outcome(self.mine, arguments), here.known(here.right, 0)
        self.complaint = self.complaint or here.wrong_with(lambda number: outcome) or ""
        if isinstance(outcome, Stopped) or is_nothing(outcome.value):
            return self.refuse(self.complaint)
        if not self.can_be_shown(outcome.value, right.value, arguments):
            return self.refuse(self.complaint)
        return outcome.value

    def again(self, *arguments):
        """As a call, but neither on copies nor compared: for the many steps of a training, after one that was."""
        try:
            return run(self.mine, *arguments)
        except (Exception, SystemExit, Endless) as error:
            return self.refuse(self.complaint or f"it stops with {type(error).__name__}: {error}")

    def can_be_shown(self, answer, right, arguments):
        try:
            return self.fits(answer, *arguments) if self.fits else same_form(answer, right, self.most)
        except (TypeError, ValueError, IndexError):  # it is something quite different
            return False

    def refuse(self, why):
        self.complaint, self.replaced = why, True
        raise Unanswered(why)

    @cached_property
    def verdict(self):
        """What the exercise's check says of it; nothing, if it is right."""
        verdict = self.check.verdict(self.mine)
        return "" if verdict == CORRECT else verdict

    def note(self):
        """What is to be said beside the frame; nothing, if the function is right."""
        if self.mine is None or not (self.complaint or self.verdict):
            return ""
        here = self.complaint or ("right in this picture, but not in its exercise." if self.called else "")
        known = self.verdict.startswith(HINT) or not self.complaint
        more = self.verdict.removeprefix(HINT) if known and self.verdict != here else ""
        instead = f"What you see is the library’s {self.check.name}." if self.replaced else ""
        sentences = [text if text[-1] in ".?!" else f"{text}." for text in (here, more, instead) if text]
        return " ".join([f"Your {self.check.name}:", *sentences])


class ShowsOwn:
    """Mixed into an Explorer to which the reader may hand functions of his own; it keeps them in `owns`.

    takes: {name of the parameter: the checks of the exercises whose function it takes}
    """

    takes: ClassVar = {}
    owns = ()

    def checked_frame(self, settings):
        """As every Explorer's. Where a function of the reader's gives no answer, the library's does; that is said."""
        for own in self.owns:
            own.begin()
        for _ in self.owns:  # each can fail once: then the library's stands in for it
            with suppress(Unanswered):
                return self.noted(super().checked_frame(settings))
        return self.noted(super().checked_frame(settings))

    def noted(self, frame):
        """The frame, and in its note what is to be said of the functions."""
        notes = " ".join(filter(None, [frame.get("note"), *(own.note() for own in self.owns)]))
        return frame | ({"note": notes} if notes else {})


def same_form(answer, right, most=np.inf):
    """Is it made of arrays of the same shapes, and all numbers in them finite, below `most`?"""
    if isinstance(right, Mapping):
        same = isinstance(answer, Mapping) and answer.keys() == right.keys()
        return same and all(same_form(answer[name], right[name], most) for name in right)
    if isinstance(right, (tuple, list)):
        same = isinstance(answer, (tuple, list)) and len(answer) == len(right)
        return same and all(same_form(*pair, most) for pair in zip(answer, right))
    if not isinstance(answer, (np.ndarray, np.number, int, float)) or np.shape(answer) != np.shape(right):
        return False
    return np.asarray(answer).dtype.kind in "biuf" and bool((np.abs(answer) < most).all())
