// The browser's side of explorer.py: it draws the controls that Python declared, and asks for a frame when one moves.
import {
  button,
  bytes,
  checkbox,
  drawing,
  element,
  frame,
  kernelLine,
  legend,
  received,
  slider,
  unpacked,
} from "./instrument.js";

/**
 * Build an instrument. `pictures` are {height, draw, point}:
 *   draw(context, {width, height, ink, data, settings, palette}) paints, and returns what a screen reader says;
 *   point(x, y, {width, height, data, settings}, event) returns the settings that a pointer there means, or nothing.
 * `say(data, settings)` is the sentence below the pictures. `data` is what frame() returned, its arrays as
 * {shape, values}. `before` are nodes of the instrument's own above the pictures; `changed(state)` brings them up to
 * date. `withScale`: the scale of the signed colours stands beside the sentence; a number is its end, where it is not 1.
 * `follow(settings, data, moved)` returns the settings that change because those named in `moved` did, or, where it is
 * empty, because a new frame came.
 * `wording` is {name of a slider: (value, data) => its value in words}.
 * Returns what anywidget calls when the instrument goes.
 */
export function explorer(
  { model, el },
  { title, pictures, say, before = [], changed = () => {}, withScale = true, follow = () => ({}), wording = {} },
) {
  const palette = bytes(model.get("signed_colours"));
  const magnitudes = bytes(model.get("magnitude_colours"));
  const controls = Object.fromEntries(model.get("controls"));
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const state = { data: undefined, settings: {}, palette, magnitudes };
  for (const [name, control] of Object.entries(controls))
    state.settings[name] = control.type === "Edits" ? {} : control.value;

  let underway = false;
  let ticket = 0;
  let stale = false;
  let stopPlaying = () => {};
  const line = kernelLine(model, heard, refused);
  const parts = {};
  const row = element("div", { class: "s2s-row" });
  for (const [name, control] of Object.entries(controls)) {
    const part = build(name, control);
    if (!part) continue;
    parts[name] = part;
    row.append(...part.nodes);
  }
  const said = element("span", { class: "s2s-say" });
  const drawings = pictures.map((picture) => {
    const made = drawing(picture.height, (context, width, height, ink) =>
      picture.draw(context, { ...state, width, height, ink }),
    );
    if (picture.point)
      for (const type of ["pointermove", "pointerdown", "pointerup"])
        made.canvas.addEventListener(type, (event) => {
          const box = made.canvas.getBoundingClientRect();
          const place = { ...state, width: box.width, height: box.height };
          const meant = picture.point(event.clientX - box.left, event.clientY - box.top, place, event);
          if (meant) set(meant);
        });
    return made;
  });
  const root = frame(
    el,
    title,
    row,
    line.alert,
    ...before,
    ...drawings.map((made) => made.root),
    element("div", { class: "s2s-row" }, said, ...(withScale ? [legend(palette, Number(withScale))] : [])),
  );
  show(received(model.get("first")));

  function build(name, control) {
    if (control.type === "Range") return rangePart(name, control);
    if (control.type === "Toggle") {
      const label = checkbox(control.label, control.value, (checked) => set({ [name]: checked }));
      const box = label.querySelector("input");
      return { nodes: [label], put: (value) => (box.checked = value) };
    }
    if (control.type === "Choice") {
      const list = element("select", { "aria-label": control.label, change: () => set({ [name]: list.value }) });
      list.append(
        ...control.options.map((option) =>
          element("option", { value: option, selected: option === control.value }, option),
        ),
      );
      return { nodes: [element("label", {}, control.label, list)], put: (value) => (list.value = value) };
    }
    if (control.type === "Edits") {
      const undo = button("Undo changes", "Take back what was changed by hand", () => set({ [name]: {} }));
      undo.disabled = true;
      return { nodes: [undo], put: (value) => (undo.disabled = !Object.keys(value).length) };
    }
    if (control.type === "Text") {
      const box = element("input", {
        type: "text",
        value: control.value,
        spellcheck: "false",
        autocomplete: "off",
      });
      const go = () => set({ [name]: box.value });
      box.addEventListener("keydown", (event) => event.key === "Enter" && go());
      return {
        nodes: [element("label", {}, control.label, box), button("Read", "Show what becomes of it", go)],
        put: (value) => (box.value = value),
      };
    }
  }

  function rangePart(name, control) {
    const digits = Math.max(0, -Math.floor(Math.log10(control.step)));
    const format = (value, max) => {
      if (wording[name] && state.data) return wording[name](value, state.data);
      if (control.log10) return Number((10 ** value).toPrecision(2)).toString();
      return digits ? value.toFixed(digits) : `${value} of ${max}`;
    };
    const made = slider({
      label: control.label,
      min: control.low,
      max: control.high,
      step: control.step,
      value: control.value,
      format,
      input: (value) => {
        stopPlaying();
        set({ [name]: value });
      },
    });
    const nodes = [made.root];
    if (control.plays) nodes.unshift(playButton(name, made.range));
    return { nodes, put: (value) => made.set(value), range: made.range };
  }

  function playButton(name, range) {
    let timer = 0;
    const stop = () => {
      clearInterval(timer);
      timer = 0;
      press.textContent = "Play";
    };
    const walk = () => {
      const next = state.settings[name] + Number(range.step);
      if (next > Number(range.max)) return stop();
      set({ [name]: next });
    };
    const start = () => {
      if (state.settings[name] >= Number(range.max)) set({ [name]: Number(range.min) });
      press.textContent = "Pause";
      stopPlaying = stop;
      timer = setInterval(walk, controls[name].pace * (calm.matches ? 2 : 1));
    };
    const press = button("Play", `Walk along ${controls[name].label}`, () => (timer ? stop() : start()));
    return press;
  }

  /** Change some settings. The picture follows at once; if the kernel has to compute, it follows again. */
  function set(changes) {
    const moved = assign(changes);
    if (!moved.length) return;
    moved.push(...assign(follow(state.settings, state.data, moved)));
    if (moved.some((name) => !controls[name].local)) ask();
    redraw();
  }

  /** Take over these settings, and bring their controls up to date. Returns the names of those that changed. */
  function assign(changes) {
    const moved = Object.keys(changes).filter((name) => changes[name] !== state.settings[name]);
    Object.assign(state.settings, changes);
    for (const name of moved) parts[name]?.put(state.settings[name]);
    return moved;
  }

  function ask() {
    stale = true;
    if (underway) return; // when the answer is there, we ask again, with what is set then
    stale = false;
    underway = true;
    ticket += 1;
    const settings = Object.fromEntries(Object.entries(state.settings).filter(([name]) => !controls[name].local));
    line.ask({ kind: "frame", ticket, settings, generation: 0 });
  }

  function heard(message, buffers) {
    if (message.kind !== "frame" || message.ticket !== ticket) return;
    show(unpacked(message.content, buffers));
    done();
  }

  /** The picture is not the answer to what is asked now: it fades until there is one. */
  function refused() {
    root.classList.add("s2s-refused");
    done();
  }

  /** The kernel is free again, after a frame or an error; what was set meanwhile is next. */
  function done() {
    underway = false;
    if (stale) ask();
  }

  /**
   * A new frame. With {ends: {name: number}} it says how far a slider goes now, and puts it there; with {limits: ...}
   * too, but there the slider moves only if it stands beyond.
   */
  function show(data) {
    stopPlaying();
    root.classList.remove("s2s-refused");
    state.data = data;
    for (const [name, text] of Object.entries(data.texts ?? {})) {
      state.settings[name] = text;
      parts[name].put(text);
    }
    for (const [name, end] of Object.entries(data.ends ?? {})) {
      parts[name].range.max = end;
      state.settings[name] = end;
      parts[name].put(end);
    }
    for (const [name, limit] of Object.entries(data.limits ?? {})) {
      parts[name].range.max = limit;
      state.settings[name] = Math.min(state.settings[name], limit);
      parts[name].put(state.settings[name]);
    }
    assign(follow(state.settings, data, []));
    redraw();
  }

  function redraw() {
    changed(state);
    said.textContent = [state.data.note, say(state.data, state.settings)].filter(Boolean).join(" ");
    for (const made of drawings) made.redraw();
  }

  return () => {
    stopPlaying();
    line.stop();
    for (const made of drawings) made.stop();
  };
}
