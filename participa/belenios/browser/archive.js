// The archive `<uuid>.bel`: all public records of an election, as a hash chain (archive.py).

import { Malformed, decimal, hexDigest, isHexDigest, utf8, write } from "./canonical.js";

const BLOCK = 512;
const FIRST = "BELENIOS";
const SIZE = /^[0-7]{11}$/;
const MAX_SECONDS = 8n ** 11n; // a tar timestamp has 11 octal digits
const ENDINGS = [".data.json", ".event.json"];
// The number of data records before an event of each type.
export const DATA_RECORDS = { Setup: 4, Ballot: 1, EndBallots: 0, EncryptedTally: 2, PartialDecryption: 2, Result: 1 };

// The file is not an archive of this format.
export class UnreadableArchive extends Error {}

const ascii = (raw) => String.fromCharCode(...raw);
const octal = (number, length) => number.toString(8).padStart(length, "0");
const same = (one, other) => one.length === other.length && one.every((byte, n) => byte === other[n]);

// One tar entry: header and body, zero-padded to whole blocks.
function pack(name, body, timestamp) {
  const entry = new Uint8Array(BLOCK + Math.ceil(body.length / BLOCK) * BLOCK);
  const put = (offset, text) => entry.set(utf8(text), offset);
  put(0, name);
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, octal(body.length, 11));
  put(136, octal(timestamp, 11));
  put(148, " ".repeat(8));
  put(156, "0");
  put(148, `${octal(entry.subarray(0, BLOCK).reduce((total, byte) => total + byte, 0), 6)}\0 `);
  entry.set(body, BLOCK);
  return entry;
}

function beginning(timestamp) {
  return pack(FIRST, utf8(write({ version: 1, timestamp: String(timestamp) })), timestamp);
}

const sizeField = (header) => ascii(header.subarray(124, 135));

function timestampOf(raw) {
  try {
    if (ascii(raw.subarray(0, FIRST.length + 1)) !== `${FIRST}\0`) throw new UnreadableArchive();
    const header = JSON.parse(new TextDecoder().decode(raw.subarray(BLOCK, BLOCK + Math.min(parseInt(sizeField(raw), 8), BLOCK))));
    return Number(decimal(header.timestamp, "El momento", MAX_SECONDS));
  } catch {
    throw new UnreadableArchive("Este archivo no es una urna (.bel).");
  }
}

// The records after the first file; throws Malformed unless re-packing gives the same bytes.
export async function* records(raw) {
  const timestamp = timestampOf(raw), first = beginning(timestamp);
  if (!same(raw.subarray(0, first.length), first)) throw new Malformed("Registro 0: el encabezado del archivo no tiene la forma debida.");
  for (let offset = first.length, number = 1; offset < raw.length; number += 1) {
    const record = await readRecord(raw, offset, number, timestamp);
    yield record;
    offset = record.end;
  }
}

async function readRecord(raw, offset, number, timestamp) {
  const refuse = (why) => { throw new Malformed(`Registro ${number}: ${why}`); };
  const header = raw.subarray(offset, offset + BLOCK);
  const name = ascii(header.subarray(0, 100)).replace(/\0+$/, "");
  if (/[^\0-\x7f]/.test(name) || !SIZE.test(sizeField(header))) refuse("hay bytes ajenos donde debía empezar.");
  const size = parseInt(sizeField(header), 8);
  const digest = name.split(".", 1)[0];
  if (!isHexDigest(digest) || !ENDINGS.includes(name.slice(digest.length))) refuse("su nombre no es el de un registro.");
  const body = raw.subarray(offset + BLOCK, offset + BLOCK + size);
  if (body.length !== size) refuse("el archivo está cortado.");
  if ((await hexDigest(body)) !== digest) refuse("su contenido no es el que dice su nombre (huella).");
  const packed = pack(name, body, timestamp);
  if (!same(raw.subarray(offset, offset + packed.length), packed)) refuse("su encabezado o su relleno fue alterado.");
  return { number, digest, isEvent: name.endsWith(ENDINGS[1]), body, end: offset + packed.length };
}
