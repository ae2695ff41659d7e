// The verification before a trustee decrypts a total (verifier.py): the same grammar, hashes, roll,
// proofs and sums as the strict verifier, up to the partial decryptions of the other trustees and the
// proofs that they open this total. Not here, but in verificar_bel.py: the result, and the comparison
// with an earlier copy.

import { DATA_RECORDS, UnreadableArchive, records } from "./archive.js";
import { Malformed, fingerprint, hexDigest, items, members, number, read, text, utf8, write } from "./canonical.js";
import { checkBallot, readBallot } from "./checks.js";
import { Unsupported, readElection } from "./election.js";
import { member } from "./groups.js";
import { checkOpeningProofs } from "./opening_proofs.js";
import { checkPartial, countedBallots, encryptedTotals, readPartial, totalsRecord } from "./tally.js";
import { readTrustees } from "./trustees.js";

const NAMES = {
  Setup: "apertura",
  Ballot: "papeleta",
  EndBallots: "cierre",
  EncryptedTally: "total cifrado",
  PartialDecryption: "descifrado parcial",
  Result: "resultado",
};
// The events that may follow each event.
const NEXT = {
  Setup: ["Ballot", "EndBallots"],
  Ballot: ["Ballot", "EndBallots"],
  EndBallots: ["EncryptedTally"],
  EncryptedTally: ["PartialDecryption"],
  PartialDecryption: ["PartialDecryption", "Result"],
  Result: [],
};
const SHUFFLES = ["Shuffle", "EndShuffles"];
const EVENT_BYTES = 10_000;
const ROLL_BYTES = 700_000_000;
// In the description of an election: a second ballot of a credential is then an error.
const ONE_VOTE = "Vale un solo voto por código.";
const MAX_DATA_RECORDS = Math.max(...Object.values(DATA_RECORDS));

// The archive is invalid; the Spanish message states which record and why.
export class Rejected extends Error {}

// Verify an archive; throws Rejected, UnreadableArchive or Unsupported. `onProgress(done, total)` is
// called with bytes after each event; if it returns a promise, verification waits for it.
export async function verify(raw, onProgress = () => {}) {
  const reader = new ArchiveReader(raw.length, onProgress);
  try {
    for await (const record of records(raw)) await reader.take(record);
    return reader.finished();
  } catch (problem) {
    if (problem instanceof Malformed) throw new Rejected(reader.location + problem.message);
    throw problem;
  }
}

// One pass over the records; a method named after an event type checks the data of such an event.
class ArchiveReader {
  constructor(length, onProgress) {
    Object.assign(this, { length, onProgress, location: "", seen: new Set(), pending: [], height: 0, lastEvent: null, head: null, closing: null });
    Object.assign(this, { election: null, publicKeys: [], threshold: 0, roll: new Set(), ballots: [], voted: new Set(), numCounted: 0 });
    Object.assign(this, { totals: null, tallyDigest: null, tallyEvent: null, partials: new Map() });
  }

  async take(record) {
    this.location = `Registro ${record.number}: `;
    if (record.isEvent) {
      await this.event(record);
      this.pending = [];
      await this.onProgress(record.end, this.length);
    } else if (this.pending.push(record) > MAX_DATA_RECORDS) {
      throw new Malformed("hay datos de más, que ningún evento nombra.");
    }
    this.location = ""; // an error in reading the next record states its number itself
  }

  finished() {
    if (this.pending.length) throw new Malformed(`Registro ${this.pending.at(-1).number}: hay datos al final que ningún evento nombra.`);
    if (this.lastEvent === null) throw new Malformed("El archivo no tiene apertura.");
    return this;
  }

