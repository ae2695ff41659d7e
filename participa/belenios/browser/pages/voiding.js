// The list of void cards, from the codes of cards that nobody used.

import { fingerprint, utf8 } from "../canonical.js";
import { publicRoll, publicsOf, readCodes } from "../codes.js";
import { Mistyped } from "../credentials.js";
import { givenUuid } from "./cards.js";
import { WrongInput, aboutInput, byId, onSubmit, progress, reveal, save, showFacts } from "./page.js";
import { chooseToSign, voidCards } from "./signing.js";

const VOID_FILE = "anuladas.json";

let voidList = null;

async function list(form) {
  const { uuid, codes } = form.elements;
  const box = givenUuid(uuid), unused = await aboutInput(codes, () => readCodes(codes.value), Mistyped);
  if (!unused.length) throw new WrongInput("Escriba los códigos de las tarjetas sin usar, uno en cada renglón.", codes);
  try {
    voidList = publicRoll(await publicsOf(unused, box, progress("void")));
  } finally {
    reveal("void-going", false);
  }
  showFacts("void-facts", [["En la lista", voidCards(unused.length)], ["Huella de la lista", "", await fingerprint(utf8(voidList))]]);
  reveal("listed");
  byId("listed-title").focus();
}

function forgetList() {
  voidList = null;
  reveal("listed", false);
}

onSubmit("void", list, forgetList);
byId("save-void").addEventListener("click", () => save(VOID_FILE, voidList));
byId("sign-void").addEventListener("click", () => chooseToSign(VOID_FILE, voidList));
