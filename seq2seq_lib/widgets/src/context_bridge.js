import { arrow, BOLD, cellAt, joined, line, marker, visible, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, heatmap, outline, symbolsAlong } from "./shared/instrument.js";
import { number, signed } from "./shared/numbers.js";

const NARROW = 680; // px: below this the decoder stands below encoder and context
const SIDE = 38; // an arrow on each side of the context
const MOST = 26; // a written symbol is this wide, if there is room

/** Where all stands: `rows` of the answer, panels of states, the `box` of the context and the sweep below it. */
function layout(data, width) {
  const units = data.encoded.shape[0];
  const symbols = { read: data.reads.length, written: Math.max(data.writes.length, data.was.length) };
  return (width < NARROW ? stacked : sideBySide)(symbols, units, width);
}

function sideBySide({ read, written }, units, width) {
  const [left, top, tall, middle] = [44, 106, 190, 216];
  const room = width - left - middle - 4;
  const column = Math.max(room / (read + written), Math.min(MOST, (0.7 * room) / written));
  const end = width - 4 - written * column - middle;
  return {
    units,
    encoder: { left, steps: read, column: (end - left) / read, top, tall },
    decoder: {
      left: end + middle,
      steps: written,
      column,
      top,
      tall,
      names: ["unchanged, it writes", "now it writes"],
    },
    box: { x: end + SIDE, y: top, wide: middle - 2 * SIDE, tall: tall / units },
    ...{ was: 40, writes: 70, title: { x: width - 4, y: 17, align: "right" } },
    ...{ sweep: top + tall + 36, bars: top + tall + 36, bar: 38 },
    ...{ sure: top + tall + 110, key: top + tall + 110, height: top + tall + 118 },
  };
}

/** On a phone: encoder and context above the decoder. */
function stacked({ read, written }, units, width) {
  const [left, top, tall, wide] = [34, 28, 180, 120];
  const x = width - wide - 24;
  const lower = top + tall + 186; // the decoder's states
  return {
    ...{ units, narrow: true },
    encoder: { left, steps: read, column: (x - SIDE - left) / read, top, tall },
    decoder: {
      left: 62,
      steps: written,
      column: (width - 66) / written,
      top: lower,
      tall: 120,
      names: ["before", "now"],
    },
    box: { x, y: top, wide, tall: tall / units },
    ...{ was: lower - 62, writes: lower - 32, title: { x: 2, y: lower - 92, align: "left" } },
    ...{ sweep: top + tall + 36, bars: lower + 154, bar: 36 },
    ...{ sure: lower + 230, key: lower + 256, height: lower + 264 },
  };
}

/** Where a value from -1 to 1 stands in the context. */
const across = ({ x, wide }, value) => x + (wide * (value + 1)) / 2;

const nameOf = (unit) => `unit ${unit}`;
const unitOf = (name) => Number(name.slice(5));

const numberAt = (data, { edits }, unit) => edits[nameOf(unit)] ?? at(data.encoded, unit);

/** A cell with a memory hands that over too, as it is. */
const memory = (data) => (data.not_shown ? `, ${data.not_shown} more of a memory (not shown here)` : "");

function say(data, settings) {
  const reads = joined(data.reads, data.gaps.reads);
  const [was, writes] = [data.was, data.writes].map((symbols) => joined(symbols, data.gaps.writes));
  const edited = Object.keys(settings.edits);
  if (!edited.length)
    return `The decoder gets ${data.encoded.shape[0]} numbers${memory(data)} and nothing else of ${reads}; from them it writes ${writes}. Drag one of them.`;
  const name = edited.at(-1);
  const now = `Unit ${unitOf(name)} is ${signed(settings.edits[name])} instead of ${signed(at(data.encoded, unitOf(name)))}`;
  const others = edited.length > 1 ? `, and ${edited.length - 1} more changed` : "";
  const flips = data.changed.filter(Boolean).length;
  if (!flips) return `${now}${others}: it still writes ${writes}.`;
  return `${now}${others}: it writes ${writes} instead of ${was}; ${flips} of ${data.changed.length} symbols differ.`;
}

/** The states of one network, and below them what it reads. */
function drawLane(context, { left, steps, column, top, tall }, { units }, states, reads, { ink, palette }) {
  const [count] = states.shape;
  states.image ??= heatmap(states.values, count, units, palette);
  context.imageSmoothingEnabled = false;
  context.drawImage(states.image, left, top, count * column, tall);
  context.strokeStyle = ink.line;
  context.strokeRect(left - 0.5, top - 0.5, steps * column + 1, tall + 1);
  symbolsAlong(context, reads, left, column, top + tall + 18, -1, ink.text);
}

