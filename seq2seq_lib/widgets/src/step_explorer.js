import { BOLD, cellAt, line, marker, matrix, paragraph, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, FONT, outline } from "./shared/instrument.js";
import { number } from "./shared/numbers.js";

const LARGE = "16px system-ui, sans-serif";
const NARROW = 680; // px: below it the curve stands under the numbers
const TITLE = 25; // the line above a block of rows
const LINE = 22; // of text
const LIMIT = 2; // this number has the strongest colour

/** Where everything stands: factors, weights, the products beside them, the curve, and the arithmetic below. */
function layout(data, width) {
  const [rows, units] = data.weights.shape;
  const narrow = width < NARROW;
  const [names, times, products] = narrow ? [30, 18, 72] : [82, 24, 88]; // wide: names, signs, products of the unit
  const wide = Math.min(66, (width - names - times - products - (narrow ? 0 : 290)) / (units + 1));
  const tall = Math.min(27, 180 / rows); // a row
  const left = names + wide + times;
  const right = left + units * wide;
  const tops = [];
  for (let row = 0, y = 20; row < rows; row++, y += tall) {
    if ([0, data.inputs, rows - 1].includes(row)) y += TITLE;
    tops.push(y);
  }
  const sum = tops.at(-1) + tall + 12;
  const state = sum + tall + 6;
  const below = state + tall + 22; // under the states stand those that they should be, where they are not
  const beside = right + products + 44;
  const curve = narrow
    ? { x: 32, y: below + 26, wide: width - 46, tall: 150 }
    : { x: beside, y: 34, wide: width - beside - 12, tall: state + tall - 54 };
  const text = narrow ? curve.y + curve.tall + 50 : below + (data.right.includes(false) ? 18 : 10);
  return { rows, units, narrow, names, times, products, wide, tall, left, right, tops, sum, state, curve, text };
}

/** How high the picture is: room for the arithmetic however long its numbers, and for what is said of the state. */
function heightOf(width, { data }) {
  const { rows, narrow, text } = layout(data, width);
  const sums = Math.ceil((rows + 1) / Math.floor(width / (narrow ? 140 : 190)));
  const verdict = data.right.includes(false) ? 2 : 1;
  return text + (sums + verdict) * LINE - 14;
}

function drawNames(context, place, { data, ink, at: { unit } }) {
  const { rows, units, narrow, names, times, wide, tall, left, tops } = place;
  const blocks = [
    [0, "x_t", "W_xh"],
    [data.inputs, "h_prev", "W_hh"],
    [rows - 1, "", "b_h"],
  ];
  for (const [row, factor, weights] of blocks) {
    write(context, factor, names + wide / 2, tops[row] - 6, { ink: ink.text, font: BOLD, align: "center" });
    write(context, weights, left + (units * wide) / 2, tops[row] - 6, { ink: ink.text, font: BOLD, align: "center" });
  }
  for (let u = 0; u < units; u++)
    write(context, narrow ? u : `unit ${u}`, left + (u + 0.5) * wide, 15, {
      ink: ink.text,
      font: u === Math.round(unit) ? `bold ${FONT}` : FONT,
      align: "center",
      room: wide - 4,
    });
  write(context, narrow ? "drag ↕" : "drag a number ↕", 4, 15, { ink: ink.faint, room: left - 10 });
  tops.forEach((top, row) => {
    const { factor } = data.rows[row];
    const name = narrow ? factor.replace(/^\w+/, "") : factor;
    write(context, name, names - 8, top + tall / 2 + 5, { ink: ink.text, align: "right" });
    if (factor)
      write(context, "×", left - times / 2, top + tall / 2 + 5, { ink: ink.text, font: BOLD, align: "center" });
  });
}

/** The numbers that can be dragged, and around those of the chosen unit a frame. */
function drawNumbers(context, { rows, units, names, wide, tall, left, tops }, look) {
  const { data, settings } = look;
  tops.forEach((y, row) => {
    const box = { x: left, y, wide, tall };
    matrix(context, box, [Array.from({ length: units }, (_, u) => at(data.weights, row, u))], look);
    if (row < rows - 1) matrix(context, { ...box, x: names }, [[at(data.factors, row)]], look);
  });
  const ends = [data.inputs, rows - 1, rows];
  [0, ...ends].slice(0, 3).forEach((first, block) => {
    outline(context, left + look.at.unit * wide, tops[first], wide, (ends[block] - first) * tall);
  });
  context.setLineDash([4, 4]); // the chosen number
  tops.forEach((y, row) => {
    const { factor, weights } = data.rows[row];
    const column = weights.indexOf(settings.number);
    if (factor === settings.number) outline(context, names + 2, y + 2, wide - 4, tall - 4);
    if (column >= 0) outline(context, left + column * wide + 2, y + 2, wide - 4, tall - 4);
  });
  context.setLineDash([]);
}

