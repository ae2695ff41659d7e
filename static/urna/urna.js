// ---- canonical.js

// The one way in which a record is written, and the refusal of every other way (canonical.py).
// Everything that hashes is asynchronous, because the browser's own SHA-256 is.

// What was read is not in the format; the message says in Spanish what and where.
class Malformed extends Error {}

const MOST_SMALL = 999999999999;
const HALF_SIGN = /\p{Surrogate}/u; // half of a sign: no text in UTF-8 can hold it

const utf8 = (text) => new TextEncoder().encode(text);

// Without blanks, members in the order given, letters as they are and not as escapes.
const write = (value) => JSON.stringify(value).replace(/\x7f/g, "\\u007f");

// What these bytes say, if they say it in the one way; `what` names them in the refusal.
function read(raw, what, limit) {
  if (raw.length > limit) throw new Malformed(`${what} ocupa más de ${limit} bytes.`);
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    throw new Malformed(`${what} no es texto UTF-8.`);
  }
  let value, isCanonical;
  try {
    value = JSON.parse(text, (name, found) => plain(name, found, what));
    isCanonical = write(value) === text; // not so either when a member comes twice
  } catch (problem) {
    throw problem instanceof Malformed ? problem : new Malformed(`${what} no es JSON.`);
  }
  if (!isCanonical) throw new Malformed(`${what} no está en la forma única (espacios, escapes o números raros).`);
  return value;
}

function plain(name, found, what) {
  if (typeof found === "number" && !Number.isInteger(found)) throw new Malformed(`${what} tiene un número que no es entero: ${String(found).slice(0, 20)}.`);
  if (typeof found === "number" && Math.abs(found) > MOST_SMALL) throw new Malformed(`${what} tiene un número demasiado largo.`);
  if (HALF_SIGN.test(name) || (typeof found === "string" && HALF_SIGN.test(found))) throw new Malformed(`${what} no es texto UTF-8.`);
  return found;
}

// The values of an object with exactly these members in this order; `name?` may be absent.
function members(value, what, ...names) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Malformed(`${what} no es un objeto.`);
  const known = names.map((name) => name.replace("?", ""));
  const given = Object.keys(value);
  const strange = given.find((name) => !known.includes(name));
  if (strange !== undefined) throw new Malformed(`${what} tiene un campo de más: «${strange.slice(0, 40)}».`);
  const missing = names.find((name) => !name.endsWith("?") && !given.includes(name));
  if (missing !== undefined) throw new Malformed(`${what} no tiene el campo «${missing}».`);
  if (given.join() !== known.filter((name) => given.includes(name)).join()) throw new Malformed(`${what} tiene los campos en otro orden.`);
  return known.map((name) => (given.includes(name) ? value[name] : null));
}

// The items of a list, of this length if one is given.
function items(value, what, length = null) {
  if (!Array.isArray(value)) throw new Malformed(`${what}: no es una lista.`);
  if (length !== null && value.length !== length) throw new Malformed(`${what}: hay ${value.length} elementos y deben ser ${length}.`);
  return value;
}

function text(value, what) {
  if (typeof value !== "string") throw new Malformed(`${what} no es un texto.`);
  return value;
}

// A small whole number, zero or more.
function number(value, what) {
  if (typeof value !== "number" || value < 0) throw new Malformed(`${what} no es un número entero desde 0.`);
  return value;
}

// A big number, written as a text of digits without leading zeros, below the bound.
function decimal(value, what, bound) {
  if (typeof value !== "string" || value.length > String(bound).length || !/^(0|[1-9][0-9]*)$/.test(value)) {
    throw new Malformed(`${what} no es un número decimal válido.`);
  }
  const found = BigInt(value);
  if (found >= bound) throw new Malformed(`${what} es un número demasiado grande.`);
  return found;
}

const sha256 = async (raw) => new Uint8Array(await crypto.subtle.digest("SHA-256", raw));

const hex = (raw) => Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join("");

// SHA-256 in lower-case hexadecimal: the name of a record in the archive.
const hexDigest = async (raw) => hex(await sha256(raw));

