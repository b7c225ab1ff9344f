// What all instruments share: controls, a canvas that stays sharp, the heatmap, and the line to the kernel.

const SILENCE = 5000; // ms without an answer until we say so

/** An element with attributes (functions become listeners) and children. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

// Keys pressed in an instrument are no shortcuts of the notebook, but the one that saves it is. Jupyter looks for this
// mark before a key comes there, and Notebook 7 on the focused control first, where :focus shortcuts would match.
const saves = ({ key, ctrlKey, metaKey }) => (ctrlKey || metaKey) && key.toLowerCase() === "s";
function markKeys(event) {
  const path = event.composedPath();
  const root = path.find((node) => node.classList?.contains("s2s"));
  if (root) for (const node of [path[0], root]) node.toggleAttribute("data-lm-suppress-shortcuts", !saves(event));
}
window.addEventListener("keydown", markKeys, true);

/** The frame of an instrument; the last of its children is a row. */
export function frame(host, name, ...children) {
  const root = element("section", { class: "s2s", "aria-label": name }, ...children);
  children.at(-1).append(presentButton(root));
  for (const type of ["keydown", "keyup", "keypress"])
    root.addEventListener(type, (event) => saves(event) || event.stopPropagation());
  host.append(root);
  return root;
}

/** A button that lets the instrument fill the screen, as large as it fits, and back; Escape goes back too. */
function presentButton(root) {
  const press = button("Present", "Let it fill the screen", () => {
    if (document.fullscreenElement) return document.exitFullscreen();
    const { offsetWidth, offsetHeight } = root;
    const zoom = Math.min(screen.width / offsetWidth, screen.height / offsetHeight);
    root.style.setProperty("--s2s-zoom", Math.max(1, zoom));
    root.requestFullscreen();
  });
  root.addEventListener("fullscreenchange", () => {
    press.textContent = document.fullscreenElement ? "Leave" : "Present";
  });
  press.hidden = !document.fullscreenEnabled; // some pages forbid it to what they embed
  return press;
}

export function button(label, hint, click) {
  return element("button", { type: "button", title: hint, click }, label);
}

export function checkbox(label, checked, change) {
  const input = element("input", { type: "checkbox", checked, change: () => change(input.checked) });
  return element("label", { class: "s2s-check" }, input, label);
}

/** A range, above it its name on the left and its value, in words, on the right. */
export function slider({ label, min, max, step = 1, value, format = String, input }) {
  const output = element("output");
  const range = element("input", { type: "range", min, max, step, value, "aria-label": label });
  const say = (number = range.valueAsNumber) => {
    output.value = format(number, Number(range.max)); // the number itself, though the knob stands at the nearest notch
    range.setAttribute("aria-valuetext", output.value);
  };
  say();
  range.addEventListener("input", () => {
    say();
    input(range.valueAsNumber);
  });
  return {
    root: element("label", { class: "s2s-slider" }, element("span", {}, label), range, output),
    range,
    get value() {
      return range.valueAsNumber;
    },
    set(number, largest = range.max) {
      range.max = largest;
      range.value = number;
      say(Math.min(number, range.max));
    },
  };
}

/**
 * A canvas as wide as its place, but at least `least`: a narrower place scrolls to the side. `height` in px may be a
 * function of the width. `draw(context, width, height, colours)` is called at most once per picture of the screen; it
 * returns the sentence that a screen reader says.
 */
export function drawing(height, draw, least = 680) {
  const heightFor = typeof height === "function" ? height : () => height;
  const canvas = element("canvas", { role: "img", style: `height:${heightFor(1000)}px; min-width:${least}px` });
  const root = element("div", { class: "s2s-picture" }, canvas);
  let asked = false;
  let spoken = 0;
  const paint = () => {
    asked = false;
    const width = canvas.clientWidth;
    if (!width) return;
    const height = heightFor(width);
    canvas.style.height = `${height}px`;
    const zoom = canvas.getBoundingClientRect().width / width; // of an instrument that is presented
    const scale = (window.devicePixelRatio || 1) * zoom;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
    }
    const context = canvas.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    const sentence = draw(context, width, height, colours(canvas));
    clearTimeout(spoken);
    spoken = setTimeout(() => canvas.setAttribute("aria-label", sentence), 150);
    if (!canvas.hasAttribute("aria-label")) canvas.setAttribute("aria-label", sentence);
  };
  const redraw = () => {
    if (!asked) requestAnimationFrame(paint);
    asked = true;
  };
  const dressed = () => {
    canvas.closest(".s2s")?.toggleAttribute("data-dark", isDark(canvas));
    redraw();
  };
  const resized = new ResizeObserver(dressed); // it also calls when the canvas has come into the page
  resized.observe(canvas);
  const themed = new MutationObserver(dressed);
  for (const node of [document.documentElement, document.body]) themed.observe(node, { attributes: true });
  window.matchMedia(PREFERS_DARK).addEventListener("change", dressed);
  const stop = () => {
    resized.disconnect();
    themed.disconnect();
    window.matchMedia(PREFERS_DARK).removeEventListener("change", dressed);
  };
  return { root, canvas, redraw, stop };
}

const PREFERS_DARK = "(prefers-color-scheme: dark)";
// How JupyterLab, VS Code, Colab, marimo and most sites say which theme they are in.
const DARK =
  "[data-jp-theme-light=false], .vscode-dark, .vscode-high-contrast, html[theme=dark], .dark, [data-theme=dark]";
const LIGHT =
  "[data-jp-theme-light=true], .vscode-light, .vscode-high-contrast-light, html[theme=light], .light, [data-theme=light]";

