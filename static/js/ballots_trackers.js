// After voting: print, copy, and leave nothing on a phone or a tablet that others use too.
(() => {
  "use strict";
  const one = (selector) => document.querySelector(selector);
  const on = (selector, act) => { const found = one(selector); if (found) { found.hidden = false; found.addEventListener("click", (event) => act(found, event)); } };

  if (location.hash === "#listo") {
    document.title = `Listo. ${document.title}`;
    one("#listo").classList.add("now");
    history.replaceState(null, "", location.pathname + location.search);
  }
  on("[data-print]", () => window.print());
  if (navigator.clipboard) {
    on("[data-copy]", async (button) => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.done;
      one("[data-said]").textContent = "La dirección de su papeleta quedó copiada.";
    });
  }
  const leave = (address) => location.replace(address);
  on("[data-finish]", (link, event) => { event.preventDefault(); leave(link.href); });

  const note = one("[data-return]");
  if (!note) return;
  const seconds = +note.dataset.seconds;
  let left = seconds;
  const stay = () => { left = seconds; };
  for (const name of ["pointerdown", "keydown", "input"]) document.addEventListener(name, stay, true);
  on("[data-stay]", () => { left = 2 * seconds; });
  setInterval(() => {
    left -= 1;
    note.querySelector("[data-left]").textContent = Math.max(left, 0);
    if (left < 20) note.hidden = false;
    if (left <= 0) leave(note.dataset.return);
  }, 1000);
})();
