// A ballot: encrypted answers, signed with a credential that tells nobody's name (ballot.py,
// answers.py).

import { fingerprint, utf8, write } from "./canonical.js";
import { electionKey, vector } from "./election.js";
import { generator } from "./groups.js";
import { hide, pairRecord, pairText, product, proofRecord, proveKnowledge, proveOneOf, totalOpening } from "./proofs.js";

export const BIT = [0, 1];

// The text that ties every proof to this election and this voter.
export const boundTo = (election, credential) => `${election.fingerprint}|${credential}`;
export const individualText = (bound, pair) => `prove|${bound}|${pairText(pair)}|`;
export const answerText = (bound, pairs) => `${bound}|${pairs.map(pairText).join(",")}`;
export const allowed = ({ least, most }) => Array.from({ length: most - least + 1 }, (_, n) => least + n);
export const eitherIsZero = (first, rest) => [{ pair: first, values: [0] }, { pair: rest, values: [0] }];
export const blankOrAllowed = (question, first, rest) => [{ pair: first, values: [1] }, { pair: rest, values: allowed(question) }];

// The ballot of the holder of this credential, as a text to send byte for byte, and its tracker.
// A vote is a list of positions from 0, or BLANK.
export async function makeBallot(election, secret, votes) {
  if (votes.length !== election.questions.length) throw new RangeError("Responda todas las preguntas.");
  const vectors = election.questions.map((question, n) => vector(question, votes[n]));
  const credential = generator().power(secret), bound = boundTo(election, credential);
  const record = { election_uuid: election.uuid, election_hash: election.fingerprint, credential: String(credential), answers: [] };
  for (const [n, question] of election.questions.entries()) {
    record.answers.push(await encryptAnswer(electionKey(election), question, vectors[n], bound));
  }
  const signed = await fingerprint(utf8(write(record)));
  record.signature = { hash: signed, proof: proofRecord(await proveKnowledge(secret, `sig|${signed}|`)) };
  const written = write(record);
  return { ballot: written, tracker: await fingerprint(utf8(written)) };
}

// Hide this vector of zeros and ones, and prove that it is allowed.
async function encryptAnswer(key, question, marks, bound) {
  const hidden = marks.map((m) => hide(key, m));
  const pairs = hidden.map((one) => one.pair), openings = hidden.map((one) => one.opening);
  const individual = [];
  for (const { pair, opening } of hidden) {
    individual.push(await proveOneOf(key, individualText(bound, pair), [{ pair, values: BIT }], [opening], opening.m));
  }
  const whole = await proveWhole(key, question, answerText(bound, pairs), pairs, openings);
  const record = {
    choices: pairs.map(pairRecord),
    individual_proofs: individual.map((both) => both.map(proofRecord)),
    overall_proof: whole.overall.map(proofRecord),
  };
  if (whole.blank) record.blank_proof = whole.blank.map(proofRecord);
  return record;
}

async function proveWhole(key, question, words, pairs, openings) {
  if (question.hasBlank) return proveWithBlank(key, question, words, pairs, openings);
  const whole = product(pairs), opening = totalOpening(openings);
  const claims = [{ pair: whole, values: allowed(question) }];
  return { overall: await proveOneOf(key, `prove|${words}|${pairText(whole)}|`, claims, [opening], opening.m - question.least) };
}

async function proveWithBlank(key, question, words, pairs, openings) {
  const first = pairs[0], rest = product(pairs.slice(1));
  const known = [openings[0], totalOpening(openings.slice(1))];
  const isBlank = known[0].m === 1;
  const blank = await proveOneOf(key, `bproof0|${words}|`, eitherIsZero(first, rest), known, Number(isBlank));
  const truth = isBlank ? 0 : known[1].m - question.least + 1;
  const overall = await proveOneOf(key, `bproof1|${words}|`, blankOrAllowed(question, first, rest), known, truth);
  return { overall, blank };
}
