// The ceremony of trustees of whom some are enough: the public part, what each deals to the others, and
// checking it. The file of the ceremony says which round it is.

import { Malformed, fingerprint, hexDigest, utf8 } from "../canonical.js";
import { WrongShare, certificate, deal, numberOf, readCeremony, shareOf } from "../threshold.js";
import { keyRecord } from "../trustees.js";
import { WrongInput, aboutInput, busy, byId, contents, givenSecret, inFours, onSubmit, reveal, save, showFacts } from "./page.js";

const AGAIN = "Avise a los demás y a la ciudad: hay que repetir la ceremonia con otras llaves.";

let round = null; // what the file and the key give to save: { name, content, done }
let part = null;

async function makePart(form) {
  const secret = await givenSecret(form), content = await certificate(secret);
  part = { name: `parte-publica-${(await hexDigest(utf8(content))).slice(0, 6)}.json`, content };
  byId("part-mark").replaceChildren(...inFours(await fingerprint(utf8(content))));
  reveal("part-made");
  byId("part-title").focus();
}

async function readRound(form) {
  const secret = await givenSecret(form), { file } = form.elements;
  const given = await ceremonyOf(file);
  const number = await aboutInput(file, async () => numberOf(secret, given.certificates), Malformed);
  if (given.dealings.length) {
    const share = await ownShare(secret, given, file);
    round = { name: `comprobacion-custodio-${number}.json`, content: await keyRecord(share) };
  } else {
    round = { name: `reparto-custodio-${number}.json`, content: await deal(secret, given.threshold, given.certificates) };
  }
  showRound(given, number);
}

// The ceremony in the file that this input chose.
export async function ceremonyOf(input) {
  const raw = await contents(input, "Escoja el archivo ceremonia.json.");
  return aboutInput(input, () => readCeremony(raw), Malformed);
}

// The share of this key; a trustee who dealt it wrong is named.
export async function ownShare(secret, given, input) {
  try {
    return await aboutInput(input, () => shareOf(secret, given), Malformed);
  } catch (problem) {
    if (!(problem instanceof WrongShare)) throw problem;
    const { dealer } = problem;
    throw new WrongInput(`La parte que le repartió el custodio ${dealer} (${given.names[dealer - 1]}) está mal: no es la que publicó. ${AGAIN}`, input);
  }
}

function showRound({ mark, threshold, names, certificates, dealings }, number) {
  showFacts("round-facts", [
    ["Su número de custodio", number],
    ["Para abrir el total", `Bastan ${threshold} de ${certificates.length} custodios`],
    ...names.map((name, n) => [`Custodio ${n + 1}`, name]),
    ["Huella de la ceremonia", "", mark],
  ]);
  const isDealt = dealings.length > 0;
  byId("round-title").textContent = isDealt ? "Comprobar: está bien lo que le repartieron" : "Repartir: compare antes la huella";
  byId("round-save").textContent = isDealt ? "Guardar mi comprobación" : "Guardar mi reparto";
  reveal("round");
  byId("round-title").focus();
}

function forgetRound() {
  round = null;
  reveal("round", false);
  byId("round-saved").textContent = "";
}

function forgetPart() {
  part = null;
  reveal("part-made", false);
}

onSubmit("part", makePart, forgetPart);
onSubmit("ceremony", readRound, forgetRound);
byId("part-save").addEventListener("click", () => save(part.name, part.content));
byId("round-save").addEventListener("click", (event) => busy(event.target, async () => {
  save(round.name, round.content);
  byId("round-saved").textContent = `Listo: ${round.name}. Súbalo en su página de custodio, la del enlace que le dio la ciudad.`;
}));
