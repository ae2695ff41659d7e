// What the offline pages share: fields, messages and files. Such a page sends no request, and stores
// nothing but the files that its reader saves.

import { Malformed } from "../canonical.js";
import { readPaper } from "../paper.js";
import { readSecret } from "../trustees.js";

const FRAME_MS = 100; // of work between two updates of the page
const FILE_MS = 60_000; // until the memory of a saved file is given back

export const byId = (id) => document.getElementById(id);

// An input that the reader has to correct, if it is one that is at fault.
export class WrongInput extends Error {
  constructor(message, input = null) {
    super(message);
    this.input = input;
  }
}

export function reveal(id, isShown = true) {
  byId(id).hidden = !isShown;
}

// Hand a file to the browser. Whether it was kept, no page can know.
export function save(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), FILE_MS);
}

// The same file compressed, if the browser can do that.
export async function savePacked(name, content) {
  if (!window.CompressionStream) return save(name, content);
  const packed = new Blob([content]).stream().pipeThrough(new CompressionStream("gzip"));
  return save(`${name}.gz`, await new Response(packed).blob());
}

// Run `work` with the button disabled, so that a second click does nothing.
export async function busy(button, work) {
  if (button.disabled) return;
  button.disabled = true;
  try {
    await work();
  } finally {
    button.disabled = false;
  }
}

// `forget` hides what was shown for the earlier content of the form, whenever that changes.
export function onSubmit(id, work, forget = () => {}) {
  const form = byId(id), problem = form.querySelector(".problem");
  const clean = () => {
    problem.hidden = true;
    for (const input of form.elements) input.removeAttribute("aria-invalid");
    forget();
  };
  form.addEventListener("input", clean);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clean();
    busy(form.querySelector("button"), () => work(form).catch((fault) => showProblem(problem, fault)));
  });
}

function showProblem(place, fault) {
  const isPlain = fault instanceof WrongInput;
  place.textContent = isPlain ? printable(fault.message) : "Algo falló en esta página. Ábrala de nuevo en otro navegador.";
  place.hidden = false;
  if (fault.input) {
    const around = fault.input.closest("details");
    if (around) around.open = true;
    fault.input.setAttribute("aria-invalid", "true");
  }
  place.focus();
  if (!isPlain) throw fault;
}

// Run `work`; a Spanish message of one of these errors is about the input.
export async function aboutInput(input, work, ...errors) {
  try {
    return await work();
  } catch (problem) {
    throw errors.some((one) => problem instanceof one) ? new WrongInput(problem.message, input) : problem;
  }
}

export async function contents(input, missing) {
  const [file] = input.files;
  if (!file) throw new WrongInput(missing, input);
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new WrongInput(`No se pudo leer el archivo ${file.name}. Escójalo de nuevo.`, input);
  }
}

// The secret key of the form, from its file or from the rows of the paper copy.
export async function givenSecret({ elements: { key, rows } }) {
  if (rows.value.trim()) return aboutInput(rows, () => readPaper(rows.value), Malformed);
  const raw = await contents(key, "Escoja el archivo de su llave privada, o escriba la copia en papel.");
  try {
    return readSecret(raw);
  } catch (problem) {
    throw problem instanceof Malformed ? new WrongInput("Ese archivo no es una llave privada.", key) : problem;
  }
}

// The next turn of the event loop. A timer would come once a second while the page is in the background.
function nextTurn() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { port1.close(); resolve(); };
    port2.postMessage(null);
  });
}

// A callback that shows the time left, and returns to the event loop every FRAME_MS.
export function progress(id) {
  const begun = performance.now();
  let last = begun;
  byId(`${id}-done`).value = 0;
  reveal(`${id}-going`);
  return async (done, total) => {
    const now = performance.now();
    if (now - last < FRAME_MS) return;
    last = now;
    if (done) {
      const seconds = ((now - begun) / 1000) * (total / done - 1);
      byId(`${id}-done`).value = (100 * done) / total;
      byId(`${id}-left`).textContent = seconds < 60 ? "Falta menos de un minuto." : `Faltan unos ${Math.ceil(seconds / 60)} minutos.`;
    }
    await nextTurn();
  };
}

// Replace control and format characters: a file's texts must not reorder or hide the page's.
export function printable(content) {
  return content.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "�");
}

export function line(tag, content) {
  const element = document.createElement(tag);
  element.textContent = content;
  return element;
}

// A fingerprint in groups of four characters, easier to compare; spaced by style, not by blanks.
export const inFours = (digest) => digest.match(/.{1,4}/g).map((four) => line("span", four));

// Fill a list of facts with pairs of name and value; a value in the third place is a fingerprint.
export function showFacts(id, facts) {
  byId(id).replaceChildren(...facts.flatMap(([name, value, mark]) => [line("dt", name), mark ? marked(mark) : line("dd", printable(String(value)))]));
}

function marked(digest) {
  const element = line("dd", "");
  element.className = "mark";
  element.append(...inFours(digest));
  return element;
}

// Ask before the page is left, while `isUnsaved` says so.
export function guardLeaving(isUnsaved) {
  window.addEventListener("beforeunload", (event) => {
    if (!isUnsaved()) return;
    event.preventDefault();
    event.returnValue = true; // for browsers without support for preventDefault here
  });
}
