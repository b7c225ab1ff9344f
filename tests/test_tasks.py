"""What the models learn: dates, pronunciation, reversed words; vocabularies, padding and batches."""

import hashlib
import re
from datetime import date, timedelta
from importlib.resources import files
from itertools import islice

import numpy as np
import pytest
from problems import same

from seq2seq_lib import BOS, EOS, PAD, Batch, Vocabulary
from seq2seq_lib.tasks import Task, dates, pad, pronunciation, reverse, words
from seq2seq_lib.tasks.synthetic import FIRST, FORMATS, LAST, ordinal

# Batches, by hand


def test_a_batch_of_tokens_by_hand():
    batch = Batch([[3, 4, 5], [6]], [[7], [8, 9]])
    same(batch.source, [[3, 6], [4, PAD], [5, PAD]])
    same(batch.source_mask, [[1, 1], [1, 0], [1, 0]])
    same(batch.target, [[7, 8], [EOS, 9], [PAD, EOS]])
    same(batch.target_mask, [[1, 1], [1, 1], [0, 1]])
    same(batch.decoder_input, [[BOS, BOS], [7, 8], [EOS, 9]])


def test_a_batch_of_vectors_by_hand():
    batch = Batch([[[1, 2]], [[3, 4], [5, 6]]], [[[0.5], [0.25]], [[0.75]]])
    same(batch.source, [[[1, 2], [3, 4]], [[0, 0], [5, 6]]])
    same(batch.source_mask, [[1, 1], [0, 1]])
    same(batch.target, [[[0.5], [0.75]], [[0.25], [0]]])
    same(batch.target_mask, [[1, 1], [1, 0]])
    same(batch.decoder_input, [[[0], [0]], [[0.5], [0.75]]])


def test_the_special_tokens_are_0_1_2():
    assert (PAD, BOS, EOS) == (0, 1, 2)


def test_padding_keeps_large_tokens_and_fine_numbers():
    assert pad([np.array([3], np.int8), np.array([300])])[0].tolist() == [[3, 300]]
    assert pad([np.array([[1]]), np.array([[0.1]], np.float32), np.array([[0.1]])])[0].tolist()[0][2] == [0.1]


def test_what_came_in_is_left_as_it_was():
    source, target = [[3, 4], [5]], [[6], [7, 8]]
    Batch(source, target)
    assert (source, target) == ([[3, 4], [5]], [[6], [7, 8]])


# Vocabularies


def test_a_vocabulary_by_hand():
    vocabulary = Vocabulary("banana")
    assert vocabulary.encode("nab") == [5, 3, 4]
    assert vocabulary.decode([BOS, 4, 3, PAD, EOS]) == ["<bos>", "b", "a", "<eos>"]
    assert len(vocabulary) == 6


def test_encoding_and_decoding_is_a_round_trip():
    for task in (reverse(train=50, held_out=10), pronunciation()):
        for source, target in task.held_out:
            assert task.source.decode(task.source.encode(source)) == list(source)
            assert task.target.decode(task.target.encode(target)) == list(target)


def test_an_unknown_symbol_is_named():
    with pytest.raises(ValueError, match="expected only the symbols 'abc', got 'x'"):
        Vocabulary("abc").encode("abx")


@pytest.mark.parametrize("token", [6, -1])
def test_a_token_without_a_symbol_is_named(token):
    with pytest.raises(ValueError, match=f"expected tokens in 0 .. 5, got {token}"):
        Vocabulary("abc").decode([3, token])


@pytest.mark.parametrize("unknown", [7, None, "7"])
def test_a_vocabulary_need_not_be_of_strings(unknown):
    vocabulary = Vocabulary([1, 2, 3])
    assert vocabulary.decode(vocabulary.encode([3, 1])) == [3, 1]
    with pytest.raises(ValueError, match=f"expected only the symbols '123', got {unknown!r}"):
        vocabulary.encode([1, unknown])


