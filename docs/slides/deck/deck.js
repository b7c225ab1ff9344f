// Makes slides of the cells of a lesson: typesets the formulas, lays the blocks onto slides, and starts reveal.js.
// A slide that is full goes on with the next one, so nothing is ever cut.
const HEIGHT = 720;
const SMALLEST = 0.6;

function newSlide(slides) {
  return slides.appendChild(document.createElement("section"));
}

const overflows = (slide) => slide.scrollHeight > HEIGHT || slide.scrollWidth > slide.clientWidth;

// Smaller, in steps, until it fits, but still to be read.
function shrink(slide, block) {
  for (let size = 0.95; overflows(slide) && size >= SMALLEST; size -= 0.05) block.style.zoom = size;
}

// What is behind line number `count` of a text moves into a copy of its box; coloured words stay coloured.
function cutLines(pre, count) {
  const walker = document.createTreeWalker(pre, NodeFilter.SHOW_TEXT);
  let left = count;
  while (walker.nextNode()) {
    const lines = walker.currentNode.data.split("\n");
    if (lines.length <= left) {
      left -= lines.length - 1;
      continue;
    }
    const range = document.createRange();
    range.setStart(walker.currentNode, lines.slice(0, left).join("\n").length + 1);
    range.setEnd(pre, pre.childNodes.length);
    const rest = pre.cloneNode(false);
    rest.append(range.extractContents());
    return rest;
  }
  return null;
}

// The last rows, items or lines of a block that no slide can hold, as a block of their own; null where it is one piece.
function takeEnd(block) {
  const pre = block.matches("pre") ? block : block.querySelector(":scope > pre");
  if (pre) {
    const lines = pre.textContent.trimEnd().split("\n").length;
    const rest = lines > 1 ? cutLines(pre, Math.ceil(lines / 2)) : null;
    if (!rest || pre === block) return rest;
    const box = block.cloneNode(false);
    box.append(rest);
    return box;
  }
  const list = block.matches("table") ? block.tBodies[0] : block.matches("ul, ol") ? block : null;
  if (!list || list.children.length < 2) return null;
  const items = [...list.children];
  const rest = block.cloneNode(block.matches("table"));
  if (block.matches("table")) rest.tBodies[0].replaceChildren();
  (rest.tBodies?.[0] ?? rest).append(...items.slice(Math.ceil(items.length / 2)));
  return rest;
}

// A heading, or a line that is no whole sentence, belongs to what comes after it.
const leads = (block) =>
  block.matches("h1, h2, h3") || (block.matches("p") && !/[.?!]["”’)]?$/.test(block.textContent.trim()));

// This block and those before it, as far as they lead to what follows.
function leadingUpTo(block) {
  const found = [];
  for (let one = block; one && leads(one); one = one.previousElementSibling) found.unshift(one);
  return found;
}

// Lays one block onto the slide, or with what leads to it onto the next where this one is full; returns where it ended.
function lay(slides, slide, block) {
  slide.append(block);
  if (!overflows(slide)) return slide;
  const leading = leadingUpTo(block.previousElementSibling);
  if (slide.children.length > leading.length + 1) {
    const next = newSlide(slides);
    next.append(...leading);
    return lay(slides, next, block);
  }
  shrink(slide, block);
  const rest = overflows(slide) ? takeEnd(block) : null;
  if (!rest) return slide;
  block.style.zoom = "";
  rest.style.zoom = "";
  return lay(slides, lay(slides, slide, block), rest);
}

// What a slide begins with is there at once.
function showStart(slide) {
  const start = slide.firstElementChild?.dataset.fragmentIndex;
  for (const block of slide.querySelectorAll(`:scope > [data-fragment-index="${start}"]`)) {
    block.classList.remove("fragment");
    delete block.dataset.fragmentIndex;
  }
}

function layOut(slides) {
  const cells = [...slides.querySelectorAll(".cell")];
  for (const cell of cells) cell.remove();
  let slide = null;
  let asked = false;
  for (const [index, cell] of cells.entries()) {
    const { place, question, answer } = cell.dataset;
    // An answer is never on the slide of its question: what follows a question begins a new one.
    if (!slide || place === "slide" || place === "subslide" || asked || answer !== undefined) {
      const leading = asked ? [] : leadingUpTo(slide?.lastElementChild);
      slide = newSlide(slides);
      slide.append(...leading);
    }
    for (const block of [...cell.children]) {
      if (place === "fragment") {
        block.classList.add("fragment");
        block.dataset.fragmentIndex = index;
      }
      if (question !== undefined) block.dataset.question = "";
      if (answer !== undefined) block.dataset.answer = "";
      slide = lay(slides, slide, block);
    }
    asked = question !== undefined;
  }
  for (const section of [...slides.children]) {
    if (!section.children.length) section.remove();
    else showStart(section);
  }
}

async function start() {
  await MathJax.startup.defaultPageReady();
  await Promise.all([...document.images].map((picture) => picture.decode()));
  layOut(document.querySelector(".slides"));
  const deck = document.createElement("div");
  deck.className = "reveal";
  deck.append(document.querySelector(".slides"));
  document.body.append(deck);
  await Reveal.initialize({
    width: 1280,
    height: HEIGHT,
    margin: 0,
    center: false,
    hash: true,
    transition: "none",
    slideNumber: true,
  });
  document.body.dataset.ready = "";
}

window.MathJax = {
  tex: { inlineMath: [["$", "$"]] },
  options: { enableMenu: false },
  startup: { pageReady: start },
};
