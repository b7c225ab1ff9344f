import { arrow, BOLD, lower, write } from "./drawings.js";
import { explorer } from "./explorer.js";
import { at, outline, shade } from "./instrument.js";

const LEFT = 130; // the names of the rows
const TALL = 20; // a unit
const WIDE = 32; // a state
const STATES = 52; // the top of the states, of the inputs, of the moves and of the bars
const INPUTS = STATES + 6 * TALL + 40;
const MOVES = INPUTS + 84;
const BARS = { top: MOVES + 6 * TALL + 34, tall: 70 };
const HEIGHT = BARS.top + BARS.tall + 30;

const shown = (value) => (value < 0 ? `−${Math.abs(value).toFixed(1)}` : value.toFixed(1));

function layout(data, width) {
  const steps = data.states.shape[0];
  return { steps, column: (width - LEFT) / steps };
}

const middle = (place, t) => LEFT + (t + 0.5) * place.column;

/** The units of one state, from unit 0 downwards; `limit` has the strongest colour. */
function column(context, rows, t, x, top, { palette, ink }, limit, known) {
  const units = rows.shape[1];
  for (let unit = 0; unit < units && known; unit++) {
    context.fillStyle = `rgb(${shade(palette, at(rows, t, unit) / limit)})`;
    context.fillRect(x - WIDE / 2, top + unit * TALL, WIDE, TALL);
  }
  context.strokeStyle = ink.line;
  context.strokeRect(x - WIDE / 2, top, WIDE, units * TALL);
}

function name(context, text, y, ink, font = BOLD) {
  write(context, text, LEFT - 18, y, { ink: ink.text, font, align: "right" });
}

function drawStep(context, place, t, picture) {
  const { data, ink, settings } = picture;
  const [x, half] = [middle(place, t), 3 * TALL];
  const known = t <= settings.time;
  context.globalAlpha = known ? 1 : 0.35;
  write(context, `h${lower(t)}`, x, STATES - 10, { ink: ink.text, font: BOLD, align: "center" });
  column(context, data.states, t, x, STATES, picture, 1, known);
  column(context, data.moved, t, x, MOVES, picture, data.limit, known);
  if (t > 0) {
    const before = middle(place, t - 1) + WIDE / 2;
    arrow(context, [before + 3, STATES + half], [x - WIDE / 2 - 3, STATES + half], ink.text, 1.5);
    const gap = place.column - WIDE - 2;
    write(context, "W_hh", x - place.column / 2, STATES + half - 9, { ink: ink.faint, align: "center", room: gap });
    arrow(context, [x, INPUTS - 6], [x, STATES + 6 * TALL + 6], ink.text, 1.5);
    write(context, "W_xh", x + 4, INPUTS - 14, { ink: ink.faint, room: place.column / 2 - 4 });
    drawInput(context, place, t, picture);
  }
  if (known) drawLeft(context, x, t, picture);
  context.globalAlpha = 1;
}

function drawInput(context, place, t, { data, ink, palette }) {
  const [x, value, poked] = [middle(place, t), at(data.inputs, t - 1), at(data.poked_inputs, t - 1)];
  context.fillStyle = `rgb(${shade(palette, value)})`;
  context.fillRect(x - 20, INPUTS, 40, 26);
  context.strokeStyle = ink.line;
  context.strokeRect(x - 20, INPUTS, 40, 26);
  write(context, shown(value), x, INPUTS + 18, { ink: Math.abs(value) > 0.6 ? "#fff" : "#000", align: "center" });
  if (value === poked) return;
  outline(context, x - 21, INPUTS - 1, 42, 28);
  const by = poked - value;
  const text = `${by < 0 ? "−" : "+"}${Math.abs(by).toFixed(2)}`;
  write(context, text, x, INPUTS + 46, { ink: ink.orange, font: BOLD, align: "center", room: place.column });
}

/** What is left of the poke, as a bar and in per cent of its first effect. */
function drawLeft(context, x, t, { data, ink }) {
  const share = at(data.left, t);
  const tall = BARS.tall * Math.min(1, share / 1.5);
  const base = BARS.top + BARS.tall;
  context.fillStyle = ink.blue;
  context.fillRect(x - 12, base - tall, 24, tall);
  context.strokeStyle = ink.line;
  context.strokeRect(x - 24, base, 48, 0);
  write(context, data.percent[t], x, base + 18, { ink: ink.text, align: "center", room: 58 });
}

function draw(context, picture) {
  const { data, ink, settings, width } = picture;
  const place = layout(data, width);
  name(context, "states", STATES + 3 * TALL, ink);
  name(context, "inputs", INPUTS + 18, ink);
  name(context, "moved by", MOVES + 2.5 * TALL, ink);
  name(context, "the poke", MOVES + 3.5 * TALL, ink);
  name(context, "what is left", BARS.top + BARS.tall - 4, ink);
  write(context, `strongest colour: ${data.limit.toFixed(2)}`, LEFT, MOVES - 10, { ink: ink.faint });
  for (let t = 0; t < place.steps; t++) drawStep(context, place, t, picture);
  if (data.at === 0) outline(context, middle(place, 0) - WIDE / 2 - 2, STATES - 2, WIDE + 4, TALL + 4);
  if (data.at < 0) write(context, "poked: W_hh, at every step", LEFT, 16, { ink: ink.orange, font: BOLD });
  context.setLineDash([4, 3]);
  const x = middle(place, settings.time);
  context.strokeStyle = ink.text;
  context.strokeRect(x - place.column / 2 + 2, STATES - 30, place.column - 4, BARS.top + BARS.tall + 26 - STATES + 30);
  context.setLineDash([]);
  return `${place.steps - 1} steps; left of the poke after each: ${data.percent.join(", ")}. ${say(data, settings)}`;
}

const say = (data, { time }) => data.words[time];

/** Pointing at a column moves the time there; pressing on an input pokes that one. */
function point(x, y, { width, data, settings }, { type }) {
  const place = layout(data, width);
  const t = Math.floor((x - LEFT) / place.column);
  if (t < 0 || t >= place.steps) return;
  const onInput = y > INPUTS - 4 && y < INPUTS + 30;
  if (type === "pointerdown" && onInput && t > 0) return { poked: "the input of a step", step: t };
  return type === "pointerdown" || settings.time === t ? { time: t } : undefined;
}

function render(host) {
  return explorer(host, { title: "Unrolled in time", pictures: [{ height: HEIGHT, draw, point }], say });
}

export default { render };
