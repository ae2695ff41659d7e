// Keeps the pages with which people sign a list, for when there is no signal. A page tells it what to
// keep; each of them is drawn by the server without anything of a person. When a form cannot be sent,
// what was typed goes, through the cache, to the page that keeps it in the queue of the device
// (attendance_offline.js).
"use strict";
const CACHE = "participa-asistencia";
const SHOW_MS = 8000, SEND_MS = 20000; // a hall with hardly any signal does not say that it has none
const AGAIN_MS = 2000; // when the same form was just tried in vain
const DESK = "/mesa-sin-senal";
let lost = 0; // when sending failed last

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  if (event.data?.keep) event.waitUntil(keep(event.data.keep).then((done) => event.ports[0]?.postMessage(done)));
});

async function keep(address) {
  const answer = await fetch(address, { cache: "no-cache", credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return false;
  const page = await answer.clone().text();
  const parts = [...page.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map(([, part]) => part);
  const cache = await caches.open(CACHE);
  const missing = [];
  for (const part of new Set(parts)) if (!(await cache.match(part))) missing.push(part);
  await cache.addAll(missing);
  await cache.put(placeOf(address), answer);
  return true;
}

// A page is kept under its path: what stands behind the question mark may let somebody in.
const placeOf = (address) => new URL(address, self.location.href).pathname;

self.addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (pathname.startsWith("/static/")) event.respondWith(fromCache(request));
  else if (request.method === "POST" && isForm(pathname)) event.respondWith(sent(request));
  else if (request.mode === "navigate" && request.method === "GET") event.respondWith(shown(request));
});

const isForm = (path) => /^\/asistencia\/\w+$/.test(path); // the desk says by itself that it could not send

async function fromCache(request) {
  return (await caches.match(request, { cacheName: CACHE })) || fetch(request);
}

// The request stays as the browser made it, with its origin and referrer; nobody waits for it any more.
function inTime(request, most) {
  const late = new Promise((_, reject) => { setTimeout(() => reject(new Error("late")), most); });
  return Promise.race([fetch(request), late]);
}

async function shown(request) {
  const kept = await keptFor(new URL(request.url).pathname);
  if (!kept) return fetch(request);
  try { return await inTime(request, SHOW_MS); } catch { return fresh(kept); }
}

async function sent(request) {
  const copy = request.clone(), path = new URL(request.url).pathname, kept = await keptFor(path);
  if (!kept) return fetch(request);
  try { return await inTime(request, Date.now() - lost < SEND_MS ? AGAIN_MS : SEND_MS); } catch { lost = Date.now(); }
  // A script that sends the form is answered without an address to go to, and so sends it as a page.
  if (request.mode !== "navigate") return new Response("", { status: 202 });
  const fields = [...(await copy.formData())].filter(([, value]) => typeof value === "string");
  const place = placeOf(kept.url);
  const cache = await caches.open(CACHE);
  await cache.put(`${place}/borrador`, new Response(JSON.stringify(fields)));
  return Response.redirect(place, 303);
}

// The page that stands in for an address: of the same list, and at the desk that of the desk.
async function keptFor(path) {
  const cache = await caches.open(CACHE), [, first, second, third] = path.split("/");
  if (first === "asistencia") return (await cache.match(path)) || cache.match(`/asistencia/${second}/sin-senal`);
  return cache.match(`/asistencia/${third}${DESK}`); // /puerta/mesa/<code>, /gestion/asistencia/<code>/mesa
}

// As a page of its own: a browser refuses one that says it was led here.
const fresh = async (kept) => new Response(await kept.blob(), { headers: kept.headers });
