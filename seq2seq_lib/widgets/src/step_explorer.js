import { BOLD, cellAt, line, marker, matrix, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, FONT, outline, received } from "./shared/instrument.js";

const LARGE = "16px system-ui, sans-serif";
const TALL = 30; // a row
const TITLE = 30; // the line above a block of rows
const NAMES = 82; // the names of the factors
const TIMES = 24; // the sign between a factor and its weights
const PRODUCTS = 88; // the products of the chosen unit
const LINE = 23; // of text
const LIMIT = 2; // this number has the strongest colour

/** Where everything stands: factors, weights, the products beside them, the curve, and the arithmetic below. */
function layout(data, width) {
  const [rows, units] = data.weights.shape;
  const wide = Math.min(66, (width - NAMES - TIMES - PRODUCTS - 196) / (units + 1));
  const left = NAMES + wide + TIMES;
  const right = left + units * wide;
  const tops = [];
  for (let row = 0, y = 34; row < rows; row++, y += TALL) {
    if ([0, data.inputs, rows - 1].includes(row)) y += TITLE;
    tops.push(y);
  }
  const sum = tops.at(-1) + TALL + 16;
  const state = sum + TALL + 8;
  const text = state + TALL + 50; // below it the state that it should be, where it is not
  const x = right + PRODUCTS + 44;
  const curve = { x, y: 64, wide: width - x - 12, tall: Math.min(260, state - 110) };
  return { rows, units, wide, left, right, tops, sum, state, text, curve, lines: Math.ceil((rows - 1) / 3) };
}

/** How high the picture is: room for the arithmetic however long its numbers, the state, and two lines about it. */
function heightOf(data) {
  const { text, lines } = layout(data, 700);
  return text + (lines + 3) * LINE - 10;
}

function drawNames(context, { rows, units, wide, left, tops }, { data, ink, settings: { unit } }) {
  const blocks = [
    [0, "x_t", "W_xh"],
    [data.inputs, "h_prev", "W_hh"],
    [rows - 1, "", "b_h"],
  ];
  for (const [row, factor, weights] of blocks) {
    write(context, factor, NAMES + wide / 2, tops[row] - 8, { ink: ink.text, font: BOLD, align: "center" });
    write(context, weights, left + (units * wide) / 2, tops[row] - 8, { ink: ink.text, font: BOLD, align: "center" });
  }
  for (let u = 0; u < units; u++)
    write(context, `unit ${u}`, left + (u + 0.5) * wide, 28, {
      ink: ink.text,
      font: u === unit ? `bold ${FONT}` : FONT,
      align: "center",
      room: wide - 4,
    });
  write(context, "drag any number ↕", 4, 28, { ink: ink.faint, room: left - 10 });
  tops.forEach((top, row) => {
    const { factor } = data.rows[row];
    write(context, factor, NAMES - 8, top + TALL / 2 + 5, { ink: ink.text, align: "right" });
    if (factor)
      write(context, "×", left - TIMES / 2, top + TALL / 2 + 5, { ink: ink.text, font: BOLD, align: "center" });
  });
}

/** The numbers that can be dragged, and around those of the chosen unit a frame. */
function drawNumbers(context, { rows, units, wide, left, tops }, look) {
  const { data, settings } = look;
  tops.forEach((y, row) => {
    const box = { x: left, y, wide, tall: TALL };
    matrix(context, box, [Array.from({ length: units }, (_, u) => at(data.weights, row, u))], look);
    if (row < rows - 1) matrix(context, { ...box, x: NAMES }, [[at(data.factors, row)]], look);
  });
  const ends = [data.inputs, rows - 1, rows];
  [0, ...ends].slice(0, 3).forEach((first, block) => {
    outline(context, left + settings.unit * wide, tops[first], wide, (ends[block] - first) * TALL);
  });
  context.setLineDash([4, 4]); // the chosen number
  tops.forEach((y, row) => {
    const { factor, weights } = data.rows[row];
    const column = weights.indexOf(settings.number);
    if (factor === settings.number) outline(context, NAMES + 2, y + 2, wide - 4, TALL - 4);
    if (column >= 0) outline(context, left + column * wide + 2, y + 2, wide - 4, TALL - 4);
  });
  context.setLineDash([]);
}

