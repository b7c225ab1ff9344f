import { BOLD, cellAt, keyToLines, line, marker, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, outline, shade } from "./shared/instrument.js";
import { number } from "./shared/numbers.js";

const LINES = { left: 70, top: 58, right: 20, tall: 200 };
const MATRIX = { left: 70, top: 346, side: 220 };
const HEIGHT = MATRIX.top + MATRIX.side + 34;
const LOWEST = -40; // the axis goes no further down

/** 3.2×10⁻⁵ from its logarithm. */
const inDigits = (log) => (log <= -69 ? "0" : number(10 ** log, 2));

const values = (array) => [...array.values].map((log) => Math.max(log, LOWEST));

function axisOf(data) {
  const all = [...values(data.arrives), ...values(data.bound), ...values(data.alone)];
  return [Math.min(-1, Math.floor(Math.min(...all))), Math.max(1, Math.ceil(Math.max(...all)))];
}

function drawLines(context, { data, ink, width }) {
  const [low, high] = axisOf(data);
  const wide = width - LINES.left - LINES.right;
  const length = data.arrives.shape[0] - 1;
  const across = (t) => LINES.left + (wide * t) / length;
  const up = (log) => LINES.top + (LINES.tall * (high - Math.max(log, LOWEST))) / (high - low);
  const every = Math.ceil((high - low) / 6);
  for (let exponent = Math.ceil(low / every) * every; exponent <= high; exponent += every) {
    const y = up(exponent);
    const ends = [LINES.left, LINES.left + wide].map((x) => [x, y]);
    line(context, ends, exponent === 0 ? 1.5 : 0.5, ink.line);
    write(context, number(10 ** exponent), LINES.left - 8, y + 5, { ink: ink.faint, align: "right" });
  }
  const marks = Array.from({ length: 6 }, (_, i) => Math.round((i * length) / 5));
  const base = LINES.top + LINES.tall;
  for (const t of new Set(marks)) write(context, `h_${t}`, across(t), base + 20, { ink: ink.faint, align: "center" });
  const curves = [
    [ink.faint, 2, [2, 4], "W_hh alone", data.alone],
    [ink.text, 2, [9, 5], "at most: W_hh × the steepest tanh", data.bound],
    [ink.gradient, 3, [], "what arrives", data.arrives],
  ];
  for (const [colour, thick, dashes, , array] of curves) {
    context.setLineDash(dashes);
    const points = [...array.values].map((log, t) => [across(t), up(log)]);
    line(context, points, thick, colour);
  }
  context.setLineDash([]);
  keyToLines(context, curves.reverse(), LINES.left, 37, ink);
  for (let t = 0; t <= length; t += Math.ceil(length / 25))
    marker(context, 0, [across(t), up(at(data.arrives, t))], 4, ink.gradient);
  write(context, "size of dL/dh_t, when it is 1 at the last state", LINES.left, 14, { ink: ink.text, font: BOLD });
}

const side = (data) => MATRIX.side / data.marks.length;

/** The logarithms at the ends of the colour scale: those of the triangle itself, so that it is never of one colour. */
function coloursOf(data) {
  const size = data.marks.length;
  const all = [];
  for (let j = 0; j < size; j++) for (let k = 0; k <= j; k++) all.push(Math.max(at(data.matrix, j, k), LOWEST));
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return [Math.min(low, high - 0.01), high];
}

function drawMatrix(context, { data, ink, magnitudes, settings }) {
  const cell = side(data);
  const { left, top } = MATRIX;
  const [low, high] = coloursOf(data);
  const colourOf = (log) => (2 * (Math.max(log, LOWEST) - low)) / (high - low) - 1;
  write(context, "size of dh_later / dh_earlier", left, top - 30, { ink: ink.text, font: BOLD });
  for (let j = 0; j < data.marks.length; j++)
    for (let k = 0; k <= j; k++) {
      context.fillStyle = `rgb(${shade(magnitudes, colourOf(at(data.matrix, j, k)))})`;
      context.fillRect(left + k * cell, top + j * cell, cell + 0.5, cell + 0.5);
    }
  const last = data.marks.length - 1;
  for (const i of [0, Math.round(last / 2), last]) {
    const middle = (i + 0.5) * cell;
    write(context, `h_${data.marks[i]}`, left - 8, top + middle + 5, { ink: ink.faint, align: "right" });
    write(context, `h_${data.marks[i]}`, left + middle, top + MATRIX.side + 18, { ink: ink.faint, align: "center" });
  }
  write(context, "earlier →", left + MATRIX.side, top - 8, { ink: ink.faint, align: "right" });
  write(context, "later ↓", left - 8, top - 8, { ink: ink.faint, align: "right" });
  const [j, k] = chosen(data, settings);
  outline(context, left + k * cell, top + j * cell, cell, cell);
  drawScale(context, left + MATRIX.side + 26, [low, high], { ink, magnitudes });
}

