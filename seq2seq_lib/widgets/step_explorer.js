import { arrow, BOLD, cellAt, line, marker, matrix, write } from "./drawings.js";
import { explorer } from "./explorer.js";
import { at, outline } from "./instrument.js";

const TOP = 62; // the names of the units, and of the matrices
const TALL = 34; // a row of the sum
const NAMES = 104; // the names of the factors
const WIDE = 64; // a cell
const TIMES = 30; // the sign between a factor and its weights
const SUMS = 200; // the arithmetic of the chosen unit
const GAP = 28; // above the past, and above the bias: their names
const heightOf = (rows) => TOP + rows * TALL + 2 * GAP + 4.5 * TALL;

const dash = (value, digits = 2) => (value < 0 ? `−${Math.abs(value).toFixed(digits)}` : value.toFixed(digits));

/** Where everything stands: factors, weights, the arithmetic beside them, and the curve. */
function layout(data, width) {
  const [rows, units] = data.weights.shape;
  const left = NAMES + WIDE + TIMES;
  const right = left + units * WIDE;
  const rowTop = (row) => TOP + row * TALL + (row >= data.inputs ? GAP : 0) + (row === rows - 1 ? GAP : 0);
  const below = rowTop(rows - 1) + TALL + 14;
  const start = right + SUMS + 40;
  return { rows, units, left, right, rowTop, below, curve: { x: start, y: TOP, wide: width - start - 14, tall: 230 } };
}

function boxOfRow(place, row) {
  return { x: place.left, y: place.rowTop(row), wide: WIDE, tall: TALL };
}

function drawNames(context, place, { data, ink, settings }) {
  const middle = place.left + (place.units * WIDE) / 2;
  for (let unit = 0; unit < place.units; unit++)
    write(context, `unit ${unit}`, place.left + (unit + 0.5) * WIDE, TOP - 38, {
      ink: ink.text,
      font: unit === settings.unit ? BOLD : undefined,
      align: "center",
    });
  for (const [row, factor, weights] of [
    [0, "x_t", "W_xh"],
    [data.inputs, "h_prev", "W_hh"],
    [place.rows - 1, "", "b_h"],
  ]) {
    const y = place.rowTop(row) - 8;
    write(context, factor, NAMES + WIDE / 2, y, { ink: ink.text, font: BOLD, align: "center" });
    write(context, weights, middle, y, { ink: ink.text, font: BOLD, align: "center" });
  }
  data.rows.forEach(({ factor }, row) => {
    const y = place.rowTop(row) + TALL / 2 + 5;
    write(context, factor || "bias", NAMES - 8, y, { ink: ink.faint, align: "right" });
    if (factor) write(context, "×", NAMES + WIDE + TIMES / 2, y, { ink: ink.text, font: BOLD, align: "center" });
  });
}

function drawCells(context, place, picture) {
  const { data, ink, palette, settings } = picture;
  const look = { palette, ink };
  for (let row = 0; row < place.rows; row++) {
    const box = boxOfRow(place, row);
    const weights = Array.from({ length: place.units }, (_, unit) => at(data.weights, row, unit));
    matrix(context, box, [weights], look);
    if (data.rows[row].factor) matrix(context, { ...box, x: NAMES }, [[at(data.factors, row)]], look);
    if (data.rows[row].factor === settings.number) outline(context, NAMES, box.y, WIDE, TALL);
    const column = data.rows[row].weights.indexOf(settings.number);
    if (column >= 0) outline(context, box.x + column * WIDE + 3, box.y + 3, WIDE - 6, TALL - 6);
  }
  for (const [name, values, row] of [
    ["sum a_t", data.sums, 0],
    ["h_t = tanh(a_t)", data.yours, 1.5],
  ]) {
    const y = place.below + row * TALL;
    write(context, name, place.left - 12, y + TALL / 2 + 5, { ink: ink.text, font: BOLD, align: "right" });
    matrix(context, { x: place.left, y, wide: WIDE, tall: TALL }, [[...values.values]], look);
  }
  line(
    context,
    [
      [place.left, place.below - 6],
      [place.right, place.below - 6],
    ],
    2,
    ink.text,
  );
  const bottom = place.below + 2.5 * TALL;
  for (let unit = 0; unit < place.units; unit++)
    if (!data.right[unit])
      write(context, `≠ ${dash(at(data.states, unit))}`, place.left + (unit + 0.5) * WIDE, bottom + 20, {
        ink: ink.orange,
        font: BOLD,
        align: "center",
      });
  outline(context, place.left + settings.unit * WIDE, TOP - 28, WIDE, bottom - TOP + 32);
}

