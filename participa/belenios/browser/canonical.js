// Canonical JSON, and SHA-256 (canonical.py). Whatever hashes is asynchronous, as crypto.subtle is.

// The input violates the format; the Spanish message states which value and why.
export class Malformed extends Error {}

const MAX_NUMBER = 999999999999; // twelve digits
const LONE_SURROGATE = /\p{Surrogate}/u; // not representable in UTF-8

export const utf8 = (text) => new TextEncoder().encode(text);

// Without whitespace, members in insertion order, non-ASCII as it is; U+007F alone is escaped.
export const write = (value) => JSON.stringify(value).replace(/\x7f/g, "\\u007f");

// Parse canonical JSON of at most `limit` bytes; throws Malformed, whose message begins with `what`.
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
    value = JSON.parse(text, (name, member) => checked(name, member, what));
    isCanonical = write(value) === text; // false also for a repeated member
  } catch (problem) {
    throw problem instanceof Malformed ? problem : new Malformed(`${what} no es JSON.`);
  }
  if (!isCanonical) throw new Malformed(`${what} no está en la forma única (espacios, escapes o números raros).`);
  return value;
}

function checked(name, value, what) {
  if (typeof value === "number" && !Number.isInteger(value)) throw new Malformed(`${what} tiene un número que no es entero: ${String(value).slice(0, 20)}.`);
  if (typeof value === "number" && Math.abs(value) > MAX_NUMBER) throw new Malformed(`${what} tiene un número demasiado largo.`);
  if (LONE_SURROGATE.test(name) || (typeof value === "string" && LONE_SURROGATE.test(value))) throw new Malformed(`${what} no es texto UTF-8.`);
  return value;
}

// The values of an object with exactly these members in this order; that of an absent `name?` is null.
export function members(value, what, ...names) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Malformed(`${what} no es un objeto.`);
  const known = names.map((name) => name.replace("?", ""));
  const given = Object.keys(value);
  const unknown = given.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Malformed(`${what} tiene un campo de más: «${unknown.slice(0, 40)}».`);
  const missing = names.find((name) => !name.endsWith("?") && !given.includes(name));
  if (missing !== undefined) throw new Malformed(`${what} no tiene el campo «${missing}».`);
  if (given.join() !== known.filter((name) => given.includes(name)).join()) throw new Malformed(`${what} tiene los campos en otro orden.`);
  return known.map((name) => (given.includes(name) ? value[name] : null));
}

// The items of a list, which must have `length` items if a length is given.
export function items(value, what, length = null) {
  if (!Array.isArray(value)) throw new Malformed(`${what}: no es una lista.`);
  if (length !== null && value.length !== length) throw new Malformed(`${what}: hay ${value.length} elementos y deben ser ${length}.`);
  return value;
}

export function text(value, what) {
  if (typeof value !== "string") throw new Malformed(`${what} no es un texto.`);
  return value;
}

// A non-negative JSON number.
export function number(value, what) {
  if (typeof value !== "number" || value < 0) throw new Malformed(`${what} no es un número entero desde 0.`);
  return value;
}

// An integer in [0, bound), written as a JSON string of digits without leading zeros.
export function decimal(value, what, bound) {
  if (typeof value !== "string" || value.length > String(bound).length || !/^(0|[1-9][0-9]*)$/.test(value)) {
    throw new Malformed(`${what} no es un número decimal válido.`);
  }
  const parsed = BigInt(value);
  if (parsed >= bound) throw new Malformed(`${what} es un número demasiado grande.`);
  return parsed;
}

export const sha256 = async (raw) => new Uint8Array(await crypto.subtle.digest("SHA-256", raw));

export const hex = (raw) => Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join("");

// SHA-256 in lower-case hexadecimal: identifies a record inside the archive.
export const hexDigest = async (raw) => hex(await sha256(raw));

// SHA-256 in base 64 without its padding: 43 characters, for people and for other records.
export const fingerprint = async (raw) => btoa(String.fromCharCode(...(await sha256(raw)))).replace("=", "");

export const isHexDigest = (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
