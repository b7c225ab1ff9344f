import { BOLD, cellAt, keyToLines, line, marker, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, outline, shade } from "./shared/instrument.js";
import { number } from "./shared/numbers.js";

const BESIDE = 800; // px: from here on the triangle stands beside the curves
const SOME = 720; // and from here on what is said of a pair, and the norms
const LOWEST = -40; // the axis goes no further down
const NAMES = 104; // px left of the bars of the norms
const CLIP = { low: -2, high: 2, step: 0.25 }; // powers of ten at which can be clipped

/** Where the curves, the triangle, what is said of a pair, and the norms stand: side by side, or one below the other. */
function layout(width, data) {
  const beside = width >= BESIDE;
  const side = Math.min(beside ? 230 : 210, width - 184); // of the triangle
  const left = beside ? width - side - 124 : 62;
  const curves = beside ? left - 84 : width - 20;
  const lines = { left: 62, top: 72, wide: curves - 62, tall: isGated(data) ? 238 : 180 };
  const foot = lines.top + lines.tall;
  const matrix = { left, side, top: beside ? 42 : foot + 74 };
  const after = left + side + 124; // the scale
  const pair = { x: beside ? left - 30 : 4, y: matrix.top + side + 46 };
  if (!beside && width >= SOME) Object.assign(pair, { x: after, y: matrix.top + 20 });
  const norms = { x: pair.x, y: pair.y + 62, wide: width - pair.x - 4 };
  if (beside) Object.assign(norms, { x: 4, y: foot + 50, wide: curves });
  const end = isGated(data) ? Math.max(foot, pair.y) + 30 : norms.y + 76;
  return { lines, matrix, pair, norms, height: Math.max(end, matrix.top + side + 28) };
}

/** 3.2×10⁻⁵ from its logarithm. */
const inDigits = (log) => (log <= -69 ? "0" : number(10 ** log, 2));

const values = (array) => [...array.values].map((log) => Math.max(log, LOWEST));

/** Whether gated cells stand beside the tanh RNN. */
const isGated = (data) => Object.keys(data.gates).length > 0;

/** The curves, the last on top: [colour, thickness, dashes, text, array, marker]; the bounds are those of tanh alone. */
function curvesOf(data, ink) {
  const arrives = [ink.gradient, 3, [], isGated(data) ? "tanh RNN" : "what arrives", data.arrives, 0];
  if (!isGated(data))
    return [
      ["W_hh alone", data.alone, ink.faint, [2, 4]],
      ["at most: W_hh × the steepest tanh", data.bound, ink.text, [9, 5]],
    ]
      .map(([text, array, colour, dashes]) => [colour, 2, dashes, text, array])
      .concat([arrives]);
  const { GRU, LSTM } = data.gates;
  const [name] = Object.keys(data.gates).slice(2);
  return [
    [ink.orange, 2, [9, 5], name, data.gates[name]],
    [ink.blue, 3, [], "GRU", GRU, 1],
    [ink.orange, 3, [], "LSTM", LSTM, 2],
    arrives,
  ];
}

/** The ends of the axis. They go with the curves, so that nothing jumps. */
function axisOf(data) {
  const arrays = isGated(data) ? Object.values(data.gates) : [data.bound, data.alone];
  const all = [data.arrives, ...arrays].flatMap(values);
  return [Math.min(-1, ...all) - 0.2, Math.max(1, ...all)];
}

function drawLines(context, { lines: { left, top, wide, tall } }, { data, ink }) {
  const [low, high] = axisOf(data);
  const length = data.arrives.shape[0] - 1;
  const across = (t) => left + (wide * t) / length;
  const up = (log) => top + (tall * (high - Math.max(log, LOWEST))) / (high - low);
  const every = Math.ceil((high - low) / 6);
  for (let exponent = Math.ceil(low / every) * every; exponent <= high; exponent += every) {
    const y = up(exponent);
    const ends = [left, left + wide].map((x) => [x, y]);
    line(context, ends, exponent === 0 ? 1.5 : 0.5, ink.line);
    write(context, number(10 ** exponent), left - 8, y + 5, { ink: ink.faint, align: "right" });
  }
  const marks = Array.from({ length: 6 }, (_, i) => Math.round((i * length) / 5));
  for (const t of new Set(marks))
    write(context, `h_${t}`, across(t), top + tall + 18, { ink: ink.faint, align: "center" });
  const curves = curvesOf(data, ink);
  for (const [colour, thick, dashes, , array, shape] of curves) {
    context.setLineDash(dashes);
    const points = [...array.values].map((log, t) => [across(t), up(log)]);
    line(context, points, thick, colour);
    context.setLineDash([]);
    if (shape === undefined) continue;
    for (let t = 0; t <= length; t += Math.ceil(length / 25)) marker(context, shape, points[t], 4 + shape / 2, colour);
  }
  drawKey(context, curves, ink);
  write(context, "size of dL/dh_t, 1 at the last state", 4, 14, { ink: ink.text, font: BOLD });
}

