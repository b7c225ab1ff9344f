// Every page of the site in Firefox: no error in its console, and every instrument on it answers when it is moved.
//
//   node tests/browser/firefox.mjs http://127.0.0.1:8000 page.html ...     (make test-firefox)

import puppeteer from "puppeteer-core";

const [address, ...pages] = process.argv.slice(2);
const executablePath = process.env.FIREFOX || "/usr/bin/firefox";
const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });

/** Moves the first control of an instrument, or plays its recording, and waits until it has answered. */
async function answers(place) {
  const drawing = () => place.querySelector("canvas[role=img]:not(.s2s-bar)");
  const until = async (what, is) => {
    for (let tries = 0; tries < 200; tries += 1) {
      if (is()) return;
      await new Promise((next) => setTimeout(next, 50));
    }
    throw new Error(`${what}: not within ten seconds`);
  };
  place.scrollIntoView({ block: "center" });
  await until("a drawing", () => drawing()?.ariaLabel);
  const before = drawing().toDataURL();
  const buttons = [...place.querySelectorAll("button")];
  const control = place.querySelector("input[type=range]:enabled, select, input[type=checkbox]");
  if (buttons.some(({ textContent }) => textContent === "Reset"))
    buttons.find(({ textContent }) => textContent === "Play").click();
  else if (control.type === "checkbox") control.click();
  else {
    if (control.tagName === "SELECT") control.selectedIndex = (control.selectedIndex + 1) % control.options.length;
    else control.value = control.value === control.max ? control.min : control.max;
    for (const event of ["input", "change"]) control.dispatchEvent(new Event(event, { bubbles: true }));
  }
  const note = () => place.querySelector(".s2s-note")?.textContent;
  await until("another picture", () => drawing().toDataURL() !== before || note());
}

let [wrong, moved] = [[], 0];
for (const name of pages) {
  const page = await browser.newPage();
  page.on("pageerror", ({ message }) => wrong.push(`${name}: ${message}`));
  page.on("console", (message) => {
    if (message.type() === "error") wrong.push(`${name}: ${message.text()}`);
  });
  await page.goto(`${address}/${name}`, { waitUntil: "load" });
  for (const [i, place] of (await page.$$(".s2s-live")).entries()) {
    moved += 1;
    await place.evaluate(answers).catch(({ message }) => wrong.push(`${name}, instrument ${i + 1}: ${message}`));
  }
  await page.close();
}
await browser.close();
console.log(wrong.join("\n") || `${pages.length} pages, ${moved} instruments moved: no error`);
process.exit(wrong.length ? 1 : 0);
