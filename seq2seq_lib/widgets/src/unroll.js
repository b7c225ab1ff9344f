import {
  arrow,
  BOLD,
  cellAt,
  line,
  lower,
  marker,
  matrix,
  readableOn,
  scaleOfSigned,
  write,
} from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, FONT, outline, shade } from "./shared/instrument.js";
import { fixed, number, signed } from "./shared/numbers.js";

const NARROW = 700; // px: below it cells are coloured, and have no numbers
const INPUT = "the input of a step"; // of what can be poked
const FINE = 80; // px of a hand for a poke of 1

/** Where everything stands, from the states at the top to what is left of the poke at the bottom. */
function layout(data, width) {
  const [steps, units] = data.states.shape;
  const narrow = width < NARROW;
  const [left, tall] = narrow ? [2, 17] : [152, 15]; // the names of the rows; a unit
  const column = (width - left) / steps;
  const states = narrow ? 82 : 44;
  const foot = states + units * tall;
  const inputs = foot + 24;
  const moves = inputs + (narrow ? 92 : 46);
  const bars = { top: moves + units * tall + (narrow ? 52 : 16), tall: narrow ? 70 : 38 };
  const height = bars.top + bars.tall + 24;
  return {
    steps,
    units,
    narrow,
    left,
    tall,
    column,
    wide: Math.min(56, column - 5),
    states,
    foot,
    inputs,
    moves,
    bars,
    height,
  };
}

const middle = (place, t) => place.left + (t + 0.5) * place.column;

/** The units of one state, from unit 0 downwards; `limit` has the strongest colour. */
function units(context, rows, t, top, limit, place, { palette, ink, at: { time } }) {
  const { narrow, wide, tall } = place;
  const box = { x: middle(place, t) - wide / 2, y: top, wide, tall };
  const values = Array.from({ length: place.units }, (_, unit) => [at(rows, t, unit)]);
  if (t <= time) (narrow ? coloured : matrix)(context, box, values, { palette, ink, limit });
  context.strokeStyle = ink.line;
  context.strokeRect(box.x + 0.5, top + 0.5, wide, place.units * tall);
}

/** As matrix(), where there is no room for numbers. */
function coloured(context, { x, y, wide, tall }, values, { palette, limit }) {
  values.flat().forEach((value, unit) => {
    context.fillStyle = `rgb(${shade(palette, Math.max(-1, Math.min(1, value / limit)))})`;
    context.fillRect(x, y + unit * tall, wide, tall);
  });
}

/** The name of a weight at its arrow: the same at every step, and so is a poke at it. */
function weight(context, text, x, y, { data, ink }, align = "center") {
  const poked = data.poked.startsWith(text);
  write(context, text, x, y, { ink: poked ? ink.chosen : ink.text, font: poked ? `800 ${FONT}` : FONT, align });
}

function drawStep(context, place, t, picture) {
  const { data, ink } = picture;
  const { narrow, column, states, foot } = place;
  const x = middle(place, t);
  context.globalAlpha = t <= picture.at.time ? 1 : 0.4;
  write(context, `h${lower(t)}`, x, states - 9, { ink: ink.text, font: BOLD, align: "center" });
  units(context, data.states, t, states, 1, place, picture);
  units(context, data.moved, t, place.moves, data.limit, place, picture);
  if (t > 0) {
    arrow(context, ...wayTo(place, t), ink.text, 1.5);
    arrow(context, ...wayUp(place, t), ink.text, 1.5);
    if (!narrow) weight(context, "W_hh", x - column / 2, states - 28, picture);
    if (!narrow) weight(context, "W_xh", x - 16, foot + 17, picture, "left");
    drawInput(context, place, t, picture);
  }
  if (t <= picture.at.time) drawLeft(context, place, t, picture);
  context.globalAlpha = 1;
}

/** From the state before to this one: beside the names, or above them. */
function wayTo(place, t) {
  const [here, before] = [middle(place, t), middle(place, t - 1)];
  const [gap, up] = place.narrow ? [2, 31] : [17, 14];
  return [before + gap, here - gap].map((x) => [x, place.states - up]);
}

/** From the input of a step to its state. */
function wayUp(place, t) {
  const x = middle(place, t) - (place.narrow ? 0 : 22);
  return [place.inputs - 3, place.foot + 4].map((y) => [x, y]);
}

