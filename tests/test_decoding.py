"""Running free: the decoder reads its own answers, and stops by itself."""

from itertools import islice

import numpy as np
import pytest
from problems import problem, randomized, same

from seq2seq_lib import BOS, EOS, PAD, Seq2Seq, answers, exact_match, greedy_decode, trace
from seq2seq_lib.tasks import Task, reverse


def chain(*tokens):
    """A model that writes these tokens, one after the other, each by looking at the one before, the first at BOS."""
    size = max(tokens) + 1
    model = Seq2Seq(6, size, size, loss="cross_entropy")
    model.decoder.params["W_hh"] = np.zeros((size, size))
    model.decoder.params["W_xh"] = model.params["W_hy"] = np.eye(size)
    for token, follower in zip((BOS, *tokens), tokens):
        model.decoder.params["W_xh"][token] = np.eye(size)[follower]
    return model


def scripted(tokens, size):
    """A model that writes these tokens whatever it reads: the states count the steps."""
    model = Seq2Seq(6, len(tokens) + 2, size, loss="cross_entropy")
    count = np.eye(len(tokens) + 2, k=1)
    model.encoder.params["W_hh"], model.encoder.params["W_xh"] = 0 * count, 0 * model.encoder.params["W_xh"]
    model.encoder.params["b_h"] = 20 * np.eye(len(count))[0]
    model.decoder.params["W_hh"], model.decoder.params["W_xh"] = 20 * count, 0 * model.decoder.params["W_xh"]
    model.params["W_hy"] = np.vstack([np.zeros(size), np.eye(size)[[*tokens, EOS]]])
    return model


def always(token):
    """A model that writes the same token for ever."""
    model = Seq2Seq(6, 4, 6, loss="cross_entropy")
    model.params["W_hy"], model.params["b_y"] = np.zeros((4, 6)), np.eye(6)[token]
    return model


def random_model(seed=0, scale=4):
    """Weights large enough that its answers have all lengths."""
    model = Seq2Seq(8, 6, 6, loss="cross_entropy")
    return randomized(model, np.random.default_rng(seed), scale)


SOURCES = [[3, 4, 5], [6], [7, 7, 3, 4, 6, 5], [5, 4], [3], [4, 6, 7, 3]]


def test_greedy_decoding_starts_from_bos_and_stops_at_eos():
    assert greedy_decode(chain(3, 5, 4, EOS), [3], max_length=10) == [3, 5, 4]


def test_greedy_decoding_stops_at_max_length():
    assert greedy_decode(always(4), [3], max_length=5) == [4] * 5


def test_an_answer_can_be_empty():
    assert greedy_decode(always(EOS), [[3], [4]], max_length=5) == [[], []]


def test_no_step_is_taken_after_the_last_answer_has_ended(monkeypatch):
    model, steps = chain(3, 4, EOS), []
    step = model.decoder.step
    monkeypatch.setattr(model.decoder, "step", lambda *arguments: steps.append(1) or step(*arguments))
    greedy_decode(model, [[3], [4, 5]], max_length=100)
    assert len(steps) == 3


def test_an_answer_is_the_same_alone_and_in_a_batch():
    together = greedy_decode(random_model(), SOURCES, max_length=7)
    assert together == [greedy_decode(random_model(), source, max_length=7) for source in SOURCES]
    assert {len(answer) for answer in together} >= {0, 2, 7}, "the test needs short answers and long ones"


def test_a_longer_limit_only_adds():
    short, long = (greedy_decode(random_model(), SOURCES, max_length) for max_length in (3, 6))
    assert short == [answer[:3] for answer in long]


def test_greedy_decoding_takes_the_most_probable_token_at_each_step():
    model = random_model()
    for source in SOURCES:
        answer = greedy_decode(model, source, 7)
        outputs = model.forward(source, [*answer, EOS])[2]
        assert outputs.argmax(axis=1).tolist()[:7] == [*answer, EOS][:7]


@pytest.mark.parametrize("source", SOURCES)
def test_a_trace_is_what_greedy_decoding_and_forward_go_through(source):
    model = random_model()
    seen = trace(model, source, max_length=7)
    encoder_hs, decoder_hs, outputs = model.forward(source, seen.answer)
    assert seen.source == source
    assert [token for token in seen.answer if token != EOS] == greedy_decode(model, source, 7)
    assert EOS not in seen.answer[:-1]
    for ours, its in zip((seen.encoder_hs, seen.decoder_hs, seen.logits), (encoder_hs, decoder_hs, outputs)):
        same(ours, its, tolerance=1e-12)


