"""Static figures: arrays and an Axes in, artists out. Colours that stay apart for colour-blind eyes, and in print."""

import base64
import io
import re
from itertools import cycle, groupby

import numpy as np
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from seq2seq_lib.figures import MARKS, ROLES
from seq2seq_lib.words import fixed, number

SIGNED = "PuOr"  # orange below zero, white at zero, purple above
MAGNITUDE = "cividis"  # dark blue at zero, yellow at one
CHOSEN = "black"  # what the reader has in hand, and whatever has no role of its own, like the loss
BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"  # Okabe and Ito's, for rivals without a role, with markers


def hidden_states(axes, states, symbols, title="", order=None, unit=None):
    """states (T, H) as a picture of units x time, with the symbol of each step below it. Returns the image.

    order: the units from top to bottom, where they don't stand as they are numbered; unit: one that is framed
    """
    rows = np.asarray(states).T if order is None else np.asarray(states).T[order]
    image = axes.imshow(rows, cmap=SIGNED, vmin=-1, vmax=1, aspect="auto", interpolation="nearest")
    axes.set_xticks(range(len(symbols)), symbols)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(title=title, xlabel="symbol read", ylabel="unit")
    if order is not None:
        axes.set(yticks=[], ylabel="units, like beside like")  # their numbers no longer go from top to bottom
    if unit is not None:
        frame_row(axes, unit if order is None else list(order).index(unit), unit)
    return image


def gate(axes, values, symbols, title, order, signed=False):
    """A gate of each unit, values (T, H) from 0 to 1, as a picture of units x time; signed: from -1 to 1, a memory."""
    colours = {"cmap": SIGNED, "vmin": -1} if signed else {"cmap": MAGNITUDE, "vmin": 0}
    image = axes.imshow(np.asarray(values).T[order], vmax=1, aspect="auto", interpolation="nearest", **colours)
    few = len(symbols) <= 12  # of many only the spaces are marked
    marked = [t for t, symbol in enumerate(symbols) if few or symbol == " "]
    axes.set_xticks(marked, ["␣" if symbols[t] == " " else symbols[t] for t in marked])
    axes.set(title=title, yticks=[])
    axes.figure.colorbar(image, ax=axes, orientation="horizontal", ticks=[-1, 0, 1] if signed else [0, 1])
    return image


def frame_row(axes, row, name):
    """A frame around a row of an image, black on white so that it shows on every colour, and its name at the axis."""
    axes.set_yticks([row], [name])
    (west, east), limits = axes.get_xlim(), axes.get_ylim()
    half = 0.5 + 0.015 * abs(limits[1] - limits[0])  # of many rows each is thinner than its frame
    for colour, width in ("white", 2.5), ("black", 1):
        edge = {"fill": False, "edgecolor": colour, "linewidth": width, "clip_on": False}
        axes.add_patch(Rectangle((west, row - half), east - west, 2 * half, **edge))


def seen_order(states):
    """states (T, H) -> the units in an order in which one sees something: (H,), each of them once.

    A network has no order of its own: its units could change places, weights and all, and it would compute the same.
    So a picture is free to choose. Here each row is followed by the one, of those that are left, whose colours differ
    least from it, from first to last step: what goes together becomes a band, and what is alone stays alone. It begins
    with the most positive unit.
    """
    courses = np.asarray(states, float).T
    squares = (courses**2).sum(axis=1)
    apart = squares[:, None] + squares - 2 * courses @ courses.T
    order = [int(courses.sum(axis=1).argmax())]
    for _ in courses[1:]:
        apart[:, order[-1]] = np.inf  # it has its place
        order.append(int(apart[order[-1]].argmin()))
    return np.array(order)


def training_curves(axes, losses, learning_rate):
    """The loss of each training step, on a log scale. Returns the line."""
    (line,) = axes.plot(range(1, len(losses) + 1), losses, color=CHOSEN)
    axes.set(yscale="log", xlabel="training step", ylabel="loss", title=f"learning rate {number(learning_rate)}")
    round_numbers(axes.yaxis, losses)
    axes.grid(alpha=0.3)
    return line


