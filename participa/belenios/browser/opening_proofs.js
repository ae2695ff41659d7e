// Proofs that the published factors open this encrypted tally, in the file `refuerzo.json`
// (opening_proofs.py): one Chaum-Pedersen proof per trustee about a random combination of all alphas
// and factors, and a proof of possession of the key for this election.

import { Malformed, hex, isHexDigest, items, members, number, read, sha256, text, utf8, write } from "./canonical.js";
import { readProof, verifyKnowledge } from "./checks.js";
import { generator, hash, isMember, modulo, power, Q, random, scalar, times } from "./groups.js";
import { proofRecord, proveKnowledge } from "./proofs.js";

const OPENING = "El refuerzo";
const OPENING_VERSION = 1;
const OPENING_LIMIT = 100_000;
const COEFFICIENT_BYTES = 16;

// The seed in hexadecimal, and the products of alpha_i^e_i and of factor_i^e_i. `statement` has the
// election, the digest of the record of the totals, alphas, factors and the trustee's public key.
async function combined({ election, tallyDigest, alphas, factors, publicKey }) {
  const named = ["participa-decrypt", election.fingerprint, publicKey, tallyDigest, alphas.join(","), factors.join(",")];
  const seed = await sha256(utf8(named.join("|")));
  let a = 1n, f = 1n;
  for (const [n, alpha] of alphas.entries()) {
    const e = await coefficient(seed, n);
    a = times(a, power(alpha, e));
    f = times(f, power(factors[n], e));
  }
  return { seed: hex(seed), a, f };
}

async function coefficient(seed, n) {
  const place = new Uint8Array(4);
  new DataView(place.buffer).setUint32(0, n);
  const digest = await sha256(new Uint8Array([...seed, ...place]));
  return BigInt(`0x${hex(digest.subarray(0, COEFFICIENT_BYTES))}`);
}

const alphasOf = (totals) => totals.flat().map(({ alpha }) => alpha);

// Prove that log_g X = log_a f for the combination (a, f) of all alphas and factors.
export async function proveOpening(statement, secret) {
  const { seed, a, f } = await combined(statement), w = random();
  const challenge = await hash(`${seed}|${a},${f}|${generator().power(w)},${power(a, w)}`);
  return { challenge, response: modulo(w - secret * challenge, Q) };
}

// Whether the proof holds, and all alphas and factors are members of the group.
export async function verifyOpening(statement, { challenge, response }) {
  if (![...statement.alphas, ...statement.factors].every(isMember)) return false;
  const { seed, a, f } = await combined(statement);
  const first = times(generator().power(response), power(statement.publicKey, challenge));
  const second = times(power(a, response), power(f, challenge));
  return (await hash(`${seed}|${a},${f}|${first},${second}`)) === challenge;
}

const possessionStatement = (election, publicKey) => `participa-pok|${election.fingerprint}|${publicKey}|`;

// The third record that a trustee delivers: the entry of the file about this decryption.
export async function makeEntry({ election, tallyDigest, totals }, secret, { owner, digest, factors }) {
  const publicKey = generator().power(secret);
  const proof = await proveOpening({ election, tallyDigest, alphas: alphasOf(totals), factors, publicKey }, secret);
  const possession = await proveKnowledge(secret, possessionStatement(election, publicKey));
  return write({ owner, factors: digest, ...proofRecord(proof), possession: proofRecord(possession) });
}

function readEntry(value) {
  const names = ["owner", "factors", "challenge", "response", "possession"];
  const [owner, factors, challenge, response, possession] = members(value, OPENING, ...names);
  if (!isHexDigest(factors)) throw new Malformed(`${OPENING}, «factors» no es una huella.`);
  return {
    owner: number(owner, `${OPENING}, «owner»`),
    factors,
    proof: { challenge: scalar(challenge, OPENING), response: scalar(response, OPENING) },
    possession: readProof(possession, OPENING),
  };
}

function readOpeningProofs(raw) {
  const value = read(raw, OPENING, OPENING_LIMIT);
  const [version, election, archive, listed] = members(value, OPENING, "version", "election", "archive", "proofs");
  if (number(version, `${OPENING}, «version»`) !== OPENING_VERSION) {
    throw new Malformed(`${OPENING} es de la versión ${version}, y debe ser la ${OPENING_VERSION}.`);
  }
  const entries = items(listed, OPENING).map(readEntry);
  if (!entries.every(({ owner }, n) => n === 0 || owner > entries[n - 1].owner)) {
    throw new Malformed(`${OPENING} no lleva los custodios en orden, cada uno una vez.`);
  }
  return { election: text(election, `${OPENING}, «election»`), archive: text(archive, `${OPENING}, «archive»`), entries };
}

// Verify the file against its archive, a verdict of verifier.js with its totals; returns the numbers
// of the trustees who prove their decryption. Throws Malformed.
export async function checkOpeningProofs(raw, verdict) {
  const { election, archive, entries } = readOpeningProofs(raw);
  if (election !== verdict.election.fingerprint) throw new Malformed(`${OPENING} es de otra elección.`);
  if (archive !== verdict.tallyEvent) throw new Malformed(`${OPENING} es de otro total.`);
  for (const entry of entries) await checkEntry(entry, verdict);
  return new Set(entries.map(({ owner }) => owner));
}

async function checkEntry({ owner, factors, proof, possession }, { election, tallyDigest, totals, publicKeys, partials }) {
  const partial = partials.get(owner), publicKey = publicKeys[owner - 1];
  if (!partial) throw new Malformed(`${OPENING}: no hay un descifrado del custodio ${owner}.`);
  if (factors !== partial.digest) throw new Malformed(`${OPENING}: la prueba del custodio ${owner} es de otro descifrado.`);
  const isHeld = await verifyKnowledge(publicKey, possessionStatement(election, publicKey), possession);
  if (!isHeld) throw new Malformed(`${OPENING}: el custodio ${owner} no prueba que tiene su llave en esta elección.`);
  const statement = { election, tallyDigest, alphas: alphasOf(totals), factors: partial.factors, publicKey };
  if (!(await verifyOpening(statement, proof))) throw new Malformed(`${OPENING}: el custodio ${owner} no prueba que abre este total.`);
}
