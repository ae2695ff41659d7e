// The copy of a private key on paper: four rows of 15 characters and a check character, so that an
// error is located in its row. The 60 characters hold 300 bits: the secret (256 bits), then the
// first 44 bits of SHA-256 of the public key in decimal.

import { Malformed, hex, sha256, utf8 } from "./canonical.js";
import { ALPHABET, checkCharacter, grouped, normalised } from "./credentials.js";
import { Q } from "./groups.js";
import { publicOf } from "./trustees.js";

const ROWS = 4;
const ROW_LENGTH = 15; // without the check character
const CHARACTER_BITS = 5n;
const CHECKSUM_BITS = 44n;

async function withChecksum(secret) {
  const digest = BigInt(`0x${hex(await sha256(utf8(String(publicOf(secret)))))}`);
  return (secret << CHECKSUM_BITS) | (digest >> (256n - CHECKSUM_BITS));
}

export async function paperRows(secret) {
  let rest = await withChecksum(secret), characters = "";
  for (let n = 0; n < ROWS * ROW_LENGTH; n += 1, rest >>= CHARACTER_BITS) characters = ALPHABET[Number(rest & 31n)] + characters;
  return Array.from({ length: ROWS }, (_, row) => characters.slice(row * ROW_LENGTH, (row + 1) * ROW_LENGTH))
    .map((row) => grouped(row + checkCharacter(row)));
}

// A row without its number, which the sheet prints in front of it.
function unnumbered(row, n) {
  return row.length === ROW_LENGTH + 2 && row.startsWith(n + 1) ? row.slice(1) : row;
}

// The secret of typed rows; throws Malformed, with the number of the wrong row if it is known.
export async function readPaper(typed) {
  const rows = typed.split("\n").map(normalised).filter(Boolean).map(unnumbered).join("");
  const wanted = ROWS * (ROW_LENGTH + 1);
  if (rows.length !== wanted) throw new Malformed(`La copia en papel tiene ${wanted} letras y números. Usted escribió ${rows.length}.`);
  let value = 0n;
  for (let row = 0; row < ROWS; row += 1) {
    const characters = rows.slice(row * (ROW_LENGTH + 1), (row + 1) * (ROW_LENGTH + 1));
    const isKnown = [...characters].every((character) => ALPHABET.includes(character));
    if (!isKnown || checkCharacter(characters.slice(0, -1)) !== characters.at(-1)) throw new Malformed(`Hay una letra o un número cambiado en el renglón ${row + 1}. Mírelo de nuevo.`);
    for (const character of characters.slice(0, -1)) value = (value << CHARACTER_BITS) | BigInt(ALPHABET.indexOf(character));
  }
  const secret = value >> CHECKSUM_BITS;
  if (secret === 0n || secret >= Q || (await withChecksum(secret)) !== value) throw new Malformed("Esos renglones no son los de una llave. Mírelos de nuevo.");
  return secret;
}
