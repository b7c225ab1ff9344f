import { arrow, BOLD, lower, marker, matrix, paragraph, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, FONT, outline } from "./shared/instrument.js";

const BESIDE = 940; // px: from here on the sums stand beside the step
const CLOSE = 110; // px from state to state: below it gradients stand under their values, not beside them
const SMALL = 530; // px: below it the step takes two rows
const LARGE = FONT.replace("14", "16");
const LINE = 21; // of text

/** One matrix out of a stack of them, as lists of numbers. */
function table(stack, index) {
  const [, rows, columns] = stack.shape;
  return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => at(stack, index, i, j)));
}

/** Where everything stands: the network, below it one step, beside or below that the sums, and what is said of them. */
function places(width, data) {
  const [states, units] = data.forward.h.shape;
  const inputs = data.forward.x.shape[1];
  const size = { states, units, inputs, tall: units + inputs > 5 ? 17 : 20, width }; // tall: a cell
  const beside = width >= BESIDE;
  const unrolled = placeOfNetwork(size);
  const sums = placeOfSums(size, beside);
  const step = placeOfStep(size, unrolled.bottom, beside ? sums.left - 12 : width);
  sums.top = beside ? unrolled.bottom + 34 : step.bottom + 34;
  const verdict = Math.max(step.bottom, sums.top + sums.deep) + 22;
  const wrong = data.verdicts.some(({ right }) => !right);
  const lines = Math.ceil((wrong ? 1150 : 850) / (width - 90));
  return { ...size, unrolled, step, sums, verdict, height: verdict + (lines - 1) * LINE + 10 };
}

function placeOfNetwork({ states, units, inputs, tall, width }) {
  const close = (width - 60) / states < CLOSE;
  const left = close ? 18 : 60; // of it: the names of the units
  const slot = (width - left) / states;
  const wide = Math.min(60, close ? slot - 18 : 0.38 * slot);
  const deep = (count) => (close ? 2 * count * tall + 18 : count * tall); // values and gradients
  const top = close ? 78 : 58;
  const second = top + deep(units) + (close ? 28 : 24); // the inputs
  return {
    close,
    left,
    slot,
    wide,
    across: close ? wide : 2 * wide,
    deep,
    top,
    second,
    bottom: second + deep(inputs) + 18,
  };
}

/** Seven columns, in one row or two, and the arithmetic below them. */
function placeOfStep({ units, tall }, above, room) {
  const small = room < SMALL;
  const [left, inRow] = small ? [18, 4] : [56, 7];
  const pitch = (room - left - 8) / inRow;
  const deep = 46 + units * tall + 4; // a row
  const lines = Math.ceil((units * (small ? 143 : 163) + 240) / (0.9 * room));
  const text = above + (small ? 2 : 1) * deep + 36;
  const bottom = text + (lines - 1) * LINE;
  return { small, left, inRow, pitch, wide: Math.min(60, pitch - 22), top: above + 46, deep, room, text, bottom };
}

/** For each parameter its share and its sum; their names stand left of them, where there is room. */
function placeOfSums({ units, inputs, tall, width }, beside) {
  const aside = width >= SMALL;
  const names = aside ? 84 : 0;
  const wide = Math.max(aside ? 38 : 0, Math.min(60, (Math.min(width - 4, names + 274) - names - 30) / (2 * units)));
  const left = beside ? width - names - 2 * units * wide - 34 : 4;
  const groups = [];
  let deep = 0;
  for (const rows of [inputs, units, 1]) {
    groups.push({ rows, y: deep + (aside ? 0 : 20) });
    deep += (aside ? Math.max(36, rows * tall) : rows * tall + 20) + 8;
  }
  return { aside, left, wide, share: left + names, sum: left + names + units * wide + 30, groups, deep };
}

/** The places of values and of their gradients: beside them, or below. */
function pairAt({ unrolled: { close, left, slot, wide, top, second }, units, inputs, tall }, t, ofInput) {
  const value = { x: left + t * slot, y: ofInput ? second : top, wide, tall };
  const below = value.y + (ofInput ? inputs : units) * tall + 18;
  return [value, close ? { ...value, y: below } : { ...value, x: value.x + wide }];
}

