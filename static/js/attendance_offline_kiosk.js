// The tablet that passes from hand to hand, beside attendance_offline_no_signal.js and kiosk.js: after
// "Listo" it returns to the empty form, and who walks away leaves nothing, not even for Back.
(() => {
  "use strict";
  const page = window.participaNoSignal, queue = window.participaOffline, kiosk = window.participaKiosk;
  if (!page) return;
  const { part, form } = page;
  const one = (selector, from = part) => from.querySelector(selector);
  const DONE_SECONDS = 15, PATIENCE_MS = 8000;
  let left = 0, turn = 0; // turn: of which person an answer is

  form.autocomplete = "off";
  for (const field of form.elements) field.autocomplete = "off";

  function restart() {
    turn += 1;
    left = 0;
    one("[data-problem]")?.remove();
    page.clear();
    page.show(false);
  }
  function tell(words) { // the server said no: what was typed stays
    one("[data-problem]")?.remove();
    const problem = Object.assign(document.createElement("div"), { className: "problem", tabIndex: -1 });
    problem.dataset.problem = "";
    problem.setAttribute("role", "alert");
    problem.append(Object.assign(document.createElement("p"), { textContent: words }));
    form.before(problem);
    problem.focus();
  }
  // Without a document a second signature is another person, so nobody is invited to it.
  const isCountedOnce = () => form.querySelector("#age-0").checked && form.elements.document_type.value !== "SD";
  page.saved = async (id) => {
    const mine = turn;
    form.inert = true;
    const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS); });
    await Promise.race([queue.send(), late]);
    form.inert = false;
    if (mine !== turn) return; // whoever it was has gone
    const told = queue.answers.get(id);
    if (told?.state === "refused") {
      await queue.forget(id);
      await queue.draw();
      return void tell(told.sentence);
    }
    turn += 1;
    one("[data-own-page]").hidden = !isCountedOnce();
    page.clear();
    one("[data-problem]")?.remove();
    one("[data-outcome]").textContent = told ? "" : "No hay señal: quedó guardada en esta tableta y se envía sola.";
    left = DONE_SECONDS;
    count(left);
    page.show(true);
  };

  // ---- who walks away leaves nothing
  const count = (seconds) => part.querySelectorAll("[data-saved] [data-left]").forEach((words) => { words.textContent = seconds; });
  const isUsed = () => !left && !form.inert && Boolean(kiosk.isFilled([form]) || one("[data-problem]"));
  kiosk.watch({ isUsed, restart, above: () => one("[data-form]") });
  setInterval(() => {
    if (!left) return;
    left -= 1;
    count(left);
    if (!left) restart();
  }, 1000);
  one("[data-again]").addEventListener("click", restart);

  // ---- a page that the browser shows again is the empty one
  window.addEventListener("pagehide", restart);
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  restart();
})();
