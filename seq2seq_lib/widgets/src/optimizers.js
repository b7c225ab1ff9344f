import { BOLD, keptPainting, line, marker, placeIn, planeAxes, pointsOf, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, heatmap, received, shade } from "./shared/instrument.js";
import { number } from "./shared/numbers.js";

const NARROW = 620; // px: below this the curves stand under the map
const FOOT = 48; // the axes below
const HEAD = 134; // the names and numbers above the curves
const ON_THE_MAP = ["#c44601", "#0072b2", "#007a58", "#000"]; // on white: the map looks the same in both themes

/** Where the map and the curves are, and from where on the names above the curves stand. */
function boxes(width) {
  if (width < NARROW) {
    const map = { left: 58, top: 8, width: width - 66, height: 270 };
    const head = map.top + map.height + FOOT + 12;
    const curves = { left: 66, top: head + HEAD, width: width - 80, height: 150 };
    return { map, curves, head, height: curves.top + curves.height + FOOT };
  }
  const map = { left: 66, top: 8, width: Math.round(width * 0.58) - 66, height: 374 };
  const left = map.left + map.width + 84;
  const curves = { left, top: 8 + HEAD, width: width - left - 14, height: 374 - HEAD };
  return { map, curves, head: 0, height: 382 + FOOT };
}

const heightFor = (width) => boxes(width).height;

function within({ left, top, width, height }, [x, y]) {
  return x >= left && x <= left + width && y >= top && y <= top + height;
}

/** The last point of a way at this step: one that has diverged has no more. */
function upTo(way, step) {
  return Math.min(step, way.losses.shape[0] - 1);
}

/** The points of a way up to this step; the last may lie between two of them. */
function trailOf(way, step) {
  const end = upTo(way, step);
  const trail = pointsOf(way.points, Math.floor(end) + 1);
  const share = end % 1;
  if (!share) return trail;
  const ahead = [0, 1].map((axis) => at(way.points, Math.ceil(end), axis));
  return [...trail, trail.at(-1).map((number, axis) => number + share * (ahead[axis] - number))];
}

/** The place on a curve at this step, between two of its points in proportion. */
function onCurve(curve, step) {
  const [[, y], [, next]] = [curve[Math.floor(step)], curve[Math.ceil(step)]];
  return y + (step % 1) * (next - y);
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
  for (const t of [0, surface.steps / 2, surface.steps]) write(context, t, along(t), box.top + box.height + 18, middle);
  write(context, "step", along(surface.steps / 2), box.top + box.height + 40, middle);
  write(context, "loss", box.left - 20, box.top - 10, { ink: ink.text });
}

/** The ways on the map, up to this step, from where they start. */
function drawWays(context, map, surface, ways, step, start) {
  const place = placeIn(map, surface.spans);
  const trails = ways.map((way) => trailOf(way, step).map(place));
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
  drawStart(context, place(start));
  context.restore();
  nameHeads(context, map, ways, step, trails, place(start));
}

/** The handle by which the start is dragged. */
function drawStart(context, [x, y]) {
  for (const [radius, colour] of [
    [11, "#000"],
    [9, "#fff"],
    [4, "#000"],
  ]) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
  }
}

/**
 * The name of the start and of each way's last point beside it, one below the other; a way that is outside stands at the
 * edge and says so.
 */
function nameHeads(context, map, ways, step, trails, start) {
  const right = map.left + map.width;
  const heads = trails.map((trail, i) => ({ i, way: ways[i], head: trail.at(-1), inside: within(map, trail.at(-1)) }));
  heads.unshift({ way: { name: "start" }, head: start, inside: true });
  heads.sort((a, b) => a.head[1] - b.head[1]);
  let row = map.top - 8;
  for (const [rank, one] of heads.entries()) {
    row = Math.max(row + 20, Math.min(one.head[1], map.top + map.height - 12 - 20 * (heads.length - 1 - rank)));
    one.row = row;
    one.x = Math.max(map.left + 12, Math.min(right - 12, one.head[0]));
    if (one.i >= 0) marker(context, one.i, one.inside ? one.head : [one.x, row], 9, ON_THE_MAP[one.i]);
  }
  for (const { i, way, inside, row, x } of heads) {
    const text = inside ? way.name : `${way.name} ✕ ${hasDiverged(way, step) ? "diverged" : "outside"}`;
    context.font = BOLD;
    const onTheRight = x + 20 + context.measureText(text).width < right;
    const style = { ink: ON_THE_MAP[i] ?? "#000", font: BOLD, align: onTheRight ? "left" : "right", halo: "#fff" };
    write(context, text, x + (onTheRight ? 14 : -14), row + 5, style);
  }
}