/** While time goes on, a dot runs to the next state along both of its arrows. */
function drawPulse(context, place, { ink, at: { time } }) {
  const share = time % 1;
  if (!share) return;
  for (const [from, to] of [wayTo(place, Math.ceil(time)), wayUp(place, Math.ceil(time))]) {
    const spot = from.map((start, axis) => start + share * (to[axis] - start));
    marker(context, 0, spot, 6, ink.encoder);
  }
}

function drawInput(context, place, t, { data, ink, palette, width }) {
  const { column, inputs } = place;
  const [value, poked] = [at(data.inputs, t - 1), at(data.poked_inputs, t - 1)];
  const [x, colour] = [middle(place, t), shade(palette, value)];
  const half = Math.min(21, column / 2 - 0.5);
  context.fillStyle = `rgb(${colour})`;
  context.fillRect(x - half, inputs, 2 * half, 22);
  context.strokeStyle = ink.line;
  context.strokeRect(x - half, inputs, 2 * half, 22);
  write(context, fixed(value, 1), x, inputs + 16, { ink: readableOn(colour), align: "center", room: 2 * half });
  if (data.poked !== INPUT || value === poked) return;
  outline(context, x - half - 1, inputs - 1, 2 * half + 2, 24);
  const text = `${signed(data.by)} ↕`;
  write(context, text, Math.min(x, width - 34), inputs + 39, { ink: ink.chosen, font: BOLD, align: "center" });
}

/** How high the bar of a share is. The axis ends at the largest; a logarithmic one begins at 0.01 %. */
function high(share, { bars: { tall } }, { data, settings }) {
  const most = Math.max(1, ...data.left.values);
  if (!settings.log_axis) return (tall * share) / most;
  return share > 1e-4 ? (tall * Math.log10(share * 1e4)) / Math.log10(most * 1e4) : 0;
}

/** What is left of the poke, as a bar and in per cent of its first effect; every other number where room is scarce. */
function drawLeft(context, place, t, picture) {
  const { narrow, column, bars } = place;
  const x = middle(place, t);
  const [tall, half] = [high(at(picture.data.left, t), place, picture), Math.min(14, column / 2 - 3)];
  context.fillStyle = picture.ink.encoder;
  context.fillRect(x - half, bars.top + bars.tall - tall, 2 * half, tall);
  if (narrow && (t - picture.settings.time) % 2) return;
  const text = narrow ? picture.data.percent[t].slice(0, -2) : picture.data.percent[t];
  write(context, text, Math.min(x, narrow ? picture.width - 23 : x), bars.top + bars.tall + 18, {
    ink: picture.ink.text,
    align: "center",
    room: narrow ? 2 * column - 4 : column - 4,
  });
}

function drawAxis(context, place, picture) {
  const { narrow, left, bars } = place;
  const { ink, settings, width, data } = picture;
  const ticks = settings.log_axis ? [1, data.heard, 1e-4] : [1, 0];
  for (const share of ticks) {
    const y = bars.top + bars.tall - high(share, place, picture);
    context.setLineDash(share === data.heard ? [6, 4] : []);
    const ends = [left, width - 2].map((x) => [x, y]);
    line(context, ends, 1, share === data.heard ? ink.text : ink.line);
    if (!narrow) write(context, `${number(100 * share)} %`, left - 6, y + 5, { ink: ink.text, align: "right" });
  }
  context.setLineDash([]);
}

/** What each row shows: beside it, or on a phone above it. */
function drawNames(context, place, { data, ink, palette, settings, width }) {
  const { narrow, tall, units: count, states, inputs, moves, bars } = place;
  const name = { ink: ink.text, font: BOLD };
  const limit = fixed(data.limit);
  const moved = data.limit >= 0.005;
  const most = moved ? `, from −${limit} to +${limit}` : ": nothing";
  const axis = settings.log_axis
    ? "log axis, dashed: 1 %, what is less is no longer heard"
    : "in per cent of its first effect";
  if (narrow) {
    const note = { ink: ink.text, room: width - 6, halo: ink.paper };
    const title = { ...name, halo: ink.paper };
    write(context, "states", 4, 15, title);
    write(context, "from −1 (orange) to +1 (purple)", 66, 15, { ...note, room: width - 68 });
    write(context, "→ by W_hh, and ↑ from the inputs by W_xh", 4, 34, note);
    write(context, "moved by the poke", 4, moves - 28, title);
    write(context, `each unit${most}`, 4, moves - 9, note);
    write(context, "what is left of the poke", 4, bars.top - 31, title);
    write(context, axis, 4, bars.top - 12, note);
    return;
  }
  for (const [text, y] of [
    ["states", states + (count / 2) * tall + 5],
    ["inputs", inputs + 16],
    ["moved by", moves + (count / 2) * tall - 4],
    ["the poke", moves + (count / 2) * tall + 15],
    ["what", bars.top + bars.tall / 2 - 4],
    ["is left of it", bars.top + bars.tall / 2 + 15],
  ])
    write(context, text, 4, y, name);
  scaleOfSigned(context, 96, states, count * tall, 1, { ink, palette });
  if (moved) scaleOfSigned(context, 96, moves, count * tall, limit, { ink, palette });
}

