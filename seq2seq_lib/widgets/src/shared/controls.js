// The controls of controls.py in the browser: what a hand moves, and the words that stand beside it.
import { button, checkbox, element, slider } from "./instrument.js";
import { fixed, number } from "./numbers.js";

/** Names of the controls above the picture, what plays first, and of those below it: what takes back. */
export function places(controls) {
  const names = Object.keys(controls).sort((a, b) => Number(!!controls[b].plays) - Number(!!controls[a].plays));
  const takesBack = (name) => controls[name].type === "Edits";
  return [names.filter((name) => !takesBack(name)), names.filter(takesBack)];
}

/**
 * One control. `hand` is the instrument: {state, wording, set, moved, playing, still}.
 * Returns its nodes; put(value) shows a value; within(value) is the nearest that it can show; listen is called when the
 * trait changes; a slider's `range`.
 */
export function controlOf(name, control, hand) {
  const made = { Range: rangePart, Toggle, Choice, Text, Edits }[control.type](name, control, hand);
  return { within: (value) => value, listen: () => hand.moved(name), ...made };
}

function Toggle(name, { label, value }, { set }) {
  const root = checkbox(label, value, (checked) => set({ [name]: checked }, { jump: true }));
  const box = root.querySelector("input");
  return { nodes: [root], put: (on) => (box.checked = on) };
}

function Choice(name, { label, options }, { set }) {
  const list = element("select", {
    "aria-label": label,
    change: () => set({ [name]: list.value }, { jump: true }),
  });
  list.append(...options.map((option) => element("option", { value: option }, option)));
  return {
    nodes: [element("label", { class: "s2s-choice" }, element("span", {}, label), list)],
    put: (value) => (list.value = value),
  };
}

function Edits(name, _, { set }) {
  const undo = button("Undo", "Take back what was changed by hand", () => set({ [name]: {} }, { jump: true }));
  return { nodes: [undo], put: (value) => (undo.disabled = !Object.keys(value).length) };
}

function Text(name, { label }, { set }) {
  const box = element("input", { type: "text", spellcheck: "false", autocomplete: "off", autocapitalize: "off" });
  const read = () => set({ [name]: box.value });
  box.addEventListener("keydown", (event) => event.key === "Enter" && read());
  const go = button("Read", "Show what becomes of it", read);
  return {
    nodes: [element("div", { class: "s2s-typed" }, element("label", {}, element("span", {}, label), box), go)],
    put: (value) => (box.value = value),
  };
}

function rangePart(name, control, hand) {
  const [place, valueAt] = control.log10
    ? [Math.log10, (place) => Number((10 ** place).toPrecision(6))]
    : [Number, Number];
  const digits = Math.max(0, -Math.floor(Math.log10(control.step)));
  const format = (at, last) => {
    const value = valueAt(at);
    if (hand.wording[name]) return hand.wording[name](value, hand.state.data);
    if (control.log10) return number(value);
    return digits ? fixed(value, digits) : `${value} of ${last}`;
  };
  const made = slider({
    label: control.label,
    min: place(control.low),
    max: place(control.high),
    step: control.step,
    value: place(control.value),
    format,
    input: (at) => {
      hand.still();
      hand.set({ [name]: valueAt(at) });
    },
  });
  const play = control.plays ? [playButton(name, control, made.range, hand)] : [];
  return {
    nodes: [element("div", { class: "s2s-control" }, ...play, made.root)],
    put: (value) => made.set(place(value)),
    within: (value) => Math.max(valueAt(Number(made.range.min)), Math.min(valueAt(Number(made.range.max)), value)),
    range: made.range,
  };
}

/** A button that walks along a slider, until it is pressed again or another hand moves. */
function playButton(name, { label, pace }, range, { state, set, playing }) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    press.textContent = "Play";
  };
  const walk = () => {
    const next = state.settings[name] + Number(range.step);
    if (next > Number(range.max)) return stop();
    set({ [name]: next }, { jump: true });
  };
  const start = () => {
    playing(stop);
    if (state.settings[name] >= Number(range.max)) set({ [name]: Number(range.min) }, { jump: true });
    press.textContent = "Pause";
    timer = setInterval(walk, pace * (calm.matches ? 2 : 1));
  };
  const press = button("Play", `Walk along ${label}`, () => (timer ? stop() : start()));
  return press;
}
