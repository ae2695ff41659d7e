// Fills in the secret code that the QR of a card carries after the "#", which no browser sends to
// the server, and takes it out of the address; and the number, if it stands before the code.
"use strict";

const SECRET = 16;
const typed = decodeURIComponent(location.hash).replace(/[^0-9A-Za-z]/g, "");
const number = document.getElementById("radicado");
const secret = document.getElementById("code");

if (typed.length >= SECRET && number && secret) {
  number.value = typed.slice(0, -SECRET).toUpperCase() || number.value;
  secret.value = typed.slice(-SECRET).toUpperCase();
  document.querySelector("main form button").focus();
  history.replaceState(null, "", location.pathname + location.search);
}
