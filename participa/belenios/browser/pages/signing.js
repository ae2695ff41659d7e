// Signing a document: it is shown in words first, and nothing else than the two documents of documents.js
// is signed.

import { Malformed } from "../canonical.js";
import { readDocument } from "../documents.js";
import { sign } from "../signatures.js";
import { aboutInput, busy, byId, contents, givenSecret, onSubmit, reveal, save, showFacts } from "./page.js";

const PROMISES = { custodio: "Que acepta ser custodio de la llave", registrador: "Que acepta ser registrador" };

let signing = null;

async function show(form) {
  const input = form.elements.document;
  const raw = await contents(input, "Escoja el documento: rol.json o anuladas.json.");
  const stated = await aboutInput(input, () => readDocument(raw), Malformed);
  const secret = await givenSecret(form);
  signing = { raw, secret, name: `${input.files[0].name.replace(/\.json$/i, "")}.firma.json` };
  showFacts("sign-facts", "void" in stated ? voidFacts(stated) : roleFacts(stated));
  reveal("to-sign");
  byId("to-sign-title").focus();
}

export const voidCards = (count) => (count === 1 ? "1 tarjeta anulada" : `${count.toLocaleString("es-CO")} tarjetas anuladas`);

const voidFacts = (stated) => [["Lo que firma", `Una lista de ${voidCards(stated.void)}`], ["Huella de la lista", "", stated.fingerprint]];

// The registrar's paper names no key: the signature does.
function roleFacts({ role, box, uuid, name, fingerprint: mark, roll, seconds, asked }) {
  const marks = [["Huella de su parte pública", "", mark], ["Huella del padrón", "", roll], ["Huella de las segundas partes", "", seconds]];
  return [
    ["Lo que firma", PROMISES[role]], ["Urna", box], ["Identificador de la urna", uuid], ["Nombre", name],
    ...marks.filter(([, , value]) => value),
    ...asked.map((one) => [one.slice(0, one.indexOf(": ")), one.slice(one.indexOf(": ") + 2)]),
  ];
}

function forget() {
  signing = null;
  reveal("to-sign", false);
  byId("signed").textContent = "";
}

// Choose a document that this page made, as if its reader had chosen the saved file.
export function chooseToSign(name, content) {
  const given = new DataTransfer(), form = byId("sign");
  given.items.add(new File([content], name));
  form.elements.document.files = given.files;
  form.dispatchEvent(new Event("input"));
  form.elements.key.scrollIntoView({ block: "center" });
  form.elements.key.focus();
}

onSubmit("sign", show, forget);
byId("sign-now").addEventListener("click", (event) => busy(event.target, async () => {
  const { raw, secret, name } = signing;
  save(name, await sign(secret, raw));
  byId("signed").textContent = `Listo: ${name}. Entréguelo a quien prepara la urna.`;
}));