/** The network unrolled: each value, and beside it its gradient as soon as the walk has come there. */
function drawUnrolled(context, place, look) {
  const { unrolled, states, units, inputs, tall } = place;
  const { data, ink } = look;
  const now = states - Math.floor(look.at.step); // from here on the gradients are there
  const { close, left, across, top, deep } = unrolled;
  unitNames(context, left, top, place, look);
  write(context, "→ values", 4, 13, { ink: ink.text });
  write(context, "← gradients", close ? 84 : 4, close ? 13 : 32, { ink: ink.gradient, font: `bold ${FONT}` });
  for (let i = 0; i < inputs && !close; i++)
    write(context, `input ${i}`, left + unrolled.slot - 10, unrolled.second + (i + 0.5) * tall + 5, {
      ink: ink.text,
      align: "right",
    });
  for (let t = 0; t < states; t++) {
    const reached = t >= now || (t === 0 && now === 1);
    const gradient = t ? [data.walk.dh, states - 1 - t] : [data.walk.dh_prev, states - 2]; // behind h₀ there is no step
    const state = pairAt(place, t, false);
    names(context, `h${lower(t)}`, `dh${lower(t)}`, state, [-7, close ? -5 : -7], ink);
    pair(context, state, table(data.forward.h, t), reached && table(...gradient), look);
    if (t === 0) continue;
    const input = pairAt(place, t, true);
    const foot = inputs * tall + 16;
    names(context, `x${lower(t)}`, `dx${lower(t)}`, input, close ? [-6, -5] : [foot, foot], ink, close);
    pair(context, input, table(data.forward.x, t - 1), reached && table(data.walk.dx, states - 1 - t), look);
    ways(context, place, t, { reached, near: t <= now + 1 }, data.counts[t - 1], ink);
  }
  const x = left + (states - look.at.step) * unrolled.slot;
  outline(context, x - 1, top - 1, across + 2, deep(units) + 2);
}

/** A column of values, and its gradients: empty cells where the walk has not come yet. */
function pair(context, [box, other], values, gradients, look) {
  matrix(context, box, values, look);
  if (gradients) matrix(context, other, gradients, look);
  context.strokeStyle = look.ink.line;
  for (let i = 0; i < values.length && !gradients; i++)
    context.strokeRect(other.x + 0.5, other.y + i * box.tall + 0.5, box.wide, box.tall);
}

function names(context, value, gradient, [box, other], [up, upOther], ink, aside = false) {
  const middle = aside ? 6 : box.wide / 2; // aside: an arrow comes down in the middle
  write(context, value, box.x + middle, box.y + up, { ink: ink.text, align: "center" });
  write(context, gradient, other.x + box.wide / 2, other.y + upOther, {
    ink: ink.gradient,
    font: `bold ${FONT}`,
    align: "center",
  });
}

/** The arrows around one state: values up and to the right, gradients down and to the left. */
function ways(context, place, t, { reached, near }, counts, ink) {
  const { unrolled, units, tall } = place;
  const { close, wide, across, top, second } = unrolled;
  const [{ x }] = pairAt(place, t, false);
  const foot = top + unrolled.deep(units);
  const [value, gradient] = close ? [x + wide / 2 - 7, x + wide / 2 + 9] : [x + wide / 2, x + 1.5 * wide];
  const loss = top - 45;
  const width = near ? 3 : 2; // the two that count in this step are thicker
  write(context, counts ? "loss" : close ? "none" : "no loss", x + across / 2, loss, {
    ink: counts ? ink.text : ink.faint,
    align: "center",
  });
  if (counts) arrow(context, [value, top - 22], [value, loss + 4], ink.text);
  if (counts && reached) back(context, [gradient, loss + 4], [gradient, top - 21], ink, width);
  const before = wayBack(place, t)[1][0];
  arrow(context, [before, top + tall / 2], [x - 3, top + tall / 2], ink.text);
  if (reached) back(context, ...wayBack(place, t), ink, width);
  arrow(context, [value, second - 3], [value, foot + 3], ink.text);
  if (reached) back(context, [gradient, foot + 3], [gradient, second - 3], ink, 2);
}

/** The way of the gradient from a state to the one before. */
function wayBack(place, t) {
  const { across, slot, top, deep } = place.unrolled;
  const [{ x }] = pairAt(place, t, false);
  const y = top + deep(place.units) - place.tall / 2;
  return [
    [x - 3, y],
    [x - slot + across + 3, y],
  ];
}

/** While the walk goes on, a dot runs back along the arrow. */
function drawPulse(context, place, { ink, at: { step } }) {
  const share = step % 1;
  if (!share) return;
  const [from, to] = wayBack(place, place.states - Math.floor(step));
  const spot = from.map((start, axis) => start + share * (to[axis] - start));
  marker(context, 0, spot, 7, ink.gradient);
}

