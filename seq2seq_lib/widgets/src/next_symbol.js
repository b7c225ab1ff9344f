import { BOLD, line, quoted, visible, write } from "./shared/drawings.js";
import { explorer } from "./shared/explorer.js";
import { at, outline, shade, symbolsAlong } from "./shared/instrument.js";
import { fixed } from "./shared/numbers.js";

const NARROW = 560; // px: below this the titles are short
const [LEFT, RIGHT] = [44, 8];
const [TITLE, CHANCES, NAMES, BETWEEN] = [42, 134, 22, 44]; // over the highest bar there is room for its number
const SURPRISES = 96; // px: as high as the largest surprise that has room
const MOST = 6; // nats
const NEXT = { top: TITLE, foot: TITLE + CHANCES };
const LOSS = { top: NEXT.foot + NAMES + BETWEEN, foot: NEXT.foot + NAMES + BETWEEN + SURPRISES };
const HEIGHT = LOSS.foot + NAMES + 6;

/** Where the columns stand: of all symbols that can come, and of the letters of the text. */
function layout(width, { symbols, letters }) {
  const wide = width - LEFT - RIGHT;
  return { wide, column: wide / symbols.length, letter: Math.min(wide / letters.length, 44) };
}

const read = (data, { time }) => Math.min(time, data.ps.shape[0] - 1);
const row = (data, t) => data.symbols.map((_, i) => at(data.ps, t, i));
const best = (values) => values.indexOf(Math.max(...values));

/** The last symbols that were read. */
function ending(data, count, most) {
  const from = Math.max(0, count - most);
  return `${from ? "…" : ""}${data.letters.slice(from, count).map(visible).join(data.gap)}`;
}

/** The end of the scale of probabilities: so that the likeliest of this step fills most of it. */
const scaleOf = (ps) => [0.1, 0.25, 0.5, 1].find((end) => Math.max(...ps) <= end) ?? 1;

function drawNext(context, { data, settings, ink, width }) {
  const { wide, column } = layout(width, data);
  const t = read(data, settings);
  const ps = row(data, t);
  const [end, likeliest] = [scaleOf(ps), best(ps)];
  const before = t ? `After “${ending(data, t, width < NARROW ? 6 : 12)}”` : "At the start";
  const question = width < NARROW ? "what is next?" : "how probable is each next symbol?";
  write(context, `${before}: ${question}`, LEFT, 16, { ink: ink.text, font: BOLD });
  context.fillStyle = ink.line;
  for (const y of [NEXT.top, NEXT.foot]) context.fillRect(LEFT, y - 0.5, wide, 1);
  write(context, fixed(end), LEFT - 6, NEXT.top + 10, { ink: ink.faint, align: "right" });
  write(context, "0", LEFT - 6, NEXT.foot, { ink: ink.faint, align: "right" });
  for (const [i, p] of ps.entries()) {
    const [x, tall] = [LEFT + i * column, (CHANCES * p) / end];
    context.fillStyle = ink.decoder;
    context.fillRect(x + 1, NEXT.foot - tall, column - 2, tall);
    const font = i === likeliest ? "bold 14px system-ui, sans-serif" : undefined;
    write(context, visible(data.symbols[i]), x + column / 2, NEXT.foot + 16, { ink: ink.text, align: "center", font });
  }
  const chosen = settings.symbol - 1;
  const tall = (CHANCES * ps[chosen]) / end;
  outline(context, LEFT + chosen * column, NEXT.foot - tall - 1, column, tall + 2);
  const middle = Math.max(LEFT + 18, Math.min(LEFT + (chosen + 0.5) * column, width - RIGHT - 18));
  const above = { ink: ink.text, align: "center", halo: ink.paper };
  write(context, fixed(ps[chosen]), middle, NEXT.foot - tall - 6, above);
}

