"""A page without Jupyter: an instrument's bundle with a model of the test's own, behind which the real Python is."""

import json

from seq2seq_lib.widgets.instrument import in_json

PAGE = "http://instrument.test/"  # never asked of the network: the route below answers
# Nothing from elsewhere: no script, style, font or picture. (eval is what Playwright waits with, not what we do.)
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-host' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:"
)

MOUNT = """async (state) => {
  const revive = (value) => {
    if (value === null || typeof value !== "object") return value;
    if ("$bytes" in value) return new DataView(Uint8Array.from(atob(value.$bytes), (c) => c.charCodeAt(0)).buffer);
    if (Array.isArray(value)) return value.map(revive);
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, revive(item)]));
  };
  const traits = revive(state);
  const listeners = new Set();
  const tell = (event, ...news) => [...listeners].filter(([on]) => on === event).map(([, hears]) => hears(...news));
  let changed = {};
  let busy;
  const change = (name, value) => {
    if (JSON.stringify(traits[name]) === JSON.stringify(value)) return;
    traits[name] = value;
    tell(`change:${name}`);
  };
  const say = async (message) => {  // one message at a time, as the real one does
    while (busy) await busy;
    busy = window.toPython(message);
    const answers = revive(await busy);
    busy = undefined;
    for (const { custom, buffers, trait, value } of answers)
      if (custom) tell("msg:custom", custom, buffers);
      else change(trait, value);
  };
  const model = {
    get: (name) => traits[name],
    set: (name, value) => { changed[name] = value; change(name, value); },
    save_changes: () => { say({ state: changed }); changed = {}; },
    on: (event, listener) => listeners.add([event, listener]),
    off: (event, gone) => [...listeners].forEach((one) => one[1] === gone && listeners.delete(one)),
    send: (custom) => say({ custom }),
  };
  window.setTrait = (name, value) => change(name, value);
  const nextPicture = () => new Promise(requestAnimationFrame);
  window.atRest = async () => {  // Python has answered all, and that is drawn; what eases needs longer
    do { await nextPicture(); await nextPicture(); } while (busy);
    await nextPicture();
  };
  const module = await import("/module.js");
  const el = document.body.appendChild(document.createElement("div"));
  const leave = await module.default.render({ model, el });
  window.leave = () => { leave?.(); el.remove(); return listeners.size; };
}"""


def mounted(page, instrument, head="", body=""):
    """Show the instrument in this page: `head` goes into it, `body` are the attributes of its <body>."""
    sent, listening = [], []
    instrument.send = lambda content, buffers=(): sent.append({"custom": content, "buffers": list(buffers)})
    # what a comm would carry: a trait that changed here and not there
    instrument.observe(
        lambda change: listening and sent.append({"trait": change.name, "value": change.new}), instrument.synced()
    )

    def to_python(message):
        said = message.get("state", {})
        sent.clear()
        listening.append(True)
        if "custom" in message:
            instrument._on_message(instrument, message["custom"], [])
        else:
            instrument.set_state(said)
        listening.clear()
        return in_json([news for news in sent if "trait" not in news or said.get(news["trait"]) != news["value"]])

    def answer(route):
        if route.request.url.endswith("module.js"):
            route.fulfill(body=instrument._esm, content_type="text/javascript")
        else:
            style = f"<style>{instrument._css}</style>"
            route.fulfill(
                body=f"<!doctype html><head>{head}{style}</head><body {body}></body>",
                headers={"Content-Type": "text/html", "Content-Security-Policy": POLICY},
            )

    page.route(f"{PAGE}**", answer)
    page.expose_function("toPython", to_python)
    page.goto(PAGE)
    state = {name: getattr(instrument, name) for name in instrument.synced()}
    page.evaluate(MOUNT, json.loads(json.dumps(in_json(state))))
    return page.locator(".s2s")


def drawn(page, instrument, **theme):
    """Mounted, and every drawing of it says what it shows. theme: head and body, as for mounted."""
    section = mounted(page, instrument, **theme)
    page.wait_for_function("[...document.querySelectorAll('.s2s canvas[role=img]')].every((one) => one.ariaLabel)")
    return section