def round_numbers(axis, values):
    """1, 2, 5, 10 along a log axis: within few decades matplotlib's own labels run into each other."""
    shown = [value for value in values if 0 < value < np.inf]
    few = max(shown, default=1) < 100 * min(shown, default=1)
    axis.set_major_locator(LogLocator(subs=(1, 2, 5) if few else (1,)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axis.set_minor_formatter(NullFormatter())


def answer(axes, rows, probabilities, correct, title=""):
    """rows {name: symbols}, a column a step, and below them how probable each answer was, and whether it is right."""
    steps, first = len(probabilities), -0.35
    roles = ["right" if right else "wrong" for right in correct]
    bars = axes.bar(range(steps), probabilities, color=[ROLES[role] for role in roles], width=0.6)
    axes.bar_label(bars, [f"{p:.0%}\n{MARKS[role]}" for p, role in zip(probabilities, roles)])
    for height, (name, symbols) in enumerate(reversed(rows.items()), start=1):
        y = 1.3 + 0.22 * height
        axes.text(first - 0.4, y, name, ha="right")
        for t, symbol in enumerate(symbols):
            axes.text(t, y, symbol, ha="center", size=14)
    axes.set(title=title, ylim=(0, 1.5 + 0.22 * len(rows)), xticks=[], yticks=[0, 1])
    axes.set_ylabel("probability", loc="bottom")  # beside the bars
    longest = max(steps, *map(len, rows.values()))  # one that ends too early stands beside what it should have said
    axes.set_xlim(-0.5, max(longest, 4) - 0.5)  # a short answer leaves room for the names
    return bars


def likeliest(axes, best, probabilities, title=""):
    """best (T rows of symbols), probabilities (T, N): a column a step, the likeliest on top. Returns the image."""
    steps, ranks = probabilities.shape
    image = axes.imshow(probabilities.T, cmap=MAGNITUDE, vmin=0, vmax=1, aspect="auto")
    if steps <= 20:  # else the texts would run into each other
        for (t, rank), p in np.ndenumerate(probabilities):
            colour = "black" if p > 0.45 else "white"
            axes.text(t, rank, f"{best[t][rank]}\n{fixed(p)}", ha="center", va="center", size=9, color=colour)
    axes.set(title=title, xticks=range(steps), yticks=range(ranks), ylabel="rank")
    axes.set_xticklabels(range(1, steps + 1))
    axes.set_yticklabels(range(1, ranks + 1))
    return image


def chances(axes, symbols, ps, title=""):
    """How probable each symbol is, the likeliest with its number. Returns the bars."""
    bars = axes.bar(range(len(symbols)), ps, color=ROLES["decoder"])
    axes.bar_label(bars, [fixed(p) if p == max(ps) else "" for p in ps])
    axes.set(title=title, ylabel="probability", xticks=range(len(symbols)), ylim=(0, 1.15 * max(ps)))
    axes.set_xticklabels(symbols)
    return bars


def surprises(axes, symbols, losses, knows_nothing):
    """-ln p of each symbol of a text, beside what it is for one who knows nothing. Returns the bars."""
    bars = axes.bar(range(len(symbols)), losses, color=BLUE)
    axes.axhline(knows_nothing, color=CHOSEN, linestyle=":")
    axes.set(title="surprise, −ln p", xticks=range(len(symbols)), xlim=(-0.6, max(len(symbols), 4) - 0.4))
    axes.set_xticklabels(symbols)
    return bars


def gradients_meet(axes, own, future, sums):
    """own, future, sums (T, H): above each state what its own output sends it, to its right what the future does."""
    steps, units = own.shape
    sum_at, next_state, colour = units + 1, 3, ROLES["gradient"]
    arrow = {"linestyle": "--", "arrowstyle": "->", "linewidth": 1.5, "color": colour, "shrinkA": 0, "shrinkB": 0}
    for t in range(steps):
        x, future_x = next_state * t, next_state * t + 1.5
        for values, place, top in ((own, x, 0), (future, future_x, sum_at), (sums, x, sum_at)):
            image = values[t][:, None]
            box = place - 0.45, place + 0.45, top + units, top
            axes.imshow(image, extent=box, cmap=SIGNED, vmin=-1, vmax=1, aspect="auto")
            for unit, value in enumerate(values[t]):
                ink = "black" if abs(value) < 0.6 else "white"
                axes.text(place, top + unit + 0.5, fixed(value), ha="center", va="center", color=ink)
        axes.text(x, -0.15, f"loss at h{t + 1}", ha="center")
        axes.text(x, sum_at + units + 0.5, f"dh{t + 1}", ha="center", weight="bold")
        from_where = f"from h{t + 2}" if t + 1 < steps else "no future"
        axes.text(future_x, sum_at + units + 0.5, from_where, ha="center", color=colour)
        ways = [((x, units), (x, sum_at))]
        if t + 1 < steps:
            middle = sum_at + units / 2
            ways += [((edge, middle), (edge - 0.6, middle)) for edge in (x + 1.05, x + 2.55)]
        for start, end in ways:
            axes.annotate("", end, start, arrowprops=arrow)
    axes.text(-0.7, units / 2, "from its\nown output", ha="right", va="center", color=colour)
    axes.text(-0.7, sum_at + units / 2, "their sum", ha="right", va="center", weight="bold")
    axes.set(xlim=(-2.4, next_state * steps - 0.9), ylim=(sum_at + units + 0.8, -0.9))
    axes.axis("off")


def gradient_errors(axes, errors, right, wrong):
    """errors {name: relative error, or None where there was nothing to check} as bars on a log axis. Returns them."""
    roles = [verdict(error, right, wrong) for error in errors.values()]
    colours = [ROLES.get(role, "gray") for role in roles]
    bars = axes.barh(list(errors), [error or 0 for error in errors.values()], color=colours)
    texts = ["0 = 0" if error is None else number(error, 2) for error in errors.values()]
    axes.bar_label(bars, [f"{text} {MARKS.get(role, '')}".strip() for text, role in zip(texts, roles)], padding=4)
    for limit, text in ((right, "✓ right ◂ "), (wrong, " ▸ a bug ✗")):
        axes.axvline(limit, color="black", linestyle=":")
        axes.text(limit, -0.8, text, ha="right" if limit == right else "left")
    axes.set(xscale="log", xlim=(1e-12, 10), xlabel="relative error of the gradient")
    axes.invert_yaxis()
    return bars


def verdict(error, right, wrong):
    """The role of a relative error: "right", "wrong", or None where it is between the two or nothing was checked."""
    if error is None or right <= error <= wrong:
        return None
    return "right" if error < right else "wrong"


def nudge_errors(axes, epsilons, errors):
    """errors {name: relative error at each epsilon} as lines on log axes; dotted, how the best rises: e^2 and 1/e."""
    for ends, role, text in (((1e-11, 1e-7), "right", "✓ right"), ((1e-3, 10), "wrong", "✗ a bug")):
        axes.axhspan(*ends, color=ROLES[role], alpha=0.12, linewidth=0)
        axes.text(epsilons[-1] * 3, 2 * ends[0], text, color=ROLES[role], weight="bold", ha="right")
    for (name, values), style in zip(errors.items(), ("o-", "s-", "^-")):
        axes.loglog(epsilons, values, style, markersize=5, label=name)
    best = min(errors.values(), key=min)
    for power, end, at, text, side in ((2, -1, -3, "truncation, ε²", "left"), (-1, 0, 3, "rounding, 1/ε", "right")):
        line = 0.1 * best[end] * (epsilons / epsilons[end]) ** power
        axes.loglog(epsilons[line > 1e-11], line[line > 1e-11], color="black", linestyle=":")
        axes.text(epsilons[at], line[at], f"  {text}  ", ha=side, va="top")
    axes.set(xlabel="ε, the size of the nudge", ylabel="relative error", xlim=epsilons[[0, -1]] * [0.3, 4])
    axes.set_ylim(1e-11, 10)
    axes.legend(loc="center", bbox_to_anchor=(0.3, 0.78))


def attention(axes, weights, reads, writes, title=""):
    """weights (T, S): a row for each symbol that was written, a column for each that was read. Returns the image."""
    image = axes.imshow(weights, cmap=MAGNITUDE, vmin=0, vmax=1, aspect="auto")
    if len(reads) <= 12:  # else the numbers would not fit
        for (t, s), weight in np.ndenumerate(weights):
            axes.text(s, t, fixed(weight), ha="center", va="center", color="black" if weight > 0.45 else "white")
    axes.set_xticks(range(len(reads)), reads)
    axes.set_yticks(range(len(writes)), writes)
    axes.set(title=title, xlabel="source: the symbol looked at", ylabel="written, from top to bottom")
    return image


def accuracy_by_length(axes, lengths, curves, longest):
    """curves {name: percent right at each length} with markers; dotted, the longest length of the training."""
    for (name, shares), style in zip(curves.items(), cycle(("o-", "s-", "^-", "D--"))):
        axes.plot(lengths, shares, style, label=name)
    axes.axvline(longest + 0.5, color="black", linestyle=":")
    beyond = {"transform": axes.transAxes, "ha": "right", "va": "top"}  # in the corner: no curve is high there
    axes.text(0.99, 0.97, "longer than any\nof the training", **beyond)
    axes.set(xlabel="letters in the word", ylabel="words right (%)", xticks=lengths, ylim=(-4, 104))
    axes.legend(loc="lower left")


def numbers(axes, rows, title, columns):
    """rows (N, M), a row for each unit, as colours with the numbers in them. Returns the image."""
    image = axes.imshow(rows, cmap=SIGNED, vmin=-1, vmax=1, aspect="auto")
    for (unit, column), value in np.ndenumerate(rows):
        colour = "black" if abs(value) < 0.6 else "white"
        axes.text(column, unit, fixed(value), ha="center", va="center", color=colour)
    axes.set_xticks(range(len(columns)), columns)
    axes.set_yticks(range(len(rows)))
    axes.set(title=title, ylabel="unit")
    return image


def loss_surface(axes, across, up, losses, labels):
    """losses (rows, columns) over two weights, on a log scale. Returns the picture, and the contours at 1, 2, 5, ..."""
    image = axes.pcolormesh(across, up, losses, norm="log", cmap=MAGNITUDE, shading="gouraud")
    levels = [digit * 10.0**power for power in range(-9, 9) for digit in (1, 2, 5)]
    levels = [level for level in levels if losses.min() < level < losses.max()]
    contours = axes.contour(across, up, losses, levels=levels, colors="white", linewidths=0.8, alpha=0.7)
    axes.set(xlabel=labels[0], ylabel=labels[1])
    return image, contours


def ways(axes_map, axes_loss, ways):
    """The points and losses of each optimizer's way, on a map and against the step."""
    limits = axes_map.get_xlim(), axes_map.get_ylim()
    for way, colour, marker in zip(ways, (ORANGE, BLUE, GREEN, "black"), "os^D"):
        style = {"color": colour, "marker": marker, "markersize": 4}
        axes_map.plot(*way["points"].T, **style)
        axes_loss.plot(way["losses"], label=way["name"], **style)
    axes_map.set(xlim=limits[0], ylim=limits[1])
    axes_loss.set(yscale="log", xlabel="step", ylabel="loss")
    axes_loss.legend()


def ways_of_states(axes, encoder, decoder, reads, writes, window, shares):
    """The states of encoder (S+1, 2) and decoder (T+1, 2) in a plane, at each the symbol that was read or written."""
    for role, way, symbols in (("encoder", encoder, reads), ("decoder", decoder, writes)):
        axes.plot(*way.T, MARKS[role], color=ROLES[role], markersize=4, linewidth=1.5, label=role)
        for place, symbol in zip(way[1:], symbols):
            axes.annotate(symbol, place, xytext=(4, 2), textcoords="offset points")
    names = [f"component {i}: {share:.0%} of the variance" for i, share in enumerate(shares, start=1)]
    axes.set(xlim=window[0], ylim=window[1], aspect="equal", xlabel=names[0], ylabel=names[1])
    axes.legend()


def beam_tree(axes, steps):
    """A column of nodes for each step: {symbol, log_p, parent, kept, greedy, best}, the best on top."""
    for t, nodes in enumerate(steps):
        for row, node in enumerate(nodes):
            way = [t - 1, t], [-node["parent"] if t else 0, -row]
            dashes, opacity = ("solid", 1) if node["kept"] else ("dashed", 0.6)
            colour, width = (ROLES["decoder"], 4) if node["best"] else ("black", 1)
            axes.plot(*way, color=colour, linewidth=width, linestyle=dashes, alpha=opacity)
            if node["greedy"]:
                axes.plot(way[0], [y - 0.12 for y in way[1]], color=CHOSEN, linewidth=2.5, linestyle="dotted")
            box = {"boxstyle": "round", "facecolor": "white", "edgecolor": colour, "linestyle": dashes}
            axes.text(t, -row, f"{node['symbol']}\n{fixed(node['log_p'])}", ha="center", va="center", size=8, bbox=box)
    for colour, dashes, width, name in (
        (ROLES["decoder"], "solid", 4, "winner"),
        (CHOSEN, "dotted", 2.5, "greedy"),
        (CHOSEN, "dashed", 1, "dropped"),
    ):
        axes.plot([], [], color=colour, linestyle=dashes, linewidth=width, label=name)
    axes.set(xlim=(-1.1, len(steps) - 0.4), xticks=range(len(steps)), yticks=[], xlabel="step", ylabel="best on top")
    axes.set_xticklabels(range(1, len(steps) + 1))
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.2), ncols=3, frameon=False)


