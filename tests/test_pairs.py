"""A file of one's own: what is read, what is refused and in which words; three sets that are made by a rule."""

import copy
import inspect
import json
import re
from pathlib import Path

import numpy as np
import pytest
from attacks import solutions

from seq2seq_lib import AttentionSeq2Seq, Seq2Seq
from seq2seq_lib.project import keep_best, nearest_answer, share_right, split_pairs
from seq2seq_lib.tasks import Task, numbers, plurals, read_pairs, roman_numerals
from seq2seq_lib.tasks.made import plural

# Reading

TWO = [("eins", "1"), ("zwölf", "12")]


@pytest.mark.parametrize(
    "text",
    [
        "eins\t1\nzwölf\t12\n",
        "eins;1\nzwölf;12",
        "eins,1\r\nzwölf,12\r\n",
        "\n eins , 1 \n\n\nzwölf,12\n  \n",
        '"eins","1"\n"zwölf",12\n',
        "\ufeffeins\t1\nzwölf\t12\n",
        "eins\t1\rzwölf\t12\n",
        "eins\t1\nzwo\u0308lf\t12\n",  # o and two dots, as some systems store it
        "eins\t1\nzwölf\t12\n".encode(),
        "\ufeffeins;1\r\nzwölf;12\r\n".encode(),
    ],
)
def test_two_pairs_however_they_are_written(text):
    assert read_pairs(text) == TWO


def test_a_file_by_its_path_or_its_name(tmp_path, monkeypatch):
    path = tmp_path / "mine.csv"
    path.write_text("eins;1\nzwölf;12\n", encoding="utf-8")
    assert read_pairs(path) == TWO
    assert read_pairs(str(path)) == TWO
    monkeypatch.chdir(tmp_path)
    assert read_pairs("mine.csv") == TWO


def test_what_most_lines_have_between_is_the_separator():
    assert read_pairs("May 3, 1979\t1979-05-03\nMay 4, 1979\t1979-05-04\n")[0] == ("May 3, 1979", "1979-05-03")
    assert read_pairs('"May 3, 1979",1979-05-03\n"May 4, 1979",1979-05-04\n')[0] == ("May 3, 1979", "1979-05-03")
    assert read_pairs("a=b\nc=d\n", separator="=") == [("a", "b"), ("c", "d")]


def test_what_may_be_a_pair_is_none_of_the_known_headers():
    assert read_pairs("input,output\nin,out\nsource,target\n") == [
        ("input", "output"),
        ("in", "out"),
        ("source", "target"),
    ]


def test_scripts_that_need_an_invisible_joiner_are_read():
    assert read_pairs("می\u200cخواهم\t1\nنه\t2\n")[0][0] == "می\u200cخواهم"


REFUSED = {
    "not UTF-8": (
        "eins\t1\nzwölf\t12\n".encode("latin-1"),
        r"line 2: expected text in UTF-8, got the byte 0xf6; .* 'zwölf\\t12'",
    ),
    "not UTF-8, with the line ends of an old Mac": (b"eins\t1\r\rzw\xf6lf\t12\r", "line 3: .* 0xf6; .* would be 'zw"),
    "not UTF-8, with those of Windows": (b"eins\t1\r\nzw\xf6lf\t12\r\n", "line 2: .* 0xf6; .* would be 'zw"),
    "UTF-16": ("eins\t1\nzwei\t2\n".encode("utf-16"), "line 1: expected text in UTF-8, got the byte 0xff"),
    "no separator": (
        "eins\t1\nzwei 2\ndrei\t3\n",
        "line 2: expected a source and a target with a tab between, got 1 .*'zwei 2'",
    ),
    "a separator too many": ("eins;1\nzwei;2;2\ndrei;3\n", "line 2: expected a source .* a semicolon between, got 3"),
    "no separator anywhere": ("eins 1\nzwei 2\n", "line 1: expected a source and a target .*, got 1 of them: 'eins 1'"),
    "an empty source": ("eins\t1\n\t2\n", "line 2: expected at least one symbol in the source, got none"),
    "an empty target": ("eins\t1\n\nzwei\t \n", "line 3: expected at least one symbol in the target, got none"),
    "two answers": (
        "eins\t1\nzwei\t2\neins\t11\n",
        "line 3: expected one target for each source, got 'eins' with '11', and on line 1 with '1'",
    ),
    "the same twice": (
        "eins\t1\nzwei\t2\neins\t1\n",
        "line 3: expected each pair once, got 'eins' again, as on line 1",
    ),
    "the same twice, between empty lines": ("\n\na\t1\n\nb\t2\n \na\t1\n", "^line 7: .*'a' again, as on line 3$"),
    "two answers between empty lines": ("\n\na\t1\n\nb\t2\n\na\t3\n", "^line 7: .* and on line 3 with '1'$"),
    "a zero-width space": (
        "eins\t1\nzw\u200bei\t2\n",
        r"line 2: .* seen, got U\+200B \(zero width space\) in the source",
    ),
    "a no-break space": ("one two\t12\none\u00a0one\t11\n", r"line 2: .* got U\+00A0 \(no-break space\) in the source"),
    "a NUL": ("eins\t1\nzwei\t\x002\n", r"line 2: .* got U\+0000 \(a control character\) in the target"),
    "a header": (
        "source,target\neins,1\n",
        "line 1: expected a pair, got the names of the columns, 'source,target': leave this line out",
    ),
    "a header in quotes, after an empty line": ('\n"Source";"Target"\neins;1\n', "line 2: .* names of the columns"),
    "a short header": ("SRC\tTGT\neins\t1\n", "line 1: .* names of the columns"),
    "a quote left open": ('"eins",1\n"zwei,2\n', "line 2: expected a quote to be closed"),
    "too long": (f"eins\t1\n{'x' * 101}\t2\n", "line 2: expected at most 100 symbols in the source, got 101"),
    "nothing": ("\n \n", "expected at least one line with a pair, got none"),
    "no such file": ("mine.csv", "expected a file, or a text of several lines, got 'mine.csv', and no such file"),
    "a name that no file can have": ("x" * 999, "expected a file, or a text of several lines, got 'xx.*, and no such"),
    "no text": (7, "expected a path, a text or bytes, got int"),
}


