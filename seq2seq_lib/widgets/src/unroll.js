import { arrow, BOLD, cellAt, line, lower, matrix, readableOn, scaleOfSigned, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, FONT, outline, shade } from "./shared/instrument.js";
import { fixed, number, signed } from "./shared/numbers.js";

const LEFT = 84; // the names of the rows
const TALL = 20; // a unit
const STATES = 52; // the top of the states, of the inputs, of the moves and of the bars
const INPUTS = STATES + 6 * TALL + 38;
const MOVES = INPUTS + 86;
const BARS = { top: MOVES + 6 * TALL + 48, tall: 80 };
const HEIGHT = BARS.top + BARS.tall + 28;

function layout(data, width) {
  const steps = data.states.shape[0];
  const column = (width - LEFT) / steps;
  return { steps, column, wide: Math.min(54, column - 6) };
}

const middle = (place, t) => LEFT + (t + 0.5) * place.column;

/** The units of one state, from unit 0 downwards; `limit` has the strongest colour. */
function units(context, rows, t, top, limit, place, { palette, ink, settings }) {
  const count = rows.shape[1];
  const box = { x: middle(place, t) - place.wide / 2, y: top, wide: place.wide, tall: TALL };
  if (t <= settings.time) {
    const values = Array.from({ length: count }, (_, unit) => [at(rows, t, unit)]);
    matrix(context, box, values, { palette, ink, limit });
  }
  context.strokeStyle = ink.line;
  context.strokeRect(box.x + 0.5, top + 0.5, place.wide, count * TALL);
}

/** The name of a weight at its arrow: the same at every step, and so is a poke at it. */
function weight(context, text, x, y, { data, ink }, align = "center") {
  const poked = data.poked.startsWith(text);
  write(context, text, x, y, { ink: poked ? ink.chosen : ink.text, font: poked ? `800 ${FONT}` : FONT, align });
}

function drawStep(context, place, t, picture) {
  const { data, ink, settings } = picture;
  const x = middle(place, t);
  context.globalAlpha = t <= settings.time ? 1 : 0.4;
  write(context, `h${lower(t)}`, x, STATES - 12, { ink: ink.text, font: BOLD, align: "center" });
  units(context, data.states, t, STATES, 1, place, picture);
  units(context, data.moved, t, MOVES, data.limit, place, picture);
  if (t > 0) {
    arrow(context, [x - place.column + 16, STATES - 17], [x - 17, STATES - 17], ink.text, 1.5);
    weight(context, "W_hh", x - place.column / 2, STATES - 30, picture);
    arrow(context, [x - 22, INPUTS - 4], [x - 22, STATES + 6 * TALL + 5], ink.text, 1.5);
    weight(context, "W_xh", x - 16, INPUTS - 13, picture, "left");
    drawInput(context, place, t, picture);
  }
  if (t <= settings.time) drawLeft(context, x, t, picture);
  context.globalAlpha = 1;
}

function drawInput(context, { column }, t, { data, ink, palette }) {
  const [value, poked] = [at(data.inputs, t - 1), at(data.poked_inputs, t - 1)];
  const [x, colour] = [LEFT + (t + 0.5) * column, shade(palette, value)];
  context.fillStyle = `rgb(${colour})`;
  context.fillRect(x - 21, INPUTS, 42, 26);
  context.strokeStyle = ink.line;
  context.strokeRect(x - 21, INPUTS, 42, 26);
  write(context, fixed(value, 1), x, INPUTS + 18, { ink: readableOn(colour), align: "center" });
  if (value === poked) return;
  outline(context, x - 22, INPUTS - 1, 44, 28);
  write(context, signed(data.by), x, INPUTS + 45, { ink: ink.chosen, font: BOLD, align: "center", room: column });
}

/** How high the bar of a share is. The axis ends at the largest; a logarithmic one begins at 0.01 %. */
function high(share, { data, settings }) {
  const most = Math.max(1, ...data.left.values);
  if (!settings.log_axis) return (BARS.tall * share) / most;
  return share > 1e-4 ? (BARS.tall * Math.log10(share * 1e4)) / Math.log10(most * 1e4) : 0;
}