def ranked_answers(axes, answers):
    """answers {text, log_p}, the best first, as bars of their log-probability. Returns the bars."""
    bars = axes.barh(range(len(answers)), [answer["log_p"] for answer in answers], color=ROLES["decoder"], height=0.35)
    for row, answer in enumerate(answers):
        axes.text(0, row - 0.28, f"{answer['text']}  {fixed(answer['log_p'])}", ha="right", va="bottom")
    axes.set(xlabel="log-probability", yticks=[], title="answers, best first", ylim=(len(answers) - 0.5, -0.8))
    return bars


def hanging(axes, hangs, reads, writes):
    """hangs (T, S): how much each symbol written hangs on each that was read, each row by its largest. Returns it."""
    largest = np.abs(hangs).max(axis=1, keepdims=True)
    image = axes.imshow(hangs / np.where(largest == 0, 1, largest), cmap=SIGNED, vmin=-1, vmax=1, aspect="auto")
    axes.set_xticks(range(len(reads)), reads)
    axes.set_yticks(range(len(writes)), writes)
    axes.set(title="what each output hangs on", xlabel="symbol read", ylabel="symbol written")
    return image


def read_off(axes, shares, symbols, title=""):
    """shares {name: percent read off the state at each step} with markers, and below each step its symbol."""
    for (name, percent), style in zip(shares.items(), cycle(("o-", "s-", "^-", "D--"))):
        axes.plot(percent, style, label=name)
    axes.set_xticks(range(len(symbols)), symbols)
    axes.set(title=title, ylim=(-4, 104), xlabel="the decoder has read", ylabel="read off the state (%)")


