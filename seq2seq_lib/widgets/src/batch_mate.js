import { BOLD, columnFor, hatch, LETTERS } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, FONT, heatmap, outline, symbolsAlong } from "./shared/instrument.js";
import { fixed } from "./shared/numbers.js";

const HEIGHT = 514;
const LEFT = 118; // the names of the rows
const RIGHT = 232; // the answers
const TALL = 130; // a heatmap
const BAR = 36;
const ALONE = 26; // the top of each heatmap
const BATCH = 220;
const READS = TALL + 19; // below the top of its heatmap
const [MASK, NEIGHBOUR, DISTANCES] = [BATCH + READS + 24, BATCH + READS + 48, BATCH + READS + 78];

function layout(data, width) {
  return { left: LEFT, column: (width - LEFT - RIGHT) / data.columns };
}

function imagesOf(data, palette) {
  for (const lane of [data.alone, data.batch]) {
    [lane.steps, lane.units] = lane.states.shape;
    lane.image ??= heatmap(lane.states.values, lane.steps, lane.units, palette);
  }
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

function name(context, text, y, ink) {
  context.font = FONT;
  context.textAlign = "right";
  context.fillStyle = ink.faint;
  context.fillText(text, LEFT - 10, y);
}

/** States, what is read below them, and an arrow from the last state to the answer. */
function lane(context, { steps, units, image, reads, answer }, top, wrong, { left, column, each, edge, ink, time }) {
  const wide = column * steps;
  context.imageSmoothingEnabled = false;
  context.drawImage(image, left, top, wide, TALL);
  context.strokeStyle = ink.line;
  context.strokeRect(left - 0.5, top - 0.5, wide + 1, TALL + 1);
  name(context, "unit 0", top + 14, ink);
  name(context, `unit ${units - 1}`, top + TALL - 4, ink);
  name(context, "reads", top + READS, ink);
  symbolsAlong(context, reads, left, column, top + READS, time - 1, ink.text);
  const y = top + TALL / 2;
  context.strokeStyle = context.fillStyle = ink.text;
  context.beginPath();
  context.moveTo(left + wide + 3, y);
  context.lineTo(edge + 14, y);
  context.stroke();
  context.beginPath();
  for (const [dx, dy] of [
    [22, 0],
    [12, -5],
    [12, 5],
  ])
    context.lineTo(edge + dx, y + dy);
  context.fill();
  context.textAlign = "left";
  context.font = FONT;
  context.fillText("last state → answer", edge + 28, y - 26);
  context.textAlign = "center";
  answer.forEach((symbol, i) => {
    const x = edge + 28 + (i + 0.5) * each;
    context.font = LETTERS;
    context.fillStyle = ink.text;
    context.fillText(symbol, x, y + 7, each);
    if (!wrong[i]) return;
    context.strokeStyle = context.fillStyle = ink.wrong;
    context.lineWidth = 2.5;
    context.strokeRect(x - each / 2 + 2, y - 14, each - 4, 28);
    context.lineWidth = 1;
    context.fillText("≠", x, y + 34, each);
  });
}

/** How far the state in the batch is from the state alone, at each step. */
function distances(context, data, { left, column, ink }) {
  name(context, "distance from", DISTANCES + 14, ink);
  name(context, "its state alone", DISTANCES + 32, ink);
  const most = Math.max(1, ...data.distances.values);
  data.distances.values.forEach((value, t) => {
    const high = (BAR * value) / most;
    context.fillStyle = ink.encoder;
    context.fillRect(left + t * column + 4, DISTANCES + BAR - high, column - 8, Math.max(high, 1));
    context.fillStyle = ink.text;
    context.textAlign = "center";
    context.fillText(fixed(value, column > 32 ? 2 : 1), left + (t + 0.5) * column, DISTANCES + BAR + 18);
  });
}

function draw(context, { width, ink, data, settings, palette }) {
  imagesOf(data, palette);
  const [alone, batch] = [data.alone.answer, data.batch.answer];
  const each = columnFor(context, [...alone, ...batch], 26, (RIGHT - 34) / Math.max(alone.length, batch.length, 1));
  const place = { ...layout(data, width), each, edge: width - RIGHT, ink, time: settings.time };
  const { left, column, edge } = place;
  context.fillStyle = ink.text;
  context.font = BOLD;
  context.textAlign = "left";
  context.fillText("Alone", left, ALONE - 10);
  context.fillText(data.carry ? "In a batch, with masks" : "In a batch, without masks", left, BATCH - 10);
  lane(context, data.alone, ALONE, [], place);
  lane(context, data.batch, BATCH, data.differing, place);
  const padding = data.padding.indexOf(true);
  if (padding >= 0) {
    const wide = (data.batch.steps - padding) * column;
    hatch(context, left + padding * column, BATCH, wide, TALL);
    context.fillStyle = ink.faint;
    context.textAlign = "left";
    context.font = FONT;
    context.fillText(data.carry ? "∅ padding: skipped" : "∅ padding: read as a symbol", edge + 14, BATCH + READS);
  }
  name(context, "mask", MASK, ink);
  symbolsAlong(
    context,
    data.padding.map((pad) => (data.carry ? Number(!pad) : "–")),
    left,
    column,
    MASK,
    settings.time - 1,
    ink.text,
  );
  name(context, "its neighbour", NEIGHBOUR, ink);
  symbolsAlong(context, data.neighbour, left, column, NEIGHBOUR, settings.time - 1, ink.faint);
  distances(context, data, place);
  context.textAlign = "left";
  context.font = FONT;
  context.fillText("The two last states are", edge + 28, ALONE + TALL + 20);
  context.fillText("apart", edge + 98, ALONE + TALL + 46);
  context.font = "600 26px system-ui, sans-serif";
  context.fillText(apart(data), edge + 28, ALONE + TALL + 48);
  for (const [{ steps }, top] of [
    [data.alone, ALONE],
    [data.batch, BATCH],
  ])
    if (settings.time <= steps) outline(context, left + (settings.time - 1) * column, top, column, TALL);
  return `${say(data, settings)} The last states are ${apart(data)} apart.`;
}

function point(x, _, { width, data }) {
  const { left, column } = layout(data, width);
  const time = Math.floor((x - left) / column) + 1;
  if (time >= 1 && time <= data.columns) return { time };
}

function render(host) {
  return explorer(host, { title: "Batch mate", pictures: [{ height: HEIGHT, draw, point }], say });
}

export default { render };
