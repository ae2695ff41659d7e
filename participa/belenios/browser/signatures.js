// Signatures of documents with the key of a trustee or of the registrar (signatures.py): Schnorr, in a
// file apart.

import { hexDigest, write } from "./canonical.js";
import { generator } from "./groups.js";
import { proofRecord, proveKnowledge } from "./proofs.js";

// The signature file of a document's bytes.
export async function sign(secret, raw) {
  const publicKey = generator().power(secret), digest = await hexDigest(raw);
  const proof = await proveKnowledge(secret, `participa-firma|${digest}|${publicKey}|`);
  return write({ document: digest, public_key: String(publicKey), ...proofRecord(proof) });
}
