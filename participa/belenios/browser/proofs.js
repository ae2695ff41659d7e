// Exponential ElGamal, and how to make the zero-knowledge proofs of the format: Schnorr,
// Chaum-Pedersen and its disjunction, by Fiat-Shamir (proofs.py). checks.js verifies them.

import { Q, generator, hash, modulo, power, random, sum, times } from "./groups.js";

export const proofRecord = (proof) => ({ challenge: String(proof.challenge), response: String(proof.response) });
export const ciphertextRecord = ({ alpha, beta }) => ({ alpha: String(alpha), beta: String(beta) });
export const ciphertextText = ({ alpha, beta }) => `${alpha},${beta}`;

// Encrypt m under the key y: (g^r, y^r g^m), and the opening { r, m }, known to the voter alone.
export function encrypt(key, m) {
  const r = random(), shift = m ? generator().power(BigInt(m)) : 1n;
  return { ciphertext: { alpha: generator().power(r), beta: times(key.power(r), shift) }, opening: { r, m } };
}

// Componentwise product: an encryption of the sum of the plaintexts.
export const product = (ciphertexts) => ({
  alpha: ciphertexts.reduce((total, { alpha }) => times(total, alpha), 1n),
  beta: ciphertexts.reduce((total, { beta }) => times(total, beta), 1n),
});

// The opening of the product.
export const sumOpenings = (openings) => ({
  r: sum(openings.map((opening) => opening.r)) % Q,
  m: openings.reduce((total, opening) => total + opening.m, 0),
});

// Schnorr proof of knowledge of x: c = H(statement g^w), response w - x c. A given nonce w must be unknown
// to others and never serve another statement.
export async function proveKnowledge(secret, statement, nonce = null) {
  const w = nonce ?? random();
  const challenge = await hash(`${statement}${generator().power(w)}`);
  return { challenge, response: modulo(w - secret * challenge, Q) };
}

// Prove that at least one claim holds: the plaintext of its ciphertext is one of its values. Returns
// one proof per value, in order; `trueBranch` is an index over all of them, the others are simulated.
// With the openings, every commitment needs only the tables of g and y.
export async function proveOneOf(key, statement, claims, openings, trueBranch) {
  const branches = claims.flatMap((claim, n) => claim.values.map((value) => ({ ...openings[n], value })));
  const proofs = branches.map(() => ({ challenge: random(), response: random() }));
  proofs[trueBranch].challenge = 0n;
  const commitments = branches.flatMap(({ r, m, value }, n) => {
    const exponent = proofs[n].response + r * proofs[n].challenge;
    const shift = m === value ? 1n : generator().power(BigInt(m - value) * proofs[n].challenge);
    return [generator().power(exponent), times(key.power(exponent), shift)];
  });
  const challengeSum = await hash(statement + commitments.join(","));
  const challenge = modulo(challengeSum - sum(proofs.map((proof) => proof.challenge)), Q);
  proofs[trueBranch] = { challenge, response: modulo(proofs[trueBranch].response - branches[trueBranch].r * challenge, Q) };
  return proofs;
}

// Partial decryption: the factor alpha^x, and the proof that log_g X = log_alpha factor.
export async function proveDecryption(election, secret, publicKey, alpha) {
  const w = random();
  const commitments = `${generator().power(w)},${power(alpha, w)}`;
  const challenge = await hash(`decrypt|${election}|${publicKey}|${commitments}`);
  return { factor: power(alpha, secret), proof: { challenge, response: modulo(w - secret * challenge, Q) } };
}
