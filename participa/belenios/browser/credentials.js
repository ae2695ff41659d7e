// The code on a voter's card, and the signing key derived from it (credentials.py). Neither leaves
// the device.

import { hex, utf8 } from "./canonical.js";
import { Q } from "./groups.js";

export const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_LENGTH = 20;
const GROUP_LENGTH = 4;
const ITERATIONS = 1000;
const FIELD_POLYNOMIAL = 0b100101; // x^5 + x^2 + 1: a character is an element of GF(32)
// Codes of belenios-tool 2.0.
const BELENIOS_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BELENIOS_CODE = /^[1-9A-HJ-NP-Za-km-z]{3}(-[1-9A-HJ-NP-Za-km-z]{3}){4}$/;
const BELENIOS_MODULUS = 53n;

// Not a valid code; the Spanish message tells the voter what to correct.
export class Mistyped extends Error {}

// Detects every single wrong character and every transposition of two characters.
export function checkCharacter(characters) {
  let value = 0;
  for (const character of characters) {
    value = (value ^ ALPHABET.indexOf(character)) << 1;
    if (value > 31) value ^= FIELD_POLYNOMIAL;
  }
  return ALPHABET[value];
}

export const grouped = (characters) => characters.match(new RegExp(`.{1,${GROUP_LENGTH}}`, "g")).join("-");

// The letters and digits of a typed text in upper case, with O, I and L read as 0, 1 and 1.
export const normalised = (typed) => typed.toUpperCase().replace(/[^\p{L}\p{N}]/gu, "").replace(/O/g, "0").replace(/[IL]/g, "1");

// Normalise a typed code to its printed form, from which the key is derived.
export function readCode(typed) {
  const stripped = typed.trim();
  if (BELENIOS_CODE.test(stripped) && beleniosCheckHolds(stripped.replace(/-/g, ""))) return stripped;
  const characters = [...normalised(stripped)];
  if (characters.length !== CODE_LENGTH) throw new Mistyped(`El código tiene ${CODE_LENGTH} letras y números. Usted escribió ${characters.length}.`);
  const invalid = characters.find((character) => !ALPHABET.includes(character));
  if (invalid) throw new Mistyped(`El código no lleva «${invalid}». Mírelo de nuevo en la tarjeta.`);
  if (checkCharacter(characters.slice(0, -1)) !== characters[CODE_LENGTH - 1]) throw new Mistyped("Hay una letra o un número cambiado. Mire de nuevo la tarjeta.");
  return grouped(characters.join(""));
}

function beleniosCheckHolds(characters) {
  const digits = [...characters].map((character) => BigInt(BELENIOS_ALPHABET.indexOf(character)));
  const value = digits.slice(0, -1).reduce((total, digit) => total * BigInt(BELENIOS_ALPHABET.length) + digit, 0n);
  return (value + digits[digits.length - 1]) % BELENIOS_MODULUS === 0n;
}

// The signing key of a code in an election: PBKDF2-HMAC-SHA256 modulo q.
export async function secretOf(code, uuid) {
  const material = await crypto.subtle.importKey("raw", utf8(code), "PBKDF2", false, ["deriveBits"]);
  const parameters = { name: "PBKDF2", hash: "SHA-256", salt: utf8(uuid), iterations: ITERATIONS };
  return BigInt(`0x${hex(new Uint8Array(await crypto.subtle.deriveBits(parameters, material, 256)))}`) % Q;
}
