import { BOLD, keyToLines, LETTERS, line, quoted, visible, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { FONT, outline } from "./shared/instrument.js";
import { fixed } from "./shared/numbers.js";

const TOP = 52; // of the tree, below the names of the lines and the steps
const TALL = 368; // the tree: at the widest beam 8 rows of 46 px
const [WIDEST_ROW, STEP] = [62, 54]; // px of a row beside, and of a step above the next
const NARROW = 700; // px: below this the tree grows downwards, and the answers stand below it
const ANSWER = 42; // a row of the list of answers

/** Under the list: greedy decoding, and the right answer. */
const belowOf = (data) => TOP + data.ends_ranked.length * ANSWER + 22;

/**
 * The tree: spot(step, row) is the middle of a node, step 0 the empty beginning; `room` is what a node has to itself;
 * `band` the box of a step; `list` the place of the answers.
 */
function layout(data, width) {
  const rows = Math.max(...data.steps.map((nodes) => nodes.length));
  return (width < NARROW ? downwards : sideways)(data, width, data.steps.length, rows);
}

function downwards(data, width, steps, rows) {
  const room = (width - 30) / rows;
  const end = 96 + STEP * steps;
  return {
    room,
    radius: Math.min(15, room / 2 - 2),
    down: true,
    spot: (step, row) => [30 + (step ? row + 0.5 : 0.5) * room, step ? 50 + STEP * step : 62],
    stepAt: (_, y) => Math.round((y - 50) / STEP),
    band: (step) => [0, 32 + STEP * step, width, STEP],
    within: (_, y) => y < end,
    list: { x: 8, y: end + 24, wide: width - 16 },
    height: end + 130 + belowOf(data),
  };
}

function sideways(_, width, steps, rows) {
  const wide = width < 800 ? 268 : 320;
  const room = Math.min(84, (width - 62 - wide) / steps);
  const tall = Math.min(WIDEST_ROW, TALL / rows);
  return {
    room,
    radius: Math.min(tall / 3, room / 2 - 2),
    spot: (step, row) => [step ? 44 + (step - 0.5) * room : 24, TOP + (row + 0.5) * tall - 8],
    stepAt: (x) => Math.ceil((x - 44) / room),
    band: (step) => [44 + (step - 1) * room, 26, room, TOP + TALL - 26],
    within: (x) => x < width - wide - 12,
    list: { x: width - wide, y: 0, wide },
    height: TOP + TALL + 4,
  };
}

const heightFor = (width, { data }) => layout(data, width).height;

/** From one node to the next: the likelier the symbol, the thicker. `share` of it is there already. */
function drawEdge(context, [from, to], node, share, { down, ink }) {
  const end = from.map((start, axis) => start + share * (to[axis] - start));
  context.globalAlpha = node.kept ? 1 : 0.6;
  context.setLineDash(node.kept ? [] : [4, 4]);
  line(context, [from, end], (node.best ? 3 : 1) + 4 * node.likely, node.best ? ink.decoder : ink.faint);
  context.setLineDash([]);
  context.globalAlpha = 1;
  if (!node.greedy) return;
  const beside = [from, end].map(([x, y]) => (down ? [x + 8, y + 2] : [x + 2, y + 8])); // not under the winner's line: both are to be seen
  context.setLineDash([3, 4]);
  line(context, beside, 3, ink.chosen);
  context.setLineDash([]);
}

function drawNode(context, [x, y], node, { room, radius }, ink) {
  context.setLineDash(node.kept ? [] : [4, 4]);
  context.fillStyle = ink.paper;
  context.strokeStyle = node.best ? ink.decoder : ink.text;
  context.lineWidth = node.best ? 3 : 1.5;
  context.beginPath();
  if (node.finished) context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  else context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
  context.setLineDash([]);
  context.font = LETTERS;
  const size = Math.min(22, (20 * (2 * radius - 5)) / context.measureText(visible(node.symbol)).width);
  write(context, visible(node.symbol), x, y + 0.34 * size, {
    ink: node.kept ? ink.text : ink.faint,
    font: LETTERS.replace("20px", `${size}px`),
    align: "center",
  });
  const number = fixed(node.log_p, room < 46 ? 1 : 2);
  write(context, number, x, y + radius + 13, { ink: ink.text, align: "center", room: room - 2, halo: ink.paper });
}

function drawTree(context, place, { data, ink, at: now }) {
  const { spot, band, down } = place;
  const shown = data.steps.slice(0, Math.ceil(now.step));
  const grown = (i) => Math.min(1, now.step - i); // how much of a step is there
  if (now.step >= 0.5) {
    context.fillStyle = ink.faint;
    context.globalAlpha = 0.13;
    context.fillRect(...band(now.step));
    context.globalAlpha = 1;
  }
  data.steps.forEach((_, i) => {
    const [x, y] = down ? [10, spot(i + 1, 0)[1] + 5] : [spot(i + 1, 0)[0], 40];
    write(context, `${i + 1}`, x, y, { ink: i < shown.length ? ink.text : ink.faint, align: "center" });
  });
  if (!down) write(context, "step", 8, 40, { ink: ink.text });
  shown.forEach((nodes, i) => {
    nodes.forEach((node, row) => {
      drawEdge(context, [spot(i, i ? node.parent : 0), spot(i + 1, row)], node, grown(i), { down, ink });
    });
  });
  shown.forEach((nodes, i) => {
    context.globalAlpha = grown(i);
    for (const [row, node] of nodes.entries()) drawNode(context, spot(i + 1, row), node, place, ink);
    context.globalAlpha = 1;
  });
  const [x, y] = spot(0, 0);
  write(context, "start", x, y + 5, { ink: ink.text, align: "center", halo: ink.paper });
  drawKeys(context, down, ink);
}

function drawKeys(context, down, ink) {
  const winner = [ink.decoder, 5, [], "winner"];
  const greedy = [ink.chosen, 3, [3, 4], "greedy"];
  const dropped = [ink.faint, 1.5, [4, 4], "dropped"];
  for (const [keys, y] of down
    ? [
        [[winner, greedy], 16],
        [[dropped], 36],
      ]
    : [[[winner, greedy, dropped], 16]])
    keyToLines(context, keys, 2, y, ink);
  const [x, y] = down ? [124, 36] : [350, 16];
  write(context, "thick: likely", x, y, { ink: ink.text });
}

/** An answer, its sign if it is known whether it is right, and its numbers in the line below. */
function drawAnswer(context, answer, x, y, wide, normalised, ink) {
  const [sign, colour] = { true: ["✓", ink.right], false: ["✗", ink.wrong] }[answer.right] ?? [];
  if (sign) write(context, sign, x, y, { ink: colour, font: LETTERS });
  const indent = sign ? 24 : 0;
  write(context, answer.shown, x + indent, y, { ink: ink.text, font: LETTERS, room: wide - 8 - indent });
  write(context, `log p ${fixed(answer.log_p)}`, x, y + 18, { ink: ink.text });
  write(context, `length ${answer.length}`, x + 90, y + 18, { ink: ink.text });
  if (normalised)
    write(context, `score ${fixed(answer.score)}`, x + 166, y + 18, { ink: ink.text, font: `600 ${FONT}` });
}

/** The answers that are finished by now, the best first; below them what greedy decoding writes, and what is right. */
function drawAnswers(context, { x, y, wide }, { data, ink, settings }) {
  const over = settings.step >= data.steps.length;
  const arrived = (answer) => over || (answer.finished && answer.length <= settings.step);
  const [done, below] = [data.ends_ranked.filter(arrived), y + belowOf(data)];
  const waiting = done.length ? "finished so far, best first" : "nothing is finished yet";
  write(context, over ? "answers, best first" : waiting, x, y + 16, { ink: ink.text, font: BOLD });
  const formula = "score = log p / ((5 + length) / 6)";
  if (data.normalised) write(context, formula, x, y + 38, { ink: ink.text, room: wide - 8 });
  done.forEach((answer, row) => {
    drawAnswer(context, answer, x, y + TOP + row * ANSWER + 15, wide, data.normalised, ink);
    if (row === 0 && over) outline(context, x - 6, y + TOP - 5, wide + 4, ANSWER + 2);
  });
  if (arrived(data.greedy)) {
    keyToLines(context, [[ink.chosen, 3, [3, 4], "greedy decoding writes"]], x, below, ink);
    drawAnswer(context, data.greedy, x, below + 24, wide, data.normalised, ink);
  }
  if (data.right === null) return;
  write(context, "the right answer", x, below + 66, { ink: ink.text });
  write(context, data.right, x, below + 89, { ink: ink.right, font: LETTERS, room: wide - 8 });
}

function draw(context, picture) {
  const place = layout(picture.data, picture.width);
  drawTree(context, place, picture);
  drawAnswers(context, place.list, picture);
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

/**
 * A press in the tree goes to a step, and the hand may stay down and draw the tree on and back. A finger on a tree that
 * grows downwards may only want to move the page: there a tap counts.
 */
function point(x, y, { width, data }, { type, buttons, pointerType }) {
  const { within, stepAt, down } = layout(data, width);
  const meant = down && pointerType === "touch" ? type === "pointerup" : buttons;
  if (meant && within(x, y)) return { step: Math.max(0, Math.min(stepAt(x, y), data.steps.length)) };
}

function cursor(x, y, { width, data }) {
  const { within, down } = layout(data, width);
  if (!within(x, y)) return "default";
  return down ? "pointer" : "ew-resize"; // a finger must be able to scroll past a tree that grows downwards
}

function render(host) {
  const pictures = [{ height: heightFor, least: 300, draw, point, cursor }];
  return explorer(host, { title: "Beam search", pictures, withScale: false, say });
}

export default { render };
