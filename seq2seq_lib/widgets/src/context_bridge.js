import { arrow, BOLD, cellAt, joined, LETTERS, line, marker, visible, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, heatmap, outline, symbolsAlong } from "./shared/instrument.js";
import { number, signed } from "./shared/numbers.js";

const LEFT = 44; // the numbers of the units
const MIDDLE = 216; // the context between encoder and decoder
const SIDE = 38; // an arrow on each side of it
const ROWS = { was: 46, writes: 80 };
const [TOP, TALL] = [122, 240]; // the states, and the context between them
const READS = TOP + TALL + 20;
const BARS = { top: READS + 22, tall: 46 };
const FOOT = BARS.top + BARS.tall + 42;
const HEIGHT = FOOT + 8;

function layout(data, width) {
  const [encoder, decoder] = [data.reads.length, data.writes.length];
  const steps = Math.max(decoder, data.was.length);
  const room = width - LEFT - MIDDLE - 4;
  const written = Math.max(room / (encoder + steps), Math.min(26, (0.7 * room) / steps)); // its symbols must be legible
  const read = (room - written * steps) / encoder;
  const left = LEFT + encoder * read;
  const units = data.encoded.shape[0];
  const box = { x: left + SIDE, y: TOP, wide: MIDDLE - 2 * SIDE, tall: TALL / units };
  return {
    encoder: { left: LEFT, steps: encoder, column: read },
    decoder: { left: left + MIDDLE, steps: decoder, column: written },
    units,
    box,
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
function drawLane(context, { left, steps, column }, { units }, states, reads, { ink, palette }) {
  states.image ??= heatmap(states.values, steps, units, palette);
  context.imageSmoothingEnabled = false;
  context.drawImage(states.image, left, TOP, steps * column, TALL);
  context.strokeStyle = ink.line;
  context.strokeRect(left - 0.5, TOP - 0.5, steps * column + 1, TALL + 1);
  symbolsAlong(context, reads, left, column, READS, -1, ink.text);
}

/** The context as bars from -1 to 1. What was changed by hand is black or, where it is dark, white, with a circle where it was. */
function drawContext(context, { box, units }, { data, settings, ink }) {
  const y = TOP + settings.unit * box.tall;
  outline(context, box.x - 3, y - 2, box.wide + 6, box.tall + 4);
  context.strokeStyle = ink.line;
  context.strokeRect(box.x, TOP, box.wide, TALL);
  const thick = Math.max(1, box.tall - Math.min(2, box.tall / 3));
  for (let unit = 0; unit < units; unit++) {
    const [zero, end] = [across(box, 0), across(box, numberAt(data, settings, unit))];
    context.fillStyle = nameOf(unit) in settings.edits ? ink.chosen : ink.encoder;
    const top = TOP + unit * box.tall + (box.tall - thick) / 2;
    context.fillRect(Math.min(zero, end), top, Math.max(1, Math.abs(end - zero)), thick);
  }
  context.strokeRect(across(box, 0), TOP, 0, TALL);
  for (const name of Object.keys(settings.edits)) {
    const unit = unitOf(name);
    marker(context, 0, [across(box, at(data.encoded, unit)), TOP + (unit + 0.5) * box.tall], 4, ink.text);
  }
  marker(context, 3, [across(box, numberAt(data, settings, settings.unit)), y + box.tall / 2], 9, ink.chosen);
  for (const value of [-1, 0, 1])
    write(context, number(value), across(box, value), READS, { ink: ink.text, align: "center" });
}

/** What the signs in the context mean. */
function drawKey(context, ink) {
  marker(context, 3, [16, FOOT - 5], 9, ink.chosen);
  write(context, "drag it", 32, FOOT, { ink: ink.text });
  marker(context, 0, [104, FOOT - 5], 4, ink.text);
  write(context, "what the encoder gave", 116, FOOT, { ink: ink.text });
}

/** How many symbols would differ if the unit had another value. */
function drawSweep(context, { box }, { data, settings, ink }) {
  const { top, tall } = BARS;
  const most = Math.max(data.changed.length, ...data.flips.values);
  const wide = box.wide / (data.flips.values.length - 1);
  data.flips.values.forEach((count, i) => {
    const high = Math.max(1, (tall * count) / most);
    context.fillStyle = ink.faint;
    context.fillRect(across(box, at(data.sweep, i)) - wide / 2 + 0.5, top + tall - high, wide - 1, high);
  });
  const x = across(box, numberAt(data, settings, data.unit));
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
  for (const [i, text] of lines.entries()) write(context, text, box.x - 14, top + 20 + 20 * i, style);
}

/** What it wrote before, what it writes now, and below the states how probable that was. */
function drawAnswer(context, { decoder }, { data, ink }) {
  const name = { ink: ink.text, align: "right" };
  write(context, "unchanged, it writes", decoder.left - 10, ROWS.was, name);
  write(context, "now it writes", decoder.left - 10, ROWS.writes, { ...name, font: BOLD });
  const { column } = decoder;
  const wide = Math.min(column - 4, 34);
  data.changed.forEach((differs, t) => {
    const x = decoder.left + (t + 0.5) * column;
    const style = { ink: ink.text, font: LETTERS, align: "center", room: column - 4 };
    write(context, visible(data.was[t] ?? ""), x, ROWS.was, { ...style, ink: ink.faint });
    write(context, visible(data.writes[t] ?? ""), x, ROWS.writes, style);
    if (!differs) return;
    context.strokeStyle = ink.chosen;
    context.lineWidth = 2.5;
    context.strokeRect(x - wide / 2, ROWS.writes - 22, wide, 30);
    context.lineWidth = 1;
    write(context, "≠", x, ROWS.writes + 26, { ink: ink.chosen, font: BOLD, align: "center" });
  });
  data.probabilities.values.forEach((share, t) => {
    const x = decoder.left + (t + 0.5) * column;
    context.fillStyle = ink.decoder;
    context.fillRect(x - wide / 2, BARS.top + BARS.tall * (1 - share), wide, BARS.tall * share);
    context.strokeStyle = ink.line;
    context.strokeRect(x - wide / 2, BARS.top, wide, BARS.tall);
    const style = { ink: ink.text, align: "center", room: column - 4 };
    write(context, Math.round(100 * share), x, BARS.top + BARS.tall + 18, style);
  });
}

function draw(context, picture) {
  const { data, ink, settings, width } = picture;
  const place = layout(data, width);
  const { encoder, decoder, box } = place;
  drawLane(context, encoder, place, data.encoder_states, data.reads, picture);
  drawLane(context, decoder, place, data.decoder_states, data.decoder_reads, picture);
  drawContext(context, place, picture);
  drawSweep(context, place, picture);
  drawAnswer(context, place, picture);
  const end = box.x - SIDE;
  outline(context, end - encoder.column - 2, TOP - 2, encoder.column + 4, TALL + 4);
  for (const x of [end, box.x + box.wide])
    arrow(context, [x + 5, TOP + TALL / 2], [x + SIDE - 5, TOP + TALL / 2], ink.text, 3);
  write(context, "encoder: reads", LEFT, 18, { ink: ink.encoder, font: BOLD });
  const right = { ink: ink.text, align: "right" };
  write(context, "decoder: writes, running free", width - 4, 18, { ...right, ink: ink.decoder, font: BOLD });
  write(context, "how sure it was, in %", width - 4, FOOT, right);
  drawKey(context, ink);
  write(context, "context h_S", box.x + box.wide / 2, TOP - 10, { ink: ink.text, font: BOLD, align: "center" });
  const axis = { ink: ink.faint, align: "right" };
  write(context, "unit", LEFT - 8, TOP - 6, axis);
  write(context, 0, LEFT - 8, TOP + 14, axis);
  write(context, place.units - 1, LEFT - 8, TOP + TALL, axis);
  write(context, "reads", LEFT - 4, READS, axis);
  const { reads, writes, gaps } = data;
  return `It reads ${joined(reads, gaps.reads)} and writes ${joined(writes, gaps.writes)}. ${say(data, settings)}`;
}

/** Press on a unit of the context and drag it to the left or right; a press below gives it the value there. */
function pointer() {
  let grip;
  return (x, y, { width, data, settings }, event) => {
    const { box, units } = layout(data, width);
    const between = (value) => Math.max(-1, Math.min(1, Math.round(100 * value) / 100));
    if (!event.buttons) grip = undefined;
    if (grip) return { value: between(grip.value + (2 * (x - grip.x)) / box.wide) };
    if (event.type !== "pointerdown") return;
    const [unit] = cellAt(box, [units, 1], [x, y]) ?? [];
    if (unit !== undefined) {
      grip = { x, value: numberAt(data, settings, unit) };
      return { unit };
    }
    if (cellAt({ ...box, y: BARS.top - 8, tall: BARS.tall + 8 }, [1, 1], [x, y]))
      return { value: between((2 * (x - box.x)) / box.wide - 1) };
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
  return explorer(host, {
    title: "Context bridge",
    pictures: [{ height: HEIGHT, draw, point: pointer() }],
    follow,
    say,
  });
}

export default { render };
