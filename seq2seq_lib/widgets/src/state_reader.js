import { BOLD, fitted, quoted, readableOn, visible, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, outline, shade } from "./shared/instrument.js";
import { signed } from "./shared/numbers.js";

const NARROW = 640; // px: below this the texts stand below the neighbours, and two parts side by side
const CELL = 26; // px: as high as a symbol's cell, and at most as wide
const LEFT = 64; // the names of the two rows
const TEXTS = { top: 4, pitch: 34 };
const PARTS = { top: 88, title: 20, row: 22 };
const [BEST, NEAR] = [3, 3];
const BELOW = 26; // between the parts and what stands below them
/** Letters that fit into a narrow cell. */
const fontFor = (cell) => `${Math.max(8, Math.min(14, Math.floor(cell)))}px system-ui, sans-serif`;
const LINE = 24; // of a neighbour, and of a text in the colours of the unit

const stepsOf = ({ reads, writes }) => reads.length + writes.length;

/** Where everything stands. */
function layout(width, { reads, writes, parts, others }) {
  const narrow = width < NARROW;
  const across = narrow ? 2 : parts.length;
  const room = Math.min(CELL, (width - LEFT - 4) / Math.max(reads.length, writes.length));
  const pitch = PARTS.title + (BEST + 1) * PARTS.row + 14;
  const below = PARTS.top + Math.ceil(parts.length / across) * pitch + BELOW;
  const texts = narrow ? { left: 0, top: below + (NEAR + 1) * LINE + 20 } : { left: width / 2 + 10, top: below };
  const longest = Math.max(...[{ reads }, ...others].map((one) => one.reads.length));
  return {
    narrow,
    letter: room,
    part: { wide: (width - 16 * (across - 1)) / across, across, pitch },
    near: { top: below, wide: narrow ? width : width / 2 - 20 },
    texts: { ...texts, cell: Math.min(CELL - 4, ((narrow ? width : width / 2 - 10) - 2) / longest) },
    height: texts.top + (others.length + 1) * LINE + 16,
  };
}

/** What is read and what is written, the letters read in the colours of what this output hung on. */
function drawTexts(context, { letter }, { data, settings: { time }, at: now, ink, palette }) {
  const [S, written] = [data.reads.length, Math.max(0, time - data.reads.length)];
  const row = (name, symbols, y, colour, hung) => {
    write(context, name, LEFT - 10, y + 18, { ink: colour, align: "right" });
    symbols.forEach((symbol, t) => {
      const x = LEFT + t * letter;
      const fill = hung ? shade(palette, hung(t)) : undefined;
      if (fill) {
        context.fillStyle = `rgb(${fill})`;
        context.fillRect(x + 1, y, letter - 2, CELL);
      }
      context.strokeStyle = ink.line;
      context.strokeRect(x + 1.5, y + 0.5, letter - 3, CELL - 1);
      const style = { ink: fill ? readableOn(fill) : ink.text, align: "center", font: fontFor(letter) };
      write(context, visible(symbol), x + letter / 2, y + 18, style);
    });
  };
  const y = [TEXTS.top, TEXTS.top + TEXTS.pitch];
  row("reads", data.reads, y[0], ink.encoder, written ? (t) => at(data.hangs, written - 1, t) : undefined);
  row("writes", data.writes.slice(0, written), y[1], ink.decoder);
  const here = Math.min(now.time, stepsOf(data)) - 1;
  const [place, top] = here < S - 0.5 ? [here, y[0]] : [here - S, y[1]];
  if (place > -0.5) outline(context, LEFT + Math.max(place, 0) * letter + 1, top - 1, letter - 2, CELL + 2);
  if (!written && time === S) outline(context, LEFT + (S - 1) * letter + 1, y[0] - 1, letter - 2, CELL + 2);
}

/** The likeliest values of a part as bars, the right one marked, and what is read off the stranger. */
function drawPart(context, part, x, y, wide, { settings: { time }, data, ink }) {
  const t = time - 1;
  const colour = time > data.reads.length ? ink.decoder : ink.encoder;
  const mark = (value) => (part.right === null ? "" : value === part.right ? " ✓" : " ✗");
  write(context, part.name, x, y + 14, { ink: ink.text, font: BOLD });
  const left = x + 54;
  part.best[t].forEach((value, i) => {
    const middle = y + PARTS.title + (i + 0.5) * PARTS.row;
    const style = { ink: value === part.right ? ink.right : ink.text, align: "right", room: 50 };
    write(context, value + (value === part.right ? " ✓" : ""), left - 6, middle + 5, style);
    context.fillStyle = colour;
    context.fillRect(left, middle - 6, Math.max(0, Math.min(1, part.scores[t][i])) * (wide - 58), 12);
  });
  context.fillStyle = ink.line;
  context.fillRect(left - 0.5, y + PARTS.title, 1, BEST * PARTS.row);
  const foot = y + PARTS.title + BEST * PARTS.row + 17;
  const none = "few texts are so long";
  const words = part.best[t].length ? `stranger: ${part.stranger[t]}${mark(part.stranger[t])}` : none;
  write(context, words, x, foot, { ink: ink.faint, room: wide });
}