/** The products of the chosen unit, each beside its row, and their sum. */
function drawSum(context, place, { data, ink, settings: { unit } }) {
  const x = place.right + 24;
  write(context, `what unit ${unit} adds up`, x, TOP - 38, { ink: ink.text, font: BOLD });
  for (let row = 0; row < place.rows; row++) {
    const y = place.rowTop(row) + TALL / 2 + 5;
    const [weight, product] = [at(data.weights, row, unit), at(data.products, row, unit)];
    const shown = data.rows[row].factor ? `${dash(at(data.factors, row))} × ${dash(weight)}` : "1 × bias";
    write(context, shown, x, y, { ink: ink.faint });
    write(context, "=", x + 116, y, { ink: ink.faint });
    write(context, dash(product), x + 180, y, { ink: ink.text, align: "right" });
  }
  const [sum, state] = [at(data.sums, unit), at(data.yours, unit)];
  write(context, dash(sum), x + 180, place.below + TALL / 2 + 5, { ink: ink.text, font: BOLD, align: "right" });
  const text = data.right[unit] ? `tanh(${dash(sum)}) = ${dash(state)}` : `your step: ${dash(state)}`;
  write(context, text, x + 180, place.below + 2 * TALL + 5, { ink: ink.text, font: BOLD, align: "right" });
}

/** The curve of tanh, with all units on it; the chosen one is larger. */
function drawCurve(context, { curve: { x, y, wide, tall } }, { data, ink, settings }) {
  if (wide < 110) return;
  const across = (a) => x + (wide * (Math.max(-4, Math.min(4, a)) + 4)) / 8;
  const up = (h) => y + (tall * (1.15 - Math.max(-1.15, Math.min(1.15, h)))) / 2.3;
  write(context, "tanh", x + wide / 2, TOP - 38, { ink: ink.text, font: BOLD, align: "center" });
  for (const [from, to] of [
    [
      [x, up(0)],
      [x + wide, up(0)],
    ],
    [
      [across(0), y],
      [across(0), y + tall],
    ],
  ])
    line(context, [from, to], 1, ink.line);
  for (const h of [-1, 1]) write(context, dash(h, 0), across(0) - 6, up(h) + 5, { ink: ink.faint, align: "right" });
  const steps = data.curve.shape[1];
  const points = Array.from({ length: steps }, (_, i) => [across(at(data.curve, 0, i)), up(at(data.curve, 1, i))]);
  line(context, points, 2, ink.faint);
  for (const a of [-4, 0, 4]) write(context, dash(a, 0), across(a), y + tall + 18, { ink: ink.faint, align: "center" });
  write(context, "sum a_t", x + wide / 2, y + tall + 38, { ink: ink.faint, align: "center" });
  for (let unit = 0; unit < data.sums.shape[0]; unit++) {
    const chosen = unit === settings.unit;
    const spot = [across(at(data.sums, unit)), up(at(data.yours, unit))];
    marker(context, data.right[unit] ? 0 : 3, spot, chosen ? 9 : 6, chosen ? ink.blue : ink.faint);
    if (chosen) arrow(context, [spot[0], up(0)], [spot[0], spot[1] + (spot[1] < up(0) ? 12 : -12)], ink.blue, 2);
  }
}

function draw(context, picture) {
  const place = layout(picture.data, picture.width);
  drawNames(context, place, picture);
  drawCells(context, place, picture);
  drawSum(context, place, picture);
  drawCurve(context, place, picture);
  return say(picture.data, picture.settings);
}

const say = (data, { unit }) => data.words[unit];

/** Pointing at a column chooses its unit; dragging a number up or down changes it. */
function pointer() {
  let grip;
  return (x, y, { width, data }, event) => {
    const place = layout(data, width);
    if (!event.buttons) grip = undefined;
    if (grip) return { value: Math.max(-3, Math.min(3, Math.round(20 * (grip.value + (grip.y - y) / 40)) / 20)) };
    const unit = Math.floor((x - place.left) / WIDE);
    const onColumn = unit >= 0 && unit < place.units && y > TOP - 54 && y < place.below + 3 * TALL;
    if (event.type !== "pointerdown") return onColumn ? { unit } : undefined;
    const number = numberAt(place, data, x, y);
    if (!number) return;
    grip = { y, value: data.numbers[number] };
    return onColumn ? { unit, number } : { number };
  };
}

function numberAt(place, data, x, y) {
  for (let row = 0; row < place.rows; row++) {
    const box = boxOfRow(place, row);
    if (data.rows[row].factor && cellAt({ ...box, x: NAMES }, [1, 1], [x, y])) return data.rows[row].factor;
    const cell = cellAt(box, [1, place.units], [x, y]);
    if (cell) return data.rows[row].weights[cell[1]];
  }
}

/** The slider shows the chosen number. Moved itself, it changes it. */
function follow({ number, value, edits }, data, moved) {
  if (moved.includes("value")) return { edits: { ...edits, [number]: value } };
  return { value: edits[number] ?? data.numbers[number] };
}

function render(host) {
  const height = heightOf(host.model.get("first").content.rows.length);
  return explorer(host, { title: "One step", pictures: [{ height, draw, point: pointer() }], follow, say });
}

export default { render };