/** Below the line: the sums, the states as the step gives them, and what they should be where they are not. */
function drawResults(context, { wide, left, right, sum, state }, look) {
  const { data, ink, settings } = look;
  straight(context, [NAMES, sum - 8], [right + PRODUCTS, sum - 8], ink.text, 2);
  const wrong = data.right.includes(false);
  for (const [name, values, y] of [
    ["sum a_t", data.sums, sum],
    [wrong ? "your step's h_t" : "h_t = tanh(a_t)", data.yours, state],
  ]) {
    write(context, name, left - 10, y + TALL / 2 + 5, { ink: ink.text, font: BOLD, align: "right" });
    matrix(context, { x: left, y, wide, tall: TALL }, [values.values], look);
    outline(context, left + settings.unit * wide, y, wide, TALL);
  }
  const flag = { ink: ink.wrong, font: `bold ${FONT}` };
  if (wrong) write(context, "tanh(a_t)", left - 10, state + TALL + 20, { ...flag, align: "right" });
  data.words.forEach(({ should }, unit) => {
    const x = left + (unit + 0.5) * wide;
    if (!data.right[unit]) write(context, should, x, state + TALL + 20, { ...flag, align: "center", room: wide - 2 });
  });
}

/** The products of the chosen unit, each in its row; and below, all in one sum. */
function drawArithmetic(context, { right, tops, sum, state, text }, { data, ink, settings, width }) {
  const { products, results, pieces, state: verdict, comment } = data.words[settings.unit];
  const end = { ink: ink.text, font: LARGE, align: "right" };
  const x = right + PRODUCTS - 6;
  write(context, "product", x, 28, { ...end, font: `bold ${FONT}` });
  products.forEach((product, row) => {
    write(context, product, x, tops[row] + TALL / 2 + 5, end);
  });
  write(context, results[0], x, sum + TALL / 2 + 5, { ...end, font: BOLD });
  write(context, results[1], x, state + TALL / 2 + 5, { ...end, font: BOLD });
  const wrong = !data.right[settings.unit];
  let [across, y] = [4, text];
  context.font = LARGE;
  for (const piece of pieces) {
    const long = context.measureText(`${piece} `).width;
    if (across > 4 && across + long > width - 4) [across, y] = [30, y + LINE];
    write(context, piece, across, y, { ink: ink.text, font: LARGE });
    across += long;
  }
  y += LINE + 4;
  write(context, verdict, 4, y, { ink: wrong ? ink.wrong : ink.text, font: BOLD, room: width - 8 });
  write(context, comment, 4, y + LINE, { ink: ink.text, font: LARGE, room: width - 8 });
}