/** What the curves are: the topmost first, in two lines. */
function drawKey(context, curves, ink) {
  const entries = curves.toReversed();
  const above = entries.length > 3 ? entries.slice(0, 3) : [entries[0], entries[2]];
  const below = entries.filter((entry) => !above.includes(entry));
  keyToLines(context, above, 4, 34, ink);
  keyToLines(context, below, 4, 54, ink);
  let x = 4;
  for (const [colour, , , text, , shape] of above) {
    if (shape !== undefined) marker(context, shape, [x + 17, 29], 4 + shape / 2, colour);
    x += 64 + context.measureText(text).width;
  }
}

const cellOf = (matrix, data) => matrix.side / data.marks.length;

/** The logarithms at the ends of the colour scale: those of the triangle itself, so that it is never of one colour. */
function coloursOf(data) {
  const size = data.marks.length;
  const all = [];
  for (let j = 0; j < size; j++) for (let k = 0; k <= j; k++) all.push(Math.max(at(data.matrix, j, k), LOWEST));
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return [Math.min(low, high - 0.01), high];
}

function drawMatrix(context, { matrix }, { data, ink, magnitudes, at: moving }) {
  const cell = cellOf(matrix, data);
  const { left, top, side } = matrix;
  const [low, high] = coloursOf(data);
  const colourOf = (log) => (2 * (Math.max(log, LOWEST) - low)) / (high - low) - 1;
  const of = isGated(data) ? "tanh RNN: dh_later / dh_earlier" : "size of dh_later / dh_earlier";
  write(context, of, left - 30, top - 28, { ink: ink.text, font: BOLD });
  for (let j = 0; j < data.marks.length; j++)
    for (let k = 0; k <= j; k++) {
      context.fillStyle = `rgb(${shade(magnitudes, colourOf(at(data.matrix, j, k)))})`;
      context.fillRect(left + k * cell, top + j * cell, cell + 0.5, cell + 0.5);
    }
  const last = data.marks.length - 1;
  for (const i of [0, Math.round(last / 2), last]) {
    const middle = (i + 0.5) * cell;
    write(context, `h_${data.marks[i]}`, left - 6, top + middle + 5, { ink: ink.faint, align: "right" });
    write(context, `h_${data.marks[i]}`, left + middle, top + side + 18, { ink: ink.faint, align: "center" });
  }
  write(context, "earlier →", left + side, top - 7, { ink: ink.faint, align: "right" });
  write(context, "later ↓", left - 6, top - 7, { ink: ink.faint, align: "right" });
  const [j, k] = chosen(data, moving);
  outline(context, left + k * cell, top + j * cell, cell, cell);
  drawScale(context, matrix, [low, high], { ink, magnitudes });
}

function drawScale(context, { left, top, side }, [low, high], { ink, magnitudes }) {
  const [x, tall] = [left + side + 22, side - 20];
  for (let i = 0; i < tall; i++) {
    context.fillStyle = `rgb(${shade(magnitudes, 1 - (2 * i) / tall)})`;
    context.fillRect(x, top + i, 16, 1.5);
  }
  context.strokeStyle = ink.line;
  context.strokeRect(x - 0.5, top - 0.5, 17, tall + 1);
  const every = Math.max(1, Math.ceil((high - low) / 6));
  const between = [];
  for (let exponent = Math.ceil(low / every) * every; exponent <= high; exponent += every) between.push(exponent);
  const yOf = (log) => top + (tall * (high - log)) / (high - low) + 5;
  const apart = (log) => [low, high].every((end) => Math.abs(yOf(end) - yOf(log)) > 16);
  for (const log of [low, ...between.filter(apart), high]) {
    write(context, inDigits(log), x + 22, yOf(log), { ink: ink.text });
  }
}

/** The pair of states that the two sliders mean: the earlier one is never behind the later one. */
function chosen(data, { later, earlier }) {
  const j = Math.min(later, data.marks.length - 1);
  return [j, Math.min(earlier, j)];
}

function drawPair(context, { pair: { x, y } }, { data, ink, settings }) {
  const [j, k] = chosen(data, settings);
  const whose = isGated(data) ? "tanh RNN, " : "";
  write(context, `${whose}from h_${data.marks[j]} back to h_${data.marks[k]}`, x, y, { ink: ink.text, font: BOLD });
  write(context, `at most ${inDigits(at(data.matrix, j, k))} of a gradient is left`, x, y + 22, { ink: ink.text });
}

