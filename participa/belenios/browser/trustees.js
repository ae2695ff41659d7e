// Trustees: shares of the election key, all needed for decryption (trustees.py).

import { Malformed, items, members, read, text, utf8, write } from "./canonical.js";
import { readProof, verifyKnowledge } from "./checks.js";
import { Unsupported } from "./election.js";
import { GROUP, Q, fixedBase, generator, member, power, random, scalar, times } from "./groups.js";
import { encrypt, proofRecord, proveKnowledge } from "./proofs.js";

const LIMIT_TRUSTEES = 500_000;

const statementOf = (publicKey) => `pok|${GROUP}|${publicKey}|`;

export const publicOf = (secret) => generator().power(secret);

// A new secret key, and the record of its public key with a proof of knowledge of the secret.
export async function newKey(name) {
  const secret = random(), publicKey = publicOf(secret);
  const pok = proofRecord(await proveKnowledge(secret, statementOf(publicKey)));
  return { secret, record: write({ pok, public_key: String(publicKey), ...(name ? { name } : {}) }) };
}

async function readTrustee(value, what) {
  const [pok, key, name] = members(value, what, "pok", "public_key", "name?");
  const publicKey = member(key, `${what}, «public_key»`);
  const proof = readProof(pok, `${what}, «pok»`);
  const isProved = await verifyKnowledge(publicKey, statementOf(publicKey), proof);
  if (!isProved) throw new Malformed(`${what}: la prueba de que tiene su llave no es válida.`);
  if (name !== null) text(name, what);
  return publicKey;
}

// Parse the trustees record and verify every proof; returns the public keys.
export async function readTrustees(raw) {
  const publicKeys = [];
  for (const [n, item] of items(read(raw, "La lista de custodios", LIMIT_TRUSTEES), "Custodios").entries()) {
    const what = `El custodio ${n + 1}`;
    const [kind, value] = items(item, what, 2);
    if (kind === "Pedersen") throw new Unsupported(`${what} es de llave por umbral, que aquí no se revisa.`);
    if (kind !== "Single") throw new Malformed(`${what} es de una clase desconocida.`);
    publicKeys.push(await readTrustee(value, what));
  }
  if (!publicKeys.length) throw new Malformed("La lista de custodios está vacía.");
  if (new Set(publicKeys).size !== publicKeys.length) throw new Malformed("La lista de custodios repite una llave.");
  return publicKeys;
}

// The election key: the product of the trustees' public keys.
export const electionPublicKey = (publicKeys) => publicKeys.reduce(times, 1n);

// The file of a private key, as belenios-tool reads and writes it.
export const writeSecret = (secret) => `${write(String(secret))}\n`;

export function readSecret(raw) {
  const stripped = utf8(new TextDecoder().decode(raw).trim());
  const secret = scalar(read(stripped, "El archivo de la llave", 1_000), "La llave privada");
  if (secret === 0n) throw new Malformed("La llave privada es cero.");
  return secret;
}

// Whether the secret opens what is encrypted under the public key of this record: tried with a random
// number, which is decrypted again.
export async function opensTest(secret, record) {
  const publicKey = await readTrustee(read(utf8(record), "La parte pública", LIMIT_TRUSTEES), "La parte pública");
  const [m] = crypto.getRandomValues(new Uint32Array(1));
  const { ciphertext } = encrypt(fixedBase(publicKey), m);
  return times(ciphertext.beta, power(ciphertext.alpha, Q - secret)) === generator().power(BigInt(m));
}
