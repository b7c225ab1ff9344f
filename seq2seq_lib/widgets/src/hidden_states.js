import { explorer } from "./shared/explorer.js";
import { at, element, FONT, heatmap, outline, signed, symbolsAlong } from "./shared/instrument.js";

const HEIGHT = 400;
const TOP = 46; // title, and the symbols that are written
const BOTTOM = 26; // the symbols that are read
const GAP = 56; // between the panels; to the left of the first one, the unit axis

/** The panels of a frame, each with the time of its first step and its image, which is made once. */
function panelsOf(data, palette) {
  let first = 0;
  for (const panel of data.panels) {
    if (panel.image) break;
    [panel.steps, panel.units] = panel.states.shape;
    panel.image = heatmap(panel.states.values, panel.steps, panel.units, palette);
    panel.first = first;
    first += panel.steps;
  }
  return data.panels;
}

/** The panel at this time, and the step within it. */
function where(data, time) {
  let t = time - 1;
  for (const panel of data.panels) {
    if (t < panel.states.shape[0]) return { panel, t };
    t -= panel.states.shape[0];
  }
}

function say(data, { time, unit }) {
  const { panel, t } = where(data, time);
  const wrote = panel.writes.length ? `, writes “${panel.writes[t]}”` : "";
  return `Step ${time}: reads “${panel.reads[t]}”${wrote}. Unit ${unit} is ${signed(at(panel.states, t, unit))}.`;
}

function layout(panels, width) {
  const steps = panels.reduce((sum, panel) => sum + panel.states.shape[0], 0);
  const column = (width - GAP * panels.length - 8) / steps;
  return panels.map((panel, i) => ({
    left: GAP * (i + 1) + panel.first * column,
    column,
    tall: HEIGHT - TOP - BOTTOM,
  }));
}

function draw(context, { width, height, ink, data, settings, palette }) {
  const panels = panelsOf(data, palette);
  context.imageSmoothingEnabled = false;
  context.font = FONT;
  layout(panels, width).forEach(({ left, column, tall }, i) => {
    const panel = panels[i];
    const row = tall / panel.units;
    const wide = column * panel.steps;
    context.drawImage(panel.image, left, TOP, wide, tall);
    context.strokeStyle = ink.line;
    context.strokeRect(left - 0.5, TOP - 0.5, wide + 1, tall + 1);
    context.fillStyle = ink.text;
    context.textAlign = "left";
    // of a short panel at the edge the title would be cut
    context.fillText(panel.title, Math.min(left, width - context.measureText(panel.title).width), 16);
    context.textAlign = "right";
    context.fillStyle = ink.faint;
    for (const u of [0, panel.units - 1]) context.fillText(u, left - 6, TOP + (u + 0.5) * row + 5);
    context.fillText("unit", left - 6, TOP + tall / 2 + 5);
    const t = settings.time - 1 - panel.first;
    symbolsAlong(context, panel.reads, left, column, height - 8, t, ink.text);
    symbolsAlong(context, panel.writes, left, column, TOP - 8, t, ink.text);
    if (t >= 0 && t < panel.steps) outline(context, left + t * column, TOP, column, tall);
    outline(context, left, TOP + settings.unit * row - 1, wide, row + 2);
  });
  return `${panels.map((panel) => `${panel.title}: ${panel.units} units over ${panel.steps} steps`).join("; ")}. ${say(data, settings)}`;
}

function point(x, y, { width, data }) {
  for (const [i, { left, column, tall }] of layout(data.panels, width).entries()) {
    const [steps, units] = data.panels[i].states.shape;
    const t = Math.floor((x - left) / column);
    const unit = Math.floor(((y - TOP) / tall) * units);
    if (t >= 0 && t < steps && unit >= 0 && unit < units) return { time: data.panels[i].first + t + 1, unit };
  }
}

/** The texts, with what the cursor has passed in bold. */
function texts(node, panels, { time }) {
  node.replaceChildren(
    ...panels.flatMap((panel) => {
      const symbols = panel.writes.length ? panel.writes : panel.reads;
      const now = time - 1 - panel.first;
      const letters = symbols.map((symbol, t) =>
        element("span", { class: t < now ? "done" : t === now ? "now" : "later" }, symbol + panel.gap),
      );
      return [
        element("span", {}, panel.title),
        element("span", { class: "s2s-text", style: "overflow-wrap: anywhere" }, ...letters),
      ];
    }),
  );
}

function render(host) {
  const strings = element("div", { class: "s2s-strings" });
  return explorer(host, {
    title: "Hidden states",
    pictures: [{ height: HEIGHT, draw, point }],
    before: [strings],
    changed: ({ data, settings, palette }) => texts(strings, panelsOf(data, palette), settings),
    say,
  });
}

export default { render };
