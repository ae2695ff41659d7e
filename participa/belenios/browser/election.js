// The election record: questions and public key (election.py, questions.py).

import { Malformed, fingerprint, items, members, number, read, text } from "./canonical.js";
import { GROUP, fixedBase, member } from "./groups.js";

// Valid in the format, but not implemented here.
export class Unsupported extends Error {}

export const BLANK = null; // the blank vote; not the same as an empty choice
const VERSION = 1;
const LIMIT = 500_000;
const OTHER_GROUPS = ["RFC-3526-2048", "Ed25519"];
export const UUID = /^[1-9A-HJ-NP-Za-km-z]{14,}$/;

export async function readElection(raw) {
  const what = "La elección";
  const value = read(raw, what, LIMIT);
  const names = ["version", "description", "name", "group", "public_key", "questions", "uuid"];
  const [version, description, name, group, publicKey, records, uuid, administrator, authority] =
    members(value, what, ...names, "administrator?", "credential_authority?");
  if (number(version, `${what}, «version»`) !== VERSION) throw new Malformed(`${what} es de la versión ${version}, y debe ser la ${VERSION}.`);
  if (!UUID.test(text(uuid, `${what}, «uuid»`))) throw new Malformed(`${what} tiene un «uuid» que no vale.`);
  readGroup(text(group, `${what}, «group»`));
  if (!items(records, `${what}, «questions»`).length) throw new Malformed(`${what} no tiene preguntas.`);
  const election = {
    uuid,
    name: text(name, `${what}, «name»`),
    description: text(description, `${what}, «description»`),
    publicKey: member(publicKey, `${what}, «public_key»`),
    questions: records.map((one, n) => readQuestion(one, `La pregunta ${n + 1}`)),
    fingerprint: await fingerprint(raw),
  };
  if (administrator !== null) text(administrator, `${what}, «administrator»`);
  if (authority !== null) text(authority, `${what}, registrador`);
  return election;
}

export const electionKey = (election) => fixedBase(election.publicKey);

function readGroup(name) {
  if (OTHER_GROUPS.includes(name)) throw new Unsupported(`El grupo ${name} no se lee en esta página. Use el programa de la guía.`);
  if (name !== GROUP) throw new Malformed(`La elección usa un grupo desconocido: «${name.slice(0, 40)}».`);
}

function readQuestion(value, what) {
  if (value !== null && typeof value === "object" && value.type === "NonHomomorphic") {
    throw new Unsupported(`${what} es de ordenar: este programa no revisa esa clase de preguntas.`);
  }
  const [answers, blank, least, most, wording] = members(value, what, "answers", "blank?", "min", "max", "question");
  const labels = items(answers, what).map((answer) => text(answer, `${what}, respuesta`));
  if (blank !== null && blank !== true) throw new Malformed(`${what}: «blank» solo puede ser true.`);
  number(least, `${what}, «min»`);
  number(most, `${what}, «max»`);
  if (!labels.length || least > most || most > labels.length) {
    throw new Malformed(`${what}: «min» y «max» no caben en ${labels.length} respuestas.`);
  }
  const hasBlank = blank === true;
  return { text: text(wording, what), answers: labels, least, most, hasBlank, slots: labels.length + hasBlank };
}

// The plaintexts, one 0 or 1 per slot, for positions from 0 or BLANK; throws RangeError if not allowed.
export function vector(question, chosen) {
  const none = question.answers.map(() => 0);
  if (chosen === BLANK) {
    if (!question.hasBlank) throw new RangeError("Esta pregunta no tiene voto en blanco.");
    return [1, ...none];
  }
  const positions = new Set(chosen);
  if (positions.size !== [...chosen].length || ![...positions].every((position) => Number.isInteger(position) && position in none)) {
    throw new RangeError("Escoja opciones de la lista, cada una una sola vez.");
  }
  if (positions.size < question.least || positions.size > question.most) throw new RangeError(`Escoja ${limitsInWords(question)}.`);
  const marks = none.map((_, position) => Number(positions.has(position)));
  return question.hasBlank ? [0, ...marks] : marks;
}

// The positions that a vector of 0 and 1 marks, or BLANK: the way back from `vector`.
export function chosenOf(question, marks) {
  if (question.hasBlank && marks[0]) return BLANK;
  return marks.slice(Number(question.hasBlank)).flatMap((mark, position) => (mark ? [position] : []));
}

function limitsInWords({ least, most }) {
  if (least !== most) return `entre ${least} y ${most} opciones`;
  return `${most} ${most === 1 ? "opción" : "opciones"}`;
}
