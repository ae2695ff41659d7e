// The two documents that trustees and registrar sign: the paper of a role (rol.json), and the list of
// void cards (anuladas.json).

import { Malformed, fingerprint, items, members, number, read, text } from "./canonical.js";
import { UUID } from "./election.js";
import { element } from "./groups.js";

const DOCUMENT_LIMIT = 20_000_000;
const ROLE_VERSION = 2;
const ROLES = ["custodio", "registrador"];
const FINGERPRINT = /^[A-Za-z0-9+/]{43}$/;
const NEITHER = "Ese archivo no es rol.json ni anuladas.json. Aquí solo se firman esos dos documentos.";

// What a document states: { role, box, uuid, name, fingerprint, roll, seconds, asked } or
// { void: count, fingerprint }.
// Throws Malformed.
export async function readDocument(raw) {
  let value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(raw));
  } catch {
    throw new Malformed(NEITHER);
  }
  if (Array.isArray(value)) return readVoidList(raw);
  if (value === null || typeof value !== "object" || !("role" in value)) throw new Malformed(NEITHER);
  return readRole(raw);
}

async function readVoidList(raw) {
  const what = "La lista de anuladas", listed = items(read(raw, what, DOCUMENT_LIMIT), what);
  const publics = new Set(listed.map((one) => element(one, what)));
  if (publics.size !== listed.length) throw new Malformed(`${what} repite una tarjeta.`);
  return { void: publics.size, fingerprint: await fingerprint(raw) };
}

function readRole(raw) {
  const what = "El documento", names = ["version", "uuid", "box", "role", "name", "fingerprint", "roll", "seconds", "asked"];
  const [version, uuid, box, role, name, mark, roll, seconds, asked] = members(read(raw, what, DOCUMENT_LIMIT), what, ...names);
  if (number(version, `${what}, «version»`) !== ROLE_VERSION) throw new Malformed(`${what} es de la versión ${version}, y debe ser la ${ROLE_VERSION}.`);
  if (!UUID.test(text(uuid, `${what}, «uuid»`))) throw new Malformed(`${what} tiene un «uuid» que no vale.`);
  if (!ROLES.includes(role)) throw new Malformed(`${what} no es de un custodio ni de un registrador.`);
  for (const [member, value] of Object.entries({ fingerprint: mark, roll, seconds })) {
    if (text(value, `${what}, «${member}»`) !== "" && !FINGERPRINT.test(value)) throw new Malformed(`${what}, «${member}» no es una huella.`);
  }
  if (mark === "" && role === "custodio") throw new Malformed(`${what} no dice la huella de la parte pública del custodio.`);
  if (roll === "" && role === "registrador") throw new Malformed(`${what} no dice la huella del padrón. Pida otro, cuando la ciudad tenga su padrón.`);
  const lines = items(asked, `${what}, «asked»`).map((one) => text(one, `${what}, «asked»`));
  return { role, box: text(box, `${what}, «box»`), uuid, name: text(name, `${what}, «name»`), fingerprint: mark, roll, seconds, asked: lines };
}
