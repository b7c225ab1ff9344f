import { BOLD, line, quoted, visible, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, outline, shade } from "./shared/instrument.js";
import { fixed } from "./shared/numbers.js";

const NARROW = 650; // px: below this the scale has a line of its own, and a row's signs stand closer
const BAR = 74; // a weight of 1 is as high as this
const least = (column) => (column < 38 ? 0.05 : 0.005); // a weight below this has no number: it would be 0.00, or a crowd

/** Where all stands: the bars of a step above the map of all steps, in the same columns. */
function layout(data, width) {
  const [steps, symbols] = data.weights.shape;
  const narrow = width < NARROW;
  const [left, top] = narrow ? [92, 66] : [118, 42];
  const map = top + BAR + 54;
  return {
    ...{ steps, symbols, narrow, left, top, map },
    foot: top + BAR, // of the bars
    wide: width - left - 8,
    column: (width - left - 8) / symbols,
    row: Math.min((narrow ? 260 : 208) / steps, 44),
    step: narrow ? 30 : 40, // where the signs of a row end, from left to right
    was: left - (narrow ? 34 : 42),
    writes: left - (narrow ? 18 : 24),
  };
}

const heightFor = (width, { data }) => layout(data, width).map + (width < NARROW ? 264 : 212);

/** The settings that the cursor means, which may stand beyond a shorter answer until the new frame is there. */
function cursor(data, { step, symbol }) {
  const [steps, symbols] = data.weights.shape;
  return { t: Math.min(step, steps) - 1, s: Math.min(symbol, symbols) - 1 };
}

function say(data, settings) {
  const { t, s } = cursor(data, settings);
  const row = data.reads.map((_, i) => at(data.weights, t, i));
  const most = row.indexOf(Math.max(...row));
  if (!data.edited.includes(true)) {
    const here = s === most ? "" : ` On ${quoted(data.reads[s])}: ${fixed(row[s])}.`;
    return `Step ${t + 1} writes ${quoted(data.writes[t])}, looking most at symbol ${most + 1}, ${quoted(data.reads[most])}: ${fixed(row[most])}.${here}`;
  }
  const changes = data.changed.filter(Boolean).length;
  const gap = data.gaps.writes;
  return `By your change it writes ${quoted(data.writes.join(gap))}. Without it: ${quoted(data.was.join(gap))}. So ${changes || "none"} of ${data.changed.length} symbols changed.`;
}

/** A weight in as many digits as there is room for, or nothing. */
function inDigits(weight, column) {
  if (column < 25 || weight < least(column)) return "";
  return column < 38 ? fixed(weight).replace(/^0/, "") : fixed(weight);
}

/** The weight of a source symbol at a step, which may lie between two: then the bar is on its way. */
function weightAt(data, step, s) {
  const last = data.weights.shape[0] - 1;
  const [before, after] = [Math.floor, Math.ceil].map((round) => Math.min(round(step), last));
  return at(data.weights, before, s) + (step - before) * (at(data.weights, after, s) - at(data.weights, before, s));
}

const letters = (size) => `600 ${Math.min(20, size)}px ui-monospace, 'DejaVu Sans Mono', monospace`;

/** The scale of the weights, lying, its right end at x. */
function drawScale(context, x, y, { ink, magnitudes }) {
  for (let i = 0; i < 90; i++) {
    context.fillStyle = `rgb(${shade(magnitudes, i / 45 - 1)})`;
    context.fillRect(x - 104 + i, y - 11, 1.5, 12);
  }
  context.strokeStyle = ink.line;
  context.strokeRect(x - 104.5, y - 11.5, 92, 13);
  write(context, "0", x - 109, y, { ink: ink.text, align: "right" });
  write(context, "1", x, y, { ink: ink.text, align: "right" });
}

