"""The machine of these lessons, encoder, context and decoder, drawn once: an SVG in which one part is lit."""

import base64
import re
from html import escape
from math import hypot

# What a colour means, here, in plots.py, in the instruments (instrument.css) and in the text. Orange,
# brown and purple are left to signed values, and a green and a red apart from each other to right and wrong; so the
# decoder is a bluish green, the gradient the pink between purple and red. All can be read on white (contrast 4.8 and
# more). Eyes without red or green confuse decoder with gradient, those without blue encoder with decoder: so each role
# has a mark too, and the marks suffice.
ROLES = {
    "encoder": "#0072B2",
    "decoder": "#007A58",
    "gradient": "#C2187A",
    "right": "#667A00",
    "wrong": "#A3121C",
}
MARKS = {"encoder": "s-", "decoder": "o:", "gradient": "<--", "right": "✓", "wrong": "✗"}
INK, FAINT, PALE = "#1A1A1A", "#6B6B6B", "#A3A3A3"  # letters that are lit; letters and lines that are not
# Each part has a shape or a stroke of its own too, for eyes and printers without colours.
COLOURS = {
    "encoder": ROLES["encoder"],  # squares
    "context": INK,  # a lozenge: the encoder's last state is the decoder's first, and so of neither colour
    "decoder": ROLES["decoder"],  # circles
    "reads": ROLES["decoder"],  # the part of the decoder that comes in from below
    "gradient": ROLES["gradient"],  # dashed, with open arrowheads
}
BOS, EOS, AND_SO_ON = "⊢", "⊣", "…"

MARGIN, STEP, HALF, LIFT = 38, 72, 22, 94  # to the first state; to the next one; half a state; to the row above
SANS, SERIF = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif", "Cambria, Georgia, 'DejaVu Serif', serif"
NAME = re.compile(r"([A-Za-z]+)_(\w+)")  # x_t, W_xh, dh_3
READS = {
    "itself": "and reads at each step what it wrote at the step before",
    "teacher": "and reads at each step what the teacher says was right at the step before",
    None: "and what it reads is left open",
}


class Drawing:
    """An SVG as the last line of a cell, and one sentence that says what is seen.

    No script, no style sheet and no ids, which another drawing in the page could bear too: each host draws it alike.
    """

    def __init__(self, shapes, width, height, title, sentence):
        self.sentence = sentence
        size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
        frame = f'x="1" y="1" width="{width - 2:g}" height="{height - 2:g}" rx="10"'
        head = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" style="max-width:100%;height:auto">',
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(sentence)}</desc>",
            f'<rect {frame} fill="#FFFFFF" stroke="#CCCCCC"/>',
        ]
        self.svg = "\n".join([*head, *shapes, "</svg>"]) + "\n"

    def __repr__(self):
        return self.sentence

    def _repr_mimebundle_(self, **kwargs):
        """JupyterLab shows the Markdown: its own SVG has no sentence, is cut off on a phone, and waits for trust."""
        source = base64.b64encode(self.svg.encode()).decode()
        image = f'<img alt="{escape(self.sentence)}" src="data:image/svg+xml;base64,{source}">'
        data = {"image/svg+xml": self.svg, "text/markdown": image, "text/plain": self.sentence}
        return data, {"image/svg+xml": {"alt": self.sentence}}


def machine(source=("a", "b", "c"), target=("c", "b", "a"), lit=("encoder",), reads="itself", gradients=False):
    """Encoder, context and decoder; the decoder reads its last answer ("itself"), what the "teacher" says, or None.

    source, target: symbols, "…" for those that are left out
    lit: of "encoder", "context", "decoder", and "reads", a part of the decoder; gradients: the way back too
    """
    pen, y = Pen(lit, gradients), 152
    middle = MARGIN + STEP * len(source) + 104  # of the context
    first = middle + 128  # the decoder's first step
    draw_encoder(pen, source, "S", y)
    draw_context(pen, middle, y, steps(source, "S")[-1])
    draw_decoder(pen, target, first, y, reads)
    last, bottom = first + STEP * len(target), y + LIFT + (154 if reads == "teacher" else 70)
    pen.bracket("encoder", MARGIN - HALF, MARGIN + STEP * len(source) + HALF, bottom)
    pen.bracket("context", middle - 54, middle + 54, bottom)
    pen.bracket("decoder", first - HALF, last + HALF, bottom)
    sentence = (
        f"The encoder reads {' '.join(source)}; its last state is the context, in which the decoder starts; "
        f"the decoder writes {' '.join([*target, EOS])} {READS[reads]}.{pen.way_back()}"
    )
    return Drawing(pen.shapes, last + MARGIN, bottom + 42, "Encoder, context and decoder", sentence)


