import { explorer } from "./explorer.js";
import { at, FONT, heatmap, shade, unpacked } from "./instrument.js";

const HEIGHT = 420;
const FOOT = 48; // the axes below
const HEAD = 112; // the names and numbers above the curves
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
    place: (x, y) => [left + (width * (x - west)) / (east - west), top + (height * (north - y)) / (north - south)],
    weights: (x, y) => [west + ((east - west) * (x - left)) / width, north - ((north - south) * (y - top)) / height],
  };
}

/** A step of a way, or the last one that it has. */
function upTo(way, step) {
  return Math.min(step, way.losses.shape[0] - 1);
}

function inWords(way, step) {
  if (way.diverged !== null && step >= way.diverged) return `diverged at step ${way.diverged}`;
  return Number(at(way.losses, upTo(way, step)).toPrecision(2)).toString();
}

/** A circle, a square, a triangle, a diamond: each way has a shape of its own, with a white edge. */
function marker(context, shape, x, y, size, colour) {
  context.beginPath();
  const corners = [0, 4, 3, 4][shape];
  const turn = [0, Math.PI / 4, -Math.PI / 2, 0][shape];
  for (let i = 0; i < corners; i++) {
    const angle = turn + (2 * Math.PI * i) / corners;
    context.lineTo(x + 1.3 * size * Math.cos(angle), y + 1.3 * size * Math.sin(angle));
  }
  if (!corners) context.arc(x, y, size, 0, 7);
  context.closePath();
  context.lineWidth = 3;
  context.strokeStyle = "#fff";
  context.stroke();
  context.fillStyle = colour;
  context.fill();
  context.lineWidth = 1;
}

function line(context, points, width, colour) {
  context.beginPath();
  for (const point of points) context.lineTo(...point);
  context.lineJoin = "round";
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.stroke();
  context.lineWidth = 1;
}

/** Text with a white edge, so that it can be read on every colour. */
function label(context, text, x, y, colour) {
  context.font = `bold ${FONT.replace("14px", "15px")}`;
  context.lineWidth = 5;
  context.lineJoin = "round";
  context.strokeStyle = "#fff";
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
  context.lineWidth = 1;
}

function drawMap(context, map, surface, data, step, ink) {
  const { place } = onMap(map, surface.spans);
  context.imageSmoothingEnabled = true;
  context.drawImage(surface.image, map.left, map.top, map.width, map.height);
  context.save();
  context.beginPath();
  context.rect(map.left, map.top, map.width, map.height);
  context.clip();
  const heads = data.ways.map((way, i) => {
    const last = upTo(way, step);
    const points = Array.from({ length: last + 1 }, (_, t) => place(at(way.points, t, 0), at(way.points, t, 1)));
    line(context, points, 6, "#fff");
    line(context, points, 3, ON_THE_MAP[i]);
    for (const [x, y] of points) marker(context, i, x, y, 2, ON_THE_MAP[i]);
    return points[last];
  });
  context.restore();
  context.strokeStyle = ink.line;
  context.strokeRect(map.left - 0.5, map.top - 0.5, map.width + 1, map.height + 1);
  names(context, map, data, step, heads);
  mapAxes(context, map, surface, ink);
}

/** Each way's name beside its last point; those outside stand at the edge, and say so. */
function names(context, map, data, step, heads) {
  const inside = ([x, y]) => x >= map.left && x <= map.left + map.width && y >= map.top && y <= map.top + map.height;
  let free = -Infinity; // above this the names of others stand
  const fromAbove = heads.map((head, i) => ({ head, i })).sort((a, b) => a.head[1] - b.head[1]);
  for (const { head, i } of fromAbove) {
    const x = Math.max(map.left + 10, Math.min(map.left + map.width - 10, head[0]));
    const y = Math.max(map.top + 10, Math.min(map.top + map.height - 10, head[1]));
    marker(context, i, x, y, 7, ON_THE_MAP[i]);
    const way = data.ways[i];
    const gone = way.diverged !== null && step >= way.diverged ? " ✕ diverged" : " ✕ outside";
    const text = way.name + (inside(head) ? "" : gone);
    const right = x < map.left + map.width * 0.7;
    free = Math.max(free + 19, Math.min(y + 5, map.top + map.height - 6 - 19 * (heads.length - 1)));
    context.textAlign = right ? "left" : "right";
    label(context, text, right ? x + 14 : x - 14, free, ON_THE_MAP[i]);
  }
}

