import { arrow, BOLD, columnFor, hatch, LETTERS, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, heatmap, outline, symbolsAlong } from "./shared/instrument.js";
import { fixed } from "./shared/numbers.js";

const LARGE = "600 22px system-ui, sans-serif";
const NARROW = 620; // px: below this an answer stands under its states
const BAR = 34;

/** Where all stands: the names on the left, the states alone and in the batch, and their answers. */
function layout(data, width) {
  const narrow = width < NARROW;
  const [left, right] = narrow ? [84, 8] : [118, 232];
  const [tall, alone, batch] = narrow ? [84, 26, 200] : [98, 26, 184];
  const reads = batch + tall + 19; // the line of what is read
  return {
    ...{ narrow, left, tall, alone, batch, width, edge: width - right },
    column: (width - left - right) / data.columns,
    mask: reads + 22,
    neighbour: reads + 44,
    distances: reads + 58,
    end: reads + 58 + BAR + 24,
  };
}

const heightFor = (width, { data }) => layout(data, width).end + (width < NARROW ? 92 : 0);

const images = new WeakMap();

/** The states of a lane as an image, painted once. */
function imageOf({ states }, palette) {
  if (!images.has(states)) images.set(states, heatmap(states.values, ...states.shape, palette));
  return images.get(states);
}

const apart = (data) => fixed(at(data.distances, data.distances.shape[0] - 1));

function say(data, { time }) {
  const [alone, batch] = [data.alone, data.batch].map(({ answer }) => `“${answer.join(data.gaps.writes)}”`);
  const answers = data.differing.includes(true)
    ? `Alone it answers ${alone}, in the batch ${batch}`
    : `Alone and in the batch it answers ${alone}`;
  if (time > data.batch.reads.length) return `${answers}. The batch has ended before step ${time}.`;
  const padding = data.carry ? "skips padding" : "reads padding";
  const does = data.padding[time - 1] ? padding : `reads “${data.batch.reads[time - 1]}”`;
  return `${answers}. Step ${time}: ${does}; its state is ${fixed(at(data.distances, time - 1))} away from its state alone.`;
}

/** The name of a row, on its left. */
function name(context, text, y, { left, ink }) {
  write(context, text, left - 10, y, { ink: ink.faint, align: "right" });
}

/** States, and what is read below them. */
function drawLane(context, lane, top, { left, column, tall, ink, palette, time, ...place }) {
  const [steps, units] = lane.states.shape;
  context.imageSmoothingEnabled = false;
  context.drawImage(imageOf(lane, palette), left, top, column * steps, tall);
  context.strokeStyle = ink.line;
  context.strokeRect(left - 0.5, top - 0.5, column * steps + 1, tall + 1);
  name(context, "unit 0", top + 14, { left, ink });
  name(context, `unit ${units - 1}`, top + tall - 4, { left, ink });
  name(context, "reads", top + tall + 19, { left, ink });
  symbolsAlong(context, lane.reads, left, column, top + tall + 19, time - 1, ink.encoder);
  const [x, y] = [left + column * steps + 3, top + tall / 2];
  if (!place.narrow) arrow(context, [x, y], [place.edge + 22, y], ink.text);
}

/** An answer, its symbols in boxes where they are not those of the other. */
function drawAnswer(context, { answer }, x, y, wrong, { each, ink }) {
  answer.forEach((symbol, i) => {
    const middle = x + (i + 0.5) * each;
    write(context, symbol, middle, y + 7, { ink: ink.decoder, font: LETTERS, align: "center", room: each });
    if (!wrong[i]) return;
    context.strokeStyle = ink.wrong;
    context.lineWidth = 2.5;
    context.strokeRect(middle - each / 2 + 2, y - 14, each - 4, 28);
    context.lineWidth = 1;
    write(context, "≠", middle, y + 32, { ink: ink.wrong, align: "center" });
  });
}

/** How far the state in the batch is from the state alone, at each step. */
function drawDistances(context, data, { left, column, distances, narrow, ink, time }) {
  name(context, narrow ? "distance" : "distance from", distances + 14, { left, ink });
  if (!narrow) name(context, "its state alone", distances + 32, { left, ink });
  const most = Math.max(1, ...data.distances.values);
  data.distances.values.forEach((value, t) => {
    const high = Math.max((BAR * value) / most, 1);
    context.fillStyle = ink.encoder;
    context.fillRect(left + t * column + 2, distances + BAR - high, column - 4, high);
    if (column < 24 && t !== time - 1) return; // no room for all numbers
    const digits = column < 24 || column > 32 ? 2 : 1; // one alone has room
    write(context, fixed(value, digits), left + (t + 0.5) * column, distances + BAR + 17, {
      ink: ink.text,
      align: "center",
    });
  });
}

