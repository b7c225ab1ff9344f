// One lesson in JupyterLite, in Firefox: it opens, its first cells run, an instrument is there, an edit outlives a reload.
//
//   node tests/browser/firefox_lite.mjs http://127.0.0.1:8000     (make test-firefox)

import assert from "node:assert/strict";
import puppeteer from "puppeteer-core";

const [address] = process.argv.slice(2);
const executablePath = process.env.FIREFOX || "/usr/bin/firefox";
const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath,
  headless: true,
  protocolTimeout: 600_000,
});
const page = await browser.newPage();
const wrong = [];
page.on("pageerror", ({ message }) => wrong.push(message));

// The page asks before it is left with changes that are not saved.
page.on("dialog", (dialog) => dialog.accept());

async function open() {
  await page.goto(`${address}/notebooks/index.html?path=notebooks/01_compute_one_step.ipynb`, { waitUntil: "load" });
  await page.waitForFunction(() => globalThis.jupyterapp?.shell.currentWidget?.context?.isReady, { timeout: 120_000 });
}

const cells = () => page.evaluate(() => jupyterapp.shell.currentWidget.content.model.toJSON().cells);

async function run(index) {
  await page.evaluate(async (index) => {
    jupyterapp.shell.currentWidget.content.activeCellIndex = index;
    await jupyterapp.commands.execute("notebook:run-cell");
  }, index);
}

await open();
const idle = () => jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === "idle";
await page.waitForFunction(idle, { timeout: 400_000 });
const explorer = (await cells()).findIndex(({ source }) => source.startsWith("StepExplorer("));
for (const [index, { cell_type }] of (await cells()).slice(0, explorer + 1).entries())
  if (cell_type === "code") await run(index);
const errors = (await cells()).flatMap(({ outputs = [] }) =>
  outputs.filter(({ output_type }) => output_type === "error"),
);
assert.deepEqual(errors, []);
await page.waitForSelector(".s2s canvas[role=img]", { visible: true, timeout: 60_000 });

await page.evaluate(async () => {
  jupyterapp.shell.currentWidget.content.model.cells.get(0).sharedModel.setSource("# Mine");
  await jupyterapp.commands.execute("docmanager:save");
});
await open();
assert.equal((await cells())[0].source, "# Mine");
assert.deepEqual(wrong, []);
await browser.close();
console.log("A lesson in JupyterLite: it runs, and an edit is kept: no error");