/** The context as bars from -1 to 1. What was changed by hand is black or, where it is dark, white, with a circle where it was. */
function drawContext(context, { box, units }, { data, settings, at: now, ink }) {
  const tall = units * box.tall;
  const rowOf = (unit) => box.y + unit * box.tall;
  outline(context, box.x - 3, rowOf(now.unit) - 2, box.wide + 6, box.tall + 4);
  context.strokeStyle = ink.line;
  context.strokeRect(box.x, box.y, box.wide, tall);
  const thick = Math.max(1, box.tall - Math.min(2, box.tall / 3));
  for (let unit = 0; unit < units; unit++) {
    const [zero, end] = [across(box, 0), across(box, numberAt(data, settings, unit))];
    context.fillStyle = nameOf(unit) in settings.edits ? ink.chosen : ink.encoder;
    const top = rowOf(unit) + (box.tall - thick) / 2;
    context.fillRect(Math.min(zero, end), top, Math.max(1, Math.abs(end - zero)), thick);
  }
  context.strokeRect(across(box, 0), box.y, 0, tall);
  for (const name of Object.keys(settings.edits)) {
    const unit = unitOf(name);
    marker(context, 0, [across(box, at(data.encoded, unit)), rowOf(unit + 0.5)], 4, ink.text);
  }
  marker(context, 3, [across(box, now.value), rowOf(now.unit + 0.5)], 9, ink.chosen);
  for (const value of [-1, 0, 1])
    write(context, number(value), across(box, value), box.y + tall + 18, { ink: ink.text, align: "center" });
}

/** What the signs in the context mean. */
function drawKey(context, y, ink) {
  marker(context, 3, [16, y - 5], 9, ink.chosen);
  write(context, "drag it", 32, y, { ink: ink.text });
  marker(context, 0, [104, y - 5], 4, ink.text);
  write(context, "what the encoder gave", 116, y, { ink: ink.text });
}

/** How many symbols would differ if the unit had another value. */
function drawSweep(context, { box, sweep: top, bar: tall }, { data, at: now, ink }) {
  const most = Math.round(Math.max(data.changed.length, ...data.flips.values));
  const wide = box.wide / (data.flips.values.length - 1);
  data.flips.values.forEach((count, i) => {
    const high = Math.max(1, (tall * count) / most);
    context.fillStyle = ink.faint;
    context.fillRect(across(box, at(data.sweep, i)) - wide / 2 + 0.5, top + tall - high, wide - 1, high);
  });
  const x = across(box, now.value);
  line(
    context,
    [
      [x, top - 8],
      [x, top + tall + 4],
    ],
    2,
    ink.chosen,
  );
  const end = { ink: ink.text, room: SIDE - 8 };
  write(context, most, box.x + box.wide + 8, top + 8, end);
  write(context, 0, box.x + box.wide + 8, top + tall + 3, end);
  const lines = ["how many symbols differ", `at each value of unit ${data.unit}`];
  const style = { ink: ink.text, align: "right", room: box.x - 20 };
  for (const [i, text] of lines.entries()) write(context, text, box.x - 14, top + 16 + 19 * i, style);
}

/** What it wrote before, and what it writes now; a symbol that differs in a box. */
function drawAnswer(context, { decoder, was, writes }, { data, ink }) {
  const { left, column, names } = decoder;
  const name = { ink: ink.text, align: "right" };
  write(context, names[0], left - 10, was, name);
  write(context, names[1], left - 10, writes, { ...name, font: BOLD });
  const size = Math.max(11, Math.min(20, Math.floor(column / 0.62)));
  const style = { font: `600 ${size}px ui-monospace, 'DejaVu Sans Mono', monospace`, align: "center" };
  const wide = Math.min(column - 3, 34);
  data.changed.forEach((differs, t) => {
    const x = left + (t + 0.5) * column;
    const room = Math.max(column - 1, 8);
    write(context, visible(data.was[t] ?? ""), x, was, { ...style, room, ink: ink.faint });
    write(context, visible(data.writes[t] ?? ""), x, writes, { ...style, room, ink: ink.text });
    if (!differs) return;
    context.strokeStyle = ink.chosen;
    context.lineWidth = 2.5;
    context.strokeRect(x - wide / 2, writes - 21, wide, 28);
    context.lineWidth = 1;
    if (column > 16) write(context, "≠", x, writes + 24, { ink: ink.chosen, font: BOLD, align: "center" });
  });
}

/** How probable each written symbol was; where columns are narrow, some have their number. */
function drawSure(context, { decoder, bars, bar, sure }, { data, ink, width }) {
  const { left, column } = decoder;
  const [wide, every] = [Math.min(column - 3, 34), Math.ceil(28 / column)];
  data.probabilities.values.forEach((share, t) => {
    const x = left + (t + 0.5) * column;
    context.fillStyle = ink.decoder;
    context.fillRect(x - wide / 2, bars + bar * (1 - share), wide, bar * share);
    context.strokeStyle = ink.line;
    context.strokeRect(x - wide / 2, bars, wide, bar);
    if (t % every === 0)
      write(context, Math.round(100 * share), x, bars + bar + 17, { ink: ink.text, align: "center", room: 28 });
  });
  write(context, "how sure it was, in %", width - 4, sure, { ink: ink.text, align: "right" });
}

