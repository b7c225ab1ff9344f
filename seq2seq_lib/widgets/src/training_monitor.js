import { curveWithAxis } from "./shared/axes.js";
import { controlOf } from "./shared/controls.js";
import { BOLD, write } from "./shared/drawings.js";
import {
  button,
  bytes,
  drawing,
  element,
  frame,
  heatmap,
  kernelLine,
  legend,
  symbolsAlong,
  unpacked,
} from "./shared/instrument.js";
import { number } from "./shared/numbers.js";

/** A symbol of an answer, right or wrong by its colour and by the mark below it. */
function marked([symbol, right]) {
  const [colour, mark] = right ? ["right", "✓"] : ["wrong", "✗"];
  const style = `display: inline-block; color: var(--s2s-${colour}); line-height: 1.1; text-align: center; vertical-align: top`;
  return element("span", { style }, symbol, element("br"), element("small", {}, mark));
}

/** A loss or norm in three digits; those of a training that has come apart may be too large for the browser. */
const inDigits = (value) => (value < Infinity ? number(value) : "> 10³⁸");

const IN_FLIGHT = 2; // so that the kernel never waits for the network, and nothing piles up
const MARGIN = { left: 58, right: 54, bottom: 26 };
const NARROW = 520; // px: below this, what stands side by side stands one below the other
const [LOSS, NORM] = [128, 76]; // the heights of the two curves
const UNITS = 72; // the height of a panel of hidden states

const topOfCurve = (width) => (width < 440 ? 48 : 28); // the second name needs a line of its own
const heightOfCurves = (width) => topOfCurve(width) + LOSS + 34 + NORM + MARGIN.bottom;

