// ---- canonical.js

// Canonical JSON, and SHA-256 (canonical.py). Whatever hashes is asynchronous, as crypto.subtle is.

// The input violates the format; the Spanish message states which value and why.
class Malformed extends Error {}

const MAX_NUMBER = 999999999999; // twelve digits
const LONE_SURROGATE = /\p{Surrogate}/u; // not representable in UTF-8

const utf8 = (text) => new TextEncoder().encode(text);

// Without whitespace, members in insertion order, non-ASCII as it is; U+007F alone is escaped.
const write = (value) => JSON.stringify(value).replace(/\x7f/g, "\\u007f");

// Parse canonical JSON of at most `limit` bytes; throws Malformed, whose message begins with `what`.
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
    value = JSON.parse(text, (name, member) => checked(name, member, what));
    isCanonical = write(value) === text; // false also for a repeated member
  } catch (problem) {
    throw problem instanceof Malformed ? problem : new Malformed(`${what} no es JSON.`);
  }
  if (!isCanonical) throw new Malformed(`${what} no está en la forma única (espacios, escapes o números raros).`);
  return value;
}

function checked(name, value, what) {
  if (typeof value === "number" && !Number.isInteger(value)) throw new Malformed(`${what} tiene un número que no es entero: ${String(value).slice(0, 20)}.`);
  if (typeof value === "number" && Math.abs(value) > MAX_NUMBER) throw new Malformed(`${what} tiene un número demasiado largo.`);
  if (LONE_SURROGATE.test(name) || (typeof value === "string" && LONE_SURROGATE.test(value))) throw new Malformed(`${what} no es texto UTF-8.`);
  return value;
}

// The values of an object with exactly these members in this order; that of an absent `name?` is null.
function members(value, what, ...names) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Malformed(`${what} no es un objeto.`);
  const known = names.map((name) => name.replace("?", ""));
  const given = Object.keys(value);
  const unknown = given.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Malformed(`${what} tiene un campo de más: «${unknown.slice(0, 40)}».`);
  const missing = names.find((name) => !name.endsWith("?") && !given.includes(name));
  if (missing !== undefined) throw new Malformed(`${what} no tiene el campo «${missing}».`);
  if (given.join() !== known.filter((name) => given.includes(name)).join()) throw new Malformed(`${what} tiene los campos en otro orden.`);
  return known.map((name) => (given.includes(name) ? value[name] : null));
}

// The items of a list, which must have `length` items if a length is given.
function items(value, what, length = null) {
  if (!Array.isArray(value)) throw new Malformed(`${what}: no es una lista.`);
  if (length !== null && value.length !== length) throw new Malformed(`${what}: hay ${value.length} elementos y deben ser ${length}.`);
  return value;
}

function text(value, what) {
  if (typeof value !== "string") throw new Malformed(`${what} no es un texto.`);
  return value;
}

// A non-negative JSON number.
function number(value, what) {
  if (typeof value !== "number" || value < 0) throw new Malformed(`${what} no es un número entero desde 0.`);
  return value;
}

// An integer in [0, bound), written as a JSON string of digits without leading zeros.
function decimal(value, what, bound) {
  if (typeof value !== "string" || value.length > String(bound).length || !/^(0|[1-9][0-9]*)$/.test(value)) {
    throw new Malformed(`${what} no es un número decimal válido.`);
  }
  const parsed = BigInt(value);
  if (parsed >= bound) throw new Malformed(`${what} es un número demasiado grande.`);
  return parsed;
}

const sha256 = async (raw) => new Uint8Array(await crypto.subtle.digest("SHA-256", raw));

const hex = (raw) => Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join("");

// SHA-256 in lower-case hexadecimal: identifies a record inside the archive.
const hexDigest = async (raw) => hex(await sha256(raw));

// SHA-256 in base 64 without its padding: 43 characters, for people and for other records.
const fingerprint = async (raw) => btoa(String.fromCharCode(...(await sha256(raw)))).replace("=", "");

const isHexDigest = (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);

// ---- groups.js

// Arithmetic of the group BELENIOS-2048 (groups.py). BigInt is not constant-time: the timing could
// be measured only on the voter's or trustee's own device, which knows the secrets anyway.


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
const SPARE_BITS = 128; // random bits beyond the length of q, which makes the bias of "mod q" negligible
const WINDOW_BITS = 6; // exponent bits per table row of a fixed base
const DIGIT_BITS = 4; // widest exponent digit when one base is raised to several powers

