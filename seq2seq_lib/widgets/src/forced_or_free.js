import { arrow, BOLD, LETTERS, visible, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, FONT } from "./shared/instrument.js";
import { fixed } from "./shared/numbers.js";

const [WIDE, NARROW] = [760, 520]; // px: from the first on a title has one line; below the second the names are short
const ASIDE = 40; // a column as wide as this has ✓ and ✗ beside the symbol, not below it
const SMALL = "13px system-ui, sans-serif";
const CELL = 26;
const BAR = 24;
const TITLES = {
  1: "it reads the right answer, one step late",
  0: "it reads the very symbol that it is asked for",
};
const NAMES = ["right answer", "decoder reads", "most probable", "its probability in %", "not forced, it says"];
const SHORT = ["right", "reads", "says", "in %", "before"];

/** Where all stands: the columns, and the top of each row of the two lanes. */
function layout(data, width) {
  const [wide, narrow] = [width >= WIDE, width < NARROW];
  const left = narrow ? 56 : 150;
  const column = (width - left - 4) / data.steps;
  const [mark, top] = [column < ASIDE ? 18 : 0, wide ? 24 : 46];
  const forced = { title: 16, right: top, reads: top + 42, says: top + 72, bars: top + 104 + mark };
  const title = forced.bars + BAR + 48;
  const reads = title + top - 14;
  const free = { title, reads, says: reads + 42, bars: reads + 74 + mark, before: reads + 74 + mark + BAR + 24 };
  return { wide, left, column, forced, free, names: narrow ? SHORT : NAMES, height: free.before + CELL + mark };
}

const count = (flags) => flags.filter(Boolean).length;

function forcing({ made_to_read: [step, letter], free, before }) {
  if (!step) return " Press on what it reads there to force another symbol on it.";
  if (step > free.reads.length) return ` The answer ends before step ${step}: nothing is forced.`;
  const changed = count(free.changed) + Math.max(0, before.length - free.says.length);
  return ` Made to read “${letter}” at step ${step}, it says something else at ${changed} step${changed === 1 ? "" : "s"}.`;
}

function say(data) {
  const of = data.right.length;
  const free = data.free.says.join(data.gaps.writes);
  return `Teacher-forced, ${count(data.forced.correct)} of ${of} symbols are right. Running free, ${count(data.free.correct)} of ${of}: “${free}”.${forcing(data)}`;
}

/** A symbol in its box. `look`: bare, plain, wrong (a thick frame) or forced (a thick dashed one). */
function cell(context, symbol, x, y, width, ink, look = "plain", aside = 0) {
  const colour = { plain: ink.line, wrong: ink.wrong, forced: ink.chosen, bare: ink.paper }[look];
  const gap = width < ASIDE ? 1 : 3;
  context.strokeStyle = colour;
  context.lineWidth = look === "plain" ? 1 : 2.5;
  context.setLineDash(look === "forced" ? [4, 3] : []);
  context.strokeRect(x + gap, y, width - 2 * gap, CELL - 2);
  context.setLineDash([]);
  context.lineWidth = 1;
  const style = { ink: ink.text, font: LETTERS, align: "center", room: width - 2 * gap - 2 };
  write(context, visible(symbol), x + width / 2 - aside, y + 19, style);
}

/** A symbol that is said, and whether it is right. */
function verdict(context, symbol, correct, x, y, column, ink) {
  const aside = column < ASIDE ? 0 : 9;
  cell(context, symbol, x, y, column, ink, correct ? "plain" : "wrong", aside);
  const style = { ink: correct ? ink.right : ink.wrong, font: BOLD, align: "center" };
  write(context, correct ? "✓" : "✗", x + column / 2 + aside + 2 * Boolean(aside), y + (aside ? 18 : CELL + 14), style);
}

/** What is said, right or wrong, and how probable the model thought it; where columns are narrow, some have their number. */
function answer(context, lane, rows, { left, column, names }, ink) {
  name(context, names[1], left, rows.reads, ink);
  name(context, names[2], left, rows.says, ink);
  name(context, names[3], left, rows.bars, ink);
  const [wide, every] = [Math.min(column - 4, 34), Math.ceil(30 / column)];
  lane.says.forEach((symbol, t) => {
    const x = left + t * column;
    const bar = x + (column - wide) / 2;
    const share = at(lane.probabilities, t);
    verdict(context, symbol, lane.correct[t], x, rows.says, column, ink);
    context.fillStyle = ink.decoder;
    context.fillRect(bar, rows.bars + BAR * (1 - share), wide, BAR * share);
    context.strokeStyle = ink.line;
    context.strokeRect(bar, rows.bars, wide, BAR);
    const middle = { ink: ink.text, align: "center" };
    if (t % every === 0) write(context, Math.round(100 * share), x + column / 2, rows.bars + BAR + 16, middle);
  });
}

function name(context, text, left, y, ink) {
  write(context, text, left - 10, y + 18, { ink: ink.faint, align: "right" });
}

