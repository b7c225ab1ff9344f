"""Three sets of pairs that are made by a rule, to train a model of one's own on: plurals, numbers, Roman numerals."""

import hashlib
from functools import cache
from importlib.resources import files

from seq2seq_lib import checks

ONSETS = "b bl br c ch cl cr d dr f fl fr g gl gr h j k l m n p pl pr r s sc sh sl sp st str sw t th tr tw v w".split()
VOWELS = "a e i o u ai ea ee oa oo ou".split()
MIDDLES = "b d g l m n p r t v".split()
ENDS = "b d ck g l m n p r t v x ch sh ss nt nd lk mp th ft le y by dy ny ry ty".split()


def plural(noun):
    """The spelling rule of English, without its exceptions: wug, wugs; gutch, gutches; spowry, spowries."""
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in tuple("aeiou"):
        return noun[:-1] + "ies"
    return noun + "s"


def plurals(count=3_000, rng=0):
    """Nouns that nobody has heard, one or two syllables long, and their plurals: ("wug", "wugs").

    So Jean Berko asked children in 1958: who can say the plural of a new word knows the rule. A few of the nouns exist.
    Raises ValueError for a count above 100,000: there are not many more.
    """
    rng, count, nouns = checks.generator(rng), checks.size(count, "count", most=10**5), {}
    while len(nouns) < count:
        middle = [MIDDLES, VOWELS] if rng.random() < 0.5 else []
        noun = "".join(parts[rng.integers(len(parts))] for parts in (ONSETS, VOWELS, *middle, ENDS))
        if not is_excluded(noun):
            nouns[noun] = plural(noun)
    return list(nouns.items())


def is_excluded(noun):
    """Whether it holds a word that nobody wants on a projector."""
    parts = (noun[i:j] for i in range(len(noun)) for j in range(i + 3, len(noun) + 1))
    return any(hashlib.sha256(part.encode()).hexdigest()[:16] in excluded() for part in parts)


@cache
def excluded():
    return frozenset(files("seq2seq_lib.tasks").joinpath("data/excluded.txt").read_text().split())


# Not "zero": no other number has a z, and a letter that occurs once can't be learned and asked for.
UNITS = {
    "English": "nought one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen",
    "German": "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn "
    "siebzehn achtzehn neunzehn",
}
TENS = {
    "English": "twenty thirty forty fifty sixty seventy eighty ninety",
    "German": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
}


def numbers(language="German"):
    """The numbers from 0 to 999 in words, in German or English, and in digits: ("zweiundvierzig", "42")."""
    if not (isinstance(language, str) and language in UNITS):
        raise ValueError(f"language: expected {' or '.join(UNITS)}, got {checks.shown(language)}")
    in_words = in_german if language == "German" else in_english
    return [(in_words(number), str(number)) for number in range(1_000)]


def in_english(number):
    """forty-two, seven hundred five"""
    units, tens = UNITS["English"].split(), TENS["English"].split()
    if number < 20:
        return units[number]
    if number < 100:
        return tens[number // 10 - 2] + (f"-{units[number % 10]}" if number % 10 else "")
    return f"{units[number // 100]} hundred" + (f" {in_english(number % 100)}" if number % 100 else "")


def in_german(number):
    """zweiundvierzig, siebenhundertfünf: the unit comes before the ten, and a one loses its s before another word."""
    units, tens = UNITS["German"].split(), TENS["German"].split()
    before = ["ein" if unit == "eins" else unit for unit in units]
    if number < 20:
        return units[number]
    if number < 100:
        return (f"{before[number % 10]}und" if number % 10 else "") + tens[number // 10 - 2]
    return f"{before[number // 100]}hundert" + (in_german(number % 100) if number % 100 else "")


NUMERALS = tuple(zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "M CM D CD C XC L XL X IX V IV I".split()))


def roman_numerals():
    """The numbers from 1 to 3999 as Rome wrote them, and in digits: ("XLII", "42")."""
    return [(in_roman(number), str(number)) for number in range(1, 4_000)]


def in_roman(number):
    """42 as XLII: always the largest numeral that still fits."""
    written = ""
    for value, numeral in NUMERALS:
        written += number // value * numeral
        number %= value
    return written