def test_a_text_is_taken_apart_and_joined_at_the_separator():
    words = Vocabulary(["a", "dog", "ran"], separator=" ")
    assert words.encode("a dog ran") == words.encode(("a", "dog", "ran")) == [3, 4, 5]
    assert words.join(words.decode([4, 5])) == "dog ran"
    with pytest.raises(ValueError, match="expected only the symbols 'a dog ran', got 'cat'"):
        words.encode("a cat")


# Every task

SIZES = {"dates": (40_000, 2_000), "reverse": (20_000, 2_000), "pronunciation": (18_000, 2_000)}


@pytest.fixture(scope="module", params=[dates, reverse, pronunciation], ids=lambda task: task.__name__)
def task(request):
    return request.param()


def test_no_source_is_both_learned_and_asked_for(task):
    train, held_out = ([source for source, _ in pairs] for pairs in (task.train, task.held_out))
    assert (len(train), len(held_out)) == SIZES[task.name]
    assert not set(train) & set(held_out)
    assert len(set(train)) == len(train)


def test_every_symbol_of_the_held_out_pairs_is_known(task):
    for source, target in task.held_out:
        assert set(source) <= set(task.source.symbols)
        assert set(target) <= set(task.target.symbols)


def test_no_target_is_longer_than_the_longest(task):
    assert task.longest_target == max(len(target) for _, target in task.train + task.held_out)


def test_batches_hold_training_pairs_without_end(task):
    pairs = {(tuple(task.source.encode(s)), tuple(task.target.encode(t))) for s, t in task.train}
    for batch in islice(task.batches(8, rng=1), 5):
        for source, target in zip(batch.source.T.tolist(), batch.target.T.tolist()):
            end = target.index(EOS)
            assert (tuple(filter(None, source)), tuple(target[:end])) in pairs
            assert set(target[end + 1 :]) <= {PAD}


def test_the_same_seed_draws_the_same_batches(task):
    first, second, other = (next(task.batches(8, rng=seed)).source for seed in (1, 1, 2))
    same(first, second)
    assert first.shape != other.shape or (first != other).any()


# Dates


@pytest.mark.parametrize("written", FORMATS)
def test_each_format_writes_the_third_of_may_as_its_name_does(written):
    assert FORMATS[written](date(1979, 5, 3)) == written


def test_each_of_the_eight_formats_is_drawn_and_says_the_day():
    writers = [
        {name for name, write in FORMATS.items() if write(date.fromisoformat(target)) == source}
        for source, target in dates(train=200, held_out=1).train
    ]
    assert all(writers)
    assert len(FORMATS) == 8
    assert set.union(*writers) == set(FORMATS)


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(1900, 1, 1), "Monday, January 1, 1900"),
        (date(1969, 7, 20), "Sunday, July 20, 1969"),
        (date(2000, 2, 29), "Tuesday, February 29, 2000"),
        (date(2099, 12, 31), "Thursday, December 31, 2099"),
    ],
)
def test_the_weekday_is_right(day, written):
    assert FORMATS["Thursday, May 3, 1979"](day) == written


def test_ordinals():
    expected = "1st 2nd 3rd 4th 10th 11th 12th 13th 14th 20th 21st 22nd 23rd 24th 30th 31st".split()
    assert [ordinal(int(written[:-2])) for written in expected] == expected


@pytest.fixture(scope="module")
def all_days():
    days = (LAST - FIRST).days + 1
    task = dates(train=days - 1, held_out=1)
    return [target for _, target in task.train + task.held_out]


def test_every_day_from_1900_to_2099_can_be_drawn_once(all_days):
    assert sorted(all_days) == [(date(1900, 1, 1) + timedelta(n)).isoformat() for n in range(73_049)]
    assert (min(all_days), max(all_days)) == ("1900-01-01", "2099-12-31")


def test_leap_days(all_days):
    assert "2000-02-29" in all_days
    assert "1900-02-29" not in all_days


def test_learned_and_held_out_dates_share_no_day():
    task = dates()
    assert not {target for _, target in task.train} & {target for _, target in task.held_out}


