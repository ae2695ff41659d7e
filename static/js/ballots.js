// Voting in the browser. The code and the choices stay in this page, and only the encrypted ballot
// leaves it. This script keeps nothing of them; the browser itself may keep the address that a
// scanned card opened, and the page says so.
//
// It shares no code with form-steps.js. An import would be a fifth request of this page (the limit
// is 4), this file is one of those whose hash is published for audits and has to be read alone, and
// the steps differ: drawn from the signed record instead of a form, with one entry in the history.
(() => {
  "use strict";
  const place = document.querySelector("[data-vote]");
  if (!place) return;
  const one = (selector, from = place) => from.querySelector(selector);
  const made = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
  const kiosk = place.dataset.kiosk || "";
  const intro = [...document.querySelectorAll("[data-intro]")];
  const hows = JSON.parse(place.dataset.how);
  const heading = document.querySelector("h1"), title = document.title;
  const BLANK_WORDS = "Voto en blanco";
  const PATIENCE_MS = 30000, LOOK_MS = 8000, KEPT = "participa-codigo";
  let code = "", votes = [], here = 0, toReview = false; // steps: 0 the code, 1 … the questions, then the review
  let urna = null, asked = null, secretCode = "", second = "";
  let sealed = null, sealing = null; // the encrypted ballot while it is here, and its making
  let ballot = null, tracker = "", isBusy = false, waited = 0, timer = 0, isOver = false;

  // ---- the code in the address, which is never sent; it goes before anything else happens
  const fromAddress = () => {
    const found = new URLSearchParams(location.hash.slice(1)).get("c") || "";
    if (found) history.replaceState(history.state, "", location.pathname + location.search);
    return found;
  };
  // …or kept for one reload of a page that is older than its server. It is taken away at once.
  const fromReload = () => {
    try {
      const kept = sessionStorage.getItem(KEPT) || "";
      sessionStorage.removeItem(KEPT);
      return kept;
    } catch { return ""; }
  };
  const wasReloaded = fromReload();
  code = fromAddress() || wasReloaded;
  window.addEventListener("hashchange", () => {
    const found = fromAddress();
    if (!found || ballot || isBusy) return;
    code = found; // another card may be another person's: what was marked before goes
    second = "";
    votes = votes.map(() => null);
    show(0);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted && isOver) location.reload(); });

  const canEncrypt = typeof BigInt === "function" && window.crypto && crypto.subtle && crypto.getRandomValues;
  if (!canEncrypt) {
    code = "";
    place.replaceChildren(made(window.isSecureContext ? "sin-cifrado" : "sin-https"));
    return;
  }

  // ---- what is wrong: above the step, with the way to repair it, and again at the field
  function complain(words, repair, field) {
    place.querySelectorAll(".problem, .error").forEach((part) => part.remove());
    place.querySelectorAll(".wrong").forEach((part) => part.classList.remove("wrong"));
    document.title = document.title.replace("Error: ", "");
    if (!words) return;
    const box = made("problema"), link = one("button", box);
    if (repair) { link.textContent = words; link.onclick = repair; }
    else link.replaceWith(words);
    place.prepend(box);
    if (field) {
      const error = Object.assign(document.createElement("p"), { className: "error", textContent: words });
      one(".hint", field).after(error);
      field.classList.add("wrong");
    }
    document.title = `Error: ${document.title}`;
    box.focus();
    box.scrollIntoView({ block: "start" });
  }

  // ---- what only a voter needs comes when somebody begins to vote
  async function load() {
    if (asked) return;
    const [module, answer] = await Promise.all([import(place.dataset.urna), fetch(place.dataset.record)]);
    if (!answer.ok) throw new Error(answer.status);
    asked = await module.readElection(new Uint8Array(await answer.arrayBuffer()));
    urna = module;
    votes = asked.questions.map(() => null); // nothing marked; otherwise a list of places, or BLANK_WORDS
  }

  // ---- after an upgrade this page's scripts have gone from the server: load the page again
  async function isStale() {
    try {
      const answer = await fetch(location.pathname, { cache: "no-store" });
      return answer.ok && !(await answer.text()).includes(`data-version="${place.dataset.version}"`);
    } catch { return false; }
  }
  function reload() {
    try {
      if (wasReloaded) throw new Error("once is enough");
      sessionStorage.setItem(KEPT, code);
    } catch {
      return complain("Esta página cambió mientras estaba abierta. Toque aquí para recargarla, y escriba otra vez el código.", () => location.reload());
    }
    location.reload();
  }

  // ---- steps
  const last = () => asked.questions.length + 1;
  function show(step, focus = true) {
    here = step;
    draw(step === 0 ? start() : step === last() ? review() : question(step - 1), focus);
  }
  function draw(part, focus = true) {
    const isStart = Boolean(one("#codigo", part));
    intro.forEach((about) => { about.hidden = !isStart; });
    heading.className = isStart ? "" : "small";
    place.replaceChildren(part);
    const name = one("legend, h2", part);
    document.title = name ? `${name.textContent} · ${title}` : title;
    if (focus) { (name || one("input, button", part)).focus(); window.scrollTo(0, 0); }
  }
  // One entry of the history stands for all steps, so that the phone's own way back goes one step
  // back, and one entry is to be left behind at the end.
  function go(step) {
    if (here === 0 && step > 0 && !kiosk) history.pushState({ urna: true }, "");
    show(step);
  }
  const back = () => { toReview = false; if (here === 1 && !kiosk) history.back(); else show(here - 1); };
  window.addEventListener("popstate", () => {
    if (isOver || !asked || here === 0) return;
    if (isBusy || ballot) { history.pushState({ urna: true }, ""); return; }
    toReview = false;
    show(here - 1);
    if (here > 0) history.pushState({ urna: true }, "");
  });
  const onward = (step) => { const isChange = toReview; toReview = false; go(isChange ? last() : step + 1); };

  function start() {
    const part = made("inicio"), field = one("input", part), read = one("[data-read]", part);
    const type = (isTyped) => { one("[data-type]", part).hidden = !isTyped; read.hidden = isTyped; };
    field.value = code;
    one("[data-end]", part).textContent = code.slice(-4);
    type(!code || isMistyped);
    one("[data-other]", part).onclick = () => { code = field.value = ""; type(true); field.focus(); };
    place.urna?.started?.(part);
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); begin(field); } });
    one("[data-next]", part).onclick = () => begin(field);
    return part;
  }
  let isMistyped = false;
  async function begin(field) {
    if (isBusy) return;
    isBusy = true;
    const button = one("[data-next]");
    button.setAttribute("aria-disabled", "true");
    code = field.value.split("#c=").pop().trim(); // a reader of signs types the whole address
    const told = await look();
    isBusy = false;
    button.removeAttribute("aria-disabled");
    if (told.isStale) return reload();
    if (told.isAway) return complain("No pudimos traer la papeleta. Revise la señal y toque otra vez «Empezar a votar».", () => { complain(""); begin(field); });
    if (told.state === "used") return draw(used());
    if (told.state === "second" && !second) return draw(secondStep());
    isMistyped = Boolean(told.problem) && told.state !== "second";
    if (!isMistyped) return onward(0);
    show(0, false);
    one("#codigo").setAttribute("aria-invalid", "true");
    complain(told.problem, () => one("#codigo").focus(), one("[data-type]"));
  }
  // Whether this code may vote, before anybody answers questions with it. The box is asked by the
  // digest of the code's public half, which its roll publishes. No answer is no obstacle: the box
  // looks again when the ballot arrives.
  async function look() {
    try { await load(); } catch { return (await isStale()) ? { isStale: true } : { isAway: true }; }
    let read = "";
    try { read = urna.readCode(code); } catch (problem) {
      return { problem: code ? problem.message : "Escriba el código de su tarjeta." };
    }
    if (read !== secretCode) second = "";
    code = secretCode = read;
    try {
      const half = urna.generator().power(await urna.secretOf(code, asked.uuid));
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(String(half))));
      const body = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      const answer = await fetch(place.dataset.state, { method: "POST", body, cache: "no-store", signal: AbortSignal.timeout?.(LOOK_MS) });
      return answer.ok ? await answer.json() : {};
    } catch { return {}; }
  }

  // ---- a ballot of this code is stored
  const other = () => { code = second = ""; show(0); one("#codigo").focus(); };
  function used() {
    const part = made("usado");
    one("[data-other]", part).onclick = other;
    return part;
  }
  function secondStep() {
    const part = made("cambio"), field = one("input", part);
    const next = () => {
      second = field.value.replace(/[\s.\-\u2010-\u2015]/g, "");
      if (/^[0-9]{6}$/.test(second)) return onward(0);
      second = "";
      complain("Son 6 cifras. En la tarjeta están donde dice «Para cambiar su voto».", () => field.focus(), one(".field", part));
    };
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); next(); } });
    one("[data-next]", part).onclick = next;
    one("[data-other]", part).onclick = other;
    return part;
  }

  // ---- a question, with the words of the record that the ballot is bound to
  const takesSeveral = (question) => question.most > 1 || question.least === 0;
  function question(n) {
    const about = asked.questions[n], part = made("pregunta"), list = one(".cards", part);
    const kind = takesSeveral(about) ? "checkbox" : "radio";
    one(".where", part).textContent = `Pregunta ${n + 1} de ${asked.questions.length}`;
    one("legend", part).textContent = about.text;
    one(".hint", part).textContent = hows[n] || "";
    const words = about.hasBlank ? [...about.answers, BLANK_WORDS] : about.answers;
    list.replaceChildren(...words.map((label, index) => {
      const row = document.createElement("li"), card = document.createElement("label");
      const input = document.createElement("input"), name = document.createElement("b");
      const isBlank = index === about.answers.length;
      Object.assign(input, { type: kind, name: `pregunta-${n + 1}`, value: isBlank ? BLANK_WORDS : index, autocomplete: "off" });
      input.checked = isBlank ? votes[n] === BLANK_WORDS : Array.isArray(votes[n]) && votes[n].includes(index);
      card.className = "card";
      name.textContent = label;
      card.append(input, name);
      row.append(card);
      return row;
    }));
    const inputs = [...list.querySelectorAll("input")], count = one("[data-count]", part);
    list.addEventListener("change", (event) => {
      const chosen = event.target;
      const others = inputs.filter((other) => other !== chosen && (chosen.value === BLANK_WORDS || other.value === BLANK_WORDS));
      const isTaken = kind === "checkbox" && chosen.checked && others.some((other) => other.checked);
      if (kind === "checkbox" && chosen.checked) others.forEach((other) => { other.checked = false; });
      const marked = inputs.filter((input) => input.checked).map((input) => input.value);
      votes[n] = marked.includes(BLANK_WORDS) ? BLANK_WORDS : marked.map(Number);
      ballot = null;
      count.textContent = isTaken ? (chosen.value === BLANK_WORDS ? "Marcó voto en blanco: quitamos lo demás." : "Quitamos el voto en blanco.") : told(about, votes[n]);
    });
    count.textContent = votes[n] ? told(about, votes[n]) : "";
    one("[data-next]", part).onclick = () => {
      const wrong = whyNot(about, votes[n]);
      complain(wrong, () => (inputs.find((input) => input.checked) || inputs[0]).focus(), one("fieldset", part));
      if (!wrong) onward(n + 1);
    };
    one("[data-back]", part).onclick = back;
    return part;
  }
  const told = (about, vote) => (takesSeveral(about) && Array.isArray(vote) ? `Lleva ${vote.length} de ${about.most}.` : "");
  const wordsOf = (about, vote) => (vote === BLANK_WORDS ? BLANK_WORDS : (vote || []).map((index) => about.answers[index]).join("; ") || "Ninguna opción");
  const chosen = (vote) => (vote === BLANK_WORDS ? urna.BLANK : vote || []);
  function whyNot(about, vote) {
    const marked = chosen(vote);
    if (marked !== urna.BLANK && marked.length > about.most) {
      return `Marcó ${marked.length} opciones. Escoja ${about.most === 1 ? "una sola opción" : `hasta ${about.most} opciones`} y quite las demás.`;
    }
    try { urna.vector(about, marked); return ""; } catch (problem) {
      const words = problem.message.replace(" 1 opción.", " una opción.");
      return about.hasBlank ? words.replace(/\.$/, `, o «${BLANK_WORDS}».`) : words;
    }
  }

  // ---- review
  function review() {
    const part = made("revision"), rows = [];
    const row = (name, words, step) => {
      const line = made("renglon");
      one("dt", line).textContent = name;
      one("dd", line).textContent = words;
      one(".hidden", line).textContent = ` ${name}`;
      one("button", line).onclick = () => { toReview = true; go(step); };
      rows.push(line);
    };
    asked.questions.forEach((about, n) => {
      row(about.text, wordsOf(about, votes[n]), n + 1);
    });
    row("Su código", `Termina en ${secretCode.slice(-4)}`, 0);
    one(".review", part).replaceChildren(...rows);
    sealing = seal(one("[data-sealed]", part), one("[data-check]", part));
    one("[data-open]", part).onclick = open;
    one("[data-next]", part).onclick = deposit;
    one("[data-again]", part).onclick = () => { if (!isBusy) send(); };
    one("[data-back]", part).onclick = back;
    return part;
  }

  // ---- encrypting, before anybody presses a button: the tracker that the page shows binds this
  // phone to this ballot before it can know whether the ballot will be cast or opened
  async function seal(said, check) {
    sealed = null;
    try {
      await drawn();
      const fresh = await urna.makeBallot(asked, await urna.secretOf(secretCode, asked.uuid), votes.map(chosen));
      if (!said.isConnected) return null;
      const start = document.createElement("code");
      start.textContent = fresh.tracker.slice(0, 12).match(/.{4}/g).join(" ");
      said.replaceChildren("Su voto ya está cifrado y todavía no sale de este celular. Su rastreador empieza por ", start, ".");
      check.hidden = false;
      sealed = fresh;
      return fresh;
    } catch { return null; }
  }
  // ---- opening it instead of casting it; whatever the server answers, it is never cast afterwards
  async function open() {
    if (isBusy || ballot || !sealed) return;
    isBusy = true;
    complain("");
    say("Abriendo la papeleta…");
    sealing = null;
    let answer = null, told = null;
    try {
      const headers = { "Content-Type": "application/octet-stream", "Page-Version": place.dataset.version };
      answer = await fetch(place.dataset.check, { method: "POST", body: urna.challengeRecord(sealed), headers, cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE_MS) });
      told = await answer.json();
    } catch { told = null; }
    isBusy = false;
    say("");
    if (!told?.tracker) {
      return complain(told?.problem || "No pudimos abrir la papeleta. Revise la señal y toque aquí.", () => { complain(""); open(); });
    }
    sealed = null;
    const part = made("abierta");
    one(".review", part).replaceChildren(...asked.questions.map((about, n) => {
      const line = made("renglon");
      one("dt", line).textContent = about.text;
      one("dd", line).textContent = wordsOf(about, votes[n]);
      one(".change", line).remove();
      return line;
    }));
    one("[data-next]", part).onclick = () => show(last());
    draw(part);
  }

  // ---- depositing: the same bytes until they arrive
  const drawn = () => new Promise((resume) => { requestAnimationFrame(() => setTimeout(resume)); });
  function say(words, isWaiting = false) {
    const signal = one("[data-signal]");
    signal.hidden = !words;
    signal.textContent = words;
    one("[data-again]").hidden = !isWaiting;
    one("[data-next]").hidden = isWaiting;
    one("[data-back]").hidden = Boolean(words);
    one("[data-check]").hidden = Boolean(words) || !sealed;
    place.querySelectorAll(".change button").forEach((button) => { button.disabled = Boolean(words); });
    one("[data-next]").setAttribute("aria-disabled", String(Boolean(words)));
  }
  async function deposit() {
    if (isBusy || ballot) return;
    isBusy = true;
    complain("");
    say("Cifrando su voto en este celular…");
    await drawn();
    try {
      const fresh = await (sealing || seal(one("[data-sealed]"), one("[data-check]")));
      ballot = new TextEncoder().encode(fresh.ballot);
      tracker = fresh.tracker;
    } catch {
      isBusy = false;
      say("");
      return complain("Este navegador no pudo cifrar el voto. Use otra forma de votar, con la misma tarjeta.");
    }
    isBusy = false;
    send();
  }
  async function send() {
    isBusy = true;
    clearTimeout(timer);
    say("Depositando…");
    const patience = new AbortController();
    const stop = setTimeout(() => patience.abort(), PATIENCE_MS);
    let answer = null, told = null;
    try {
      const headers = { "Content-Type": "application/octet-stream", "Page-Version": place.dataset.version };
      if (second) headers["Second-Part"] = second;
      answer = await fetch(place.dataset.cast, { method: "POST", body: ballot, headers, cache: "no-store", signal: patience.signal });
      told = await answer.json();
    } catch { told = null; }
    clearTimeout(stop);
    isBusy = false;
    if (!answer || answer.status === 429 || answer.status >= 500 || (answer.ok && !told)) return later(answer);
    if (!answer.ok) return refused(told);
    if (told.tracker !== tracker) return refused({ problem: `La urna contestó con otro rastreador. Anote el suyo, ${tracker}, y avise en la mesa.` });
    over(told.address);
  }
  function later(answer) {
    waited = Math.min(waited + 1, 5);
    say(answer ? "Hay mucha gente votando. Guardamos su papeleta en este celular, ya cifrada. La enviamos de nuevo en unos segundos; no cierre esta página."
      : "Sin señal. Guardamos su papeleta en este celular, ya cifrada. Se envía sola cuando vuelva la señal; no cierre esta página.", true);
    timer = setTimeout(send, 1000 * 2 ** waited);
    if (waited === 1) one("[data-again]").focus();
  }
  window.addEventListener("online", () => { if (ballot && !isBusy && timer) send(); });
  window.addEventListener("beforeunload", (event) => { if (ballot && !isOver) event.preventDefault(); });
  function refused(told) {
    ballot = sealing = null; // what was refused is encrypted anew
    timer = waited = 0;
    say("");
    const words = told?.problem || "No pudimos depositar su papeleta. Recargue la página y vote otra vez.";
    if (told?.field === "second") {
      here = 0;
      second = "";
      toReview = true;
      draw(secondStep(), false);
      return complain(words, () => one("#segunda").focus(), one(".field"));
    }
    const toCode = () => { complain(""); toReview = true; isMistyped = true; go(0); };
    complain(words, { code: toCode, page: reload }[told?.field]);
  }
  function over(address) {
    const target = new URL(address, location.origin);
    if (kiosk) target.searchParams.set("quiosco", "1");
    const mine = tracker;
    forget();
    if (place.urna?.receive) place.urna.receive(target, mine);
    else location.replace(target.href);
  }
  function forget() {
    isOver = true;
    code = secretCode = second = tracker = "";
    votes = [];
    ballot = sealed = sealing = null;
    place.replaceChildren();
    document.title = title;
  }

  // ---- for ballots_kiosk.js, which shows receipts in this page
  if (kiosk) {
    place.urna = {
      begin,
      isUsed: () => here > 0 || [...place.querySelectorAll("#codigo, #segunda")].some((field) => field.value),
      isWaiting: () => Boolean(ballot) || isBusy,
      restart: () => {
        forget();
        isOver = toReview = isMistyped = false;
        timer = waited = 0;
        votes = asked ? asked.questions.map(() => null) : [];
        show(0, false);
      },
    };
  }

  show(0, false);
})();