function render({ model, el }) {
  const palette = bytes(model.get("signed_colours"));
  const steps = model.get("steps");
  let generation = 0;
  let asked = 0;
  let playing = false;
  let held = []; // answers that were on their way when Pause was pressed: the picture stands still without them
  let run = empty();

  let fresh = false; // whether a Reset waits for its answer
  let lost = false; // whether answers may have been lost: then the whole story is asked for
  const line = kernelLine(model, heard, askAgain, () => pause());
  const play = button("Play", "Train until paused", () => (playing ? pause() : start()));
  const step = button("Step", "Train for one step", one);
  const reset = button("Reset", "Back to the first weights", startOver);
  const controls = {
    learning_rate: { type: "Range", label: "learning rate", low: 1e-4, high: 1, step: 0.1, log10: true },
    log_scale: { type: "Toggle", label: "log scale" },
    sort_units: { type: "Toggle", label: "sort units" },
  };
  const [rate, log, sort] = Object.entries(controls).map(([name, control]) => {
    const part = controlOf(name, control, { set, wording: {}, still: () => {}, moved: () => moved(name) });
    model.on(`change:${name}`, part.listen);
    part.put(model.get(name));
    return part;
  });
  for (const press of [play, step, reset]) press.style.minWidth = "70px"; // the three in a row on a tablet
  const numbers = {};
  const readout = element(
    "div",
    { class: "s2s-numbers", style: "grid-template-columns: repeat(3, auto)" },
    ...["training step", "loss", "held-out exact match"].map((name) => {
      numbers[name] = element("strong", {}, "–");
      return element("div", {}, element("span", {}, name), numbers[name]);
    }),
  );
  const heads = ["held-out input", "right answer", "the model’s answer"];
  const samples = element("tbody");
  const table = element(
    "table",
    { style: "font-size: 14px" },
    element("thead", {}, element("tr", {}, ...heads.map((name) => element("th", { scope: "col" }, name)))),
    samples,
  );
  const exam = element("div", { style: "flex: 0 1 450px" }, readout, table); // as wide for every answer: nothing jumps
  const curve = drawing(heightOfCurves, drawCurves, 300);
  curve.root.style.flex = "1 1 470px";
  const states = drawing((width) => (width < NARROW ? 2 : 1) * (UNITS + 62), drawStates, 300);
  frame(
    el,
    "Training monitor",
    element(
      "div",
      { class: "s2s-controls" },
      element("div", { class: "s2s-row", style: "gap: 6px" }, play, step, reset),
      ...rate.nodes,
      ...log.nodes,
      ...sort.nodes,
    ),
    line.alert,
    element("div", { class: "s2s-row", style: "align-items: start" }, curve.root, exam),
    states.root,
    element("div", { class: "s2s-row" }, "hidden states on the way through the first of these inputs", legend(palette)),
  );

  function set(changes) {
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    model.save_changes();
    after(Object.keys(changes));
  }

  function moved(name) {
    ({ learning_rate: rate, log_scale: log, sort_units: sort })[name].put(model.get(name));
    after([name]);
  }

  function after(names) {
    if (names.includes("sort_units")) line.ask({ kind: "hello", generation });
    curve.redraw();
  }

  function empty() {
    return { losses: [], norms: [], matches: [], samples: [], panels: [] };
  }

  function ask(count) {
    asked += 1;
    line.ask({ kind: "train", generation, steps: count, learning_rate: model.get("learning_rate") });
  }

  function start() {
    playing = true;
    play.textContent = "Pause";
    line.say("");
    takeHeld();
    while (asked < IN_FLIGHT) ask(0);
  }

  function pause() {
    playing = false;
    play.textContent = "Play";
  }

  function one() {
    if (playing) return pause();
    if (held.length) takeHeld();
    else if (!asked) ask(1);
  }

  function startOver() {
    begin(generation + 1);
    run = empty();
    show();
    fresh = true;
    line.ask({ kind: "reset", generation });
  }

  function askAgain() {
    lost = true;
    model.send({ kind: fresh ? "reset" : "hello", generation });
  }

  function begin(next) {
    pause();
    generation = next;
    asked = 0;
    held = [];
  }

  function heard(message, buffers) {
    if (message.whole && message.generation > generation) begin(message.generation); // another view was reset
    if (message.kind === "error" && message.generation >= generation) {
      takeHeld(); // what was done before it went wrong
      begin(message.generation); // what has been asked and not answered is over
    }
    if (message.generation !== generation || message.kind !== "frame") return; // not an answer, or to what is over
    if (message.whole) {
      [run, held, fresh] = [empty(), [], false];
      if (lost) [asked, lost] = [0, false]; // all that was asked before has been answered, or never will be
    } else asked -= 1;
    held.push(unpacked(message.content, buffers));
    if (playing || !message.chunk) takeHeld();
    if (run.losses.length >= steps) pause();
    while (playing && asked < IN_FLIGHT) ask(0);
  }

  function takeHeld() {
    for (const news of held) {
      run.losses.push(...news.losses.values);
      run.norms.push(...news.norms.values);
      run.matches.push(...news.matches);
      run.samples = news.samples;
      run.gap = news.gap;
      run.panels = news.panels.map((panel) => {
        const [steps, units] = panel.states.shape;
        return { ...panel, steps, image: heatmap(panel.states.values, steps, units, palette) };
      });
    }
    held = [];
    show();
  }

  function show() {
    const last = run.losses.length - 1;
    const match = run.matches.at(-1);
    numbers["training step"].textContent = `${last + 1} of ${steps}`;
    numbers.loss.textContent = last < 0 ? "–" : inDigits(run.losses[last]);
    numbers["held-out exact match"].textContent = match ? `${Math.round(100 * match[1])} %` : "–";
    const rows = run.samples.map(([source, right, given, correct]) => {
      const symbols = given.flatMap((symbol, i) => [i ? run.gap : "", marked(symbol)]);
      const answer = element("td", {}, correct ? "✓ " : "✗ ", ...symbols);
      return element(
        "tr",
        { style: "vertical-align: top" },
        element("td", { style: "white-space: pre-wrap" }, source),
        element("td", {}, right),
        answer,
      );
    });
    samples.replaceChildren(...rows);
    play.disabled = step.disabled = last + 1 >= steps;
    curve.redraw();
    states.redraw();
  }

  function drawCurves(context, width, height, ink) {
    const box = { left: MARGIN.left, width: width - MARGIN.left - MARGIN.right };
    const upper = { ...box, top: topOfCurve(width), height: LOSS };
    const lower = { ...box, top: height - MARGIN.bottom - NORM, height: NORM };
    const count = Math.max(run.losses.length, 20);
    const style = { ink: ink.faint, align: "center" };
    curveWithAxis(context, upper, run.losses, count, model.get("log_scale"), ink, "loss", ink.text);
    curveWithAxis(context, lower, run.norms, count, model.get("log_scale"), ink, "gradient norm", ink.gradient);
    percentages(context, upper, count, ink);
    write(context, "● held-out exact match", width - 2, 18, { ink: ink.right, align: "right" });
    for (const x of [0, count]) write(context, x, box.left + (box.width * x) / count, height - 6, style);
    write(context, "training step", box.left + box.width / 2, height - 6, style);
    const last = run.losses.at(-1);
    if (last === undefined) {
      write(context, "Press Play: the model trains.", box.left + box.width / 2, upper.top + LOSS / 2, style);
      return "No training step yet.";
    }
    write(context, inDigits(run.norms.at(-1)), box.left + 120, lower.top - 10, { ink: ink.gradient, font: BOLD });
    return `Loss over ${run.losses.length} training steps, now ${inDigits(last)}; held-out exact match ${numbers["held-out exact match"].textContent}.`;
  }

  function percentages(context, box, count, ink) {
    context.fillStyle = context.strokeStyle = ink.right;
    context.textAlign = "left";
    for (const share of [0, 0.5, 1])
      context.fillText(`${100 * share}%`, box.left + box.width + 6, box.top + box.height * (1 - share) + 5);
    context.beginPath();
    for (const [at, share] of run.matches)
      context.lineTo(box.left + (box.width * at) / count, box.top + box.height * (1 - share));
    context.stroke();
    for (const [at, share] of run.matches) {
      context.beginPath();
      context.arc(box.left + (box.width * at) / count, box.top + box.height * (1 - share), 2.5, 0, 7);
      context.fill();
    }
  }

  function drawStates(context, width, height, ink) {
    const stacked = width < NARROW;
    const [room, gaps] = stacked ? [Math.max, 0] : [(...steps) => steps.reduce((sum, some) => sum + some, 0), 24];
    const column = (width - 16 - gaps) / room(...run.panels.map((panel) => panel.steps));
    let [left, top] = [8, 0];
    for (const panel of run.panels) {
      drawPanel(context, panel, left, top, column, ink);
      if (stacked) top += height / 2;
      else left += column * panel.steps + gaps;
    }
    return run.panels
      .map(({ title, reads, writes, gap }) => `${title}: ${reads.join(gap)} ${writes.join(gap)}`)
      .join("; ");
  }

  /** The states of the encoder or of the decoder, what was read below them and what was written above. */
  function drawPanel(context, { title, image, reads, writes, steps }, left, top, column, ink) {
    const role = ink[title.split(":")[0]] ?? ink.text; // encoder: reads; decoder: writes
    write(context, title, left, top + 14, { ink: role });
    context.imageSmoothingEnabled = false;
    context.drawImage(image, left, top + 40, column * steps, UNITS);
    context.strokeStyle = ink.line;
    context.strokeRect(left - 0.5, top + 39.5, column * steps + 1, UNITS + 1);
    symbolsAlong(context, reads, left, column, top + 40 + UNITS + 17, -1, ink.text);
    symbolsAlong(context, writes, left, column, top + 34, -1, ink.text);
  }

  show();
  line.ask({ kind: "hello", generation: 0 });
  return () => {
    pause();
    curve.stop();
    states.stop();
    line.stop();
    model.off("change:learning_rate", rate.listen);
    model.off("change:log_scale", log.listen);
    model.off("change:sort_units", sort.listen);
  };
}

export default { render };
