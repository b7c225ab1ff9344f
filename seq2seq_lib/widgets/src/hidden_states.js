import { fitted, quoted, readableOn, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, element, FONT, heatmap, outline, shade, symbolsAlong } from "./shared/instrument.js";
import { signed } from "./shared/numbers.js";

const HEIGHT = { phone: 400, wide: 324 };
const PHONE = 520; // px: below this there is no room to the side, and some more below
const TOP = 46; // title, and the symbols that are written
const BOTTOM = 26; // the symbols that are read
const GAP = 40; // between the panels; to the left of the first one, the unit axis
const READ = { left: 72, row: 24, most: 18 }; // rows of what probes read: their names, and how high a box is
const BAR = 4; // pixels: of a state of 1 or −1 above or below its symbol

/** The panels of a frame, each with the time of its first step. */
function panelsOf(data) {
  let first = 0;
  return data.panels.map((panel) => {
    const [steps, units] = panel.states.shape;
    first += steps;
    return { ...panel, steps, units, first: first - steps };
  });
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
  const step = `Step ${time}: reads ${quoted(panel.reads[t])}${wrote}.`;
  return `${step}${readOff(data, time)} Unit ${unit} is ${value}.${extremes(data, unit)}`;
}

/** What probes read off the state of this time, in words. */
function readOff({ readings }, time) {
  const read = readings.filter((part) => part.read[time - 1] !== null);
  return read.length
    ? ` Read off its state: ${read.map((part) => `${part.name} ${part.read[time - 1]}`).join(", ")}.`
    : "";
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
  return alike && 2 * alike >= data.panels[0].reads.length ? before.sorted : data.order;
}

const heightFor = (width) => (width < PHONE ? HEIGHT.phone : HEIGHT.wide);
const heightWith = (width, { data }) => heightFor(width) + READ.row * data.readings.length;

function layout(panels, width, { readings }) {
  const steps = panels.reduce((sum, panel) => sum + panel.steps, 0);
  const start = readings.length ? READ.left : GAP;
  const column = (width - start - GAP * (panels.length - 1) - 8) / steps;
  const tall = heightFor(width) - TOP - BOTTOM;
  return panels.map((panel, i) => ({ left: start + GAP * i + panel.first * column, column, tall }));
}

/** Where the column of a time begins; between the last of a panel and the next one's first it crosses the gap. */
function columnAt(panels, places, time) {
  const edge = (step) => {
    const i = panels.findLastIndex(({ first }) => first < step);
    return places[i].left + (step - 1 - panels[i].first) * places[i].column;
  };
  const before = Math.floor(time);
  return edge(before) + (time - before) * (edge(Math.ceil(time)) - edge(before));
}

/** One panel: its states, and what is read below and written above it; the row of the unit in a frame. */
function drawPanel(context, panel, { left, column, tall }, { data, settings, ink, palette }) {
  const { states, steps, units, first } = panel;
  const [row, wide] = [tall / units, column * steps];
  const y = TOP + data.rows.indexOf(settings.unit) * row;
  if (states.rows !== data.rows) states.image = heatmap(inRows(states, data.rows), steps, units, palette);
  states.rows = data.rows;
  context.drawImage(states.image, left, TOP, wide, tall);
  context.strokeStyle = ink.line;
  context.strokeRect(left - 0.5, TOP - 0.5, wide + 1, tall + 1);
  context.textAlign = "right";
  context.fillStyle = ink.text;
  context.fillText(settings.unit, left - 6, y + row / 2 + 5);
  context.fillStyle = ink.faint;
  context.fillText("unit", left - 6, TOP - 8);
  const t = settings.time - 1 - first;
  symbolsAlong(context, panel.reads, left, column, TOP + tall + BOTTOM - 8, t, ink.text);
  symbolsAlong(context, panel.writes, left, column, TOP - 8, t, ink.text);
  outline(context, left, y - 2, wide, row + 4); // around it: of many units a row is thinner than its frame
}

/** Neighbours at which the same is read, as [first, how many, value]. */
function runsOf(read) {
  const starts = read.flatMap((value, t) => (t && value === read[t - 1] ? [] : [t]));
  return starts.map((t, i) => [t, (starts[i + 1] ?? read.length) - t, read[t]]);
}

