// What several instruments paint: numbers in coloured cells, arrows, markers, and the scale of the magnitudes.
import { at, FONT, shade } from "./instrument.js";
import { fixed, number } from "./numbers.js";

export const BOLD = "600 16px system-ui, sans-serif";
export const LETTERS = "600 20px ui-monospace, 'DejaVu Sans Mono', monospace";

/** Text at a place: write(context, "h_t", x, y, { ink: colour, font, align, room, halo: colour around the letters }). */
export function write(context, text, x, y, { ink, font = FONT, align = "left", room, halo } = {}) {
  context.font = font;
  context.textAlign = align;
  context.fillStyle = ink;
  if (halo) {
    context.lineWidth = 5;
    context.strokeStyle = halo;
    context.lineJoin = "round";
    context.strokeText(text, x, y, room);
    context.lineWidth = 1;
  }
  context.fillText(text, x, y, room);
}

export function line(context, points, width, colour) {
  context.beginPath();
  for (const point of points) context.lineTo(...point);
  context.lineJoin = "round";
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.stroke();
  context.lineWidth = 1;
}

/** What the lines mean, side by side from x on: entries of [colour, thickness, dashes, text]. */
export function keyToLines(context, entries, x, y, ink) {
  for (const [colour, thick, dashes, text] of entries) {
    context.setLineDash(dashes);
    line(
      context,
      [
        [x, y - 5],
        [x + 34, y - 5],
      ],
      thick,
      colour,
    );
    context.setLineDash([]);
    write(context, text, x + 40, y, { ink: ink.text });
    x += 64 + context.measureText(text).width;
  }
}

const LOWERED = "₀₁₂₃₄₅₆₇₈₉";

/** A number as a subscript. */
export const lower = (number) => [...String(number)].map((digit) => LOWERED[digit]).join("");

/** A symbol that can be seen, and one as it stands in a sentence. */
export const visible = (symbol) => (symbol === " " ? "␣" : symbol);
export const quoted = (symbol) => (symbol === "⊣" ? "⊣ (the end)" : `“${visible(symbol)}”`);

/** Symbols as a text in quotation marks, without the sign for its end. gap: what stands between two of them. */
export const joined = (symbols, gap) => `“${symbols.slice(0, symbols.at(-1) === "⊣" ? -1 : undefined).join(gap)}”`;

/** How wide a column must be so that large letters in it don't touch the next: from `least` to `most`. */
export function columnFor(context, symbols, least, most) {
  context.font = LETTERS;
  const widths = symbols.map((symbol) => context.measureText(visible(symbol)).width);
  return Math.min(most, Math.max(least, ...widths.map((width) => width + 12)));
}

export function arrow(context, [x0, y0], [x1, y1], colour, width = 1) {
  const angle = Math.atan2(y1 - y0, x1 - x0);
  const long = 7 + 2 * width;
  line(
    context,
    [
      [x0, y0],
      [x1 - 0.7 * long * Math.cos(angle), y1 - 0.7 * long * Math.sin(angle)],
    ],
    width,
    colour,
  );
  context.beginPath();
  context.moveTo(x1, y1);
  for (const turn of [-0.5, 0.5])
    context.lineTo(x1 - long * Math.cos(angle + turn), y1 - long * Math.sin(angle + turn));
  context.fillStyle = colour;
  context.fill();
}

/** A circle, a square, a triangle, a diamond, each with a white edge: so that colour is not the only difference. */
export function marker(context, shape, [x, y], size, colour) {
  const corners = [24, 4, 3, 4][shape];
  const turn = [0, Math.PI / 4, -Math.PI / 2, 0][shape];
  const edge = Array.from({ length: corners + 2 }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / corners;
    return [x + size * Math.cos(angle), y + size * Math.sin(angle)];
  });
  line(context, edge, 3, "#fff");
  context.fillStyle = colour;
  context.fill();
}

/** Slanted lines over a box: what does not count. */
export function hatch(context, x, y, width, height) {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.globalAlpha = 0.45;
  for (let start = -height; start < width; start += 12)
    line(
      context,
      [
        [x + start, y + height],
        [x + start + height, y],
      ],
      1,
      "#000",
    );
  context.restore();
}

/**
 * A matrix as coloured cells with a number in each. box: {x, y, wide, tall}, the place of the first cell and the size of
 * all; rows: lists of numbers; palette: the signed colours; limit: the number that has the strongest colour.
 */
export function matrix(context, box, rows, { palette, ink, limit = 1, digits = 2 }) {
  rows.forEach((row, i) => {
    row.forEach((value, j) => {
      const [x, y] = [box.x + j * box.wide, box.y + i * box.tall];
      const colour = shade(palette, Math.max(-1, Math.min(1, value / limit)));
      context.fillStyle = `rgb(${colour})`;
      context.fillRect(x, y, box.wide, box.tall);
      context.strokeStyle = ink.line;
      context.strokeRect(x + 0.5, y + 0.5, box.wide, box.tall);
      write(context, fixed(value, digits), x + box.wide / 2, y + box.tall / 2 + 5, {
        ink: readableOn(colour),
        align: "center",
        room: box.wide - 4,
      });
    });
  });
}