// SHA-256 in base 64 without its "=": 43 signs, for people and for other records.
const fingerprint = async (raw) => btoa(String.fromCharCode(...(await sha256(raw)))).replace("=", "");

const isHexDigest = (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);

// ---- groups.js

// The arithmetic below the ballot box (groups.py), for the group BELENIOS-2048 alone.
// BigInt takes longer for some numbers than for others. Whoever could measure that sits at the
// voter's or trustee's own device, where there is nothing left to find out.


const GROUP = "BELENIOS-2048";
const P = BigInt(
  "0xa3ef2d011fefb1b6e39e568fccdffb0fb7dc7ef3a791b6862791811d21fc35f21e6d36856b428030" +
  "421f514ed40bfd4c06e092a495af8d79a2f85e0fb11c0ede07dd973f9c53e50930c6e82ac36de1ae" +
  "3fb8c3aabfff12ce27a5022ddd8912d107435012768a2cdd0a4091d8fa447f6c7ebc15a349fa318a" +
  "6b4fe17d8d47e843a3e14dfa9b2162f4d7229abe93a188b46b006517d6f6747ebbb29c9ec3099b60" +
  "7f18fb1a8bc858279aa8599411d998d3e3fada9e010840d082d8c31911acdd4a0e7992d0f18cc759" +
  "cb5de0acf66a3882555bc810941e021b6a4ccfa04ee4008f878affa2375e2999b44f6cef17d70730" +
  "1e59e0e6351e051ed9cec4157646e64f",
);
const Q = 78571733251071885079927659812671450121821421258408794611510081919805623223441n;
const G = BigInt(
  "0x1307c1ab5f295885d7caa3a78a42415e31fd1c5807b61fb1e781878a52230a51988b98c259597f9c" +
  "5a9dfd001d26ba31d9d8976f01d95a1c8262ee68a0e92cea541e5219e0d0d094301b894236823fe1" +
  "d4bc04e29f3748aefd4f10d5b1a356a8643e673fd9d215fc8fe5fb9cf9fdb8ea88fdb1a3381a697f" +
  "df9c2458570b06d26aef1be365fdd90165f397c6b870df8c1b9e519edcee8bb0f74b7a1615a274ba" +
  "60a7ea574a61f552d2dde0ce514e0927c4ff49b1964c4a913731ae4268d60d7f22127b6cbba44d45" +
  "3ac8b72fd04e0991b7aeff04867d8724ac638f5f34100d2d47aa680d43771902743d663f42d853c0" +
  "41e1c91fe3823f4bcf284308f1d7e653",
);
const Q_BITS = 256;
const SPARE_BITS = 128; // more random bits than needed, so that no remainder is likelier than another
const WINDOW = 6; // bits of the exponent that one entry of a fixed base's table stands for
const DIGIT = 4; // most bits that are taken together when one base is raised to several powers

const modulo = (value, bound) => { const rest = value % bound; return rest < 0n ? rest + bound : rest; };
const times = (left, right) => (left * right) % P;
const sum = (numbers) => numbers.reduce((total, one) => total + one, 0n);

// One base to several powers, from 0 up to q itself, which share their squarings.
function powers(base, exponents) {
  const squares = [base];
  for (let place = 1; place < Q_BITS; place += 1) squares.push(times(squares[place - 1], squares[place - 1]));
  return exponents.map((exponent) => joined(squares, exponent));
}

const power = (base, exponent) => powers(base, [exponent])[0];

// The power whose bits these squares stand for. Its bits are cut into odd digits, and the squares
// of equal digits gathered: those of 2k + 1 come into the product twice as often as k, and once more.
function joined(squares, exponent) {
  const gathered = new Array(1 << (DIGIT - 1)).fill(1n), bits = exponent.toString(2);
  let last = bits.lastIndexOf("1");
  while (last >= 0) {
    const k = parseInt(bits.slice(Math.max(last - DIGIT + 1, 0), last + 1), 2) >> 1;
    gathered[k] = times(gathered[k], squares[bits.length - 1 - last]);
    last = last < DIGIT ? -1 : bits.lastIndexOf("1", last - DIGIT);
  }
  let running = 1n, half = 1n;
  for (const product of gathered.slice(1).reverse()) {
    running = times(running, product);
    half = times(half, running);
  }
  return times(times(times(half, half), running), gathered[0]);
}

