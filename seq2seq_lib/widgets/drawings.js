// What several instruments paint: numbers in coloured cells, arrows, markers, and the scale of the magnitudes.
import { FONT, shade } from "./instrument.js";

export const BOLD = "600 16px system-ui, sans-serif";
export const LETTERS = "600 20px ui-monospace, 'DejaVu Sans Mono', monospace";

/** Text at a place: write(context, "h_t", x, y, { ink: colour, font, align, room }). */
export function write(context, text, x, y, { ink, font = FONT, align = "left", room } = {}) {
  context.font = font;
  context.textAlign = align;
  context.fillStyle = ink;
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
      const size = Math.abs(value).toFixed(digits);
      const text = value < 0 && Number(size) ? `−${size}` : size; // never −0.00
      write(context, text, x + box.wide / 2, y + box.tall / 2 + 5, {
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

/** Black or white, whichever can be read on this colour. */
export function readableOn([red, green, blue]) {
  return 0.3 * red + 0.59 * green + 0.11 * blue > 120 ? "#000" : "#fff";
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
