// The desk at the door, for accounts and for devices with a link: searches while somebody types,
// registers without leaving the page, and follows the counters. Without it every button still works.
"use strict";

(() => {
  const place = document.querySelector("[data-desk]");
  if (!place) return;
  const PAUSE_MS = 200, COUNT_MS = 4000, PATIENCE_MS = 10000;
  const one = (selector) => place.querySelector(selector);
  const search = one("[data-search]"), typed = one("#typed"), told = one("[data-told]");
  const AWAY = "Sin señal: no se guardó. Inténtelo otra vez.";
  const BUSY = "No se pudo en este momento. Inténtelo otra vez.";
  const OVER = "Esta mesa ya no está abierta. Recargue la página.";
  let asking = null, waiting = 0;

  function tell(sentence, look = "late") {
    if (!sentence) { told.replaceChildren(); return; }
    const words = document.createElement("p");
    words.className = `note ${look}`;
    words.textContent = sentence;
    told.replaceChildren(words);
  }

  async function ask(address, options = {}) {
    const timeout = AbortSignal.timeout?.(PATIENCE_MS);
    const answer = await fetch(address, {
      headers: { Accept: "application/json" }, cache: "no-store", signal: timeout, ...options,
    });
    if (!answer.headers.get("Content-Type")?.startsWith("application/json")) {
      throw Object.assign(new Error(), { sentence: [400, 401, 403, 404].includes(answer.status) ? OVER : BUSY });
    }
    return answer.json();
  }

  function show(parts) {
    if (parts.counters) one("[data-counters]").innerHTML = parts.counters;
    if (parts.people !== undefined) one("[data-people]").innerHTML = parts.people;
  }

  // ---- search
  async function look() {
    clearTimeout(waiting);
    asking?.abort();
    asking = new AbortController();
    const mine = asking;
    try {
      const body = new URLSearchParams(new FormData(search));
      const parts = await ask(search.action, { method: "POST", body, signal: mine.signal });
      if (mine !== asking) return;
      show(parts);
      tell(parts.told, parts.look);
    } catch (fault) {
      if (mine === asking && fault.name !== "AbortError") tell(fault.sentence || AWAY);
    }
  }
  typed.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE_MS);
  });
  search.addEventListener("submit", (event) => { event.preventDefault(); look(); });

  // ---- acts: register, undo, exit, somebody new, a scanned ticket
  place.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-act]")) return;
    event.preventDefault();
    if (form.inert) return; // a second tap
    form.inert = true;
    clearTimeout(waiting);
    asking?.abort();
    asking = null;
    const scan = form.querySelector("[name=scan]");
    try {
      const body = new URLSearchParams(new FormData(form, event.submitter));
      const parts = await ask(form.action, { method: "POST", body });
      if (!parts.is_refused) show(parts);
      tell(parts.told, parts.look);
      after(form, scan, parts);
    } catch (fault) {
      tell(fault.sentence || AWAY);
    } finally {
      form.inert = false;
    }
  });

  // The next person: an empty field, where a scanner or a thumb begins again.
  function after(form, scan, parts) {
    const problem = one("[data-people] .problem");
    if (problem) { problem.focus(); return; }
    if (scan) { scan.value = ""; scan.focus(); return; }
    if (parts.is_refused) return;
    typed.value = "";
    typed.focus({ preventScroll: true });
    search.scrollIntoView({ block: "start" });
  }

  // ---- counters
  setInterval(async () => {
    if (document.hidden) return;
    try { show(await ask(place.dataset.counting)); } catch { /* the last ones stay */ }
  }, COUNT_MS);
})();