/** The neighbour, as long as it is made: its right edge is there to be dragged. */
function drawNeighbour(context, data, place) {
  const { left, column, mask, neighbour, narrow, ink, time } = place;
  name(context, data.carry ? "mask: on" : "mask: off", mask, place);
  const real = data.padding.map((pad) => (data.carry ? Number(!pad) : "–"));
  symbolsAlong(context, real, left, column, mask, time - 1, ink.text);
  name(context, narrow ? "neighbour" : "its neighbour", neighbour, place);
  symbolsAlong(context, data.neighbour, left, column, neighbour, time - 1, ink.faint);
  const end = data.neighbour.indexOf("∅");
  const wide = column * (end < 0 ? data.neighbour.length : end);
  context.strokeStyle = ink.line;
  context.strokeRect(left + 0.5, neighbour - 15.5, wide - 1, 21);
  context.fillStyle = ink.text;
  context.fillRect(left + wide - 3, neighbour - 15, 5, 20);
}

/** What both lanes lead to: two answers, and how far apart the last states are. */
function drawEnds(context, data, place) {
  const { narrow, left, edge, alone, batch, tall, end, ink } = place;
  const padding = data.carry ? "∅ padding: skipped" : "∅ padding: read as a symbol";
  if (narrow) {
    const answers = [
      [data.alone, [], alone + tall + 46],
      [data.batch, data.differing, end + 18],
    ];
    for (const [lane, wrong, y] of answers) {
      name(context, "→ answer", y + 6, place);
      drawAnswer(context, lane, left, y, wrong, place);
    }
    name(context, "last states", end + 80, place);
    write(context, `${apart(data)} apart`, left, end + 81, { ink: ink.text, font: LARGE });
    return;
  }
  const x = edge + 28;
  drawAnswer(context, data.alone, x, alone + tall / 2, [], place);
  drawAnswer(context, data.batch, x, batch + tall / 2, data.differing, place);
  for (const top of [alone, batch]) write(context, "last state → answer", x, top + tall / 2 - 26, { ink: ink.text });
  write(context, "The two last states are", x, alone + tall + 18, { ink: ink.text });
  write(context, `${apart(data)} apart`, x, alone + tall + 42, { ink: ink.text, font: LARGE });
  if (data.padding.includes(true)) write(context, padding, edge + 14, batch + tall + 19, { ink: ink.faint });
}

function draw(context, { width, ink, data, settings, at: now, palette }) {
  const boxes = layout(data, width);
  const { narrow, left, column, alone, batch, tall, edge } = boxes;
  const answers = [data.alone.answer, data.batch.answer];
  const most = (narrow ? width - left - 8 : width - edge - 34) / Math.max(1, ...answers.map(({ length }) => length));
  const place = { ...boxes, each: columnFor(context, answers.flat(), 26, most), ink, palette, time: settings.time };
  const title = { ink: ink.text, font: BOLD };
  write(context, "Alone", left, alone - 10, title);
  write(context, data.carry ? "In a batch, with masks" : "In a batch, without masks", left, batch - 10, title);
  drawLane(context, data.alone, alone, place);
  drawLane(context, data.batch, batch, place);
  const padding = data.padding.indexOf(true);
  if (padding >= 0) hatch(context, left + padding * column, batch, (data.padding.length - padding) * column, tall);
  drawNeighbour(context, data, place);
  drawDistances(context, data, place);
  drawEnds(context, data, place);
  for (const [{ reads }, top] of [
    [data.alone, alone],
    [data.batch, batch],
  ])
    if (settings.time <= reads.length) outline(context, left + (now.time - 1) * column, top, column, tall);
  return `${say(data, settings)} The last states are ${apart(data)} apart.`;
}

/** What the hand is on: the mask, the neighbour, or a column of time. */
function part(x, y, { width, data }) {
  const { left, column, mask, neighbour } = layout(data, width);
  const step = Math.floor((x - left) / column) + 1;
  if (Math.abs(y - (mask - 5)) < 11) return x < left + data.columns * column ? ["mask"] : [];
  if (step < 1 || step > data.columns) return [];
  return [Math.abs(y - (neighbour - 5)) < 11 ? "neighbour" : "time", step];
}

/** Pointing at a column goes there; the neighbour is dragged longer and shorter, and a press on the mask turns it. */
function pointer() {
  let grip;
  return (x, y, place, event) => {
    const [what, step] = part(x, y, place);
    if (event.type === "pointerdown") grip = what;
    if (!event.buttons) grip = undefined;
    if (event.type === "pointerdown" && what === "mask") return { carry: !place.settings.carry };
    if (grip === "neighbour") {
      const { left, column } = layout(place.data, place.width);
      return { neighbour: Math.max(1, Math.min(place.data.columns, Math.round((x - left) / column))) };
    }
    if (what === "time" && grip !== "mask") return { time: step };
  };
}

const CURSORS = { mask: "pointer", neighbour: "ew-resize", time: "ew-resize" };

function render(host) {
  const cursor = (...where) => CURSORS[part(...where)[0]] ?? "default";
  return explorer(host, {
    title: "Batch mate",
    pictures: [{ height: heightFor, least: 300, draw, point: pointer(), cursor }],
    say,
  });
}

export default { render };
