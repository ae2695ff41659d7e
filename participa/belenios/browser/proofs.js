// Proofs that say that a number was made as it must be, and nothing more: how to make them
// (proofs.py). checks.js says how to check them.

import { Q, generator, hash, modulo, power, random, sum, times } from "./groups.js";

export const proofRecord = (proof) => ({ challenge: String(proof.challenge), response: String(proof.response) });
export const pairRecord = (pair) => ({ alpha: String(pair.alpha), beta: String(pair.beta) });
export const pairText = (pair) => `${pair.alpha},${pair.beta}`;

// A number m hidden for the key y: (g^r, y^r g^m), with what only the voter knows of it.
export function hide(key, m) {
  const r = random(), shift = m ? generator().power(BigInt(m)) : 1n;
  return { pair: { alpha: generator().power(r), beta: times(key.power(r), shift) }, opening: { r, m } };
}

// The pair that hides the sum.
export const product = (pairs) => ({
  alpha: pairs.reduce((total, pair) => times(total, pair.alpha), 1n),
  beta: pairs.reduce((total, pair) => times(total, pair.beta), 1n),
});

export const totalOpening = (openings) => ({
  r: sum(openings.map((opening) => opening.r)) % Q,
  m: openings.reduce((total, opening) => total + opening.m, 0),
});

// Of x with X = g^x; the statement stands before the commitment in what is hashed.
export async function proveKnowledge(secret, statement) {
  const w = random();
  const challenge = await hash(`${statement}${generator().power(w)}`);
  return { challenge, response: modulo(w - secret * challenge, Q) };
}

// One proof per value of each claim, in order; `truth` counts along all of them. The other
// branches are made up. Whoever knows the openings needs only powers of g and y.
export async function proveOneOf(key, statement, claims, openings, truth) {
  const branches = claims.flatMap((claim, n) => claim.values.map((value) => ({ ...openings[n], value })));
  const made = branches.map(() => ({ challenge: random(), response: random() }));
  made[truth].challenge = 0n;
  const commitments = branches.flatMap(({ r, m, value }, n) => {
    const exponent = made[n].response + r * made[n].challenge;
    const shift = m === value ? 1n : generator().power(BigInt(m - value) * made[n].challenge);
    return [generator().power(exponent), times(key.power(exponent), shift)];
  });
  const whole = await hash(statement + commitments.join(","));
  const challenge = modulo(whole - sum(made.map((proof) => proof.challenge)), Q);
  made[truth] = { challenge, response: modulo(made[truth].response - branches[truth].r * challenge, Q) };
  return made;
}

// A trustee's part of opening a total: the factor alpha^x, and the proof that x is their own.
export async function proveDecryption(election, secret, publicKey, alpha) {
  const w = random();
  const commitments = `${generator().power(w)},${power(alpha, w)}`;
  const challenge = await hash(`decrypt|${election}|${publicKey}|${commitments}`);
  return { factor: power(alpha, secret), proof: { challenge, response: modulo(w - secret * challenge, Q) } };
}
