// Trustees: shares of the election key, of one trustee or of a group of whom some are enough (trustees.py).

import { Malformed, items, members, number, read, text, utf8, write } from "./canonical.js";
import { readProof, verifyKnowledge } from "./checks.js";
import { GROUP, Q, fixedBase, generator, member, power, random, scalar, times } from "./groups.js";
import { encrypt, proofRecord, proveKnowledge } from "./proofs.js";

const LIMIT_TRUSTEES = 500_000;

const statementOf = (publicKey) => `pok|${GROUP}|${publicKey}|`;

export const publicOf = (secret) => generator().power(secret);

// The record of a public key, with a proof of knowledge of its secret.
export async function keyRecord(secret, name = "") {
  const publicKey = publicOf(secret), pok = proofRecord(await proveKnowledge(secret, statementOf(publicKey)));
  return write({ pok, public_key: String(publicKey), ...(name ? { name } : {}) });
}

// A new secret key, and its record.
export async function newKey(name) {
  const secret = random();
  return { secret, record: await keyRecord(secret, name) };
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

// Parse the trustees record and verify every proof; returns { publicKeys, publicKey, threshold }: the
// keys with which they decrypt, the election key, and how many trustees are enough.
export async function readTrustees(raw) {
  const publicKeys = [];
  let publicKey = 1n, threshold = 0;
  for (const item of items(read(raw, "La lista de custodios", LIMIT_TRUSTEES), "Custodios")) {
    const first = publicKeys.length + 1, what = `El custodio ${first}`;
    const [kind, value] = items(item, what, 2);
    if (kind !== "Single" && kind !== "Pedersen") throw new Malformed(`${what} es de una clase desconocida.`);
    const part = kind === "Pedersen" ? await readKeyGroup(value, first) : await readAlone(value, what);
    publicKeys.push(...part.keys);
    publicKey = times(publicKey, part.publicKey);
    threshold += part.threshold;
  }
  if (!publicKeys.length) throw new Malformed("La lista de custodios está vacía.");
  if (new Set(publicKeys).size !== publicKeys.length) throw new Malformed("La lista de custodios repite una llave.");
  return { publicKeys, publicKey, threshold };
}

async function readAlone(value, what) {
  const publicKey = await readTrustee(value, what);
  return { keys: [publicKey], publicKey, threshold: 1 };
}

// A group of trustees of whom `threshold` are enough; `first` is the number of its first trustee.
async function readKeyGroup(value, first) {
  const what = `El grupo del custodio ${first}`;
  const [needed, certs, coefexps, listed] = members(value, what, "threshold", "certs", "coefexps", "verification_keys");
  const threshold = number(needed, `${what}, «threshold»`), certificates = [], commitments = [], keys = [];
  for (const [n, one] of items(certs, `${what}, «certs»`).entries()) {
    certificates.push(await readCertificate(one, `El certificado del custodio ${first + n}`));
  }
  checkMembers(threshold, certificates, what);
  for (const [n, one] of items(coefexps, `${what}, «coefexps»`, certificates.length).entries()) {
    commitments.push(await readCommitments(certificates[n].verification, threshold, one, `El reparto del custodio ${first + n}`));
  }
  const sums = commitments.reduce((total, one) => total.map((element, k) => times(element, one[k])));
  for (const [n, one] of items(listed, `${what}, «verification_keys»`, certificates.length).entries()) {
    const who = `El custodio ${first + n}`, key = await readTrustee(one, who);
    if (key !== committed(sums, n + 1)) throw new Malformed(`${who}: su llave no es la que sale de lo que repartieron los custodios.`);
    keys.push(key);
  }
  return { keys, publicKey: sums[0], threshold };
}

// A text with its signature, as certificates and commitments have it.
export async function signed(secret, message, nonce = null) {
  return { message, signature: proofRecord(await proveKnowledge(secret, `sigmsg|${message}|`, nonce)) };
}

function readSigned(value, what) {
  const [message, signature] = members(value, what, "message", "signature");
  const inner = read(utf8(text(message, `${what}, «message»`)), what, LIMIT_TRUSTEES);
  return { inner, message, proof: readProof(signature, `${what}, «signature»`) };
}

async function checkSigned(key, { message, proof }, what) {
  const isSigned = await verifyKnowledge(key, `sigmsg|${message}|`, proof);
  if (!isSigned) throw new Malformed(`${what}: su firma no es válida en la forma de Belenios 2.0.`);
}

// The keys of a member of a group: { verification, encryption, record }.
export async function readCertificate(value, what) {
  const content = readSigned(value, what);
  const keys = members(content.inner, what, "verification", "encryption");
  const verification = member(keys[0], `${what}, «verification»`), encryption = member(keys[1], `${what}, «encryption»`);
  await checkSigned(verification, content, what);
  return { verification, encryption, record: value };
}

// g^a for the coefficients a of the signer's polynomial.
export async function readCommitments(signer, threshold, value, what) {
  const content = readSigned(value, what), where = `${what}, «coefexps»`;
  const [listed] = members(content.inner, what, "coefexps");
  const elements = items(listed, where, threshold).map((one) => member(one, where));
  await checkSigned(signer, content, what);
  return elements;
}

export function checkMembers(threshold, certificates, what) {
  const count = certificates.length;
  if (threshold < 1 || threshold > count) throw new Malformed(`${what}: el umbral es ${threshold} y hay ${count} custodios.`);
  const keys = new Set(certificates.flatMap(({ verification, encryption }) => [verification, encryption]));
  if (keys.size !== 2 * count) throw new Malformed(`${what}: hay una llave repetida en los certificados.`);
}

// g^f(place) for the polynomial f with these commitments.
export const committed = (elements, place) => elements.reduceRight((result, one) => times(power(result, BigInt(place)), one), 1n);

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
