import { BOLD, LETTERS, quoted, scaleOfMagnitudes, visible } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, FONT, outline, shade } from "./shared/instrument.js";

const HEIGHT = 570;
const LEFT = 186; // step, symbol written, and the symbol that it was before the change
const RIGHT = 78; // the scale
const BARS = { top: 46, height: 100 }; // a weight of 1 is as high as this
const READS = BARS.top + BARS.height + 26; // the line of the source symbols
const MAP = { top: READS + 34, bottom: 8 };

function layout(data, width) {
  const [steps, symbols] = data.weights.shape;
  return {
    steps,
    symbols,
    column: (width - LEFT - RIGHT) / symbols,
    row: Math.min((HEIGHT - MAP.top - MAP.bottom) / steps, 60),
  };
}

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
    const here = s === most ? "" : ` On ${quoted(data.reads[s])}: ${row[s].toFixed(2)}.`;
    return `Step ${t + 1} writes ${quoted(data.writes[t])}, looking most at symbol ${most + 1}, ${quoted(data.reads[most])}: ${row[most].toFixed(2)}.${here}`;
  }
  const changes = data.changed.filter(Boolean).length;
  const gap = data.gaps.writes;
  return `By your change it writes ${quoted(data.writes.join(gap))}. Without it: ${quoted(data.was.join(gap))}. So ${changes || "none"} of ${data.changed.length} symbols changed.`;
}

/** A weight in as many digits as there is room for. */
function number(context, weight, x, y, column, haloed = false) {
  if (column < 25) return;
  const text = column < 38 ? weight.toFixed(2).replace(/^0/, "") : weight.toFixed(2);
  if (haloed) context.strokeText(text, x, y);
  context.fillText(text, x, y);
}

function drawBars(context, { column, symbols }, { data, settings, ink, magnitudes }) {
  const { t, s } = cursor(data, settings);
  const right = LEFT + column * symbols;
  context.font = BOLD;
  context.textAlign = "left";
  context.fillStyle = ink.text;
  const what = data.edited[t] ? "your weights" : "where it looked";
  context.fillText(`Step ${t + 1} writes ${quoted(data.writes[t])}: ${what}`, LEFT, 17);
  context.font = FONT;
  context.textAlign = "right";
  context.fillText(`sum ${at(data.sums, t).toFixed(2)}`, right + RIGHT - 8, 17);
  context.textAlign = "right";
  context.fillStyle = ink.faint;
  context.strokeStyle = ink.line;
  for (const [value, y] of [
    [1, BARS.top],
    [0, BARS.top + BARS.height],
  ]) {
    context.fillText(value === 1 ? "weight 1" : "0", LEFT - 8, y + 5);
    context.strokeRect(LEFT, y, right - LEFT, 0);
  }
  context.textAlign = "center";
  for (let i = 0; i < symbols; i++) {
    const weight = at(data.weights, t, i);
    const tall = BARS.height * Math.max(0, Math.min(1, weight));
    const [x, y, wide] = [LEFT + i * column, BARS.top + BARS.height - tall, Math.min(column - 4, 46)];
    context.fillStyle = `rgb(${shade(magnitudes, 2 * weight - 1)})`;
    context.fillRect(x + (column - wide) / 2, y, wide, tall);
    context.strokeStyle = ink.text;
    context.strokeRect(x + (column - wide) / 2, y, wide, tall);
    context.fillStyle = ink.text;
    context.strokeStyle = ink.paper; // keeps the number readable where it meets the line of weight 1
    context.lineWidth = 5;
    number(context, weight, x + column / 2, y - 6, column, true);
    context.lineWidth = 1;
    context.font = LETTERS;
    context.fillText(visible(data.reads[i]), x + column / 2, READS, column);
    if (i === s) context.fillRect(x + column / 2 - 9, READS + 5, 18, 3);
    context.font = FONT;
  }
  context.textAlign = "right";
  context.fillText("source symbols:", LEFT - 8, READS);
  context.fillStyle = ink.faint;
  context.fillText("step", LEFT - 116, MAP.top - 9);
  context.fillText("writes", LEFT - 12, MAP.top - 9);
  context.textAlign = "left";
  context.fillText("drag a cell or a bar up or down to change its weight", LEFT, MAP.top - 9, column * symbols);
}