/** What is left of the poke, as a bar and in per cent of its first effect. */
function drawLeft(context, x, t, picture) {
  const tall = high(at(picture.data.left, t), picture);
  context.fillStyle = picture.ink.encoder;
  context.fillRect(x - 14, BARS.top + BARS.tall - tall, 28, tall);
  const text = picture.data.percent[t];
  write(context, text, x, BARS.top + BARS.tall + 19, { ink: picture.ink.text, align: "center", room: 60 });
}

/** What a row shows, and behind it a note. */
function heading(context, text, note, y, { ink, width }) {
  write(context, text, 4, y, { ink: ink.text, font: BOLD, halo: ink.paper });
  const end = 4 + context.measureText(text).width;
  write(context, note, end + 14, y, { ink: ink.text, room: width - end - 16, halo: ink.paper });
}

function drawAxis(context, picture) {
  const { ink, settings, width, data } = picture;
  const ticks = settings.log_axis ? [1, data.heard, 1e-4] : [1, 0];
  for (const share of ticks) {
    const y = BARS.top + BARS.tall - high(share, picture);
    context.setLineDash(share === data.heard ? [6, 4] : []);
    const ends = [LEFT, width - 2].map((x) => [x, y]);
    line(context, ends, 1, share === data.heard ? ink.text : ink.line);
    write(context, `${number(100 * share)} %`, LEFT - 8, y + 5, { ink: ink.text, align: "right" });
  }
  context.setLineDash([]);
  const axis = settings.log_axis ? "log axis; dashed: no longer heard below 1 %" : "in per cent of its first effect";
  heading(context, "What is left of the poke", axis, BARS.top - 16, picture);
}

function draw(context, picture) {
  const { data, ink, palette, settings, width } = picture;
  const place = layout(data, width);
  context.strokeStyle = ink.text;
  context.setLineDash([4, 3]);
  context.strokeRect(LEFT + settings.time * place.column + 1, STATES - 4, place.column - 2, HEIGHT - STATES);
  context.setLineDash([]);
  for (const [text, y] of [
    ["states", STATES + 3.3 * TALL],
    ["inputs", INPUTS + 18],
    ["moves", MOVES + 3.3 * TALL],
  ])
    write(context, text, LEFT - 6, y, { ink: ink.text, font: BOLD, align: "right" });
  const moved = data.limit >= 0.005;
  heading(context, "How far the poke moved each unit", moved ? "" : "nothing has moved", MOVES - 14, picture);
  scaleOfSigned(context, 4, STATES, 6 * TALL, 1, { ink, palette });
  if (moved) scaleOfSigned(context, 4, MOVES, 6 * TALL, fixed(data.limit), { ink, palette });
  drawAxis(context, picture);
  for (let t = 0; t < place.steps; t++) drawStep(context, place, t, picture);
  if (!data.poked.includes("input")) {
    const text = `${data.poked} ${signed(data.by)}${data.poked.startsWith("W_") ? " at every step" : ""}`;
    write(context, text, LEFT, INPUTS + 45, { ink: ink.chosen, font: BOLD });
  }
  if (data.poked.startsWith("h_0"))
    outline(context, middle(place, 0) - place.wide / 2 - 1, STATES - 1, place.wide + 2, TALL + 2);
  return `${place.steps - 1} steps; left of the poke after each: ${data.percent.join(", ")}. ${say(data, settings)}`;
}

const say = (data, { time }) => data.words[time];

/** Pressing on an input pokes it; pressing anywhere else in a column moves the time there. */
function point(x, y, { width, data }, { type }) {
  const { steps, column } = layout(data, width);
  const [, t] = cellAt({ x: LEFT, y: 0, wide: column, tall: HEIGHT }, [1, steps], [x, y]) ?? [];
  if (t === undefined || type !== "pointerdown") return;
  const onInput = t > 0 && y > INPUTS - 4 && y < INPUTS + 30;
  return onInput ? { poked: "the input of a step", step: t } : { time: t };
}

function render(host) {
  return explorer(host, {
    title: "Unrolled in time",
    pictures: [{ height: HEIGHT, draw, point }],
    withScale: false,
    say,
  });
}

export default { render };
