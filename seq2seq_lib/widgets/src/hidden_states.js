import { fitted, quoted, readableOn } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, element, FONT, heatmap, outline, shade, symbolsAlong } from "./shared/instrument.js";
import { signed } from "./shared/numbers.js";

const HEIGHT = 400;
const TOP = 46; // title, and the symbols that are written
const BOTTOM = 26; // the symbols that are read
const GAP = 40; // between the panels; to the left of the first one, the unit axis
const LEAST = 340; // wide: both panels on a phone, without scrolling
const BAR = 4; // pixels: of a state of 1 or −1 above or below its symbol

/** The panels of a frame, each with the time of its first step and its image, which is made once. */
function panelsOf(data, palette) {
  let first = 0;
  for (const panel of data.panels) {
    if (panel.image) break;
    [panel.steps, panel.units] = panel.states.shape;
    panel.image = heatmap(inRows(panel.states, data.rows), panel.steps, panel.units, palette);
    panel.first = first;
    first += panel.steps;
  }
  return data.panels;
}

/** The values of states, those of each step in the order of these rows. */
const inRows = ({ values }, rows) => values.map((_, i) => values[i - (i % rows.length) + rows[i % rows.length]]);

/** The panel at this time, and the step within it. */
function where(data, time) {
  let t = time - 1;
  for (const panel of data.panels) {
    if (t < panel.states.shape[0]) return { panel, t };
    t -= panel.states.shape[0];
  }
}

/** The values of a unit at each step, with the step's number and symbols in words. */
function courseOf(data, unit) {
  const steps = data.panels.flatMap(({ states, reads, writes }) =>
    reads.map((read, t) => [at(states, t, unit), writes.length ? ["writing", writes[t]] : ["reading", read]]),
  );
  return steps.map(([value, [does, symbol]], t) => ({
    value,
    words: `${signed(value)} at step ${t + 1}, ${does} ${quoted(symbol)}`,
  }));
}

function extremes(data, unit) {
  const course = courseOf(data, unit).sort((a, b) => b.value - a.value);
  const [highest, lowest] = [course[0], course.at(-1)];
  if (highest.value === lowest.value) return "";
  return ` Over this text it is highest, ${highest.words}, and lowest, ${lowest.words}.`;
}

function say(data, { time, unit }) {
  const { panel, t } = where(data, time);
  const wrote = panel.writes.length ? `, writes ${quoted(panel.writes[t])}` : "";
  const value = signed(at(panel.states, t, unit));
  return `Step ${time}: reads ${quoted(panel.reads[t])}${wrote}. Unit ${unit} is ${value}.${extremes(data, unit)}`;
}

/** How many of the first states are those that another text before had. */
function alikeAtFirst(data, before) {
  if (!before || String(data.panels[0].reads) === String(before.panels[0].reads)) return 0;
  const [now, then] = [data, before].map(({ panels }) => panels[0].states);
  const first = now.values.findIndex((value, i) => !(Math.abs(value - then.values[i]) < 1e-6));
  return first < 0 ? now.shape[0] : Math.floor(first / now.shape[1]);
}

/** The order of the rows: that of the text before, where half of this one is like it, so that the two can be compared. */
function rowsOf(data, before, alike) {
  return alike && 2 * alike >= data.panels[0].reads.length ? before.rows : data.order;
}

function layout(panels, width) {
  const steps = panels.reduce((sum, panel) => sum + panel.states.shape[0], 0);
  const column = (width - GAP * panels.length - 8) / steps;
  return panels.map((panel, i) => ({
    left: GAP * (i + 1) + panel.first * column,
    column,
    tall: HEIGHT - TOP - BOTTOM,
  }));
}