  async event(record) {
    this.location = `Registro ${record.number}, altura ${this.height}: `;
    const event = read(record.body, "El evento", EVENT_BYTES);
    const [parent, stated, kind, payload] = members(event, "El evento", "parent?", "height", "type", "payload?");
    text(kind, "«type»");
    if (SHUFFLES.includes(kind)) throw new Unsupported("La urna mezcla papeletas, y este programa no revisa mezclas.");
    if (!Object.hasOwn(DATA_RECORDS, kind)) throw new Malformed("el evento es de un tipo desconocido.");
    this.location = `Registro ${record.number}, altura ${this.height} (${NAMES[kind]}): `;
    if (number(stated, "«height»") !== this.height) throw new Malformed(`el evento dice la altura ${stated}.`);
    if (parent !== this.head) throw new Malformed("la cadena está rota: «parent» no es la huella del evento anterior.");
    this.checkOrder(kind);
    this.checkData(kind, payload);
    if (kind in this) await this[kind]();
    this.lastEvent = kind;
    this.head = record.digest;
    if (kind === "EndBallots") this.closing = record.digest;
    if (kind === "EncryptedTally") this.tallyEvent = record.digest;
    this.height += 1;
  }

  checkOrder(kind) {
    const next = this.lastEvent === null ? ["Setup"] : NEXT[this.lastEvent];
    if (next.includes(kind)) return;
    if (this.lastEvent === null) throw new Malformed("el archivo no empieza por la apertura.");
    if (kind === "Ballot") throw new Malformed("hay una papeleta después del cierre.");
    if (kind === "PartialDecryption" && ["Setup", "Ballot"].includes(this.lastEvent)) throw new Malformed("se descifró antes del cierre.");
    throw new Malformed(`no puede venir después de: ${NAMES[this.lastEvent]}.`);
  }

  // An event is preceded by its data records and no others, and none occurs twice.
  checkData(kind, payload) {
    const needed = DATA_RECORDS[kind];
    if (this.pending.length !== needed) throw new Malformed(`trae ${this.pending.length} registros de datos y deben ser ${needed}.`);
    if (payload !== (needed ? this.pending.at(-1).digest : null)) throw new Malformed("«payload» no es la huella del registro anterior.");
    if (kind === "Ballot" && this.seen.has(this.pending[0].digest)) throw new Malformed("la misma papeleta está dos veces.");
    for (const record of this.pending) {
      if (this.seen.has(record.digest)) throw new Malformed(`el registro ${record.number} repite uno anterior.`);
      this.seen.add(record.digest);
    }
  }

  async Setup() {
    const [election, trustees, roll, setup] = this.pending;
    const names = write({ election: election.digest, trustees: trustees.digest, credentials: roll.digest });
    if (setup.digest !== (await hexDigest(utf8(names)))) throw new Malformed("la apertura no nombra la elección, los custodios y el padrón.");
    this.election = await readElection(election.body);
    const { publicKeys, publicKey, threshold } = await readTrustees(trustees.body);
    Object.assign(this, { publicKeys, threshold });
    if (publicKey !== this.election.publicKey) throw new Malformed("la llave de la elección no es la de sus custodios.");
    this.roll = await readRoll(roll.body, this.onProgress);
    this.rollFingerprint = await fingerprint(roll.body);
  }

  async Ballot() {
    const cast = await readBallot(this.election, this.pending[0].body);
    if (!this.roll.has(cast.credential)) throw new Malformed("la credencial de la papeleta no está en el padrón.");
    if (this.election.description.includes(ONE_VOTE) && this.voted.has(cast.credential)) {
      throw new Malformed("este código ya votó, y en esta elección vale un solo voto por código.");
    }
    this.voted.add(cast.credential);
    await checkBallot(this.election, cast);
    this.ballots.push(cast);
  }

  async EncryptedTally() {
    const [totals, sized] = this.pending, counted = countedBallots(this.ballots);
    this.numCounted = counted.length;
    this.totals = encryptedTotals(this.election, counted);
    const names = ["num_tallied", "total_weight", "encrypted_tally"];
    const size = members(read(sized.body, "El tamaño del total", EVENT_BYTES), "El tamaño del total", ...names);
    names.slice(0, 2).forEach((name, n) => {
      if (number(size[n], `«${name}»`) !== this.numCounted) throw new Malformed(`«${name}» dice ${size[n]}, y cuentan ${this.numCounted} papeletas.`);
    });
    if (size[2] !== totals.digest) throw new Malformed("«encrypted_tally» no es la huella del total cifrado.");
    const recomputed = await hexDigest(utf8(totalsRecord(this.totals)));
    if (totals.digest !== recomputed) throw new Malformed("el total cifrado no es el de las papeletas que cuentan.");
    this.tallyDigest = totals.digest;
  }

