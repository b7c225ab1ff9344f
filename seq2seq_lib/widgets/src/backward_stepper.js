import { arrow, BOLD, lower, matrix, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, FONT, outline, received } from "./shared/instrument.js";

const TALL = 24; // a cell
const MARGIN = 68; // left of the columns: the names of the units

/** One matrix out of a stack of them, as lists of numbers. */
function table(stack, index) {
  const [, rows, columns] = stack.shape;
  return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => at(stack, index, i, j)));
}

/** Where everything stands. */
function places(width, data) {
  const [states, units] = data.forward.h.shape;
  const inputs = data.forward.x.shape[1];
  const slot = (width - MARGIN) / states;
  const pitch = (width - MARGIN) / 7;
  const unrolled = { top: 62, slot, wide: Math.min(60, 0.38 * slot) };
  unrolled.inputs = unrolled.top + units * TALL + 30;
  const step = { top: unrolled.inputs + inputs * TALL + 78, pitch, wide: Math.min(64, pitch - 34) };
  const sums = { left: 110, top: step.top + units * TALL + 132, units };
  sums.group = (width - sums.left) / 3;
  sums.wide = Math.min(60, (sums.group - 16) / units);
  sums.below = sums.top + Math.max(units, inputs) * TALL + 30;
  return { unrolled, step, sums, verdict: sums.below + Math.max(units, inputs) * TALL + 28, states, units, inputs };
}

/** The network unrolled: each value, and beside it its gradient as soon as the walk has come there. */
function drawUnrolled(context, { unrolled, states, units, inputs }, now, look) {
  const { data, ink } = look;
  const { top, slot, wide } = unrolled;
  const steps = states - 1;
  unitNames(context, top, units, look);
  const right = { ink: ink.text, align: "right" };
  for (let i = 0; i < inputs; i++)
    write(context, `input ${i}`, MARGIN + slot - 12, unrolled.inputs + (i + 0.5) * TALL + 5, right);
  write(context, "→ values", 4, 14, { ink: ink.text });
  write(context, "← gradients", 4, 33, { ink: ink.gradient, font: `bold ${FONT}` });
  for (let t = 0; t < states; t++) {
    const box = { x: MARGIN + t * slot, y: top, wide, tall: TALL };
    const reached = t >= now || (t === 0 && now === 1);
    const gradient = t ? [data.walk.dh, steps - t] : [data.walk.dh_prev, steps - 1]; // behind h₀ there is no step
    names(context, `h${lower(t)}`, `dh${lower(t)}`, box, -8, ink);
    pair(context, box, table(data.forward.h, t), reached && table(...gradient), look);
    if (t === now) outline(context, box.x - 1, top - 1, 2 * wide + 2, units * TALL + 3);
    if (t === 0) continue;
    const input = { ...box, y: unrolled.inputs };
    names(context, `x${lower(t)}`, `dx${lower(t)}`, input, inputs * TALL + 17, ink);
    pair(context, input, table(data.forward.x, t - 1), reached && table(data.walk.dx, steps - t), look);
    ways(
      context,
      box,
      { slot, input, foot: top + units * TALL },
      { reached, near: t <= now + 1 },
      data.counts[t - 1],
      ink,
    );
  }
}

/** A column of values, and beside it their gradients: empty cells where the walk has not come yet. */
function pair(context, box, values, gradients, look) {
  matrix(context, box, values, look);
  const beside = { ...box, x: box.x + box.wide };
  if (gradients) matrix(context, beside, gradients, look);
  context.strokeStyle = look.ink.line;
  for (let i = 0; i < values.length && !gradients; i++)
    context.strokeRect(beside.x + 0.5, box.y + i * TALL + 0.5, box.wide, TALL);
}