/** Below the line: the sums, the states as the step gives them, and what they should be where they are not. */
function drawResults(context, { narrow, names, products, wide, tall, left, right, sum, state }, look) {
  const { data, ink } = look;
  straight(context, [narrow ? 4 : names, sum - 6], [right + products - 4, sum - 6], ink.text, 2);
  const wrong = data.right.includes(false);
  const h_t = wrong ? (narrow ? "your h_t" : "your step's h_t") : narrow ? "h_t" : "h_t = tanh(a_t)";
  for (const [name, values, y] of [
    ["sum a_t", data.sums, sum],
    [h_t, data.yours, state],
  ]) {
    write(context, name, left - 10, y + tall / 2 + 5, { ink: ink.text, font: BOLD, align: "right" });
    matrix(context, { x: left, y, wide, tall }, [values.values], look);
    outline(context, left + look.at.unit * wide, y, wide, tall);
  }
  const flag = { ink: ink.wrong, font: `bold ${FONT}` };
  if (wrong) write(context, "tanh(a_t)", left - 10, state + tall + 17, { ...flag, align: "right" });
  data.words.forEach(({ should }, unit) => {
    const x = left + (unit + 0.5) * wide;
    if (!data.right[unit]) write(context, should, x, state + tall + 17, { ...flag, align: "center", room: wide - 2 });
  });
}

/** The products of the chosen unit, each in its row; and below, all in one sum. */
function drawArithmetic(context, place, { data, ink, settings, width }) {
  const { narrow, right, tops, tall, products: wide, sum, state, text } = place;
  const { products, results, pieces, state: verdict, comment } = data.words[settings.unit];
  const font = narrow ? FONT : LARGE;
  const end = { ink: ink.text, font, align: "right" };
  const x = right + wide - 6;
  write(context, "product", x, 15, { ...end, font: `bold ${FONT}` });
  products.forEach((product, row) => {
    write(context, product, x, tops[row] + tall / 2 + 5, end);
  });
  write(context, results[0], x, sum + tall / 2 + 5, { ...end, font: `bold ${font}` });
  write(context, results[1], x, state + tall / 2 + 5, { ...end, font: `bold ${font}` });
  const wrong = !data.right[settings.unit];
  const look = { ink: ink.text, font, room: width - 8, pitch: LINE };
  const y = paragraph(context, pieces, 4, text, look);
  const next = paragraph(context, verdict.split(" "), 4, y, {
    ...look,
    ink: wrong ? ink.wrong : ink.text,
    font: BOLD,
  });
  if (narrow) return; // there the sentence below the picture has to do
  const beside = 20 + context.measureText(verdict).width;
  context.font = font;
  const fits = !wrong && beside + context.measureText(comment).width < width;
  paragraph(context, comment.split(" "), fits ? beside : 4, fits ? y : next, look);
}

/** The curve of tanh with all units on it, and the chosen one with its way down to a_t and across to h_t. */
function drawCurve(context, { curve }, { data, ink, settings }) {
  const { x, y, wide } = curve;
  const place = onCurve(curve);
  const [left, bottom] = place(-4, -1.2);
  const centre = { ink: ink.text, align: "center" };
  write(context, "h_t = tanh(a_t)", x + wide / 2, y - 12, { ...centre, font: BOLD });
  context.setLineDash([3, 4]);
  for (const h of [data.saturated, -data.saturated]) straight(context, place(-4, h), place(4, h), ink.faint);
  context.setLineDash([]);
  write(context, "saturated", x + 2, place(0, data.saturated)[1] - 7, { ink: ink.text });
  write(context, "saturated", x + wide - 2, place(0, -data.saturated)[1] + 17, { ink: ink.text, align: "right" });
  write(context, "drag a point ↔", x + wide - 2, place(0, -0.4)[1] + 5, { ink: ink.faint, align: "right" });
  straight(context, place(-4, 0), place(4, 0), ink.line);
  straight(context, place(0, 1.2), place(0, -1.2), ink.line);
  [-1, 0, 1].forEach((h) => {
    write(context, number(h), left - 8, place(0, h)[1] + 5, { ink: ink.text, align: "right" });
  });
  [-4, 0, 4].forEach((a) => {
    write(context, number(a), place(a, 0)[0], bottom + 18, centre);
  });
  write(context, "a_t", x + (wide * 3) / 4, bottom + 18, { ...centre, font: BOLD });
  const points = data.curve.shape[1];
  line(
    context,
    Array.from({ length: points }, (_, i) => place(at(data.curve, 0, i), at(data.curve, 1, i))),
    3,
    ink.text,
  );
  for (const unit of inFront(data, settings.unit)) drawPoint(context, place, unit, { data, ink, settings });
}

