"""Every check knows the right answer, and every classic wrong answer gets its own hint."""

import runpy
import sys
import textwrap

import numpy as np
import pytest
from attacks import CHECKS, LESSONS, SOLUTIONS, checks_of, hint_of

from seq2seq_lib.exercises import Check, predict
from seq2seq_lib.exercises.compare import differences
from seq2seq_lib.exercises.question import QUESTIONS, questions

WRONG = [
    pytest.param(check, wrong, id=f"{name}-{wrong.__name__}") for name, check in CHECKS.items() for wrong in check.wrong
]
ASKED = [
    f"{path.stem}-{key}"
    for path in sorted(QUESTIONS.glob("*.toml"))
    for key, entry in questions(path.stem).items()
    if "choices" in entry  # the others: test_answers.py
]


@pytest.fixture(params=CHECKS.values(), ids=CHECKS)
def check(request):
    return request.param


def test_the_right_answer_is_correct(check):
    assert check.verdict(check.right) == "correct."


def test_a_stub_is_not_done_yet(check):
    assert check.verdict(lambda *arguments, **options: None) == "not done yet, it returns None."


def test_several_nones_are_not_done_yet_and_are_no_wrong_answer():
    def the_other(x):
        """Both are the other way."""
        return not x, x

    check = Check(lambda x: (x, not x), returns=("a", "b"), problems=[(True,)], wrong=[the_other])
    assert check.verdict(lambda x: (None, None)) == "not done yet, it returns None."
    assert check.verdict(the_other) == "not yet. Both are the other way."


def test_it_knows_a_classic_wrong_answer(check):
    assert len(check.wrong) >= 2


@pytest.mark.parametrize(("check", "wrong"), WRONG)
def test_each_wrong_answer_gets_its_hint(check, wrong):
    assert check.verdict(wrong) == hint_of(wrong)


def test_what_stops_is_said_with_its_line(check):
    def stops(*arguments, **options):
        return 1 / 0

    assert check.verdict(stops) == "it stops with ZeroDivisionError: division by zero (in stops: return 1 / 0)"


def test_where_the_line_cannot_be_read_its_number_is_said():
    """Of a function that was made by exec there is no text."""
    names = {}
    exec("def doubled(x):\n    y = x + x\n    return y / 'two'\n", names)
    verdict = check_doubled.verdict(names["doubled"])
    assert verdict.startswith("it stops with")
    assert verdict.endswith("(in doubled: line 3)")


def test_the_function_itself_is_wanted():
    assert (
        check_doubled.verdict(np.array([2.0]))
        == "give it the function itself, without calling it: check_doubled(doubled)."
    )


def test_a_path_without_a_return_is_told_from_a_stub():
    def positive_alone(x):
        if x[0] > 0:
            return 2 * x

    assert check_doubled.verdict(positive_alone).startswith("it returns None for some arguments")


def test_what_does_not_end_is_ended_and_nothing_is_left_of_it():
    def waits(x):
        while True:
            try:  # noqa: SIM105
                x = x + 1
            except Exception:
                pass

    before = sys.gettrace()
    assert check_doubled.verdict(waits) == "it does not come to an end. What makes its loop stop?"
    assert sys.gettrace() is before
    assert "exit" not in globals()


def test_nothing_leaves_but_an_interrupt():
    def leaves(x):
        exit()

    def interrupted(x):
        raise KeyboardInterrupt

    assert "exit() would end the kernel" in check_doubled.verdict(leaves)
    with pytest.raises(KeyboardInterrupt):
        check_doubled.verdict(interrupted)


def test_what_a_library_does_is_not_counted():
    def formats(x):
        for _ in range(3_000):
            textwrap.dedent("a\n" * 50)
        return 2 * x

    assert check_doubled.verdict(formats) == "correct."


@pytest.mark.parametrize("path", sorted(SOLUTIONS.glob("*.py")), ids=lambda path: path.stem)
def test_each_solution_passes_its_checks(path, capsys):
    runpy.run_path(str(path), run_name="__main__")
    printed = capsys.readouterr().out.splitlines()
    names = [check.name for check in checks_of(f"lesson_{path.stem[:2]}").values()]
    assert printed == [f"{name}: correct." for name in names]


def test_each_lesson_with_checks_has_a_solution():
    assert {f"lesson_{path.stem[:2]}" for path in SOLUTIONS.glob("*.py")} == set(LESSONS)


# What a check says


def doubled(x):
    return 2 * x


check_doubled = Check(doubled, ("y",), [(np.array([1.0, 2.0]),), (np.array([-1.0, 3.0]),)])


def test_a_wrong_number_is_named_with_its_place():
    assert check_doubled.verdict(lambda x: x) == "y is not right yet at [0]: expected 2, got 1."


def test_a_wrong_shape_is_named():
    assert check_doubled.verdict(lambda x: 2 * x[None]) == "y should have shape (2,), got (1, 2)."


def test_changing_an_argument_is_noticed():
    def in_place(x):
        x *= 2
        return x

    assert "in place" in check_doubled.verdict(in_place)


def test_a_wrong_number_of_things_is_named():
    check = Check(divmod, ("quotient", "rest"), [(7, 2)])
    assert check.verdict(lambda a, b: a) == "it should return quotient, rest, got int."
    assert check.verdict(lambda a, b: (3, 1, 0)) == "it should return quotient, rest, got 3 things."


def test_dicts_are_compared_by_key():
    assert differences({"a": 1.0}, {"a": 1.0}) == []
    assert differences({"b": 1.0}, {"a": 1.0}) == ["it should be a dict with a, got b."]
    assert differences({"a": np.nan}, {"a": 1.0}) == ["a is not right yet: expected 1, got nan."]


# Questions


@pytest.mark.parametrize("name", ASKED)
def test_each_question_answers_every_choice(name):
    question = predict(name)
    assert 2 <= len(question.choices) <= 5
    assert all(len(why.split()) >= 3 for why in question.choices.values())
    shown = question._repr_html_()
    assert shown.count("<details") == len(question.choices)
    assert shown.count("✓</b> Right.") == 1
    assert not any(why in repr(question) for why in question.choices.values())


def test_whoever_bets_on_one_letter_wins_no_more_than_by_chance():
    places = [list(question.choices).index(question.right) for question in map(predict, ASKED)]
    chance = sum(1 / len(predict(name).choices) for name in ASKED) / len(ASKED)
    for place in range(3):
        assert abs(places.count(place) / len(ASKED) - chance) < 0.08, f"letter {'ABC'[place]}: try another SEED"


def test_an_unknown_question_says_which_there_are():
    with pytest.raises(ValueError, match="expected one of 01-"):
        predict("01-nothing")
    with pytest.raises(ValueError, match="number of a lesson"):
        predict("nothing")


def test_a_right_answer_in_float32_is_right():
    check = CHECKS["check_rnn_step"]

    def in_float32(*arguments):
        return check.right(*arguments).astype(np.float32)

    assert check.verdict(in_float32) == "correct."
    assert check.verdict(lambda *arguments: in_float32(*arguments) + 1e-3) != "correct."


def test_a_difference_that_is_told_can_be_seen():
    (told,) = differences(np.array([1.0, 2.0000001]), np.array([1.0, 2.0]))
    assert told.startswith("it is not right yet at [1]: expected 2, got 2.0000001. Nearly:")