/** The arrows around one state: values up and to the right, gradients down and to the left. */
function ways(context, { x, y, wide }, { slot, input, foot }, { reached, near }, counts, ink) {
  const [value, gradient] = [x + 0.5 * wide, x + 1.5 * wide];
  const [before, here] = [x - slot + 2 * wide + 3, x - 3];
  const width = near ? 3 : 2; // the two that count in this step are thicker
  write(context, counts ? "loss" : "no loss", x + wide, 14, { ink: counts ? ink.text : ink.faint, align: "center" });
  if (counts) arrow(context, [value, y - 26], [value, 20], ink.text);
  if (counts && reached) back(context, [gradient, 20], [gradient, y - 26], ink, width);
  arrow(context, [before, y + TALL / 2], [here, y + TALL / 2], ink.text);
  if (reached) back(context, [here, foot - TALL / 2], [before, foot - TALL / 2], ink, width);
  arrow(context, [value, input.y - 3], [value, foot + 3], ink.text);
  if (reached) back(context, [gradient, foot + 3], [gradient, input.y - 3], ink, 2);
}

/** The arrow of a gradient: dashed, as in every drawing. */
function back(context, from, to, ink, width) {
  context.setLineDash([6, 3]);
  arrow(context, from, to, ink.gradient, width);
  context.setLineDash([]);
}

/** The names of the rows, that of the chosen unit in bold. */
function unitNames(context, top, units, { ink, settings }) {
  for (let u = 0; u < units; u++)
    write(context, `unit ${u}`, MARGIN - 12, top + (u + 0.5) * TALL + 5, {
      ink: ink.text,
      font: u === settings.unit ? `bold ${FONT}` : FONT,
      align: "right",
    });
}

function names(context, value, gradient, { x, y, wide }, below, ink) {
  write(context, value, x + wide / 2, y + below, { ink: ink.text, align: "center" });
  write(context, gradient, x + 1.5 * wide, y + below, { ink: ink.gradient, font: `bold ${FONT}`, align: "center" });
}

/** What comes into this step, and what leaves it: columns with the signs of the arithmetic between them. */
function drawStep(context, { step, states, units }, now, look) {
  const { data, ink, settings } = look;
  const { top, pitch, wide } = step;
  const k = settings.step - 1;
  const [later, earlier] = [lower(now + 1), lower(now - 1)];
  const last = now === states - 1;
  const counts = data.counts[now - 1];
  const columns = [
    ["own", "own output", counts ? `loss → h${lower(now)}` : "no loss: 0", ink.gradient, "+"],
    ["future", last ? "future" : `from h${later}`, last ? "none, so 0" : "the future", ink.gradient, "="],
    ["dh", "sum", `dh${lower(now)}`, ink.text, "×"],
    ["slope", "slope", `1 − h${lower(now)}²`, ink.text, "="],
    ["da", "before tanh", `da${lower(now)}`, ink.text, ""],
    ["dh_prev", "dh_prev", "da W_hhᵀ", ink.gradient, "", `to h${earlier}`],
    ["dx", "dx", "da W_xhᵀ", ink.gradient, "", `to x${lower(now)}`],
  ];
  const middle = top + (units * TALL) / 2;
  columns.forEach(([name, title, symbol, colour, sign, goes = ""], i) => {
    const x = MARGIN + i * pitch + (pitch - wide) / 2;
    const rows = table(data.walk[name], k);
    const centre = { ink: colour, align: "center", room: pitch - 6 };
    write(context, title, x + wide / 2, top - 30, { ...centre, font: `bold ${FONT}` });
    write(context, symbol, x + wide / 2, top - 10, { ...centre, ink: ink.text });
    matrix(context, { x, y: top, wide, tall: TALL }, rows, look);
    write(context, sign, x + wide / 2 + pitch / 2, middle + 7, { ...centre, ink: ink.text, font: BOLD });
    if (name === "dh_prev") back(context, [x - pitch + wide + 4, middle], [x - 5, middle], ink, 3);
    const wrong = data.wrong[k].includes(name);
    if (wrong) flag(context, x, top, wide, rows.length * TALL, ink);
    const below = { ...centre, font: `bold ${FONT}` };
    write(context, wrong ? `${goes} ≠ wrong` : goes, x + wide / 2, top + rows.length * TALL + 19, below);
  });
  unitNames(context, top, units, look);
  const start = MARGIN + (pitch - wide) / 2;
  outline(context, start - 1, top + settings.unit * TALL, 4 * pitch + wide + 2, TALL);
  outline(context, start + 5 * pitch - 1, top + settings.unit * TALL, wide + 2, TALL);
  data.arithmetic[k][settings.unit].forEach((text, i) => {
    write(context, i ? text : `Unit ${settings.unit}:  ${text}`, 12, top + units * TALL + 44 + i * 22, {
      ink: ink.text,
      font: FONT.replace("14", "16"),
      room: MARGIN + 7 * pitch - 16,
    });
  });
}