def unrolled(inputs=("x_1", "x_2", "x_3", "x_4"), lit=("encoder",), gradients=False):
    """A recurrent network, one copy a step: the encoder alone. With gradients, a loss of all states, and back."""
    pen, y = Pen(lit, gradients, step=112), 138 if gradients else 62
    last = MARGIN + pen.step * len(inputs)
    draw_encoder(pen, inputs, "T", y)
    if gradients:
        draw_loss(pen, inputs, y)
    sentence = f"A network unrolled into {len(inputs)} steps: each makes a state of its input and of the state before."
    title, height = "A recurrent network, unrolled", y + LIFT + 42
    return Drawing(pen.shapes, last + 64, height, title, sentence + pen.way_back())


def draw_encoder(pen, symbols, last, y):
    """From h_0 on, a state for each symbol, which comes in from below."""
    pen.state("encoder", MARGIN, y, "h_0")
    for t, (index, symbol) in enumerate(zip(steps(symbols, last), symbols), start=1):
        x = MARGIN + t * pen.step
        pen.arrow("encoder", (x - pen.step + HALF, y), (x - HALF, y))
        pen.arrow("encoder", (x, y + LIFT - HALF), (x, y + HALF))
        pen.state("encoder", x, y, named("h", index))
        pen.text("encoder", x, y + LIFT, symbol)
        if not NAME.fullmatch(symbol):
            pen.text("encoder", x, y + LIFT + 36, named("x", index))
    pen.text("encoder", MARGIN + pen.step / 2, y - 38, "W_hh")
    pen.text("encoder", MARGIN + pen.step - 14, y + LIFT / 2, "W_xh", anchor="end")


def draw_context(pen, x, y, last):
    pen.arrow("context", (x - 104 + HALF, y), (x - 54, y))
    corners = [(x - 54, y), (x - 36, y - 26), (x + 36, y - 26), (x + 54, y), (x + 36, y + 26), (x - 36, y + 26)]
    pen.shapes.append(f'<path d="{path(corners)}Z" {pen.style("context")}/>')
    pen.text("context", x, y, f"s_0 = h_{last}")
    pen.arrow("context", (x + 54, y), (x + 128 - HALF, y))
    pen.text("decoder", x + 80, y - 26, "W_hh")
    if pen.gradients:
        pen.text("gradient", x, y + 46, f"dh_{last} = ds_0")


def draw_decoder(pen, target, first, y, reads):
    """From the context on, a state for each symbol of the target and for EOS, which go out above."""
    writes, told = [*target, EOS], [BOS, *target] if reads else ["?"] * (len(target) + 1)
    for t, index in enumerate(steps(writes, "T")):
        x = first + t * STEP
        if t:
            pen.arrow("decoder", (x - STEP + HALF, y), (x - HALF, y))
        pen.arrow("reads", (x, y + LIFT - HALF), (x, y + HALF))
        pen.arrow("decoder", (x, y - HALF), (x, y - LIFT + HALF))
        pen.state("decoder", x, y, named("s", index), round=True)
        pen.text("decoder", x, y - LIFT, writes[t])
        pen.text("decoder", x, y - LIFT - 34, named("o", index))
        pen.text("reads", x, y + LIFT, told[t])
    pen.text("decoder", first - 14, y - 62, "W_hy", anchor="end")
    pen.text("reads", first - 14, y + LIFT / 2, "W_xh", anchor="end")
    pen.text("decoder", first - 32, y - LIFT, "writes", anchor="end")
    pen.text("reads", first - 32, y + LIFT, "reads", anchor="end")
    hand_on = {"itself": hand_on_answers, "teacher": hand_on_targets, None: lambda *_: None}[reads]
    hand_on(pen, writes, first, y)


def hand_on_answers(pen, writes, first, y):
    """What was written, down between two states to what is read next."""
    for t in range(len(writes) - 1):
        x = first + t * STEP
        pen.arrow("reads", (x + 19, y - LIFT), (x + 36, y - LIFT), (x + 36, y + LIFT), (x + 53, y + LIFT), back=False)


def hand_on_targets(pen, writes, first, y):
    """A row of right answers, from each to what is read next."""
    y += 2 * LIFT - 12
    pen.text("reads", first - 32, y, "teacher", anchor="end")
    for t, index in enumerate(steps(writes, "T")):
        x = first + t * STEP
        pen.text("reads", x, y, writes[t])
        pen.text("reads", x, y + 36, named("y", index))
        if t + 1 < len(writes):
            pen.arrow("reads", (x + 13, y - 20), (x + STEP - 13, y - LIFT + 33), back=False)


def draw_loss(pen, inputs, y):
    """Above all states, which it compares with their targets."""
    left, right = MARGIN + pen.step, MARGIN + pen.step * len(inputs)
    for t, index in enumerate(steps(inputs, "T"), start=1):
        x = MARGIN + pen.step * t
        pen.arrow("encoder", (x, y - HALF), (x, y - LIFT + 17))
        pen.text("gradient", x + 16, y - 44, named("dh", index), anchor="start")
    pen.box("gradient", left - 40, y - LIFT - 17, right - left + 80, 34, rx=17)
    pen.text("gradient", (left + right) / 2, y - LIFT, "the loss L")