function drawSurprises(context, { data, settings, ink, width, magnitudes }) {
  const { wide, letter } = layout(width, data);
  const t = read(data, settings);
  const height = (loss) => (SURPRISES * Math.min(loss, MOST)) / MOST;
  const title = width < NARROW ? "Its surprise, −ln p" : "How surprised was it by each letter?  −ln p";
  write(context, title, LEFT, LOSS.top - 24, { ink: ink.text, font: BOLD });
  const level = LOSS.foot - height(data.knows_nothing.loss);
  context.setLineDash([5, 4]);
  line(
    context,
    [
      [LEFT, level],
      [LEFT + wide, level],
    ],
    1.5,
    ink.text,
  );
  context.setLineDash([]);
  write(context, fixed(data.knows_nothing.loss), LEFT - 6, level + 5, { ink: ink.text, align: "right" });
  for (const [i, loss] of data.surprises.values.entries()) {
    const x = LEFT + i * letter;
    const middle = x + letter / 2;
    const seen = i < Math.max(t, data.typed);
    if (seen) {
      context.fillStyle = `rgb(${shade(magnitudes, (2 * Math.min(loss, MOST)) / MOST - 1)})`;
      context.fillRect(x + 3, LOSS.foot - height(loss), letter - 6, height(loss));
      context.strokeStyle = ink.text;
      context.strokeRect(x + 3, LOSS.foot - height(loss), letter - 6, height(loss));
      const digits = letter > 34 ? 2 : 1;
      const style = { ink: ink.text, align: "center", halo: ink.paper };
      if (letter > 24) write(context, fixed(loss, digits), middle, LOSS.foot - height(loss) - 6, style);
    }
  }
  context.fillStyle = ink.line;
  context.fillRect(LEFT, LOSS.foot - 0.5, wide, 1);
  write(context, "0", LEFT - 6, LOSS.foot, { ink: ink.faint, align: "right" });
  symbolsAlong(context, data.letters, LEFT, letter, LOSS.foot + 18, t, ink.text);
  const drawn = LEFT + data.typed * letter; // from here on chance has written
  context.fillStyle = ink.decoder;
  context.fillRect(drawn + 3, LOSS.foot + 24, (data.letters.length - data.typed) * letter - 6, 3);
  if (t < data.letters.length) outline(context, LEFT + t * letter + 1, LOSS.foot + 3, letter - 2, 20);
}

function draw(context, picture) {
  drawNext(context, picture);
  drawSurprises(context, picture);
  return say(picture.data, picture.settings);
}

function say(data, settings) {
  const t = read(data, settings);
  const ps = row(data, t);
  const [chosen, likeliest] = [settings.symbol - 1, best(ps)];
  const next = `Likeliest next: ${quoted(data.symbols[likeliest])}, ${fixed(ps[likeliest])}. ${quoted(data.symbols[chosen])}: ${fixed(ps[chosen])}.`;
  if (!t) return next;
  const [loss, perplexity] = [data.losses, data.perplexities].map(({ values }) => values[t - 1]);
  const nothing = data.knows_nothing;
  return `${next} So far the loss is ${fixed(loss)}, a perplexity of ${fixed(perplexity, 1)}; of one who knows nothing ${fixed(nothing.loss)}, and ${nothing.perplexity}.`;
}

/** The bar of a symbol, or a letter of the text. */
function place(x, y, { width, data }) {
  const { column, letter } = layout(width, data);
  const symbol = Math.floor((x - LEFT) / column);
  if (y < NEXT.foot + NAMES) return data.symbols[symbol] === undefined ? {} : { symbol: symbol + 1 };
  const time = Math.floor((x - LEFT) / letter);
  return y > LOSS.top && time >= 0 && time < data.ps.shape[0] ? { time } : {};
}

/** A press on a bar writes that symbol behind what was read; after its end a text has no more. */
function point(x, y, state, event) {
  const meant = place(x, y, state);
  if ("time" in meant) return event.buttons ? meant : undefined;
  if (!("symbol" in meant)) return undefined;
  const written = state.data.symbols[meant.symbol - 1];
  if (event.type !== "pointerdown" || written === "⊣") return meant;
  const { data, settings } = state;
  return { ...meant, text: [...data.letters.slice(0, read(data, settings)), written].join(data.gap) };
}

function cursor(...where) {
  const meant = place(...where);
  if ("time" in meant) return "ew-resize";
  return "symbol" in meant ? "pointer" : "default";
}

function render(host) {
  return explorer(host, {
    title: "The next symbol",
    pictures: [{ height: () => HEIGHT, least: 320, draw, point, cursor }],
    withScale: false,
    wording: {
      symbol: (value, data) => data.symbols[value - 1],
      seed: (value) => String(value),
    },
    say,
  });
}

export default { render };
