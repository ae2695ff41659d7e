// The ceremony of a threshold group (threshold.py): certificates, what each trustee deals to the others,
// and the share that follows. All of it is derived from the one secret that a trustee keeps.

import { Malformed, fingerprint, hex, items, members, number, read, text, utf8, write } from "./canonical.js";
import { readProof, verifyKnowledge } from "./checks.js";
import { Q, generator, member, modulo, power, scalar } from "./groups.js";
import { proofRecord, proveKnowledge } from "./proofs.js";
import { checkMembers, committed, publicOf, readCertificate, readCommitments, signed } from "./trustees.js";

const CEREMONY_LIMIT = 1_000_000;
const CEREMONY_VERSION = 1;
const FEWEST = 3, MOST = 9; // trustees
const THIS = "La ceremonia";

// What a trustee dealt is not what they committed themselves to; `dealer` counts from 1.
export class WrongShare extends Error {
  constructor(dealer) {
    super(`wrong share of ${dealer}`);
    this.dealer = dealer;
  }
}

// 512 bits modulo q.
const wide = (digest) => BigInt(`0x${hex(new Uint8Array(digest))}`) % Q;

const decryptionKey = async (secret) => wide(await crypto.subtle.digest("SHA-512", utf8(`participa-dk|${secret}`)));

// A scalar that only the holder of the secret can compute, always the same for a text.
async function derived(secret, about) {
  const algorithm = { name: "HMAC", hash: "SHA-512" };
  const key = await crypto.subtle.importKey("raw", utf8(String(secret)), algorithm, false, ["sign"]);
  return wide(await crypto.subtle.sign("HMAC", key, utf8(`participa-${about}`)));
}

async function pad(named, dealer, receiver, noncePower, common) {
  const about = `participa-share|${named}|${dealer}|${receiver}|${noncePower}|${common}`;
  return wide(await crypto.subtle.digest("SHA-512", utf8(about)));
}

// First round: the certificate of who holds this secret key; always the same, as it is noted down.
export async function certificate(secret) {
  const encryption = generator().power(await decryptionKey(secret));
  const message = write({ verification: String(publicOf(secret)), encryption: String(encryption) });
  return write(await signed(secret, message, await derived(secret, `cert|${message}`)));
}

// The fingerprint of a ceremony; throws Malformed if none can be held so.
export async function ceremony(threshold, certificates) {
  const count = certificates.length;
  if (count < FEWEST || count > MOST) throw new Malformed(`${THIS} necesita de ${FEWEST} a ${MOST} custodios, y hay ${count}.`);
  if (threshold <= 1 || threshold >= count) throw new Malformed(`${THIS} es de ${threshold} de ${count} custodios: deben bastar entre 2 y ${count - 1}.`);
  checkMembers(threshold, certificates, THIS);
  return fingerprint(utf8(write({ threshold, certs: certificates.map(({ record }) => record) })));
}

// The number of the trustee with this secret key, from 1.
export function numberOf(secret, certificates) {
  const own = publicOf(secret), place = certificates.findIndex(({ verification }) => verification === own);
  if (place < 0) throw new Malformed("Esta llave no es de ningún custodio de esta ceremonia. Busque la otra.");
  return place + 1;
}

// Second round: the document with which the holder of this secret key deals.
export async function deal(secret, threshold, certificates) {
  const named = await ceremony(threshold, certificates), dealer = numberOf(secret, certificates), polynomial = [], shares = [];
  for (let k = 0; k < threshold; k += 1) polynomial.push(await derived(secret, `poly|${named}|${k}`));
  const coefexps = await signed(secret, write({ coefexps: polynomial.map((one) => String(generator().power(one))) }));
  for (const [n, { encryption }] of certificates.entries()) {
    const receiver = n + 1, r = await derived(secret, `nonce|${named}|${receiver}`), noncePower = generator().power(r);
    const value = polynomial.reduceRight((total, one) => total * BigInt(receiver) + one, 0n);
    const hidden = await pad(named, dealer, receiver, noncePower, power(encryption, r));
    shares.push({ nonce: String(noncePower), share: String((value + hidden) % Q) });
  }
  const about = { ceremony: named, dealer, coefexps, shares };
  return write({ ...about, signature: proofRecord(await proveKnowledge(secret, await dealingStatement(about))) });
}

