// The browser's side of explorer.py: it draws the controls that Python declared, and the frames that Python finds.
import { controlOf, places } from "./controls.js";
import { bytes, drawing, element, frame, kernelLine, legend, received } from "./instrument.js";
import { gliding } from "./motion.js";

/**
 * Build an instrument. `pictures` are {height, least, draw, point, cursor}:
 *   height in px, or height(width, {data, settings}); `least` is the width in px below which it scrolls to the side;
 *   draw(context, {width, height, ink, data, settings, at, share, palette}) paints, and returns what a screen reader
 *     says. `at` are the numbers among the settings on their way to where they are, `share` how far they have come;
 *   point(x, y, {width, height, data, settings}, event) returns the settings that a pointer there means, or nothing;
 *   cursor(x, y, {width, height, data, settings}) is the CSS cursor that says what the hand can do there. Where that
 *     is to drag ("grab", "ns-resize"), a finger drags and does not scroll.
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
  const controls = Object.fromEntries(model.get("controls"));
  const names = Object.keys(controls);
  const asked = names.filter((name) => !controls[name].local);
  const state = { palette: bytes(model.get("signed_colours")), magnitudes: bytes(model.get("magnitude_colours")) };
  state.settings = Object.fromEntries(names.map((name) => [name, model.get(name)]));

  let shown = received(model.get("shown")); // the newest frame, and the settings to which it is the answer
  state.data = shown.frame;
  let gently = false; // whether the next frame comes after a jump of the hand, not while it drags
  let stopPlaying = () => {};
  const line = kernelLine(model, () => {}, askAgain, refused);
  const glide = gliding(state, redraw);

  const parts = Object.fromEntries(names.map((name) => [name, controlOf(name, controls[name], hand())]));
  const [above, below] = places(controls).map((some) => some.flatMap((name) => parts[name].nodes));
  const said = element("span", { class: "s2s-say" });
  const drawings = pictures.map((picture) => pictured(picture));
  const root = frame(
    el,
    title,
    element("div", { class: "s2s-controls" }, ...above),
    line.alert,
    ...before,
    ...drawings.map((made) => made.root),
    element(
      "div",
      { class: "s2s-row" },
      said,
      ...(withScale ? [legend(state.palette, Number(withScale))] : []),
      ...below,
    ),
  );
  limit(shown.frame.ends);
  limit(shown.frame.limits);
  for (const name of names) {
    parts[name].put(state.settings[name]);
    model.on(`change:${name}`, parts[name].listen);
  }
  model.on("change:shown", frameCame);
  push(assign(follow(state.settings, state.data, [])));
  glide.start(false);

  /** What a control needs of the instrument. */
  function hand() {
    return {
      state,
      wording,
      set,
      moved: (name) => moveFromOutside(name),
      playing: (stop) => {
        stopPlaying();
        stopPlaying = stop;
      },
      still: () => stopPlaying(),
    };
  }

  function pictured({ height, least, draw, point, cursor = () => "default" }) {
    const paint = (context, width, tall, ink) => draw(context, { ...state, ...glide.now(), width, height: tall, ink });
    const made = drawing(typeof height === "function" ? (width) => height(width, state) : height, paint, least);
    if (!point) return made;
    const { canvas } = made;
    const place = (event) => {
      const box = canvas.getBoundingClientRect(); // larger than the canvas itself where the instrument is presented
      const zoom = box.width / canvas.clientWidth;
      const size = { ...state, width: canvas.clientWidth, height: canvas.clientHeight };
      return [(event.clientX - box.left) / zoom, (event.clientY - box.top) / zoom, size];
    };
    for (const type of ["pointermove", "pointerdown", "pointerup", "pointercancel"])
      canvas.addEventListener(type, (event) => {
        if (type === "pointerdown") {
          stopPlaying();
          canvas.setPointerCapture(event.pointerId); // a hand that drags may leave the picture
        }
        const meant = point(...place(event), event);
        if (meant) set(meant);
        if (!event.buttons) canvas.style.cursor = cursor(...place(event));
      });
    const holds = (event) => {
      if (/grab|resize/.test(cursor(...place(event.touches[0])))) event.preventDefault();
    };
    canvas.addEventListener("touchstart", holds, { passive: false });
    return made;
  }

  /** Change some settings by hand. The picture follows at once; if Python has to compute, it follows again. */
  function set(changes, { jump = false } = {}) {
    const moved = assign(changes);
    if (!moved.length) return;
    moved.push(...assign(follow(state.settings, state.data, moved)));
    push(moved);
    gently = jump;
    glide.start(jump);
  }

  /** Another one moved a control: a link, a second view, a line of Python. */
  function moveFromOutside(name) {
    const value = parts[name].within(model.get(name));
    if (same(value, state.settings[name])) return;
    const moved = assign({ [name]: value });
    push(assign(follow(state.settings, state.data, moved)));
    if (asked.includes(name)) expect();
    glide.start(true);
  }

  /** Take over these settings, and bring their controls up to date. Returns the names of those that changed. */
  function assign(changes) {
    const moved = Object.keys(changes).filter((name) => !same(changes[name], state.settings[name]));
    Object.assign(state.settings, changes);
    for (const name of moved) parts[name].put(state.settings[name]);
    return moved;
  }

  /** Tell Python. While it is busy, only the newest settings wait for it. */
  function push(moved) {
    for (const name of moved) model.set(name, state.settings[name]);
    if (moved.length) model.save_changes(); // at once: an echo of an older value does no harm to what is on its way
    if (moved.some((name) => asked.includes(name))) expect();
  }

  /** Not with save_changes, which waits for the answer to what it said before. */
  function askAgain() {
    model.send({ kind: "state", state: Object.fromEntries(asked.map((name) => [name, state.settings[name]])) });
  }

  /** Wait for the frame that answers the settings, unless it is there. */
  function expect() {
    if (!asked.every((name) => same(shown.settings[name], state.settings[name]))) return line.wait();
    root.classList.remove("s2s-refused");
    line.answered();
  }

  /** The picture is not the answer to what is asked now: it fades until there is one. */
  function refused() {
    root.classList.add("s2s-refused");
  }

  function frameCame() {
    shown = received(model.get("shown"));
    const { ends, limits } = shown.frame;
    if (ends) stopPlaying();
    state.data = shown.frame;
    root.classList.remove("s2s-refused");
    limit(ends);
    limit(limits);
    assign({ ...ends });
    assign(
      Object.fromEntries(
        Object.entries(limits ?? {}).map(([name, most]) => [name, Math.min(state.settings[name], most)]),
      ),
    );
    push(assign(follow(state.settings, state.data, [])));
    line.answered();
    expect();
    glide.start(gently);
  }

  /** How far sliders go now: what they say of their value may change, too. */
  function limit(most = {}) {
    for (const [name, end] of Object.entries(most)) {
      parts[name].range.max = end;
      parts[name].put(state.settings[name]);
    }
  }

  function redraw() {
    changed(state);
    said.textContent = [state.data.note, say(state.data, state.settings)].filter(Boolean).join(" ");
    for (const made of drawings) made.redraw();
  }

  return () => {
    stopPlaying();
    glide.stop();
    line.stop();
    model.off("change:shown", frameCame);
    for (const name of names) model.off(`change:${name}`, parts[name].listen);
    for (const made of drawings) made.stop();
  };
}

/** Numbers, texts, and the dicts of what was changed by hand. */
function same(a, b) {
  return a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
}
