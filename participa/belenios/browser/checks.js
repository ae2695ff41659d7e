// Whether proofs hold and a ballot is what it must be (proofs.py, answers.py, ballot.py).

import { Malformed, fingerprint, items, members, read, utf8, write } from "./canonical.js";
import { electionKey } from "./election.js";
import { Q, element, generator, hash, isMember, power, powers, scalar, sum, times } from "./groups.js";
import { pairText, product } from "./proofs.js";
import { BIT, allowed, answerText, blankOrAllowed, boundTo, eitherIsZero, individualText } from "./ballot.js";

const WHAT = "La papeleta";
// Upper bounds of what a part takes as text: an element has 617 digits, a scalar 78.
const HEAD_BYTES = 3_000;
const CHOICE_BYTES = 2 * 640;
const PROOF_BYTES = 200;

export function readProof(value, what) {
  const [challenge, response] = members(value, what, "challenge", "response");
  return { challenge: scalar(challenge, what), response: scalar(response, what) };
}

export const readProofs = (value, what, length) => items(value, what, length).map((one) => readProof(one, what));

export async function verifyKnowledge(known, statement, proof) {
  const commitment = times(generator().power(proof.response), power(known, proof.challenge));
  return (await hash(`${statement}${commitment}`)) === proof.challenge;
}

// Whether the proofs hold; of new ciphertexts, also whether they belong to the group.
async function verifyOneOf(key, statement, claims, proofs, areNew = false) {
  const remaining = [...proofs], commitments = [];
  for (const { pair, values } of claims) {
    const mine = remaining.splice(0, values.length);
    const exponents = [...mine.map((proof) => proof.challenge), ...(areNew ? [Q] : [])];
    const alphas = powers(pair.alpha, exponents), betas = powers(pair.beta, exponents);
    if (areNew && !(alphas.at(-1) === 1n && betas.at(-1) === 1n)) return false;
    mine.forEach(({ challenge, response }, n) => {
      const shift = values[n] ? generator().power(BigInt(-values[n]) * challenge) : 1n;
      commitments.push(times(generator().power(response), alphas[n]), times(times(key.power(response), betas[n]), shift));
    });
  }
  const whole = await hash(statement + commitments.join(","));
  return whole === sum(proofs.map((proof) => proof.challenge)) % Q;
}

export async function verifyDecryption(election, publicKey, alpha, factor, proof) {
  if (!isMember(factor)) return false;
  const a = times(generator().power(proof.response), power(publicKey, proof.challenge));
  const b = times(power(alpha, proof.response), power(factor, proof.challenge));
  return (await hash(`decrypt|${election}|${publicKey}|${a},${b}`)) === proof.challenge;
}

function mostBytes(election) {
  return election.questions.reduce((total, { slots, least, most }) => {
    return total + slots * CHOICE_BYTES + (2 * slots + most - least + 4) * PROOF_BYTES;
  }, HEAD_BYTES + 2 * PROOF_BYTES);
}

// What these bytes say, if they are a ballot of this election; the proofs are not checked.
export async function readBallot(election, raw) {
  const value = read(raw, WHAT, mostBytes(election));
  const names = ["election_uuid", "election_hash", "credential", "answers", "signature"];
  const [uuid, digest, credential, given, signature] = members(value, WHAT, ...names);
  if (uuid !== election.uuid || digest !== election.fingerprint) throw new Malformed(`${WHAT} es de otra elección.`);
  const [signed, proof] = members(signature, `${WHAT}, «signature»`, "hash", "proof");
  items(given, `${WHAT}, «answers»`, election.questions.length);
  const found = {
    credential: element(credential, `${WHAT}, «credential»`),
    answers: election.questions.map((question, n) => readAnswer(question, given[n], `${WHAT}, respuesta ${n + 1}`)),
    signed,
    signature: readProof(proof, `${WHAT}, firma`),
  };
  const { signature: _, ...unsigned } = value;
  if (signed !== (await fingerprint(utf8(write(unsigned))))) throw new Malformed(`${WHAT} cambió después de firmada.`);
  return found;
}

function readAnswer(question, value, what) {
  const names = ["choices", "individual_proofs", "overall_proof", ...(question.hasBlank ? ["blank_proof"] : [])];
  const [choices, individual, overall, blank] = members(value, what, ...names);
  items(choices, `${what}, «choices»`, question.slots);
  items(individual, `${what}, «individual_proofs»`, question.slots);
  const branches = question.most - question.least + 1 + question.hasBlank;
  return {
    pairs: choices.map((one, n) => readPair(one, `${what}, casilla ${n + 1}`)),
    individual: individual.map((one, n) => readProofs(one, `${what}, prueba de la casilla ${n + 1}`, BIT.length)),
    overall: readProofs(overall, `${what}, «overall_proof»`, branches),
    blank: question.hasBlank ? readProofs(blank, `${what}, «blank_proof»`, 2) : null,
  };
}

function readPair(value, what) {
  const [alpha, beta] = members(value, what, "alpha", "beta");
  return { alpha: element(alpha, `${what} (alpha)`), beta: element(beta, `${what} (beta)`) };
}

// Refuse a ballot with one proof that does not hold. Its credential is on the roll, whose
// credentials all belong to the group.
export async function checkBallot(election, ballot) {
  const holds = await verifyKnowledge(ballot.credential, `sig|${ballot.signed}|`, ballot.signature);
  if (!holds) throw new Malformed(`${WHAT}: la firma no es válida.`);
  const bound = boundTo(election, ballot.credential);
  for (const [n, question] of election.questions.entries()) {
    await checkAnswer(electionKey(election), question, ballot.answers[n], bound, `${WHAT}, respuesta ${n + 1}`);
  }
}

async function checkAnswer(key, question, answer, bound, what) {
  for (const [n, pair] of answer.pairs.entries()) {
    const claims = [{ pair, values: BIT }];
    const holds = await verifyOneOf(key, individualText(bound, pair), claims, answer.individual[n], true);
    if (!holds) throw new Malformed(`${what}: la prueba de la casilla ${n + 1} no es válida.`);
  }
  const words = answerText(bound, answer.pairs);
  const { statement, claims } = question.hasBlank
    ? await blankClaims(key, question, answer, words, what)
    : wholeClaim(question, answer, words);
  if (!(await verifyOneOf(key, statement, claims, answer.overall))) {
    throw new Malformed(`${what}: la prueba de cuántas opciones se escogieron no es válida.`);
  }
}

function wholeClaim(question, answer, words) {
  const whole = product(answer.pairs);
  return { statement: `prove|${words}|${pairText(whole)}|`, claims: [{ pair: whole, values: allowed(question) }] };
}

async function blankClaims(key, question, answer, words, what) {
  const first = answer.pairs[0], rest = product(answer.pairs.slice(1));
  const holds = await verifyOneOf(key, `bproof0|${words}|`, eitherIsZero(first, rest), answer.blank);
  if (!holds) throw new Malformed(`${what}: la prueba del voto en blanco no es válida.`);
  return { statement: `bproof1|${words}|`, claims: blankOrAllowed(question, first, rest) };
}
