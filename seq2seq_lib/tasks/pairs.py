"""Pairs of one's own, out of a file: read, or refused in words that name the line."""

import csv
import unicodedata
from collections import Counter
from pathlib import Path

from seq2seq_lib import checks

SEPARATORS = {"\t": "a tab", ";": "a semicolon", ",": "a comma"}  # the one that most lines have; of equals the first
LONGEST = 100  # symbols on one side: beyond, a recurrent network has forgotten the beginning
# Names of columns that are nobody's pair. "input" and "output" may be one, of opposites.
HEADERS = {("source", "target"), ("src", "tgt"), ("src", "trg")}
JOINERS = "\u200c\u200d"  # invisible, but some scripts are spelled with them


def read_pairs(source, separator=None):
    """The pairs (source, target) of a file, one on each line, with a tab, a semicolon or a comma between.

    source: the path of a file, or its name; a text of several lines, as it is pasted; or the bytes of one
    separator: what stands between, if it is none of the three
    Empty lines are passed over. Quotes of CSV are understood. Raises ValueError for the first line that no model should
    learn from, with its number, what was expected and what came. A header is such a line: the names source and target
    are known as one, others are taken for a pair, and stand in pairs[0].
    """
    lines = [(number, line) for number, line in enumerate(lines_of(source), start=1) if line.strip()]
    separator = most_common_separator([line for _, line in lines]) if separator is None else one_symbol(separator)
    pairs, seen = [], {}
    for number, line in lines:
        left, right = checked_sides(number, line, separator)
        if not pairs and (left.lower(), right.lower()) in HEADERS:
            raise ValueError(
                f"line {number}: expected a pair, got the names of the columns, {line!r}: leave this line out"
            )
        if left in seen:
            raise ValueError(known_already(number, left, right, *seen[left]))
        seen[left] = number, right
        pairs.append((left, right))
    if not pairs:
        raise ValueError("expected at least one line with a pair, got none")
    return pairs


def lines_of(source):
    """The lines of a file, of its bytes or of a text, whatever system ended them."""
    if isinstance(source, Path) or (isinstance(source, str) and "\n" not in source):
        if not is_file(source):
            name = checks.shown(str(source))
            raise ValueError(f"expected a file, or a text of several lines, got {name}, and no such file")
        source = Path(source).read_bytes()
    text = decoded(source) if isinstance(source, bytes) else source
    if not isinstance(text, str):
        raise ValueError(f"expected a path, a text or bytes, got {type(source).__name__}")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def is_file(path):
    try:
        return Path(path).is_file()
    except (OSError, ValueError):  # too long for a name, or with a zero in it
        return False


def one_symbol(separator):
    if not (isinstance(separator, str) and len(separator) == 1 and separator not in '"\r\n'):
        raise ValueError(
            f"separator: expected one symbol, no quote and no end of a line, got {checks.shown(separator)}"
        )
    return separator


def decoded(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        number = len((data[: error.start] + b"x").splitlines())  # whatever system ended them; x: on which no line ends
        line = data.splitlines()[number - 1].decode("latin-1")
        raise ValueError(
            f"line {number}: expected text in UTF-8, got the byte 0x{data[error.start]:02x}; in Latin-1 the line would "
            f"be {line!r}: save the file as UTF-8"
        ) from None


def most_common_separator(lines):
    found = Counter({separator: sum(separator in line for line in lines) for separator in SEPARATORS})
    return found.most_common(1)[0][0]


def checked_sides(number, line, separator):
    """The two sides of a line, without blanks around, letters with accents as one symbol each."""
    between = SEPARATORS.get(separator, repr(separator))
    try:
        (fields,) = csv.reader([line], delimiter=separator, strict=True)
    except csv.Error:
        raise ValueError(f"line {number}: expected a quote to be closed, got {line!r}") from None
    if len(fields) != 2:
        raise ValueError(
            f"line {number}: expected a source and a target with {between} between, got {len(fields)} of them: {line!r}"
        )
    sides = [unicodedata.normalize("NFC", field.strip(" \t")) for field in fields]
    for name, side in zip(("source", "target"), sides):
        check_side(number, name, side, line)
    return sides


def check_side(number, name, side, line):
    if not side:
        raise ValueError(f"line {number}: expected at least one symbol in the {name}, got none: {line!r}")
    if len(side) > LONGEST:
        raise ValueError(f"line {number}: expected at most {LONGEST} symbols in the {name}, got {len(side)}")
    for symbol in side:
        if is_invisible(symbol):
            called = unicodedata.name(symbol, "a control character").lower()
            raise ValueError(
                f"line {number}: expected symbols that can be seen, got U+{ord(symbol):04X} ({called}) in the {name}"
            )


def is_invisible(symbol):
    """Control characters, blanks that are not the blank, and the like: two texts look the same, and are not."""
    return symbol not in (" ", *JOINERS) and unicodedata.category(symbol)[0] in "CZ"


def known_already(number, left, right, line_before, right_before):
    if right == right_before:
        return f"line {number}: expected each pair once, got {left!r} again, as on line {line_before}"
    return (
        f"line {number}: expected one target for each source, got {left!r} with {right!r}, and on line "
        f"{line_before} with {right_before!r}"
    )