@pytest.mark.parametrize(("source", "message"), list(REFUSED.values()), ids=list(REFUSED))
def test_what_is_refused_is_said_with_its_line(source, message):
    with pytest.raises(ValueError, match=message):
        read_pairs(source)


@pytest.mark.parametrize("separator", ["", "::", '"', "\n", "\r", 0, b",", None.__class__])
def test_a_separator_is_one_symbol(separator):
    with pytest.raises(ValueError, match="separator: expected one symbol, no quote and no end of a line, got"):
        read_pairs("a,b\nc,d", separator=separator)


# Three parts

PAIRS = [(f"s{i}", f"t{i}") for i in range(57)]


def test_nothing_is_lost_and_nothing_is_in_two_parts():
    train, validation, test = split_pairs(PAIRS, 3)
    assert sorted(train + validation + test) == sorted(PAIRS)
    assert (len(train), len(validation), len(test)) == (47, 5, 5)


def test_a_seed_deals_the_same_parts_again_and_another_seed_others():
    before = copy.copy(PAIRS)
    assert split_pairs(PAIRS, 3) == split_pairs(PAIRS, 3)
    assert split_pairs(PAIRS, 3) != split_pairs(PAIRS, 4)
    assert before == PAIRS


def test_too_few_pairs_and_a_source_that_comes_twice_are_refused():
    with pytest.raises(ValueError, match=r"expected at least 20 pairs, .* got 19"):
        split_pairs(PAIRS[:19])
    with pytest.raises(ValueError, match="expected each source once, got 's1' 2 times"):
        split_pairs([*PAIRS, ("s1", "other")])


# Rivals


def test_the_share_that_is_right_to_the_last_symbol():
    pairs = [("a", "as"), ("b", "bs"), ("ash", "ashes"), ("c", "Cs")]
    assert share_right(lambda source: source + "s", pairs) == 0.5
    assert share_right(lambda source: source, pairs) == 0


def test_the_nearest_source_answers_and_of_two_the_first():
    train = [("drei", "3"), ("zwei", "2"), ("zweihundert", "200")]
    assert nearest_answer(train, "zweiundert") == "200"
    assert nearest_answer(train, "ei") == "3"


# Keep the best


class Steps:
    """A training that writes the number of the step into every weight."""

    def __init__(self, model, count):
        self.model, self.count = model, count

    def __iter__(self):
        for number in range(1, self.count + 1):
            self.model.params.flat[:] = number
            yield number


def test_the_weights_of_the_best_score_are_kept():
    model = Seq2Seq(2, 3, 1, rng=0)
    goodness = {2: 0.25, 4: 0.75, 6: 0.5, 8: 0.75}
    scores = keep_best(model, Steps(model, 9), lambda: goodness[int(model.params["b_y"][0])], every=2)
    assert scores == list(goodness.items())
    assert set(model.params.flat) == {4}