def steps(symbols, last):
    """The index of each: 1, 2, 3; where some are left out, 1, 2, …, S."""
    numbers = [str(t) for t in range(1, len(symbols) + 1)]
    return [*numbers[: symbols.index(AND_SO_ON)], AND_SO_ON, last] if AND_SO_ON in symbols else numbers


def named(letter, index):
    return index if index == AND_SO_ON else f"{letter}_{index}"


class Pen:
    """Puts down shapes, each in the colour of its part, or pale where that part is not lit."""

    def __init__(self, lit, gradients, step=STEP):
        self.lit = {lit} if isinstance(lit, str) else set(lit)
        if unknown := self.lit - COLOURS.keys():
            raise ValueError(f"expected lit to be of {', '.join(COLOURS)}, got {', '.join(sorted(unknown))}")
        self.lit |= {"reads"} if "decoder" in self.lit else set()
        self.lit |= {"gradient"} if gradients else set()
        self.gradients, self.step, self.shapes = gradients, step, []

    def way_back(self):
        return " Dashed arrows lead back, against the others: the gradient." if self.gradients else ""

    def style(self, part, filled=True):
        colour, width = (COLOURS[part], 2.5) if part in self.lit else (PALE, 1.5)
        inside = f'fill="{colour if part in self.lit else "#FFFFFF"}" fill-opacity="0.15"' if filled else 'fill="none"'
        return f'{inside} stroke="{colour}" stroke-width="{width}"'

    def box(self, part, x, y, width, height, rx):
        place = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{rx:g}"'
        self.shapes.append(f"<rect {place} {self.style(part)}/>")

    def state(self, part, x, y, name, round=False):
        self.box(part, x - HALF, y - HALF, 2 * HALF, 2 * HALF, rx=HALF if round else 3)
        self.text(part, x, y, name)

    def text(self, part, x, y, text, anchor="middle"):
        """Centred at y; x_t with a real subscript, and in italics, as in a formula."""
        name = NAME.search(text)
        font = f'font-family="{SERIF}" font-style="italic"' if name else f'font-family="{SANS}"'
        font += f' font-size="{23 if name or len(text) == 1 else 19}" fill="{INK if part in self.lit else FAINT}"'
        inside = NAME.sub(subscript, escape(text))
        self.shapes.append(f'<text x="{x:g}" y="{y + 7:g}" text-anchor="{anchor}" {font}>{inside}</text>')

    def arrow(self, part, *points, back=True):
        """A line with a head at its end; with gradients, two side by side, one of them back."""
        if back and self.gradients:
            (x, y), (to_x, to_y) = points
            aside = (0, 7) if y == to_y else (7, 0)
            points = [(x - aside[0], y - aside[1]), (to_x - aside[0], to_y - aside[1])]
            self.line("gradient", [(to_x + aside[0], to_y + aside[1]), (x + aside[0], y + aside[1])])
        self.line(part, list(points))

    def line(self, part, points):
        (x, y), (tip_x, tip_y) = points[-2:]
        length = hypot(tip_x - x, tip_y - y)
        dx, dy = (tip_x - x) / length, (tip_y - y) / length
        wings = [(tip_x - 9 * dx - side * 5 * dy, tip_y - 9 * dy + side * 5 * dx) for side in (1, -1)]
        head = path([wings[0], points[-1], wings[1]])
        if part == "gradient":
            self.shapes.append(f'<path d="{path(points)}" {self.style(part, filled=False)} stroke-dasharray="6 4"/>')
            self.shapes.append(f'<path d="{head}" {self.style(part, filled=False)}/>')
        else:
            points[-1] = tip_x - 6 * dx, tip_y - 6 * dy  # the line ends within the head
            colour = COLOURS[part] if part in self.lit else PALE
            self.shapes.append(f'<path d="{path(points)}" {self.style(part, filled=False)} stroke-linejoin="round"/>')
            self.shapes.append(f'<path d="{head}Z" fill="{colour}"/>')

    def bracket(self, part, left, right, y):
        """From where to where a part goes, and its name."""
        corners = [(left, y - 8), (left, y), (right, y), (right, y - 8)]
        self.shapes.append(f'<path d="{path(corners)}" {self.style(part, filled=False)}/>')
        self.text(part, (left + right) / 2, y + 20, part)


def path(points):
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def subscript(name):
    """Below the line, and back: what comes after it stands on the line again."""
    letter, index = name.groups()
    return f'{letter}<tspan dy="5" font-size="16">{index}</tspan><tspan dy="-5">&#8203;</tspan>'
