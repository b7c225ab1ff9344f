"""A claim: a sentence of the lessons, and the function that measures for one seed whether it holds."""

import re
from collections.abc import Callable
from dataclasses import dataclass

SEEDS = range(5)
CLAIMS = []


@dataclass
class Claim:
    lesson: str  # its number, "05"
    sentence: str  # as it stands in the prose of the lesson, or in one of its questions
    measure: Callable  # seed -> (what was measured, in a few words; whether the claim holds for it)
    seeds: int  # for how many of the five it must hold: what the sentence says

    @property
    def name(self):
        return f"{self.lesson} {self.measure.__name__.replace('_', ' ')}"


def claim(lesson, sentence, seeds=5):
    """Decorates measure(seed) -> (shown, holds). Write the sentence as the lesson has it; line breaks don't matter."""

    def keep(measure):
        CLAIMS.append(Claim(lesson, one_line(sentence), measure, seeds))
        return measure

    return keep


def frame_of(instrument, **settings):
    """What an instrument shows with these settings, the others as it opens; refused where its controls refuse them."""
    return instrument.checked_frame(instrument.defaults() | settings)


def one_line(text):
    return re.sub(r"\s+", " ", text).strip()
