// The registrar's half of credentials.py: new codes, the public roll, the file of codes, and the codes
// of unused cards as somebody types them. The voter's half is credentials.js.

import { write } from "./canonical.js";
import { ALPHABET, Mistyped, checkCharacter, grouped, readCode, secretOf } from "./credentials.js";
import { generator } from "./groups.js";

const RANDOM_LENGTH = 19;
const HEADING = "codigo"; // first line of the file of codes

// Five random bits for each character: the alphabet has 32, so none is likelier than another.
export function newCode() {
  const drawn = crypto.getRandomValues(new Uint8Array(RANDOM_LENGTH));
  const characters = Array.from(drawn, (byte) => ALPHABET[byte & 31]).join("");
  return grouped(characters + checkCharacter(characters));
}

// `count` distinct random codes.
export function makeCodes(count) {
  const codes = new Set();
  while (codes.size < count) codes.add(newCode());
  return [...codes];
}

// The public credentials of the codes in decimal, in the order of the codes. `onProgress(done, total)`
// is called after each; if it returns a promise, the work waits for it.
export async function publicsOf(codes, uuid, onProgress = () => {}) {
  const publics = [];
  for (const code of codes) {
    publics.push(String(generator().power(await secretOf(code, uuid))));
    await onProgress(publics.length, codes.length);
  }
  return publics;
}

// The roll, or a list of void credentials, in numerical order, which reveals nothing about the cards.
export function publicRoll(publics) {
  return write([...publics].sort((one, other) => one.length - other.length || (one < other ? -1 : Number(one > other))));
}

// The codes as CSV, for a printer. A secret: whoever has the file can vote with its codes.
export const codesFile = (codes) => `\ufeff${[HEADING, ...codes].map((line) => `${line}\r\n`).join("")}`;

// A row for each card, for the mail merge of a printer; `first` is the number of the first card.
export function mailMerge(codes, first, { uuid, address, closing }) {
  const site = address.split("/")[0];
  const rows = codes.map((code, n) => [first + n, code, `https://${site}/urna/${uuid}#c=${code}`, address, closing]);
  return `\ufeff${[["numero", HEADING, "enlace", "direccion", "cierre"], ...rows].map((row) => `${row.join(";")}\r\n`).join("")}`;
}

// Parse one typed code per line; throws Mistyped for the first wrong line.
export function readCodes(typed) {
  const lines = new Map();
  for (const [n, line] of typed.replace(/^\ufeff/, "").split(/\r\n|\r|\n/).entries()) {
    const [typedCode] = line.split(";"); // a second part may stand behind it
    if (["", HEADING].includes(typedCode.trim())) continue;
    const code = readLine(typedCode, n + 1);
    if (lines.has(code)) throw new Mistyped(`Renglón ${n + 1}: repite el código del renglón ${lines.get(code)}.`);
    lines.set(code, n + 1);
  }
  return [...lines.keys()];
}

function readLine(line, number) {
  try {
    return readCode(line);
  } catch (problem) {
    throw problem instanceof Mistyped ? new Mistyped(`Renglón ${number}: ${problem.message}`) : problem;
  }
}