def coloured_texts(axes, texts, values):
    """Texts one below the other, each symbol on the colour of its value from -1 to 1: lists as long as the texts."""
    rows = np.full((len(texts), max(map(len, texts))), np.nan)
    for i, (text, course) in enumerate(zip(texts, values)):
        rows[i, : len(text)] = course
        for t, (symbol, value) in enumerate(zip(text, course)):
            axes.text(t, i, symbol, ha="center", va="center", color="black" if abs(value) < 0.6 else "white")
    image = axes.imshow(rows, cmap=SIGNED, vmin=-1, vmax=1, aspect="auto")
    axes.set(xticks=[], yticks=[])
    return image


def readings(axes, name, best, scores, right):
    """What a probe reads off one state: its best values as bars, the right one marked. Returns the bars."""
    bars = axes.barh(range(len(best)), np.clip(scores, 0, None), color=ROLES["encoder"], height=0.5)
    axes.set_yticks(range(len(best)), [f"{value} ✓" if value == right else value for value in best])
    axes.set(title=name, xlim=(0, 1.2), ylim=(max(len(best), 1) - 0.5, -0.5), xlabel="what the probe says")
    return bars


def read_at_each_step(axes, parts):
    """Below the states of some steps, what probes read off each of them: {part: ([value or None] * T, its end)}.

    Neighbours at which the same is read are one box, full where it is what stands at the end.
    """
    for i, (read, end) in enumerate(parts.values()):
        start = 0
        for value, run in groupby(read):
            length = len(list(run))
            full = value == end and value is not None
            box = Rectangle((start - 0.45, i - 0.4), length - 0.1, 0.8, facecolor=ROLES["right"] if full else "none")
            axes.add_patch(box).set_edgecolor("0.6")
            word = value if value and len(value) <= 2 * length else ""  # a column has room for two letters
            axes.text(start + (length - 1) / 2, i, word, ha="center", va="center", color="white" if full else "0.35")
            start += length
    axes.set(xlim=(-0.5, start - 0.5), ylim=(len(parts) - 0.5, -0.5), xticks=[])
    axes.set_yticks(range(len(parts)), list(parts))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def blank(height):
    """A figure 800 pixels wide, without Axes, that pyplot knows nothing of."""
    return Figure(figsize=(8, 0.8 * height), layout="constrained", dpi=100)  # at 100 dpi letters are 14 pixels high


