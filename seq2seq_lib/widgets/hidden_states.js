import { button, bytes, drawing, element, floats, FONT, frame, heatmap, kernelLine, legend, signed, slider, symbolsAlong } from "./instrument.js";

const HEIGHT = 400;
const TOP = 46; // title, and the symbols that are written
const BOTTOM = 26; // the symbols that are read
const GAP = 56; // between the panels; to the left of the first one, the unit axis
const PACE = 300; // ms a step while it plays

function render({ model, el }) {
  const palette = bytes(model.get("signed_colours"));
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let panels = [];
  let steps = 0;
  let time = 0;
  let unit = 0;
  let playing = 0;

  const line = kernelLine(model, () => {});
  const strings = element("div", { class: "s2s-strings" });
  const said = element("span", { class: "s2s-say" });
  const picture = drawing(HEIGHT, draw);
  const timeSlider = slider({ label: "time", min: 1, max: 1, value: 1, format: (t) => `${t} of ${steps}`, input: (t) => moveTo(t - 1) });
  const unitSlider = slider({ label: "unit", min: 0, max: 0, value: 0, format: String, input: (u) => pick(u) });
  const play = button("Play", "Move along time", () => (playing ? pause() : start()));
  const rows = [element("div", { class: "s2s-row" }, play, timeSlider.root, unitSlider.root)];
  if (model.get("asks")) rows.unshift(askRow());
  frame(el, "Hidden states", ...rows, line.alert, strings, picture.canvas, element("div", { class: "s2s-row" }, said, legend(palette)));

  function askRow() {
    const box = element("input", { type: "text", value: model.get("text"), maxlength: 60, spellcheck: "false", autocomplete: "off" });
    const go = () => line.ask({ kind: "text", text: box.value, generation: 0 });
    box.addEventListener("keydown", (event) => event.key === "Enter" && go());
    return element("div", { class: "s2s-row" }, element("label", {}, model.get("asks"), box), button("Read", "Let the model read this", go));
  }

  function load() {
    pause();
    panels = model.get("panels").map((panel) => {
      const states = floats(panel.states);
      return { ...panel, states, image: heatmap(states, panel.steps, panel.units, palette) };
    });
    let first = 0;
    for (const panel of panels) {
      panel.first = first;
      first += panel.steps;
    }
    steps = first;
    time = steps - 1;
    unit = Math.min(unit, panels[0].units - 1);
    timeSlider.set(steps, steps);
    unitSlider.set(unit, panels[0].units - 1);
    strings.replaceChildren(
      ...panels.flatMap((panel) => {
        const symbols = panel.writes.length ? panel.writes : panel.reads;
        const space = symbols.some((symbol) => symbol.length > 1) ? " " : "";
        panel.letters = symbols.map((symbol) => element("span", {}, symbol + space));
        return [element("span", {}, panel.title), element("span", { class: "s2s-text" }, ...panel.letters)];
      }),
    );
    update();
  }

  function moveTo(t) {
    time = Math.max(0, Math.min(steps - 1, t));
    update();
  }

  function pick(u) {
    unit = u;
    update();
  }

  function here() {
    const panel = panels.findLast((candidate) => candidate.first <= time);
    const t = time - panel.first;
    const wrote = panel.writes.length ? `, writes “${panel.writes[t]}”` : "";
    const value = panel.states[t * panel.units + unit];
    return `Step ${time + 1}: reads “${panel.reads[t]}”${wrote}. Unit ${unit} is ${signed(value)}.`;
  }

  function update() {
    for (const panel of panels)
      panel.letters.forEach((letter, t) => {
        const there = panel.first + t;
        letter.className = there < time ? "done" : there === time ? "now" : "later";
      });
    said.textContent = here();
    picture.redraw();
  }

  function layout(width) {
    const column = (width - GAP * panels.length - 8) / steps;
    return panels.map((panel, i) => ({ left: GAP * (i + 1) + panel.first * column, column, height: HEIGHT - TOP - BOTTOM }));
  }

  function draw(context, width, height, ink) {
    context.imageSmoothingEnabled = false;
    context.font = FONT;
    layout(width).forEach(({ left, column, height: tall }, i) => {
      const panel = panels[i];
      const row = tall / panel.units;
      const wide = column * panel.steps;
      context.drawImage(panel.image, left, TOP, wide, tall);
      context.strokeStyle = ink.line;
      context.strokeRect(left - 0.5, TOP - 0.5, wide + 1, tall + 1);
      context.fillStyle = ink.text;
      context.textAlign = "left";
      context.fillText(panel.title, left, 16);
      context.textAlign = "right";
      context.fillStyle = ink.faint;
      for (const u of [0, panel.units - 1]) context.fillText(u, left - 6, TOP + (u + 0.5) * row + 5);
      context.fillText("unit", left - 6, TOP + tall / 2 + 5);
      const t = time - panel.first;
      symbolsAlong(context, panel.reads, left, column, height - 8, t, ink.text);
      symbolsAlong(context, panel.writes, left, column, TOP - 8, t, ink.text);
      if (t >= 0 && t < panel.steps) outline(context, left + t * column, TOP, column, tall);
      outline(context, left, TOP + unit * row - 1, wide, row + 2);
    });
    return `${panels.map((panel) => `${panel.title}: ${panel.units} units over ${panel.steps} steps`).join("; ")}. ${here()}`;
  }

  /** Black on white, so that it shows on every colour. */
  function outline(context, ...box) {
    for (const [width, style] of [[4, "#fff"], [2, "#000"]]) {
      context.lineWidth = width;
      context.strokeStyle = style;
      context.strokeRect(...box);
    }
    context.lineWidth = 1;
  }

  function pointed(event) {
    const box = picture.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    layout(box.width).forEach(({ left, column, height }, i) => {
      const t = Math.floor((x - left) / column);
      const u = Math.floor(((y - TOP) / height) * panels[i].units);
      if (t < 0 || t >= panels[i].steps || u < 0 || u >= panels[i].units) return;
      timeSlider.set(panels[i].first + t + 1);
      unitSlider.set(u);
      unit = u;
      pause();
      moveTo(panels[i].first + t);
    });
  }

  function start() {
    if (time === steps - 1) time = -1;
    play.textContent = "Pause";
    const next = () => {
      moveTo(time + 1);
      timeSlider.set(time + 1);
      if (time === steps - 1) pause();
    };
    playing = setInterval(next, still ? 2 * PACE : PACE);
    next();
  }

  function pause() {
    clearInterval(playing);
    playing = 0;
    play.textContent = "Play";
  }

  picture.canvas.addEventListener("pointermove", pointed);
  picture.canvas.addEventListener("pointerdown", pointed);
  model.on("change:panels", load);
  load();
  return () => {
    pause();
    picture.stop();
    line.stop();
    model.off("change:panels", load);
  };
}

export default { render };
