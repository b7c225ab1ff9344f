// The upright axis of a curve: round numbers, as many as there is room for, whatever the curve does.
import { line, write } from "./drawings.js";
import { number } from "./numbers.js";

const ENOUGH = 4; // numbers along an axis

/** The digits 1, 2, 5 at each power of ten from `low` to the first beyond `high`. */
function* roundNumbers(low, high) {
  for (let exponent = Math.floor(Math.log10(low)); ; exponent++)
    for (const digit of [1, 2, 5]) {
      const number = Number(`${digit}e${exponent}`);
      if (number * 5 > low) yield number;
      if (number >= high) return;
    }
}

function logTicks(low, high) {
  let ticks = [...roundNumbers(low, high)];
  while (ticks[1] <= low) ticks.shift(); // the last that is not above the curve is the lowest
  if (ticks.length > ENOUGH + 1) {
    const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
    const every = Math.ceil((to - from) / ENOUGH);
    ticks = [];
    for (let exponent = from; exponent < to + every; exponent += every) ticks.push(Number(`1e${exponent}`));
  }
  return ticks;
}

function linearTicks(high) {
  const step = [...roundNumbers(high / ENOUGH, high / ENOUGH)].find((number) => number * ENOUGH >= high);
  return Array.from({ length: Math.ceil(high / step) + 1 }, (_, i) => i * step);
}

/**
 * The axis of these values: its ticks, and `share(value)`, how high a value stands between the lowest and the highest.
 * What is too large for a number of the browser (Infinity) stands at the top.
 */
export function axisOf(values, logScale) {
  let [low, high] = [Infinity, 0];
  for (const value of values) {
    if (value > 0 && value < low) low = value;
    if (value > high && value < Infinity) high = value;
  }
  if (!high) [low, high] = [0.1, 1];
  const ticks = logScale ? logTicks(low, high) : linearTicks(high);
  if (ticks.length < 2) ticks.push(ticks[0] * 2);
  const scale = logScale ? Math.log10 : (value) => value;
  const [bottom, top] = [scale(ticks[0]), scale(ticks.at(-1))];
  return { ticks, share: (value) => Math.max(0, Math.min(1, (scale(value) - bottom) / (top - bottom))) };
}

/** Grid lines with their values, above them the name of what is drawn, and the curve of `values`, as wide as `count`. */
export function curveWithAxis(context, box, values, count, logScale, ink, title, colour) {
  const axis = axisOf(values, logScale);
  const up = (value) => box.top + box.height * (1 - axis.share(value));
  for (const tick of axis.ticks) {
    const ends = [box.left, box.left + box.width].map((x) => [x, up(tick)]);
    line(context, ends, 0.5, ink.line);
    write(context, number(tick), box.left - 6, up(tick) + 5, { ink: ink.faint, align: "right" });
  }
  write(context, `━ ${title}`, box.left, box.top - 10, { ink: colour });
  const across = (i) => box.left + (box.width * (i + 1)) / count;
  line(
    context,
    values.map((value, i) => [across(i), up(value)]),
    1.5,
    colour,
  );
}
