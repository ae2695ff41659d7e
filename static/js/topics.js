// A resident's form as steps on the phone, without any network in between. It adds: without it
// the same page is one plain form.
(() => {
  "use strict";
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const keep = {
    read(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    write(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or refused: go on */ } },
    drop(key) { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } },
  };

  const receipt = one("[data-receipt]");
  if (receipt) {
    keep.drop(`temas:${receipt.dataset.receipt}`);
    keep.write(`temas:${receipt.dataset.receipt}:listo`, true);
    const print = one("[data-print]");
    print.hidden = false;
    print.onclick = () => window.print();
  }

  const form = one("#respuesta");
  if (!form || one(".problem")) return;

  const code = form.dataset.call, most = +form.dataset.most, key = `temas:${code}`;
  const isPreview = "preview" in form.dataset;
  const steps = all("[data-step]", form);
  const button = one(".actions button", form);
  const signal = one("[data-signal]", form), list = one(".order", form), count = one("[data-count]", form);
  const boxes = all('[name="topics"]', form);
  const title = document.title, heading = one("h1");
  const intro = all("main > .lead, main > p, main > [data-promise]");
  const make = (id) => one(id).content.firstElementChild.cloneNode(true);
  const named = (box) => one("b", box.parentNode).textContent;
  let here = 0, toReview = false, order = [], isSending = false, waited = 0;

  const where = document.createElement("p");
  where.className = "where";
  where.tabIndex = -1;
  heading.before(where);
  const back = document.createElement("button");
  back.type = "button";
  back.className = "plain";
  back.textContent = "‹ Atrás";
  back.onclick = () => history.back();
  where.before(back);
  button.type = "button";
  all("[hidden]", form).filter((part) => part.matches("[data-order],[data-step],[data-count]")).forEach((part) => { part.hidden = false; });
  form.noValidate = true;
  form.autocomplete = "off"; // the draft brings back one's own answers; the browser, those of who went before

  // ---- choosing
  const tell = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    count.textContent = `Llevamos ${chosen} de ${most}.${chosen === most ? " Para cambiar, quite uno primero." : ""}`;
    boxes.forEach((box) => { box.disabled = !box.checked && chosen >= most; });
  };
  const choose = (box) => {
    order = order.filter((id) => id !== box.value);
    if (box.checked) order.push(box.value);
    tell();
    drawOrder();
  };
  boxes.forEach((box) => box.addEventListener("change", () => choose(box)));

  // ---- ordering; one topic alone has no order, and a step that asks for nothing else is left out
  const orderPart = one("[data-order]", form);
  const asksNothing = (part) => part.dataset.step === "order" && !one(".field", part) && Math.min(most, order.length || most) < 2;
  const asked = () => steps.filter((part) => !asksNothing(part));
  const titleOf = (id) => named(boxes.find((box) => box.value === id));
  function drawOrder() {
    orderPart.hidden = order.length < 2;
    list.replaceChildren(...order.map((id, place) => {
      const row = make("#fila");
      row.dataset.id = id;
      row.draggable = true;
      one("span", row).textContent = titleOf(id);
      all("button", row).forEach((move) => {
        one(".hidden", move).textContent = ` ${titleOf(id)}`;
        const step = +move.dataset.move;
        move.disabled = place + step < 0 || place + step >= order.length;
      });
      return row;
    }));
  }
  function place(id, target) {
    order = order.filter((other) => other !== id);
    order.splice(target, 0, id);
    drawOrder();
    one("[data-moved]", form).textContent = `${titleOf(id)}: puesto ${target + 1} de ${order.length}.`;
    save();
  }
  list.addEventListener("click", (event) => {
    const move = event.target.closest("[data-move]");
    if (!move) return;
    const id = move.closest("li").dataset.id, step = move.dataset.move;
    place(id, order.indexOf(id) + +step);
    const row = one(`[data-id="${id}"]`, list);
    (one(`[data-move="${step}"]:not(:disabled)`, row) || one("button:not(:disabled)", row)).focus();
  });
  let dragged = null;
  list.addEventListener("dragstart", (event) => { dragged = event.target.closest("li").dataset.id; });
  list.addEventListener("dragover", (event) => { if (dragged) event.preventDefault(); });
  list.addEventListener("drop", (event) => {
    const row = event.target.closest("li");
    event.preventDefault();
    if (row && dragged) place(dragged, order.indexOf(row.dataset.id));
    dragged = null;
  });

  // ---- territory: only the barrios of the chosen comuna
  const territory = one("#territory"), barrio = one("#neighbourhood");
  const groups = all("optgroup", barrio);
  const fitBarrios = () => {
    const label = territory.selectedOptions[0]?.textContent;
    const mine = groups.filter((group) => group.label === label);
    const kept = barrio.value;
    groups.forEach((group) => group.remove());
    barrio.append(...mine);
    barrio.value = mine.some((group) => all("option", group).some((option) => option.value === kept)) ? kept : "";
    barrio.closest(".field").hidden = !mine.length;
  };
  territory.addEventListener("change", fitBarrios);

  // ---- the draft, kept on this phone only; sensitive answers are never kept
  const kept = () => [...form.elements].filter((field) => field.name && field.type !== "hidden" && !field.closest("[data-sensitive]"));
  const save = () => {
    if (isPreview || !order.length) return;
    const values = kept().filter((field) => field.name !== "topics" && field.type !== "button")
      .map((field) => (/radio|checkbox/.test(field.type) ? [field.name, field.value, field.checked] : [field.name, field.value]));
    keep.write(key, { order, values, token: form.elements.submission.value });
  };
  const restore = (draft) => {
    order = draft.order.filter((id) => boxes.some((box) => box.value === id)).slice(0, most);
    boxes.forEach((box) => { box.checked = order.includes(box.value); });
    const fill = ([name, value, checked]) => kept().filter((field) => field.name === name).forEach((field) => {
      if (checked === undefined) field.value = value;
      else if (field.value === value) field.checked = checked;
    });
    draft.values.forEach(fill);
    fitBarrios();
    draft.values.filter(([name]) => name === "neighbourhood").forEach(fill);
    form.elements.submission.value = draft.token;
  };
  form.addEventListener("input", save);
  form.addEventListener("change", save);
  form.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.tagName === "INPUT") { event.preventDefault(); button.click(); } });

  // ---- steps
  const isLast = () => here === steps.length - 1;
  function show(step, focus, isChange = false) {
    here = step;
    toReview = isChange;
    steps.forEach((part, place) => { part.hidden = place !== here; });
    intro.forEach((part) => { part.hidden = here > 0; });
    heading.className = here ? "small" : "";
    where.textContent = `Paso ${asked().indexOf(steps[here]) + 1} de ${asked().length}`;
    button.textContent = isLast() ? (isPreview ? "Terminar la vista previa" : "Enviar") : "Continuar";
    back.hidden = here === 0;
    if (isLast()) drawReview();
    const name = all("h2,legend,label", steps[here]).find((head) => !head.closest("[hidden]"));
    document.title = here ? `${name.firstChild.textContent.trim()} · ${where.textContent.toLowerCase()} · ${title}` : title;
    if (focus) { (name.matches("label") ? where : name).focus(); window.scrollTo(0, 0); }
  }
  const go = (step, isChange = false) => { history.pushState({ step, isChange }, ""); show(step, true, isChange); };
  window.addEventListener("popstate", (event) => show(event.state?.step || 0, true, event.state?.isChange));
  // Who changes one answer goes back to the review; who changes the topics puts them in order first.
  const goOn = () => {
    if (toReview && (here > 0 || order.length < 2)) go(steps.length - 1);
    else go(here + (asksNothing(steps[here + 1]) ? 2 : 1), toReview);
  };

  const complain = (field, words) => {
    const box = field.closest(".field, fieldset");
    let error = one(".error", box);
    if (!error) {
      error = document.createElement("p");
      error.className = "error";
      error.setAttribute("role", "alert");
      one("label,legend", box).after(error);
    }
    error.textContent = words;
    box.classList.toggle("wrong", !!words);
    if (!words) { error.remove(); return true; }
    document.title = `Error: ${document.title.replace("Error: ", "")}`;
    (one("legend", box) || field).focus();
    return false;
  };
  const tellsSensitive = (part) => all('[name^="v_"]', part).some((field) => (field.tagName === "SELECT" || field.checked) && field.value && field.value !== "NR");
  const checks = (part) => {
    if (part.contains(boxes[0])) return complain(boxes[0], order.length ? "" : "Elija al menos un tema.");
    if (part.contains(territory)) return complain(territory, territory.value ? "" : "Elija su comuna o «Prefiero no responder».");
    const consent = one('[name="sensitive_consent"]', part);
    if (consent) return complain(consent, consent.checked || !tellsSensitive(part) ? "" : "Marque la autorización o deje en blanco estas preguntas.");
    return true;
  };

  // ---- review
  function drawReview() {
    const rows = [];
    const row = (name, words, step) => {
      const line = make("#renglon");
      one("dt", line).textContent = name;
      one("dd", line).textContent = words || "Sin respuesta";
      one(".hidden", line).textContent = ` ${name}`;
      one("button", line).onclick = () => go(step, true);
      rows.push(line);
    };
    if (order.length === 1) row("Su tema", titleOf(order[0]), 0);
    else row("Sus temas, en orden", order.map((id, place) => `${place + 1}. ${titleOf(id)}`).join("; "), 0);
    steps.forEach((part, step) => {
      if (step === 0 || step === steps.length - 1) return;
      all(".field, fieldset:not([data-order])", part).filter((box) => !box.hidden && !box.parentNode.closest("fieldset")).forEach((box) => {
        const name = one("label,legend", box).firstChild.textContent.trim();
        const fields = all("input,select,textarea", box);
        const ticked = fields.filter((field) => field.checked).map((field) => field.closest("label").textContent.trim());
        const chosen = fields.filter((field) => field.tagName === "SELECT" && field.value).map((field) => field.selectedOptions[0].textContent);
        const written = fields.filter((field) => /^(text|textarea)$/.test(field.type)).map((field) => field.value.trim());
        const words = [...ticked, ...chosen, ...written].filter(Boolean).join("; ");
        if (words || step < 3) row(name, words, step);
      });
    });
    one("dl.review", form).replaceChildren(...rows);
  }

  // ---- sending: the same submission until it arrives
  const say = (words, again) => {
    signal.hidden = !words;
    signal.textContent = words;
    if (again) {
      const now = document.createElement("button");
      now.type = "button";
      now.className = "tiny quiet";
      now.textContent = "Enviar ahora";
      now.onclick = send;
      signal.append(" ", now);
    }
  };
  const filled = () => {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (name !== "topics" && !name.startsWith("place-")) data.append(name, value);
    order.forEach((id, place) => { data.append("topics", id); data.append(`place-${id}`, place + 1); });
    data.append("confirm", "1");
    return data;
  };
  const plainly = () => {
    all('[name^="place-"]', form).forEach((field) => field.remove());
    for (const [name, value] of [...order.map((id, place) => [`place-${id}`, place + 1]), ["confirm", "1"]]) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
    form.submit();
  };
  const later = () => {
    isSending = false;
    button.disabled = false;
    say("Guardado en este teléfono. Se enviará cuando haya señal.", true);
    waited = Math.min(waited + 1, 6);
    setTimeout(() => { if (!signal.hidden) send(); }, 1000 * 2 ** waited);
  };
  async function send() {
    if (isPreview) return plainly();
    if (isSending) return;
    isSending = true;
    button.disabled = true;
    save();
    say("Enviando…");
    try {
      const answer = await fetch(location.href, { method: "POST", body: filled() });
      if (answer.status === 429 || answer.status >= 500) return later();
      if (!answer.ok || !answer.redirected) return plainly();
      keep.drop(key);
      location.replace(answer.url);
    } catch { later(); }
  }
  window.addEventListener("online", () => { if (!signal.hidden) send(); });
  button.onclick = () => {
    if (!checks(steps[here])) return;
    if (isLast()) send();
    else goOn();
  };

  // ---- begin
  const note = (words, label, act) => {
    const box = document.createElement("div");
    box.className = "note";
    box.append(Object.assign(document.createElement("p"), { textContent: words }));
    if (label) {
      const choice = Object.assign(document.createElement("button"), { type: "button", className: "tiny quiet", textContent: label });
      choice.onclick = act;
      box.append(choice);
    }
    heading.after(box);
    intro.push(box);
  };
  const draft = isPreview ? null : keep.read(key);
  const inPage = boxes.filter((box) => box.checked).map((box) => box.value);
  if (draft && draft.order && draft.values && !inPage.length) {
    restore(draft);
    note("Recuperamos lo que había escrito y no se ha enviado.", "Empezar de nuevo", () => { keep.drop(key); location.reload(); });
  } else {
    const placed = (id) => +(one(`[name="place-${id}"]`, form)?.value || 9);
    order = inPage.sort((one, other) => placed(one) - placed(other));
    if (keep.read(`${key}:listo`) && !isPreview) note("Desde este teléfono ya se envió una respuesta. Si usted es otra persona, continúe.");
  }
  all('[name^="place-"]', form).forEach((field) => field.remove());
  tell();
  drawOrder();
  fitBarrios();
  history.replaceState({ step: 0 }, "");
  show(0, false);
})();
