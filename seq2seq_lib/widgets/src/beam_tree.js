import { BOLD, keyToLines, LETTERS, line, quoted, visible, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { FONT, outline } from "./shared/instrument.js";
import { fixed } from "./shared/numbers.js";

const TOP = 62;
const TALL = 54; // a row of the tree
const ROWS = 8; // the widest beam, and what was dropped
const HEIGHT = TOP + ROWS * TALL + 8;
const ROOT = 44;
const ANSWER = 46; // a row of the list on the right
const BELOW = TOP + 6 * ANSWER + 34; // under the longest list: greedy decoding, and the right answer

const listWide = (width) => (width < 800 ? 268 : 320);
const columnOf = (data, width) => Math.min(84, (width - ROOT - listWide(width) - 18) / data.steps.length);
const radiusOf = (column) => Math.min(17, column / 2 - 3);

/** The middle of a node: step 0 is the empty beginning. */
function spot(data, width, step, row) {
  const x = step === 0 ? 24 : ROOT + (step - 0.5) * columnOf(data, width);
  return [x, TOP + (row + 0.5) * TALL - 12];
}

function drawEdge(context, from, to, node, ink) {
  context.globalAlpha = node.kept ? 1 : 0.6;
  context.setLineDash(node.kept ? [] : [4, 4]);
  line(context, [from, to], node.best ? 5 : 1.5, node.best ? ink.decoder : ink.faint);
  context.setLineDash([]);
  context.globalAlpha = 1;
  if (!node.greedy) return;
  const beside = [from, to].map(([x, y]) => [x, y + 7]); // not under the winner's line: both are to be seen
  context.setLineDash([3, 4]);
  line(context, beside, 3, ink.chosen);
  context.setLineDash([]);
}

function drawNode(context, [x, y], node, ink, column) {
  const radius = radiusOf(column);
  context.setLineDash(node.kept ? [] : [4, 4]);
  context.fillStyle = ink.paper;
  context.strokeStyle = node.best ? ink.decoder : ink.text;
  context.lineWidth = node.best ? 3 : 1.5;
  context.beginPath();
  if (node.finished) context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  else context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  context.globalAlpha = node.kept ? 1 : 0.75;
  context.stroke();
  context.setLineDash([]);
  const symbol = { ink: ink.text, font: LETTERS, align: "center", room: 2 * radius - 6 };
  write(context, visible(node.symbol), x, y + 7, symbol);
  const number = { ink: ink.text, align: "center", room: column - 4, halo: ink.paper };
  write(context, fixed(node.log_p, column < 46 ? 1 : 2), x, y + 17 + 15, number);
  context.globalAlpha = 1;
}

function drawTree(context, { data, ink, settings, width }) {
  const column = columnOf(data, width);
  write(context, "step", 8, 16, { ink: ink.text });
  const shown = data.steps.slice(0, settings.step);
  shown.forEach((nodes, i) => {
    write(context, `${i + 1}`, spot(data, width, i + 1, 0)[0], 16, { ink: ink.text, align: "center" });
    nodes.forEach((node, row) => {
      drawEdge(context, spot(data, width, i, i ? node.parent : 0), spot(data, width, i + 1, row), node, ink);
    });
  });
  shown.forEach((nodes, i) => {
    for (const [row, node] of nodes.entries()) drawNode(context, spot(data, width, i + 1, row), node, ink, column);
  });
  write(context, "start", 22, spot(data, width, 0, 0)[1] + 5, { ink: ink.text, align: "center", halo: ink.paper });
  const keys = [
    [ink.decoder, 5, [], "winner"],
    [ink.chosen, 3, [3, 4], "greedy path"],
    [ink.faint, 1.5, [4, 4], "dropped"],
  ];
  keyToLines(context, keys, 8, 43, ink);
}

/** An answer, its sign if it is known whether it is right, and its numbers in the line below. */
function drawAnswer(context, answer, x, y, wide, normalised, ink) {
  const sign = { true: "✓ ", false: "✗ " }[answer.right] ?? "";
  write(context, sign + answer.shown, x, y, { ink: ink.text, font: LETTERS, room: wide - 8 });
  write(context, `log p ${fixed(answer.log_p)}`, x, y + 19, { ink: ink.text });
  write(context, `length ${answer.length}`, x + 90, y + 19, { ink: ink.text });
  if (normalised)
    write(context, `score ${fixed(answer.score)}`, x + 166, y + 19, { ink: ink.text, font: `600 ${FONT}` });
}

/** The answers that are finished by now, the best first; below them what greedy decoding writes, and what is right. */
function drawAnswers(context, { data, ink, settings, width }) {
  const wide = listWide(width);
  const x = width - wide;
  const over = settings.step >= data.steps.length;
  const arrived = (answer) => over || (answer.finished && answer.length <= settings.step);
  const done = data.ends_ranked.filter(arrived);
  const heading = over
    ? "answers, best first"
    : done.length
      ? "finished so far, best first"
      : "nothing is finished yet";
  write(context, heading, x, 16, { ink: ink.text, font: BOLD });
  if (data.normalised) write(context, "score = log p / ((5 + length) / 6)", x, 43, { ink: ink.text, room: wide - 8 });
  done.forEach((answer, row) => {
    drawAnswer(context, answer, x, TOP + row * ANSWER + 18, wide, data.normalised, ink);
    if (row === 0 && over) outline(context, x - 8, TOP - 3, wide + 4, ANSWER + 1);
  });
  if (arrived(data.greedy)) {
    keyToLines(context, [[ink.chosen, 3, [3, 4], "greedy decoding writes"]], x, BELOW, ink);
    drawAnswer(context, data.greedy, x, BELOW + 25, wide, data.normalised, ink);
  }
  if (data.right === null) return;
  write(context, "the right answer", x, BELOW + 72, { ink: ink.text });
  write(context, data.right, x, BELOW + 97, { ink: ink.text, font: LETTERS, room: wide - 8 });
}

function draw(context, picture) {
  drawTree(context, picture);
  drawAnswers(context, picture);
  return say(picture.data, picture.settings);
}

function say(data, { step }) {
  if (step === 0) return "Nothing is written yet: one empty hypothesis, of probability 1.";
  const { lost_at: lost } = data.greedy;
  if (step < data.steps.length) {
    const [kept, dropped] = [true, false].map((wanted) => data.steps[step - 1].filter((node) => node.kept === wanted));
    const next = dropped.length ? `; the next best had ${fixed(dropped[0].log_p)} and was dropped` : "";
    const there = step === lost ? " Here the greedy path falls out of the beam." : "";
    return `Step ${step}: ${kept.length} kept, the best ends in ${quoted(kept[0].symbol)}, log p ${fixed(kept[0].log_p)}${next}.${there}`;
  }
  const verdict = { true: ", which is right", false: ", which is wrong" };
  const [found, greedy] = [data.ends_ranked[0], data.greedy].map(
    (end) => `“${end.text}” (log p ${fixed(end.log_p)})${verdict[end.right] ?? ""}`,
  );
  if (data.ends_ranked[0].greedy) return `A beam of ${data.width} and greedy decoding find the same: ${found}.`;
  const fell = lost ? ` The greedy path fell out of the beam at step ${lost}.` : "";
  return `A beam of ${data.width} finds ${found}; greedy decoding finds ${greedy}.${fell}`;
}

/** Pointing at a column goes to its step. */
function point(x, _, { width, data }, { type }) {
  if (type !== "pointerdown" || x > width - listWide(width) - 12) return;
  const step = Math.ceil((x - ROOT) / columnOf(data, width));
  return { step: Math.max(0, Math.min(step, data.steps.length)) };
}

function render(host) {
  return explorer(host, { title: "Beam search", pictures: [{ height: HEIGHT, draw, point }], withScale: false, say });
}

export default { render };