/** The arrow of a gradient: dashed, as in every drawing. */
function back(context, from, to, ink, width) {
  context.setLineDash([6, 3]);
  arrow(context, from, to, ink.gradient, width);
  context.setLineDash([]);
}

/** The names of the rows, that of the chosen unit in bold. */
function unitNames(context, left, top, { units, tall }, { ink, settings }) {
  for (let u = 0; u < units; u++)
    write(context, left < 40 ? u : `unit ${u}`, left - 8, top + (u + 0.5) * tall + 5, {
      ink: ink.text,
      font: u === settings.unit ? `bold ${FONT}` : FONT,
      align: "right",
    });
}

/** The columns of a step: [name, title, symbol, colour, the sign behind it, where it goes]. */
function columnsOf(data, now, states, ink) {
  const [later, here, earlier] = [now + 1, now, now - 1].map(lower);
  const last = now === states - 1;
  return [
    ["own", "own output", data.counts[now - 1] ? `loss → h${here}` : "no loss: 0", ink.gradient, "+"],
    ["future", last ? "future" : `from h${later}`, last ? "none, so 0" : "the future", ink.gradient, "="],
    ["dh", "sum", `dh${here}`, ink.text, "×"],
    ["slope", "slope", `1 − h${here}²`, ink.text, "="],
    ["da", "before tanh", `da${here}`, ink.text, ""],
    ["dh_prev", "dh_prev", "da W_hhᵀ", ink.gradient, "", `to h${earlier}`],
    ["dx", "dx", "da W_xhᵀ", ink.gradient, "", `to x${here}`],
  ];
}

/** What comes into this step, and what leaves it: columns with the signs of the arithmetic between them. */
function drawStep(context, place, now, look) {
  const { step, states } = place;
  const k = look.settings.step - 1;
  columnsOf(look.data, now, states, look.ink).forEach((column, i) => {
    const x = step.left + (i % step.inRow) * step.pitch + (step.pitch - step.wide) / 2;
    drawColumn(context, place, column, k, [x, step.top + Math.floor(i / step.inRow) * step.deep], look);
    if (i % step.inRow === 0) unitNames(context, step.left, step.top + (i / step.inRow) * step.deep, place, look);
  });
  const [, , handed] = look.data.arithmetic[k][look.settings.unit];
  const font = step.small ? FONT : LARGE;
  paragraph(context, handed.split(" "), 4, step.text, { ink: look.ink.text, font, room: step.room - 8, pitch: LINE });
}

function drawColumn(context, { step, units, tall }, [name, title, symbol, colour, sign, goes = ""], k, [x, y], look) {
  const { data, ink } = look;
  const { pitch, wide } = step;
  const rows = table(data.walk[name], k);
  const middle = y + (units * tall) / 2;
  const centre = { ink: colour, align: "center", room: pitch - 2 };
  write(context, title, x + wide / 2, y - 25, { ...centre, font: `bold ${FONT}` });
  write(context, symbol, x + wide / 2, y - 8, { ...centre, ink: ink.text });
  matrix(context, { x, y, wide, tall }, rows, look);
  write(context, sign, x + wide / 2 + pitch / 2, middle + 6, { ...centre, ink: ink.text, font: BOLD });
  if (name === "dh_prev") back(context, [x - pitch + wide + 2, middle], [x - 3, middle], ink, 2);
  if (name !== "dx") outline(context, x - 1, y + look.at.unit * tall, wide + 2, tall);
  const wrong = data.wrong[k].includes(name);
  if (wrong) flag(context, x, y, wide, rows.length * tall, ink);
  write(context, wrong ? `${goes} ≠` : goes, x + wide / 2, y + rows.length * tall + 17, {
    ...centre,
    ink: wrong ? ink.wrong : colour,
    font: `bold ${FONT}`,
  });
}

/** A frame around a wrong result. */
function flag(context, x, y, wide, tall, { wrong }) {
  context.strokeStyle = wrong;
  context.lineWidth = 4;
  context.strokeRect(x - 3, y - 3, wide + 6, tall + 6);
  context.lineWidth = 1;
}

