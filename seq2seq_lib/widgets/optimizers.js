import { BOLD, line, marker } from "./drawings.js";
import { explorer } from "./explorer.js";
import { at, FONT, heatmap, shade, unpacked } from "./instrument.js";

const HEIGHT = 430;
const FOOT = 48; // the axes below
const HEAD = 142; // the names and numbers above the curves
const ON_THE_MAP = ["#c44601", "#0072b2", "#007a58", "#000"]; // on white: the map looks the same in both themes

/** Where the map and the curves are. */
function boxes(width) {
  const map = { left: 66, top: 8, width: Math.round(width * 0.58) - 66, height: HEIGHT - FOOT - 8 };
  const left = map.left + map.width + 84;
  return { map, curves: { left, top: HEAD, width: width - left - 14, height: HEIGHT - FOOT - HEAD } };
}

/** From the two weights to the map, and back. */
function onMap({ left, top, width, height }, [[west, east], [south, north]]) {
  return {
    place: ([x, y]) => [left + (width * (x - west)) / (east - west), top + (height * (north - y)) / (north - south)],
    weights: (x, y) => [west + ((east - west) * (x - left)) / width, north - ((north - south) * (y - top)) / height],
  };
}

function within({ left, top, width, height }, [x, y]) {
  return x >= left && x <= left + width && y >= top && y <= top + height;
}

/** The last point of a way at this step: one that has diverged has no more. */
function upTo(way, step) {
  return Math.min(step, way.losses.shape[0] - 1);
}

function hasDiverged(way, step) {
  return way.diverged !== null && step >= way.diverged;
}

function inWords(way, step) {
  if (hasDiverged(way, step)) return `diverged at step ${way.diverged}`;
  return Number(at(way.losses, upTo(way, step)).toPrecision(2)).toString();
}

function drawMap(context, map, surface, ways, step, ink) {
  const { place } = onMap(map, surface.spans);
  context.imageSmoothingEnabled = true;
  context.drawImage(surface.image, map.left, map.top, map.width, map.height);
  context.save();
  context.beginPath();
  context.rect(map.left, map.top, map.width, map.height);
  context.clip();
  for (const { lines } of surface.contours)
    for (const points of lines) line(context, pointsOf(points).map(place), 0.8, "rgb(255 255 255 / 0.7)");
  const [x, y] = place(surface.lowest.place);
  for (const [width, colour] of [
    [5, "#000"],
    [2, "#fff"],
  ]) {
    line(
      context,
      [
        [x - 9, y],
        [x + 9, y],
      ],
      width,
      colour,
    );
    line(
      context,
      [
        [x, y - 9],
        [x, y + 9],
      ],
      width,
      colour,
    );
  }
  const trails = ways.map((way) => pointsOf(way.points, upTo(way, step) + 1).map(place));
  for (const trail of trails) line(context, trail, 7, "#fff");
  trails.forEach((trail, i) => {
    line(context, trail, 2, ON_THE_MAP[i]);
    context.fillStyle = ON_THE_MAP[i];
    for (const [x, y] of trail) context.fillRect(x - 2.5, y - 2.5, 5, 5);
  });
  context.restore();
  context.strokeStyle = ink.line;
  context.strokeRect(map.left - 0.5, map.top - 0.5, map.width + 1, map.height + 1);
  nameHeads(context, map, ways, step, trails);
  mapAxes(context, map, surface, ink);
}

/** The rows of an array (n, 2), or the first of them. */
function pointsOf(array, count = array.shape[0]) {
  return Array.from({ length: count }, (_, i) => [at(array, i, 0), at(array, i, 1)]);
}

/** Each way's name beside its last point, one below the other; a way that is outside stands at the edge and says so. */
function nameHeads(context, map, ways, step, trails) {
  const right = map.left + map.width;
  const heads = trails.map((trail, i) => ({ i, way: ways[i], head: trail.at(-1), inside: within(map, trail.at(-1)) }));
  heads.sort((a, b) => a.head[1] - b.head[1]);
  let row = map.top - 8;
  heads.forEach((one, rank) => {
    row = Math.max(row + 20, Math.min(one.head[1], map.top + map.height - 12 - 20 * (heads.length - 1 - rank)));
    one.row = row;
    one.x = Math.max(map.left + 12, Math.min(right - 12, one.head[0]));
    marker(context, one.i, one.inside ? one.head : [one.x, row], 9, ON_THE_MAP[one.i]);
  });
  for (const { i, way, inside, row, x } of heads) {
    const text = inside ? way.name : `${way.name} ✕ ${hasDiverged(way, step) ? "diverged" : "outside"}`;
    const onTheRight = x < map.left + map.width * 0.72;
    context.textAlign = onTheRight ? "left" : "right";
    context.font = BOLD;
    context.lineWidth = 5;
    context.strokeStyle = "#fff";
    context.strokeText(text, x + (onTheRight ? 14 : -14), row + 5);
    context.fillStyle = ON_THE_MAP[i];
    context.fillText(text, x + (onTheRight ? 14 : -14), row + 5);
  }
  context.lineWidth = 1;
}