/** Where a norm stands along its axis, from 10⁻⁸ to 10⁸. */
function alongNorms({ x, wide }) {
  const room = wide - NAMES - 68; // the numbers at the ends of the bars
  return (log) => x + NAMES + (room * (Math.min(8, Math.max(-8, log)) + 8)) / 16;
}

function drawNorms(context, { norms }, { data, ink, settings, at: { max_norm } }) {
  const { x, y } = norms;
  const along = alongNorms(norms);
  write(context, "norm of the whole gradient", x, y - 8, { ink: ink.text, font: BOLD });
  for (const log of [-8, 0, 8]) {
    const ends = [y, y + 52].map((end) => [along(log), end]);
    line(context, ends, 0.5, ink.line);
    write(context, number(10 ** log), along(log), y + 68, { ink: ink.faint, align: "center" });
  }
  [
    ["as it comes", data.before, 4],
    ["after clipping", data.after, 28],
  ].forEach(([name, log, top], i) => {
    const wide = Math.max(2, along(at(log, 0)) - along(-8));
    write(context, name, x, y + top + 15, { ink: ink.faint });
    context.fillStyle = ink.gradient;
    context.fillRect(along(-8), y + top, wide, 20);
    write(context, data.norms[i], along(-8) + wide + 8, y + top + 15, { ink: ink.text, font: BOLD, halo: ink.paper });
  });
  const clip = along(Math.log10(max_norm));
  const ends = [y, y + 52].map((end) => [clip, end]);
  context.globalAlpha = settings.clipped ? 1 : 0.45;
  context.setLineDash([4, 3]);
  line(context, ends, 2, ink.text);
  context.setLineDash([]);
  marker(context, 0, [clip, y + 26], 7, ink.text);
  context.globalAlpha = 1;
}

function draw(context, picture) {
  const place = layout(picture.width, picture.data);
  const parts = [drawLines, drawMatrix, drawPair];
  if (!isGated(picture.data)) parts.push(drawNorms);
  for (const paint of parts) paint(context, place, picture);
  const [j, k] = chosen(picture.data, picture.settings);
  const from = isGated(picture.data) ? "In the tanh RNN from" : "From";
  const pair = `${from} h_${picture.data.marks[j]} back to h_${picture.data.marks[k]} at most`;
  return `${say(picture.data)} ${pair} ${inDigits(at(picture.data.matrix, j, k))} is left.`;
}

const say = (data) => data.words;

/** Which state a slider means. */
const state = (value, data) => `h_${data.marks[value]}`;

/** The pair of states at this place in the triangle, or nothing. */
function pairAt(x, y, { width, data }) {
  const { matrix } = layout(width, data);
  const cell = cellOf(matrix, data);
  const box = { x: matrix.left, y: matrix.top, wide: cell, tall: cell };
  const found = cellAt(box, [data.marks.length, data.marks.length], [x, y]);
  if (found && found[1] <= found[0]) return { later: found[0], earlier: found[1] };
}

/** Whether the line at which the gradient is clipped is near. */
function onClip(x, y, { width, data, settings }) {
  if (isGated(data)) return false;
  const { norms } = layout(width, data);
  const near = Math.abs(x - alongNorms(norms)(Math.log10(settings.max_norm))) < 14;
  return near && y > norms.y - 14 && y < norms.y + 56;
}

/** Pointing at the triangle chooses a pair of states; the line of the norms is dragged, and then it clips. */
function pointer() {
  let grip = false;
  return (x, y, look, { type, buttons }) => {
    if (type === "pointerdown") grip = onClip(x, y, look);
    if (!buttons) grip = false;
    if (!grip) return pairAt(x, y, look);
    const along = alongNorms(layout(look.width, look.data).norms);
    const log = (16 * (x - along(-8))) / (along(8) - along(-8)) - 8;
    const place = Math.max(CLIP.low, Math.min(CLIP.high, CLIP.step * Math.round(log / CLIP.step)));
    return { clipped: true, max_norm: 10 ** place };
  };
}

function cursor(x, y, look) {
  return onClip(x, y, look) ? "ew-resize" : pairAt(x, y, look) ? "pointer" : "default";
}

function render(host) {
  return explorer(host, {
    title: "Gradients through time",
    pictures: [{ height: (width, { data }) => layout(width, data).height, least: 310, draw, point: pointer(), cursor }],
    withScale: false,
    wording: { later: state, earlier: state },
    say,
  });
}

export default { render };
