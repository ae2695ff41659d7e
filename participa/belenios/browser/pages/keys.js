// Making a key, and proving that the copy that was kept can be used: only that ends the work.

import { fingerprint, hexDigest, utf8 } from "../canonical.js";
import { paperRows } from "../paper.js";
import { newKey, opensTest, writeSecret } from "../trustees.js";
import { WrongInput, busy, byId, givenSecret, guardLeaving, inFours, onSubmit, reveal, save } from "./page.js";

let key = null;

async function make() {
  const name = byId("name").value.trim();
  const { secret, record } = await newKey(name);
  const publicFingerprint = await fingerprint(utf8(record)), rows = await paperRows(secret);
  key = { secret, record, label: (await hexDigest(utf8(record))).slice(0, 6), isChecked: false };
  const numbered = rows.map((row, n) => `${n + 1}  ${row}`).join("\n");
  byId("mark").replaceChildren(...inFours(publicFingerprint));
  byId("sheet-mark").textContent = publicFingerprint;
  for (const id of ["by-hand", "sheet-rows"]) byId(id).textContent = numbered;
  byId("sheet-name").textContent = name || "____________________";
  byId("sheet-page").textContent = document.querySelector("h1").textContent;
  byId("sheet-digits").textContent = JSON.stringify(String(secret));
  document.body.dataset.prints = "sheet";
  reveal("make", false);
  reveal("made");
  byId("made-title").focus();
}

async function check(form) {
  const isPaper = Boolean(form.elements.rows.value.trim());
  const given = await givenSecret(form), input = form.elements[isPaper ? "rows" : "key"];
  if (!(await opensTest(given, key.record))) throw new WrongInput("Esa es otra llave, no la que acaba de hacer. Busque la otra.", input);
  key.isChecked = true;
  byId("proved-with").textContent = isPaper ? "con los renglones del papel" : "con el archivo que guardó";
  reveal("unchecked", false);
  reveal("proved");
  byId("proved-title").focus();
}

byId("make").addEventListener("submit", (event) => {
  event.preventDefault();
  busy(event.target.querySelector("button"), make);
});
onSubmit("check", check);
byId("save-private").addEventListener("click", () => save(`llave-privada-${key.label}.json`, writeSecret(key.secret)));
byId("save-public").addEventListener("click", () => save(`llave-publica-${key.label}.json`, key.record));
byId("print").addEventListener("click", () => {
  document.body.dataset.prints = "sheet";
  window.print();
});
guardLeaving(() => key && !key.isChecked);
