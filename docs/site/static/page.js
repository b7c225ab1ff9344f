// What Sphinx and its theme leave unsaid to those who can't see a page, and out of reach for those without a mouse.

const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const NAMES = { ".sidebar-drawer": "The course", ".toc-drawer": "On this page" };

for (const caption of document.querySelectorAll("p.caption[role=heading]")) caption.setAttribute("aria-level", "2");
for (const [place, name] of Object.entries(NAMES)) document.querySelector(place)?.setAttribute("aria-label", name);

/** Code that is wider than its place can be scrolled with the arrow keys, once it has the focus. */
function reach() {
  for (const code of document.querySelectorAll("pre"))
    if (code.scrollWidth > code.clientWidth) code.tabIndex = 0;
    else code.removeAttribute("tabindex");
}

/** A theme that follows the system, said as the instruments, and the words in their colours, understand it. */
function follow() {
  document.body.classList.toggle("dark", document.body.dataset.theme === "auto" && prefersDark.matches);
}

reach();
addEventListener("resize", reach);
follow();
prefersDark.addEventListener("change", follow);
new MutationObserver(follow).observe(document.body, { attributeFilter: ["data-theme"] });
