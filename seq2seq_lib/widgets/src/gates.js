import { quoted, readableOn, scaleOfMagnitudes, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, element, heatmap, outline, shade, symbolsAlong } from "./shared/instrument.js";
import { fixed, signed } from "./shared/numbers.js";

const BESIDE = 700; // px: from here on two pictures stand side by side
const TALL = { beside: 130, below: 110 }; // of a picture
const [TITLE, SYMBOLS, BETWEEN] = [22, 22, 6];
const [LEFT, RIGHT] = [38, 64]; // the number of the unit; the scale of the gates
const BAR = 4; // pixels: of a gate that is wide open, below its symbol

/** Where each picture stands: {left, top, wide, tall} of its cells, and the height of all of it. */
function layout(width, { panels }) {
  const columns = width >= BESIDE ? 2 : 1;
  const tall = columns === 2 ? TALL.beside : TALL.below;
  const wide = (width - RIGHT - columns * LEFT) / columns;
  const pitch = TITLE + tall + SYMBOLS + BETWEEN;
  const boxes = panels.map((_, i) => ({
    left: LEFT + (i % columns) * (wide + LEFT),
    top: TITLE + Math.floor(i / columns) * pitch,
    wide,
    tall,
  }));
  return { boxes, height: Math.ceil(panels.length / columns) * pitch };
}

/** The colour of a number of this picture. */
const colourOf = ({ signed }, value, { palette, magnitudes }) =>
  signed ? shade(palette, value) : shade(magnitudes, 2 * value - 1);

/** The picture as an image, its units in the order in which they are seen. */
function imageOf({ values, signed }, order, { palette, magnitudes }) {
  const [steps, units] = values.shape;
  const shown = Float32Array.from(values.values, (_, i) => {
    const value = values.values[i - (i % units) + order[i % units]];
    return signed ? value : 2 * value - 1;
  });
  return heatmap(shown, steps, units, signed ? palette : magnitudes);
}

function drawPanel(context, panel, { left, top, wide, tall }, picture) {
  const { data, settings, ink, at: moving } = picture;
  const [steps, units] = panel.values.shape;
  const [column, row] = [wide / steps, tall / units];
  const y = top + data.order.indexOf(settings.unit) * row;
  panel.image ??= imageOf(panel, data.order, picture);
  context.imageSmoothingEnabled = false;
  write(context, panel.title, left, top - 7, { ink: ink.text });
  context.drawImage(panel.image, left, top, wide, tall);
  context.strokeStyle = ink.line;
  context.strokeRect(left - 0.5, top - 0.5, wide + 1, tall + 1);
  write(context, settings.unit, left - 6, y + row / 2 + 5, { ink: ink.text, align: "right" });
  symbolsAlong(context, data.reads, left, column, top + tall + SYMBOLS - 6, settings.time - 1, ink.text);
  outline(context, left, y - 2, wide, row + 4); // around it: of many units a row is thinner than its frame
  outline(context, left + (Math.min(moving.time, steps) - 1) * column, top, column, tall);
}

function draw(context, picture) {
  const { width, data, ink, magnitudes, settings } = picture;
  const { boxes } = layout(width, data);
  for (const [i, panel] of data.panels.entries()) drawPanel(context, panel, boxes[i], picture);
  write(context, "gates", width - RIGHT + 14, boxes[0].top - 7, { ink: ink.text });
  scaleOfMagnitudes(context, width - RIGHT + 14, boxes[0].top + 8, boxes[0].tall - 8, { ink, magnitudes });
  const [steps, units] = data.panels[0].values.shape;
  return `${data.panels.map(({ title }) => title).join("; ")}: ${units} units over ${steps} steps. ${say(data, settings)}`;
}

function say(data, { time, unit }) {
  const t = time - 1;
  const each = data.panels.map(({ title, values, signed: both }) => {
    const value = at(values, t, unit);
    return `${title}: ${both ? signed(value) : fixed(value)}`;
  });
  const units = data.panels[0].values.shape[1];
  const forget = `${data.forgetting[t]} of ${units} units ${data.forgetting[t] === 1 ? "keeps" : "keep"} less than a tenth`;
  return `Step ${time} reads ${quoted(data.reads[t])}. Unit ${unit}: ${each.join("; ")}. At this step ${forget}.`;
}

/** The time and the unit at a place; among the symbols below a picture the time alone. */
function point(x, y, { width, data }) {
  const [steps, units] = data.panels[0].values.shape;
  for (const { left, top, wide, tall } of layout(width, data).boxes) {
    const t = Math.floor(((x - left) / wide) * steps);
    const row = Math.floor(((y - top) / tall) * units);
    if (t < 0 || t >= steps || row < 0 || y > top + tall + SYMBOLS) continue;
    return row < units ? { time: t + 1, unit: data.order[row] } : { time: t + 1 };
  }
}

/** A cell is pointed at; along the symbols a finger, too, drags the time. */
function cursor(...where) {
  const meant = point(...where);
  if (!meant) return "default";
  return "unit" in meant ? "crosshair" : "ew-resize";
}

/** The text in the colours of one unit, each symbol with a bar as high as what is shown is large. */
function text(node, state) {
  const { data, settings } = state;
  const panel = data.panels.find(({ title }) => title === settings.colours) ?? data.panels[0];
  const letters = data.reads.map((symbol, t) => {
    const value = at(panel.values, t, settings.unit);
    const colour = colourOf(panel, value, state);
    const ink = readableOn(colour);
    const bar = `inset 0 ${-Math.round(BAR * value)}px ${ink}`;
    const frame = "outline: 2px solid var(--s2s-text); outline-offset: 1px;";
    const style = `padding: 4px 1px; background: rgb(${colour}); color: ${ink}; box-shadow: ${bar}; white-space: pre;`;
    const now = t === settings.time - 1;
    const said = panel.signed ? signed(value) : fixed(value);
    return element("span", { class: now && "now", title: said, style: style + (now ? frame : "") }, symbol);
  });
  node.replaceChildren(
    element("span", {}, `unit ${settings.unit}`),
    element("span", { class: "s2s-text", style: "overflow-wrap: anywhere; line-height: 1.8" }, ...letters),
  );
}

function render(host) {
  const strings = element("div", { class: "s2s-strings" });
  return explorer(host, {
    title: "Gates over time",
    pictures: [{ height: (width, { data }) => layout(width, data).height, least: 300, draw, point, cursor }],
    before: [strings],
    changed: (state) => text(strings, state),
    say,
  });
}

export default { render };
