"""A page without Jupyter: an instrument's bundle with a model of the test's own, behind which the real Python is."""

import json
from base64 import b64encode

PAGE = "http://instrument.test/"  # never asked of the network: the route below answers

MOUNT = """async (state) => {
  const revive = (value) => {
    if (value === null || typeof value !== "object") return value;
    if ("$bytes" in value) return new DataView(Uint8Array.from(atob(value.$bytes), (c) => c.charCodeAt(0)).buffer);
    if (Array.isArray(value)) return value.map(revive);
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, revive(item)]));
  };
  const traits = revive(state);
  const listeners = new Set();
  const model = {
    get: (name) => traits[name],
    on: (event, listener) => event === "msg:custom" && listeners.add(listener),
    off: (event, listener) => listeners.delete(listener),
    send: async (message) => {
      for (const [content, buffers] of revive(await window.toPython(message)))
        for (const listener of listeners) listener(content, buffers);
    },
  };
  const module = await import("/module.js");
  const el = document.body.appendChild(document.createElement("div"));
  const leave = await module.default.render({ model, el });
  window.leave = () => { leave?.(); el.remove(); return listeners.size; };
}"""


def plain(value):
    """As JSON can hold it: bytes become {"$bytes": base64}."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return {"$bytes": b64encode(value).decode()} if isinstance(value, (bytes, memoryview)) else value


def mounted(page, instrument, head="", body=""):
    """Show the instrument in this page: `head` goes into it, `body` are the attributes of its <body>."""
    sent = []
    instrument.send = lambda content, buffers=(): sent.append([content, list(buffers)])

    def to_python(message):
        sent.clear()
        instrument._on_message(instrument, message, [])
        return plain(sent)

    def answer(route):
        if route.request.url.endswith("module.js"):
            route.fulfill(body=instrument._esm, content_type="text/javascript")
        else:
            style = f"<style>{instrument._css}</style>"
            route.fulfill(
                body=f"<!doctype html><head>{head}{style}</head><body {body}></body>", content_type="text/html"
            )

    page.route(f"{PAGE}**", answer)
    page.expose_function("toPython", to_python)
    page.goto(PAGE)
    state = {name: instrument.trait_values()[name] for name in instrument.keys if not name.startswith("_")}
    state = {name: value for name, value in state.items() if name not in ("layout", "tabbable", "tooltip")}
    page.evaluate(MOUNT, json.loads(json.dumps(plain(state))))
    return page.locator(".s2s")
