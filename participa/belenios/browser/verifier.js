// What a trustee must know before opening a total (verifier.py): the same grammar, hashes, roll,
// proofs and sums as the strict verifier, up to the parts of the other trustees. It leaves to
// verificar_bel.py the result, and what needs another file: an earlier copy.

import { PARTS, Unreadable, records } from "./archive.js";
import { Malformed, fingerprint, hexDigest, items, members, number, read, text, utf8, write } from "./canonical.js";
import { checkBallot, readBallot } from "./checks.js";
import { Unsupported, readElection } from "./election.js";
import { member } from "./groups.js";
import { checkPartial, encryptedTotals, kept, readPartial, totalsRecord } from "./tally.js";
import { joinedKey, readTrustees } from "./trustees.js";

const NAMES = {
  Setup: "apertura",
  Ballot: "papeleta",
  EndBallots: "cierre",
  EncryptedTally: "total cifrado",
  PartialDecryption: "descifrado parcial",
  Result: "resultado",
};
// What may come after each event.
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
const MOST_PARTS = Math.max(...Object.values(PARTS));

// The archive is not what it claims; the message says in Spanish where and why.
export class Rejected extends Error {}

// What an accepted archive says; `tell(done, total)` hears how far the reading is, in bytes, and
// may answer with a promise that gives the page time to breathe.
export async function verify(raw, tell = () => {}) {
  const reader = new Reader(raw.length, tell);
  try {
    for await (const record of records(raw)) await reader.take(record);
    return reader.finished();
  } catch (problem) {
    if (problem instanceof Malformed) throw new Rejected(reader.where + problem.message);
    throw problem;
  }
}

// Goes through the records once, and keeps what later ones have to agree with.
class Reader {
  constructor(length, tell) {
    Object.assign(this, { length, tell, where: "", seen: new Set(), held: [], height: 0, last: null, head: null, closing: null });
    Object.assign(this, { election: null, publicKeys: [], roll: new Set(), ballots: [], counted: 0, totals: null, partials: new Set() });
  }

  async take(record) {
    this.where = `Registro ${record.number}: `;
    if (record.isEvent) {
      await this.event(record);
      this.held = [];
      await this.tell(record.end, this.length);
    } else if (this.held.push(record) > MOST_PARTS) {
      throw new Malformed("hay datos de más, que ningún evento nombra.");
    }
    this.where = ""; // the next record, if it cannot be read, names itself
  }

  finished() {
    if (this.held.length) throw new Malformed(`Registro ${this.held.at(-1).number}: hay datos al final que ningún evento nombra.`);
    if (this.last === null) throw new Malformed("El archivo no tiene apertura.");
    return this;
  }

  async event(record) {
    this.where = `Registro ${record.number}, altura ${this.height}: `;
    const value = read(record.body, "El evento", EVENT_BYTES);
    const [parent, told, kind, payload] = members(value, "El evento", "parent?", "height", "type", "payload?");
    text(kind, "«type»");
    if (SHUFFLES.includes(kind)) throw new Unsupported("La urna mezcla papeletas, y este programa no revisa mezclas.");
    if (!Object.hasOwn(PARTS, kind)) throw new Malformed("el evento es de un tipo desconocido.");
    this.where = `Registro ${record.number}, altura ${this.height} (${NAMES[kind]}): `;
    if (number(told, "«height»") !== this.height) throw new Malformed(`el evento dice la altura ${told}.`);
    if (parent !== this.head) throw new Malformed("la cadena está rota: «parent» no es la huella del evento anterior.");
    this.follows(kind);
    this.holds(kind, payload);
    if (kind in this) await this[kind]();
    this.last = kind;
    this.head = record.digest;
    if (kind === "EndBallots") this.closing = record.digest;
    this.height += 1;
  }

  follows(kind) {
    const next = this.last === null ? ["Setup"] : NEXT[this.last];
    if (next.includes(kind)) return;
    if (this.last === null) throw new Malformed("el archivo no empieza por la apertura.");
    if (kind === "Ballot") throw new Malformed("hay una papeleta después del cierre.");
    if (kind === "PartialDecryption" && ["Setup", "Ballot"].includes(this.last)) throw new Malformed("se descifró antes del cierre.");
    throw new Malformed(`no puede venir después de: ${NAMES[this.last]}.`);
  }

  // Just before an event stand the records that it needs, and no others.
  holds(kind, payload) {
    const needed = PARTS[kind];
    if (this.held.length !== needed) throw new Malformed(`trae ${this.held.length} registros de datos y deben ser ${needed}.`);
    if (payload !== (needed ? this.held.at(-1).digest : null)) throw new Malformed("«payload» no es la huella del registro anterior.");
    if (kind === "Ballot" && this.seen.has(this.held[0].digest)) throw new Malformed("la misma papeleta está dos veces.");
    for (const record of this.held) {
      if (this.seen.has(record.digest)) throw new Malformed(`el registro ${record.number} repite uno anterior.`);
      this.seen.add(record.digest);
    }
  }

