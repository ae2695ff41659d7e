// What several public pages do with a script: print, copy. Without it the browser does both.
"use strict";

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  const words = button.textContent;
  const say = (done) => { button.textContent = done; setTimeout(() => { button.textContent = words; }, 4000); };
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.clipboard.writeText(button.dataset.copy).then(() => say("Copiado"), () => say("No se pudo copiar"));
  });
}