const dealingStatement = async (about) => `participa-deal|${await fingerprint(utf8(write(about)))}|`;

// What trustee `dealer` deals, both signatures verified: { dealer, commitments, shares }.
async function readDealing(threshold, certificates, dealer, value, what) {
  const [named, stated, coefexps, listed, signature] = members(value, what, "ceremony", "dealer", "coefexps", "shares", "signature");
  if (named !== (await ceremony(threshold, certificates))) throw new Malformed(`${what} es de otra ceremonia: de otros custodios, otras llaves u otro umbral.`);
  if (number(stated, `${what}, «dealer»`) !== dealer) throw new Malformed(`${what} es el del custodio ${stated}, y se espera el del ${dealer}.`);
  const signer = certificates[dealer - 1].verification;
  const commitments = await readCommitments(signer, threshold, coefexps, what);
  const shares = items(listed, `${what}, «shares»`, certificates.length).map((one) => {
    const [nonce, share] = members(one, `${what}, «shares»`, "nonce", "share");
    return { noncePower: member(nonce, `${what}, «nonce»`), padded: scalar(share, `${what}, «share»`) };
  });
  const proof = readProof(signature, `${what}, «signature»`);
  const about = { ceremony: named, dealer: stated, coefexps, shares: listed };
  const isSigned = await verifyKnowledge(signer, await dealingStatement(about), proof);
  if (!isSigned) throw new Malformed(`${what} no lleva una firma válida del custodio ${dealer}.`);
  return { dealer, commitments, shares };
}

// Third round, and again when the total is opened: the secret share of the holder of this key. Throws
// WrongShare for the first dealer whose value is not what they committed themselves to.
export async function shareOf(secret, { threshold, certificates, dealings }) {
  const named = await ceremony(threshold, certificates), receiver = numberOf(secret, certificates);
  if (dealings.length !== certificates.length) throw new Malformed(`${THIS} no tiene todavía el reparto de cada custodio.`);
  const key = await decryptionKey(secret);
  let share = 0n;
  for (const { dealer, commitments, shares } of dealings) {
    const { noncePower, padded } = shares[receiver - 1];
    const value = modulo(padded - (await pad(named, dealer, receiver, noncePower, power(noncePower, key))), Q);
    if (generator().power(value) !== committed(commitments, receiver)) throw new WrongShare(dealer);
    share += value;
  }
  return share % Q;
}

// Parse the file of a ceremony, `ceremonia.json`, and verify every signature. Its dealings are all
// there or none is.
export async function readCeremony(raw) {
  const value = read(raw, THIS, CEREMONY_LIMIT);
  const [version, needed, listed, certs, dealt] = members(value, THIS, "version", "threshold", "names", "certificates", "dealings");
  if (number(version, `${THIS}, «version»`) !== CEREMONY_VERSION) throw new Malformed(`${THIS} es de la versión ${version}, y debe ser la ${CEREMONY_VERSION}.`);
  const threshold = number(needed, `${THIS}, «threshold»`), certificates = [], dealings = [];
  for (const [n, one] of items(certs, `${THIS}, «certificates»`).entries()) {
    certificates.push(await readCertificate(one, `El certificado del custodio ${n + 1}`));
  }
  const mark = await ceremony(threshold, certificates);
  const names = items(listed, `${THIS}, «names»`, certificates.length).map((name) => text(name, `${THIS}, «names»`));
  const count = items(dealt, `${THIS}, «dealings»`).length;
  if (count && count !== certificates.length) throw new Malformed(`${THIS} trae ${count} repartos y hay ${certificates.length} custodios.`);
  for (const [n, one] of dealt.entries()) {
    dealings.push(await readDealing(threshold, certificates, n + 1, one, `El reparto del custodio ${n + 1}`));
  }
  return { mark, threshold, names, certificates, dealings };
}