# Pronunciation


def test_words_have_three_to_eight_letters_and_phones_no_stress():
    pairs = pronunciation().train + pronunciation().held_out
    assert len(pairs) == 20_000
    assert all(re.fullmatch("[a-z]{3,8}", word) for word, _ in pairs)
    assert all(re.fullmatch("[A-Z]{1,2}", phone) for _, phones in pairs for phone in phones)


@pytest.mark.parametrize(
    ("word", "phones"),
    [("cheese", "CH IY Z"), ("night", "N AY T"), ("music", "M Y UW Z IH K"), ("one", "W AH N"), ("green", "G R IY N")],
)
def test_a_known_word(word, phones):
    task = pronunciation()
    assert dict(task.train + task.held_out)[word] == tuple(phones.split())


def test_of_several_pronunciations_the_first():
    assert dict(pronunciation().train)["the"] == ("DH", "AH")  # the dictionary goes on with DH AH1, and DH IY0


def test_no_word_is_one_that_nobody_wants_on_a_projector():
    excluded = set(files("seq2seq_lib.tasks").joinpath("data/excluded.txt").read_text().split())
    digests = {hashlib.sha256(word.encode()).hexdigest()[:16]: word for word, _ in every_word()}
    assert len(excluded) > 1_000
    assert not [digests[digest] for digest in excluded & digests.keys()]
    assert hashlib.sha256(b"damn").hexdigest()[:16] in excluded  # the hashes are made as the list's are


def every_word():
    task = pronunciation()
    return task.train + task.held_out


def test_the_licence_lies_beside_the_data():
    licence = files("seq2seq_lib.tasks").joinpath("data/LICENSE-cmudict").read_text(encoding="utf-8")
    assert "Carnegie Mellon University" in licence
    assert "Redistribution and use in source and binary forms" in licence


# Reversed words


def test_reversed_words():
    task = reverse(shortest=2, longest=4, train=300, held_out=20, rng=5)
    pairs = task.train + task.held_out
    assert all(target == source[::-1] for source, target in pairs)
    assert {len(source) for source, _ in pairs} == {2, 3, 4}


@pytest.mark.parametrize("seed", range(5))
def test_of_each_length_the_same_share_is_held_out(seed):
    task = reverse(rng=seed)
    for length in range(3, 9):
        train, held_out = (sum(len(source) == length for source, _ in pairs) for pairs in (task.train, task.held_out))
        assert held_out / (train + held_out) == pytest.approx(2_000 / 22_000, abs=0.03)


# Tasks of one's own


def test_a_task_by_hand():
    task = Task("shout", [("ab", "AB"), ("b", "B")], [("ba", "BA")])
    assert task.source.symbols[3:] == ["a", "b"]
    assert task.target.symbols[3:] == ["A", "B"]
    assert next(task.batches(4)).source.max() <= 4


def test_words_may_be_symbols_on_both_sides():
    task = Task("w", [(("ein", "hund"), ("a", "dog"))], [(("hund", "ein"), ("dog", "a"))], separator=" ")
    assert task.source.encode("hund ein") == [4, 3]
    assert task.source.join(("ein", "hund")) == "ein hund"
    assert task.target.join(task.target.decode([3, 4])) == "a dog"


def test_of_a_string_the_letters_are_the_symbols_whatever_the_separator_of_the_other_side():
    task = Task("say", [("ab c", ("AH", "B"))], [("a", ("B",))], separator=" ")
    assert task.source.encode("c a") == task.source.encode(list("c a"))
    assert task.source.join(list("c a")) == "c a"
    assert task.target.encode("B AH") == task.target.encode(["B", "AH"])


def test_a_task_and_its_batches_know_their_symbols():
    task = Task("shout", [("ab", "AB"), ("b", "B")], [("ba", "BA")])
    assert task.symbols == (("<pad>", "<bos>", "<eos>", "a", "b"), ("<pad>", "<bos>", "<eos>", "A", "B"))
    assert next(task.batches(2)).symbols == task.symbols