function draw(context, { width, height, ink, data, settings, palette }) {
  const panels = panelsOf(data, palette);
  context.imageSmoothingEnabled = false;
  context.font = FONT;
  const places = layout(panels, width);
  // of a short panel at the edge the title would be cut
  const starts = places.map(({ left }, i) => Math.min(left, width - 8 - context.measureText(panels[i].title).width));
  places.forEach(({ left, column, tall }, i) => {
    const panel = panels[i];
    const row = tall / panel.units;
    const wide = column * panel.steps;
    const y = TOP + data.rows.indexOf(settings.unit) * row;
    context.drawImage(panel.image, left, TOP, wide, tall);
    context.strokeStyle = ink.line;
    context.strokeRect(left - 0.5, TOP - 0.5, wide + 1, tall + 1);
    context.fillStyle = ink[panel.title.split(":")[0]] ?? ink.text; // encoder: reads; decoder: writes
    context.textAlign = "left";
    context.fillText(fitted(context, panel.title, (starts[i + 1] ?? width) - starts[i] - 8), starts[i], 16);
    context.fillStyle = ink.text;
    context.textAlign = "right";
    context.fillText(settings.unit, left - 6, y + row / 2 + 5);
    context.fillStyle = ink.faint;
    context.fillText("unit", left - 6, TOP - 8);
    const t = settings.time - 1 - panel.first;
    symbolsAlong(context, panel.reads, left, column, height - 8, t, ink.text);
    symbolsAlong(context, panel.writes, left, column, TOP - 8, t, ink.text);
    if (t >= 0 && t < panel.steps) outline(context, left + t * column, TOP, column, tall);
    outline(context, left, y - 2, wide, row + 4); // around it: of many units a row is thinner than its frame
  });
  return `${panels.map((panel) => `${panel.title}: ${panel.units} units over ${panel.steps} steps`).join("; ")}. ${say(data, settings)}`;
}

function point(x, y, { width, data }) {
  for (const [i, { left, column, tall }] of layout(data.panels, width).entries()) {
    const [steps, units] = data.panels[i].states.shape;
    const t = Math.floor((x - left) / column);
    const row = Math.floor(((y - TOP) / tall) * units);
    if (t >= 0 && t < steps && row >= 0 && row < units)
      return { time: data.panels[i].first + t + 1, unit: data.rows[row] };
  }
}

/** Symbols in the colour of a state: with a bar above what is positive, below what is negative. */
function coloured(symbols, value, palette, now = false) {
  const colour = shade(palette, value);
  const ink = readableOn(colour);
  const shadow = `inset 0 ${(BAR * value).toFixed(1)}px ${ink}`;
  const style = `padding: 4px 1px; background: rgb(${colour}); color: ${ink}; box-shadow: ${shadow};`;
  const frame = "outline: 2px solid var(--s2s-text); outline-offset: 1px; text-decoration: none;";
  return element("span", { class: now && "now", title: signed(value), style: style + (now ? frame : "") }, symbols);
}

/** The texts in the colours of the unit, each symbol in that of the step at which it is read or written. */
function texts(node, { data, settings: { time, unit }, palette }) {
  node.replaceChildren(
    ...panelsOf(data, palette).flatMap(({ title, states, reads, writes, gap, first }) => {
      const symbols = writes.length ? writes : reads;
      const letters = symbols.flatMap((symbol, t) => [
        coloured(symbol, at(states, t, unit), palette, t === time - 1 - first),
        gap,
      ]);
      return [
        element("span", {}, title),
        element("span", { class: "s2s-text", style: "overflow-wrap: anywhere; line-height: 1.8" }, ...letters),
      ];
    }),
  );
}

/** What the colours of the texts mean, and in which order the rows stand. */
function key(node, { settings: { unit }, palette }) {
  const chips = [coloured("positive", 1, palette), ", ", coloured("negative", -1, palette)];
  node.replaceChildren(`The texts show unit ${unit}: `, ...chips, ". Point at another row, and they show that one. ");
  node.append("Units that act alike lie together, so their numbers are mixed.");
}

function render(host) {
  const [strings, legend] = [element("div", { class: "s2s-strings" }), element("p")];
  let [now, alike] = [undefined, 0];
  const changed = (state) => {
    const { data } = state;
    if (data !== now) {
      alike = alikeAtFirst(data, now);
      data.rows = rowsOf(data, now, alike);
      now = data;
    }
    texts(strings, state);
    key(legend, state);
  };
  const since = () => (alike ? ` Up to step ${alike} all states are those of the text before.` : "");
  return explorer(host, {
    title: "Hidden states",
    pictures: [{ height: HEIGHT, least: LEAST, draw, point }],
    before: [strings, legend],
    changed,
    say: (data, settings) => say(data, settings) + since(),
  });
}

export default { render };
