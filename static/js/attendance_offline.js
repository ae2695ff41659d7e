// The queue of people who signed a list on this device without a signal: it is shown, survives closing
// the browser, goes by itself when there is a signal, can be saved to a file, and forgets each entry as
// soon as the server has it. The page works without this script, as long as there is a signal.
//
// On what asks (the form of the list, or [data-offline] around it): data-list, the list's code; data-keep,
//   the page to keep for when there is no signal; data-scope, where this page itself is, when it is not
//   under /asistencia/; data-way, when it is no citizen's phone; data-door, the entrance; and, when the
//   server drew it for this device, data-device and data-key (participa/attendance/device_tokens.py).
// On the page without a signal (attendance_offline_no_signal.js): [data-queue], the queue, with its parts.
(() => {
  "use strict";
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const place = one("[data-list]"), { list = "" } = place?.dataset || {};
  const canKeep = "serviceWorker" in navigator && window.indexedDB && window.crypto?.subtle && window.caches;
  const CACHE = "participa-asistencia", WORKER = "/asistencia/sin-senal.js";
  const MOST_ENTRIES = 25, MOST_BYTES = 200000, MOST_OF_FILE = 1000, PATIENCE_MS = 20000, FIRST_WAIT_MS = 20000, LONGEST_WAIT_MS = 300000;
  if (!place || !canKeep) return;

  // ---- what the device keeps: its entries, and the key of each list
  const database = new Promise((resolve, reject) => {
    const opening = indexedDB.open("participa-asistencia", 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("entries", { keyPath: "id" });
      opening.result.createObjectStore("devices", { keyPath: "list" });
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  async function stored(name, mode, act) {
    const transaction = (await database).transaction(name, mode), asked = act(transaction.objectStore(name));
    return new Promise((resolve, reject) => { // only what is written for good counts as saved
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  }
  const read = (name, key) => stored(name, "readonly", (store) => (key === undefined ? store.getAll() : store.get(key)));
  const put = (name, value) => stored(name, "readwrite", (store) => store.put(value));
  const forget = (id) => stored("entries", "readwrite", (store) => store.delete(id));
  const mine = async () => (await read("entries")).filter((entry) => entry.list === list).sort((a, b) => a.at - b.at);

  // ---- an entry, encrypted: whoever gets hold of its file, or only opens what waits, cannot read or
  //      alter it. The server alone decrypts.
  const utf8 = (text) => new TextEncoder().encode(text);
  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const bytesOf = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
  const deviceName = () => (place.dataset.way ? `${list}:${place.dataset.way}` : list);
  async function remember({ device: token, key }) {
    const box = await crypto.subtle.importKey("raw", bytesOf(key), "AES-GCM", false, ["encrypt"]); // not to be read again
    const door = place.dataset.door || new URLSearchParams(location.search).get("puerta") || "";
    await put("devices", { list: deviceName(), token, box, door });
  }
  async function save(fields, submission = "") {
    const device = await read("devices", deviceName());
    if (!device?.box) throw new Error("no device");
    const id = hex(crypto.getRandomValues(new Uint8Array(16))), at = Date.now();
    if (device.door) fields.push(["door", device.door]);
    const content = JSON.stringify({ signed_at: at, fields, submission });
    const iv = crypto.getRandomValues(new Uint8Array(12)), algorithm = { name: "AES-GCM", iv, additionalData: utf8(id) };
    const bytes = new Uint8Array(await crypto.subtle.encrypt(algorithm, device.box, utf8(content)));
    const sealed = btoa([...iv, ...bytes].map((byte) => String.fromCharCode(byte)).join(""));
    await put("entries", { id, list, at, token: device.token, sealed });
    navigator.storage?.persist?.();
    return id;
  }
  const plain = ({ token, id, sealed }) => ({ token, id, sealed });

  // ---- sending: any entry, any number of times, from any tab
  let waited = 0, timer = 0;
  const answers = new Map();
  async function send(isAsked = false) {
    clearTimeout(timer);
    const work = async (lock) => (lock ? sendAll(isAsked) : true);
    const isDone = await (navigator.locks ? navigator.locks.request(`${CACHE}:${list}`, { ifAvailable: !isAsked }, work) : work(true));
    waited = isDone ? 0 : waited + 1;
    await draw();
    window.participaOffline?.changed();
    const pause = Math.min(FIRST_WAIT_MS * 2 ** waited, LONGEST_WAIT_MS);
    if ((await waiting()).length) timer = setTimeout(send, pause * (0.5 + Math.random())); // a hall does not come at once
    return answers;
  }
  const waiting = async () => (await mine()).filter((entry) => !entry.refused);
  async function sendAll(isAsked) {
    const entries = isAsked ? await mine() : await waiting();
    while (entries.length) {
      const some = [];
      for (let bytes = 0; entries.length && some.length < MOST_ENTRIES;) {
        bytes += entries[0].sealed.length + 600;
        if (some.length && bytes > MOST_BYTES) break;
        some.push(entries.shift());
      }
      if (!(await sendSome(some))) return false;
    }
    return true;
  }
  async function sendSome(some) {
    const body = JSON.stringify({ sent_at: Date.now(), entries: some.map(plain) });
    const headers = { "Content-Type": "application/json" };
    try {
      const answer = await fetch(`/asistencia/${list}/pendientes`, { method: "POST", headers, body, signal: AbortSignal.timeout?.(PATIENCE_MS) });
      if (!answer.ok) return false;
      for (const told of (await answer.json()).answers) {
        answers.set(told.id, told);
        const entry = some.find(({ id }) => id === told.id);
        if (told.state === "refused") await put("entries", { ...entry, refused: told.sentence });
        else await forget(told.id);
      }
      return true;
    } catch { return false; }
  }
  window.addEventListener("online", () => setTimeout(send, 3000 * Math.random()));

  // ---- the queue, as people see it
  const several = (number, single, plural) => `${number} ${number === 1 ? single : plural}`;
  const where = () => place.dataset.where || "este teléfono";
  async function draw() {
    const entries = await mine(), refused = entries.filter((entry) => entry.refused);
    const words = `${several(entries.length, "guardado", "guardados")} en ${where()}`;
    const queue = one("[data-queue]");
    if (!queue) hint(entries.length, words);
    else {
      queue.hidden = !entries.length;
      one("[data-count]", queue).textContent = words;
      const why = [...new Set(refused.map((entry) => entry.refused))];
      one("[data-refused]", queue).hidden = !refused.length;
      one("[data-refused] b", queue).textContent = `${several(refused.length, "firma no se recibió", "firmas no se recibieron")}:`;
      one("[data-refused] span", queue).textContent = why.join(" ");
    }
  }
  function hint(number, words) { // on the page of the list itself
    let note = one("[data-waiting]");
    if (!number) { note?.remove(); return; }
    if (!note) {
      note = Object.assign(document.createElement("p"), { className: "note" });
      note.dataset.waiting = "";
      note.setAttribute("role", "status");
      one("main").prepend(note);
    }
    const link = Object.assign(document.createElement("a"), { href: place.dataset.keep, textContent: "Verlos" });
    note.replaceChildren(`${words}. Se envían solos cuando haya señal. `, link);
  }
  async function saveToFile() {
    const all = (await mine()).map(plain);
    for (let start = 0; start < all.length; start += MOST_OF_FILE) {
      const entries = all.slice(start, start + MOST_OF_FILE);
      const file = new Blob([JSON.stringify({ list, sent_at: Date.now(), entries })], { type: "application/json" });
      const download = `asistencia-${list}-${start ? `${start + 1}-` : ""}${start + entries.length}.json`;
      const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    }
  }
  async function dropRefused() {
    if (!confirm(`Se borran de ${where()} y no se recuperan. ¿Las quita?`)) return; // anybody's finger
    for (const entry of await mine()) if (entry.refused) await forget(entry.id);
    await draw();
  }

  // ---- begin
  const ready = (async () => {
    if (place.dataset.device) await remember(place.dataset);
    one("[data-send]")?.addEventListener("click", () => send(true));
    one("[data-file]")?.addEventListener("click", saveToFile);
    one("[data-drop]")?.addEventListener("click", dropRefused);
    await draw();
    send();
  })();
  async function working(scope) {
    const { active, waiting: next, installing } = await navigator.serviceWorker.register(WORKER, { scope });
    if (active) return active;
    const coming = installing || next;
    await new Promise((resolve) => { coming.onstatechange = () => { if (coming.state === "activated") resolve(); }; });
    return coming;
  }
  const hasDevice = async () => Boolean(await read("devices", deviceName()));
  window.participaOffline = { CACHE, changed: () => {}, place, ready, hasDevice, save, send, draw, forget, answers };
  (async () => {
    await ready;
    if (!place.dataset.keep) return;
    const told = new MessageChannel();
    told.port1.onmessage = ({ data }) => { document.documentElement.dataset.kept = data; };
    const worker = await working("/asistencia/");
    if (place.dataset.scope) await working(place.dataset.scope);
    worker.postMessage({ keep: place.dataset.keep }, [told.port2]);
  })().catch((error) => console.warn(error));
})();