function mapAxes(context, map, { spans, labels }, ink) {
  const { place } = onMap(map, spans);
  const [[west, east], [south, north]] = spans;
  context.font = FONT;
  context.fillStyle = ink.text;
  context.textAlign = "center";
  for (const x of [west, (west + east) / 2, east])
    context.fillText(Number(x.toPrecision(2)), place([x, 0])[0], HEIGHT - FOOT + 18);
  context.fillText(labels[0], map.left + map.width / 2, HEIGHT - 8);
  context.textAlign = "right";
  for (const y of [south, (south + north) / 2, north])
    context.fillText(Number(y.toPrecision(2)), map.left - 7, Math.max(place([0, y])[1] + 5, map.top + 10));
  context.save();
  context.translate(20, map.top + map.height / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.fillText(labels[1], 0, 0);
  context.restore();
}

/** The losses against the step; their axis is the scale of the map's colours as well. */
function drawCurves(context, box, surface, ways, step, ink, magnitudes) {
  const [low, high] = surface.powers;
  const along = (t) => box.left + (box.width * t) / surface.steps;
  const up = (loss) => {
    const power = Math.max(low, Math.min(high, Math.log10(loss)));
    return box.top + (box.height * (high - power)) / (high - low);
  };
  for (let y = 0; y < box.height; y++) {
    context.fillStyle = `rgb(${shade(magnitudes, 1 - (2 * y) / box.height)})`;
    context.fillRect(box.left - 20, box.top + y, 14, 1.5);
  }
  context.font = FONT;
  context.fillStyle = ink.text;
  context.textAlign = "right";
  for (const { loss } of surface.contours) {
    line(
      context,
      [
        [box.left - 20, up(loss)],
        [box.left - 6, up(loss)],
      ],
      1,
      "#fff",
    );
    if (Math.log10(loss) % 1) continue;
    line(
      context,
      [
        [box.left, up(loss)],
        [box.left + box.width, up(loss)],
      ],
      1,
      ink.line,
    );
    context.fillText(Number(loss.toPrecision(1)), box.left - 25, up(loss) + 5);
  }
  context.textAlign = "center";
  for (const t of [0, surface.steps / 2, surface.steps]) context.fillText(t, along(t), HEIGHT - FOOT + 18);
  context.fillText("step", along(surface.steps / 2), HEIGHT - 8);
  context.textAlign = "left";
  context.fillText("loss", box.left - 20, box.top - 10);
  line(
    context,
    [
      [along(step), box.top],
      [along(step), box.top + box.height],
    ],
    2,
    ink.text,
  );
  const inks = [ink.orange, ink.blue, ink.green, ink.text];
  const curves = ways.map((way) => Array.from(way.losses.values, (loss, t) => [along(t), up(loss)]));
  for (const [i, curve] of curves.entries()) line(context, curve, 2.5, inks[i]);
  context.font = BOLD;
  ways.forEach((way, i) => {
    marker(context, i, curves[i][upTo(way, step)], 8, inks[i]);
    marker(context, i, [box.left - 52, 16 + 24 * i], 8, inks[i]);
    context.fillStyle = ink.text;
    context.fillText(`${way.name}: ${inWords(way, step)}`, box.left - 36, 21 + 24 * i, box.width + 46);
  });
  context.font = FONT;
  const lowest = `✚  lowest on the map: ${surface.lowest.loss.toPrecision(2)}`;
  context.fillText(lowest, box.left - 59, 21 + 24 * ways.length, box.width + 69);
}

function render(host) {
  const { content, buffers } = host.model.get("surface");
  const surface = unpacked(content, buffers);
  const say = ({ ways }, { step }) =>
    `Step ${step}: ${ways.map((way) => `${way.name} ${inWords(way, step)}`).join(", ")}.`;

  function draw(context, { width, ink, data, settings, magnitudes }) {
    const { map, curves } = boxes(width);
    surface.image ??= heatmap(surface.colours.values, ...surface.colours.shape, magnitudes);
    drawMap(context, map, surface, data.ways, settings.step, ink);
    drawCurves(context, curves, surface, data.ways, settings.step, ink, magnitudes);
    return `The loss over ${surface.labels.join(" and ")}, and the optimizers’ ways on it. ${say(data, settings)}`;
  }

  function point(x, y, { width }, event) {
    if (event.buttons !== 1) return; // pressed, or dragged
    const { map, curves } = boxes(width);
    if (within(curves, [x, y])) return { step: Math.round((surface.steps * (x - curves.left)) / curves.width) };
    if (!within(map, [x, y])) return;
    const [first, second] = onMap(map, surface.spans).weights(x, y);
    return { x: Math.round(20 * first) / 20, y: Math.round(20 * second) / 20 }; // as the sliders have them
  }

  return explorer(host, { title: "Optimizers", pictures: [{ height: HEIGHT, draw, point }], say, withScale: false });
}

export default { render };