// An element that is raised to many powers: a table turns 256 squarings into 43 products.
class FixedBase {
  constructor(element) {
    this.rows = [];
    let step = element;
    for (let place = 0; place < Q_BITS; place += WINDOW) {
      const row = [1n];
      while (row.length < 1 << WINDOW) row.push(times(row[row.length - 1], step));
      this.rows.push(row);
      step = times(row[row.length - 1], step);
    }
  }

  power(exponent) {
    const bits = modulo(exponent, Q).toString(2);
    let found = 1n;
    for (let end = bits.length, row = 0; end > 0; end -= WINDOW, row += 1) {
      const digit = parseInt(bits.slice(Math.max(end - WINDOW, 0), end), 2);
      if (digit) found = times(found, this.rows[row][digit]);
    }
    return found;
  }
}

const made = new Map();

// The table of an element, made once.
function fixedBase(element) {
  if (!made.has(element)) made.set(element, new FixedBase(element));
  return made.get(element);
}

const generator = () => fixedBase(G);

const isMember = (element) => element > 0n && element < P && power(element, Q) === 1n;

// A secret number below q, from the operating system's randomness. Without it there is no secret.
function random() {
  const drawn = crypto.getRandomValues(new Uint8Array((Q_BITS + SPARE_BITS) / 8));
  return BigInt(`0x${hex(drawn)}`) % Q;
}

const hash = async (words) => BigInt(`0x${hex(await sha256(utf8(words)))}`) % Q;

// A number below q, as records write it.
const scalar = (value, what) => decimal(value, what, Q);

// A number that may be a member; whoever uses it has to ask `isMember`.
function element(value, what) {
  const found = decimal(value, what, P);
  if (found === 0n) throw new Malformed(`${what} es cero.`);
  return found;
}

// A public key: a member, and not 1, whose secret everybody knows.
function member(value, what) {
  const found = element(value, what);
  if (found === 1n) throw new Malformed(`${what} es 1, que no guarda ningún secreto.`);
  if (!isMember(found)) throw new Malformed(`${what} no pertenece al grupo.`);
  return found;
}

// ---- proofs.js

// Proofs that say that a number was made as it must be, and nothing more: how to make them
// (proofs.py). checks.js says how to check them.


const proofRecord = (proof) => ({ challenge: String(proof.challenge), response: String(proof.response) });
const pairRecord = (pair) => ({ alpha: String(pair.alpha), beta: String(pair.beta) });
const pairText = (pair) => `${pair.alpha},${pair.beta}`;

// A number m hidden for the key y: (g^r, y^r g^m), with what only the voter knows of it.
function hide(key, m) {
  const r = random(), shift = m ? generator().power(BigInt(m)) : 1n;
  return { pair: { alpha: generator().power(r), beta: times(key.power(r), shift) }, opening: { r, m } };
}

// The pair that hides the sum.
const product = (pairs) => ({
  alpha: pairs.reduce((total, pair) => times(total, pair.alpha), 1n),
  beta: pairs.reduce((total, pair) => times(total, pair.beta), 1n),
});

const totalOpening = (openings) => ({
  r: sum(openings.map((opening) => opening.r)) % Q,
  m: openings.reduce((total, opening) => total + opening.m, 0),
});

// Of x with X = g^x; the statement stands before the commitment in what is hashed.
async function proveKnowledge(secret, statement) {
  const w = random();
  const challenge = await hash(`${statement}${generator().power(w)}`);
  return { challenge, response: modulo(w - secret * challenge, Q) };
}

