// Those who keep the key together, and what one of them does alone (trustees.py).

import { Malformed, items, members, read, text, utf8, write } from "./canonical.js";
import { readProof, verifyKnowledge } from "./checks.js";
import { Unsupported } from "./election.js";
import { GROUP, generator, member, random, scalar, times } from "./groups.js";
import { proofRecord, proveKnowledge } from "./proofs.js";

const LIMIT_TRUSTEES = 500_000;

const statementOf = (publicKey) => `pok|${GROUP}|${publicKey}|`;

export const publicOf = (secret) => generator().power(secret);

// A new key, and the record of its public half with the proof that its owner holds the other.
export async function newKey(name) {
  const secret = random(), publicKey = publicOf(secret);
  const pok = proofRecord(await proveKnowledge(secret, statementOf(publicKey)));
  return { secret, record: write({ pok, public_key: String(publicKey), ...(name ? { name } : {}) }) };
}

async function readTrustee(value, what) {
  const [pok, key, name] = members(value, what, "pok", "public_key", "name?");
  const publicKey = member(key, `${what}, «public_key»`);
  const proof = readProof(pok, `${what}, «pok»`);
  const holds = await verifyKnowledge(publicKey, statementOf(publicKey), proof);
  if (!holds) throw new Malformed(`${what}: la prueba de que tiene su llave no es válida.`);
  if (name !== null) text(name, what);
  return publicKey;
}

// The public keys of an election whose result needs all of them.
export async function readTrustees(raw) {
  const found = [];
  for (const [n, item] of items(read(raw, "La lista de custodios", LIMIT_TRUSTEES), "Custodios").entries()) {
    const what = `El custodio ${n + 1}`;
    const [kind, value] = items(item, what, 2);
    if (kind === "Pedersen") throw new Unsupported(`${what} es de llave por umbral, que aquí no se revisa.`);
    if (kind !== "Single") throw new Malformed(`${what} es de una clase desconocida.`);
    found.push(await readTrustee(value, what));
  }
  if (!found.length) throw new Malformed("La lista de custodios está vacía.");
  if (new Set(found).size !== found.length) throw new Malformed("La lista de custodios repite una llave.");
  return found;
}

export const joinedKey = (publicKeys) => publicKeys.reduce(times, 1n);

// The file of a private key, as other programs of this format read it.
export const writeSecret = (secret) => `${write(String(secret))}\n`;

export function readSecret(raw) {
  const kept = utf8(new TextDecoder().decode(raw).trim());
  const secret = scalar(read(kept, "El archivo de la llave", 1_000), "La llave privada");
  if (secret === 0n) throw new Malformed("La llave privada es cero.");
  return secret;
}
