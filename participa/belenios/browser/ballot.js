// A ballot: encrypted answers, signed with the voter's credential (ballot.py, answers.py).

import { fingerprint, utf8, write } from "./canonical.js";
import { electionKey, vector } from "./election.js";
import { generator } from "./groups.js";
import { ciphertextRecord, ciphertextText, encrypt, product, proofRecord, proveKnowledge, proveOneOf, sumOpenings } from "./proofs.js";

export const BIT = [0, 1];

// The start of every hash, which binds each proof to this election and this credential.
export const contextOf = (election, credential) => `${election.fingerprint}|${credential}`;
export const questionContext = (context, choices) => `${context}|${choices.map(ciphertextText).join(",")}`;
export const individualStatement = (context, choice) => `prove|${context}|${ciphertextText(choice)}|`;
export const allowedSums = ({ least, most }) => Array.from({ length: most - least + 1 }, (_, n) => least + n);
export const eitherIsZero = (first, rest) => [{ ciphertext: first, values: [0] }, { ciphertext: rest, values: [0] }];
export const blankOrAllowed = (question, first, rest) => [{ ciphertext: first, values: [1] }, { ciphertext: rest, values: allowedSums(question) }];

// The serialised ballot of the credential with this secret, its tracker, and the randomness of each
// ciphertext, which opens it (challenge.js); one vote per question. A vote is a list of positions
// from 0, or BLANK. Throws RangeError for a vote that is not allowed.
export async function makeBallot(election, secret, votes) {
  if (votes.length !== election.questions.length) throw new RangeError("Responda todas las preguntas.");
  const vectors = election.questions.map((question, n) => vector(question, votes[n]));
  const credential = generator().power(secret), context = contextOf(election, credential);
  const record = { election_uuid: election.uuid, election_hash: election.fingerprint, credential: String(credential), answers: [] };
  const randomness = [];
  for (const [n, question] of election.questions.entries()) {
    const { answer, openings } = await encryptAnswer(electionKey(election), question, vectors[n], context);
    record.answers.push(answer);
    randomness.push(openings.map(({ r }) => r));
  }
  const signedHash = await fingerprint(utf8(write(record)));
  record.signature = { hash: signedHash, proof: proofRecord(await proveKnowledge(secret, `sig|${signedHash}|`)) };
  const ballot = write(record);
  return { ballot, tracker: await fingerprint(utf8(ballot)), randomness };
}

// The document that opens a ballot which is not cast: one number per question and slot.
export const challengeRecord = ({ ballot, randomness }) => `{"ballot":${ballot},"randomness":${write(randomness.map((row) => row.map(String)))}}`;

// Encrypt a vector of one 0 or 1 per slot, with its proofs; returns the openings as well.
async function encryptAnswer(key, question, marks, context) {
  const encrypted = marks.map((m) => encrypt(key, m));
  const choices = encrypted.map((one) => one.ciphertext), openings = encrypted.map((one) => one.opening);
  const individual = [];
  for (const { ciphertext, opening } of encrypted) {
    individual.push(await proveOneOf(key, individualStatement(context, ciphertext), [{ ciphertext, values: BIT }], [opening], opening.m));
  }
  const { overall, blank } = await proveSum(key, question, questionContext(context, choices), choices, openings);
  const record = {
    choices: choices.map(ciphertextRecord),
    individual_proofs: individual.map((branches) => branches.map(proofRecord)),
    overall_proof: overall.map(proofRecord),
  };
  if (blank) record.blank_proof = blank.map(proofRecord);
  return { answer: record, openings };
}

async function proveSum(key, question, context, choices, openings) {
  if (question.hasBlank) return proveWithBlank(key, question, context, choices, openings);
  const total = product(choices), opening = sumOpenings(openings);
  const claims = [{ ciphertext: total, values: allowedSums(question) }];
  return { overall: await proveOneOf(key, `prove|${context}|${ciphertextText(total)}|`, claims, [opening], opening.m - question.least) };
}

async function proveWithBlank(key, question, context, choices, openings) {
  const first = choices[0], rest = product(choices.slice(1));
  const both = [openings[0], sumOpenings(openings.slice(1))];
  const isBlank = both[0].m === 1;
  const blank = await proveOneOf(key, `bproof0|${context}|`, eitherIsZero(first, rest), both, Number(isBlank));
  const trueBranch = isBlank ? 0 : both[1].m - question.least + 1;
  const overall = await proveOneOf(key, `bproof1|${context}|`, blankOrAllowed(question, first, rest), both, trueBranch);
  return { overall, blank };
}
