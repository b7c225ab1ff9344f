"""Checks of lesson 16: pairs in three parts, a share, a rival that looks up, and the best weights of a training."""

import numpy as np

from seq2seq_lib import project
from seq2seq_lib.exercises.check import Check
from seq2seq_lib.exercises.running import is_nothing, run
from seq2seq_lib.language_model import LanguageModel
from seq2seq_lib.metrics import edit_distance

# Three parts


def split(pairs, seed):
    return project.split_pairs(pairs, seed)


def cut(pairs, tenth=None):
    """The parts of pairs that are in their final order."""
    tenth = len(pairs) // 10 if tenth is None else tenth
    return pairs[2 * tenth :], pairs[:tenth], pairs[tenth : 2 * tenth]


def shuffled(pairs, rng):
    return [pairs[i] for i in np.random.default_rng(rng).permutation(len(pairs))]


def in_order(pairs, seed):
    """Your parts are cut from the list as it stands, and a list is often sorted: shuffle it first."""
    return cut(pairs)


def test_leaks(pairs, seed):
    """You train on all pairs, so all that you ask for afterwards has been learned. Leave both tenths out of train."""
    _, validation, test = split(pairs, seed)
    return pairs, validation, test


def validation_learned(pairs, seed):
    """The validation pairs are in train as well. What you choose by has to be as new to the model as the test is."""
    train, validation, test = split(pairs, seed)
    return train + validation, validation, test


def one_for_both(pairs, seed):
    """Validation and test are the same pairs. Then you choose by the questions of the exam: take two tenths."""
    mixed, tenth = shuffled(pairs, seed), len(pairs) // 10
    return mixed[tenth:], mixed[:tenth], mixed[:tenth]


def with_replacement(pairs, seed):
    """You draw with replacement: some pairs come twice, and others never. A permutation takes each once."""
    return cut([pairs[i] for i in np.random.default_rng(seed).integers(len(pairs), size=len(pairs))])


def another_each_time(pairs, seed):
    """The same seed gives other parts each time: the test of today is in the training of tomorrow. Use the seed."""
    return cut(shuffled(pairs, None))


def seed_ignored(pairs, seed):
    """Whatever the seed, your parts are the same. Hand it to np.random.default_rng."""
    return cut(shuffled(pairs, 7))


def torn(pairs, seed):
    """Sources and targets are shuffled each by itself, so the pairs are torn apart. Shuffle one list, of pairs."""
    rng = np.random.default_rng(seed)
    sources, targets = zip(*pairs)
    return cut([(sources[i], targets[j]) for i, j in zip(rng.permutation(len(pairs)), rng.permutation(len(pairs)))])


def in_place(pairs, seed):
    """rng.shuffle shuffles the list that you were given, and whoever called you still needs it: work on a copy."""
    parts = split(pairs, seed)
    pairs.reverse()
    return parts


def rest_lost(pairs, seed):
    """Some pairs are in no part: eight tenths and two tenths, each rounded down. Give train all that is left over."""
    mixed, tenth = shuffled(pairs, seed), len(pairs) // 10
    return mixed[-8 * tenth :], mixed[:tenth], mixed[tenth : 2 * tenth]


def test_first(pairs, seed):
    """Your order is another: train, validation, test. As it is, you would train on a tenth."""
    train, validation, test = split(pairs, seed)
    return test, validation, train


def dealt(function, count, seed):
    """What can be said of three parts, whatever order chance has given them."""
    pairs = [(f"source {number}", f"target {number}") for number in range(count)]
    given = list(pairs)
    parts = run(function, given, seed)
    if is_nothing(parts):
        return None
    first, again, other = (
        listed(part) for part in (parts, run(function, list(pairs), seed), run(function, list(pairs), seed + 1))
    )
    train, validation, test = map(set, first)
    places = sorted(pairs.index(pair) for pair in test & set(pairs))
    return (
        [len(part) for part in first],
        len((train | validation | test) - set(pairs)),
        len(set(pairs) - train - validation - test),
        [len(train & validation), len(train & test), len(validation & test)],
        places != list(range(places[0], places[-1] + 1)) if places else False,
        first == again,
        first == other,
        given == pairs,
    )


