import {
  arrow,
  BOLD,
  columnFor,
  fitted,
  joined,
  keptPainting,
  LETTERS,
  line,
  marker,
  placeIn,
  planeAxes,
  pointsOf,
  quoted,
  visible,
  write,
} from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, FONT, heatmap, outline, symbolsAlong } from "./shared/instrument.js";
import { fixed } from "./shared/numbers.js";

const HEIGHT = 630;
const LEFT = 100; // the names of the rows
const ROWS = { reads: 22, writes: 62, marks: 84, right: 110 };
const BARS = { top: 166, tall: 30 };
const MAP = { top: 462, tall: 140, left: 56, gap: 128 };
const PLANE = { top: 46, left: 68, side: 280 };
const [DECODER, ENCODER] = [0, 1]; // their markers: a circle and a square, as in every drawing

function chance(p) {
  if (p < 0.0005) return "< 0.001";
  return p > 0.9995 ? "> 0.999" : fixed(p, 3);
}

/** Whether the answer is right, as far as it is written, and as far as that is known; where it opens, all of it. */
function verdict({ writes, right, wrong_from, least_sure, gaps }, step) {
  if (step < writes.length && step !== least_sure) {
    if (!right) return "";
    return wrong_from && wrong_from <= step ? `Its first mistake was step ${wrong_from}.` : "So far all is right.";
  }
  const stopped = writes.at(-1) === "⊣" ? "" : " It did not find its end, and was stopped.";
  const answer = joined(writes, gaps.writes);
  if (!right) return `Whether ${answer} is right is not known here.${stopped}`;
  if (!wrong_from) return `The answer ${answer} is right.`;
  return `${answer} is wrong, right is ${joined(right, gaps.writes)}.${stopped}`;
}

function say(data, { step }) {
  if (!step) return `All ${data.reads.length} symbols are read. The last state is handed over; nothing is written yet.`;
  const t = step - 1;
  const next = `next best ${quoted(data.best[t][1])}, ${chance(at(data.probabilities, t, 1))}`;
  const least = step === data.least_sure && data.writes.length > 1 ? " Of all steps it is least sure here." : "";
  return `Step ${step} writes ${quoted(data.writes[t])} with probability ${chance(at(data.probability, t))}; ${next}.${least} ${verdict(data, step)}`;
}

function layout({ reads, writes }, width) {
  const split = Math.round(width * 0.52);
  const left = split + PLANE.left;
  const column = (width - MAP.left - MAP.gap - 8) / (reads.length + writes.length);
  const side = Math.min(width - left - 14, PLANE.side);
  const plane = { left, top: PLANE.top, width: side, height: side };
  return { split, plane, column, decoder: MAP.left + reads.length * column + MAP.gap };
}

/** What is read, what is written up to this step, and below it what is right; of a long answer what is near the step. */
function drawTexts(context, { split }, { data, settings: { step }, ink }) {
  const faint = { ink: ink.faint, align: "right" };
  const right = data.right ?? [];
  const wide = columnFor(context, [...data.writes, ...right], 34, split - LEFT);
  const room = Math.floor((split - LEFT) / wide);
  const first = Math.max(0, step - room + 1);
  const middle = (t) => LEFT + (t - first + 0.5) * wide;
  const along = (symbols, y, style) => {
    for (let t = first; t < Math.min(symbols.length, first + room); t++) {
      const more = (first && t === first) || (t === first + room - 1 && t < symbols.length - 1);
      write(context, more ? "…" : visible(symbols[t]), middle(t), y, { ...style, align: "center" });
    }
  };
  write(context, "reads", LEFT - 10, ROWS.reads, faint);
  context.font = LETTERS;
  const source = fitted(context, data.reads.join(data.gaps.reads), split - LEFT - 12);
  write(context, source, LEFT + 8, ROWS.reads, { ink: ink.text, font: LETTERS });
  write(context, "writes", LEFT - 10, ROWS.writes, faint);
  along(data.writes.slice(0, step), ROWS.writes, { ink: ink.text, font: LETTERS });
  if (step) outline(context, middle(step - 1) - wide / 2 + 1, ROWS.writes - 23, wide - 2, 31);
  write(context, "right answer", LEFT - 10, ROWS.right, faint);
  if (!data.right) return write(context, "not known here", LEFT + 8, ROWS.right, { ink: ink.faint });
  along(data.right, ROWS.right, { ink: ink.faint, font: LETTERS });
  for (let t = first ? first + 1 : 0; t < step; t++) {
    const [mark, colour] = data.correct[t] ? ["✓", ink.right] : ["✗", ink.wrong];
    write(context, mark, middle(t), ROWS.marks, { ink: colour, font: BOLD, align: "center" });
  }
}