/** Whether the page around a node is dark: by the nearest mark, else by the color-scheme that the page declares. */
export function isDark(node) {
  for (let at = node; at; at = at.parentElement ?? at.getRootNode().host) {
    if (at.matches(LIGHT)) return false;
    if (at.matches(DARK)) return true;
  }
  const declared = getComputedStyle(node).colorScheme.split(" ");
  return declared.includes("dark") && (!declared.includes("light") || window.matchMedia(PREFERS_DARK).matches);
}

/** The colours of the theme, as CSS has them. Those from blue on are for lines without a role. */
function colours(node) {
  const style = getComputedStyle(node);
  const names = "text faint line paper encoder decoder gradient right wrong chosen blue orange green".split(" ");
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--s2s-${name}`).trim()]));
}

export const FONT = "14px system-ui, sans-serif";

/** rgb of a value in [-1, 1], out of the 256 colours that the kernel sent. */
export function shade(palette, value) {
  const i = 3 * Math.max(0, Math.min(255, Math.round((value + 1) * 127.5)));
  return [palette[i], palette[i + 1], palette[i + 2]];
}

/** states (steps x units, a row a step) as an image, a column a step; drawn once, then only copied. */
export function heatmap(states, steps, units, palette) {
  const image = new ImageData(steps, units);
  for (let t = 0; t < steps; t++)
    for (let u = 0; u < units; u++)
      image.data.set([...shade(palette, states[t * units + u]), 255], 4 * (u * steps + t));
  const canvas = new OffscreenCanvas(steps, units);
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

/** The scale of the signed colours: a strip from -limit to limit. */
export function legend(palette, limit = 1) {
  const bar = element("canvas", {
    width: 128,
    height: 1,
    class: "s2s-bar",
    role: "img",
    "aria-label": `colour scale: orange is −${limit}, white is 0, purple is ${limit}`,
  });
  const context = bar.getContext("2d");
  for (let i = 0; i < 128; i++) {
    context.fillStyle = `rgb(${shade(palette, i / 63.5 - 1)})`;
    context.fillRect(i, 0, 1, 1);
  }
  return element("span", { class: "s2s-legend" }, `−${limit}`, bar, `+${limit}`);
}

export function bytes(view) {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** A binary buffer of the kernel as numbers (copied: it need not be aligned). */
export function floats(view) {
  return new Float32Array(bytes(view).slice().buffer);
}

/** Draw left to right: symbols under or over columns, as many as there is room for. */
export function symbolsAlong(context, symbols, left, column, y, current, ink) {
  const every = Math.ceil(11 / column);
  const near = (t) => symbols[current] !== undefined && Math.abs(t - current) < every;
  context.textAlign = "center";
  symbols.forEach((symbol, t) => {
    if (t !== current && (t % every || near(t))) return;
    context.font = t === current ? `bold ${FONT}` : FONT;
    context.fillStyle = ink;
    context.fillText(symbol === " " ? "␣" : symbol, left + (t + 0.5) * column, y, Math.max(column * every - 1, 8));
  });
  context.font = FONT;
}

/** A frame around what is meant, black on white, so that it shows on every colour. */
export function outline(context, ...box) {
  for (const [width, style] of [
    [4, "#fff"],
    [2, "#000"],
  ]) {
    context.lineWidth = width;
    context.strokeStyle = style;
    context.strokeRect(...box);
  }
  context.lineWidth = 1;
}

/**
 * The line to the kernel. `ask(message)` sends; if nothing comes back for five seconds, the instrument says so and
 * calls `again`, which asks once more, and so on after 10, 20, ... seconds: what was on its way when a connection broke
 * is lost.
 * `heard` is called with each message and its buffers; messages of kind "error" go to `failed` as well.
 */
export function kernelLine(model, heard, again, failed = () => {}) {
  const alert = element("p", { class: "s2s-alert", role: "alert", hidden: true });
  let timer = 0;
  let silence = SILENCE;
  const say = (text) => {
    alert.hidden = !text;
    alert.textContent = text;
  };
  const answered = (text = "") => {
    clearTimeout(timer);
    timer = 0;
    silence = SILENCE;
    say(text);
  };
  const listen = (message, buffers) => {
    answered(message.kind === "error" ? message.text : "");
    if (message.kind === "error") failed(message);
    heard(message, buffers);
  };
  model.on("msg:custom", listen);
  /** From now on an answer is waited for. */
  const wait = () => {
    timer ||= setTimeout(() => {
      timer = 0;
      say(
        "No answer from the kernel for 5 seconds. It is busy with another cell, or it has stopped: then restart it and run this cell again.",
      );
      silence *= 2;
      try {
        again();
        wait();
      } catch {
        // the host has closed the line: nobody will answer any more
      }
    }, silence);
  };
  const ask = (message) => {
    wait();
    model.send(message);
  };
  const stop = () => {
    clearTimeout(timer);
    model.off("msg:custom", listen);
  };
  return { alert, ask, wait, answered, say, stop };
}

/** What packed() in instrument.py made: arrays become {shape, values}. */
export function unpacked(value, buffers) {
  if (Array.isArray(value)) return value.map((item) => unpacked(item, buffers));
  if (value === null || typeof value !== "object") return value;
  if ("buffer" in value) return { shape: value.shape, values: floats(buffers[value.buffer]) };
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, unpacked(item, buffers)]));
}

/** What as_trait() in instrument.py made. */
export function received({ content, buffers }) {
  return unpacked(JSON.parse(content), buffers);
}

/** One number of an array, by its indices. */
export function at(array, ...indices) {
  return array.values[indices.reduce((sum, index, axis) => sum * array.shape[axis] + index, 0)];
}
