// Verification of proofs and ballots (proofs.py, answers.py, ballot.py).

import { Malformed, fingerprint, items, members, read, utf8, write } from "./canonical.js";
import { electionKey } from "./election.js";
import { Q, element, generator, hash, isMember, power, powers, scalar, sum, times } from "./groups.js";
import { ciphertextText, product } from "./proofs.js";
import { BIT, allowedSums, blankOrAllowed, contextOf, eitherIsZero, individualStatement, questionContext } from "./ballot.js";

const WHAT = "La papeleta";
// Upper bounds of the serialised size: an element has 617 digits, a scalar 78.
const HEAD_BYTES = 3_000;
const CHOICE_BYTES = 2 * 640;
const PROOF_BYTES = 200;

export function readProof(value, what) {
  const [challenge, response] = members(value, what, "challenge", "response");
  return { challenge: scalar(challenge, what), response: scalar(response, what) };
}

export const readProofs = (value, what, length) => items(value, what, length).map((one) => readProof(one, what));

export async function verifyKnowledge(publicKey, statement, proof) {
  const commitment = times(generator().power(proof.response), power(publicKey, proof.challenge));
  return (await hash(`${statement}${commitment}`)) === proof.challenge;
}

// Whether the proofs hold and, with checkMembership, every alpha and beta belongs to the group.
async function verifyOneOf(key, statement, claims, proofs, checkMembership = false) {
  const remaining = [...proofs], commitments = [];
  for (const { ciphertext, values } of claims) {
    const branches = remaining.splice(0, values.length);
    const exponents = [...branches.map((proof) => proof.challenge), ...(checkMembership ? [Q] : [])];
    const alphas = powers(ciphertext.alpha, exponents), betas = powers(ciphertext.beta, exponents);
    if (checkMembership && !(alphas.at(-1) === 1n && betas.at(-1) === 1n)) return false;
    branches.forEach(({ challenge, response }, n) => {
      const shift = values[n] ? generator().power(BigInt(-values[n]) * challenge) : 1n;
      commitments.push(times(generator().power(response), alphas[n]), times(times(key.power(response), betas[n]), shift));
    });
  }
  const challengeSum = await hash(statement + commitments.join(","));
  return challengeSum === sum(proofs.map((proof) => proof.challenge)) % Q;
}

export async function verifyDecryption(election, publicKey, alpha, factor, proof) {
  if (!isMember(factor)) return false;
  const a = times(generator().power(proof.response), power(publicKey, proof.challenge));
  const b = times(power(alpha, proof.response), power(factor, proof.challenge));
  return (await hash(`decrypt|${election}|${publicKey}|${a},${b}`)) === proof.challenge;
}

// An upper bound of the size of a ballot of this election.
function maxBytes(election) {
  return election.questions.reduce((total, { slots, least, most }) => {
    return total + slots * CHOICE_BYTES + (2 * slots + most - least + 4) * PROOF_BYTES;
  }, HEAD_BYTES + 2 * PROOF_BYTES);
}

// Parse a ballot of this election; no proof is verified, see checkBallot.
export async function readBallot(election, raw) {
  const value = read(raw, WHAT, maxBytes(election));
  const names = ["election_uuid", "election_hash", "credential", "answers", "signature"];
  const [uuid, digest, credential, values, signature] = members(value, WHAT, ...names);
  if (uuid !== election.uuid || digest !== election.fingerprint) throw new Malformed(`${WHAT} es de otra elección.`);
  const [signedHash, proof] = members(signature, `${WHAT}, «signature»`, "hash", "proof");
  items(values, `${WHAT}, «answers»`, election.questions.length);
  const ballot = {
    credential: element(credential, `${WHAT}, «credential»`),
    answers: election.questions.map((question, n) => readAnswer(question, values[n], `${WHAT}, respuesta ${n + 1}`)),
    signedHash,
    signature: readProof(proof, `${WHAT}, firma`),
  };
  const { signature: _, ...unsigned } = value;
  if (signedHash !== (await fingerprint(utf8(write(unsigned))))) throw new Malformed(`${WHAT} cambió después de firmada.`);
  return ballot;
}

function readAnswer(question, value, what) {
  const names = ["choices", "individual_proofs", "overall_proof", ...(question.hasBlank ? ["blank_proof"] : [])];
  const [choices, individual, overall, blank] = members(value, what, ...names);
  items(choices, `${what}, «choices»`, question.slots);
  items(individual, `${what}, «individual_proofs»`, question.slots);
  const branches = question.most - question.least + 1 + question.hasBlank;
  return {
    choices: choices.map((one, n) => readCiphertext(one, `${what}, casilla ${n + 1}`)),
    individual: individual.map((one, n) => readProofs(one, `${what}, prueba de la casilla ${n + 1}`, BIT.length)),
    overall: readProofs(overall, `${what}, «overall_proof»`, branches),
    blank: question.hasBlank ? readProofs(blank, `${what}, «blank_proof»`, 2) : null,
  };
}

function readCiphertext(value, what) {
  const [alpha, beta] = members(value, what, "alpha", "beta");
  return { alpha: element(alpha, `${what} (alpha)`), beta: element(beta, `${what} (beta)`) };
}

// Verify the signature and every proof. The caller must have checked that the credential is on the
// roll, and so belongs to the group.
export async function checkBallot(election, ballot) {
  await checkSignature(ballot);
  const context = contextOf(election, ballot.credential);
  for (const [n, question] of election.questions.entries()) {
    await checkAnswer(electionKey(election), question, ballot.answers[n], context, `${WHAT}, respuesta ${n + 1}`);
  }
}

export async function checkSignature(ballot) {
  const isSigned = await verifyKnowledge(ballot.credential, `sig|${ballot.signedHash}|`, ballot.signature);
  if (!isSigned) throw new Malformed(`${WHAT}: la firma no es válida.`);
}

async function checkAnswer(key, question, answer, context, what) {
  for (const [n, ciphertext] of answer.choices.entries()) {
    const claims = [{ ciphertext, values: BIT }];
    const holds = await verifyOneOf(key, individualStatement(context, ciphertext), claims, answer.individual[n], true);
    if (!holds) throw new Malformed(`${what}: la prueba de la casilla ${n + 1} no es válida.`);
  }
  const inner = questionContext(context, answer.choices);
  const { statement, claims } = question.hasBlank
    ? await blankClaims(key, question, answer, inner, what)
    : sumClaim(question, answer, inner);
  if (!(await verifyOneOf(key, statement, claims, answer.overall))) {
    throw new Malformed(`${what}: la prueba de cuántas opciones se escogieron no es válida.`);
  }
}

function sumClaim(question, answer, context) {
  const total = product(answer.choices);
  return { statement: `prove|${context}|${ciphertextText(total)}|`, claims: [{ ciphertext: total, values: allowedSums(question) }] };
}

async function blankClaims(key, question, answer, context, what) {
  const first = answer.choices[0], rest = product(answer.choices.slice(1));
  const holds = await verifyOneOf(key, `bproof0|${context}|`, eitherIsZero(first, rest), answer.blank);
  if (!holds) throw new Malformed(`${what}: la prueba del voto en blanco no es válida.`);
  return { statement: `bproof1|${context}|`, claims: blankOrAllowed(question, first, rest) };
}