/** The most probable symbols of this step, the one that is written outlined. */
function drawBars(context, { split }, { data, settings: { step }, ink }) {
  const full = split - LEFT - 84;
  const title = step ? `Step ${step}: the most probable symbols` : "Step 0: nothing is written yet";
  write(context, title, 4, BARS.top - 14, { ink: ink.text, font: BOLD });
  const best = step ? data.best[step - 1] : [];
  let rest = 1;
  for (const [i, symbol] of best.entries()) {
    const y = BARS.top + i * BARS.tall;
    const p = at(data.probabilities, step - 1, i);
    rest -= p;
    write(context, visible(symbol), LEFT - 22, y + 22, { ink: ink.text, font: LETTERS, align: "center", room: 40 });
    context.fillStyle = ink.decoder;
    context.fillRect(LEFT, y + 5, full * p, BARS.tall - 10);
    context.strokeStyle = ink.line;
    context.strokeRect(LEFT, y + 5, full, BARS.tall - 10);
    write(context, chance(p), LEFT + full + 10, y + 20, { ink: ink.text, font: BOLD });
    if (i === 0) outline(context, LEFT - 44, y + 1, full + 47, BARS.tall - 2);
  }
  if (!step) return;
  const y = BARS.top + best.length * BARS.tall + 16;
  for (const value of [0, 0.5, 1]) write(context, value, LEFT + full * value, y, { ink: ink.faint, align: "center" });
  const others = `the ${data.others} others together: ${chance(Math.max(0, rest))}`;
  if (data.others) write(context, others, LEFT, y + 24, { ink: ink.faint });
}

/** All states on one time axis; between encoder and decoder the gap that only the last state crosses. */
function drawStates(context, { column, decoder }, { data, settings: { step }, ink, palette, width }) {
  const { top, tall, left, gap } = MAP;
  const foot = top + tall + 20;
  const panels = [
    ["encoder: reads", ink.encoder, data.encoder_states, left, data.reads.length],
    ["decoder: writes", ink.decoder, data.decoder_states, decoder, step],
  ];
  context.imageSmoothingEnabled = false;
  for (const [name, colour, states, x, count] of panels) {
    const [steps, units] = states.shape;
    states.image ??= heatmap(states.values, steps, units, palette);
    if (count) context.drawImage(states.image, 0, 0, count, units, x, top, count * column, tall);
    context.strokeStyle = ink.line;
    context.strokeRect(x - 0.5, top - 0.5, steps * column + 1, tall + 1);
    context.font = BOLD;
    const start = Math.min(x, width - context.measureText(name).width); // that of a short panel would be cut
    write(context, name, start, top - 27, { ink: colour, font: BOLD });
  }
  const faint = { ink: ink.faint, align: "right" };
  write(context, "units", left - 6, top + tall / 2 + 5, faint); // like ones together, so their numbers are mixed
  write(context, "time →", 0, foot, { ink: ink.faint });
  const last = data.reads.length - 1;
  symbolsAlong(context, data.reads, left, column, foot, step ? -1 : last, ink.text);
  symbolsAlong(context, data.decoder_reads.slice(0, step), decoder, column, foot, step - 1, ink.text);
  symbolsAlong(context, data.writes.slice(0, step), decoder, column, top - 8, step - 1, ink.text);
  outline(context, step ? decoder + (step - 1) * column : left + last * column, top, column, tall);
  const middle = { ink: ink.text, align: "center", room: gap - 8 };
  arrow(context, [decoder - gap + 6, top + tall / 2], [decoder - 6, top + tall / 2], ink.text, 3);
  write(context, "only the last state", decoder - gap / 2, top + tall / 2 - 14, middle);
  write(context, "is handed over", decoder - gap / 2, top + tall / 2 + 26, middle);
}

/** A function from [x, y] to its place in the plane; what lies outside stands at the edge. */
function spotIn(plane, spans) {
  const [low, high] = [plane.top, plane.top + plane.height];
  const place = placeIn(plane, spans);
  return (point) => {
    const [x, y] = place(point);
    return [Math.max(plane.left, Math.min(plane.left + plane.width, x)), Math.max(low, Math.min(high, y))];
  };
}

