// The copy of a key on paper: four rows of 16 signs, each with a sign for checking, so that
// whoever types them hears at once which row is wrong. 256 bits of them are the secret, 44 tell
// whether it is the right one.

import { Malformed, hex, sha256, utf8 } from "./canonical.js";
import { ALPHABET, checkSign, forgiven, show } from "./credentials.js";
import { Q } from "./groups.js";
import { publicOf } from "./trustees.js";

const ROWS = 4;
const ROW_SIGNS = 15;
const BITS = 5n;
const MARK_BITS = 44n;

async function marked(secret) {
  const digest = BigInt(`0x${hex(await sha256(utf8(String(publicOf(secret)))))}`);
  return (secret << MARK_BITS) | (digest >> (256n - MARK_BITS));
}

export async function paperRows(secret) {
  let rest = await marked(secret), signs = "";
  for (let n = 0; n < ROWS * ROW_SIGNS; n += 1, rest >>= BITS) signs = ALPHABET[Number(rest & 31n)] + signs;
  return Array.from({ length: ROWS }, (_, row) => signs.slice(row * ROW_SIGNS, (row + 1) * ROW_SIGNS))
    .map((row) => show(row + checkSign(row)));
}

// A row as it stands on the sheet, where its number comes first.
function unnumbered(row, n) {
  return row.length === ROW_SIGNS + 2 && row.startsWith(n + 1) ? row.slice(1) : row;
}

// The secret that these rows say, together with what is wrong with which row.
export async function readPaper(typed) {
  const rows = typed.split("\n").map(forgiven).filter(Boolean).map(unnumbered).join("");
  const wanted = ROWS * (ROW_SIGNS + 1);
  if (rows.length !== wanted) throw new Malformed(`La copia en papel tiene ${wanted} letras y números. Usted escribió ${rows.length}.`);
  let value = 0n;
  for (let row = 0; row < ROWS; row += 1) {
    const signs = rows.slice(row * (ROW_SIGNS + 1), (row + 1) * (ROW_SIGNS + 1));
    const isKnown = [...signs].every((sign) => ALPHABET.includes(sign));
    if (!isKnown || checkSign(signs.slice(0, -1)) !== signs.at(-1)) throw new Malformed(`Hay una letra o un número cambiado en el renglón ${row + 1}. Mírelo de nuevo.`);
    for (const sign of signs.slice(0, -1)) value = (value << BITS) | BigInt(ALPHABET.indexOf(sign));
  }
  const secret = value >> MARK_BITS;
  if (secret === 0n || secret >= Q || (await marked(secret)) !== value) throw new Malformed("Esos renglones no son los de una llave. Mírelos de nuevo.");
  return secret;
}
