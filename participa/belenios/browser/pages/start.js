// The start of an offline page: what it needs of the browser, and whether there is a network.

import { byId, reveal } from "./page.js";

function showOnline() {
  reveal("online", navigator.onLine);
}

window.addEventListener("online", showOnline);
window.addEventListener("offline", showOnline);
showOnline();
// Hashing and randomness, and Object.hasOwn as the newest function in use. A browser without BigInt
// does not get this far.
const isAble = Boolean(window.crypto?.subtle && crypto.getRandomValues && Object.hasOwn);
byId("old").hidden = isAble;
byId("work").hidden = !isAble;