def listed(parts):
    """Three lists of pairs, whatever the reader holds them in."""
    parts = parts if isinstance(parts, (tuple, list)) else ()
    if len(parts) != 3 or not all(isinstance(part, (tuple, list)) for part in parts):
        raise ValueError("split should return three lists of pairs: train, validation, test")
    return [[tuple(pair) for pair in part] for part in parts]


check_split = Check(
    split,
    returns=(
        "the sizes of train, validation and test",
        "the number of pairs that are none of those given",
        "the number of pairs in no part",
        "the number of pairs that train and validation, train and test, validation and test have in common",
        "shuffled",
        "the same seed, the same parts:",
        "another seed, the same parts:",
        "the list left as it was:",
    ),
    problems=[(57, 3), (40, 8)],
    wrong=[
        in_order,
        test_leaks,
        validation_learned,
        one_for_both,
        with_replacement,
        another_each_time,
        seed_ignored,
        torn,
        in_place,
        rest_lost,
        test_first,
    ],
    use=dealt,
)

# The share of right answers


def share_right(answer, pairs):
    return project.share_right(answer, pairs)


def share_of(judge, answer, pairs):
    return sum(judge(answer(source), target) for source, target in pairs) / len(pairs)


def symbol_by_symbol(answer, pairs):
    """You count symbols. A plural with one wrong letter is a wrong plural: an answer is right as a whole, or not."""
    right = [a == b for source, target in pairs for a, b in zip(answer(source), target)]
    return sum(right) / sum(len(target) for _, target in pairs)


def counted(answer, pairs):
    """You return how many are right. Shares of parts of different sizes can be compared: divide by their number."""
    return share_of(lambda said, target: said == target, answer, pairs) * len(pairs)


def per_cent(answer, pairs):
    """You return per cent. A share goes from 0 to 1."""
    return 100 * share_right(answer, pairs)


def share_wrong(answer, pairs):
    """You return the share of the wrong ones."""
    return 1 - share_right(answer, pairs)


def beginning_enough(answer, pairs):
    """An answer that stops too early passes: zip stops at the shorter one. Compare the two texts, ==."""
    return share_of(lambda said, target: all(a == b for a, b in zip(said, target)), answer, pairs)


def found_within(answer, pairs):
    """An answer with too much in it passes: `in` finds the target within it. Compare the two texts, ==."""
    return share_of(lambda said, target: target in said, answer, pairs)


def any_order(answer, pairs):
    """The same letters in another order pass. Compare the two texts, ==."""
    return share_of(lambda said, target: sorted(said) == sorted(target), answer, pairs)


def any_case(answer, pairs):
    """You let large and small letters pass as equal. To the last symbol means these too."""
    return share_of(lambda said, target: said.lower() == target.lower(), answer, pairs)


def asked_for_the_target(answer, pairs):
    """You ask with the target: then the answer is given away. answer(source) is what is compared."""
    return share_of(lambda said, target: said == target, answer, [(target, target) for _, target in pairs])


def compared_to_the_source(answer, pairs):
    """You compare the answer with its source. It is right if it is the target."""
    return share_of(lambda said, target: said == target, answer, [(source, source) for source, _ in pairs])


def the_first_alone(answer, pairs):
    """You return after the first pair: is the return inside the loop?"""
    return share_right(answer, pairs[:1])


def adds_an_s(source):
    return source + "s"


def by_list(source):
    return {"no": "no", "yes": "yes", "abc": "abcd", "so": "os", "yo": "Yo", "me": "you", "we": "me"}.get(source, "?")


