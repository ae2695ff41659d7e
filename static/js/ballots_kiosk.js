// The tablet at the table, beside ballots.js. A receipt comes into this page and leaves it without a
// change of address, so that the tablet's history has neither a tracker nor the moment of a vote.
// Who walks away leaves nothing. A card can be scanned where the browser reads QR codes itself.
(() => {
  "use strict";
  const place = document.querySelector("[data-vote]"), urna = place?.urna;
  if (!urna) return;
  const one = (selector, from = place) => from.querySelector(selector);
  const made = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
  const heading = document.querySelector("h1");
  const IDLE_SECONDS = 60, WARNING_SECONDS = 20, PATIENCE_MS = 10000, LOOK_AGAIN_MS = 200;
  let idle = 0, left = 0, shown = ""; // shown: the address of what was brought into this page

  // ---- the receipt, and what a voter tells of themselves
  urna.receive = async (target, tracker) => {
    try { await bring(target.href); } catch { draw([receiptOf(tracker)], target.href); }
  };
  async function bring(address, options = {}) {
    const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE_MS), ...options });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html"), main = page.querySelector("main");
    if (!main || (!answer.ok && answer.status !== 422)) throw new Error(answer.status);
    draw([...main.childNodes], answer.url);
    document.title = page.title;
  }
  // Without signal: what the page knows by itself.
  function receiptOf(tracker) {
    const part = made("recibo"), words = one("[data-tracker]", part);
    words.dataset.tracker = tracker;
    words.replaceChildren(...tracker.match(/.{1,4}/g).map((signs) => Object.assign(document.createElement("span"), { textContent: `${signs} ` })));
    return part;
  }
  function draw(nodes, address) {
    shown = address;
    heading.hidden = true;
    place.replaceChildren(...nodes);
    place.querySelectorAll("form").forEach((form) => form.addEventListener("submit", (event) => send(event, form)));
    place.querySelectorAll("a[href]").forEach((link) => link.addEventListener("click", (event) => follow(event, link)));
    act("[data-print]", () => window.print());
    act("[data-stay]", () => { left = 2 * IDLE_SECONDS; });
    one("#listo")?.classList.add("now");
    left = +(one("[data-return]")?.dataset.seconds || IDLE_SECONDS);
    const name = one("h1, h2");
    if (name) { name.tabIndex = -1; name.focus(); }
    window.scrollTo(0, 0);
  }
  const act = (selector, work) => { const found = one(selector); if (found) { found.hidden = false; found.addEventListener("click", work); } };
  function follow(event, link) {
    if (link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    if (link.pathname === location.pathname) finish();
    else bring(link.href).catch(finish);
  }
  function send(event, form) {
    event.preventDefault();
    if (form.inert) return;
    form.inert = true; // a second click
    const body = new URLSearchParams(new FormData(form, event.submitter));
    bring(form.getAttribute("action") || shown, { method: "POST", body }).catch(() => { form.inert = false; });
  }
  function finish() {
    shown = "";
    heading.hidden = false;
    urna.restart();
  }

  // ---- who walks away leaves nothing
  const stay = () => {
    idle = 0;
    if (shown) left = Math.max(left, +(one("[data-return]")?.dataset.seconds || IDLE_SECONDS));
    one("[data-here]")?.closest(".note").remove();
  };
  for (const name of ["pointerdown", "keydown", "input"]) document.addEventListener(name, stay, true);
  const count = (seconds) => { const words = one("[data-left]"); if (words) words.textContent = Math.max(seconds, 0); };
  setInterval(() => {
    if (shown) {
      left -= 1;
      count(left);
      const note = one("[data-return]");
      if (note && left < WARNING_SECONDS) note.hidden = false;
      if (left <= 0) finish();
      return;
    }
    const isUsed = urna.isUsed() || one("[data-camera]:not([hidden])") || one("h2");
    if (!isUsed || urna.isWaiting()) { idle = 0; return; }
    idle += 1;
    if (idle >= IDLE_SECONDS) { idle = 0; urna.restart(); return; }
    if (idle < IDLE_SECONDS - WARNING_SECONDS) return;
    if (!one("[data-here]")) { place.prepend(made("sigue")); one("[data-here]").focus(); }
    count(IDLE_SECONDS - idle);
  }, 1000);

  // ---- scanning a card; nothing is recorded, and the camera goes off with the step
  let canScan = false;
  urna.started = (part) => {
    const button = one("[data-scan]", part);
    button.hidden = !canScan;
    button.onclick = () => scan(part);
  };
  async function scan(part) {
    const view = one("[data-camera]", part), video = one("video", part), field = one("input", part);
    if (!view.hidden) return;
    view.hidden = false;
    let stream = null;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      await video.play();
      const found = await codeSeen(new BarcodeDetector({ formats: ["qr_code"] }), video);
      if (found) { field.value = found; urna.begin(field); }
    } catch {
      one("[data-no-camera]", part).hidden = false;
    } finally {
      stream?.getTracks().forEach((track) => track.stop());
      view.hidden = true;
    }
  }
  async function codeSeen(reader, video) {
    while (video.isConnected && !video.closest("[hidden]")) {
      const seen = await reader.detect(video);
      const card = seen.map((sign) => sign.rawValue).find((text) => text.includes("#c="));
      if (card) return card;
      await new Promise((resume) => { setTimeout(resume, LOOK_AGAIN_MS); });
    }
    return "";
  }
  (async () => {
    const formats = window.BarcodeDetector && navigator.mediaDevices ? await BarcodeDetector.getSupportedFormats() : [];
    canScan = formats.includes("qr_code");
    if (one("[data-scan]")) urna.started(place);
  })();
})();