/** The units, the chosen one last: it lies on top. */
const inFront = (data, chosen) => data.words.map((_, unit) => unit).sort((a, b) => (a === chosen) - (b === chosen));

/** The place of a sum and its state. */
const onCurve =
  ({ x, y, wide, tall }) =>
  (a, h) => [
    x + (wide * (Math.max(-4, Math.min(4, a)) + 4)) / 8,
    y + (tall * (1.2 - Math.max(-1.2, Math.min(1.2, h)))) / 2.4,
  ];

function drawPoint(context, place, unit, { data, ink, settings }) {
  const [a, h] = place(at(data.sums, unit), at(data.yours, unit));
  const [chosen, right] = [unit === settings.unit, data.right[unit]];
  const colour = right ? ink.encoder : ink.wrong;
  if (chosen) straight(context, [a, place(0, 0)[1]], [a, h], colour, 2);
  if (chosen) straight(context, [place(0, 0)[0], h], [a, h], colour, 2);
  marker(context, right ? 0 : 3, [a, h], right ? 11 : 14, chosen ? colour : ink.line);
  write(context, unit, a, h + 5, { ink: chosen ? ink.paper : ink.text, font: `bold ${FONT}`, align: "center" });
}

function straight(context, from, to, colour, width = 1) {
  line(context, [from, to], width, colour);
}

function draw(context, picture) {
  const place = layout(picture.data, picture.width);
  const look = { ...picture, limit: LIMIT };
  for (const paint of [drawNames, drawNumbers, drawResults, drawArithmetic, drawCurve]) paint(context, place, look);
  const { pieces, state, comment } = picture.data.words[picture.settings.unit];
  return `${say(picture.data, picture.settings)} ${pieces.join(" ")}; ${state} ${comment}`;
}

const say = (data, { unit }) => data.words[unit].says;

/**
 * Pointing at a column chooses its unit; dragging a number up or down changes it. Dragging a point along the curve
 * changes what moves that unit alone: its bias.
 */
function pointer() {
  let grip; // where the hand is -> the value
  return (x, y, { width, data }, event) => {
    const released = grip && !event.buttons;
    if (!event.buttons) grip = undefined;
    if (released) return; // the unit in view stays, until the pointer moves on
    if (grip) {
      const value = Math.round(20 * grip(x, y)) / 20; // in twentieths
      return { value: Math.max(-data.largest, Math.min(data.largest, value)) };
    }
    const place = layout(data, width);
    const { number: name, unit, along } = thingAt(place, data, [x, y]);
    if (name === undefined || event.type !== "pointerdown") return along ? {} : unit === undefined ? {} : { unit };
    const [value, perPixel] = [data.numbers[name], along ? 8 / place.curve.wide : 1 / 40];
    grip = along ? (to) => value + (to - x) * perPixel : (_, to) => value + (y - to) * perPixel;
    return unit === undefined ? { number: name } : { number: name, unit };
  };
}

/** What lies here: {the unit, the number that the hand can drag, whether it does so along the curve}. */
function thingAt(place, data, [x, y]) {
  const { names, units, wide, tall, left, tops, state } = place;
  for (const unit of data.words.keys()) {
    const [a, h] = onCurve(place.curve)(at(data.sums, unit), at(data.yours, unit));
    if (Math.hypot(x - a, y - h) < 18) return { unit, number: data.rows.at(-1).weights[unit], along: true };
  }
  const column = Math.floor((x - left) / wide);
  const unit = column >= 0 && column < units && y < state + tall ? column : undefined;
  for (const [row, top] of tops.entries()) {
    const { factor, weights } = data.rows[row];
    if (factor && cellAt({ x: names, y: top, wide, tall }, [1, 1], [x, y])) return { number: factor };
    if (unit !== undefined && cellAt({ x: left, y: top, wide, tall }, [1, units], [x, y]))
      return { unit, number: weights[unit] };
  }
  return { unit };
}

function cursor(x, y, { width, data }) {
  const { unit, number: name, along } = thingAt(layout(data, width), data, [x, y]);
  if (along) return "ew-resize";
  return name ? "ns-resize" : unit === undefined ? "default" : "pointer";
}

/** The slider shows the chosen number. Moved itself, it changes it. */
function follow({ number, value, edits }, data, moved) {
  if (moved.includes("value")) return { edits: { ...edits, [number]: value } };
  return { value: edits[number] ?? data.numbers[number] };
}

function render(host) {
  return explorer(host, {
    title: "One step",
    pictures: [{ height: heightOf, least: 310, draw, point: pointer(), cursor }],
    withScale: LIMIT,
    follow,
    say,
  });
}

export default { render };
