// The code on a card, and the signing key that follows from it (credentials.py). The code never
// leaves the device.

import { hex, utf8 } from "./canonical.js";
import { Q } from "./groups.js";

export const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SIGNS = 20;
const GROUPED = 4;
const ITERATIONS = 1000;
const FIELD = 0b100101; // x^5 + x^2 + 1: the signs are the 32 elements of a field
const OTHER_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const OTHER_CODE = /^[1-9A-HJ-NP-Za-km-z]{3}(-[1-9A-HJ-NP-Za-km-z]{3}){4}$/;
const OTHER_MODULUS = 53n;

// The code cannot be right; the message says in Spanish what to look at.
export class Mistyped extends Error {}

// Changes with any one sign, and with any two that change places.
export function checkSign(signs) {
  let value = 0;
  for (const sign of signs) {
    value = (value ^ ALPHABET.indexOf(sign)) << 1;
    if (value > 31) value ^= FIELD;
  }
  return ALPHABET[value];
}

export const show = (signs) => signs.match(new RegExp(`.{1,${GROUPED}}`, "g")).join("-");

// The letters and numbers among what was typed, with O, I and L read as 0, 1 and 1.
export const forgiven = (typed) => typed.toUpperCase().replace(/[^\p{L}\p{N}]/gu, "").replace(/O/g, "0").replace(/[IL]/g, "1");

// The code that was meant, exactly as it is printed; that text makes the secret.
export function readCode(typed) {
  const kept = typed.trim();
  if (OTHER_CODE.test(kept) && otherIsRight(kept.replace(/-/g, ""))) return kept;
  const signs = [...forgiven(kept)];
  if (signs.length !== SIGNS) throw new Mistyped(`El código tiene ${SIGNS} letras y números. Usted escribió ${signs.length}.`);
  const strange = signs.find((sign) => !ALPHABET.includes(sign));
  if (strange) throw new Mistyped(`El código no lleva «${strange}». Mírelo de nuevo en la tarjeta.`);
  if (checkSign(signs.slice(0, -1)) !== signs[SIGNS - 1]) throw new Mistyped("Hay una letra o un número cambiado. Mire de nuevo la tarjeta.");
  return show(signs.join(""));
}

function otherIsRight(signs) {
  const places = [...signs].map((sign) => BigInt(OTHER_ALPHABET.indexOf(sign)));
  const value = places.slice(0, -1).reduce((total, place) => total * BigInt(OTHER_ALPHABET.length) + place, 0n);
  return (value + places[places.length - 1]) % OTHER_MODULUS === 0n;
}

// The signing key that this code gives in this election.
export async function secretOf(code, uuid) {
  const material = await crypto.subtle.importKey("raw", utf8(code), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: utf8(uuid), iterations: ITERATIONS };
  return BigInt(`0x${hex(new Uint8Array(await crypto.subtle.deriveBits(how, material, 256)))}`) % Q;
}