const modulo = (value, bound) => { const rest = value % bound; return rest < 0n ? rest + bound : rest; };
const times = (left, right) => (left * right) % P;
const sum = (numbers) => numbers.reduce((total, one) => total + one, 0n);

// One base to several exponents in [0, q]; the squarings are shared between them.
function powers(base, exponents) {
  const squares = [base];
  for (let n = 1; n < Q_BITS; n += 1) squares.push(times(squares[n - 1], squares[n - 1]));
  return exponents.map((exponent) => powerFromSquares(squares, exponent));
}

const power = (base, exponent) => powers(base, [exponent])[0];

// Yao's method with sliding windows; squares[i] is base^(2^i). The exponent is a sum of odd digits
// (2k + 1) * 2^i. Bucket k is the product of squares[i] over the digits with that k; the power is
// the product of bucket_k^(2k + 1) = (bucket_k^k)^2 * bucket_k.
function powerFromSquares(squares, exponent) {
  const buckets = new Array(1 << (DIGIT_BITS - 1)).fill(1n), bits = exponent.toString(2);
  let last = bits.lastIndexOf("1");
  while (last >= 0) {
    const k = parseInt(bits.slice(Math.max(last - DIGIT_BITS + 1, 0), last + 1), 2) >> 1;
    buckets[k] = times(buckets[k], squares[bits.length - 1 - last]);
    last = last < DIGIT_BITS ? -1 : bits.lastIndexOf("1", last - DIGIT_BITS);
  }
  let running = 1n, half = 1n;
  for (const product of buckets.slice(1).reverse()) {
    running = times(running, product);
    half = times(half, running);
  }
  return times(times(times(half, half), running), buckets[0]);
}

// Precomputed table of an element: a power is a product of at most 43 entries, without squarings.
class FixedBase {
  constructor(element) {
    this.rows = [];
    let step = element;
    for (let bit = 0; bit < Q_BITS; bit += WINDOW_BITS) {
      const row = [1n];
      while (row.length < 1 << WINDOW_BITS) row.push(times(row[row.length - 1], step));
      this.rows.push(row);
      step = times(row[row.length - 1], step);
    }
  }

  power(exponent) {
    const bits = modulo(exponent, Q).toString(2);
    let result = 1n;
    for (let end = bits.length, row = 0; end > 0; end -= WINDOW_BITS, row += 1) {
      const digit = parseInt(bits.slice(Math.max(end - WINDOW_BITS, 0), end), 2);
      if (digit) result = times(result, this.rows[row][digit]);
    }
    return result;
  }
}

const tables = new Map();

// The table of an element, computed once.
function fixedBase(element) {
  if (!tables.has(element)) tables.set(element, new FixedBase(element));
  return tables.get(element);
}

const generator = () => fixedBase(G);

const isMember = (element) => element > 0n && element < P && power(element, Q) === 1n;

// A uniform scalar from the operating system's randomness; throws where there is none.
function random() {
  const drawn = crypto.getRandomValues(new Uint8Array((Q_BITS + SPARE_BITS) / 8));
  return BigInt(`0x${hex(drawn)}`) % Q;
}

// SHA-256 of the text modulo q: the format's random oracle.
const hash = async (text) => BigInt(`0x${hex(await sha256(utf8(text)))}`) % Q;

// Parse an integer in [0, q).
const scalar = (value, what) => decimal(value, what, Q);

// Parse an integer in (0, p); membership of the group is for the caller to check.
function element(value, what) {
  const parsed = decimal(value, what, P);
  if (parsed === 0n) throw new Malformed(`${what} es cero.`);
  return parsed;
}

// Parse a public key: a member other than 1, whose secret key is 0.
function member(value, what) {
  const parsed = element(value, what);
  if (parsed === 1n) throw new Malformed(`${what} es 1, que no guarda ningún secreto.`);
  if (!isMember(parsed)) throw new Malformed(`${what} no pertenece al grupo.`);
  return parsed;
}

// ---- proofs.js

// Exponential ElGamal, and how to make the zero-knowledge proofs of the format: Schnorr,
// Chaum-Pedersen and its disjunction, by Fiat-Shamir (proofs.py). checks.js verifies them.


const proofRecord = (proof) => ({ challenge: String(proof.challenge), response: String(proof.response) });
const ciphertextRecord = ({ alpha, beta }) => ({ alpha: String(alpha), beta: String(beta) });
const ciphertextText = ({ alpha, beta }) => `${alpha},${beta}`;

