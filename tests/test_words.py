"""A number is written the same way in Python and in the browser, and as one would write it by hand."""

import json
import os
import shutil
import subprocess
from math import inf, nan
from pathlib import Path

import numpy as np
import pytest

from seq2seq_lib import words

NUMBERS_JS = Path(words.__file__).parent / "widgets/src/shared/numbers.js"
WRITTEN = [  # value, in three significant digits, with two decimals, with its sign
    (0, "0", "0.00", "0.00"),
    (-0.0, "0", "0.00", "0.00"),
    (0.5, "0.5", "0.50", "+0.50"),
    (-0.03125, "−0.0313", "−0.03", "−0.03"),
    (0.001, "0.001", "0.00", "0.00"),
    (-0.001, "−0.001", "0.00", "0.00"),
    (0.0009996, "0.001", "0.00", "0.00"),
    (0.0009994, "9.99×10⁻⁴", "0.00", "0.00"),
    (2.6e-10, "2.6×10⁻¹⁰", "0.00", "0.00"),
    (-1e-10, "−10⁻¹⁰", "0.00", "0.00"),
    (0.125, "0.125", "0.13", "+0.13"),  # a tie goes up, as it does in JavaScript
    (1.125, "1.13", "1.13", "+1.13"),
    (99.96, "100", "99.96", "+99.96"),
    (1234, "1,234", "1234.00", "+1234.00"),
    (-99_999.4, "−99,999", "−99999.40", "−99999.40"),
    (99_999.5, "10⁵", "10⁵", "+10⁵"),
    (123_456, "1.23×10⁵", "1.23×10⁵", "+1.23×10⁵"),
    (1e300, "10³⁰⁰", "10³⁰⁰", "+10³⁰⁰"),
    (nan, "not a number", "not a number", "not a number"),
    (inf, "infinity", "infinity", "+infinity"),
    (-inf, "−infinity", "−infinity", "−infinity"),
]
IN_NODE = """import { number, fixed, signed } from NUMBERS;
const values = JSON.parse(process.argv[1]).map(Number);
console.log(JSON.stringify(values.map((x) => [number(x), number(x, 2), fixed(x), fixed(x, 3), signed(x)])));"""


@pytest.mark.parametrize(("value", "number", "fixed", "signed"), WRITTEN)
def test_a_number_is_written_as_by_hand(value, number, fixed, signed):
    assert (words.number(value), words.fixed(value), words.signed(value)) == (number, fixed, signed)


def test_numbers_of_numpy_are_numbers():
    assert words.number(np.float32(0.1)) == "0.1"
    assert words.fixed(np.float64(-0.25)) == "−0.25"


def test_javascript_writes_the_same_as_python():
    if not shutil.which("node"):
        assert os.environ.get("REQUIRE_BROWSER") != "1", "node is needed here to compare the two: install it"
        pytest.skip("no node found (install it to have the JavaScript compared)")
    rng = np.random.default_rng(0)
    values = [row[0] for row in WRITTEN] + (rng.standard_normal(500) * 10 ** rng.uniform(-12, 12, 500)).tolist()
    texts = [repr(float(value)).replace("nan", "NaN").replace("inf", "Infinity") for value in values]
    code = IN_NODE.replace("NUMBERS", json.dumps(NUMBERS_JS.as_uri()))
    command = ["node", "--input-type=module", "--eval", code, json.dumps(texts)]
    ran = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    number, fixed, signed = words.number, words.fixed, words.signed
    assert json.loads(ran.stdout) == [[number(x), number(x, 2), fixed(x), fixed(x, 3), signed(x)] for x in values]