/** The losses against the step, and above them what they are at this one. */
function drawCurves(context, { curves: box, head }, surface, ways, { settings, at: now, ink }) {
  const { along, up } = axesOf(box, surface);
  const inks = [ink.orange, ink.blue, ink.green, ink.text];
  context.fillStyle = ink.text;
  context.fillRect(along(now.step) - 1, box.top, 2, box.height);
  const curves = ways.map((way) => Array.from(way.losses.values, (loss, t) => [along(t), up(loss)]));
  for (const [i, curve] of curves.entries()) line(context, curve, 2.5, inks[i]);
  for (const [i, way] of ways.entries()) {
    const step = upTo(way, now.step);
    marker(context, i, [along(step), onCurve(curves[i], step)], 8, inks[i]);
    marker(context, i, [box.left - 52, head + 16 + 24 * i], 8, inks[i]);
    const text = `${way.name}: ${inWords(way, settings.step)}`;
    write(context, text, box.left - 36, head + 21 + 24 * i, { ink: ink.text, font: BOLD, room: box.width + 46 });
  }
  const lowest = `✚  lowest on the map: ${number(surface.lowest.loss)}`;
  const y = head + 21 + 24 * ways.length;
  write(context, lowest, box.left - 59, y, { ink: ink.text, room: box.width + 69 });
}

function render(host) {
  const surface = received(host.model.get("surface"));
  const ground = keptPainting();
  const say = ({ ways }, { step }) =>
    `Step ${step}: ${ways.map((way) => `${way.name} ${inWords(way, step)}`).join(", ")}.`;

  function draw(context, picture) {
    const { width, ink, data, settings, at: now, magnitudes } = picture;
    const place = boxes(width);
    ground(context, picture, (own) => drawGround(own, width, surface, ink, magnitudes));
    drawWays(context, place.map, surface, data.ways, now.step, [now.x, now.y]);
    drawCurves(context, place, surface, data.ways, picture);
    return `The loss over ${surface.labels.join(" and ")}, and the optimizers’ ways on it. ${say(data, settings)}`;
  }

  /** What the hand is on: the handle of the start, the rest of the map, or the curves. */
  function part(x, y, { width, settings }) {
    const { map, curves } = boxes(width);
    const [startX, startY] = placeIn(map, surface.spans)([settings.x, settings.y]);
    if (Math.hypot(x - startX, y - startY) < 22) return "start";
    return within(map, [x, y]) ? "map" : within(curves, [x, y]) ? "curves" : undefined;
  }

  /** The start that a place on the map means, as the sliders have it. */
  function startAt(map, x, y) {
    const [[west, east], [south, north]] = surface.spans;
    const across = (low, high, share) => Math.round(20 * (low + (high - low) * Math.max(0, Math.min(1, share)))) / 20;
    return { x: across(west, east, (x - map.left) / map.width), y: across(north, south, (y - map.top) / map.height) };
  }

  let grip;
  /** The start is dragged, or put down by a press on the map; a press on the curves, or a drag, means a step. */
  function point(x, y, place, { type, buttons, pointerType }) {
    const { map, curves } = boxes(place.width);
    if (type === "pointerdown") grip = part(x, y, place);
    const scrolls = pointerType === "touch" && grip === "map"; // a finger that only wants to move the page
    const held = grip;
    if (!buttons) grip = undefined;
    if (held === "curves" && buttons) {
      const step = Math.round((surface.steps * (x - curves.left)) / curves.width);
      return { step: Math.max(0, Math.min(surface.steps, step)) };
    }
    if (scrolls ? type === "pointerup" : buttons && /start|map/.test(held)) return startAt(map, x, y);
  }

  const cursor = (...where) => ({ start: "grab", map: "crosshair", curves: "ew-resize" })[part(...where)] ?? "default";
  const pictures = [{ height: heightFor, least: 300, draw, point, cursor }];
  return explorer(host, { title: "Optimizers", pictures, say, withScale: false });
}

export default { render };