check_share_right = Check(
    share_right,
    returns=("the share",),
    problems=[
        (adds_an_s, [("wug", "wugs"), ("tass", "tasses"), ("lup", "lups"), ("sit", "sitS"), ("mip", "mip")]),
        (
            by_list,
            [
                ("no", "nono"),
                ("yes", "yes"),
                ("abc", "abc"),
                ("so", "so"),
                ("yo", "yo"),
                ("me", "you"),
                ("we", "we"),
                ("you", "you"),
            ],
        ),
        (adds_an_s, [("bus", "buses"), ("cat", "cats"), ("dog", "dogs"), ("ink", "inkS")]),
    ],
    wrong=[
        symbol_by_symbol,
        counted,
        per_cent,
        share_wrong,
        beginning_enough,
        found_within,
        any_order,
        any_case,
        asked_for_the_target,
        compared_to_the_source,
        the_first_alone,
    ],
)

# The nearest source


def nearest(train, source):
    return project.nearest_answer(train, source)


def by_distance(train, source, distance=edit_distance, side=0, pick=min):
    return pick(train, key=lambda pair: distance(pair[side], source))


def the_source_itself(train, source):
    """You return the nearest source. The rival answers with what stands beside it, its target."""
    return by_distance(train, source)[0]


def the_whole_pair(train, source):
    """You return the pair. The answer is its second part."""
    return by_distance(train, source)


def nearest_target(train, source):
    """You compare the source with the targets. Nearest is the pair whose source needs the fewest edits."""
    return by_distance(train, source, side=1)[1]


def farthest(train, source):
    """You take the farthest. The fewest edits: min."""
    return by_distance(train, source, pick=max)[1]


def the_last_of_equals(train, source):
    """Of sources equally near you take the last. Take the first: only a smaller distance replaces the one you have."""
    return by_distance(train[::-1], source)[1]


def by_length(train, source):
    """You compare lengths. edit_distance says how many symbols have to be changed."""
    return by_distance(train, source, lambda a, b: abs(len(a) - len(b)))[1]


def place_by_place(train, source):
    """You count the places that differ. A letter left out moves all behind it: edit_distance allows for that."""

    def differing(a, b):
        return sum(x != y for x, y in zip(a, b)) + abs(len(a) - len(b))

    return by_distance(train, source, differing)[1]


def shared_letters(train, source):
    """You count letters that both have, in whatever order. edit_distance minds the order."""
    return by_distance(train, source, lambda a, b: -len(set(a) & set(b)))[1]


def known_alone(train, source):
    """You look the source up as it is, and it is never there: what is asked for has been held out. Take the nearest."""
    return dict(train).get(source, "")


def the_first_in_train(train, source):
    """Whatever the source, you answer with the first pair: is the return inside the loop?"""
    return train[0][1]


LEXICON = [
    ("zwei", "2"),
    ("hundert", "100"),
    ("drei", "3"),
    ("dreizehn", "13"),
    ("dreihundert", "300"),
    ("einhundert", "100a"),
    ("vier", "4"),
    ("zweihundert", "200"),
]

check_nearest = Check(
    nearest,
    returns=("the answer",),
    problems=[
        (LEXICON, "zweiundert"),
        (LEXICON, "ei"),
        (LEXICON, "einshundert"),
        ([("bac", "x"), ("xabcdef", "far"), ("fedcba", "y"), ("defabc", "z")], "abcdef"),
        ([("abd", "first"), ("ab", "abcd"), ("abcde", "near")], "abce"),
    ],
    wrong=[
        the_source_itself,
        the_whole_pair,
        nearest_target,
        farthest,
        the_last_of_equals,
        by_length,
        place_by_place,
        shared_letters,
        known_alone,
        the_first_in_train,
    ],
)

# The best weights


def keep_best(model, steps, score, every):
    return project.keep_best(model, steps, score, every)


def kept(model, steps, score, every, better=lambda found, scores: found > max(scores, default=-np.inf), offset=0):
    """keep_best, parts of which can be exchanged."""
    scores, weights = [], None
    for done, _ in enumerate(steps, start=1 - offset):
        if done % every == 0:
            found = score()
            if better(found, [each for _, each in scores]):
                weights = model.params.flat.copy()
            scores.append((done, found))
    model.params.flat[:] = weights
    return scores