def test_a_trace_ends_with_eos_or_at_max_length():
    assert trace(chain(3, 4, EOS), [3], 9).answer == [3, 4, EOS]
    assert trace(always(4), [3], 2).answer == [4, 4]


def test_running_free_never_ends():
    assert [int(answer) for _, _, answer in islice(always(EOS).run_free([3]), 4)] == [EOS] * 4


def test_tokens_are_predicted_for_as_many_steps_as_asked():
    one = problem("cross_entropy", [(3, 1), (3, 1)])
    assert one.model.predict(one.batch.source, 9).shape == (9, 2)


# Texts


def test_answers_are_texts_and_exact_match_is_the_share_of_right_ones():
    task = Task("copy", [("ab", "bca"), ("c", "b")], [("a", "bca"), ("b", "bca"), ("c", "bc")])
    model = chain(4, 5, 3, EOS)  # the first letter is token 3
    assert answers(model, task, ["a", "ab"]) == ["bca", "bca"]
    assert exact_match(model, task) == 2 / 3
    assert exact_match(model, task, [("a", "bca")]) == 1


def test_phones_are_joined_with_spaces():
    task = Task("phones", [("abc", ("AH", "B"))], [("a", ("B", "AH"))], separator=" ")
    assert answers(chain(4, 3, EOS), task, ["a"]) == ["B AH"]
    assert exact_match(chain(4, 3, EOS), task) == 1


def test_an_answer_may_be_as_long_as_the_longest_target():
    task = reverse(train=20, held_out=5)
    model = Seq2Seq(len(task.source), 4, len(task.target), loss="cross_entropy")
    model.params["b_y"][5] = 1e3
    assert answers(model, task, ["abc"]) == ["c" * (task.longest_target + 1)]


def test_answers_that_only_look_alike_are_different():
    train = [("abc", ("a", "bc")), ("b", ("ab", "c")), ("c", ("abc",))]  # no separator: all three read abc
    task = Task("w", train, [("ab", ("ab", "c"))])
    model = scripted(task.target.encode(("a", "bc")), size=len(task.target))
    assert answers(model, task, ["ab"]) == ["abc"]
    assert exact_match(model, task) == 0
    assert exact_match(model, task, [("ab", ("a", "bc"))]) == 1


def test_padding_in_an_answer_is_a_mistake():
    task = Task("copy", [("abc", "bc")], [("a", "bc")])
    b, c = 3, 4
    for said in ([b, PAD, c], [PAD, b, c], [b, c, PAD], [b, BOS, c]):
        model = scripted(said, size=5)
        assert greedy_decode(model, [3], 5) == said
        assert exact_match(model, task) == 0
        assert answers(model, task, ["a"]) != ["bc"]
    assert exact_match(chain(b, c, EOS), task) == 1


@pytest.mark.parametrize("call", [answers, exact_match])
def test_a_model_and_a_task_of_other_vocabularies_are_refused(call):
    task, model = Task("copy", [("abc", "bc")], [("a", "bc")]), chain(3, 4, EOS)
    sources = ["a"] if call is answers else None
    call(model, task, sources)
    for other in (Task("copy", [("abcd", "bc")], [("a", "bc")]), Task("copy", [("abc", "bcd")], [("a", "bc")])):
        with pytest.raises(ValueError, match=r"coder: expected the symbols of the [56] tokens that it reads, got [67]"):
            call(model, other, sources)
    model.symbols = task.symbols
    call(model, task, sources)
    with pytest.raises(
        ValueError, match="decoder: expected the symbols that it was trained with, where token 4 is 'c'"
    ):
        call(model, Task("copy", [("abc", "bx")], [("a", "bx")]), sources)
    with pytest.raises(ValueError, match="expected a model with loss='cross_entropy'"):
        call(Seq2Seq(6, 4, 5), task, sources)


def test_training_compares_the_symbols_too():
    task, model = Task("copy", [("abc", "bc")], [("a", "bc")]), chain(3, 4, EOS)
    batch = next(task.batches(2))
    model.loss_and_grads(batch)
    with pytest.raises(ValueError, match="encoder: expected the symbols of the 5 tokens"):
        Seq2Seq(5, 4, 5, loss="cross_entropy").loss_and_grads(batch)
    model.symbols = Task("copy", [("abc", "xy")], [("a", "xy")]).symbols
    with pytest.raises(ValueError, match="decoder: expected the symbols that it was trained with"):
        model.loss_and_grads(batch)


def test_one_text_is_not_a_list_of_texts():
    task = Task("copy", [("abc", "bc")], [("a", "bc")])
    with pytest.raises(ValueError, match="sources: expected a list of texts, got the text 'ab'"):
        answers(chain(3, 4, EOS), task, "ab")
