// Decrypting a total: the archive is verified, with the proofs of the trustees who decrypted before.

import { hexDigest } from "../canonical.js";
import { decrypt } from "../tally.js";
import { publicOf } from "../trustees.js";
import { Stopped, readyToDecrypt, verifyClosed } from "../verifier.js";
import { ceremonyOf, ownShare } from "./ceremony.js";
import { WrongInput, busy, byId, contents, givenSecret, onSubmit, progress, reveal, save, showFacts } from "./page.js";

const FEW_BALLOTS = 10;

let verified = null; // the last archive: with another file of proofs, it is not verified again
let ready = null;

async function review(form) {
  const { box, proofs, ceremony: file } = form.elements;
  const secret = await givenSecret(form);
  const raw = await contents(box, "Escoja el archivo de la urna.");
  const given = proofs.files.length ? await contents(proofs, "") : null;
  try {
    const verdict = await verdictOf(raw);
    const own = await decryptingSecret(secret, verdict, file);
    const owner = await readyToDecrypt(verdict, publicOf(own), given);
    ready = { verdict, owner, secret: own };
  } catch (problem) {
    throw problem instanceof Stopped ? new WrongInput(problem.message, problem.isAboutProofs ? proofs : null) : problem;
  }
  showVerdict(ready);
}

// The secret with which this trustee decrypts: the key, or in a group of whom some are enough its share.
async function decryptingSecret(secret, { publicKeys, threshold }, file) {
  if (threshold === publicKeys.length || publicKeys.includes(publicOf(secret))) return secret;
  if (!file.files.length) throw new WrongInput("En esta urna bastan algunas llaves: escoja también el archivo ceremonia.json.", file);
  const share = await ownShare(secret, await ceremonyOf(file), file);
  if (!publicKeys.includes(publicOf(share))) throw new WrongInput("Esa ceremonia no es la de esta urna. Baje ceremonia.json otra vez, de donde está el archivo de la urna.", file);
  return share;
}

async function verdictOf(raw) {
  const digest = await hexDigest(raw);
  if (verified?.digest !== digest) {
    verified = null;
    try {
      verified = { digest, verdict: await verifyClosed(raw, progress("open")) };
    } finally {
      reveal("open-going", false);
    }
  }
  return verified.verdict;
}

function showVerdict({ verdict, owner }) {
  const before = [...verdict.partials.keys()].sort((one, other) => one - other).join(", ");
  showFacts("facts", [
    ["Urna", verdict.election.name],
    ["Identificador", verdict.election.uuid],
    ["Su número de custodio", owner],
    ["Custodios que hacen falta para abrir el total", `${verdict.threshold} de ${verdict.publicKeys.length}`],
    ["Papeletas que cuentan", verdict.numCounted],
    ["Custodios que ya abrieron este total, con prueba", before || "Ninguno"],
    ["Huella de la elección", "", verdict.election.fingerprint],
    ["Huella del padrón", "", verdict.rollFingerprint],
    ["Huella del cierre", "", verdict.closing],
    ["Huella del último evento", "", verdict.head],
  ]);
  reveal("few", verdict.numCounted < FEW_BALLOTS);
  reveal("checked");
  byId("checked-title").focus();
}

function forgetVerdict() {
  ready = null;
  reveal("checked", false);
  byId("ready").textContent = "";
}

onSubmit("open", review, forgetVerdict);
byId("decrypt").addEventListener("click", (event) => busy(event.target, async () => {
  const { verdict, owner, secret } = ready;
  const records = await decrypt(verdict.election, verdict.totals, secret, owner);
  const name = `descifrado-${verdict.election.uuid}-custodio-${owner}.txt`;
  save(name, `${records.join("\n")}\n`);
  byId("ready").textContent = `Listo: ${name}. Entréguelo a quien publica el resultado.`;
}));