def test_a_training_that_is_never_scored_leaves_the_model_trained():
    model = Seq2Seq(2, 3, 1, rng=0)
    assert keep_best(model, Steps(model, 3), lambda: 1.0, every=5) == []
    assert set(model.params.flat) == {3}
    with pytest.raises(ValueError, match="every: expected at least 1, got 0"):
        keep_best(model, Steps(model, 3), lambda: 1.0, every=0)


# Three sets


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        ("wug", "wugs"),
        ("gutch", "gutches"),
        ("nash", "nashes"),
        ("tass", "tasses"),
        ("box", "boxes"),
        ("spowry", "spowries"),
        ("play", "plays"),
        ("moth", "moths"),
    ],
)
def test_a_plural(noun, expected):
    assert plural(noun) == expected


def test_each_ending_is_learned_and_no_noun_comes_twice():
    pairs = plurals()
    assert len(dict(pairs)) == len(pairs) == 3_000
    assert all(plural(noun) == target for noun, target in pairs)
    endings = [target.removeprefix(noun) for noun, target in pairs]
    assert endings.count("s") > 1_800
    assert endings.count("es") > 300
    assert sum(target.endswith("ies") for _, target in pairs) > 300
    assert plurals(50, rng=1) == plurals(50, rng=1) != plurals(50, rng=2)


@pytest.mark.parametrize("language", ["German", "English"])
def test_each_number_below_a_thousand_has_its_own_words(language):
    pairs = numbers(language)
    assert [target for _, target in pairs] == [str(number) for number in range(1_000)]
    assert len(dict(pairs)) == 1_000


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("null", "0"),
        ("eins", "1"),
        ("sechzehn", "16"),
        ("einundzwanzig", "21"),
        ("hundert", None),
        ("dreißig", "30"),
        ("einhunderteins", "101"),
        ("siebenhundertzweiundvierzig", "742"),
    ],
)
def test_german(words, digits):
    assert dict(numbers()).get(words) == digits


@pytest.mark.parametrize(
    ("words", "digits"), [("nought", "0"), ("forty-two", "42"), ("seven hundred five", "705"), ("one hundred", "100")]
)
def test_english(words, digits):
    assert dict(numbers("English"))[words] == digits


def test_another_language_is_refused():
    with pytest.raises(ValueError, match="language: expected English or German, got 'Klingon'"):
        numbers("Klingon")


def test_roman_numerals_add_up():
    values = dict(zip("IVXLCDM", (1, 5, 10, 50, 100, 500, 1000)))
    for written, digits in roman_numerals():
        row = [values[letter] for letter in written]
        total = sum(-one if one < following else one for one, following in zip(row, [*row[1:], 0]))
        assert total == int(digits)
    assert len(dict(roman_numerals())) == 3_999


SETS = {"plurals": plurals, "German": numbers, "English": lambda: numbers("English"), "Roman": roman_numerals}


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("seed", range(20))
def test_every_set_can_be_split_and_learned_from(name, seed):
    """Whatever is held out, each of its symbols occurs in training."""
    train, validation, test = split_pairs(SETS[name](), seed)
    task = Task(name, train, validation + test)
    assert next(task.batches(4)).source.shape[1] == 4
    assert np.mean([len(source) for source, _ in train]) < 30


# The program of lesson 16

LESSON = Path(__file__).parents[1] / "notebooks" / "16_train_your_own.ipynb"


@pytest.fixture(scope="module")
def seven_lines():
    """The block of its section "Yours", and its imports."""
    cells = ["".join(cell["source"]) for cell in json.loads(LESSON.read_text(encoding="utf-8"))["cells"]]
    (yours,) = (text for text in cells if "## Yours" in text)
    (imports,) = (text for text in cells if "\nfrom functools" in text)
    return re.search(r"```python\n(.*?)```", yours, re.DOTALL)[1], imports


def test_the_reader_writes_25_lines(seven_lines):
    own = [solutions()[name] for name in ("split", "share_right", "nearest", "keep_best")]
    lines = [line for function in own for line in inspect.getsource(function).splitlines() if line.strip()]
    assert len(lines) == 18
    assert len(seven_lines[0].splitlines()) == 7


def test_the_program_runs_on_a_file_of_ones_own(seven_lines, tmp_path, monkeypatch):
    program, imports = seven_lines
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_text("".join(f"{s},{t}\n" for s, t in plurals(60)), encoding="utf-8")
    names = dict(solutions())
    exec(imports, names)
    exec(program.replace("1_000", "60"), names)
    assert AttentionSeq2Seq.load("mine.npz").params["W_hy"].shape == (64, len(names["task"].target))
    assert len(names["test"]) == 6