function drawHead(context, { left, top, narrow, map }, picture) {
  const { data, settings, ink, width } = picture;
  const { t } = cursor(data, settings);
  const what = data.edited[t] ? "your weights" : "where it looked";
  const symbol = narrow ? visible(data.writes[t]) : quoted(data.writes[t]);
  const second = narrow ? 40 : 17;
  write(context, `Step ${t + 1} writes ${symbol}: ${what}`, narrow ? 2 : left, 17, {
    ink: ink.text,
    font: BOLD,
  });
  drawScale(context, width - 8, second, picture);
  const sum = narrow ? { x: 2, align: "left" } : { x: width - 148, align: "right" };
  write(context, `sum ${fixed(at(data.sums, t))}`, sum.x, second, { ink: ink.text, align: sum.align });
  const right = { ink: ink.faint, align: "right" };
  write(context, "weight 1", left - 8, top + 5, right);
  write(context, "0", left - 8, top + BAR + 5, right);
  write(context, "reads", left - 8, top + BAR + 24, { ...right, ink: ink.encoder });
  write(context, "step", narrow ? 30 : 40, map - 9, right);
  write(context, "writes", left - 8, map - 9, { ...right, ink: ink.decoder });
  write(context, narrow ? "drag a bar up or down" : "drag a bar, or the chosen cell, up or down", left, map - 9, {
    ink: ink.faint,
  });
}

function drawBars(context, place, { data, settings, at: now, ink, magnitudes }) {
  const { left, foot, top, wide, column, symbols } = place;
  const { t, s } = cursor(data, settings);
  context.fillStyle = ink.line;
  for (const y of [top, foot]) context.fillRect(left, y - 0.5, wide, 1);
  for (let i = 0; i < symbols; i++) {
    const weight = weightAt(data, now.step - 1, i);
    const [tall, middle] = [BAR * Math.max(0, Math.min(1, weight)), left + (i + 0.5) * column];
    const half = Math.min(column - 2, 46) / 2;
    context.fillStyle = `rgb(${shade(magnitudes, 2 * weight - 1)})`;
    context.fillRect(middle - half, foot - tall, 2 * half, tall);
    context.strokeStyle = ink.text;
    context.strokeRect(middle - half, foot - tall, 2 * half, tall);
    context.fillStyle = ink.text; // the edge by which it is dragged
    context.fillRect(middle - half, foot - tall - 1.5, 2 * half, i === s ? 4 : 2);
    const number = inDigits(at(data.weights, t, i), column);
    write(context, number, middle, foot - tall - 7, { ink: ink.text, align: "center", halo: ink.paper });
  }
}

/** The source below the bars: where its columns are narrow, as many symbols as can be read, and the chosen one. */
function drawSource(context, { left, foot, column }, { data, settings, at: now, ink }) {
  const { s } = cursor(data, settings);
  context.font = letters(20);
  const widest = Math.max(...data.reads.map((symbol) => context.measureText(visible(symbol)).width));
  const size = Math.max(11, Math.floor((20 * column) / widest));
  const every = Math.ceil(((widest * Math.min(20, size)) / 20 - 1) / column);
  const style = { ink: ink.encoder, font: letters(size), align: "center" };
  data.reads.forEach((symbol, i) => {
    if (i === s || (i % every === 0 && Math.abs(i - s) >= every))
      write(context, visible(symbol), left + (i + 0.5) * column, foot + 24, style);
  });
  context.fillStyle = ink.encoder;
  context.fillRect(left + (now.symbol - 0.5) * column - 9, foot + 30, 18, 3);
}

function drawMap(context, place, { data, ink, magnitudes }) {
  const { steps, symbols, left, map, column, row } = place;
  for (let t = 0; t < steps; t++) {
    const y = map + t * row;
    for (let i = 0; i < symbols; i++) {
      const weight = at(data.weights, t, i);
      context.fillStyle = `rgb(${shade(magnitudes, 2 * weight - 1)})`;
      context.fillRect(left + i * column, y, column + 0.5, row + 0.5);
      const style = { ink: weight > 0.45 ? "#000" : "#fff", align: "center" };
      write(context, inDigits(weight, column), left + (i + 0.5) * column, y + row / 2 + 5, style);
    }
    drawSigns(context, t, y + row / 2 + 6, place, data, ink);
  }
}

