// At a tablet that passes from hand to hand: who walks away leaves nothing, not even for Back. A page
// that the server draws for each step names the start in data-kiosk; a page that stays, as that of
// attendance, calls participaKiosk.watch itself.
(() => {
  "use strict";
  const one = (selector) => document.querySelector(selector);
  const IDLE_SECONDS = 60, WARNING_SECONDS = 20, DONE_SECONDS = 30;
  const isTick = (field) => /radio|checkbox/.test(field.type);
  const isTouched = (field) => (isTick(field) ? field.checked !== field.defaultChecked
    : field.tagName === "SELECT" ? field.selectedIndex > 0 : field.type !== "hidden" && field.value !== field.defaultValue);
  const isFilled = (forms = document.forms) => [...forms].flatMap((form) => [...form.elements]).some(isTouched);

  // Calls `restart` after a minute of nothing, while `isUsed`; before that, asks who is there.
  function watch({ isUsed, restart, asks = () => true, most = () => IDLE_SECONDS, above = () => one("main") }) {
    let idle = 0;
    const stay = () => { idle = 0; one("[data-here]")?.closest(".note").remove(); };
    for (const name of ["pointerdown", "keydown", "input"]) document.addEventListener(name, stay, true);
    setInterval(() => {
      if (!isUsed()) return void stay();
      idle += 1;
      if (idle >= most()) {
        stay();
        return void restart();
      }
      if (!asks() || idle < most() - WARNING_SECONDS) return;
      if (!one("[data-here]")) {
        above().prepend(document.getElementById("sigue").content.firstElementChild.cloneNode(true));
        one("[data-here]").addEventListener("click", stay);
        one("[data-here]").focus();
      }
      one("[data-here]").closest(".note").querySelector("[data-left]").textContent = most() - idle;
    }, 1000);
  }
  window.participaKiosk = { watch, isFilled };

  const place = one("[data-kiosk]");
  if (!place) return;
  const restart = () => location.replace(place.dataset.kiosk);
  const isDone = Boolean(one(".receipt"));
  const isUsed = () => {
    if (one(".actions button:disabled")) return false; // it is being sent, or somebody is speaking
    return isDone || "away" in place.dataset || history.state?.step > 0 || isFilled()
      || Boolean(one(".problem, dl.review dd, h1 ~ [data-signal], [data-kept], input[name=page]:not([value='0'])"));
  };
  const reads = Number(place.dataset.reads) || DONE_SECONDS;
  watch({ isUsed, restart, asks: () => !isDone || reads > DONE_SECONDS, most: () => (isDone ? reads : IDLE_SECONDS) });

  // ---- no way out of these pages, and none back to the person before
  for (const link of document.querySelectorAll("main a[href]")) {
    if (link.hash && link.pathname === location.pathname) continue; // to a field
    const leads = link.pathname === new URL(place.dataset.kiosk, location.href).pathname;
    if (leads) link.addEventListener("click", (event) => { event.preventDefault(); restart(); });
    else link.removeAttribute("href");
  }
  window.addEventListener("pageshow", (event) => { if (event.persisted) restart(); });
})();
