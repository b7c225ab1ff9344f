"""BeamTree: its nodes are the hypotheses of the beam search, its winner is what beam_decode answers."""

import numpy as np
import pytest
from instruments import looking_back, short_words, trained

from seq2seq_lib import beam_decode, greedy_decode
from seq2seq_lib.batch import EOS
from seq2seq_lib.beam import Hypothesis, beam_search
from seq2seq_lib.widgets import BeamTree
from seq2seq_lib.words import fixed

TEXT = "badhif"


@pytest.fixture
def tree():
    return BeamTree(trained(steps=250), short_words(), TEXT)


def frame(tree, **settings):
    return tree.frame(**tree.defaults() | settings)


@pytest.mark.parametrize("width", [1, 3, 6])
@pytest.mark.parametrize("normalised", [False, True])
def test_the_winner_is_what_beam_decode_answers(tree, width, normalised):
    task, source = short_words(), short_words().source.encode(TEXT)
    seen = frame(tree, width=width, normalised=normalised)
    answer = beam_decode(tree.model, source, task.longest_target + 1, width, 1.0 if normalised else 0.0)
    assert seen["ends_ranked"][0]["text"] == "".join(task.target.decode(answer))
    scores = [end["score"] for end in seen["ends_ranked"]]
    assert scores == sorted(scores, reverse=True)


def test_the_nodes_are_the_hypotheses_best_first_and_each_has_its_parent(tree):
    seen = frame(tree, width=4)
    steps = list(beam_search(tree.model, short_words().source.encode(TEXT), short_words().longest_target + 1, 4))
    for nodes, (kept, dropped) in zip(seen["steps"], steps, strict=True):
        assert [node["kept"] for node in nodes] == [True] * len(kept) + [False] * min(2, len(dropped))
        assert [node["log_p"] for node in nodes] == [one.log_p for one in kept + dropped[:2]]
    for before, nodes in zip(seen["steps"], seen["steps"][1:]):
        parents = [before[node["parent"]] for node in nodes]
        assert all(parent["kept"] and not parent["finished"] for parent in parents)
        shares = [np.exp(node["log_p"] - parent["log_p"]) for node, parent in zip(nodes, parents)]
        assert [node["likely"] for node in nodes] == pytest.approx(shares)


def test_the_greedy_path_is_marked_to_its_end(tree):
    nodes = [[node for node in nodes if node["greedy"]] for nodes in frame(tree, width=1)["steps"]]
    assert all(len(on_the_path) == 1 for on_the_path in nodes)
    answer = greedy_decode(tree.model, short_words().source.encode(TEXT), short_words().longest_target + 1)
    assert [node["symbol"] for (node,) in nodes] == [*short_words().target.decode(answer), "⊣"]


def test_greedy_decoding_is_compared_and_where_it_left_the_beam(tree):
    task, there_are = short_words(), {True: 0, False: 0}
    for text, _ in task.held_out:
        seen = frame(tree, text=text, width=2)
        greedy, answer = seen["greedy"], greedy_decode(tree.model, task.source.encode(text), task.longest_target + 1)
        assert greedy["text"] == "".join(task.target.decode(answer))
        there_are[greedy["text"] == seen["ends_ranked"][0]["text"]] += 1
        lost = greedy["lost_at"]
        kept = [any(node["greedy"] and node["kept"] for node in nodes) for nodes in seen["steps"][: greedy["length"]]]
        assert kept == [True] * len(kept) if lost is None else kept.index(False) == lost - 1
        assert (lost is None) == any(end["greedy"] for end in seen["ends_ranked"])
    assert min(there_are.values()) > 0, "the test needs words where the beam does better, and words where it doesn't"


def test_an_answer_is_right_if_the_rule_says_so(tree):
    seen = frame(BeamTree(tree.model, short_words(), TEXT, solve=lambda word: word[::-1]), width=4)
    assert [end["right"] for end in seen["ends_ranked"]] == [end["text"] == TEXT[::-1] for end in seen["ends_ranked"]]
    word, answer = short_words().held_out[0]
    assert frame(tree, text=word)["right"] == answer
    unknown = frame(tree, text="aaaaaaa")
    assert unknown["right"] is None
    assert {end["right"] for end in unknown["ends_ranked"]} == {None}


def test_a_model_that_looks_back_has_its_tree_too():
    model, task = looking_back()
    tree = BeamTree(model, task, "abcdef")
    answer = beam_decode(model, task.source.encode("abcdef"), task.longest_target + 1, 3)
    assert tree.frame(**tree.defaults())["ends_ranked"][0]["text"] == "".join(task.target.decode(answer))


@pytest.mark.parametrize(
    ("search", "complaint"),
    [
        (lambda *arguments: iter(()), "it yielded nothing"),
        (lambda model, source, longest, size: beam_search(model, source, longest, 2 * size), "keeps 1 to 3 at step 1"),
    ],
)
def test_a_search_that_cannot_be_drawn_is_refused_in_words(tree, search, complaint):
    with pytest.raises(ValueError, match=complaint):
        BeamTree(tree.model, short_words(), TEXT, search=search)


def test_the_readers_own_search_is_shown():
    def worst_first(model, source, max_length, beam_size):
        for kept, _ in beam_search(model, source, 1, beam_size):
            yield kept[::-1], []

    seen = frame(BeamTree(trained(steps=250), short_words(), TEXT, search=worst_first))
    assert len(seen["steps"]) == 1
    log_ps = [node["log_p"] for node in seen["steps"][0]]
    assert log_ps == sorted(log_ps)


def test_it_opens_with_the_whole_tree(tree):
    assert tree.step == len(frame(tree)["steps"]) > 1


def test_a_right_beginning_that_was_cut_off_is_no_right_answer(tree):
    """The right tokens, without the end symbol behind them: it would have gone on."""
    task = short_words()
    right = (*map(task.target.tokens.get, TEXT[::-1]), EOS)

    def search(model, source, max_length, beam_size):
        yield [Hypothesis(right, -1.0, 0), Hypothesis(right[:-1], -2.0, 0)], []

    shown = BeamTree(tree.model, task, TEXT, search=search, solve=lambda word: word[::-1])
    whole, cut_off = frame(shown)["ends_ranked"]
    assert whole["text"] == cut_off["text"] == TEXT[::-1]
    assert (whole["right"], cut_off["right"]) == (True, False)
    assert cut_off["shown"] == f"{TEXT[::-1]}… cut off"


def test_the_stored_picture_has_the_numbers_of_its_nodes_and_answers(tree):
    axes, axes_ends = tree.picture().axes
    seen = frame(tree)
    nodes = [f"{node['symbol']}\n{fixed(node['log_p'])}" for nodes in seen["steps"] for node in nodes]
    assert [text.get_text() for text in axes.texts] == nodes
    ends = [f"{end['text']}  {fixed(end['log_p'])}" for end in seen["ends_ranked"]]
    assert [text.get_text() for text in axes_ends.texts] == ends
    assert [bar.get_width() for bar in axes_ends.patches] == [end["log_p"] for end in seen["ends_ranked"]]