// Encrypt m under the key y: (g^r, y^r g^m), and the opening { r, m }, known to the voter alone.
function encrypt(key, m) {
  const r = random(), shift = m ? generator().power(BigInt(m)) : 1n;
  return { ciphertext: { alpha: generator().power(r), beta: times(key.power(r), shift) }, opening: { r, m } };
}

// Componentwise product: an encryption of the sum of the plaintexts.
const product = (ciphertexts) => ({
  alpha: ciphertexts.reduce((total, { alpha }) => times(total, alpha), 1n),
  beta: ciphertexts.reduce((total, { beta }) => times(total, beta), 1n),
});

// The opening of the product.
const sumOpenings = (openings) => ({
  r: sum(openings.map((opening) => opening.r)) % Q,
  m: openings.reduce((total, opening) => total + opening.m, 0),
});

// Schnorr proof of knowledge of x: c = H(statement g^w), response w - x c. A given nonce w must be unknown
// to others and never serve another statement.
async function proveKnowledge(secret, statement, nonce = null) {
  const w = nonce ?? random();
  const challenge = await hash(`${statement}${generator().power(w)}`);
  return { challenge, response: modulo(w - secret * challenge, Q) };
}

// Prove that at least one claim holds: the plaintext of its ciphertext is one of its values. Returns
// one proof per value, in order; `trueBranch` is an index over all of them, the others are simulated.
// With the openings, every commitment needs only the tables of g and y.
async function proveOneOf(key, statement, claims, openings, trueBranch) {
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
async function proveDecryption(election, secret, publicKey, alpha) {
  const w = random();
  const commitments = `${generator().power(w)},${power(alpha, w)}`;
  const challenge = await hash(`decrypt|${election}|${publicKey}|${commitments}`);
  return { factor: power(alpha, secret), proof: { challenge, response: modulo(w - secret * challenge, Q) } };
}

// ---- credentials.js

// The code on a voter's card, and the signing key derived from it (credentials.py). Neither leaves
// the device.


const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_LENGTH = 20;
const GROUP_LENGTH = 4;
const ITERATIONS = 1000;
const FIELD_POLYNOMIAL = 0b100101; // x^5 + x^2 + 1: a character is an element of GF(32)
// Codes of belenios-tool 2.0.
const BELENIOS_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BELENIOS_CODE = /^[1-9A-HJ-NP-Za-km-z]{3}(-[1-9A-HJ-NP-Za-km-z]{3}){4}$/;
const BELENIOS_MODULUS = 53n;

// Not a valid code; the Spanish message tells the voter what to correct.
class Mistyped extends Error {}

// Detects every single wrong character and every transposition of two characters.
function checkCharacter(characters) {
  let value = 0;
  for (const character of characters) {
    value = (value ^ ALPHABET.indexOf(character)) << 1;
    if (value > 31) value ^= FIELD_POLYNOMIAL;
  }
  return ALPHABET[value];
}

const grouped = (characters) => characters.match(new RegExp(`.{1,${GROUP_LENGTH}}`, "g")).join("-");

// The letters and digits of a typed text in upper case, with O, I and L read as 0, 1 and 1.
const normalised = (typed) => typed.toUpperCase().replace(/[^\p{L}\p{N}]/gu, "").replace(/O/g, "0").replace(/[IL]/g, "1");

// Normalise a typed code to its printed form, from which the key is derived.
function readCode(typed) {
  const stripped = typed.trim();
  if (BELENIOS_CODE.test(stripped) && beleniosCheckHolds(stripped.replace(/-/g, ""))) return stripped;
  const characters = [...normalised(stripped)];
  if (characters.length !== CODE_LENGTH) throw new Mistyped(`El código tiene ${CODE_LENGTH} letras y números. Usted escribió ${characters.length}.`);
  const invalid = characters.find((character) => !ALPHABET.includes(character));
  if (invalid) throw new Mistyped(`El código no lleva «${invalid}». Mírelo de nuevo en la tarjeta.`);
  if (checkCharacter(characters.slice(0, -1)) !== characters[CODE_LENGTH - 1]) throw new Mistyped("Hay una letra o un número cambiado. Mire de nuevo la tarjeta.");
  return grouped(characters.join(""));
}

function beleniosCheckHolds(characters) {
  const digits = [...characters].map((character) => BigInt(BELENIOS_ALPHABET.indexOf(character)));
  const value = digits.slice(0, -1).reduce((total, digit) => total * BigInt(BELENIOS_ALPHABET.length) + digit, 0n);
  return (value + digits[digits.length - 1]) % BELENIOS_MODULUS === 0n;
}

// The signing key of a code in an election: PBKDF2-HMAC-SHA256 modulo q.
async function secretOf(code, uuid) {
  const material = await crypto.subtle.importKey("raw", utf8(code), "PBKDF2", false, ["deriveBits"]);
  const parameters = { name: "PBKDF2", hash: "SHA-256", salt: utf8(uuid), iterations: ITERATIONS };
  return BigInt(`0x${hex(new Uint8Array(await crypto.subtle.deriveBits(parameters, material, 256)))}`) % Q;
}

// ---- election.js

// The election record: questions and public key (election.py, questions.py).


// Valid in the format, but not implemented here.
class Unsupported extends Error {}

const BLANK = null; // the blank vote; not the same as an empty choice
const VERSION = 1;
const LIMIT = 500_000;
const OTHER_GROUPS = ["RFC-3526-2048", "Ed25519"];
const UUID = /^[1-9A-HJ-NP-Za-km-z]{14,}$/;

async function readElection(raw) {
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

const electionKey = (election) => fixedBase(election.publicKey);

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
function vector(question, chosen) {
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
function chosenOf(question, marks) {
  if (question.hasBlank && marks[0]) return BLANK;
  return marks.slice(Number(question.hasBlank)).flatMap((mark, position) => (mark ? [position] : []));
}

function limitsInWords({ least, most }) {
  if (least !== most) return `entre ${least} y ${most} opciones`;
  return `${most} ${most === 1 ? "opción" : "opciones"}`;
}

// ---- ballot.js

// A ballot: encrypted answers, signed with the voter's credential (ballot.py, answers.py).


const BIT = [0, 1];

// The start of every hash, which binds each proof to this election and this credential.
const contextOf = (election, credential) => `${election.fingerprint}|${credential}`;
const questionContext = (context, choices) => `${context}|${choices.map(ciphertextText).join(",")}`;
const individualStatement = (context, choice) => `prove|${context}|${ciphertextText(choice)}|`;
const allowedSums = ({ least, most }) => Array.from({ length: most - least + 1 }, (_, n) => least + n);
const eitherIsZero = (first, rest) => [{ ciphertext: first, values: [0] }, { ciphertext: rest, values: [0] }];
const blankOrAllowed = (question, first, rest) => [{ ciphertext: first, values: [1] }, { ciphertext: rest, values: allowedSums(question) }];

// The serialised ballot of the credential with this secret, its tracker, and the randomness of each
// ciphertext, which opens it (challenge.js); one vote per question. A vote is a list of positions
// from 0, or BLANK. Throws RangeError for a vote that is not allowed.
async function makeBallot(election, secret, votes) {
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
const challengeRecord = ({ ballot, randomness }) => `{"ballot":${ballot},"randomness":${write(randomness.map((row) => row.map(String)))}}`;

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

// ---- checks.js

// Verification of proofs and ballots (proofs.py, answers.py, ballot.py).


const WHAT = "La papeleta";
// Upper bounds of the serialised size: an element has 617 digits, a scalar 78.
const HEAD_BYTES = 3_000;
const CHOICE_BYTES = 2 * 640;
const PROOF_BYTES = 200;

function readProof(value, what) {
  const [challenge, response] = members(value, what, "challenge", "response");
  return { challenge: scalar(challenge, what), response: scalar(response, what) };
}

const readProofs = (value, what, length) => items(value, what, length).map((one) => readProof(one, what));

async function verifyKnowledge(publicKey, statement, proof) {
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

async function verifyDecryption(election, publicKey, alpha, factor, proof) {
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
async function readBallot(election, raw) {
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
async function checkBallot(election, ballot) {
  const isSigned = await verifyKnowledge(ballot.credential, `sig|${ballot.signedHash}|`, ballot.signature);
  if (!isSigned) throw new Malformed(`${WHAT}: la firma no es válida.`);
  const context = contextOf(election, ballot.credential);
  for (const [n, question] of election.questions.entries()) {
    await checkAnswer(electionKey(election), question, ballot.answers[n], context, `${WHAT}, respuesta ${n + 1}`);
  }
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

// ---- challenge.js

// Opening a ballot that is not cast, to test the device that encrypted it (challenge.py).


const CHALLENGE = "La comprobación";
const MOST_CHALLENGE_BYTES = 2_000_000;

// The ballot's record and its votes; throws Malformed if it does not open to a vote.
async function openChallenge(election, raw) {
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

export { readElection, openChallenge, fingerprint, BLANK };
