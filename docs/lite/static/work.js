// What a reader has saved, version by version: to be taken along, or to be forgotten so that the lesson is as it was.
// JupyterLite keeps it in an IndexedDB for each version: the files under their paths in `files`, their last checkpoints
// in `checkpoints`.

const NAME = "Seq2seq lessons ";

const answer = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

function element(tag, text = "", traits = {}) {
  const made = Object.assign(document.createElement(tag), traits);
  made.append(text);
  return made;
}

/** As a file: a notebook is kept as an object, a text as it is, bytes in base64. */
function asFile({ type, format, content, mimetype }) {
  if (type === "notebook") return new Blob([JSON.stringify(content, null, 1)], { type: "application/x-ipynb+json" });
  const bytes = format === "base64" ? Uint8Array.from(atob(content), (c) => c.charCodeAt(0)) : content;
  return new Blob([format === "json" ? JSON.stringify(content) : bytes], { type: mimetype ?? "" });
}

function row(file, path, database) {
  const name = path.split("/").pop();
  const take = element("a", "Take it along", { href: URL.createObjectURL(asFile(file)), download: name });
  const anew = element("button", "Begin anew", { type: "button" });
  take.setAttribute("aria-label", `Take ${name} along`);
  anew.setAttribute("aria-label", `Begin ${name} anew`);
  anew.addEventListener("click", async () => {
    if (!confirm(`What you have changed in ${name} will be deleted. Close the tab in which it is open first.`)) return;
    const stores = database.transaction(["files", "checkpoints"], "readwrite");
    await Promise.all(["files", "checkpoints"].map((store) => answer(stores.objectStore(store).delete(path))));
    show();
  });
  const saved = new Date(file.last_modified).toLocaleString();
  const line = element("li");
  line.append(element("span", `${path}, saved ${saved}`), take, anew);
  return line;
}

async function version(name) {
  const database = await answer(indexedDB.open(name));
  database.onversionchange = () => database.close(); // JupyterLite in another tab adds a store
  const section = element("section");
  const list = element("ul");
  if (database.objectStoreNames.contains("files")) {
    const files = database.transaction("files").objectStore("files");
    const [paths, models] = await Promise.all([answer(files.getAllKeys()), answer(files.getAll())]);
    list.append(...paths.flatMap((path, i) => (models[i].type === "directory" ? [] : row(models[i], path, database))));
  }
  if (list.children.length) section.append(element("h2", `Version ${name.slice(NAME.length)}`), list);
  return section;
}

async function show() {
  const names = (await indexedDB.databases()).map(({ name }) => name).filter((name) => name.startsWith(NAME));
  const sections = await Promise.all(names.sort().reverse().map(version));
  const kept = sections.filter((section) => section.children.length);
  document
    .getElementById("kept")
    .replaceChildren(...(kept.length ? kept : [element("p", "Nothing is saved here yet.")]));
}

show();