  async PartialDecryption() {
    const [data, owned] = this.pending;
    const ownership = read(owned.body, "El dueño del descifrado", EVENT_BYTES);
    const [owner, digest] = members(ownership, "El dueño del descifrado", "owner", "payload");
    if (number(owner, "«owner»") < 1 || owner > this.publicKeys.length) throw new Malformed(`no hay un custodio ${owner}.`);
    if (this.partials.has(owner)) throw new Malformed(`el custodio ${owner} descifra dos veces.`);
    if (digest !== data.digest) throw new Malformed("el dueño no nombra el descifrado que viene antes.");
    const what = `El descifrado del custodio ${owner}`;
    const partial = readPartial(this.election, data.body, what);
    await checkPartial(this.election, this.totals, this.publicKeys[owner - 1], partial, what);
    this.partials.set(owner, { digest: data.digest, factors: partial.flatMap(({ factors }) => factors) });
  }
}

// Parse a roll of distinct group elements with one vote each (roll.py).
async function readRoll(raw, onProgress) {
  const what = "El padrón", credentials = new Set(), listed = items(read(raw, what, ROLL_BYTES), what);
  for (const [n, item] of listed.entries()) {
    const which = `${what}, credencial ${n + 1}`;
    if (typeof item === "string" && item.includes(",")) throw new Malformed(`${which} lleva un peso o un nombre, y debe ir sola.`);
    credentials.add(member(item, which));
    await onProgress(0, 1);
  }
  if (!listed.length) throw new Malformed(`${what} está vacío.`);
  if (credentials.size !== listed.length) throw new Malformed(`${what} repite una credencial.`);
  return credentials;
}

// This key must not decrypt this archive; the message is one Spanish sentence for the trustee, and
// `isAboutProofs` says whether refuerzo.json is at fault.
export class Stopped extends Error {
  constructor(message, isAboutProofs = false) {
    super(message);
    this.isAboutProofs = isAboutProofs;
  }
}

// Verify a closed archive with its encrypted totals and no result; throws Stopped for any other.
export async function verifyClosed(raw, onProgress) {
  let verdict;
  try {
    verdict = await verify(raw, onProgress);
  } catch (problem) {
    if (problem instanceof Rejected) throw new Stopped(`No descifre esta urna: fue rechazada. ${problem.message}`);
    if (problem instanceof UnreadableArchive || problem instanceof Unsupported) throw new Stopped(problem.message);
    throw problem;
  }
  if (verdict.lastEvent === "Result") throw new Stopped("Esta urna ya tiene su resultado.");
  if (!verdict.totals) throw new Stopped("Esta urna aún no ha cerrado o no se ha sumado. Espere el archivo final.");
  return verdict;
}

// The number of the trustee with this key, who may decrypt. Throws Stopped if that is nobody, if they
// have decrypted, or if the proofs (null without file) do not cover every earlier decryption.
export async function readyToDecrypt(verdict, publicKey, proofs) {
  const owner = verdict.publicKeys.indexOf(publicKey) + 1;
  if (!owner) throw new Stopped("Esta llave no es de ningún custodio de esta urna. Busque la otra.");
  if (verdict.partials.has(owner)) throw new Stopped(`El custodio ${owner} ya descifró esta urna.`);
  const proved = proofs === null ? new Set() : await provedBy(verdict, proofs);
  const [unproved] = [...verdict.partials.keys()].sort((one, other) => one - other).filter((one) => !proved.has(one));
  if (unproved) {
    const todo = proofs === null ? "escoja también refuerzo.json." : "ese refuerzo.json no trae su prueba. Pida uno más nuevo.";
    throw new Stopped(`La parte del custodio ${unproved} ya está en el archivo y falta comprobar que abre este total: ${todo}`, true);
  }
  return owner;
}

async function provedBy(verdict, proofs) {
  try {
    return await checkOpeningProofs(proofs, verdict);
  } catch (problem) {
    throw problem instanceof Malformed ? new Stopped(`No descifre esta urna: su refuerzo fue rechazado. ${problem.message}`, true) : problem;
  }
}