/** The column of the time, which can be dragged. */
function drawTime(context, { left, column, states, height }, { ink, at: { time } }) {
  const box = [left + time * column + 1, states - 1, column - 2, height - states - 2];
  context.fillStyle = ink.chosen;
  context.globalAlpha = 0.08;
  context.fillRect(...box);
  context.globalAlpha = 1;
  context.setLineDash([4, 3]);
  context.strokeStyle = ink.text;
  context.strokeRect(...box);
  context.setLineDash([]);
}

function draw(context, picture) {
  const { data, ink, settings, width } = picture;
  const place = layout(data, width);
  drawTime(context, place, picture);
  drawNames(context, place, picture);
  drawAxis(context, place, picture);
  for (let t = 0; t < place.steps; t++) drawStep(context, place, t, picture);
  drawPulse(context, place, picture);
  if (data.poked !== INPUT) {
    const text = `${data.poked} ${signed(data.by)}${data.poked.startsWith("W_") ? " at every step" : ""} ↕`;
    write(context, text, place.left, place.inputs + 39, { ink: ink.chosen, font: BOLD });
    const first = [middle(place, 0) - place.wide / 2 - 1, place.states - 1, place.wide + 2, place.tall + 2];
    if (data.poked.startsWith("h_0")) outline(context, ...first);
  }
  return `${place.steps - 1} steps; left of the poke after each: ${data.percent.join(", ")}. ${say(data, settings)}`;
}

const say = (data, { time }) => data.words[time];

/** What lies here: the input of a {step}, the {poke} itself, or a column of the {time}. */
function thingAt(x, y, { width, data, settings: { poked, step } }) {
  const { steps, left, column, tall, states, inputs, height } = layout(data, width);
  const [, t] = cellAt({ x: left, y: 0, wide: column, tall: height }, [1, steps], [x, y]) ?? [];
  if (t > 0 && y > inputs - 4 && y < inputs + 26) return { step: t };
  const beside = poked === INPUT ? t === step : x < left + 250; // its name stands there
  const onState = poked.startsWith("h_0") && t === 0 && y > states && y < states + tall;
  if (onState || (beside && y >= inputs + 26 && y < inputs + 46)) return { poke: true };
  return t === undefined ? {} : { time: t };
}

/** Pressing on an input pokes it, and dragging it or the poke up and down changes by how much; else time is dragged. */
function pointer() {
  let grip; // where the hand is -> the settings
  return (x, y, look, { type, buttons }) => {
    if (!buttons) grip = undefined;
    if (grip) return grip(x, y);
    if (type !== "pointerdown") return;
    const { step, poke, time } = thingAt(x, y, look);
    const { left, column, steps } = layout(look.data, look.width);
    const { by } = look.settings;
    if (step || poke)
      grip = (_, to) => ({ by: Math.max(-1, Math.min(1, Math.round(20 * (by + (y - to) / FINE)) / 20)) });
    else if (time !== undefined)
      grip = (to) => ({ time: Math.max(0, Math.min(steps - 1, Math.floor((to - left) / column))) });
    return step ? { poked: INPUT, step } : grip?.(x, y);
  };
}

function cursor(x, y, look) {
  const { step, poke, time } = thingAt(x, y, look);
  if (step || poke) return "ns-resize";
  return time === look.settings.time ? "ew-resize" : time === undefined ? "default" : "pointer";
}

function render(host) {
  return explorer(host, {
    title: "Unrolled in time",
    pictures: [{ height: (width, { data }) => layout(data, width).height, least: 310, draw, point: pointer(), cursor }],
    withScale: false,
    say,
  });
}

export default { render };
