// The one way in which a record is written, and the refusal of every other way (canonical.py).
// Everything that hashes is asynchronous, because the browser's own SHA-256 is.

// What was read is not in the format; the message says in Spanish what and where.
export class Malformed extends Error {}

const MOST_SMALL = 999999999999;
const HALF_SIGN = /\p{Surrogate}/u; // half of a sign: no text in UTF-8 can hold it

export const utf8 = (text) => new TextEncoder().encode(text);

// Without blanks, members in the order given, letters as they are and not as escapes.
export const write = (value) => JSON.stringify(value).replace(/\x7f/g, "\\u007f");

// What these bytes say, if they say it in the one way; `what` names them in the refusal.
export function read(raw, what, limit) {
  if (raw.length > limit) throw new Malformed(`${what} ocupa más de ${limit} bytes.`);
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    throw new Malformed(`${what} no es texto UTF-8.`);
  }
  let value, isCanonical;
  try {
    value = JSON.parse(text, (name, found) => plain(name, found, what));
    isCanonical = write(value) === text; // not so either when a member comes twice
  } catch (problem) {
    throw problem instanceof Malformed ? problem : new Malformed(`${what} no es JSON.`);
  }
  if (!isCanonical) throw new Malformed(`${what} no está en la forma única (espacios, escapes o números raros).`);
  return value;
}

function plain(name, found, what) {
  if (typeof found === "number" && !Number.isInteger(found)) throw new Malformed(`${what} tiene un número que no es entero: ${String(found).slice(0, 20)}.`);
  if (typeof found === "number" && Math.abs(found) > MOST_SMALL) throw new Malformed(`${what} tiene un número demasiado largo.`);
  if (HALF_SIGN.test(name) || (typeof found === "string" && HALF_SIGN.test(found))) throw new Malformed(`${what} no es texto UTF-8.`);
  return found;
}

// The values of an object with exactly these members in this order; `name?` may be absent.
export function members(value, what, ...names) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Malformed(`${what} no es un objeto.`);
  const known = names.map((name) => name.replace("?", ""));
  const given = Object.keys(value);
  const strange = given.find((name) => !known.includes(name));
  if (strange !== undefined) throw new Malformed(`${what} tiene un campo de más: «${strange.slice(0, 40)}».`);
  const missing = names.find((name) => !name.endsWith("?") && !given.includes(name));
  if (missing !== undefined) throw new Malformed(`${what} no tiene el campo «${missing}».`);
  if (given.join() !== known.filter((name) => given.includes(name)).join()) throw new Malformed(`${what} tiene los campos en otro orden.`);
  return known.map((name) => (given.includes(name) ? value[name] : null));
}

// The items of a list, of this length if one is given.
export function items(value, what, length = null) {
  if (!Array.isArray(value)) throw new Malformed(`${what}: no es una lista.`);
  if (length !== null && value.length !== length) throw new Malformed(`${what}: hay ${value.length} elementos y deben ser ${length}.`);
  return value;
}

export function text(value, what) {
  if (typeof value !== "string") throw new Malformed(`${what} no es un texto.`);
  return value;
}

// A small whole number, zero or more.
export function number(value, what) {
  if (typeof value !== "number" || value < 0) throw new Malformed(`${what} no es un número entero desde 0.`);
  return value;
}

// A big number, written as a text of digits without leading zeros, below the bound.
export function decimal(value, what, bound) {
  if (typeof value !== "string" || value.length > String(bound).length || !/^(0|[1-9][0-9]*)$/.test(value)) {
    throw new Malformed(`${what} no es un número decimal válido.`);
  }
  const found = BigInt(value);
  if (found >= bound) throw new Malformed(`${what} es un número demasiado grande.`);
  return found;
}

export const sha256 = async (raw) => new Uint8Array(await crypto.subtle.digest("SHA-256", raw));

export const hex = (raw) => Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join("");

// SHA-256 in lower-case hexadecimal: the name of a record in the archive.
export const hexDigest = async (raw) => hex(await sha256(raw));

// SHA-256 in base 64 without its "=": 43 signs, for people and for other records.
export const fingerprint = async (raw) => btoa(String.fromCharCode(...(await sha256(raw)))).replace("=", "");

export const isHexDigest = (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
