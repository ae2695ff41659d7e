// A survey at a tablet that passes from hand to hand, beside form-steps.js: after "Listo" it returns to
// the start, and who walks away leaves nothing, not even for Back.
(() => {
  "use strict";
  const one = (selector) => document.querySelector(selector);
  const place = one("[data-kiosk]");
  if (!place) return;
  const IDLE_SECONDS = 60, WARNING_SECONDS = 20, DONE_SECONDS = 30;
  const isDone = Boolean(one(".receipt"));
  let idle = 0;

  let timer = 0;
  const restart = () => { clearInterval(timer); location.replace(place.dataset.kiosk); };
  const isTick = (field) => /radio|checkbox/.test(field.type);
  const isTouched = (field) => (isTick(field) ? field.checked !== field.defaultChecked
    : field.tagName === "SELECT" ? field.selectedIndex > 0 : field.type !== "hidden" && field.value !== field.defaultValue);
  const fields = () => [...document.forms].flatMap((form) => [...form.elements]);
  const isUsed = () => isDone || one(".problem, dl.review dd, h1 ~ [data-signal]") || history.state?.step > 0 || fields().some(isTouched);
  const stay = () => { idle = 0; one("[data-here]")?.closest(".note").remove(); };
  for (const name of ["pointerdown", "keydown", "input"]) document.addEventListener(name, stay, true);

  timer = setInterval(() => {
    if (!isUsed()) { idle = 0; return; }
    idle += 1;
    const most = isDone ? DONE_SECONDS : IDLE_SECONDS;
    if (idle >= most) return void restart();
    if (isDone || idle < most - WARNING_SECONDS) return;
    if (!one("[data-here]")) {
      one("main").prepend(document.getElementById("sigue").content.firstElementChild.cloneNode(true));
      one("[data-here]").addEventListener("click", stay);
      one("[data-here]").focus();
    }
    one("[data-left]").textContent = most - idle;
  }, 1000);

  // ---- no way out of these pages, and none back to the person before
  for (const link of document.querySelectorAll("main a[href]")) {
    if (link.hash && link.pathname === location.pathname) continue; // to a field
    const leads = link.pathname === new URL(place.dataset.kiosk, location.href).pathname;
    if (leads) link.addEventListener("click", (event) => { event.preventDefault(); restart(); });
    else link.removeAttribute("href");
  }
  window.addEventListener("pageshow", (event) => { if (event.persisted) restart(); });
})();