/** To the left of its row: the step, a pencil if it was changed by hand, and the symbol; a new one behind the old. */
function drawSigns(context, t, y, { narrow, step, was, writes, row }, data, ink) {
  const sign = data.edited[t] ? (narrow ? "✎" : `✎ ${t + 1}`) : t + 1;
  write(context, sign, step, y - 1, { ink: data.edited[t] ? ink.text : ink.faint, align: "right" });
  if (data.changed[t]) {
    const old = data.was[t] ? `${visible(data.was[t])}→` : "new";
    write(context, old, was, y - 1, { ink: ink.faint, align: "right" });
    const [x, top, tall] = [writes - 13, y - row / 2 - 5, row - 2];
    line(
      context,
      [
        [x, top],
        [x + 26, top],
        [x + 26, top + tall],
        [x, top + tall],
        [x, top],
      ],
      2.5,
      ink.chosen,
    );
  }
  write(context, visible(data.writes[t]), writes, y, { ink: ink.decoder, font: letters(row * 0.9), align: "center" });
}

function draw(context, picture) {
  const { data, settings, width, at: now } = picture;
  const place = layout(data, width);
  drawHead(context, place, picture);
  drawBars(context, place, picture);
  drawSource(context, place, picture);
  drawMap(context, place, picture);
  const { left, map, wide, row, column, steps, symbols } = place;
  const [top, x] = [map + (Math.min(now.step, steps) - 1) * row, left + (Math.min(now.symbol, symbols) - 1) * column];
  outline(context, left, top, wide, row);
  outline(context, x + 2, top + 2, Math.max(column - 4, 1), row - 4);
  const said = `Weights of ${symbols} source symbols for each of ${steps} symbols written, “${data.writes.join(data.gaps.writes)}”.`;
  return `${said} ${say(data, settings)}`;
}

/** The step and the symbol at a place, and what is there: a bar, or a cell of the map. */
function spot(x, y, { width, data, settings }) {
  const { steps, symbols, left, top, foot, map, column, row } = layout(data, width);
  const [s, t] = [Math.floor((x - left) / column), Math.floor((y - map) / row)];
  const [onMap, onBars] = [t >= 0 && t < steps, y > top - 20 && y <= foot + 32];
  if (s >= symbols || !(onMap || (onBars && s >= 0))) return {};
  const chosen = cursor(data, settings);
  if (s < 0) return { what: "row", step: t + 1 };
  const [what, step] = onMap ? ["cell", t + 1] : ["bar", chosen.t + 1];
  return { what: what === "cell" && t === chosen.t && s === chosen.s ? "chosen" : what, step, symbol: s + 1 };
}

/** Hovering over the map chooses a step and a symbol; a bar, and the cell that is chosen, is dragged up or down. */
function pointer() {
  let grip;
  return (x, y, place, event) => {
    const released = grip && !event.buttons;
    if (!event.buttons) grip = undefined;
    if (released) return; // what was dragged stays chosen until the pointer moves on
    if (grip) return { weight: Math.max(0, Math.min(1, Math.round(100 * (grip.weight + (grip.y - y) / BAR)) / 100)) };
    const { what, step, symbol } = spot(x, y, place);
    const finger = event.pointerType === "touch" && event.type !== "pointerup"; // it may only want to move the page
    if (finger && /cell|row/.test(what)) return;
    if (what === "row") return { step };
    if (!what || (what === "bar" && !event.buttons)) return;
    if (event.type === "pointerdown" && what !== "cell")
      grip = { y, weight: at(place.data.weights, step - 1, symbol - 1) };
    return { step, symbol };
  };
}

const CURSORS = { bar: "ns-resize", chosen: "ns-resize", cell: "pointer", row: "pointer" };

/** The weight slider shows the weight under the cursor. Moved itself, it changes it: the last change stands last. */
function follow({ step, symbol, weight, edits }, data, moved) {
  if (moved.includes("text")) return { edits: {} };
  const key = `${step - 1} ${symbol - 1}`;
  const others = Object.entries(edits).filter(([name]) => name !== key);
  if (moved.includes("weight")) return { edits: Object.fromEntries([...others, [key, weight]]) };
  const [last, wanted] = Object.entries(edits).at(-1) ?? [];
  return { weight: last === key ? wanted : at(data.weights, step - 1, symbol - 1) };
}

function render(host) {
  const picture = {
    height: heightFor,
    least: 300,
    draw,
    point: pointer(),
    cursor: (...where) => CURSORS[spot(...where).what] ?? "default",
  };
  return explorer(host, { title: "Attention", pictures: [picture], withScale: false, follow, say });
}

export default { render };