// One proof per value of each claim, in order; `truth` counts along all of them. The other
// branches are made up. Whoever knows the openings needs only powers of g and y.
async function proveOneOf(key, statement, claims, openings, truth) {
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
async function proveDecryption(election, secret, publicKey, alpha) {
  const w = random();
  const commitments = `${generator().power(w)},${power(alpha, w)}`;
  const challenge = await hash(`decrypt|${election}|${publicKey}|${commitments}`);
  return { factor: power(alpha, secret), proof: { challenge, response: modulo(w - secret * challenge, Q) } };
}

// ---- credentials.js

// The code on a card, and the signing key that follows from it (credentials.py). The code never
// leaves the device.


const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SIGNS = 20;
const GROUPED = 4;
const ITERATIONS = 1000;
const FIELD = 0b100101; // x^5 + x^2 + 1: the signs are the 32 elements of a field
const OTHER_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const OTHER_CODE = /^[1-9A-HJ-NP-Za-km-z]{3}(-[1-9A-HJ-NP-Za-km-z]{3}){4}$/;
const OTHER_MODULUS = 53n;

// The code cannot be right; the message says in Spanish what to look at.
class Mistyped extends Error {}

// Changes with any one sign, and with any two that change places.
function checkSign(signs) {
  let value = 0;
  for (const sign of signs) {
    value = (value ^ ALPHABET.indexOf(sign)) << 1;
    if (value > 31) value ^= FIELD;
  }
  return ALPHABET[value];
}

const show = (signs) => signs.match(new RegExp(`.{1,${GROUPED}}`, "g")).join("-");

// The letters and numbers among what was typed, with O, I and L read as 0, 1 and 1.
const forgiven = (typed) => typed.toUpperCase().replace(/[^\p{L}\p{N}]/gu, "").replace(/O/g, "0").replace(/[IL]/g, "1");

// The code that was meant, exactly as it is printed; that text makes the secret.
function readCode(typed) {
  const kept = typed.trim();
  if (OTHER_CODE.test(kept) && otherIsRight(kept.replace(/-/g, ""))) return kept;
  const signs = [...forgiven(kept)];
  if (signs.length !== SIGNS) throw new Mistyped(`El código tiene ${SIGNS} letras y números. Usted escribió ${signs.length}.`);
  const strange = signs.find((sign) => !ALPHABET.includes(sign));
  if (strange) throw new Mistyped(`El código no lleva «${strange}». Mírelo de nuevo en la tarjeta.`);
  if (checkSign(signs.slice(0, -1)) !== signs[SIGNS - 1]) throw new Mistyped("Hay una letra o un número cambiado. Mire de nuevo la tarjeta.");
  return show(signs.join(""));
}

function otherIsRight(signs) {
  const places = [...signs].map((sign) => BigInt(OTHER_ALPHABET.indexOf(sign)));
  const value = places.slice(0, -1).reduce((total, place) => total * BigInt(OTHER_ALPHABET.length) + place, 0n);
  return (value + places[places.length - 1]) % OTHER_MODULUS === 0n;
}

// The signing key that this code gives in this election.
async function secretOf(code, uuid) {
  const material = await crypto.subtle.importKey("raw", utf8(code), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: utf8(uuid), iterations: ITERATIONS };
  return BigInt(`0x${hex(new Uint8Array(await crypto.subtle.deriveBits(how, material, 256)))}`) % Q;
}

// ---- election.js

// The election record: what is asked, under which key (election.py, questions.py).


// Something that the format knows and that this page does not read.
class Unsupported extends Error {}

const BLANK = null; // what is chosen by who votes blank; choosing nothing is something else
const VERSION = 1;
const LIMIT = 500_000;
const OTHER_GROUPS = ["RFC-3526-2048", "Ed25519"];
const UUID = /^[1-9A-HJ-NP-Za-km-z]{14,}$/;

async function readElection(raw) {
  const what = "La elección";
  const value = read(raw, what, LIMIT);
  const names = ["version", "description", "name", "group", "public_key", "questions", "uuid"];
  const [version, description, name, group, publicKey, asked, uuid, administrator, registrar] =
    members(value, what, ...names, "administrator?", "credential_authority?");
  if (number(version, `${what}, «version»`) !== VERSION) throw new Malformed(`${what} es de la versión ${version}, y debe ser la ${VERSION}.`);
  if (!UUID.test(text(uuid, `${what}, «uuid»`))) throw new Malformed(`${what} tiene un «uuid» que no vale.`);
  readGroup(text(group, `${what}, «group»`));
  if (!items(asked, `${what}, «questions»`).length) throw new Malformed(`${what} no tiene preguntas.`);
  const found = {
    uuid,
    name: text(name, `${what}, «name»`),
    description: text(description, `${what}, «description»`),
    publicKey: member(publicKey, `${what}, «public_key»`),
    questions: asked.map((one, n) => readQuestion(one, `La pregunta ${n + 1}`)),
    fingerprint: await fingerprint(raw),
  };
  if (administrator !== null) text(administrator, `${what}, «administrator»`);
  if (registrar !== null) text(registrar, `${what}, registrador`);
  return found;
}

const electionKey = (election) => fixedBase(election.publicKey);

function readGroup(name) {
  if (OTHER_GROUPS.includes(name)) throw new Unsupported(`El grupo ${name} no se lee en esta página. Use el programa de la guía.`);
  if (name !== GROUP) throw new Malformed(`La elección usa un grupo desconocido: «${name.slice(0, 40)}».`);
}

function readQuestion(value, what) {
  if (value !== null && typeof value === "object" && value.type === "NonHomomorphic") {
    throw new Unsupported(`${what} es de ordenar: este programa no revisa esa clase de preguntas.`);
  }
  const [answers, blank, least, most, words] = members(value, what, "answers", "blank?", "min", "max", "question");
  const labels = items(answers, what).map((answer) => text(answer, `${what}, respuesta`));
  if (blank !== null && blank !== true) throw new Malformed(`${what}: «blank» solo puede ser true.`);
  number(least, `${what}, «min»`);
  number(most, `${what}, «max»`);
  if (!labels.length || least > most || most > labels.length) {
    throw new Malformed(`${what}: «min» y «max» no caben en ${labels.length} respuestas.`);
  }
  const hasBlank = blank === true;
  return { text: text(words, what), answers: labels, least, most, hasBlank, slots: labels.length + hasBlank };
}

// Zeros and ones for these positions (from 0), or for BLANK; a RangeError if not allowed.
function vector(question, chosen) {
  const none = question.answers.map(() => 0);
  if (chosen === BLANK) {
    if (!question.hasBlank) throw new RangeError("Esta pregunta no tiene voto en blanco.");
    return [1, ...none];
  }
  const places = new Set(chosen);
  if (places.size !== [...chosen].length || ![...places].every((place) => Number.isInteger(place) && place in none)) {
    throw new RangeError("Escoja opciones de la lista, cada una una sola vez.");
  }
  if (places.size < question.least || places.size > question.most) throw new RangeError(`Escoja ${limitsInWords(question)}.`);
  const marks = none.map((_, place) => Number(places.has(place)));
  return question.hasBlank ? [0, ...marks] : marks;
}

function limitsInWords({ least, most }) {
  if (least !== most) return `entre ${least} y ${most} opciones`;
  return `${most} ${most === 1 ? "opción" : "opciones"}`;
}

// ---- ballot.js

// A ballot: encrypted answers, signed with a credential that tells nobody's name (ballot.py,
// answers.py).


const BIT = [0, 1];

// The text that ties every proof to this election and this voter.
const boundTo = (election, credential) => `${election.fingerprint}|${credential}`;
const individualText = (bound, pair) => `prove|${bound}|${pairText(pair)}|`;
const answerText = (bound, pairs) => `${bound}|${pairs.map(pairText).join(",")}`;
const allowed = ({ least, most }) => Array.from({ length: most - least + 1 }, (_, n) => least + n);
const eitherIsZero = (first, rest) => [{ pair: first, values: [0] }, { pair: rest, values: [0] }];
const blankOrAllowed = (question, first, rest) => [{ pair: first, values: [1] }, { pair: rest, values: allowed(question) }];

// The ballot of the holder of this credential, as a text to send byte for byte, and its tracker.
// A vote is a list of positions from 0, or BLANK.
async function makeBallot(election, secret, votes) {
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

export { readElection, vector, BLANK, readCode, secretOf, makeBallot };