function drawMap(context, { steps, symbols, column, row }, { data, ink, magnitudes }) {
  for (let t = 0; t < steps; t++) {
    const y = MAP.top + t * row;
    context.textAlign = "center";
    for (let i = 0; i < symbols; i++) {
      const weight = at(data.weights, t, i);
      context.fillStyle = `rgb(${shade(magnitudes, 2 * weight - 1)})`;
      context.fillRect(LEFT + i * column, y, column + 0.5, row + 0.5);
      context.fillStyle = weight > 0.45 ? "#000" : "#fff";
      number(context, weight, LEFT + (i + 0.5) * column, y + row / 2 + 5, column);
    }
    writtenAt(context, t, y + row / 2 + 6, data, ink);
  }
}

/** To the left of its row: the step, a pencil if it was changed by hand, the symbol, and what it was before. */
function writtenAt(context, t, y, data, ink) {
  context.textAlign = "right";
  context.fillStyle = ink.faint;
  context.fillText(`${data.edited[t] ? "✎ " : ""}${t + 1}`, LEFT - 124, y);
  context.textAlign = "center";
  if (data.changed[t]) {
    context.fillText(`was ${visible(data.was[t] ?? "nothing")}`, LEFT - 92, y, 56);
    context.strokeStyle = ink.orange;
    context.lineWidth = 3;
    context.strokeRect(LEFT - 52, y - 20, 40, 28);
    context.lineWidth = 1;
  }
  context.font = LETTERS;
  context.fillStyle = ink.text;
  context.fillText(visible(data.writes[t]), LEFT - 32, y, 36);
  context.font = FONT;
}

function draw(context, picture) {
  const { data, settings, width } = picture;
  const place = layout(data, width);
  const { t, s } = cursor(data, settings);
  context.font = FONT;
  drawBars(context, place, picture);
  drawMap(context, place, picture);
  scaleOfMagnitudes(context, width - RIGHT + 20, MAP.top, Math.min(place.row * place.steps, 260), picture);
  outline(context, LEFT, MAP.top + t * place.row, place.column * place.symbols, place.row);
  outline(context, LEFT + s * place.column + 3, MAP.top + t * place.row + 3, place.column - 6, place.row - 6);
  const map = `Weights of ${place.symbols} source symbols for each of ${place.steps} symbols written, “${data.writes.join(data.gaps.writes)}”.`;
  return `${map} ${say(data, settings)}`;
}

/** Hovering over the map chooses a step and a symbol; dragging a cell or a bar up or down changes its weight. */
function pointer() {
  let grip;
  return (x, y, { width, data, settings }, event) => {
    const { steps, symbols, column, row } = layout(data, width);
    const s = Math.floor((x - LEFT) / column);
    const t = Math.floor((y - MAP.top) / row);
    const [onMap, onBars] = [t >= 0 && t < steps, y > BARS.top - 20 && y <= READS + 8];
    const released = grip && !event.buttons;
    if (!event.buttons) grip = undefined;
    if (released) return; // what was dragged stays chosen until the pointer moves on
    if (grip)
      return { weight: Math.max(0, Math.min(1, Math.round(100 * (grip.weight + (grip.y - y) / BARS.height)) / 100)) };
    if (s < 0 && onMap) return { step: t + 1 };
    if (s < 0 || s >= symbols || !(onMap || (onBars && event.buttons))) return;
    const meant = { step: onMap ? t + 1 : cursor(data, settings).t + 1, symbol: s + 1 };
    if (event.type === "pointerdown") grip = { y, weight: at(data.weights, meant.step - 1, s) };
    return meant;
  };
}

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
  return explorer(host, {
    title: "Attention",
    pictures: [{ height: HEIGHT, draw, point: pointer() }],
    withScale: false,
    follow,
    say,
  });
}

export default { render };
