// What JupyterLite leaves out. Python in the browser needs a service worker: where there is none its kernel never
// starts, and here that is said, in place of "Run this page" on a page of the site, and above the notebook.

const WHY =
  "Python can't start in this window: for that the page's address has to begin with https, and the browser must allow service workers, which some don't in a private window.";

function say() {
  const run = document.querySelector(".s2s-run");
  const word = document.createElement("p");
  word.setAttribute("role", "alert");
  word.textContent = run ? `Run this page: ${WHY}` : WHY;
  if (run) return run.replaceChildren(word);
  word.style =
    "position: fixed; z-index: 100000; inset: 0 0 auto; margin: 0; padding: 8px 16px; background: #ffd24d; color: #000; font: 15px sans-serif;";
  document.body.append(word);
}

if (!window.isSecureContext || !navigator.serviceWorker) say();
// where the browser keeps nothing for this address, even the question is refused
else navigator.serviceWorker.getRegistration().catch(say);

/** A saved instrument shows itself again once the kernel has said what it holds. JupyterLite's never answers that: it
 * holds nothing, since it begins anew with the page. */
async function showSaved() {
  const kernel = () => globalThis.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel;
  while (!kernel()) await new Promise((again) => setTimeout(again, 100));
  Object.getPrototypeOf(kernel()).requestCommInfo = async () => ({ content: { status: "ok", comms: {} } });
}

if (document.querySelector("[data-jupyter-lite-root]") && /\/notebooks\//.test(location.pathname)) showSaved();
