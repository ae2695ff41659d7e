// The codes of a box, its roll, and the cards: four on a letter sheet, each folded once with the code
// inside. The codes stay in this page's memory until the registrar erases them.

import { fingerprint, utf8 } from "../canonical.js";
import { codesFile, mailMerge, makeCodes, publicRoll, publicsOf, readCodes } from "../codes.js";
import { Mistyped } from "../credentials.js";
import { UUID } from "../election.js";
import { WrongInput, aboutInput, busy, byId, contents, guardLeaving, inFours, line, onSubmit, progress, reveal, save, savePacked } from "./page.js";

const MOST_CARDS = 250_000;
const MANY_CARDS = 5_000; // from here on the codes are saved before the long work
const CARDS_AT_ONCE = 1_000; // printed together
const ROWS_AT_ONCE = 10_000; // of a table for a printer
const CARDS_ON_A_SHEET = 4;
const ADDRESS = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?(\/[\w.~%-]+)*$/i;
const SVG = "http://www.w3.org/2000/svg";

let cards = null;

const inNumbers = (number) => number.toLocaleString("es-CO");

export function givenUuid(input) {
  const typed = input.value.trim();
  if (!UUID.test(typed)) throw new WrongInput("Escriba el identificador tal como aparece en la página de la urna.", input);
  return typed;
}

function givenCount(input) {
  const given = input.value.trim(), typed = given.replace(/[\s.]/g, "");
  if (!/^(\d{1,6}|\d{1,3}[\s.]\d{3})$/.test(given) || Number(typed) < 1 || Number(typed) > MOST_CARDS) {
    throw new WrongInput(`Escriba cuántas tarjetas: un número entre 1 y ${inNumbers(MOST_CARDS)}.`, input);
  }
  return Number(typed);
}

function givenTitle(input) {
  const typed = input.value.trim();
  if (!typed) throw new WrongInput("Escriba el título que dirá la tarjeta.", input);
  return typed;
}

function givenAddress(input) {
  const typed = input.value.trim().replace(/^https?:\/\//i, "").replace(/\/$/, "");
  if (!ADDRESS.test(typed)) throw new WrongInput("Escriba la dirección así: participa.ciudad.gov.co/q/7K3F-2QXM", input);
  return typed;
}

function givenDay(input) {
  if (input.validity.badInput) throw new WrongInput("Escriba el día del cierre completo, o déjelo vacío.", input);
  if (!input.value) return "";
  const words = { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  return input.valueAsDate.toLocaleDateString("es-CO", words).replace(", ", " ");
}

async function makeCards(form) {
  const { uuid, count, title, address, closing, earlier } = form.elements;
  const box = givenUuid(uuid), isNew = earlier.files.length === 0;
  const asked = isNew ? givenCount(count) : 0;
  const stated = { uuid: box, title: givenTitle(title), address: givenAddress(address), closing: givenDay(closing) };
  const codes = isNew ? makeCodes(asked) : await earlierCodes(earlier);
  const number = codes.length;
  let roll;
  if (isNew && number > MANY_CARDS) save("codigos.csv", codesFile(codes));
  reveal("codes-saved", isNew && number > MANY_CARDS);
  try {
    roll = publicRoll(await publicsOf(codes, box, progress("codes")));
  } finally {
    reveal("codes-going", false);
  }
  cards = { ...stated, codes, roll };
  byId("roll-mark").replaceChildren(...inFours(await fingerprint(utf8(roll))));
  byId("coded-title").textContent = number === 1 ? "El código está hecho. Ahora siga estos pasos" : `Los ${inNumbers(number)} códigos están hechos. Ahora siga estos pasos`;
  byId("batch").replaceChildren(...batches(number, CARDS_AT_ONCE));
  byId("table").replaceChildren(...batches(number, ROWS_AT_ONCE));
  reveal("batches", number > CARDS_AT_ONCE);
  reveal("tables", number > ROWS_AT_ONCE);
  reveal("codes", false);
  reveal("erased", false);
  reveal("coded");
  byId("coded-title").focus();
}

// The codes of an earlier visit, whose work did not come to its end.
async function earlierCodes(input) {
  const text = new TextDecoder().decode(await contents(input, ""));
  const codes = await aboutInput(input, () => readCodes(text), Mistyped);
  if (!codes.length || codes.length > MOST_CARDS) throw new WrongInput("Ese archivo no tiene códigos.", input);
  if (text.includes(";")) throw new WrongInput("Esos códigos llevan seis cifras: siga con el programa participa, con --resume.", input);
  return codes;
}

function batches(number, together) {
  return Array.from({ length: Math.ceil(number / together) }, (_, n) => {
    const first = n * together + 1, last = Math.min(first + together - 1, number);
    const option = line("option", `De la ${inNumbers(first)} a la ${inNumbers(last)}`);
    option.value = n;
    return option;
  });
}

function printCards() {
  const first = Number(byId("batch").value) * CARDS_AT_ONCE, sheets = [];
  const printed = cards.codes.slice(first, first + CARDS_AT_ONCE).map(cardOf);
  while (printed.length) {
    const sheet = line("div", "");
    sheet.className = "letter";
    sheet.append(...printed.splice(0, CARDS_ON_A_SHEET));
    sheets.push(sheet);
  }
  byId("cards").replaceChildren(...sheets);
  document.body.dataset.prints = "cards";
  window.print();
}

// The upper half covers the code when the card is folded.
function cardOf(code) {
  const card = line("article", ""), cover = line("div", ""), inside = line("div", ""), signs = line("p", "");
  card.className = "card";
  cover.append(
    line("p", "Esta tarjeta vale un voto. Nadie sabe cuál le tocó a usted."),
    line("p", "No muestre el código ni lo preste."),
    line("p", "¿La recibió abierta? No la use y pida otra."),
    veil(),
  );
  signs.className = "signs";
  signs.append(...code.split("-").flatMap((group) => [line("b", group), " "]));
  inside.append(signs, line("p", "Escriba este código en:"), line("strong", cards.address), line("h3", cards.title));
  if (cards.closing) inside.append(line("p", `La urna cierra el ${cards.closing}.`));
  card.append(cover, inside);
  return card;
}

function veil() {
  const drawn = document.createElementNS(SVG, "svg"), shape = document.createElementNS(SVG, "use");
  shape.setAttribute("href", "#veil");
  drawn.setAttribute("class", "veil");
  drawn.setAttribute("viewBox", "0 0 365 130");
  drawn.setAttribute("aria-hidden", "true");
  drawn.append(shape);
  return drawn;
}

function saveTable() {
  const start = Number(byId("table").value) * ROWS_AT_ONCE, codes = cards.codes.slice(start, start + ROWS_AT_ONCE);
  save(`combinar-${start + 1}-a-${start + codes.length}.csv`, mailMerge(codes, start + 1, cards));
}

function saveRoll() {
  return cards.codes.length > MANY_CARDS ? savePacked("padron.json", cards.roll) : save("padron.json", cards.roll);
}

function erase() {
  cards = null;
  byId("cards").replaceChildren();
  delete document.body.dataset.prints;
  reveal("coded", false);
  reveal("codes");
  reveal("erased");
  byId("erased").focus();
}

onSubmit("codes", makeCards);
byId("save-roll").addEventListener("click", (event) => busy(event.target, async () => saveRoll()));
byId("save-table").addEventListener("click", saveTable);
byId("save-codes").addEventListener("click", () => save("codigos.csv", codesFile(cards.codes)));
byId("print-cards").addEventListener("click", (event) => busy(event.target, async () => printCards()));
byId("erase").addEventListener("click", erase);
guardLeaving(() => cards !== null);