function drawNear(context, { near }, { data, settings: { time }, ink }) {
  write(context, "nearest other texts", 0, near.top, { ink: ink.text, font: BOLD });
  data.near[time - 1].forEach(([text, answer], i) => {
    const y = near.top + (i + 1) * LINE;
    write(context, fitted(context, `${text} → ${answer}`, near.wide), 0, y, { ink: ink.text });
  });
  if (!data.near[time - 1].length) write(context, "few texts are so long", 0, near.top + LINE, { ink: ink.faint });
}

/** This text and some others, each letter in the colour of the unit just after it was read. */
function drawUnit(context, { texts }, { data, settings: { time, unit }, ink, palette }) {
  const { left, top, cell } = texts;
  write(context, `unit ${unit} over texts`, left, top, { ink: ink.text, font: BOLD });
  for (const [i, { reads, states }] of [data, ...data.others].entries()) {
    const y = top + 8 + i * LINE;
    reads.forEach((symbol, t) => {
      const colour = shade(palette, at(states, t, unit));
      context.fillStyle = `rgb(${colour})`;
      context.fillRect(left + t * cell, y, cell + 0.5, LINE - 3);
      const style = { ink: readableOn(colour), align: "center", font: fontFor(cell) };
      write(context, symbol === " " ? "" : symbol, left + (t + 0.5) * cell, y + 16, style);
    });
    if (!i && time <= reads.length) outline(context, left + (time - 1) * cell, y - 1, cell, LINE - 1);
  }
}

function draw(context, picture) {
  const { width, data } = picture;
  const place = layout(width, data);
  drawTexts(context, place, picture);
  for (const [i, part] of data.parts.entries()) {
    const { wide, across, pitch } = place.part;
    const [x, y] = [(i % across) * (wide + 16), PARTS.top + Math.floor(i / across) * pitch];
    drawPart(context, part, x, y, wide, picture);
  }
  drawNear(context, place, picture);
  drawUnit(context, place, picture);
  return say(data, picture.settings);
}

/** The symbol read on which the output of this step hangs most. */
function hungOn(data, t) {
  const hung = data.reads.map((_, s) => Math.abs(at(data.hangs, t, s)));
  return hung.indexOf(Math.max(...hung));
}

function say(data, { time, unit }) {
  const [S, t] = [data.reads.length, time - data.reads.length - 1];
  const read = data.parts
    .filter(({ best }) => best[time - 1].length)
    .map(({ name, best }) => `${name} ${best[time - 1][0]}`);
  const reads = read.length ? ` Read off the state: ${read.join(", ")}.` : "";
  const value = ` Unit ${unit} is ${signed(at(data.states, time - 1, unit))}.`;
  if (time < S) return `After ${quoted(data.reads[time - 1])}, symbol ${time} of ${S}.${reads}${value}`;
  if (time === S) return `All is read; this state is handed over.${reads}${value}`;
  const s = hungOn(data, t);
  const most = ` It hangs most on ${quoted(data.reads[s])}, symbol ${s + 1}.`;
  return `Output ${t + 1} is ${quoted(data.writes[t])}.${most}${reads}${value}`;
}

/** A symbol that is read or written stands for its step. */
function point(x, y, { width, data }) {
  const { letter } = layout(width, data);
  const place = Math.floor((x - LEFT) / letter);
  const row = Math.floor((y - TEXTS.top) / TEXTS.pitch);
  const symbols = [data.reads, data.writes][row];
  if (!symbols || place < 0 || place >= symbols.length) return;
  return { time: 1 + place + (row ? data.reads.length : 0) };
}

const cursor = (...where) => (point(...where) ? "ew-resize" : "default");

function render(host) {
  return explorer(host, {
    title: "State reader",
    pictures: [{ height: (width, { data }) => layout(width, data).height, least: 300, draw, point, cursor }],
    say,
  });
}

export default { render };