/** Below a panel, a row for each part of the answer: what is read off each state, in a full box if it will be written. */
function drawReadings(context, { first, steps }, { left, column, tall }, { data, ink }) {
  data.readings.forEach(({ name, written, read }, i) => {
    const top = TOP + tall + BOTTOM + i * READ.row + 3;
    if (!first) write(context, name, left - 8, top + 14, { ink: ink.text, align: "right", room: READ.left - 10 });
    for (const [t, long, value] of runsOf(read.slice(first, first + steps))) {
      if (value === null) continue;
      const [x, wide, full] = [left + t * column + 1, long * column - 2, value === written];
      context.fillStyle = ink.right;
      context.strokeStyle = ink.line;
      if (full) context.fillRect(x, top, wide, READ.most);
      else context.strokeRect(x + 0.5, top + 0.5, wide - 1, READ.most - 1);
      const look = { ink: full ? ink.paper : ink.faint, align: "center" };
      if (context.measureText(value).width <= wide - 2) write(context, value, x + wide / 2, top + 14, look);
    }
  });
}

function draw(context, picture) {
  const { width, ink, data, settings, at: now } = picture;
  const panels = panelsOf(data);
  const places = layout(panels, width, data);
  context.imageSmoothingEnabled = false;
  context.font = FONT;
  // of a short panel at the edge the title would be cut
  const starts = places.map(({ left }, i) => Math.min(left, width - 8 - context.measureText(panels[i].title).width));
  panels.forEach((panel, i) => {
    drawPanel(context, panel, places[i], picture);
    context.fillStyle = ink[panel.title.split(":")[0]] ?? ink.text; // encoder: reads; decoder: writes
    context.textAlign = "left";
    context.fillText(fitted(context, panel.title, (starts[i + 1] ?? width) - starts[i] - 8), starts[i], 16);
    drawReadings(context, panel, places[i], picture);
  });
  const { column, tall } = places[0];
  const last = panels.at(-1).first + panels.at(-1).steps;
  outline(context, columnAt(panels, places, Math.min(now.time, last)), TOP, column, tall);
  return `${panels.map((panel) => `${panel.title}: ${panel.units} units over ${panel.steps} steps`).join("; ")}. ${say(data, settings)}`;
}

/** The time and the unit at a place; among the symbols above and below the states the time alone. */
function point(x, y, { width, data }) {
  const panels = panelsOf(data);
  for (const [i, { left, column, tall }] of layout(panels, width, data).entries()) {
    const { steps, units, first } = panels[i];
    const t = Math.floor((x - left) / column);
    const row = Math.floor(((y - TOP) / tall) * units);
    if (t < 0 || t >= steps || y < TOP - 26) continue; // below the states, too, the time can be dragged
    const time = first + t + 1;
    return row >= 0 && row < units ? { time, unit: data.rows[row] } : { time };
  }
}

/** A cell is pointed at; along the symbols a finger, too, drags the time, and elsewhere it moves the page. */
function cursor(...where) {
  const meant = point(...where);
  if (!meant) return "default";
  return "unit" in meant ? "crosshair" : "ew-resize";
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
    ...panelsOf(data).flatMap(({ title, states, reads, writes, gap, first }) => {
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

const BELOW =
  "Below: what probes read off each state, full where it is what will be written. " +
  "What finds no room in its box is said at its step. ";

/** What the colours of the texts mean, and in which order the rows stand. */
function key(node, { data: { readings }, settings: { unit, sort_units }, palette }) {
  const chips = [coloured("positive", 1, palette), ", ", coloured("negative", -1, palette)];
  node.replaceChildren(`The texts show unit ${unit}: `, ...chips, ". Point at a row for another. ");
  if (readings.length) node.append(BELOW);
  if (readings.some(({ read }) => read.includes(null))) node.append("No box: too few texts are that long. ");
  node.append(sort_units ? "Units that act alike lie together." : "Units lie in the model’s own order.");
}

function render(host) {
  const [strings, legend] = [element("div", { class: "s2s-strings" }), element("p")];
  let [now, alike] = [undefined, 0];
  const changed = (state) => {
    const { data, settings } = state;
    if (data !== now) {
      alike = alikeAtFirst(data, now);
      data.sorted = rowsOf(data, now, alike);
      data.own = [...data.order].sort((a, b) => a - b);
      now = data;
    }
    data.rows = settings.sort_units ? data.sorted : data.own;
    texts(strings, state);
    key(legend, state);
  };
  const since = () => (alike ? ` Up to step ${alike} all states are those of the text before.` : "");
  return explorer(host, {
    title: "Hidden states",
    pictures: [{ height: heightWith, least: 300, draw, point, cursor }],
    before: [strings, legend],
    changed,
    say: (data, settings) => say(data, settings) + since(),
  });
}

export default { render };
