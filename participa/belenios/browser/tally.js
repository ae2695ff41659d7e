// From ballots to totals that stay hidden until all trustees open them together (tally.py).

import { Malformed, hexDigest, items, members, read, utf8, write } from "./canonical.js";
import { readProofs, verifyDecryption } from "./checks.js";
import { element } from "./groups.js";
import { pairRecord, product, proofRecord, proveDecryption } from "./proofs.js";
import { publicOf } from "./trustees.js";

const LIMIT_TALLY = 5_000_000;

// The ballots that count: the last one of each credential.
export const kept = (ballots) => [...new Map(ballots.map((ballot) => [ballot.credential, ballot])).values()];

// The hidden totals of these ballots, per question and slot.
export function encryptedTotals(election, ballots) {
  return election.questions.map((question, n) => Array.from({ length: question.slots }, (_, slot) => {
    return product(ballots.map((ballot) => ballot.answers[n].pairs[slot]));
  }));
}

export const totalsRecord = (totals) => write(totals.map((row) => row.map(pairRecord)));

// The two records that a trustee hands in: the part that opens only these totals, and whose it is.
export async function decrypt(election, totals, secret, owner) {
  const publicKey = publicOf(secret), factors = [], proofs = [];
  for (const row of totals) {
    const parts = [];
    for (const { alpha } of row) parts.push(await proveDecryption(election.fingerprint, secret, publicKey, alpha));
    factors.push(parts.map((part) => String(part.factor)));
    proofs.push(parts.map((part) => proofRecord(part.proof)));
  }
  const partial = write({ decryption_factors: factors, decryption_proofs: proofs });
  return [partial, write({ owner, payload: await hexDigest(utf8(partial)) })];
}

export function readPartial(election, raw, what) {
  const value = read(raw, what, LIMIT_TALLY);
  const [factors, proofs] = members(value, what, "decryption_factors", "decryption_proofs");
  items(factors, `${what}, «decryption_factors»`, election.questions.length);
  items(proofs, `${what}, «decryption_proofs»`, election.questions.length);
  return election.questions.map(({ slots }, n) => {
    const where = `${what}, pregunta ${n + 1}`;
    return {
      factors: items(factors[n], where, slots).map((factor) => element(factor, `${where}, factor`)),
      proofs: readProofs(proofs[n], where, slots),
    };
  });
}

// Refuse a part that the owner of this key did not make of these totals.
export async function checkPartial(election, totals, publicKey, partial, what) {
  for (const [n, row] of totals.entries()) {
    for (const [slot, { alpha }] of row.entries()) {
      const { factors, proofs } = partial[n];
      const holds = await verifyDecryption(election.fingerprint, publicKey, alpha, factors[slot], proofs[slot]);
      if (!holds) throw new Malformed(`${what}, pregunta ${n + 1}, casilla ${slot + 1}: la prueba del descifrado no es válida.`);
    }
  }
}
