"""BeamTree: its nodes are the hypotheses of the beam search, its winner is what beam_decode answers."""

import pytest
from instruments import short_words, trained

from seq2seq_lib import beam_decode, greedy_decode
from seq2seq_lib.beam import beam_search
from seq2seq_lib.widgets import BeamTree

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
    assert seen["ends_ranked"][0]["text"].removesuffix("⊣") == "".join(task.target.decode(answer))
    scores = [end["score"] for end in seen["ends_ranked"]]
    assert scores == sorted(scores, reverse=True)


def test_the_nodes_are_the_hypotheses_best_first_and_each_has_its_parent(tree):
    seen = frame(tree, width=4)
    steps = list(beam_search(tree.model, short_words().source.encode(TEXT), short_words().longest_target + 1, 4))
    for nodes, (kept, dropped) in zip(seen["steps"], steps, strict=True):
        assert [node["kept"] for node in nodes] == [True] * len(kept) + [False] * min(2, len(dropped))
        assert [node["log_p"] for node in nodes] == [one.log_p for one in kept + dropped[:2]]
    for before, nodes in zip(seen["steps"], seen["steps"][1:]):
        assert all(before[node["parent"]]["kept"] and not before[node["parent"]]["finished"] for node in nodes)


def test_the_greedy_path_is_marked_to_its_end(tree):
    nodes = [[node for node in nodes if node["greedy"]] for nodes in frame(tree, width=1)["steps"]]
    assert all(len(on_the_path) == 1 for on_the_path in nodes)
    answer = greedy_decode(tree.model, short_words().source.encode(TEXT), short_words().longest_target + 1)
    assert [node["symbol"] for (node,) in nodes] == [*short_words().target.decode(answer), "⊣"]


def test_it_says_when_greedy_decoding_does_less_well():
    tree = BeamTree(trained(steps=250), short_words(), TEXT)
    texts = [word for word, _ in short_words().held_out]
    said = [tree.frame(text=text, width=6, normalised=False)["words"][-1] for text in texts]
    differ = [text for text in said if "Greedy decoding writes “" in text]
    assert 0 < len(differ) < len(said)


def test_the_readers_own_search_is_shown():
    def worst_first(model, source, max_length, beam_size):
        for kept, _ in beam_search(model, source, 1, beam_size):
            yield kept[::-1], []

    seen = frame(BeamTree(trained(steps=250), short_words(), TEXT, search=worst_first))
    assert len(seen["steps"]) == 1
    log_ps = [node["log_p"] for node in seen["steps"][0]]
    assert log_ps == sorted(log_ps)
