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
  paragraph,
  placeIn,
  pointsOf,
  quoted,
  visible,
  write,
} from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, heatmap, outline, symbolsAlong } from "./shared/instrument.js";
import { fixed } from "./shared/numbers.js";

const [WIDE, NARROW] = [860, 520]; // px: from the first on the plane stands beside the answer; below the second, a phone
const ROWS = { reads: 20, writes: 56, marks: 77, right: 100 };
const BARS = { top: 146, tall: 22 };
const MAP = { top: 324, tall: 78, left: 50 };
const PLANE = { left: 24, gap: 16, name: 20 }; // what stands around it: the name of each axis, and the key
const PITCH = 20; // of lines in the key
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
  const [wide, narrow] = [width >= WIDE, width < NARROW];
  const split = wide ? Math.round(width * 0.56) : width;
  const gap = narrow ? 84 : 132;
  const column = (width - MAP.left - gap - 8) / (reads.length + writes.length);
  const side = wide ? 250 : Math.min(width - PLANE.left - 8, 300);
  const top = wide ? 4 : MAP.top + MAP.tall + 44;
  const plane = { left: PLANE.left + (wide ? split + 6 : 0), top, width: side, height: side };
  const end = plane.left + side + PLANE.gap;
  const key = narrow ? { x: 8, y: top + side + 46 } : { x: end, y: top + 14 };
  return {
    ...{ narrow, split, gap, plane, column, key },
    left: narrow ? 64 : 100, // the names of the rows
    decoder: MAP.left + reads.length * column + gap,
    height: wide ? MAP.top + MAP.tall + 24 : top + side + PLANE.name + (narrow ? 14 + 4 * PITCH : 8),
  };
}

/** Row `step` of an array, from 1 (before it: zeros); between two steps, what lies between their rows. */
function rowAt(array, step, i) {
  const value = (t) => (t ? at(array, t - 1, i) : 0);
  const before = Math.floor(step);
  return before === step ? value(step) : value(before) + (step - before) * (value(before + 1) - value(before));
}

/** The columns of the answer: how wide, and the first that is shown; of a long one those near the step. */
function columnsOf(context, { left, split }, { writes, right }, step) {
  const symbols = [...writes, ...(right ?? [])];
  const room = split - left - 4;
  const least = Math.max(24, Math.min(34, room / Math.max(writes.length, right?.length ?? 0)));
  const wide = columnFor(context, symbols, least, room);
  const count = Math.floor(room / wide);
  const first = Math.max(0, step - count + 1);
  return { wide, count, first, middle: (t) => left + (t - first + 0.5) * wide };
}

/** What is read, what is written up to this step, and below it what is right. */
function drawTexts(context, place, { data, settings: { step }, at: now, ink }) {
  const { left, split, narrow } = place;
  const { wide, count, first, middle } = columnsOf(context, place, data, step);
  const faint = { ink: ink.faint, align: "right" };
  const along = (symbols, y, style) => {
    for (let t = first; t < Math.min(symbols.length, first + count); t++) {
      const more = (first && t === first) || (t === first + count - 1 && t < symbols.length - 1);
      write(context, more ? "…" : visible(symbols[t]), middle(t), y, { ...style, align: "center" });
    }
  };
  write(context, "reads", left - 10, ROWS.reads, { ...faint, ink: ink.encoder });
  context.font = LETTERS;
  const source = fitted(context, data.reads.join(data.gaps.reads), split - left - 12);
  write(context, source, left + 8, ROWS.reads, { ink: ink.text, font: LETTERS });
  write(context, "writes", left - 10, ROWS.writes, { ...faint, ink: ink.decoder });
  along(data.writes.slice(0, step), ROWS.writes, { ink: ink.text, font: LETTERS });
  if (now.step) outline(context, middle(Math.max(now.step - 1, first)) - wide / 2 + 1, ROWS.writes - 21, wide - 2, 29);
  write(context, narrow ? "right" : "right answer", left - 10, ROWS.right, faint);
  if (!data.right) return write(context, "not known here", left + 8, ROWS.right, { ink: ink.faint });
  along(data.right, ROWS.right, { ink: ink.faint, font: LETTERS });
  for (let t = first ? first + 1 : 0; t < step; t++) {
    const [mark, colour] = data.correct[t] ? ["✓", ink.right] : ["✗", ink.wrong];
    write(context, mark, middle(t), ROWS.marks, { ink: colour, font: BOLD, align: "center" });
  }
}