def the_last_kept(model, steps, score, every):
    """The model ends with its last weights. Put the best ones back with model.params.flat[:] = ..., and keep a .copy():
    without it, what you keep goes on changing."""
    scores = kept(model, steps, score, every)
    model.params.flat[:] = steps.count
    return scores


def the_worst_kept(model, steps, score, every):
    """You keep the weights with the worst score. The larger the share of right answers, the better."""
    return kept(model, steps, score, every, better=lambda found, scores: found < min(scores, default=np.inf))


def better_than_before(model, steps, score, every):
    """You compare with the score before. After a fall that makes any rise the best: compare with the best so far."""
    return kept(model, steps, score, every, better=lambda found, scores: not scores or found > scores[-1])


def the_last_of_equal_scores(model, steps, score, every):
    """Of equal scores you keep the last. Take the first, >: what took fewer steps."""
    return kept(model, steps, score, every, better=lambda found, scores: found >= max(scores, default=-np.inf))


def at_every_step(model, steps, score, every):
    """You take the score after every step. It costs more than the step: only after each `every` of them."""
    return kept(model, steps, score, 1)


def counted_from_zero(model, steps, score, every):
    """You count steps from 0, so your first score is that after one step: enumerate(steps, start=1)."""
    return kept(model, steps, score, every, offset=1)


def stops_at_the_first_fall(model, steps, score, every):
    """You stop when the score falls for the first time. It may rise again: go through all steps."""
    scores, weights = [], None
    for done, _ in enumerate(steps, start=1):
        if done % every == 0:
            found = score()
            if scores and found < scores[-1][1]:
                scores.append((done, found))
                break
            weights = model.params.flat.copy() if not scores or found > scores[-1][1] else weights
            scores.append((done, found))
    model.params.flat[:] = weights
    return scores


def scores_alone(model, steps, score, every):
    """You return the scores without their steps. Return pairs, (steps done, score)."""
    return [found for _, found in kept(model, steps, score, every)]


def never_trained(model, steps, score, every):
    """The model has not been trained: nothing happens until somebody goes through `steps`, with `for`."""
    found = score()
    return [(every, found)]


class Steps:
    """A training of so many steps, each of which writes its number into every weight."""

    def __init__(self, model, count):
        self.model, self.count = model, count

    def __iter__(self):
        for number in range(1, self.count + 1):
            self.model.params.flat[:] = number
            yield number


class Score:
    """How good the model is after each step, by a list."""

    def __init__(self, model, goodness):
        self.model, self.goodness = model, goodness

    def __call__(self):
        return self.goodness[int(self.model.params.flat[0])]


def practised(function, goodness, every):
    """The scores; and the weights with which the model ends, which are the number of a step."""
    model = LanguageModel(4, 3, rng=0)
    model.params.flat[:] = 0
    scores = run(function, model, Steps(model, len(goodness) - 1), Score(model, goodness), every)
    return None if is_nothing(scores) else (scores, model.params.flat.copy())


GOODNESS = [0.0, 0.95, 0.2, 0.7, 0.5, 0.1, 0.75, 0.9, 0.3, 0.55, 0.6, 0.02, 0.75, 0.4]

check_keep_best = Check(
    keep_best,
    returns=("the scores", "the weights"),
    problems=[
        (GOODNESS, 3),
        (GOODNESS, 4),
        ([0.1 * number for number in range(6)], 2),
        (GOODNESS[::-1], 2),
        ([0, 0.5, 0.8, 0.3, 0.6, 0.1], 1),
    ],
    wrong=[
        the_last_kept,
        the_worst_kept,
        better_than_before,
        the_last_of_equal_scores,
        at_every_step,
        counted_from_zero,
        stops_at_the_first_fall,
        scores_alone,
        never_trained,
    ],
    use=practised,
)
