// Opening a ballot that is not cast, to test the device that encrypted it (challenge.py).

import { Malformed, items, members, read, utf8, write } from "./canonical.js";
import { chosenOf, electionKey, vector } from "./election.js";
import { generator, scalar, times } from "./groups.js";
import { readBallot, verifyKnowledge } from "./checks.js";

const CHALLENGE = "La comprobación";
const MOST_CHALLENGE_BYTES = 2_000_000;

// The ballot's record and its votes; throws Malformed if it does not open to a vote.
export async function openChallenge(election, raw) {
  const value = read(raw, CHALLENGE, MOST_CHALLENGE_BYTES);
  const [inner, rows] = members(value, CHALLENGE, "ballot", "randomness");
  const ballot = utf8(write(inner)), sent = await readBallot(election, ballot);
  if (!(await verifyKnowledge(sent.credential, `sig|${sent.signedHash}|`, sent.signature))) {
    throw new Malformed(`${CHALLENGE}: la firma de la papeleta no es válida.`);
  }
  items(rows, `${CHALLENGE}, «randomness»`, election.questions.length);
  const votes = election.questions.map((question, n) => opened(election, question, sent.answers[n], rows[n], `La respuesta ${n + 1}`));
  return { ballot, votes };
}

function opened(election, question, answer, row, what) {
  items(row, `${CHALLENGE}, «randomness»`, question.slots);
  const marks = answer.choices.map((choice, n) => markOf(election, choice, scalar(row[n], `${CHALLENGE}, «randomness»`), what));
  const chosen = chosenOf(question, marks);
  try {
    if (String(vector(question, chosen)) === String(marks)) return chosen;
  } catch { /* the question does not allow it */ }
  throw new Malformed(`${what} marca algo que la pregunta no permite.`);
}

// The plaintext of this ciphertext, 0 or 1.
function markOf(election, { alpha, beta }, r, what) {
  if (alpha === generator().power(r)) {
    const power = electionKey(election).power(r);
    if (beta === power) return 0;
    if (beta === times(power, generator().power(1n))) return 1;
  }
  throw new Malformed(`${what} no abre con los números que dio el celular: no es lo que cifró.`);
}
