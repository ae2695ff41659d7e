// Shows a public form one step at a time, with progress, Back, a review, and sending that survives
// a lost signal. Without this script, or when any part of it fails, the page is one plain form. What
// its attributes say: docs/development/forms-in-steps.md.
(() => {
  "use strict";
  const MAY_NAME = /@[\w-]+\.\w|(?:^|[^\d$.,])\d(?:[ .-]?\d){6}|(?:[Mm]e llamo|[Mm]i nombre es|[Ss]oy|[Ss]e llama|[Ss]eñora?|[Dd]on|[Dd]oña|[Dd]octora?|[Vv]ecin[ao])\s+\p{Lu}\p{Ll}/u;
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const element = (tag, properties, ...content) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...content);
    return made;
  };
  const unseen = (words) => element("span", { className: "hidden" }, ` ${words}`);
  const storageIn = (place) => ({
    read(key) { try { return JSON.parse(place().getItem(key)); } catch { return null; } },
    write(key, value) { try { place().setItem(key, JSON.stringify(value)); return true; } catch { return false; } },
    remove(key) { try { place().removeItem(key); } catch { /* refused: nothing was stored either */ } },
  });
  const storage = storageIn(() => localStorage), ofTab = storageIn(() => sessionStorage);
  const sentMark = (key) => `${key}:listo`;

  // ---- tokens that were sent, from any tab: no draft of theirs is stored or shown again. They are
  //      stored as hashes, because a token leads to its receipt.
  const SPENT = "participa:enviadas", SENDING = "participa:enviando", TAB = "participa:tab";
  const hashOf = (token = "") => [...token].reduce((hash, sign) => Math.imul(hash ^ sign.codePointAt(0), 16777619) >>> 0, 2166136261);
  const isSpent = (token) => (storage.read(SPENT) || []).includes(hashOf(token));
  const spend = (hash) => storage.write(SPENT, [...(storage.read(SPENT) || []).slice(-49), hash]);
  const tokenOf = (sent) => sent?.elements.submission?.value;
  const noteSending = (sent) => ofTab.write(SENDING, hashOf(tokenOf(sent)));
  document.addEventListener("submit", ({ target, submitter }) => {
    if (submitter?.name === "confirm" || "final" in target.dataset) noteSending(target);
  });
  if (one(".problem")) ofTab.remove(SENDING); // it was not taken
  const tab = () => { // only where a draft is stored: elsewhere nothing is
    const known = ofTab.read(TAB) || Math.random();
    ofTab.write(TAB, known);
    return known;
  };

  const receipt = one("[data-receipt]");
  if (receipt) {
    const key = receipt.dataset.receipt, sent = ofTab.read(SENDING);
    if (sent) spend(sent);
    ofTab.remove(SENDING);
    if (isSpent(storage.read(key)?.token)) storage.remove(key);
    if (!("secret" in receipt.dataset)) storage.write(sentMark(key), true);
    else if (!receipt.dataset.secret) window.addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });
  }

  const form = one("form[data-steps]");
  const LATER_MS = 2000;
  const onceBegun = (address) => {
    let isLoaded = false;
    const load = () => {
      if (!isLoaded) document.head.append(element("script", { src: address }));
      isLoaded = true;
    };
    ["focusin", "pointerdown", "change"].forEach((type) => form.addEventListener(type, load, { once: true }));
    return load;
  };
  if (form?.dataset.more) {
    const load = onceBegun(form.dataset.more);
    if (storage.read(form.dataset.known)) load();
  }

  if (form?.dataset.later) {
    const load = onceBegun(form.dataset.later), soon = () => setTimeout(load, LATER_MS);
    if (document.readyState === "complete") soon();
    else window.addEventListener("load", soon);
  }

  // ---- Back after the receipt: the empty form, and not what the person before answered
  const own = new URL(location.href), empty = new URL(location.href); // of this showing, and of a new one
  own.hash = empty.hash = "";
  const [showing, review] = (own.searchParams.get("hoja") || "").split(".");
  if (review) own.searchParams.set("hoja", showing);
  if (showing) empty.searchParams.delete("hoja");
  const isReceipt = ({ url }) => ["comprobante", "listo", "pase"].some((word) => url?.startsWith(`${empty.origin}${empty.pathname}/${word}/`));
  const wasSent = () => Boolean(window.navigation?.entries?.().slice(navigation.currentEntry.index + 1).some(isReceipt));
  const isFilled = () => one(form ? ".problem, form[data-steps] input:checked" : "dl.review");
  const forget = () => location.replace(empty.href);
  const wasSentHere = (token) => token && (isSpent(token) || hashOf(token) === ofTab.read(SENDING));
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && (wasSent() || [...document.forms].some((shown) => wasSentHere(tokenOf(shown))))) forget();
  });
  if (isFilled() && wasSent()) return void forget();

  if (!form || one(".problem")) return; // what has to be repaired is shown whole

  // ---- when something fails: the page as the server drew it, with the answers given so far
  const main = form.closest("main"), plain = main.cloneNode(true), title = document.title;
  let isOff = false;
  function giveUp(error) {
    if (isOff) return;
    isOff = true;
    main.replaceWith(plain);
    document.title = title;
    console.warn(error);
    const answers = new FormData(form);
    for (const field of one("form[data-steps]").elements) {
      const given = answers.getAll(field.name);
      if (/radio|checkbox/.test(field.type)) field.checked = given.includes(field.value);
      else if (!/submit|button|file/.test(field.type) && given.length) field.value = given[0];
    }
  }
  const guarded = (act) => async (event) => {
    if (isOff) return;
    try { await act(event); } catch (error) { giveUp(error); }
  };
  const on = (target, type, act) => target.addEventListener(type, guarded(act));
  guarded(build)();

  function build() {
    const { draft: draftKey, preview, send: sendWords = "Enviar" } = form.dataset;
    const isPreview = preview !== undefined, isStored = draftKey !== undefined && !isPreview;
    for (const part of all("[data-scripted]", form)) part.hidden = part.disabled = false;
    const steps = all("[data-step]", form), last = steps.length - 1;
    const button = one(".actions button", form), signal = one("[data-signal]", form);
    const heading = one("h1", main);
    const intro = all("main > .lead, main > p, main > .note, main > [data-promise]");
    let here = 0, toReview = false, isSending = false, isWaiting = false, isSent = false, waited = 0;

    const where = element("p", { className: "where", tabIndex: -1 });
    const back = element("button", { type: "button", className: "plain" }, "‹ Atrás");
    on(back, "click", () => history.back());
    heading.before(back, where);
    button.type = "button";
    all("h2,legend", form).forEach((head) => { head.tabIndex = -1; });
    form.noValidate = true;
    if (isStored) form.autocomplete = "off"; // the draft restores the answers, and not the sensitive ones

    // ---- fields and their answers
    const controls = (part) => all("input,select,textarea", part).filter((field) => field.name && field.type !== "hidden");
    const isTick = (field) => /radio|checkbox/.test(field.type);
    const isFile = (field) => field.type === "file";
    const isAnswered = (field) => (isTick(field) ? field.checked : field.value.trim() !== "");
    const labelOf = (box) => {
      const label = box.closest("label");
      return (one("b", label) || label).textContent.trim();
    };
    const wordsOf = (field) => {
      if (!isAnswered(field)) return "";
      if (isTick(field)) return labelOf(field);
      if (isFile(field)) return field.files.length === 1 ? "1 archivo" : `${field.files.length} archivos`;
      return field.tagName === "SELECT" ? field.selectedOptions[0].text : field.value.trim();
    };

    // ---- choosing up to so many
    const choices = all("[data-most]", form).map((group) => {
      const boxes = controls(group).filter(isTick), name = boxes[0].name;
      const ranking = one(`[data-order-of="${name}"]`, form);
      return { group, boxes, name, ranking, most: +group.dataset.most, order: [] };
    });
    const rankings = choices.filter((choice) => choice.ranking);
    const isAlone = (box) => "alone" in box.dataset;
    const titleOf = (choice, value) => labelOf(choice.boxes.find((box) => box.value === value));
    function update(choice, note = "") {
      const { boxes, most } = choice;
      const ticked = boxes.filter((box) => box.checked).map((box) => box.value);
      choice.order = choice.order.filter((value) => ticked.includes(value));
      choice.order.push(...ticked.filter((value) => !choice.order.includes(value)));
      const count = boxes.filter((box) => box.checked && !isAlone(box)).length;
      const others = boxes.filter((box) => !box.checked && !isAlone(box));
      others.forEach((box) => { box.disabled = count >= most; });
      const change = others.length ? ` Para cambiar, quite ${most > 1 ? "la marca de uno" : "esa marca"}.` : "";
      const words = count < most ? `Ha elegido ${count} de ${most}.` : `Ya eligió ${count}.${change}`;
      const shown = one("[data-count]", choice.group);
      shown.hidden = false;
      shown.textContent = note || (boxes.some((box) => isAlone(box) && box.checked) ? "" : words);
      if (choice.ranking) drawOrder(choice);
    }
    function clearOthers(choice, box) {
      const cleared = choice.boxes.filter((other) => other !== box && other.checked && isAlone(other) !== isAlone(box));
      if (!box.checked || !cleared.length) return "";
      cleared.forEach((other) => { other.checked = false; });
      return isAlone(box) ? `Marcó «${labelOf(box)}»: quitamos lo demás.` : `Quitamos «${labelOf(cleared[0])}».`;
    }
    choices.forEach((choice) => {
      on(choice.group, "change", (event) => update(choice, clearOthers(choice, event.target)));
    });

    // ---- ordering what was chosen; one alone has no order, and a step for nothing else is left out
    const canRank = ({ most, order }) => Math.min(most, order.length || most) > 1;
    const isNeedless = (part) => rankings.some((choice) => part.contains(choice.ranking) && !part.contains(choice.group) && !one(".field", part) && !canRank(choice))
      || (part !== steps[last] && (controls(part).length || one("[data-if]", part)) && !controls(part).some(isNeeded) && !one("[data-question]:not([hidden])", part));
    const asked = () => steps.filter((part) => !isNeedless(part));
    function moveButton(words, by, title, place) {
      const properties = { type: "button", className: "quiet tiny", disabled: place < 0 };
      const move = element("button", properties, words, unseen(title));
      move.dataset.move = by;
      return move;
    }
    function drawOrder(choice) {
      const { order, ranking } = choice;
      ranking.hidden = order.length < 2;
      one(".order", ranking).replaceChildren(...order.map((value, place) => {
        const title = titleOf(choice, value);
        const up = moveButton("Subir", -1, title, place - 1);
        const down = moveButton("Bajar", 1, title, order.length - 2 - place);
        const row = element("li", { draggable: true }, element("span", {}, title), element("span", { className: "moves" }, up, down));
        row.dataset.id = value;
        return row;
      }));
    }
    function place(choice, value, target) {
      choice.order = choice.order.filter((other) => other !== value);
      choice.order.splice(target, 0, value);
      drawOrder(choice);
      one("[data-moved]", choice.ranking).textContent = `${titleOf(choice, value)}: puesto ${target + 1} de ${choice.order.length}.`;
      save();
    }
    rankings.forEach((choice) => {
      const list = one(".order", choice.ranking);
      let dragged = null;
      on(list, "click", (event) => {
        const move = event.target.closest("[data-move]");
        if (!move) return;
        const { id } = move.closest("li").dataset, by = move.dataset.move;
        place(choice, id, choice.order.indexOf(id) + +by);
        const row = one(`[data-id="${id}"]`, list);
        (one(`[data-move="${by}"]:not(:disabled)`, row) || one("button:not(:disabled)", row)).focus();
      });
      on(list, "dragstart", (event) => { dragged = event.target.closest("li").dataset.id; });
      on(list, "dragover", (event) => { if (dragged) event.preventDefault(); });
      on(list, "drop", (event) => {
        const row = event.target.closest("li");
        event.preventDefault();
        if (row && dragged) place(choice, dragged, choice.order.indexOf(row.dataset.id));
        dragged = null;
      });
    });
    const places = () => rankings.flatMap(({ order, ranking }) => order.map((value, at) => [`${ranking.dataset.place}${value}`, at + 1]));
    const removePlaces = () => rankings.forEach(({ ranking }) => {
      all(`[name^="${ranking.dataset.place}"]`, form).forEach((field) => field.remove());
    });

    function writePlaces() {
      removePlaces();
      for (const [name, value] of places()) form.append(element("input", { type: "hidden", name, value }));
    }

    // ---- a select that leaves one group of another; what is typed into the finder chooses in both
    function finder(label, wide, narrow, groups) {
      const id = `${narrow.id}-find`, known = new Map();
      for (const group of groups) all("option", group).forEach((option) => known.set(`${option.text}, ${group.label}`, [group.label, option.value]));
      const typed = element("input", { id, type: "text", autocomplete: "off" });
      typed.setAttribute("list", `${id}-list`);
      on(typed, "input", () => {
        const [region, value] = known.get(typed.value) || [];
        if (!value) return;
        wide.value = [...wide.options].find((option) => option.text === region).value;
        wide.dispatchEvent(new Event("change", { bubbles: true }));
        narrow.value = value;
        narrow.dispatchEvent(new Event("change", { bubbles: true }));
      });
      const list = element("datalist", { id: `${id}-list` }, ...[...known.keys()].map((value) => element("option", { value })));
      return element("div", { className: "finder" }, element("label", { htmlFor: id }, label), typed, list);
    }
    const narrowings = all("[data-narrows]", form).map((holder) => {
      const wide = one("select", holder), narrow = document.getElementById(holder.dataset.narrows);
      const groups = all("optgroup", narrow);
      const fit = () => {
        const label = wide.selectedOptions[0]?.text, { value } = narrow;
        const mine = groups.filter((group) => group.label === label);
        groups.forEach((group) => group.remove());
        narrow.append(...mine);
        narrow.value = mine.some((group) => all("option", group).some((option) => option.value === value)) ? value : "";
        narrow.closest(".field").hidden = !mine.length;
      };
      on(wide, "change", fit);
      if ("find" in holder.dataset) holder.before(finder(holder.dataset.find, wide, narrow, groups));
      return fit;
    });

    // ---- what a step still needs
    const isNeeded = (group) => {
      const box = group.closest("[data-unless]");
      return !box || !one(box.dataset.unless);
    };
    const isEnough = (group) => {
      if (!isNeeded(group)) return true;
      const answered = controls(group).filter(isAnswered);
      return answered.length >= (group.dataset.least || 1) || answered.some(isAlone);
    };
    function complain(field, words) {
      const box = field.closest(".field, fieldset");
      let error = one(".error", box);
      if (!error) {
        error = element("p", { className: "error" });
        error.setAttribute("role", "alert");
        one("label,legend", box).after(error);
      }
      error.textContent = words;
      box.classList.toggle("wrong", !!words);
      if (!words) { error.remove(); return true; }
      document.title = `Error: ${document.title.replace("Error: ", "")}`;
      (one("legend", box) || field).focus();
      return false;
    }
    function lacksConsent(part, consent) {
      const isGiven = (field) => field !== consent && (isTick(field) || field.tagName === "SELECT") && isAnswered(field);
      return !consent.checked && controls(part).some((field) => isGiven(field) && field.value !== part.dataset.noAnswer);
    }
    function misshapen(group) {
      const [pattern, words] = JSON.parse(group.dataset.shapes)[form.elements[group.dataset.shapeOf].value] || [];
      const typed = controls(group)[0].value.normalize("NFKC").replace(/[\s.,'·’\-–—_/]+/g, "").toUpperCase();
      return pattern && !new RegExp(pattern).test(typed) ? words : "";
    }
    function isComplete(part) {
      const needs = all("[data-need]", part).map((group) => [controls(group)[0], isEnough(group) ? "" : group.dataset.need]);
      for (const group of all("[data-shapes]", part).filter(isNeeded)) needs.push([controls(group)[0], misshapen(group)]);
      for (const inner of [part, ...all("[data-consent]", part)].filter((box) => box.dataset.consent && isNeeded(box))) {
        const consent = one(`[name="${inner.dataset.consent}"]`, inner);
        if (consent) needs.push([consent, lacksConsent(inner, consent) ? inner.dataset.consentNeed : ""]);
      }
      for (const box of all("[data-authorises]", part)) {
        const written = all(box.dataset.authorises, part).filter((asked) => !asked.hidden).flatMap(controls);
        const isMissing = written.some((field) => isAnswered(field) && !isAlone(field)) && !controls(box)[0].checked;
        needs.push([controls(box)[0], isMissing ? box.dataset.consentNeed : ""]);
      }
      return needs.every(([field, words]) => complain(field, words));
    }

    // ---- the draft, stored on this phone only
    const isRanked = (field) => rankings.some(({ boxes }) => boxes.includes(field));
    const storable = () => controls(form).filter((field) => !field.closest("[data-sensitive]") && !isRanked(field) && !isFile(field));
    const token = () => form.elements.submission.value;
    function isOver() {
      if (isSent || !isSpent(token())) return false;
      say("Esta respuesta ya se envió desde otra pestaña. Lo que cambie aquí no se guarda.", "Empezar una respuesta nueva", forget);
      return true;
    }
    function save() {
      if (!isStored || isSent || isOver() || !isAnsweredWhole(steps[0])) return false;
      const values = storable().map((field) => (isTick(field) ? [field.name, field.value, field.checked] : [field.name, field.value]));
      const orders = rankings.map(({ name, order }) => [name, order]);
      return storage.write(draftKey, { orders, values, tab: tab(), token: token() });
    }
    function restore({ orders, values, token: stored }) {
      for (const [name, order] of orders) {
        const choice = rankings.find((other) => other.name === name);
        if (!choice) continue;
        const known = order.filter((value) => choice.boxes.some((box) => box.value === value));
        choice.order = known.slice(0, choice.most);
        choice.boxes.forEach((box) => { box.checked = choice.order.includes(box.value); });
      }
      const fill = ([name, value, checked]) => storable().filter((field) => field.name === name).forEach((field) => {
        if (checked === undefined) { if (!isTick(field)) field.value = value; } else if (field.value === value) field.checked = checked;
      });
      values.forEach(fill);
      narrowings.forEach((fit) => fit());
      values.forEach(fill); // a narrowed select has its options only now
      form.elements.submission.value = stored;
      form.dispatchEvent(new Event("input", { bubbles: true }));
    }
    on(window, "storage", (event) => (isStored && event.key === SPENT ? isOver() : null));
    on(form, "submit", writePlaces); // by a button of the page's own
    on(form, "input", save);
    on(form, "change", save);
    on(form, "keydown", (event) => {
      if (event.key === "Enter" && event.target.tagName === "INPUT") { event.preventDefault(); button.click(); }
    });

    // ---- steps
    function show(step, focus, isChange = false) {
      here = step;
      toReview = isChange;
      if (here === last) drawReview();
      steps.forEach((part, at) => { part.hidden = at !== here; });
      intro.forEach((part) => { part.hidden = here > 0; });
      heading.className = here ? "small" : "";
      where.hidden = asked().length < 2;
      where.textContent = `Paso ${asked().indexOf(steps[here]) + 1} de ${asked().length}`;
      button.textContent = here < last ? "Continuar" : isPreview ? "Terminar la vista previa" : sendWords;
      back.hidden = here === 0;
      const name = all("h2,legend,label", steps[here]).find((head) => !head.closest("[hidden]")) || where;
      document.title = here ? `${name.firstChild.textContent.trim()} · ${where.textContent.toLowerCase()} · ${title}` : title;
      if (focus) { (name.matches("label") ? where : name).focus(); window.scrollTo(0, 0); }
    }
    const isAnsweredWhole = (part) => all("[data-need]", part).every(isEnough);
    const reached = (step) => steps.findIndex((part, at) => at >= step || !isAnsweredWhole(part));
    function go(step, isChange = false) {
      history.pushState({ step, isChange }, "");
      show(step, true, isChange);
    }
    on(window, "popstate", (event) => show(reached(event.state?.step || 0), true, event.state?.isChange));
    // After a change comes the review; after a change of what is put in order, the order first.
    function goOn() {
      const changed = rankings.find(({ group, order }) => steps[here].contains(group) && order.length > 1);
      const isElsewhere = changed && !steps[here].contains(changed.ranking);
      if (toReview) return isElsewhere ? go(steps.findIndex((part) => part.contains(changed.ranking)), true) : go(last);
      return go(steps.findIndex((part, at) => at > here && !isNeedless(part)));
    }

    all("[data-skip]", form).forEach((part) => {
      const skip = element("button", { type: "button", className: "quiet tiny" }, "Saltar este paso");
      on(skip, "click", goOn);
      (one("h2 + .hint", part) || one("h2,legend", part)).after(element("p", {}, skip));
    });

    // ---- review
    function rankingRow({ order, ranking }, titles) {
      if (order.length === 1) return [ranking.dataset.one, titles[0]];
      return [ranking.dataset.many, titles.map((words, at) => `${at + 1}. ${words}`).join("; ")];
    }
    function rowOf(box) {
      const choice = rankings.find(({ group }) => group === box);
      if (choice) return rankingRow(choice, choice.order.map((value) => titleOf(choice, value)));
      const head = one("label,legend", box), name = head.firstChild.textContent.trim();
      const words = controls(box).map(wordsOf).filter(Boolean).join("; ");
      return name ? [name, words] : [head.textContent.trim(), words && "Sí"]; // a box to tick is its own question
    }
    function drawReview() {
      const rows = [];
      steps.slice(0, last).forEach((part, step) => {
        const groups = all(".field, fieldset:not([data-order-of])", part);
        groups.filter((box) => !box.closest("[data-if][hidden],[data-authorises][hidden]") && !box.hidden && !box.parentNode.closest("fieldset")).forEach((box) => {
          const [name, words] = rowOf(box);
          if (!words && "onlyAnswered" in part.dataset) return;
          const change = element("button", { type: "button", className: "plain" }, "Cambiar", unseen(name));
          on(change, "click", () => go(step, true));
          const answer = element("dd", {}, words || box.dataset.none || "Sin respuesta");
          rows.push(element("div", {}, element("dt", {}, name), answer, element("dd", { className: "change" }, change)));
        });
      });
      one("dl.review", form)?.replaceChildren(...rows);
      for (const note of all("[data-warns]", form)) note.hidden = !MAY_NAME.test(form.elements[note.dataset.warns].value);
    }

    // ---- sending: the same submission until it arrives
    function say(words, label, act) {
      signal.hidden = !words;
      signal.textContent = words;
      isWaiting = act === send;
      if (!act) return;
      const choice = element("button", { type: "button", className: "tiny quiet" }, label);
      on(choice, "click", act);
      signal.append(" ", choice);
    }
    function payload() {
      const sent = form.enctype === "multipart/form-data" ? new FormData() : new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (!rankings.some((choice) => choice.name === name)) sent.append(name, value);
      for (const { name, order } of rankings) order.forEach((value) => sent.append(name, value));
      for (const [name, value] of [...places(), ["confirm", "1"]]) sent.append(name, value);
      return sent;
    }
    function submitAsPage() {
      isWaiting = false;
      form.action = own.href;
      noteSending(form);
      writePlaces();
      form.append(element("input", { type: "hidden", name: "confirm", value: "1" }));
      form.submit();
    }
    function sendLater(isDraftStored) {
      isSending = false;
      button.disabled = false;
      say(isDraftStored ? "Guardado en este teléfono. Se enviará cuando haya señal."
        : "Todavía no se pudo enviar. Lo intentamos otra vez en unos segundos; no cierre esta página.", "Enviar ahora", send);
      waited = Math.min(waited + 1, 6);
      setTimeout(guarded(() => (isWaiting ? send() : null)), 1000 * 2 ** waited);
    }
    async function send() {
      if (isPreview) return submitAsPage();
      if (isSending) return undefined;
      isSending = true;
      button.disabled = true;
      const isDraftStored = save();
      say("Enviando…");
      let answer = null;
      try { answer = await fetch(own.href, { method: "POST", body: payload() }); } catch { return sendLater(isDraftStored); }
      if (answer.status === 429 || answer.status >= 500) return sendLater(isDraftStored);
      if (!answer.ok || !answer.redirected) return submitAsPage();
      isSent = true;
      if (isStored) {
        spend(hashOf(token()));
        if (isSpent(storage.read(draftKey)?.token)) storage.remove(draftKey);
      }
      return location.replace(answer.url);
    }
    on(window, "online", () => (isWaiting ? send() : null));
    on(window, "beforeunload", (event) => { if (isWaiting && !isStored) event.preventDefault(); });
    on(window, "pageshow", (event) => { if (event.persisted && isSent) forget(); });
    on(button, "click", () => {
      if (!isComplete(steps[here])) return undefined;
      return here === last ? send() : goOn();
    });

    // ---- begin
    function note(words, label, act) {
      const box = element("div", { className: "note" }, element("p", {}, words));
      if (label) {
        const choice = element("button", { type: "button", className: "tiny quiet" }, label);
        on(choice, "click", act);
        box.append(choice);
      }
      heading.after(box);
      intro.push(box);
    }
    let draft = isStored ? storage.read(draftKey) : null;
    if (draft && isSpent(draft.token)) {
      storage.remove(draftKey);
      draft = null;
    }
    if (draft && draft.tab !== tab() && wasSent()) draft = null; // of somebody else
    if (draft?.order) draft.orders = rankings.map(({ name }) => [name, draft.order]); // of the first version of this script
    if (draft?.orders && draft.values && !controls(form).some((field) => isTick(field) && field.checked)) {
      restore(draft);
      note("Recuperamos lo que había escrito y no se ha enviado.", "Empezar de nuevo", () => { storage.remove(draftKey); forget(); });
    } else {
      for (const choice of rankings) {
        const placeOf = (value) => +(one(`[name="${choice.ranking.dataset.place}${value}"]`, form)?.value || 9);
        const ticked = choice.boxes.filter((box) => box.checked).map((box) => box.value);
        choice.order = ticked.sort((first, second) => placeOf(first) - placeOf(second));
      }
      if (isStored && storage.read(sentMark(draftKey))) note("Desde este teléfono ya se envió una respuesta. Si usted es otra persona, continúe.");
    }
    all("[data-plain]", form).forEach((part) => part.remove());
    removePlaces();
    choices.forEach((choice) => update(choice));
    narrowings.forEach((fit) => fit());
    drawReview(); // a browser that cannot show the review does not begin
    const isAgain = /back_forward|reload/.test(performance.getEntriesByType("navigation")[0]?.type); // else a new visit begins
    if (!isAgain || !history.state) history.replaceState({ step: 0 }, "");
    show(reached(history.state.step), false, history.state.isChange);
    on(window, "pageshow", () => { // by now a browser has restored what was ticked, of which it says nothing
      choices.forEach((choice) => update(choice));
      const step = reached(history.state.step);
      if (step !== here) show(step, false, history.state.isChange);
    });
  }
})();