/** This step's share of the weights' gradients, and behind it the sum up to here. */
function drawSums(context, { sums, units, tall }, now, look) {
  const { data, ink, settings } = look;
  const k = settings.step - 1;
  const { aside, left, share, sum, wide } = sums;
  const head = { ink: ink.text, font: `bold ${FONT}`, room: units * wide + 20 };
  write(context, `share of step ${now}`, share, sums.top - 10, head);
  write(context, k ? `sum of ${data.counts.length} to ${now}` : "sum so far", sum, sums.top - 10, head);
  const here = lower(now);
  const products = { W_xh: `x${here}ᵀ da${here}`, W_hh: `h${lower(now - 1)}ᵀ da${here}`, b_h: `da${here}` };
  Object.entries(products).forEach(([name, product], i) => {
    const y = sums.top + sums.groups[i].y;
    const box = { x: share, y, wide, tall };
    const values = table(data.shares[name], k);
    const wrong = data.wrong[k].includes(`d${name}`);
    const title = `${wrong ? "≠ " : ""}d${name}`;
    const bold = { ink: wrong ? ink.wrong : ink.text, font: `bold ${FONT}` };
    write(context, aside ? title : `${title} += ${product}`, left, aside ? y + 14 : y - 6, bold);
    if (aside) write(context, product, left, y + 32, { ink: ink.text });
    matrix(context, box, values, look);
    if (wrong) flag(context, share, y, units * wide, values.length * tall, ink);
    const middle = y + (values.length * tall) / 2;
    arrow(context, [share + units * wide + 6, middle], [sum - 5, middle], ink.text, 2);
    matrix(context, { ...box, x: sum }, table(data.sums[name], k), look);
  });
}

function draw(context, look) {
  const { width, ink, data, settings } = look;
  const place = places(width, data);
  const now = place.states - settings.step; // the walk goes from the last step to the first
  drawUnrolled(context, place, look);
  drawPulse(context, place, look);
  drawStep(context, place, now, look);
  drawSums(context, place, now, look);
  const { right, lines } = data.verdicts[settings.step - 1];
  const verdict = `${right ? "✓" : "≠"} ${lines.join(" ")}`;
  const colour = right ? ink.right : ink.wrong;
  paragraph(context, verdict.split(" "), 4, place.verdict, { ink: colour, font: BOLD, room: width - 8, pitch: LINE });
  return `${say(data, settings)} Unit ${settings.unit}: ${data.arithmetic[settings.step - 1][settings.unit].join("; ")}. ${lines.join(" ")}`;
}

/** What lies here: a {unit}, in the network a {t} too. */
function thingAt(x, y, { width, data }) {
  const place = places(width, data);
  const { unrolled, step, units, states, tall } = place;
  const t = Math.floor((x - unrolled.left) / unrolled.slot);
  const inside = t >= 0 && t < states && y >= unrolled.top && y < unrolled.top + unrolled.deep(units);
  const [, gradients] = pairAt(place, 0, false);
  const tops = inside ? [unrolled.top, gradients.y] : [step.top, step.top + (step.small ? step.deep : 0)];
  const unit = tops.map((top) => Math.floor((y - top) / tall)).find((found) => found >= 0 && found < units);
  const meant = unit === undefined || (!inside && x > step.room) ? {} : { unit };
  return inside && t > 0 ? { ...meant, t } : meant;
}

/** A pointer chooses a unit; pressed on a state it leads the walk there, and on to where it is dragged. */
function pointer() {
  let dragged = false;
  return (x, y, look, { type, buttons }) => {
    const { states, unrolled } = places(look.width, look.data);
    const { t, unit } = thingAt(x, y, look);
    if (type === "pointerdown") dragged = t !== undefined;
    if (!buttons) dragged = false;
    const column = Math.floor((x - unrolled.left) / unrolled.slot);
    const led = dragged ? { step: states - Math.max(1, Math.min(states - 1, column)) } : {};
    return unit === undefined || (dragged && type !== "pointerdown") ? led : { ...led, unit };
  };
}

function cursor(x, y, look) {
  const { t, unit } = thingAt(x, y, look);
  if (t !== undefined && t === look.data.forward.h.shape[0] - look.settings.step) return "ew-resize";
  return t === undefined && unit === undefined ? "default" : "pointer";
}

const say = (data, { step }) => data.says[step - 1];

function render(host) {
  const height = (width, { data }) => places(width, data).height;
  return explorer(host, {
    title: "Backward stepper",
    pictures: [{ height, least: 310, draw, point: pointer(), cursor }],
    say,
  });
}

export default { render };