/** The most probable symbols of this step, the one that is written outlined. */
function drawBars(context, { left, split }, { data, settings: { step }, at: now, ink }) {
  const full = split - left - 84;
  const title = step ? `Step ${step}: most probable symbols` : "Step 0: nothing is written yet";
  write(context, title, 4, BARS.top - 12, { ink: ink.text, font: BOLD });
  const best = step ? data.best[step - 1] : [];
  let rest = 1;
  for (const [i, symbol] of best.entries()) {
    const y = BARS.top + i * BARS.tall;
    const p = at(data.probabilities, step - 1, i);
    rest -= p;
    write(context, visible(symbol), left - 12, y + 18, {
      ink: ink.text,
      font: LETTERS,
      align: "right",
      room: left - 18,
    });
    context.fillStyle = ink.decoder;
    context.fillRect(left, y + 4, full * rowAt(data.probabilities, now.step, i), BARS.tall - 7);
    context.strokeStyle = ink.line;
    context.strokeRect(left, y + 4, full, BARS.tall - 7);
    write(context, chance(p), left + full + 10, y + 17, { ink: ink.text, font: BOLD });
    if (i) continue;
    context.font = LETTERS;
    const wide = Math.max(14, Math.min(context.measureText(visible(symbol)).width, left - 18));
    outline(context, left - wide - 22, y, full + wide + 27, BARS.tall);
  }
  const y = BARS.top + best.length * BARS.tall + 18;
  const others = `the ${data.others} others together: ${chance(Math.max(0, rest))}`;
  if (step && data.others) write(context, others, left, y, { ink: ink.faint });
}

/** All states on one time axis; between encoder and decoder the gap that only the last state crosses. */
function drawStates(context, place, picture) {
  const { column, decoder } = place;
  const { data, settings, at: now, ink, width } = picture;
  const { top, tall, left } = MAP;
  const { step } = settings;
  const [foot, last] = [top + tall + 18, data.reads.length - 1];
  const panels = [
    ["encoder", ink.encoder, data.encoder_states, left, data.reads.length],
    ["decoder", ink.decoder, data.decoder_states, decoder, Math.min(now.step, data.writes.length)],
  ];
  for (const [name, colour, states, x, count] of panels) {
    drawPanel(context, states, x, column, count, picture);
    context.font = BOLD;
    const start = Math.min(x, width - context.measureText(name).width); // that of a short panel would be cut
    write(context, name, start, top - 26, { ink: colour, font: BOLD });
  }
  write(context, "units", left - 6, top + tall / 2 + 5, { ink: ink.faint, align: "right" }); // like ones together, so their numbers are mixed
  write(context, "time →", 0, foot, { ink: ink.faint });
  symbolsAlong(context, data.reads, left, column, foot, step ? -1 : last, ink.text);
  symbolsAlong(context, data.decoder_reads.slice(0, step), decoder, column, foot, step - 1, ink.text);
  symbolsAlong(context, data.writes.slice(0, step), decoder, column, top - 8, step - 1, ink.text);
  outline(context, cursorAt(place, data, now.step), top, column, tall);
  drawGap(context, place, ink);
}

/** The first `count` states, and the frame of all. */
function drawPanel(context, states, x, column, count, { palette, ink }) {
  const [steps, units] = states.shape;
  states.image ??= heatmap(states.values, steps, units, palette);
  context.imageSmoothingEnabled = false;
  if (count) context.drawImage(states.image, 0, 0, count, units, x, MAP.top, count * column, MAP.tall);
  context.strokeStyle = ink.line;
  context.strokeRect(x - 0.5, MAP.top - 0.5, steps * column + 1, MAP.tall + 1);
}

/** Where the column of a step begins; from step 0, the last symbol that is read, the way to step 1 goes over the gap. */
function cursorAt({ column, decoder }, { reads }, step) {
  const from = MAP.left + (reads.length - 1) * column;
  return step < 1 ? from + step * (decoder - from) : decoder + (step - 1) * column;
}

