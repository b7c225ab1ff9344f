import { BOLD, keyToLines, LETTERS, line, visible, write } from "./drawings.js";
import { explorer } from "./explorer.js";
import { outline } from "./instrument.js";

const TOP = 62;
const TALL = 54; // a row of the tree
const ROWS = 8; // the widest beam, and what was dropped
const HEIGHT = TOP + ROWS * TALL + 8;
const ROOT = 44;
const ANSWERS = 316; // the list on the right
const RADIUS = 17;

const minus = (value) => (value < 0 ? `−${Math.abs(value).toFixed(2)}` : value.toFixed(2));

const columnOf = (data, width) => Math.min(84, (width - ROOT - ANSWERS - 30) / data.steps.length);

/** The middle of a node: step 0 is the empty beginning. */
function spot(data, width, step, row) {
  const x = step === 0 ? 24 : ROOT + (step - 0.5) * columnOf(data, width);
  return [x, TOP + (row + 0.5) * TALL - 12];
}

function drawEdge(context, from, to, node, ink) {
  const ends = [
    [from[0] + (RADIUS - 2), from[1]],
    [to[0] - RADIUS, to[1]],
  ];
  context.globalAlpha = node.kept ? 1 : 0.5;
  context.setLineDash(node.kept ? [] : [4, 4]);
  line(context, ends, node.best ? 5 : 1.5, node.best ? ink.blue : ink.faint);
  context.setLineDash([]);
  if (node.greedy) {
    context.setLineDash([2, 5]);
    const lower = ends.map(([x, y]) => [x, y + 5]);
    line(context, lower, 3, ink.orange);
    context.setLineDash([]);
  }
  context.globalAlpha = 1;
}

function drawNode(context, [x, y], node, ink, column) {
  context.globalAlpha = node.kept ? 1 : 0.6;
  context.setLineDash(node.kept ? [] : [4, 4]);
  context.fillStyle = ink.paper;
  context.strokeStyle = node.best ? ink.blue : ink.text;
  context.lineWidth = node.best ? 3 : 1.5;
  context.beginPath();
  if (node.finished) context.rect(x - RADIUS, y - RADIUS, 2 * RADIUS, 2 * RADIUS);
  else context.arc(x, y, RADIUS, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
  context.setLineDash([]);
  context.lineWidth = 1;
  write(context, visible(node.symbol), x, y + 7, {
    ink: ink.text,
    font: LETTERS,
    align: "center",
    room: 2 * RADIUS - 6,
  });
  write(context, minus(node.log_p), x, y + RADIUS + 15, { ink: ink.faint, align: "center", room: column - 4 });
  context.globalAlpha = 1;
}

function drawTree(context, { data, ink, settings, width }) {
  const column = columnOf(data, width);
  write(context, "step", 8, 16, { ink: ink.faint });
  write(context, "start", 24, spot(data, width, 0, 0)[1] + 5, { ink: ink.text, align: "center" });
  data.steps.slice(0, settings.step).forEach((nodes, i) => {
    write(context, `${i + 1}`, spot(data, width, i + 1, 0)[0], 16, { ink: ink.faint, align: "center" });
    nodes.forEach((node, row) => {
      const from = spot(data, width, i, node.parent);
      drawEdge(context, i ? from : [from[0] + 6, from[1]], spot(data, width, i + 1, row), node, ink);
    });
  });
  data.steps.slice(0, settings.step).forEach((nodes, i) => {
    for (const [row, node] of nodes.entries()) drawNode(context, spot(data, width, i + 1, row), node, ink, column);
  });
}

/** What the lines mean, and the answers that are finished by now, the best first. */
function drawAnswers(context, { data, ink, settings, width }) {
  const x = width - ANSWERS;
  const keys = [
    [ink.blue, 5, [], "the best answer"],
    [ink.orange, 3, [2, 5], "the greedy path"],
    [ink.faint, 1.5, [4, 4], "dropped"],
  ];
  keyToLines(context, keys, ROOT, 43, ink);
  const over = settings.step === data.steps.length;
  const done = data.ends_ranked.filter((end) => over || (end.text.endsWith("⊣") && end.length <= settings.step));
  write(context, done.length ? "finished, best first" : "nothing is finished yet", x, 16, {
    ink: ink.text,
    font: BOLD,
  });
  const score = data.normalised ? "by length" : "";
  write(context, "log p", x + 226, 43, { ink: ink.faint, align: "right" });
  write(context, score, x + 296, 43, { ink: ink.faint, align: "right" });
  done.slice(0, ROWS).forEach((end, row) => {
    const y = TOP + row * 44 + 22;
    write(context, end.text, x, y, { ink: ink.text, font: LETTERS, room: 170 });
    write(context, minus(end.log_p), x + 226, y, { ink: ink.text, align: "right" });
    if (data.normalised) write(context, minus(end.score), x + 296, y, { ink: ink.text, font: BOLD, align: "right" });
    if (end.greedy) write(context, "greedy", x + 236, data.normalised ? y + 17 : y, { ink: ink.orange, font: BOLD });
    if (row === 0 && over) outline(context, x - 8, y - 24, 312, 44);
  });
}

function draw(context, picture) {
  drawTree(context, picture);
  drawAnswers(context, picture);
  return say(picture.data, picture.settings);
}

const say = (data, { step }) => data.words[Math.min(step, data.steps.length)];

/** Pointing at a column goes to its step. */
function point(x, _, { width, data }, { type }) {
  if (type !== "pointerdown" || x > width - ANSWERS) return;
  const step = Math.ceil((x - ROOT) / columnOf(data, width));
  return { step: Math.max(0, Math.min(step, data.steps.length)) };
}

function render(host) {
  return explorer(host, { title: "Beam search", pictures: [{ height: HEIGHT, draw, point }], withScale: false, say });
}

export default { render };
