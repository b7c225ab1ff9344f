import { explorer } from "./shared/explorer.js";
import { FONT, received } from "./shared/instrument.js";
import { number } from "./shared/numbers.js";

const LARGE_FONT = FONT.replace("14px", "16px");
const POWERS = [-12, 1]; // the ends of the axis
const MARKED = [-12, -9, -7, -5, -3, 0]; // of the powers, those along the axis
const NAMES = 136; // left of the bars: the parameters
const NUMBERS = 190; // right of them: the numbers, and in a word what they mean
const ABOVE = 82; // the mistake in words, and the names of the regions
const BAR = 32;
const BELOW = 54; // the axis

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

function draw(context, { width, height, ink, data }) {
  const [low, high] = POWERS;
  const wide = width - NAMES - NUMBERS;
  const along = (power) => NAMES + (wide * (Math.max(power, low) - low)) / (high - low);
  context.font = LARGE_FONT;
  context.textAlign = "left";
  context.fillStyle = ink.text;
  const mistake = data.bug ? data.wrong || `Bug: ${data.bug}.` : "No bug is switched on.";
  context.fillText(mistake, 4, 22, width - 8);
  regions(context, along, height, data.thresholds, ink);
  axis(context, along, height, ink, data.bug);
  data.names.forEach((name, i) => {
    const middle = ABOVE + (i + 0.5) * BAR;
    const { word, mark = "", colour } = verdict(data.errors[i], data.thresholds, ink);
    context.font = LARGE_FONT;
    context.fillStyle = ink.text;
    context.textAlign = "right";
    context.fillText(name, NAMES - 10, middle + 6, NAMES - 12);
    context.textAlign = "left";
    context.fillText(inNumbers(data.errors[i]), width - NUMBERS + 10, middle + 6);
    context.font = `bold ${FONT}`;
    context.fillStyle = colour;
    context.fillText(mark + word, width - NUMBERS + 98, middle + 6, NUMBERS - 100);
    if (data.errors[i]) context.fillRect(NAMES, middle - 9, along(Math.log10(data.errors[i])) - NAMES, 18);
    if (data.bug && data.right[i]) diamond(context, along(Math.log10(data.right[i])), middle, ink);
  });
  const bars = data.names.map(
    (name, i) => `${name} ${inNumbers(data.errors[i])}, ${verdict(data.errors[i], data.thresholds, ink).word}`,
  );
  return `Relative error of each gradient, on a log scale. ${mistake} ${bars.join("; ")}.`;
}

/** The three regions, tinted and named, down to the axis. */
function regions(context, along, height, thresholds, ink) {
  const ends = [POWERS[0], ...thresholds.map(Math.log10), POWERS[1]];
  context.font = `bold ${FONT}`;
  context.textAlign = "center";
  [
    ["✓ right", ink.right],
    ["look closer", ink.faint],
    ["✗ a bug", ink.wrong],
  ].forEach(([name, colour], i) => {
    const [from, to] = [along(ends[i]), along(ends[i + 1])];
    context.fillStyle = colour;
    context.fillText(name, (from + to) / 2, ABOVE - 24);
    context.globalAlpha = 0.12;
    context.fillRect(from, ABOVE - 16, to - from, height - ABOVE - BELOW + 16);
    context.globalAlpha = 1;
  });
}

/** The right model's error, where a bug has moved the bar away from it. */
function diamond(context, x, y, ink) {
  context.beginPath();
  for (const [dx, dy] of [
    [0, -8],
    [8, 0],
    [0, 8],
    [-8, 0],
  ])
    context.lineTo(x + dx, y + dy);
  context.closePath();
  context.fillStyle = ink.paper;
  context.fill();
  context.strokeStyle = ink.text;
  context.lineWidth = 2;
  context.stroke();
  context.lineWidth = 1;
}

function axis(context, along, height, ink, withBug) {
  const foot = height - BELOW;
  context.font = FONT;
  context.textAlign = "center";
  for (const power of MARKED) {
    context.strokeStyle = ink.line;
    context.beginPath();
    context.moveTo(along(power), ABOVE - 16);
    context.lineTo(along(power), foot + 5);
    context.stroke();
    context.fillStyle = ink.text;
    context.fillText(number(10 ** power), along(power), foot + 21);
  }
  context.fillStyle = ink.faint;
  context.fillText(
    "relative error: |difference| / sum of both norms",
    (along(POWERS[0]) + along(POWERS[1])) / 2,
    height - 8,
  );
  if (!withBug) return;
  diamond(context, 14, ABOVE - 29, ink);
  context.fillStyle = ink.text;
  context.textAlign = "left";
  context.fillText("without the bug", 27, ABOVE - 24, NAMES - 30);
}

function render(host) {
  const bars = received(host.model.get("shown")).frame.names.length;
  return explorer(host, {
    title: "Gradient check",
    pictures: [{ height: ABOVE + bars * BAR + BELOW, draw }],
    say: (data) => data.says,
    withScale: false,
  });
}

export default { render };