/** [row, column] of the cell of a matrix in this box that a point lies in, or nothing. */
export function cellAt({ x, y, wide, tall }, [rows, columns], [px, py]) {
  const [i, j] = [Math.floor((py - y) / tall), Math.floor((px - x) / wide)];
  if (i >= 0 && j >= 0 && i < rows && j < columns) return [i, j];
}

/** Black or white, whichever stands out more from this colour: at a luminance of 0.18 both do by 4.6 to 1. */
export function readableOn(colour) {
  const [red, green, blue] = colour.map((part) => (part / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#000" : "#fff";
}

/** The scale of the magnitudes, from 0 at the bottom to 1 at the top. */
export function scaleOfMagnitudes(context, x, y, tall, { ink, magnitudes }) {
  for (let i = 0; i < tall; i++) {
    context.fillStyle = `rgb(${shade(magnitudes, 1 - (2 * i) / tall)})`;
    context.fillRect(x, y + i, 16, 1.5);
  }
  context.strokeStyle = ink.line;
  context.strokeRect(x - 0.5, y - 0.5, 17, tall + 1);
  for (const [value, place] of [
    ["1", 5],
    ["0.5", tall / 2 + 5],
    ["0", tall + 5],
  ])
    write(context, value, x + 24, y + place, { ink: ink.text });
}

/** The scale of the signed colours, standing: +limit at the top, −limit at the bottom. */
export function scaleOfSigned(context, x, y, tall, limit, { ink, palette }) {
  for (let i = 0; i < tall; i++) {
    context.fillStyle = `rgb(${shade(palette, 1 - (2 * i) / tall)})`;
    context.fillRect(x, y + i, 10, 1.5);
  }
  context.strokeStyle = ink.line;
  context.strokeRect(x - 0.5, y - 0.5, 11, tall + 1);
  write(context, `+${limit}`, x + 15, y + 11, { ink: ink.text });
  write(context, `−${limit}`, x + 15, y + tall, { ink: ink.text });
}

/** A text that fits into this room: of one that doesn't, the beginning and an ellipsis. */
export function fitted(context, text, room) {
  if (context.measureText(text).width <= room) return text;
  const symbols = [...text];
  while (symbols.length && context.measureText(`${symbols.join("")}…`).width > room) symbols.pop();
  return `${symbols.join("")}…`;
}

/** Pieces of a text one after the other, broken between two where the room ends. Returns the y of the next line. */
export function paragraph(context, pieces, x, y, { room, pitch = 22, font = FONT, ...look }) {
  context.font = font;
  let text = pieces[0];
  for (const piece of pieces.slice(1)) {
    if (context.measureText(`${text} ${piece}`).width > room) {
      write(context, text, x, y, { font, ...look });
      [text, y] = [piece, y + pitch];
    } else text += ` ${piece}`;
  }
  write(context, text, x, y, { font, room, ...look });
  return y + pitch;
}

/** A function from [x, y] to its place in a box {left, top, width, height} whose two axes go over these spans. */
export function placeIn({ left, top, width, height }, [[west, east], [south, north]]) {
  return ([x, y]) => [left + (width * (x - west)) / (east - west), top + (height * (north - y)) / (north - south)];
}

/** The rows of an array (n, 2), or the first of them. */
export function pointsOf(array, count = array.shape[0]) {
  return Array.from({ length: count }, (_, i) => [at(array, i, 0), at(array, i, 1)]);
}

/** The frame of a plane, with round numbers along both axes, and their names. */
export function planeAxes(context, box, spans, [across, up], ink) {
  const { left, top, width, height } = box;
  const [bottom, place] = [top + height, placeIn(box, spans)];
  const ticks = ([low, high]) => {
    const every = 2 ** Math.floor(Math.log2((high - low) / 3));
    const first = Math.ceil(low / every);
    return Array.from({ length: Math.floor(high / every) - first + 1 }, (_, i) => (first + i) * every);
  };
  context.strokeStyle = ink.line;
  context.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);
  for (const x of ticks(spans[0]))
    write(context, number(x), place([x, 0])[0], bottom + 18, { ink: ink.text, align: "center" });
  for (const y of ticks(spans[1]))
    write(context, number(y), left - 7, place([0, y])[1] + 5, { ink: ink.text, align: "right" });
  write(context, across, left + width / 2, bottom + 40, { ink: ink.text, align: "center", room: width + 40 });
  context.save();
  context.translate(left - 46, top + height / 2);
  context.rotate(-Math.PI / 2);
  write(context, up, 0, 0, { ink: ink.text, align: "center", room: height + 40 });
  context.restore();
}

/** What seldom changes, painted once and then only copied; again when the width or the theme changes. */
export function keptPainting() {
  let [key, canvas] = [];
  return (context, { width, height, ink }, paint) => {
    const scale = context.getTransform().a;
    const now = [width, scale, ink.text, ink.paper].join();
    if (now !== key) {
      key = now;
      canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
      const own = canvas.getContext("2d");
      own.scale(scale, scale);
      paint(own);
    }
    context.drawImage(canvas, 0, 0, canvas.width / scale, canvas.height / scale);
  };
}