GOOD = [("ab", "AB")]
BAD_TASKS = {
    "no pairs": ([], GOOD, "train: expected at least one pair, got none"),
    "nothing held out": (GOOD, [], "held_out: expected at least one pair, got none"),
    "an empty source": (
        [("", "A")],
        GOOD,
        r"train: expected each source .* at least one symbol, got the pair \('', 'A'\)",
    ),
    "an empty target": (GOOD, [("a", ())], r"held_out: expected each target .*, got the pair \('a', \(\)\)"),
    "no target": ([("a", None)], GOOD, r"train: expected each target .*, got the pair \('a', None\)"),
    "a symbol that is none": ([("a", ("A", None))], GOOD, r"train: expected each target .*\('A', None\)"),
    "an empty symbol": ([("a", ("A", ""))], GOOD, "train: expected each target .* with at least one symbol"),
    "our own symbols": ([("a", ("A", "<eos>"))], GOOD, "train: expected each target"),
    "an array of objects": ([(np.array(["a", None], object), "A")], GOOD, "train: expected each source"),
    "a number": ([(3, "A")], GOOD, "train: expected each source as a string, or a tuple of strings"),
    "three in a pair": ([("a", "A", "B")], GOOD, r"train: expected pairs \(source, target\), got \('a', 'A', 'B'\)"),
    "sources, then targets": (
        (["a", "b", "c"], ["A", "B", "C"]),
        GOOD,
        r"train: expected pairs \(source, target\), got",
    ),
    "texts": (["ab", "cd"], GOOD, r"train: expected pairs \(source, target\), got 'ab'"),
    "an unknown source symbol": (GOOD, [("ax", "A")], r"held_out: .*got 'x' in the source of \('ax', 'A'\)"),
    "an unknown target symbol": (GOOD, [("a", "AX")], r"held_out: .*got 'X' in the target of \('a', 'AX'\)"),
}


@pytest.mark.parametrize(("train", "held_out", "message"), list(BAD_TASKS.values()), ids=list(BAD_TASKS))
def test_a_task_that_can_not_be_learned_is_refused_when_it_is_made(train, held_out, message):
    with pytest.raises(ValueError, match=message):
        Task("bad", train, held_out)


def test_a_symbol_with_the_separator_in_it_is_refused():
    with pytest.raises(ValueError, match="separator: expected one that no symbol has in it, got ' ', which 'a b' has"):
        Task("bad", [("a", ("a b", "c"))], [("a", ("c",))], separator=" ")


@pytest.mark.parametrize("size", [0, -1, 2.5])
def test_a_batch_has_at_least_one_pair(size):
    with pytest.raises(ValueError, match=r"size: expected .*got"):
        next(reverse(train=20, held_out=5).batches(size))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: dates(train=80_000), "expected at most 73049 together, got 82000"),
        (lambda: dates(train=0), "train: expected at least 1, got 0"),
        (lambda: reverse(1, 1, train=10, held_out=1), "expected at most 10 together, got 11"),
        (lambda: reverse(5, 3), "longest: expected at least 5, as many letters as the shortest has, got 3"),
        (
            lambda: dates(train=60, held_out=100, rng=1),
            r"got 'O' in the source of \('October 19, 1997', '1997-10-19'\)",
        ),
        (lambda: reverse(0, 3), "shortest: expected at least 1, got 0"),
        (lambda: reverse(held_out=-5), "held_out: expected at least 1, got -5"),
    ],
)
def test_more_than_there_is_cannot_be_drawn(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_the_words_of_a_language_model_have_none_in_common():
    given = words()
    parts = given.train, given.validation, given.test
    assert [len(part) for part in parts] == [18_000, 1_000, 1_000]
    assert len(set().union(*parts)) == 20_000
    assert all(
        "".join(given.vocabulary.decode(given.vocabulary.encode(word))) == word
        for word in [*parts[0], *parts[1], *parts[2]]
    )
