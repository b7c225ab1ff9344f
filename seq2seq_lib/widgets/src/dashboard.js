import { BOLD, line, marker, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { FONT } from "./shared/instrument.js";
import { fixed, number } from "./shared/numbers.js";

const NARROW = 720; // px: below this the three panels stand one below the other
const [HEIGHT, STACKED] = [356, 300]; // of a panel, beside the others and above them
const TOP = 62; // below the head of a panel
const FOOT = 32;
const [LOW, HIGH] = [-6, 0]; // powers of ten of the loss
const VERDICT = `600 ${FONT}`;

const isRight = (data) => data.writes?.values.every((y, t) => Math.abs(y - data.target[t]) < data.near) ?? false;

const wrongOf = (data) => Object.values(data.errors).filter(({ values: [error] }) => error > data.wrong).length;

const isStuck = (data) => data.last > 0.9 * data.constant;

/** The places of the three panels. */
function panels(width) {
  if (width < NARROW)
    return [0, 1, 2].map((row) => ({ left: 4, top: row * STACKED, width: width - 22, height: STACKED - 16 }));
  const shares = [
    [0, 0.3],
    [0.35, 0.31],
    [0.71, 0.28],
  ];
  return shares.map(([from, share]) => ({ left: 4 + width * from, top: 0, width: width * share, height: HEIGHT }));
}

const heightFor = (width) => (width < NARROW ? 3 * STACKED : HEIGHT);

/** A lamp with the sign of a check, what is checked, and what came out. */
function drawHead(context, { left, top }, title, good, verdict, ink) {
  const colour = good ? ink.right : ink.wrong;
  context.fillStyle = colour;
  context.beginPath();
  context.arc(left + 18, top + 24, 18, 0, 2 * Math.PI);
  context.fill();
  write(context, good ? "✓" : "✗", left + 18, top + 32, {
    ink: ink.paper,
    font: "600 22px system-ui, sans-serif",
    align: "center",
  });
  write(context, title, left + 46, top + 19, { ink: ink.text, font: BOLD });
  write(context, verdict, left + 46, top + 39, { ink: colour, font: VERDICT });
}

function drawLoss(context, panel, { data, ink }) {
  const stuck = isStuck(data);
  drawHead(context, panel, "Does the loss fall?", !stuck, stuck ? "no better than the mean" : "below the mean", ink);
  const [left, right] = [panel.left + 44, panel.left + panel.width];
  const [top, floor] = [panel.top + TOP + 12, panel.top + panel.height - FOOT];
  const up = (loss) =>
    floor - ((floor - top) * (Math.min(Math.max(Math.log10(loss), LOW), HIGH + 0.2) - LOW)) / (HIGH - LOW);
  const along = (step) => left + ((right - left) * step) / data.losses.shape[0];
  for (let power = LOW; power <= HIGH; power += 2) {
    context.fillStyle = ink.line;
    context.fillRect(left, up(10 ** power), right - left, 1);
    write(context, number(10 ** power), left - 8, up(10 ** power) + 5, { ink: ink.text, align: "right" });
  }
  context.setLineDash([3, 4]);
  line(
    context,
    [left, right].map((x) => [x, up(data.constant)]),
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
  marker(context, 0, [right, up(data.losses.values.at(-1))], 8, ink.text);
  write(context, "always the mean", right - 14, up(data.constant) - 6, { ink: ink.text, align: "right" });
  const style = { ink: ink.text, align: "center" };
  for (const step of [0, data.losses.shape[0]]) write(context, step, along(step), floor + 20, style);
  write(context, "training step", (left + right) / 2, floor + 20, style);
}

/** Of each gradient how wrong it is, as the length of a bar. */
function drawGradients(context, panel, { data, ink }) {
  const wrong = wrongOf(data);
  const text = wrong ? `${wrong} of 8 are wrong` : "all 8 are right";
  drawHead(context, panel, "Is each gradient right?", !wrong, text, ink);
  const row = (panel.height - TOP - 14) / 8;
  const [bar, right] = [panel.left + 108, panel.left + panel.width];
  Object.entries(data.errors).forEach(
    (
      [
        name,
        {
          values: [error],
        },
      ],
      i,
    ) => {
      const y = panel.top + TOP + 18 + i * row;
      const good = error <= data.wrong;
      write(context, name, panel.left, y, { ink: ink.text });
      context.fillStyle = ink.wrong;
      if (!good) context.fillRect(bar, y - 12, Math.max(2, (right - bar - 58) * error), 15);
      const verdict = good ? "✓ right" : `✗ ${fixed(error)}`;
      write(context, verdict, right, y, { ink: good ? ink.right : ink.wrong, font: VERDICT, align: "right" });
    },
  );
}

/** What it writes, and what it writes for another input, beside what is right. */
function drawAnswers(context, panel, { data, ink }) {
  const good = isRight(data);
  const verdict = good ? "right, alone" : data.writes ? "wrong, alone" : "can’t run alone";
  drawHead(context, panel, "Does it run free?", good, verdict, ink);
  const written = [data.writes, data.other].map((answer) => [...(answer?.values ?? [])]);
  const most = Math.max(0.5, ...[data.target, ...written].flat().map(Math.abs));
  const [left, right] = [panel.left + 44, panel.left + panel.width];
  const [top, floor] = [panel.top + TOP + 12, panel.top + panel.height - FOOT - 40];
  const place = (y, t) => [left + ((right - left) * (t + 0.5)) / 3, top + ((floor - top) * (most - y)) / (2 * most)];
  for (const y of [-most, 0, most]) {
    context.fillStyle = ink.line;
    context.fillRect(left, place(y, 0)[1], right - left, 1);
    write(context, number(y, 2), left - 8, place(y, 0)[1] + 5, { ink: ink.text, align: "right" });
  }
  for (const t of [0, 1, 2])
    write(context, `y_${t + 1}`, place(0, t)[0], floor + 20, { ink: ink.text, align: "center" });
  drawDots(
    context,
    [data.target, ...written].map((ys) => ys.map(place)),
    ink,
  );
  const middle = { ink: ink.wrong, font: BOLD, align: "center", halo: ink.paper };
  if (!data.writes) write(context, "It writes nothing.", (left + right) / 2, place(-0.6 * most, 0)[1], middle);
  const below = floor + 44;
  drawDots(
    context,
    [[[panel.left + 10, below - 5]], [[panel.left + 90, below - 5]], [[panel.left + 10, below + 15]]],
    ink,
  );
  write(context, "right", panel.left + 26, below, { ink: ink.text });
  write(context, "it writes", panel.left + 104, below, { ink: ink.text });
  write(context, "for another input", panel.left + 26, below + 20, { ink: ink.text });
}

/** Rings for what is right, discs for what is written, and diamonds for another input. */
function drawDots(context, [target, writes, other], ink) {
  context.setLineDash([3, 4]);
  line(context, other, 1, ink.faint);
  context.setLineDash([]);
  for (const spot of other) marker(context, 3, spot, 6, ink.faint);
  line(context, writes, 1.5, ink.decoder);
  for (const spot of writes) marker(context, 0, spot, 6, ink.decoder);
  for (const [x, y] of target) {
    context.beginPath();
    context.arc(x, y, 10, 0, 2 * Math.PI);
    context.strokeStyle = ink.right;
    context.lineWidth = 3;
    context.stroke();
    context.lineWidth = 1;
  }
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
  const [loss, gradients, answers] = panels(picture.width);
  drawLoss(context, loss, picture);
  drawGradients(context, gradients, picture);
  drawAnswers(context, answers, picture);
  return say(picture.data);
}

function render(host) {
  const pictures = [{ height: heightFor, least: 300, draw }];
  return explorer(host, { title: "Dashboard", pictures, say, withScale: false });
}

export default { render };
