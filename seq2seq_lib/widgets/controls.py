"""The controls of an instrument, declared in Python: the browser draws them, the tests push them to their ends."""

import math
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Range:
    """A slider. `log10`: it goes by powers of ten, and `step` is one of the power."""

    label: str
    low: float
    high: float
    value: float
    step: float = 1
    log10: bool = False
    local: bool = False  # the browser has all it needs to move it: the kernel is not asked
    plays: bool = False  # with a Play button that walks along it
    pace: int = 400  # ms a step while it plays

    def check(self, value):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not self.low <= value <= self.high:
            raise ValueError(f"{self.label}: expected a number from {self.low} to {self.high}, got {value!r}")

    def ends(self):
        return [self.low, self.high]

    def draw(self, rng):
        low, high = map(self.place, self.ends())
        return self.value_at(low + self.step * int(rng.integers(round((high - low) / self.step) + 1)))

    def place(self, value):
        """Where on the slider it stands."""
        return math.log10(value) if self.log10 else value

    def value_at(self, place):
        """As the browser has it: of a power of ten six digits, the same on every machine."""
        return float(f"{10**place:.6g}") if self.log10 else place


@dataclass(frozen=True)
class Toggle:
    """A checkbox."""

    label: str
    value: bool = False
    local: bool = False

    def check(self, value):
        if not isinstance(value, bool):
            raise ValueError(f"{self.label}: expected true or false, got {value!r}")

    def ends(self):
        return [False, True]

    def draw(self, rng):
        return bool(rng.integers(2))


@dataclass(frozen=True)
class Choice:
    """One of several options, each a string."""

    label: str
    options: tuple
    value: str
    local: bool = False

    def check(self, value):
        if value not in self.options:
            raise ValueError(f"{self.label}: expected one of {', '.join(self.options)}, got {value!r}")

    def ends(self):
        return [self.options[0], self.options[-1]]

    def draw(self, rng):
        return self.options[int(rng.integers(len(self.options)))]


@dataclass(frozen=True)
class Text:
    """A line of text, sent when Enter is pressed. The tests type the `examples`; more than `longest` can't be drawn."""

    label: str
    value: str
    examples: tuple = ()
    local: bool = False
    longest: int = 60

    def check(self, value):
        if not isinstance(value, str):
            raise ValueError(f"{self.label}: expected a text, got {value!r}")
        if not value:
            raise ValueError(f"{self.label}: type at least one symbol.")
        if len(value) > self.longest:
            raise ValueError(f"{self.label}: these are {len(value)} characters, and there is room for {self.longest}.")

    def ends(self):
        return [self.value, *self.examples]

    def draw(self, rng):
        return self.ends()[int(rng.integers(len(self.ends())))]


@dataclass(frozen=True)
class Edits:
    """Numbers changed by hand in the picture, {"name i j": value}, with a button that takes the changes back."""

    limit: float = 2.0
    value: dict = field(default_factory=dict)
    local: bool = False

    def check(self, value):
        if not isinstance(value, dict) or not all(abs(number) <= self.limit for number in value.values()):
            raise ValueError(f"expected edits from -{self.limit} to {self.limit}, got {value!r}")

    def ends(self):
        return [{}]

    def draw(self, rng):
        return {}


def described(controls):
    """{name: control} as the browser reads it: [name, its fields] of each."""
    return [[name, {"type": type(control).__name__, **asdict(control)}] for name, control in controls.items()]
