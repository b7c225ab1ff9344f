import { arrow, BOLD, LETTERS } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, element, FONT } from "./shared/instrument.js";
import { fixed } from "./shared/numbers.js";

const HEIGHT = 456;
const NAMES = 170; // the names of the rows, to the left of the columns
const CELL = 28;
const BAR = 40;
// The top of each row.
const FORCED = { title: 16, right: 28, reads: 74, says: 106, bars: 158 };
const FREE = { title: 246, reads: 258, says: 306, bars: 358, before: 424 };
const TITLES = {
  1: ": it reads the right answer, one step late",
  0: ": it reads the very symbol that it is asked for",
};

const NUMBERS = [
  "this input: teacher-forced loss",
  "this input: right, running free",
  "held-out inputs: teacher-forced loss",
  "held-out inputs: right, running free",
];

function layout(data, width) {
  return { left: NAMES, column: (width - NAMES - 4) / data.steps };
}

const count = (flags) => flags.filter(Boolean).length;

function forcing({ made_to_read: [step, letter], free, before }) {
  if (!step) return "";
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
function cell(context, symbol, x, y, width, ink, look = "plain") {
  const colour = { plain: ink.line, wrong: ink.wrong, forced: ink.chosen, bare: ink.paper }[look];
  context.strokeStyle = colour;
  context.lineWidth = look === "plain" ? 1 : 2.5;
  context.setLineDash(look === "forced" ? [4, 3] : []);
  context.strokeRect(x + 3, y, width - 6, CELL - 2);
  context.setLineDash([]);
  context.lineWidth = 1;
  context.font = LETTERS;
  context.textAlign = "center";
  context.fillStyle = ink.text;
  context.fillText(symbol === " " ? "␣" : symbol, x + width / 2, y + 19, width - 8);
}

function name(context, text, y, ink) {
  context.font = FONT;
  context.textAlign = "right";
  context.fillStyle = ink.faint;
  context.fillText(text, NAMES - 10, y + 18);
}

function title(context, text, y, ink) {
  context.fillStyle = ink.text;
  context.font = BOLD;
  context.textAlign = "left";
  context.fillText(text, 4, y);
}

/** What is said, right or wrong, and how probable the model thought it. */
function answer(context, lane, rows, { left, column }, ink) {
  name(context, "decoder reads", rows.reads, ink);
  name(context, "most probable", rows.says, ink);
  name(context, "its probability in %", rows.bars + 10, ink);
  const wide = Math.min(column - 10, 34);
  lane.says.forEach((symbol, t) => {
    const x = left + t * column;
    const bar = x + (column - wide) / 2;
    const share = at(lane.probabilities, t);
    cell(context, symbol, x, rows.says, column, ink, lane.correct[t] ? "plain" : "wrong");
    context.fillStyle = lane.correct[t] ? ink.right : ink.wrong;
    context.font = BOLD;
    context.fillText(lane.correct[t] ? "✓" : "✗", x + column / 2, rows.says + CELL + 16);
    context.fillStyle = ink.decoder;
    context.fillRect(bar, rows.bars + BAR * (1 - share), wide, BAR * share);
    context.strokeStyle = ink.line;
    context.strokeRect(bar, rows.bars, wide, BAR);
    context.font = FONT;
    context.fillStyle = ink.text;
    context.fillText(Math.round(100 * share), x + column / 2, rows.bars + BAR + 16);
  });
}

/** What it said before a symbol was forced, = or ≠ to what it says now. */
function unforced(context, data, { left, column }, ink) {
  name(context, "not forced, it says", FREE.before, ink);
  for (let t = 0; t < Math.max(data.before.length, data.free.says.length); t++) {
    const symbol = data.before[t] ?? "";
    const same = data.free.changed[t] === false; // undefined where it now says nothing more
    context.font = LETTERS;
    context.textAlign = "center";
    context.fillStyle = same ? ink.faint : ink.text;
    context.fillText(`${same ? "=" : "≠"} ${symbol}`, left + (t + 0.5) * column, FREE.before + 19, column - 2);
  }
}

function draw(context, { width, ink, data }) {
  const place = layout(data, width);
  const { left, column } = place;
  const middle = (t) => left + (t + 0.5) * column;
  const forcedAt = data.made_to_read[0] - 1;
  title(context, `Teacher-forced${TITLES[data.lag] ?? ""}`, FORCED.title, ink);
  name(context, "right answer", FORCED.right, ink);
  data.right.forEach((symbol, t) => {
    cell(context, symbol, left + t * column, FORCED.right, column, ink, "bare");
  });
  data.forced.reads.forEach((symbol, t) => {
    cell(context, symbol, left + t * column, FORCED.reads, column, ink);
    if (data.lag >= 0 && t >= data.lag)
      arrow(context, [middle(t - data.lag), FORCED.right + CELL], [middle(t), FORCED.reads - 2], ink.faint);
  });
  answer(context, data.forced, FORCED, place, ink);

  title(context, "Running free: it reads what it said the step before", FREE.title, ink);
  data.free.reads.forEach((symbol, t) => {
    cell(context, symbol, left + t * column, FREE.reads, column, ink, t === forcedAt ? "forced" : "plain");
    if (t && t !== forcedAt) arrow(context, [middle(t - 1), FREE.says - 2], [middle(t), FREE.reads + CELL], ink.faint);
  });
  answer(context, data.free, FREE, place, ink);
  if (forcedAt >= 0) unforced(context, data, place, ink);
  return say(data);
}

/** Press on what the decoder reads, running free, to force it there; press again to let go. */
function point(x, y, { width, data, settings }, { type }) {
  const { left, column } = layout(data, width);
  const step = Math.floor((x - left) / column) + 1;
  if (type !== "pointerdown" || step < 1 || step > data.free.reads.length) return;
  if (y > FREE.reads && y < FREE.reads + CELL) return { force_at: step === settings.force_at ? 0 : step };
}

/** The slider puts its held-out input into the line of text; a text that is typed moves the slider. */
function follow({ example, text }, { inputs }, moved) {
  if (moved.includes("example") && example) return { text: inputs[example - 1] };
  return moved.includes("text") ? { example: inputs.indexOf(text) + 1 } : {};
}

function numbers(strong, data) {
  const [loss, share] = data.on_held_out;
  const shown = [
    fixed(data.loss, 3),
    `${count(data.free.correct)} of ${data.right.length} symbols`,
    fixed(loss, 3),
    `${Math.round(100 * share)} %`,
  ];
  for (const [i, text] of shown.entries()) strong[i].textContent = text;
}

function render(host) {
  const strong = NUMBERS.map(() => element("strong"));
  const tiles = NUMBERS.map((text, i) => element("div", {}, element("span", {}, text), strong[i]));
  return explorer(host, {
    title: "Forced or free",
    pictures: [{ height: HEIGHT, draw, point }],
    before: [element("div", { class: "s2s-numbers" }, ...tiles)],
    changed: ({ data }) => numbers(strong, data),
    say,
    follow,
    withScale: false,
  });
}

export default { render };
