"""How a number is written in every picture and instrument. numbers.js writes the same in the browser."""

from decimal import ROUND_HALF_UP, Context, Decimal
from math import isfinite, isnan

UPPER = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
LARGE = 99_999.5  # from here on a power of ten is easier to read


def number(value, digits=3):
    """So many significant digits, without idle zeros: −0.0312, 0.5, 1,234, 2.6×10⁻¹⁰, 10⁶."""
    if not isfinite(value):
        return in_words(value)
    size, sign = Decimal(abs(float(value))), "−" if value < 0 else ""
    rounded = Context(digits, ROUND_HALF_UP).create_decimal(size)
    exponent = rounded.adjusted() if size else 0
    if exponent < -3 or size >= LARGE:
        mantissa = plain(rounded.scaleb(-exponent))
        return f"{sign}{'' if mantissa == '1' else mantissa + '×'}{power(exponent)}"
    if exponent >= digits - 1:
        return f"{sign}{size.quantize(Decimal(1), ROUND_HALF_UP):,}"
    return sign + plain(rounded)


def fixed(value, decimals=2):
    """So many decimals, for numbers that stand in a column or are dragged: −0.50, and never −0.00."""
    if not abs(value) < LARGE:
        return number(value)
    size = Decimal(abs(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{'−' if value < 0 and size else ''}{size:f}"


def signed(value, decimals=2):
    """A change: always with its sign, if it is one."""
    text = fixed(value, decimals)
    return f"+{text}" if value > 0 and text.strip("0.") else text


def power(exponent):
    """A power of ten: 10⁻³."""
    return f"10{str(exponent).translate(UPPER)}"


def plain(decimal):
    """Its digits without an exponent and without zeros at the end."""
    return f"{decimal.normalize():f}"


def in_words(value):
    """What no digits can say."""
    if isnan(value):
        return "not a number"
    return "infinity" if value > 0 else "−infinity"
