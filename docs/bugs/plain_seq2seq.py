"""Sequence to sequence in one file: a tanh RNN reads tokens, a second one starts from its last state and writes tokens.

A batch is four arrays: source (S, B), source_real (S, B), target (T, B), target_real (T, B). The tokens are integers,
"real" is True on tokens and False on the padding behind them. params is {name: array}, made by new_params.
The loss is minus the logarithm of the probability of the right token, averaged over the real target tokens.
"""

import numpy as np

BOS = 1


def new_params(source_symbols, target_symbols, hidden, seed=0):
    rng = np.random.default_rng(seed)
    params = {}
    for name, symbols in (("encoder", source_symbols), ("decoder", target_symbols)):
        params[f"{name}.W_xh"] = rng.normal(0, 0.5, (symbols, hidden))
        params[f"{name}.W_hh"] = rng.normal(0, 0.9 / np.sqrt(hidden), (hidden, hidden))
        params[f"{name}.b_h"] = rng.normal(0, 0.2, hidden)
    params["W_hy"] = rng.normal(0, 1 / np.sqrt(hidden), (hidden, target_symbols))
    params["b_y"] = rng.normal(0, 0.2, target_symbols)
    return params


def part(params, network):
    return [params[f"{network}.{name}"] for name in ("W_xh", "W_hh", "b_h")]


def read(weights, tokens, real, h_0):
    """Returns hs (T+1, B, H): hs[0] is h_0, hs[t+1] comes after tokens[t]. On padding it stays as it was."""
    W_xh, W_hh, b_h = weights
    hs = [h_0]
    for t in range(len(tokens)):
        h_t = np.tanh(W_xh[tokens[t]] + hs[t] @ W_hh + b_h)
        hs.append(np.where(real[t][:, None], h_t, hs[t]))
    return np.array(hs)


def read_backward(weights, tokens, real, hs, dhs, dh):
    """dhs (T, B, H): what reaches each hs[t+1] from outside; dh (B, H): what reaches the last one from beyond.

    Returns dh_0 (B, H) and the gradients of the three weights.
    """
    W_xh, W_hh, b_h = weights
    dW_xh, dW_hh, db_h = np.zeros_like(W_xh), np.zeros_like(W_hh), np.zeros_like(b_h)
    for t in reversed(range(len(tokens))):
        dh = dh + dhs[t]
        da = dh * (1 - hs[t + 1] ** 2) * real[t][:, None]
        np.add.at(dW_xh, tokens[t], da)
        dW_hh += hs[t].T @ da
        db_h += da.sum(axis=0)
        dh = da @ W_hh.T + dh * ~real[t][:, None]
    return dh, [dW_xh, dW_hh, db_h]


def shifted(target):
    """What the decoder reads: BOS first, then at each step the right answer of the step before."""
    first = np.full_like(target[:1], BOS)
    return np.concatenate([first, target[:-1]])


def forward(params, source, source_real, target, target_real):
    """Returns encoder_hs (S+1, B, H), decoder_hs (T+1, B, H), logits (T, B, V)."""
    encoder_hs = read(part(params, "encoder"), source, source_real, np.zeros((source.shape[1], len(params["W_hy"]))))
    decoder_hs = read(part(params, "decoder"), shifted(target), target_real, encoder_hs[-1])
    return encoder_hs, decoder_hs, decoder_hs[1:] @ params["W_hy"] + params["b_y"]


def cross_entropy(logits, target, target_real):
    """The loss, and its gradient at the logits."""
    exps = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p = exps / exps.sum(axis=-1, keepdims=True)
    right = np.eye(logits.shape[-1])[target]
    share = target_real / target_real.sum()
    loss = -(share * np.log((p * right).sum(axis=-1))).sum()
    return loss, (p - right) * share[:, :, None]


def loss_and_grads(params, source, source_real, target, target_real):
    """The loss, and the gradient of each parameter, {name: array}."""
    encoder_hs, decoder_hs, logits = forward(params, source, source_real, target, target_real)
    loss, d_logits = cross_entropy(logits, target, target_real)
    dhs = d_logits @ params["W_hy"].T
    nothing = np.zeros_like(dhs[0])
    dh_0, of_decoder = read_backward(part(params, "decoder"), shifted(target), target_real, decoder_hs, dhs, nothing)
    dhs = np.zeros_like(encoder_hs[1:])
    dh_0, of_encoder = read_backward(part(params, "encoder"), source, source_real, encoder_hs, dhs, dh_0)
    grads = {}
    for name, gradients in (("encoder", of_encoder), ("decoder", of_decoder)):
        grads |= zip((f"{name}.W_xh", f"{name}.W_hh", f"{name}.b_h"), gradients)
    grads["W_hy"] = np.einsum("tbh,tbv->hv", decoder_hs[1:], d_logits)
    grads["b_y"] = d_logits.sum(axis=(0, 1))
    return loss, grads


def answer(params, source, source_real, steps):
    """No teacher: the decoder reads what it has just said. Returns tokens (steps, B)."""
    h = read(part(params, "encoder"), source, source_real, np.zeros((source.shape[1], len(params["W_hy"]))))[-1]
    said = [np.full(source.shape[1], BOS)]
    for t in range(steps):
        always = np.ones((1, source.shape[1]), bool)
        h = read(part(params, "decoder"), said[t][None], always, h)[-1]
        said.append((h @ params["W_hy"] + params["b_y"]).argmax(axis=-1))
    return np.array(said[1:])
