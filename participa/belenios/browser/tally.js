// Homomorphic tally: encrypted totals and partial decryptions (tally.py).

import { Malformed, hexDigest, items, members, read, utf8, write } from "./canonical.js";
import { readProofs, verifyDecryption } from "./checks.js";
import { element } from "./groups.js";
import { makeEntry } from "./opening_proofs.js";
import { ciphertextRecord, product, proofRecord, proveDecryption } from "./proofs.js";
import { publicOf } from "./trustees.js";

const LIMIT_TALLY = 5_000_000;

// The last ballot of each credential.
export const countedBallots = (ballots) => [...new Map(ballots.map((ballot) => [ballot.credential, ballot])).values()];

// The product of the ballots' ciphertexts, per question and slot.
export function encryptedTotals(election, ballots) {
  return election.questions.map((question, n) => Array.from({ length: question.slots }, (_, slot) => {
    return product(ballots.map((ballot) => ballot.answers[n].choices[slot]));
  }));
}

export const totalsRecord = (totals) => write(totals.map((row) => row.map(ciphertextRecord)));

// The three records that a trustee delivers: the partial decryption, the number of its owner, and the
// proofs that it opens these totals.
export async function decrypt(election, totals, secret, owner) {
  const publicKey = publicOf(secret), factors = [], proofs = [];
  for (const row of totals) {
    const decrypted = [];
    for (const { alpha } of row) decrypted.push(await proveDecryption(election.fingerprint, secret, publicKey, alpha));
    factors.push(decrypted.map((one) => one.factor));
    proofs.push(decrypted.map((one) => proofRecord(one.proof)));
  }
  const partial = write({ decryption_factors: factors.map((row) => row.map(String)), decryption_proofs: proofs });
  const digest = await hexDigest(utf8(partial)), tallyDigest = await hexDigest(utf8(totalsRecord(totals)));
  const entry = await makeEntry({ election, tallyDigest, totals }, secret, { owner, digest, factors: factors.flat() });
  return [partial, write({ owner, payload: digest }), entry];
}

// Parse a partial decryption; its proofs are not verified.
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

// Verify the proof of every factor against the trustee's public key.
export async function checkPartial(election, totals, publicKey, partial, what) {
  for (const [n, row] of totals.entries()) {
    for (const [slot, { alpha }] of row.entries()) {
      const { factors, proofs } = partial[n];
      const isProved = await verifyDecryption(election.fingerprint, publicKey, alpha, factors[slot], proofs[slot]);
      if (!isProved) throw new Malformed(`${what}, pregunta ${n + 1}, casilla ${slot + 1}: la prueba del descifrado no es válida.`);
    }
  }
}
