// Instruments on a page where no Python runs: the module that Jupyter loads, with a model that answers out of frames
// computed ahead (frames.py). Nothing is computed here: where there is no frame, that is said.

const PACE = 250; // ms between two pictures of a recorded training
const ONE_AT_A_TIME =
  "Here one control moves at a time: what else you had changed went back. All of them together need Python: run this lesson.";
const NEEDS_PYTHON = "For this there is no picture ready on this page. It needs Python: run this lesson.";

/** What frames.py wrote: bytes come as {"$bytes": base64}. */
function revived(value) {
  if (value === null || typeof value !== "object") return value;
  if ("$bytes" in value) return new DataView(Uint8Array.from(atob(value.$bytes), (c) => c.charCodeAt(0)).buffer);
  if (Array.isArray(value)) return value.map(revived);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, revived(item)]));
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** A model as anywidget hands it to a module: get, set, save_changes, on, off, send. `answer` is asked what follows. */
function modelOf(traits, answer) {
  const listeners = new Set();
  const tell = (event, ...news) => {
    for (const [on, hears] of [...listeners]) if (on === event) hears(...news);
  };
  const put = (name, value) => {
    if (same(traits[name], value)) return;
    traits[name] = value;
    tell(`change:${name}`);
  };
  let changed = [];
  const model = {
    get: (name) => traits[name],
    set: (name, value) => {
      changed.push(name);
      put(name, value);
    },
    save_changes: () => {
      const moved = changed;
      changed = [];
      setTimeout(() => answer.changed(moved)); // as an answer does, it comes later
    },
    send: (message) => answer.heard(message),
    on: (event, hears) => listeners.add([event, hears]),
    off: (_event, gone) => {
      for (const one of [...listeners]) if (one[1] === gone) listeners.delete(one);
    },
  };
  return { model, put, say: (message, buffers) => tell("msg:custom", message, buffers) };
}

/** How far the settings of a frame are from those that are wanted; what the hand has just moved counts most. */
function apart(wanted, settings, moved) {
  return Object.entries(settings).reduce((sum, [name, value]) => {
    if (same(value, wanted[name])) return sum;
    const numbers = typeof value === "number" && typeof wanted[name] === "number";
    const far = numbers ? Math.abs(value - wanted[name]) / (1 + Math.abs(value) + Math.abs(wanted[name])) : 1;
    return sum + (moved.includes(name) ? 1000 * far : 1);
  }, 0);
}

/** Answers with the frame that is nearest to what was asked, and brings the controls to its settings. */
function fromFrames({ frames }, link, note) {
  return {
    heard: () => {},
    changed: (moved) => {
      const names = Object.keys(frames[0][0]);
      const asked = moved.filter((name) => names.includes(name));
      if (!asked.length) return;
      const wanted = Object.fromEntries(names.map((name) => [name, link.model.get(name)]));
      const ranked = frames.map((row) => [apart(wanted, row[0], asked), row]);
      const [, [settings, shown]] = ranked.reduce((best, one) => (one[0] < best[0] ? one : best));
      const back = names.filter((name) => !same(settings[name], wanted[name]));
      const typed = asked.some((name) => typeof wanted[name] !== "number" && back.includes(name));
      note(typed ? NEEDS_PYTHON : back.some((name) => !asked.includes(name)) ? ONE_AT_A_TIME : "");
      for (const name of back) link.put(name, settings[name]);
      link.put("shown", revived(shown));
    },
  };
}

/** Plays a recorded training again. */
function fromRecord({ recorded }, link, note) {
  let next = 1;
  let generation = 0;
  const send = (piece, head = {}) => {
    const { message, buffers } = revived(piece);
    link.say({ ...message, generation, ...head }, buffers);
  };
  return {
    changed: (moved) => note(moved.includes("learning_rate") ? NEEDS_PYTHON : ""),
    heard: (message) => {
      if (message.kind === "train") {
        const here = generation;
        setTimeout(() => {
          if (here !== generation) return;
          if (next < recorded.length) return send(recorded[next++], { chunk: message.steps === 0 });
          note("Here the recording ends. To train on, run this lesson.");
          link.say({ kind: "error", text: "", generation }); // nothing more is to be waited for
        }, PACE);
      } else {
        if (message.kind === "reset") generation = message.generation;
        next = 1;
        setTimeout(() => send(recorded[0]));
      }
    },
  };
}

/** Buttons for the texts that are ready. */
function examples({ frames = [], state }, link) {
  const texts = (state.controls ?? []).filter(([, control]) => control.type === "Text");
  if (texts.length !== 1 || !frames.length) return [];
  const [name, { label }] = texts[0];
  const ready = [...new Set(frames.map(([settings]) => settings[name]))];
  const choose = (text) => {
    link.model.set(name, text);
    link.model.save_changes();
  };
  const buttons = ready.map((text) => {
    const press = document.createElement("button");
    press.type = "button";
    press.textContent = text;
    press.addEventListener("click", () => choose(text));
    return press;
  });
  const root = document.createElement("p");
  root.className = "s2s-ready";
  root.append(`${label}, ready here: `, ...buttons);
  return [root];
}

async function mount(place) {
  const story = await (await fetch(new URL(`frames/${place.dataset.frames}.json`, import.meta.url))).json();
  const module = await import(new URL(`bundles/${story.module}`, import.meta.url));
  const said = document.createElement("p");
  said.className = "s2s-note";
  said.setAttribute("role", "status");
  const note = (text) => {
    said.textContent = text;
    const run = document.querySelector(".s2s-run a"); // where the site has what make lite builds
    if (run && text.endsWith("run this lesson.")) said.append(" ", run.cloneNode(true));
  };
  const answer = {};
  const link = modelOf(revived(story.state), answer);
  Object.assign(answer, (story.recorded ? fromRecord : fromFrames)(story, link, note));
  const el = document.createElement("div");
  place.append(el, said, ...examples(story, link));
  await module.default.render({ model: link.model, el });
  place.previousElementSibling.hidden = true; // the still: the instrument shows the same, and answers
}

const seen = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries)
      if (isIntersecting) {
        seen.unobserve(target);
        mount(target);
      }
  },
  { rootMargin: "600px" },
);
const [first, ...others] = document.querySelectorAll(".s2s-live");
if (first) mount(first); // whoever scrolls to it finds it ready
for (const place of others) seen.observe(place);