def mosaic(layout, height, **ratios):
    """A figure, and its Axes as they stand in the layout: {letter: axes}."""
    fig = blank(height)
    named = fig.subplot_mosaic(layout, **ratios)
    for axes in named.values():
        axes.set_prop_cycle(color=[BLUE, ORANGE, GREEN, "black"])
    return fig, named


def figure(*widths, height=3.6):
    """A figure, and its Axes side by side, of these relative widths."""
    fig, axes, _ = figure_with_rows(*widths, height=height)
    return fig, axes


def figure_with_rows(*widths, rows=0, height=3.6):
    """As figure(), and below each of its Axes one that is as high as so many rows of words; none for no rows."""
    above = [f"above {i}" for i in range(len(widths))]
    below = [f"below {i}" for i in range(len(widths) if rows else 0)]
    heights = [height, 0.4 * rows] if rows else [height]
    layout = [above, below] if rows else [above]
    fig, named = mosaic(layout, sum(heights), width_ratios=widths, height_ratios=heights)
    return fig, [named[name] for name in above], [named[name] for name in below]


class Picture:
    """A figure as the last line of a cell, with one true sentence in its place for those who cannot see it."""

    def __init__(self, fig, sentence):
        self.fig, self.sentence = fig, sentence

    def __repr__(self):
        return self.sentence

    def _repr_mimebundle_(self, **kwargs):
        png = io.BytesIO()
        take_texts_literally(self.fig)
        self.fig.savefig(png, format="png")
        data = {"image/png": base64.b64encode(png.getvalue()).decode(), "text/plain": self.sentence}
        return data, {"image/png": {"alt": self.sentence}}


def take_texts_literally(fig):
    """Texts may come from a reader: to matplotlib a $ begins a formula, and what its font lacks is an empty box."""
    for axis in [axis for axes in fig.axes for axis in (axes.xaxis, axes.yaxis)]:
        formatter = axis.get_major_formatter()
        if isinstance(formatter, FuncFormatter):  # what set_xticks(places, texts) makes
            formatter.func = literally(formatter.func, axis.get_label().get_fontproperties())
    for text in fig.findobj(Text):
        if not text.get_text().startswith("$\\mathdefault"):  # the numbers of a log axis are formulas
            text.set_text(literal(text.get_text(), text.get_fontproperties()))


def literally(words, font):
    return lambda value, position: literal(str(words(value, position)), font)


def literal(text, font):
    """The text with each $ taken back from the formulas, and ▯ for each character that the font lacks."""
    glyphs = get_font(findfont(font))
    drawn = "".join(sign if glyphs.get_char_index(ord(sign)) or sign == "\n" else "▯" for sign in text)
    return re.sub(r"(?<!\\)\$", r"\\$", drawn)