function drawGap(context, { decoder, gap, narrow }, ink) {
  const middle = MAP.top + MAP.tall / 2;
  arrow(context, [decoder - gap + 6, middle], [decoder - 6, middle], ink.text, 3);
  const above = narrow ? ["only the", "last state"] : ["only the last state"];
  const below = narrow ? ["is handed", "over"] : ["is handed over"];
  const style = { ink: ink.text, align: "center", room: gap - 6 };
  for (const [i, text] of above.reverse().entries())
    write(context, text, decoder - gap / 2, middle - 13 - 17 * i, style);
  for (const [i, text] of below.entries()) write(context, text, decoder - gap / 2, middle + 23 + 17 * i, style);
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

/** What is the same for every input, so that their ways can be compared: the frame, and in grey many other states. */
function drawGround(context, plane, data, ink) {
  const { left, top, width: side } = plane;
  const [across, up] = data.shares.map(
    (share, i) => `component ${i + 1}: ${Math.round(100 * share)} % of the variance`,
  );
  const style = { ink: ink.faint, align: "center", room: side };
  context.strokeStyle = ink.line;
  context.strokeRect(left - 0.5, top - 0.5, side + 1, side + 1);
  write(context, across, left + side / 2, top + side + 18, style);
  context.save();
  context.translate(left - 10, top + side / 2);
  context.rotate(-Math.PI / 2);
  write(context, up, 0, 0, style);
  context.restore();
  context.fillStyle = ink.faint;
  context.globalAlpha = 0.4;
  for (const [x, y] of pointsOf(data.cloud).map(placeIn(plane, data.window))) context.fillRect(x - 1, y - 1, 2, 2);
}

/** What the signs in the plane mean. */
function drawKey(context, { x, y }, { ink, width }, before) {
  const room = width - x - 20;
  const entries = [
    [() => marker(context, ENCODER, [x + 6, y - 5], 6, ink.encoder), "encoder, has read"],
    [() => marker(context, DECODER, [x + 6, y - 5], 6, ink.decoder), "decoder, has written"],
    [() => context.fillRect(x + 4, y - 7, 3, 3), "other inputs"],
  ];
  if (before) entries.push([() => context.fillRect(x, y - 6, 12, 3), "the input before"]);
  for (const [sign, text] of entries) {
    context.fillStyle = ink.faint;
    sign();
    y = paragraph(context, text.split(" "), x + 20, y, { room, pitch: PITCH, ink: ink.text });
  }
}

/** The way of the states through the plane, as far as it has come; that of the input before as a faint trace. */
function drawPlane(context, { plane, key }, picture, before) {
  const { data, at: now, ink } = picture;
  drawKey(context, key, picture, before);
  const places = (array) => pointsOf(array).map(spotIn(plane, data.window));
  context.globalAlpha = 0.3;
  if (before) for (const way of [before.encoder_way, before.decoder_way]) line(context, places(way), 3, ink.text);
  context.globalAlpha = 1;
  const [reads, all] = [places(data.encoder_way), places(data.decoder_way)];
  const step = Math.min(now.step, data.writes.length);
  const done = Math.ceil(step);
  const writes = [...all.slice(0, done), spotIn(plane, data.window)(wayAt(data.decoder_way, step))];
  line(context, reads, 2, ink.encoder);
  context.setLineDash([2, 4]);
  line(context, writes, 2, ink.decoder);
  context.setLineDash([]);
  const points = ["start", ...data.reads].map((symbol, t) => ({ place: reads[t], symbol, shape: ENCODER }));
  for (let t = 1; t <= done; t++) points.push({ place: writes[t], symbol: data.writes[t - 1], shape: DECODER });
  const colour = (shape) => (shape === ENCODER ? ink.encoder : ink.decoder);
  for (const { place, shape } of points) marker(context, shape, place, 5, colour(shape));
  const current = points.at(-1);
  marker(context, current.shape, current.place, 10, colour(current.shape));
  nameThem(context, plane, points.reverse(), ink);
}

/** The point of a way at a step, from 0, that may lie between two. */
const wayAt = (way, step) => {
  const [before, after] = [Math.floor(step), Math.ceil(step)].map((t) => [at(way, t, 0), at(way, t, 1)]);
  return before.map((value, i) => value + (step % 1) * (after[i] - value));
};

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

/** The step of the decoder at a place in the states, 0 for the encoder; or the one whose point in the plane is near. */
function stepAt(x, y, { width, data }) {
  const { plane, column, decoder } = layout(data, width);
  if (y > MAP.top - 22 && y < MAP.top + MAP.tall + 24 && x > MAP.left)
    return { map: true, step: Math.max(0, Math.min(data.writes.length, Math.floor((x - decoder) / column) + 1)) };
  const spots = pointsOf(data.decoder_way).map(spotIn(plane, data.window));
  const far = spots.map(([a, b]) => Math.hypot(a - x, b - y));
  const step = far.indexOf(Math.min(...far));
  return far[step] < 14 ? { step } : {};
}

/** Hovering over a state chooses its step; a hand that drags may leave them. */
function point(...where) {
  const { step } = stepAt(...where);
  if (step !== undefined) return { step };
}

function cursor(...where) {
  const { map, step } = stepAt(...where);
  if (map) return "ew-resize";
  return step === undefined ? "default" : "pointer";
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
  const height = (width, { data }) => layout(data, width).height;
  const picture = { height, least: 300, draw, point, cursor };
  return explorer(host, { title: "Translator", pictures: [picture], changed, say });
}

export default { render };