function mapAxes(context, map, { spans, labels }, ink) {
  const { place } = onMap(map, spans);
  context.font = FONT;
  context.fillStyle = ink.text;
  context.textAlign = "center";
  for (let x = Math.ceil(spans[0][0]); x <= spans[0][1]; x++) context.fillText(x, place(x, 0)[0], HEIGHT - FOOT + 18);
  context.fillText(labels[0], map.left + map.width / 2, HEIGHT - 8);
  context.textAlign = "right";
  for (let y = Math.ceil(spans[1][0]); y <= spans[1][1]; y++) context.fillText(y, map.left - 7, place(0, y)[1] + 5);
  context.save();
  context.translate(20, map.top + map.height / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.fillText(labels[1], 0, 0);
  context.restore();
}

function drawCurves(context, box, surface, data, step, ink, magnitudes) {
  const [low, high] = surface.decades;
  const along = (t) => box.left + (box.width * t) / surface.steps;
  const up = (power) => box.top + (box.height * (high - power)) / (high - low);
  const inks = [ink.orange, ink.blue, ink.green, ink.text];
  for (let y = 0; y < box.height; y++) {
    context.fillStyle = `rgb(${shade(magnitudes, 1 - (2 * y) / box.height)})`;
    context.fillRect(box.left - 18, box.top + y, 12, 1.5);
  }
  context.font = FONT;
  for (let power = low; power <= high; power++) {
    line(
      context,
      [
        [box.left, up(power)],
        [box.left + box.width, up(power)],
      ],
      1,
      ink.line,
    );
    context.fillStyle = ink.text;
    context.textAlign = "right";
    context.fillText(Number((10 ** power).toPrecision(1)), box.left - 24, up(power) + 5);
  }
  context.textAlign = "center";
  for (const t of [0, surface.steps / 2, surface.steps]) context.fillText(t, along(t), HEIGHT - FOOT + 18);
  context.fillText("step", along(surface.steps / 2), HEIGHT - 8);
  context.textAlign = "left";
  context.fillText("loss", box.left - 60, box.top - 14);
  line(
    context,
    [
      [along(step), box.top],
      [along(step), box.top + box.height],
    ],
    2,
    ink.text,
  );
  data.ways.forEach((way, i) => {
    const curve = Array.from(way.losses.values, (loss, t) => [
      along(t),
      up(Math.min(Math.log10(Math.max(loss, 10 ** low)), high)),
    ]);
    line(context, curve, 2.5, inks[i]);
    marker(context, i, ...curve[upTo(way, step)], 6, inks[i]);
    marker(context, i, box.left - 52, 16 + 24 * i, 6, inks[i]);
    context.font = `bold ${FONT.replace("14px", "15px")}`;
    context.fillStyle = ink.text;
    context.fillText(`${way.name}: ${inWords(way, step)}`, box.left - 36, 21 + 24 * i, box.width + 40);
  });
}

function render(host) {
  const { content, buffers } = host.model.get("surface");
  const surface = unpacked(content, buffers);
  const [columns, rows] = surface.levels.shape;
  let image;
  const say = (data, { step }) =>
    `Step ${step}: ${data.ways.map((way) => `${way.name} ${inWords(way, step)}`).join(", ")}. Lowest here: ${surface.lowest.toPrecision(2)}.`;
  return explorer(host, {
    title: "Optimizers",
    pictures: [
      {
        height: HEIGHT,
        draw(context, { width, ink, data, settings, magnitudes }) {
          image ??= heatmap(surface.levels.values, columns, rows, magnitudes);
          const { map, curves } = boxes(width);
          drawMap(context, map, { ...surface, image }, data, settings.step, ink);
          drawCurves(context, curves, surface, data, settings.step, ink, magnitudes);
          return `The loss over ${surface.labels.join(" and ")}, and the ways of the optimizers on it. ${say(data, settings)}`;
        },
        point(x, y, { width }, event) {
          const { map, curves } = boxes(width);
          if (event.buttons !== 1) return;
          if (x >= curves.left && x <= curves.left + curves.width && y >= curves.top)
            return { step: Math.round((surface.steps * (x - curves.left)) / curves.width) };
          if (x < map.left || x > map.left + map.width || y < map.top || y > map.top + map.height) return;
          const [first, second] = onMap(map, surface.spans).weights(x, y);
          return { x: Math.round(20 * first) / 20, y: Math.round(20 * second) / 20 }; // as the sliders have them
        },
      },
    ],
    say,
    withScale: false,
  });
}

export default { render };