/** What a lane is, and to the right what came of it: on this input, and on those that were held out. */
function title(context, [what, reads, short, long], y, { wide }, { ink, width }) {
  write(context, wide && reads ? `${what}: ${reads}` : what, 2, y, { ink: ink.text, font: BOLD });
  if (!wide && reads) write(context, reads, 2, y + 20, { ink: ink.text });
  const style = { ink: ink.text, font: wide ? FONT : SMALL, align: "right" };
  write(context, wide ? long : short, width - 2, y, style);
}

function titles({ lag, loss, right, free, on_held_out: [of_all, share] }) {
  const [here, all, percent] = [fixed(loss, 3), fixed(of_all, 3), Math.round(100 * share)];
  const hits = `${count(free.correct)} of ${right.length}`;
  const reads = TITLES[lag] ?? "";
  return [
    ["Teacher-forced", reads, `loss ${here}, held-out ${all}`, `loss ${here}; over held-out inputs ${all}`],
    [
      "Running free",
      "it reads what it said the step before",
      `right ${hits}, held-out ${percent} %`,
      `${hits} symbols right; of held-out inputs, ${percent} % wholly right`,
    ],
  ];
}

/** What it said before a symbol was forced, = or ≠ to what it says now. */
function unforced(context, data, { left, column, free, names }, ink) {
  name(context, names[4], left, free.before, ink);
  for (let t = 0; t < Math.max(data.before.length, data.free.says.length); t++) {
    const symbol = visible(data.before[t] ?? "");
    const same = data.free.changed[t] === false; // undefined where it now says nothing more
    const sign = same ? "=" : "≠";
    const style = { ink: same ? ink.faint : ink.text, font: LETTERS, align: "center", room: column - 2 };
    const [x, y] = [left + (t + 0.5) * column, free.before + 19];
    write(context, column < ASIDE ? symbol : `${sign} ${symbol}`, x, y, style);
    if (column < ASIDE && !same) write(context, sign, x, y + 18, { ...style, font: BOLD });
  }
}

function draw(context, picture) {
  const { width, ink, data } = picture;
  const place = layout(data, width);
  const { left, column, forced, free } = place;
  const middle = (t) => left + (t + 0.5) * column;
  const forcedAt = data.made_to_read[0] - 1;
  for (const [i, words] of titles(data).entries()) title(context, words, [forced, free][i].title, place, picture);
  name(context, place.names[0], left, forced.right, ink);
  data.right.forEach((symbol, t) => {
    cell(context, symbol, left + t * column, forced.right, column, ink, "bare");
  });
  data.forced.reads.forEach((symbol, t) => {
    cell(context, symbol, left + t * column, forced.reads, column, ink);
    if (data.lag >= 0 && t >= data.lag)
      arrow(context, [middle(t - data.lag), forced.right + CELL], [middle(t), forced.reads - 2], ink.faint);
  });
  answer(context, data.forced, forced, place, ink);
  data.free.reads.forEach((symbol, t) => {
    cell(context, symbol, left + t * column, free.reads, column, ink, t === forcedAt ? "forced" : "plain");
    if (t && t !== forcedAt) arrow(context, [middle(t - 1), free.says - 2], [middle(t), free.reads + CELL], ink.faint);
  });
  answer(context, data.free, free, place, ink);
  if (forcedAt >= 0) unforced(context, data, place, ink);
  return say(data);
}

/** The step, running free, at whose input a place lies, or nothing. */
function stepAt(x, y, { width, data }) {
  const { left, column, free } = layout(data, width);
  const step = Math.floor((x - left) / column) + 1;
  if (step >= 1 && step <= data.free.reads.length && y > free.reads - 3 && y < free.reads + CELL + 3) return step;
}

/** Press on what the decoder reads, running free, to force it there; press again to let go. */
function point(x, y, place, { type }) {
  const step = stepAt(x, y, place);
  if (type === "pointerdown" && step) return { force_at: step === place.settings.force_at ? 0 : step };
}

/** The slider puts its held-out input into the line of text; a text that is typed moves the slider. */
function follow({ example, text }, { inputs }, moved) {
  if (moved.includes("example") && example) return { text: inputs[example - 1] };
  return moved.includes("text") ? { example: inputs.indexOf(text) + 1 } : {};
}

const WORDING = {
  example: (value, { inputs }) => (value ? `${value} of ${inputs.length}` : "your own"),
  force_at: (value, { steps }) => (value ? `${value} of ${steps}` : "nowhere"),
};

function render(host) {
  const picture = {
    height: (width, { data }) => layout(data, width).height,
    least: 300,
    draw,
    point,
    cursor: (...where) => (stepAt(...where) ? "pointer" : "default"),
  };
  const words = { title: "Forced or free", wording: WORDING, withScale: false };
  return explorer(host, { ...words, pictures: [picture], say, follow });
}

export default { render };