  async Setup() {
    const [election, trustees, roll, setup] = this.held;
    const names = write({ election: election.digest, trustees: trustees.digest, credentials: roll.digest });
    if (setup.digest !== (await hexDigest(utf8(names)))) throw new Malformed("la apertura no nombra la elección, los custodios y el padrón.");
    this.election = await readElection(election.body);
    this.publicKeys = await readTrustees(trustees.body);
    if (joinedKey(this.publicKeys) !== this.election.publicKey) throw new Malformed("la llave de la elección no es la de sus custodios.");
    this.roll = await readRoll(roll.body, this.tell);
    this.rollFingerprint = await fingerprint(roll.body);
  }

  async Ballot() {
    const cast = await readBallot(this.election, this.held[0].body);
    if (!this.roll.has(cast.credential)) throw new Malformed("la credencial de la papeleta no está en el padrón.");
    await checkBallot(this.election, cast);
    this.ballots.push(cast);
  }

  async EncryptedTally() {
    const [totals, sized] = this.held, counting = kept(this.ballots);
    this.counted = counting.length;
    this.totals = encryptedTotals(this.election, counting);
    const names = ["num_tallied", "total_weight", "encrypted_tally"];
    const told = members(read(sized.body, "El tamaño del total", EVENT_BYTES), "El tamaño del total", ...names);
    names.slice(0, 2).forEach((name, n) => {
      if (number(told[n], `«${name}»`) !== this.counted) throw new Malformed(`«${name}» dice ${told[n]}, y cuentan ${this.counted} papeletas.`);
    });
    if (told[2] !== totals.digest) throw new Malformed("«encrypted_tally» no es la huella del total cifrado.");
    const ours = await hexDigest(utf8(totalsRecord(this.totals)));
    if (totals.digest !== ours) throw new Malformed("el total cifrado no es el de las papeletas que cuentan.");
  }

  async PartialDecryption() {
    const [part, owned] = this.held;
    const told = read(owned.body, "El dueño del descifrado", EVENT_BYTES);
    const [owner, digest] = members(told, "El dueño del descifrado", "owner", "payload");
    if (number(owner, "«owner»") < 1 || owner > this.publicKeys.length) throw new Malformed(`no hay un custodio ${owner}.`);
    if (this.partials.has(owner)) throw new Malformed(`el custodio ${owner} descifra dos veces.`);
    if (digest !== part.digest) throw new Malformed("el dueño no nombra el descifrado que viene antes.");
    const what = `El descifrado del custodio ${owner}`;
    const partial = readPartial(this.election, part.body, what);
    await checkPartial(this.election, this.totals, this.publicKeys[owner - 1], partial, what);
    this.partials.add(owner);
  }
}

// The credentials of the roll: each belongs to the group, none comes twice, each has one vote.
async function readRoll(raw, tell) {
  const what = "El padrón", found = new Set(), listed = items(read(raw, what, ROLL_BYTES), what);
  for (const [n, item] of listed.entries()) {
    const which = `${what}, credencial ${n + 1}`;
    if (typeof item === "string" && item.includes(",")) throw new Malformed(`${which} lleva un peso o un nombre, y debe ir sola.`);
    found.add(member(item, which));
    await tell(0, 1);
  }
  if (!listed.length) throw new Malformed(`${what} está vacío.`);
  if (found.size !== listed.length) throw new Malformed(`${what} repite una credencial.`);
  return found;
}

// No part may be made of this archive with this key; the message is one plain sentence.
export class Stopped extends Error {}

// An archive that closed and was added up as it must be, and the number of the trustee who holds
// this key: only then may the total be opened.
export async function readyToDecrypt(raw, publicKey, tell) {
  let found;
  try {
    found = await verify(raw, tell);
  } catch (problem) {
    if (problem instanceof Rejected) throw new Stopped(`No descifre esta urna: fue rechazada. ${problem.message}`);
    if (problem instanceof Unreadable || problem instanceof Unsupported) throw new Stopped(problem.message);
    throw problem;
  }
  if (found.last === "Result") throw new Stopped("Esta urna ya tiene su resultado.");
  if (!found.totals) throw new Stopped("Esta urna aún no ha cerrado o no se ha sumado. Espere el archivo final.");
  const owner = found.publicKeys.indexOf(publicKey) + 1;
  if (!owner) throw new Stopped("Esta llave no es de ningún custodio de esta urna. Busque la otra.");
  if (found.partials.has(owner)) throw new Stopped(`El custodio ${owner} ya descifró esta urna.`);
  return { found, owner };
}
