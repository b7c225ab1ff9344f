import { BOLD, line, paragraph, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, FONT } from "./shared/instrument.js";
import { number } from "./shared/numbers.js";

const LARGE = FONT.replace("14px", "16px");
const POWERS = [-12, 1]; // the ends of the axis
const MARKED = [-12, -9, -7, -5, -3, 0]; // of the powers, those along the axis
const NARROW = 600; // px: below it a bar stands under its name, and fills the width

/** Where everything stands: the mistake in words, the names of the regions, the bars, the axis. */
function layout(data, width) {
  const narrow = width < NARROW;
  const [left, right] = narrow ? [22, 12] : [136, 198]; // of the bars: the parameters, the numbers and what they mean
  const [top, row, bar] = narrow ? [104, 43, 14] : [72, 30, 18];
  const foot = top + data.names.length * row + 4;
  const [low, high] = POWERS;
  const along = (power) => left + ((width - left - right) * (Math.max(power, low) - low)) / (high - low);
  return { narrow, left, numbers: width - right + 10, top, row, bar, foot, along, height: foot + (narrow ? 72 : 46) };
}

/** What an error means, in a word, a mark and a colour. */
function verdict(error, [right, wrong], ink) {
  if (error === null) return { word: "not checked", colour: ink.faint };
  if (error < right) return { word: "right", mark: "✓ ", colour: ink.right };
  if (error <= wrong) return { word: "look closer", colour: ink.faint };
  return { word: "a bug", mark: "✗ ", colour: ink.wrong };
}

function inNumbers(error) {
  return error === null ? "0 = 0" : number(error, 2);
}

function draw(context, look) {
  const { width, ink, data } = look;
  const place = layout(data, width);
  const mistake = data.bug ? data.wrong || `Bug: ${data.bug}.` : "No bug is switched on.";
  paragraph(context, mistake.split(" "), 4, 18, { ink: ink.text, font: place.narrow ? FONT : LARGE, room: width - 8 });
  drawRegions(context, place, look);
  drawAxis(context, place, look);
  data.names.forEach((_, i) => {
    drawBar(context, place, i, look);
  });
  const bars = data.names.map(
    (name, i) => `${name} ${inNumbers(data.errors[i])}, ${verdict(data.errors[i], data.thresholds, ink).word}`,
  );
  return `Relative error of each gradient, on a log scale. ${mistake} ${bars.join("; ")}.`;
}

/** A parameter: its name, its error as a bar and in digits, and in a word what that means. */
function drawBar(context, { narrow, left, numbers, top, row, bar, along }, i, { width, ink, data }) {
  const error = data.errors[i];
  const { word, mark = "", colour } = verdict(error, data.thresholds, ink);
  const y = top + i * row + (narrow ? 24 : (row - bar) / 2); // of the bar
  const text = narrow ? y - 6 : y + bar / 2 + 6;
  if (narrow) {
    context.fillStyle = ink.paper; // words on the colour of a region would seem to speak of it
    context.fillRect(0, y - 21, width, 19);
    write(context, data.names[i], left, text, { ink: ink.text });
    write(context, inNumbers(error), width - 118, text, { ink: ink.text, align: "right" });
  } else {
    write(context, data.names[i], left - 10, text, { ink: ink.text, font: LARGE, align: "right", room: left - 12 });
    write(context, inNumbers(error), numbers, text, { ink: ink.text, font: LARGE });
  }
  write(context, mark + word, narrow ? width - 110 : numbers + 88, text, { ink: colour, font: `bold ${FONT}` });
  context.fillStyle = colour;
  context.fillRect(left, y, along(at(data.powers, i)) - left, bar);
  if (data.bug && data.right[i]) diamond(context, along(Math.log10(data.right[i])), y + bar / 2, ink);
}

/** The three regions, tinted and named, down to the axis. */
function drawRegions(context, { top, foot, along }, { data, ink }) {
  const ends = [POWERS[0], ...data.thresholds.map(Math.log10), POWERS[1]];
  [
    ["✓ right", ink.right],
    ["look closer", ink.faint],
    ["✗ a bug", ink.wrong],
  ].forEach(([name, colour], i) => {
    const [from, to] = [along(ends[i]), along(ends[i + 1])];
    write(context, name, (from + to) / 2, top - 13, { ink: colour, font: BOLD, align: "center" });
    context.globalAlpha = 0.12;
    context.fillRect(from, top - 6, to - from, foot - top + 6);
    context.globalAlpha = 1;
  });
}

/** The right model's error, where a bug has moved the bar away from it. */
function diamond(context, x, y, ink) {
  const corners = [
    [0, -8],
    [8, 0],
    [0, 8],
    [-8, 0],
    [0, -8],
    [8, 0],
  ].map(([dx, dy]) => [x + dx, y + dy]);
  line(context, corners, 2, ink.text);
  context.fillStyle = ink.paper;
  context.fill();
}

function drawAxis(context, { narrow, top, foot, along, height }, { data, ink, width }) {
  for (const power of MARKED) {
    const ends = [top - 6, foot + 5].map((y) => [along(power), y]);
    line(context, ends, 1, ink.line);
    write(context, number(10 ** power), along(power), foot + 20, { ink: ink.text, align: "center" });
  }
  const middle = narrow ? width / 2 : (along(POWERS[0]) + along(POWERS[1])) / 2;
  const name = "relative error: |difference| / sum of both norms";
  write(context, name, middle, foot + 40, { ink: ink.faint, align: "center", room: width - 4 });
  if (!data.bug) return;
  const [x, y] = narrow ? [along(POWERS[0]) + 8, height - 14] : [14, top - 18];
  diamond(context, x, y, ink);
  write(context, "without the bug", x + 13, y + 5, { ink: ink.text, room: narrow ? undefined : 106 });
}

function render(host) {
  return explorer(host, {
    title: "Gradient check",
    pictures: [{ height: (width, { data }) => layout(data, width).height, least: 310, draw }],
    say: (data) => data.says,
    withScale: false,
  });
}

export default { render };
