// The page on which people sign without a signal: the same form, whose entries go into the queue of the
// device (attendance_offline.js). It also takes over what the worker could not send.
//
// Inside: [data-form], what asks; [data-saved], shown after saving, with [data-outcome] and
//   [data-receipt-link] for what the server answered; [data-again], button for the next person;
//   [data-unsent], what was sent and could not be saved as it is; [data-no-device], shown where nothing
//   can be saved.
(() => {
  "use strict";
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const part = one("[data-offline]"), form = part && one("form", part), queue = window.participaOffline;
  if (!form) return;
  if (!queue) { one("[data-no-device]", part).hidden = false; return; }

  const controls = (from) => all("input, select, textarea", from).filter((field) => field.name && field.type !== "hidden");
  const isSeen = (field) => field.getClientRects().length > 0;
  const isGiven = (field) => (/radio|checkbox/.test(field.type) ? field.checked : field.value.trim() !== "");
  const unasked = new Set(["submission", "permit", "screen_code", "csrf_token"]);
  // What somebody typed before saying that they are a child, or have no document, is not stored.
  const isAsked = (name) => ![...form.querySelectorAll("[data-unless]")].some((box) => one(box.dataset.unless) && one(`[name="${name}"]`, box));
  const fieldsOf = () => [...new FormData(form)].filter(([name, value]) => value && !unasked.has(name) && !name.startsWith("hoja") && isAsked(name));
  let submission = "", latest = "";

  function complain(field, words) {
    const box = field.closest(".field, fieldset") || field.parentElement;
    let error = one(".error", box);
    if (!error) {
      error = Object.assign(document.createElement("p"), { className: "error" });
      error.setAttribute("role", "alert");
      (one("label, legend", box) || field).after(error);
    }
    error.textContent = words;
    box.classList.add("wrong");
    field.focus();
    return false;
  }
  function isComplete() {
    all(".error", form).forEach((error) => { error.closest(".wrong")?.classList.remove("wrong"); error.remove(); });
    for (const group of all("[data-need]", form)) {
      const seen = controls(group).filter(isSeen);
      if (seen.length && !seen.some(isGiven)) return complain(seen[0], group.dataset.need);
    }
    for (const group of all("[data-consent]", form)) {
      const consent = one(`[name="${group.dataset.consent}"]`, group);
      const told = controls(group).filter((field) => field !== consent && isSeen(field) && isGiven(field) && field.value !== group.dataset.noAnswer);
      if (told.length && !consent.checked) return complain(consent, group.dataset.consentNeed);
    }
    const number = form.elements.document, kind = form.elements.document_type?.value;
    if (!number || !isSeen(number) || !kind) return true;
    const typed = number.value.normalize("NFKC").replace(/[\s.,'·’\-–—_/]+/g, "").toUpperCase();
    const [pattern, words] = JSON.parse(one("[data-shapes]", part).dataset.shapes)[kind] || [];
    return !pattern || new RegExp(pattern).test(typed) || complain(number, words);
  }
  function clear() {
    form.reset();
    one("[data-unsent]", part).hidden = true;
    submission = "";
    all(".error", form).forEach((error) => { error.closest(".wrong")?.classList.remove("wrong"); error.remove(); });
    all("input[type=hidden]", form).forEach((field) => { if (field.name === "signature") field.value = ""; });
  }
  async function submit(event) {
    event?.preventDefault();
    if (form.inert || !isComplete()) return;
    form.inert = true; // a second touch
    try {
      const id = await queue.save(fieldsOf(), submission);
      form.inert = false;
      page.saved(id);
    } catch (error) {
      console.warn(error);
      one("[data-no-device]", part).hidden = false;
    } finally { form.inert = false; }
  }
  function show(isSaved) {
    one("[data-form]", part).hidden = isSaved;
    one("[data-saved]", part).hidden = !isSaved;
    window.scrollTo(0, 0);
    if (isSaved) one("[data-saved] h2", part).focus();
  }
  // What follows when an entry is in the queue; at the tablet it is something else.
  async function saved(id) {
    clear();
    show(true);
    one("[data-outcome]", part).textContent = "";
    one("[data-receipt-link]", part).hidden = true;
    latest = id;
    await queue.draw();
    await queue.send();
  }
  queue.changed = () => { // what the server answered to who signed last
    const told = queue.answers.get(latest);
    if (!told) return;
    one("[data-outcome]", part).textContent = told.state === "refused" ? told.sentence : "Ya llegó: su firma está en el listado.";
    const link = one("[data-receipt-link] a", part);
    if (told.receipt) link.href = told.receipt;
    link.parentElement.hidden = !told.receipt;
  };

  async function takeOver() { // what could not be sent a moment ago
    const cache = await caches.open(queue.CACHE), at = `${new URL(part.dataset.keep, location.href).pathname}/borrador`;
    const draft = await cache.match(at);
    if (!draft) return;
    const fields = await draft.json();
    const isOfForm = fields.some(([name]) => name === "age");
    for (const [name, value] of fields) {
      for (const field of all("input, select, textarea", form).filter((known) => known.name === name)) {
        if (/radio|checkbox/.test(field.type)) field.checked ||= field.value === value;
        else if (name !== "submission") field.value = value;
      }
      if (name === "submission") submission = value;
    }
    if (isOfForm && isComplete()) await submit();
    else one("[data-unsent]", part).hidden = false;
    await cache.delete(at); // not before it is in the queue
  }

  const page = (window.participaNoSignal = { part, form, saved, show, clear });
  (async () => {
    await queue.ready;
    form.noValidate = true;
    form.addEventListener("submit", submit);
    one("[data-no-device]", part).hidden = await queue.hasDevice();
    one("[data-again]", part)?.addEventListener("click", () => { clear(); show(false); });
    if (part.dataset.keep) await takeOver();
    part.dataset.ready = "";
  })().catch((error) => console.warn(error));
})();
