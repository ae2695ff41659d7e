// The page of the trustees: it makes a key, and a part of opening a total. It asks nothing of any
// network, and keeps nothing once it is closed.

import { Malformed, fingerprint, hexDigest, utf8 } from "./canonical.js";
import { paperRows, readPaper } from "./paper.js";
import { decrypt } from "./tally.js";
import { newKey, publicOf, readSecret, writeSecret } from "./trustees.js";
import { Stopped, readyToDecrypt } from "./verifier.js";

const FEW_BALLOTS = 10;
const FRAME = 100; // milliseconds of work between two looks at the page
const byId = (id) => document.getElementById(id);
const field = { name: byId("name"), key: byId("key"), rows: byId("rows"), box: byId("box") };

// What the person must set right first, and where.
class Wrong extends Error {
  constructor(message, where) {
    super(message);
    this.where = where;
  }
}

function reveal(id, isShown = true) {
  byId(id).hidden = !isShown;
}

function save(name, words) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([words], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// One piece of work at a time: the second click waits for nothing and does nothing.
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
  const mark = await fingerprint(utf8(record)), rows = await paperRows(secret);
  const label = (await hexDigest(utf8(record))).slice(0, 6);
  key = { secret, record, label, isSaved: false };
  const numbered = rows.map((row, n) => `${n + 1}  ${row}`).join("\n");
  byId("mark").replaceChildren(...fours(mark));
  byId("sheet-mark").textContent = mark;
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
  event.returnValue = true; // the word that browsers before 2023 listen to
});

// ---- opening a total

let ready = null;

async function contents(where, missing) {
  const [file] = field[where].files;
  if (!file) throw new Wrong(missing, where);
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new Wrong(`No se pudo leer el archivo ${file.name}. Escójalo de nuevo.`, where);
  }
}

async function givenSecret() {
  if (field.rows.value.trim()) {
    try {
      return await readPaper(field.rows.value);
    } catch (problem) {
      throw problem instanceof Malformed ? new Wrong(problem.message, "rows") : problem;
    }
  }
  const raw = await contents("key", "Escoja el archivo de su llave privada, o escriba la copia en papel.");
  try {
    return readSecret(raw);
  } catch (problem) {
    throw problem instanceof Malformed ? new Wrong("Ese archivo no es una llave privada.", "key") : problem;
  }
}

// Says how long it takes, and lets the page breathe now and then.
function progress() {
  const begun = performance.now();
  let last = begun;
  return async (done, total) => {
    const now = performance.now();
    if (now - last < FRAME) return;
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
  const { found, owner } = await readyToDecrypt(raw, publicOf(secret), progress());
  ready = { found, owner, secret };
  const facts = [
    ["Urna", printable(found.election.name)],
    ["Identificador", found.election.uuid],
    ["Su número de custodio", owner],
    ["Papeletas que cuentan", found.counted],
    ["Huella de la elección", found.election.fingerprint],
    ["Huella del padrón", found.rollFingerprint],
    ["Huella del cierre", found.closing],
    ["Huella del último evento", found.head],
  ];
  byId("facts").replaceChildren(...facts.flatMap(([name, told]) => [line("dt", name), fact(name, told)]));
  reveal("few", found.counted < FEW_BALLOTS);
  reveal("checked");
  byId("checked-title").focus();
}

function line(tag, words) {
  const made = document.createElement(tag);
  made.textContent = words;
  return made;
}

// A fingerprint in groups of four, to compare it sign by sign; it is copied without gaps.
const fours = (mark) => mark.match(/.{1,4}/g).map((four) => line("span", four));

function fact(name, told) {
  if (!name.startsWith("Huella")) return line("dd", told);
  const made = line("dd", "");
  made.className = "mark";
  made.append(...fours(told));
  return made;
}

// Without signs that turn a line around or hide it: the words of an archive are a stranger's.
function printable(words) {
  return words.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "�");
}

function forget() {
  ready = null;
  for (const id of ["wrong", "checked", "going"]) reveal(id, false);
  byId("ready").textContent = "";
  for (const one of Object.values(field)) one.removeAttribute("aria-invalid");
}

function tell(problem) {
  const isPlain = problem instanceof Wrong || problem instanceof Stopped;
  byId("wrong").textContent = isPlain ? printable(problem.message) : "Algo falló en esta página. Ábrala de nuevo en otro navegador.";
  reveal("wrong");
  if (problem.where) {
    if (problem.where === "rows") byId("paper").open = true;
    field[problem.where].setAttribute("aria-invalid", "true");
  }
  byId("wrong").focus();
  if (!isPlain) throw problem;
}

byId("open").addEventListener("submit", (event) => {
  event.preventDefault();
  busy(event.target, () => review().catch(tell).finally(() => reveal("going", false)));
});
byId("open").addEventListener("input", forget);
byId("decrypt").addEventListener("click", (event) => busy(event.target, async () => {
  const { found, owner, secret } = ready;
  const words = `${(await decrypt(found.election, found.totals, secret, owner)).join("\n")}\n`;
  const name = `descifrado-${found.election.uuid}-custodio-${owner}.txt`;
  save(name, words);
  byId("ready").textContent = `Listo: ${name}. Entréguelo a quien publica el resultado.`;
}));

// ---- beginning

function tellOnline() {
  reveal("online", navigator.onLine);
}

window.addEventListener("online", tellOnline);
window.addEventListener("offline", tellOnline);
tellOnline();
// Hashes and randomness, which no key can do without; and the newest word that this page uses. A
// browser without big numbers does not even come here.
const isAble = Boolean(window.crypto?.subtle && crypto.getRandomValues && Object.hasOwn);
reveal("old", !isAble);
reveal("work", isAble);