/** A frame around a wrong result. */
function flag(context, x, y, wide, tall, { wrong }) {
  context.strokeStyle = wrong;
  context.lineWidth = 4;
  context.strokeRect(x - 3, y - 3, wide + 6, tall + 6);
  context.lineWidth = 1;
}

/** This step's share of the weights' gradients, and below it the sum up to here. */
function drawSums(context, { sums }, now, look) {
  const { data, ink, settings } = look;
  const k = settings.step - 1;
  const steps = data.counts.length;
  const rows = [
    ["share of", `step ${now}`, sums.top],
    ["sum so far", k ? `steps ${steps} to ${now}` : `step ${now}`, sums.below],
  ];
  for (const [first, second, y] of rows) {
    write(context, first, 4, y + TALL / 2 + 5, { ink: ink.text, font: `bold ${FONT}` });
    write(context, second, 4, y + TALL / 2 + 24, { ink: ink.text });
  }
  const products = {
    W_xh: `x${lower(now)}ᵀ da${lower(now)}`,
    W_hh: `h${lower(now - 1)}ᵀ da${lower(now)}`,
    b_h: `da${lower(now)}`,
  };
  Object.entries(products).forEach(([name, product], i) => {
    const box = { x: sums.left + i * sums.group, y: sums.top, wide: sums.wide, tall: TALL };
    const share = table(data.shares[name], k);
    const [across, down] = [sums.wide * sums.units, TALL * share.length];
    write(context, `d${name} += ${product}`, box.x, sums.top - 12, {
      ink: ink.text,
      font: BOLD,
      room: sums.group - 10,
    });
    matrix(context, box, share, look);
    outline(context, box.x, box.y, across, down);
    const wrong = data.wrong[k].includes(`d${name}`);
    if (wrong) flag(context, box.x, box.y, across, down, ink);
    if (wrong) write(context, "≠ wrong", box.x + 46, box.y + down + 19, { ink: ink.wrong, font: `bold ${FONT}` });
    arrow(context, [box.x + 14, box.y + down + 4], [box.x + 14, sums.below - 4], ink.text, 2);
    write(context, "+", box.x + 28, sums.below - 11, { ink: ink.text, font: BOLD });
    matrix(context, { ...box, y: sums.below }, table(data.sums[name], k), look);
  });
}

function draw(context, { width, ink, data, settings, palette }) {
  const place = places(width, data);
  const now = place.states - settings.step; // the walk goes from the last step to the first
  const look = { data, ink, settings, palette };
  drawUnrolled(context, place, now, look);
  drawStep(context, place, now, look);
  drawSums(context, place, now, look);
  const { right, lines } = data.verdicts[settings.step - 1];
  lines.forEach((text, i) => {
    const sign = i ? "" : right ? "✓ " : "≠ ";
    write(context, sign + text, 4, place.verdict + 22 * i, {
      ink: right ? ink.right : ink.wrong,
      font: BOLD,
      room: width - 8,
    });
  });
  return `${say(data, settings)} Unit ${settings.unit}: ${data.arithmetic[settings.step - 1][settings.unit].join("; ")}. ${lines.join(" ")}`;
}

/** A pointer chooses a unit; a click on a state goes to its step as well. */
function point(x, y, { width, data }, { type }) {
  const { unrolled, step, states, units } = places(width, data);
  const t = Math.floor((x - MARGIN) / unrolled.slot);
  for (const top of [unrolled.top, step.top]) {
    const unit = Math.floor((y - top) / TALL);
    if (unit < 0 || unit >= units) continue;
    const goes = top === unrolled.top && type === "pointerdown" && t > 0 && t < states;
    return goes ? { unit, step: states - t } : { unit };
  }
}

const say = (data, { step }) => data.says[step - 1];

function render(host) {
  const place = places(800, received(host.model.get("shown")).frame);
  return explorer(host, { title: "Backward stepper", pictures: [{ height: place.verdict + 36, draw, point }], say });
}

export default { render };