function drawScale(context, x, [low, high], { ink, magnitudes }) {
  const tall = MATRIX.side - 20;
  for (let i = 0; i < tall; i++) {
    context.fillStyle = `rgb(${shade(magnitudes, 1 - (2 * i) / tall)})`;
    context.fillRect(x, MATRIX.top + i, 16, 1.5);
  }
  context.strokeStyle = ink.line;
  context.strokeRect(x - 0.5, MATRIX.top - 0.5, 17, tall + 1);
  const every = Math.max(1, Math.ceil((high - low) / 6));
  const between = [];
  for (let exponent = Math.ceil(low / every) * every; exponent <= high; exponent += every) between.push(exponent);
  const yOf = (log) => MATRIX.top + (tall * (high - log)) / (high - low) + 5;
  const apart = (log) => [low, high].every((end) => Math.abs(yOf(end) - yOf(log)) > 16);
  for (const log of [low, ...between.filter(apart), high]) {
    write(context, inDigits(log), x + 24, yOf(log), { ink: ink.text });
  }
}

/** The pair of states that the two sliders mean: the earlier one is never behind the later one. */
function chosen(data, { later, earlier }) {
  const j = Math.min(later, data.marks.length - 1);
  return [j, Math.min(earlier, j)];
}

function drawNumbers(context, { data, ink, settings, width }) {
  const x = MATRIX.left + MATRIX.side + 130;
  const [j, k] = chosen(data, settings);
  const pair = `from h_${data.marks[j]} back to h_${data.marks[k]}`;
  write(context, pair, x, MATRIX.top + 16, { ink: ink.text, font: BOLD });
  write(context, `at most ${inDigits(at(data.matrix, j, k))} of a gradient is left`, x, MATRIX.top + 40, {
    ink: ink.text,
    room: width - x - 8,
  });
  write(context, "norm of the whole gradient", x, MATRIX.top + 96, { ink: ink.text, font: BOLD });
  const room = width - x - 170;
  const long = (log) => (room * Math.min(8, Math.max(-8, log)) + 8 * room) / 16;
  for (const log of [-8, 0, 8]) {
    const ends = [MATRIX.top + 110, MATRIX.top + 178].map((y) => [x + 100 + long(log), y]);
    line(context, ends, 0.5, ink.line);
    write(context, number(10 ** log), ends[1][0], ends[1][1] + 16, { ink: ink.faint, align: "center" });
  }
  [
    ["as it comes", data.before, 0],
    ["after clipping", data.after, 1],
  ].forEach(([name, log, i]) => {
    const y = MATRIX.top + 126 + 36 * i;
    const wide = Math.max(2, long(at(log, 0)));
    write(context, name, x, y + 5, { ink: ink.faint });
    context.fillStyle = ink.gradient;
    context.fillRect(x + 100, y - 11, wide, 22);
    write(context, data.norms[i], x + 108 + wide, y + 5, { ink: ink.text, font: BOLD, halo: ink.paper });
  });
}

function draw(context, picture) {
  drawLines(context, picture);
  drawMatrix(context, picture);
  drawNumbers(context, picture);
  const [j, k] = chosen(picture.data, picture.settings);
  const pair = `From h_${picture.data.marks[j]} back to h_${picture.data.marks[k]} at most`;
  return `${say(picture.data)} ${pair} ${inDigits(at(picture.data.matrix, j, k))} is left.`;
}

const say = (data) => data.words;

/** Which state a slider means. */
const state = (value, data) => `h_${data.marks[value]}`;

/** Pointing at the matrix chooses a pair of states. */
function point(x, y, { data }) {
  const cell = side(data);
  const box = { x: MATRIX.left, y: MATRIX.top, wide: cell, tall: cell };
  const found = cellAt(box, [data.marks.length, data.marks.length], [x, y]);
  if (found && found[1] <= found[0]) return { later: found[0], earlier: found[1] };
}

function render(host) {
  return explorer(host, {
    title: "Gradients through time",
    pictures: [{ height: HEIGHT, draw, point }],
    withScale: false,
    wording: { later: state, earlier: state },
    say,
  });
}

export default { render };