/** From the last state to the context, and from there to the decoder. */
function drawArrows(context, { box, encoder, units, narrow, sweep, bar, title }, ink) {
  const end = box.x - SIDE;
  const y = box.y + (units * box.tall) / 2;
  outline(context, end - encoder.column - 2, encoder.top - 2, encoder.column + 4, encoder.tall + 4);
  arrow(context, [end + 5, y], [box.x - 5, y], ink.text, 3);
  const [x, right] = [box.x + box.wide / 2, box.x + box.wide];
  if (narrow) arrow(context, [x, sweep + bar + 6], [x, title.y + 8], ink.text, 3);
  else arrow(context, [right + 5, y], [right + SIDE - 5, y], ink.text, 3);
}

function draw(context, picture) {
  const { data, ink, settings, width } = picture;
  const place = layout(data, width);
  const { encoder, decoder, box, units, title } = place;
  drawLane(context, encoder, place, data.encoder_states, data.reads, picture);
  drawLane(context, decoder, place, data.decoder_states, data.decoder_reads, picture);
  for (const part of [drawContext, drawSweep, drawAnswer, drawSure]) part(context, place, picture);
  drawArrows(context, place, ink);
  const heading = (text, x, y, look) => write(context, text, x, y, { ink: ink.text, font: BOLD, ...look });
  heading("encoder: reads", encoder.left, 17, { ink: ink.encoder });
  heading(`decoder: writes${place.narrow ? "" : ", running free"}`, title.x, title.y, {
    align: title.align,
    ink: ink.decoder,
  });
  heading("context h_S", box.x + box.wide / 2, box.y - 9, { align: "center" });
  drawKey(context, place.key, ink);
  const axis = { ink: ink.faint, align: "right" };
  if (!place.narrow) write(context, "unit", encoder.left - 8, encoder.top - 6, axis);
  write(context, 0, encoder.left - 8, encoder.top + 14, axis);
  write(context, units - 1, encoder.left - 8, encoder.top + encoder.tall, axis);
  const { reads, writes, gaps } = data;
  return `It reads ${joined(reads, gaps.reads)} and writes ${joined(writes, gaps.writes)}. ${say(data, settings)}`;
}

/** What is at a place: a unit of the context, or the value that its place below means. */
function spot(x, y, { width, data }) {
  const { box, units, sweep, bar } = layout(data, width);
  const [unit] = cellAt({ ...box, x: box.x - 9, wide: box.wide + 18 }, [units, 1], [x, y]) ?? [];
  if (unit !== undefined) return { unit };
  if (cellAt({ ...box, y: sweep - 8, tall: bar + 8 }, [1, 1], [x, y]))
    return { value: (2 * (x - box.x)) / box.wide - 1 };
  return {};
}

/** Press on a unit of the context and drag it to the left or right; a press below gives it the value there. */
function pointer() {
  let grip;
  const between = (value) => Math.max(-1, Math.min(1, Math.round(100 * value) / 100));
  return (x, y, place, event) => {
    const { data, settings, width } = place;
    const { box } = layout(data, width);
    if (!event.buttons) grip = undefined;
    if (grip) return { value: between(grip.value + (2 * (x - grip.x)) / box.wide) };
    if (event.type !== "pointerdown") return;
    const { unit, value } = spot(x, y, place);
    if (unit !== undefined) {
      grip = { x, value: numberAt(data, settings, unit) };
      return { unit };
    }
    if (value === undefined) return;
    grip = { x, value };
    return { value: between(value) };
  };
}

/** The value slider shows the chosen unit. Moved itself, it changes it: the last change stands last. */
function follow(settings, data, moved) {
  if (moved.includes("text")) return { edits: {} };
  const { unit, value, edits } = settings;
  if (!moved.includes("value")) return { value: numberAt(data, settings, unit) };
  const others = Object.entries(edits).filter(([name]) => name !== nameOf(unit));
  return { edits: Object.fromEntries([...others, [nameOf(unit), value]]) };
}

function render(host) {
  const picture = {
    height: (width, { data }) => layout(data, width).height,
    least: 300,
    draw,
    point: pointer(),
    cursor: (...where) => (Object.keys(spot(...where)).length ? "ew-resize" : "default"),
  };
  return explorer(host, {
    title: "Context bridge",
    pictures: [picture],
    follow,
    say,
  });
}

export default { render };
