// The trustees' page: makes a key, and a partial decryption. It sends no request, and stores nothing
// but the files that the trustee saves.

import { Malformed, fingerprint, hexDigest, utf8 } from "./canonical.js";
import { paperRows, readPaper } from "./paper.js";
import { decrypt } from "./tally.js";
import { newKey, publicOf, readSecret, writeSecret } from "./trustees.js";
import { Stopped, readyToDecrypt } from "./verifier.js";

const FEW_BALLOTS = 10;
const FRAME_MS = 100; // of work between two updates of the page
const byId = (id) => document.getElementById(id);
const field = { name: byId("name"), key: byId("key"), rows: byId("rows"), box: byId("box") };

// An input that the trustee has to correct; `input` is a key of `field`.
class WrongInput extends Error {
  constructor(message, input) {
    super(message);
    this.input = input;
  }
}

function reveal(id, isShown = true) {
  byId(id).hidden = !isShown;
}

function save(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// Run `work` with the button disabled, so that a second click does nothing.
async function busy(form, work) {
  const button = form.querySelector("button") || form;
  if (button.disabled) return;
  button.disabled = true;
  try {
    await work();
  } finally {
    button.disabled = false;
  }
}

// ---- making a key

let key = null;

async function make() {
  const name = field.name.value.trim();
  const { secret, record } = await newKey(name);
  const publicFingerprint = await fingerprint(utf8(record)), rows = await paperRows(secret);
  const label = (await hexDigest(utf8(record))).slice(0, 6);
  key = { secret, record, label, isSaved: false };
  const numbered = rows.map((row, n) => `${n + 1}  ${row}`).join("\n");
  byId("mark").replaceChildren(...inFours(publicFingerprint));
  byId("sheet-mark").textContent = publicFingerprint;
  for (const id of ["by-hand", "sheet-rows"]) byId(id).textContent = numbered;
  byId("sheet-name").textContent = name || "____________________";
  byId("sheet-digits").textContent = JSON.stringify(String(secret));
  document.body.classList.add("made");
  reveal("make", false);
  reveal("made");
  byId("made-title").focus();
}

byId("make").addEventListener("submit", (event) => {
  event.preventDefault();
  busy(event.target, make);
});
byId("save-private").addEventListener("click", () => {
  save(`llave-privada-${key.label}.json`, writeSecret(key.secret));
  key.isSaved = true;
});
byId("save-public").addEventListener("click", () => save(`llave-publica-${key.label}.json`, key.record));
byId("print").addEventListener("click", () => window.print());
window.addEventListener("beforeunload", (event) => {
  if (!key || key.isSaved) return;
  event.preventDefault();
  event.returnValue = true; // for browsers without support for preventDefault here
});

// ---- decrypting a total

let ready = null;

async function contents(input, missing) {
  const [file] = field[input].files;
  if (!file) throw new WrongInput(missing, input);
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new WrongInput(`No se pudo leer el archivo ${file.name}. Escójalo de nuevo.`, input);
  }
}

async function givenSecret() {
  if (field.rows.value.trim()) {
    try {
      return await readPaper(field.rows.value);
    } catch (problem) {
      throw problem instanceof Malformed ? new WrongInput(problem.message, "rows") : problem;
    }
  }
  const raw = await contents("key", "Escoja el archivo de su llave privada, o escriba la copia en papel.");
  try {
    return readSecret(raw);
  } catch (problem) {
    throw problem instanceof Malformed ? new WrongInput("Ese archivo no es una llave privada.", "key") : problem;
  }
}

// A callback that shows the time left, and returns to the event loop every FRAME_MS.
function progress() {
  const begun = performance.now();
  let last = begun;
  return async (done, total) => {
    const now = performance.now();
    if (now - last < FRAME_MS) return;
    last = now;
    if (done) {
      const seconds = ((now - begun) / 1000) * (total / done - 1);
      byId("done").value = (100 * done) / total;
      byId("left").textContent = seconds < 60 ? "Falta menos de un minuto." : `Faltan unos ${Math.ceil(seconds / 60)} minutos.`;
    }
    await new Promise((resolve) => setTimeout(resolve));
  };
}

async function review() {
  forget();
  const secret = await givenSecret();
  const raw = await contents("box", "Escoja el archivo de la urna.");
  reveal("going");
  byId("done").value = 0;
  const { verdict, owner } = await readyToDecrypt(raw, publicOf(secret), progress());
  ready = { verdict, owner, secret };
  const facts = [
    ["Urna", printable(verdict.election.name)],
    ["Identificador", verdict.election.uuid],
    ["Su número de custodio", owner],
    ["Papeletas que cuentan", verdict.numCounted],
    ["Huella de la elección", verdict.election.fingerprint],
    ["Huella del padrón", verdict.rollFingerprint],
    ["Huella del cierre", verdict.closing],
    ["Huella del último evento", verdict.head],
  ];
  byId("facts").replaceChildren(...facts.flatMap(([name, value]) => [line("dt", name), fact(name, value)]));
  reveal("few", verdict.numCounted < FEW_BALLOTS);
  reveal("checked");
  byId("checked-title").focus();
}

function line(tag, content) {
  const element = document.createElement(tag);
  element.textContent = content;
  return element;
}

// A fingerprint in groups of four characters, easier to compare; spaced by style, not by blanks.
const inFours = (digest) => digest.match(/.{1,4}/g).map((four) => line("span", four));

function fact(name, value) {
  if (!name.startsWith("Huella")) return line("dd", value);
  const element = line("dd", "");
  element.className = "mark";
  element.append(...inFours(value));
  return element;
}

// Replace control and format characters: an archive's texts must not reorder or hide the page's.
function printable(content) {
  return content.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "�");
}

function forget() {
  ready = null;
  for (const id of ["wrong", "checked", "going"]) reveal(id, false);
  byId("ready").textContent = "";
  for (const one of Object.values(field)) one.removeAttribute("aria-invalid");
}

function showProblem(problem) {
  const isPlain = problem instanceof WrongInput || problem instanceof Stopped;
  byId("wrong").textContent = isPlain ? printable(problem.message) : "Algo falló en esta página. Ábrala de nuevo en otro navegador.";
  reveal("wrong");
  if (problem.input) {
    if (problem.input === "rows") byId("paper").open = true;
    field[problem.input].setAttribute("aria-invalid", "true");
  }
  byId("wrong").focus();
  if (!isPlain) throw problem;
}

byId("open").addEventListener("submit", (event) => {
  event.preventDefault();
  busy(event.target, () => review().catch(showProblem).finally(() => reveal("going", false)));
});
byId("open").addEventListener("input", forget);
byId("decrypt").addEventListener("click", (event) => busy(event.target, async () => {
  const { verdict, owner, secret } = ready;
  const records = await decrypt(verdict.election, verdict.totals, secret, owner);
  const name = `descifrado-${verdict.election.uuid}-custodio-${owner}.txt`;
  save(name, `${records.join("\n")}\n`);
  byId("ready").textContent = `Listo: ${name}. Entréguelo a quien publica el resultado.`;
}));

// ---- start

function showOnline() {
  reveal("online", navigator.onLine);
}

window.addEventListener("online", showOnline);
window.addEventListener("offline", showOnline);
showOnline();
// Hashing and randomness, and Object.hasOwn as the newest function in use. A browser without BigInt
// does not get this far.
const isAble = Boolean(window.crypto?.subtle && crypto.getRandomValues && Object.hasOwn);
reveal("old", !isAble);
reveal("work", isAble);