/** What is the same for every input, so that their ways can be compared: the axes, and in grey many other states. */
function drawGround(context, plane, data, ink) {
  const names = data.shares.map((share, i) => `component ${i + 1}: ${Math.round(100 * share)} % of the variance`);
  planeAxes(context, plane, data.window, names, ink);
  context.fillStyle = ink.faint;
  context.globalAlpha = 0.4;
  for (const [x, y] of pointsOf(data.cloud).map(placeIn(plane, data.window))) context.fillRect(x - 1, y - 1, 2, 2);
  context.globalAlpha = 1;
  const left = plane.left - 36;
  marker(context, ENCODER, [left, 12], 6, ink.encoder);
  write(context, "encoder, at the symbol it has read", left + 14, 17, { ink: ink.text, room: plane.width + 30 });
  marker(context, DECODER, [left, 32], 6, ink.decoder);
  write(context, "decoder, at the symbol it has written", left + 14, 37, { ink: ink.text, room: plane.width + 30 });
}

/** The way of the states through the plane, up to this step; that of the input before as a faint trace. */
function drawPlane(context, { plane }, { data, settings: { step }, ink, width }, before) {
  const places = (array, count) => pointsOf(array, count).map(spotIn(plane, data.window));
  const caption = (text, y) => {
    const words = fitted(context, text, width - plane.left + 36);
    write(context, words, plane.left - 40, plane.top + plane.height + y, { ink: ink.faint });
  };
  context.font = FONT;
  caption("grey dots: states of other inputs", 60);
  if (before) caption(`grey line: the input before, ${joined(before.reads, data.gaps.reads)}`, 78);
  context.globalAlpha = 0.3;
  if (before) for (const way of [before.encoder_way, before.decoder_way]) line(context, places(way), 3, ink.text);
  context.globalAlpha = 1;
  const [reads, writes] = [places(data.encoder_way), places(data.decoder_way, step + 1)];
  line(context, reads, 2, ink.encoder);
  context.setLineDash([2, 4]);
  line(context, writes, 2, ink.decoder);
  context.setLineDash([]);
  const points = [
    ...["start", ...data.reads].map((symbol, t) => ({ place: reads[t], symbol, shape: ENCODER, colour: ink.encoder })),
    ...data.writes
      .slice(0, step)
      .map((symbol, t) => ({ place: writes[t + 1], symbol, shape: DECODER, colour: ink.decoder })),
  ];
  for (const { place, shape, colour } of points) marker(context, shape, place, 5, colour);
  const current = points.at(-1);
  marker(context, current.shape, current.place, 10, current.colour);
  nameThem(context, plane, points.reverse(), ink);
}

/** The symbol beside each point where there is room: the first of `points` is the current one, and comes first. */
function nameThem(context, { left, width }, points, ink) {
  const taken = [];
  for (const { place, symbol } of points) {
    const font = taken.length ? BOLD : LETTERS;
    context.font = font;
    const wide = context.measureText(visible(symbol)).width;
    const x = place[0] + 14 + wide > left + width ? place[0] - 13 - wide : place[0] + 13;
    const y = place[1] + 6;
    if (taken.some((other) => Math.abs(other.y - y) < 18 && x < other.x + other.wide && other.x < x + wide)) continue;
    taken.push({ x, y, wide });
    write(context, visible(symbol), x, y, { ink: ink.text, font, halo: ink.paper });
  }
}

/** Hovering over a state of the decoder, in either picture, chooses its step; over the encoder: step 0. */
function point(x, y, { width, data }) {
  const { plane, column, decoder } = layout(data, width);
  if (y > MAP.top && y < MAP.top + MAP.tall && x > MAP.left)
    return { step: Math.max(0, Math.min(data.writes.length, Math.floor((x - decoder) / column) + 1)) };
  const spots = pointsOf(data.decoder_way).map(spotIn(plane, data.window));
  const far = spots.map(([a, b]) => Math.hypot(a - x, b - y));
  const step = far.indexOf(Math.min(...far));
  if (far[step] < 14) return { step };
}

function render(host) {
  const ground = keptPainting();
  let [now, before] = [];
  const draw = (context, picture) => {
    const { data, settings, width } = picture;
    const place = layout(data, width);
    ground(context, picture, (own) => drawGround(own, place.plane, data, picture.ink));
    for (const part of [drawTexts, drawBars, drawPlane, drawStates]) part(context, place, picture, before);
    const { reads, writes, gaps } = data;
    const written = settings.step ? joined(writes.slice(0, settings.step), gaps.writes) : "nothing";
    return `It reads ${joined(reads, gaps.reads)} and has written ${written}. ${say(data, settings)}`;
  };
  const changed = ({ data }) => {
    if (data !== now) [before, now] = [now, data];
  };
  return explorer(host, { title: "Translator", pictures: [{ height: HEIGHT, draw, point }], changed, say });
}

export default { render };
