import { BOLD, keptPainting, line, marker, placeIn, planeAxes, pointsOf, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, heatmap, received, shade } from "./shared/instrument.js";
import { number } from "./shared/numbers.js";

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
  return number(at(way.losses, upTo(way, step)));
}

/** Places of the curves: along the steps, and up the losses, whose axis is the scale of the map's colours as well. */
function axesOf(box, { powers: [low, high], steps }) {
  const power = (loss) => Math.max(low, Math.min(high, Math.log10(loss)));
  return {
    along: (t) => box.left + (box.width * t) / steps,
    up: (loss) => box.top + (box.height * (high - power(loss))) / (high - low),
  };
}

/** What no control changes: the map with its contours and its lowest point, all axes, the scale of the colours. */
function drawGround(context, width, surface, ink, magnitudes) {
  const { map, curves } = boxes(width);
  const place = placeIn(map, surface.spans);
  const image = heatmap(surface.colours.values, ...surface.colours.shape, magnitudes);
  context.drawImage(image, map.left, map.top, map.width, map.height);
  for (const { lines } of surface.contours)
    for (const points of lines) line(context, pointsOf(points).map(place), 0.8, "rgb(255 255 255 / 0.7)");
  const [x, y] = place(surface.lowest.place);
  for (const half of [2.5, 1]) {
    context.fillStyle = half > 1 ? "#000" : "#fff";
    context.fillRect(x - 9, y - half, 18, 2 * half);
    context.fillRect(x - half, y - 9, 2 * half, 18);
  }
  planeAxes(context, map, surface.spans, surface.labels, ink);
  drawScales(context, curves, surface, ink, magnitudes);
}

function drawScales(context, box, surface, ink, magnitudes) {
  const { along, up } = axesOf(box, surface);
  const [low, high] = surface.powers;
  const every = Math.ceil(((high - low) * 18) / box.height); // so that no number touches the next
  for (let y = 0; y < box.height; y++) {
    context.fillStyle = `rgb(${shade(magnitudes, 1 - (2 * y) / box.height)})`;
    context.fillRect(box.left - 20, box.top + y, 14, 1.5);
  }
  for (const { loss } of surface.contours) {
    context.fillStyle = "#fff";
    context.fillRect(box.left - 20, up(loss) - 0.5, 14, 1);
    if (Math.log10(loss) % every) continue;
    context.fillStyle = ink.line;
    context.fillRect(box.left, up(loss) - 0.5, box.width, 1);
    write(context, number(loss), box.left - 25, up(loss) + 5, { ink: ink.text, align: "right" });
  }
  const middle = { ink: ink.text, align: "center" };
  for (const t of [0, surface.steps / 2, surface.steps]) write(context, t, along(t), HEIGHT - FOOT + 18, middle);
  write(context, "step", along(surface.steps / 2), HEIGHT - 8, middle);
  write(context, "loss", box.left - 20, box.top - 10, { ink: ink.text });
}

/** The ways on the map, up to this step. */
function drawWays(context, map, surface, ways, step) {
  const place = placeIn(map, surface.spans);
  const trails = ways.map((way) => pointsOf(way.points, upTo(way, step) + 1).map(place));
  context.save();
  context.beginPath();
  context.rect(map.left, map.top, map.width, map.height);
  context.clip();
  for (const trail of trails) line(context, trail, 7, "#fff");
  for (const [i, trail] of trails.entries()) {
    line(context, trail, 2, ON_THE_MAP[i]);
    context.fillStyle = ON_THE_MAP[i];
    for (const [x, y] of trail) context.fillRect(x - 2.5, y - 2.5, 5, 5);
  }
  context.restore();
  nameHeads(context, map, ways, step, trails);
}

/** Each way's name beside its last point, one below the other; a way that is outside stands at the edge and says so. */
function nameHeads(context, map, ways, step, trails) {
  const right = map.left + map.width;
  const heads = trails.map((trail, i) => ({ i, way: ways[i], head: trail.at(-1), inside: within(map, trail.at(-1)) }));
  heads.sort((a, b) => a.head[1] - b.head[1]);
  let row = map.top - 8;
  for (const [rank, one] of heads.entries()) {
    row = Math.max(row + 20, Math.min(one.head[1], map.top + map.height - 12 - 20 * (heads.length - 1 - rank)));
    one.row = row;
    one.x = Math.max(map.left + 12, Math.min(right - 12, one.head[0]));
    marker(context, one.i, one.inside ? one.head : [one.x, row], 9, ON_THE_MAP[one.i]);
  }
  for (const { i, way, inside, row, x } of heads) {
    const text = inside ? way.name : `${way.name} ✕ ${hasDiverged(way, step) ? "diverged" : "outside"}`;
    const onTheRight = x < map.left + map.width * 0.72;
    const style = { ink: ON_THE_MAP[i], font: BOLD, align: onTheRight ? "left" : "right", halo: "#fff" };
    write(context, text, x + (onTheRight ? 14 : -14), row + 5, style);
  }
}

/** The losses against the step, and above them what they are at this one. */
function drawCurves(context, box, surface, ways, step, ink) {
  const { along, up } = axesOf(box, surface);
  const inks = [ink.orange, ink.blue, ink.green, ink.text];
  context.fillStyle = ink.text;
  context.fillRect(along(step) - 1, box.top, 2, box.height);
  const curves = ways.map((way) => Array.from(way.losses.values, (loss, t) => [along(t), up(loss)]));
  for (const [i, curve] of curves.entries()) line(context, curve, 2.5, inks[i]);
  for (const [i, way] of ways.entries()) {
    marker(context, i, curves[i][upTo(way, step)], 8, inks[i]);
    marker(context, i, [box.left - 52, 16 + 24 * i], 8, inks[i]);
    const text = `${way.name}: ${inWords(way, step)}`;
    write(context, text, box.left - 36, 21 + 24 * i, { ink: ink.text, font: BOLD, room: box.width + 46 });
  }
  const lowest = `✚  lowest on the map: ${number(surface.lowest.loss)}`;
  write(context, lowest, box.left - 59, 21 + 24 * ways.length, { ink: ink.text, room: box.width + 69 });
}

function render(host) {
  const surface = received(host.model.get("surface"));
  const ground = keptPainting();
  const say = ({ ways }, { step }) =>
    `Step ${step}: ${ways.map((way) => `${way.name} ${inWords(way, step)}`).join(", ")}.`;

  function draw(context, picture) {
    const { width, ink, data, settings, magnitudes } = picture;
    const { map, curves } = boxes(width);
    ground(context, picture, (own) => drawGround(own, width, surface, ink, magnitudes));
    drawWays(context, map, surface, data.ways, settings.step);
    drawCurves(context, curves, surface, data.ways, settings.step, ink);
    return `The loss over ${surface.labels.join(" and ")}, and the optimizers’ ways on it. ${say(data, settings)}`;
  }

  function point(x, y, { width }, event) {
    if (event.buttons !== 1) return; // pressed, or dragged
    const { map, curves } = boxes(width);
    if (within(curves, [x, y])) return { step: Math.round((surface.steps * (x - curves.left)) / curves.width) };
    if (!within(map, [x, y])) return;
    const [[west, east], [south, north]] = surface.spans;
    const first = west + ((east - west) * (x - map.left)) / map.width;
    const second = north - ((north - south) * (y - map.top)) / map.height;
    return { x: Math.round(20 * first) / 20, y: Math.round(20 * second) / 20 }; // as the sliders have them
  }

  return explorer(host, { title: "Optimizers", pictures: [{ height: HEIGHT, draw, point }], say, withScale: false });
}

export default { render };
