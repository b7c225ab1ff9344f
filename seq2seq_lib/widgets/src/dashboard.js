import { BOLD, line, marker, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { FONT } from "./shared/instrument.js";
import { fixed, number, signed } from "./shared/numbers.js";

const HEIGHT = 316;
const TOP = 36; // below the titles
const FOOT = 56; // the axis of steps
const [LOW, HIGH] = [-6, 0]; // powers of ten of the loss
const ROW = 27;
const SIGN = `600 ${FONT}`;

const isRight = (data) => data.writes?.every((y, t) => Math.abs(y - data.target[t]) < data.near) ?? false;

const wrongOf = (data) => Object.values(data.errors).filter((error) => error > data.wrong).length;

const isStuck = (data) => data.last > 0.9 * data.constant;

/** A check's sign, and what it says. */
function verdict(context, good, text, x, y, ink, room) {
  write(context, `${good ? "✓" : "✗"} ${text}`, x, y, { ink: good ? ink.right : ink.wrong, font: SIGN, room });
}

function drawLoss(context, { left, width }, { data, ink }) {
  const [floor, top] = [HEIGHT - FOOT - 8, TOP + 14];
  const up = (loss) => floor - ((floor - top) * (Math.max(Math.log10(loss), LOW) - LOW)) / (HIGH - LOW);
  const along = (step) => left + (width * step) / data.losses.shape[0];
  for (let power = LOW; power <= HIGH; power += 2) {
    context.fillStyle = ink.line;
    context.fillRect(left, up(10 ** power), width, 1);
    write(context, number(10 ** power), left - 8, up(10 ** power) + 5, { ink: ink.text, align: "right" });
  }
  context.setLineDash([3, 4]);
  line(
    context,
    [
      [left, up(data.constant)],
      [left + width, up(data.constant)],
    ],
    2,
    ink.faint,
  );
  context.setLineDash([]);
  line(
    context,
    Array.from(data.losses.values, (loss, t) => [along(t + 1), up(loss)]),
    2.5,
    ink.text,
  );
  marker(context, 0, [left + width, up(data.last)], 8, ink.text);
  write(context, "always the mean", left + width - 4, up(data.constant) - 6, { ink: ink.text, align: "right" });
  for (const step of [0, data.losses.shape[0]])
    write(context, step, along(step), floor + 20, { ink: ink.text, align: "center" });
  write(context, "training step", left + width / 2, floor + 20, { ink: ink.text, align: "center" });
  const stuck = isStuck(data);
  verdict(context, !stuck, stuck ? "no better than the mean" : "below the mean", left - 40, HEIGHT - 10, ink);
}

function drawGradients(context, { left, width }, { data, ink }) {
  Object.entries(data.errors).forEach(([name, error], row) => {
    const y = TOP + 28 + row * ROW;
    const good = error <= data.wrong;
    write(context, name, left, y, { ink: ink.text });
    verdict(context, good, good ? "right" : `wrong by ${fixed(error)}`, left + 112, y, ink, width - 112);
  });
  const wrong = wrongOf(data);
  const text = wrong ? `${wrong} of 8 are wrong` : "all 8 are right";
  verdict(context, !wrong, text, left, HEIGHT - 10, ink);
}

function drawAnswers(context, { left, width }, { data, ink }) {
  const column = (t) => left + (width / 3) * (t + 0.5);
  const rows = [
    ["right, for the input it learns", data.target],
    ["what it writes", data.writes],
    ["for another input", data.other],
  ];
  rows.forEach(([name, numbers], row) => {
    const y = TOP + 28 + row * 2.7 * ROW;
    write(context, name, left, y, { ink: ink.text });
    if (!numbers) write(context, "nothing at all", left, y + ROW, { ink: ink.wrong, font: BOLD });
    numbers?.forEach((number, t) => {
      write(context, signed(number), column(t), y + ROW, { ink: ink.text, font: BOLD, align: "center" });
    });
  });
  const good = isRight(data);
  const text = good ? "right, alone" : data.writes ? "wrong, alone" : "can’t run alone";
  verdict(context, good, text, left, HEIGHT - 10, ink);
}

function say(data) {
  const loss = `Loss ${number(data.last)} after ${data.losses.shape[0]} steps`;
  const wrong = wrongOf(data);
  const gradients = wrong ? `${wrong} of 8 gradients wrong` : "all gradients right";
  const alone = isRight(data)
    ? "right when it runs alone"
    : data.writes
      ? "wrong when it runs alone"
      : "can’t run alone";
  return `${data.faults || "No"} fault${data.faults === 1 ? "" : "s"} on. ${loss}; ${gradients}; ${alone}.`;
}

function draw(context, picture) {
  const { width, ink, data } = picture;
  const places = [
    { left: 54, width: width * 0.3 - 54 },
    { left: width * 0.35, width: width * 0.34 },
    { left: width * 0.71, width: width * 0.29 },
  ];
  ["1  The loss", "2  Each gradient", "3  Running free"].forEach((title, i) => {
    write(context, title, i ? places[i].left : 14, 24, { ink: ink.text, font: BOLD });
  });
  drawLoss(context, places[0], picture);
  drawGradients(context, places[1], picture);
  drawAnswers(context, places[2], picture);
  return say(data);
}

function render(host) {
  return explorer(host, { title: "Dashboard", pictures: [{ height: HEIGHT, draw }], say, withScale: false });
}

export default { render };
