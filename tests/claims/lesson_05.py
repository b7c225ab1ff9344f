"""What lesson 05 claims."""

import numpy as np
from claim import claim
from models import writer

from seq2seq_lib import Batch, LanguageModel
from seq2seq_lib.batch import EOS
from seq2seq_lib.beam import log_softmax
from seq2seq_lib.losses import softmax_cross_entropy
from seq2seq_lib.tasks import words

vocabulary, train, validation, _ = words()
LETTERS = vocabulary.symbols[3:]


def log_p(seed, text):
    """After BOS, after the first letter, ...: the logarithm of each symbol's probability."""
    _, outputs = writer(seed).forward(Batch(None, [vocabulary.encode(text)]))
    return log_softmax(outputs[:, 0].astype(float))


def surprises(seed, text):
    tokens = [*vocabulary.encode(text), EOS]
    return -log_p(seed, text)[np.arange(len(tokens)), tokens]


def share(seed, text, letters):
    """The probability of one of these letters after the text."""
    return float(np.exp(log_p(seed, text)[-1, [vocabulary.encode(letter)[0] for letter in letters]]).sum())


@claim("05", "After `th` come vowels and *r*, after `thr` hardly anything but vowels")
def vowels_after_th(seed):
    found = share(seed, "th", "aeiouyr"), share(seed, "th", "r"), share(seed, "thr", "aeiouy")
    return [round(one, 2) for one in found], found[0] > 0.85 and found[1] > 0.05 and found[2] > 0.9


def followed(seed, first, second):
    """Of all `first` in half of the words, the share behind which `second` stands."""
    half = np.random.default_rng(seed).choice(train, len(train) // 2, replace=False)
    return sum(word.count(first + second) for word in half) / sum(word.count(first) for word in half)


@claim("05", "*h* behind *r* is rare, and surprised most; *u* behind *q* is no surprise.")
def rare_is_surprising(seed):
    rh, qu, found = followed(seed, "r", "h"), followed(seed, "q", "u"), surprises(seed, "rhythm")
    return [round(rh, 4), qu, round(found[1], 1)], rh < 0.005 and qu > 0.99 and found.argmax() == 1


@claim("05", "*u* behind *q* is no surprise.")
def u_surprises_least(seed):
    found = surprises(seed, "queen")
    return round(found[1], 3), found.argmin() == 1 and found[1] < 0.05


@claim("05", "the model among fewer than 8.")
def perplexity(seed):
    found = writer(seed).perplexity([vocabulary.encode(word) for word in validation])
    return round(found, 2), found < 8


@claim("05", "a rival that only knows how often each letter occurs hesitates among 19")
def frequencies_alone(seed):
    rng = np.random.default_rng(seed)
    seen, unseen = ([rng.choice(part, len(part) // 2) for part in (train, validation)][k] for k in (0, 1))
    tokens = [np.concatenate([[*vocabulary.encode(word), EOS] for word in part]) for part in (seen, unseen)]
    shares = np.bincount(tokens[0], minlength=29) / len(tokens[0])
    found = np.exp(-np.log(shares[tokens[1]]).mean())
    return round(found, 1), abs(found - 19) < 0.5


@claim("05", "An untrained network begins near ln V, whatever V is")
def it_begins_near_ln_v(seed):
    def start(symbols):
        texts = np.random.default_rng(seed).integers(3, symbols, size=(50, 6)).tolist()
        return LanguageModel(symbols, 64, rng=seed).loss_and_grads(Batch(None, texts))[0] - np.log(symbols)

    found = [start(symbols) for symbols in (10, 29, 200)]
    return np.round(found, 2).tolist(), np.abs(found).max() < 0.3


@claim("05", "b_y alone would have learned them in a few steps.")
def b_y_alone(seed):
    chosen = np.random.default_rng(seed).choice(train, 2_000)
    tokens, b_y = np.concatenate([[*vocabulary.encode(word), EOS] for word in chosen]), np.zeros(29)
    for _ in range(20):
        loss, d_logits = softmax_cross_entropy(np.tile(b_y, (len(tokens), 1)), tokens)
        b_y -= 5 * d_logits.sum(axis=0)
    return round(loss, 2), loss < 3


@claim("05", "Below 1 differences grow and the likely becomes likelier")
def cold_is_tame(seed):
    def real(temperature):
        drawn = ["".join(vocabulary.decode(writer(seed).sample(rng, temperature, max_length=9))) for rng in range(200)]
        return np.mean([word in known for word in drawn])

    known = {*train, *validation}
    found = [float(real(temperature)) for temperature in (0.3, 1, 3)]
    return np.round(found, 2).tolist(), found[0] > 2 * found[1] and found[1] > found[2]


@claim("05", "Vowels lie near vowels")
def vowels_are_neighbours(seed):
    rows = writer(seed).params["decoder.W_xh"][3:].astype(float)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = rows @ rows.T - 2 * np.eye(26)
    nearest = ["".join(LETTERS[i] for i in cosines[LETTERS.index(vowel)].argsort()[-2:]) for vowel in "aeiou"]
    count = sum(letter in "aeiouy" for pair in nearest for letter in pair)
    return f"{count} of 10: {' '.join(nearest)}", count >= 8
