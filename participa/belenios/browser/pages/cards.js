// The codes of a box, its roll, and the cards: four on a letter sheet, each folded once with the code
// inside. The codes stay in this page's memory until the registrar erases them.

import { fingerprint, utf8 } from "../canonical.js";
import { codesFile, makeCodes, publicRoll, publicsOf } from "../codes.js";
import { UUID } from "../election.js";
import { WrongInput, busy, byId, guardLeaving, inFours, line, onSubmit, progress, reveal, save } from "./page.js";

const MOST_CARDS = 20_000;
const CARDS_AT_ONCE = 1_000; // printed together
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
  const typed = input.value.replace(/[\s.]/g, "");
  if (!/^\d{1,6}$/.test(typed) || Number(typed) < 1 || Number(typed) > MOST_CARDS) {
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
  const { uuid, count, title, address, closing } = form.elements;
  const box = givenUuid(uuid), number = givenCount(count);
  const stated = { title: givenTitle(title), address: givenAddress(address), closing: givenDay(closing) };
  const codes = makeCodes(number);
  let roll;
  try {
    roll = publicRoll(await publicsOf(codes, box, progress("codes")));
  } finally {
    reveal("codes-going", false);
  }
  cards = { ...stated, codes, roll };
  byId("roll-mark").replaceChildren(...inFours(await fingerprint(utf8(roll))));
  byId("coded-title").textContent = number === 1 ? "El código está hecho. Ahora siga estos pasos" : `Los ${inNumbers(number)} códigos están hechos. Ahora siga estos pasos`;
  byId("batch").replaceChildren(...batches(number));
  reveal("batches", number > CARDS_AT_ONCE);
  reveal("codes", false);
  reveal("erased", false);
  reveal("coded");
  byId("coded-title").focus();
}

function batches(number) {
  return Array.from({ length: Math.ceil(number / CARDS_AT_ONCE) }, (_, n) => {
    const first = n * CARDS_AT_ONCE + 1, last = Math.min(first + CARDS_AT_ONCE - 1, number);
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
byId("save-roll").addEventListener("click", () => save("padron.json", cards.roll));
byId("save-codes").addEventListener("click", () => save("codigos.csv", codesFile(cards.codes)));
byId("print-cards").addEventListener("click", (event) => busy(event.target, async () => printCards()));
byId("erase").addEventListener("click", erase);
guardLeaving(() => cards !== null);
