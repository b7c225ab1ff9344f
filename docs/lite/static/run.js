// Python in the browser needs a service worker: where there is none its kernel never starts, and nothing says so. Here
// it is said: in place of "Run this page" on a page of the site, and above the notebook in JupyterLite.

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