/** The curve of tanh with all units on it, and the chosen one with its way down to a_t and across to h_t. */
function drawCurve(context, { curve: { x, y, wide, tall } }, { data, ink, settings }) {
  const across = (a) => x + (wide * (Math.max(-4, Math.min(4, a)) + 4)) / 8;
  const up = (h) => y + (tall * (1.2 - Math.max(-1.2, Math.min(1.2, h)))) / 2.4;
  const centre = { ink: ink.text, align: "center" };
  write(context, "h_t = tanh(a_t)", x + wide / 2, 28, { ...centre, font: BOLD, room: wide + 40 });
  context.setLineDash([3, 4]);
  for (const h of [data.saturated, -data.saturated]) straight(context, [x, up(h)], [x + wide, up(h)], ink.faint);
  context.setLineDash([]);
  write(context, "saturated", x + 2, up(data.saturated) - 7, { ink: ink.text });
  write(context, "saturated", x + wide - 2, up(-data.saturated) + 17, { ink: ink.text, align: "right" });
  straight(context, [x, up(0)], [x + wide, up(0)], ink.line);
  straight(context, [across(0), y], [across(0), y + tall], ink.line);
  ["−1", "0", "1"].forEach((text, i) => {
    write(context, text, x - 8, up(i - 1) + 5, { ink: ink.text, align: "right" });
  });
  ["−4", "0", "4"].forEach((text, i) => {
    write(context, text, across(4 * (i - 1)), y + tall + 18, centre);
  });
  write(context, "a_t", x + (wide * 3) / 4, y + tall + 18, { ...centre, font: BOLD });
  const points = data.curve.shape[1];
  const curve = Array.from({ length: points }, (_, i) => [across(at(data.curve, 0, i)), up(at(data.curve, 1, i))]);
  line(context, curve, 3, ink.text);
  const units = data.words.map((_, unit) => unit).filter((unit) => unit !== settings.unit);
  for (const unit of [...units, settings.unit]) {
    const [a, h] = [across(at(data.sums, unit)), up(at(data.yours, unit))];
    const chosen = unit === settings.unit;
    const right = data.right[unit];
    const colour = right ? ink.encoder : ink.wrong;
    if (chosen) straight(context, [a, up(0)], [a, h], colour, 2);
    if (chosen) straight(context, [across(0), h], [a, h], colour, 2);
    marker(context, right ? 0 : 3, [a, h], right ? 11 : 14, chosen ? colour : ink.line);
    write(context, unit, a, h + 5, { ...centre, ink: chosen ? ink.paper : ink.text, font: `bold ${FONT}` });
  }
  ["a_t", "h_t"].forEach((name, i) => {
    const text = `${name}[${settings.unit}] ${data.words[settings.unit].results[i]}`;
    write(context, text, x + wide / 2, y + tall + 44 + i * LINE, { ...centre, font: BOLD });
  });
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

/** Pointing at a column chooses its unit; dragging a number up or down changes it. */
function pointer() {
  let grip;
  return (x, y, { width, data }, event) => {
    const place = layout(data, width);
    const released = grip && !event.buttons;
    if (!event.buttons) grip = undefined;
    if (released) return; // the unit in view stays, until the pointer moves on
    if (grip) {
      const value = Math.round(20 * (grip.value + (grip.y - y) / 40)) / 20; // in twentieths
      return { value: Math.max(-data.largest, Math.min(data.largest, value)) };
    }
    const column = Math.floor((x - place.left) / place.wide);
    const onUnit = column >= 0 && column < place.units && y < place.state + TALL;
    const meant = onUnit ? { unit: column } : {};
    const number = event.type === "pointerdown" && numberAt(place, data, [x, y]);
    if (!number) return meant;
    grip = { y, value: data.numbers[number] };
    return { ...meant, number };
  };
}

function numberAt({ units, wide, left, tops }, data, point) {
  for (const [row, y] of tops.entries()) {
    const { factor, weights } = data.rows[row];
    if (factor && cellAt({ x: NAMES, y, wide, tall: TALL }, [1, 1], point)) return factor;
    const cell = cellAt({ x: left, y, wide, tall: TALL }, [1, units], point);
    if (cell) return weights[cell[1]];
  }
}

/** The slider shows the chosen number. Moved itself, it changes it. */
function follow({ number, value, edits }, data, moved) {
  if (moved.includes("value")) return { edits: { ...edits, [number]: value } };
  return { value: edits[number] ?? data.numbers[number] };
}

function render(host) {
  const height = heightOf(received(host.model.get("shown")).frame);
  return explorer(host, {
    title: "One step",
    pictures: [{ height, draw, point: pointer() }],
    withScale: LIMIT,
    follow,
    say,
  });
}

export default { render };
