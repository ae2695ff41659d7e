// Copies the address of a call. Without a script the address stands on the page.
(() => {
  "use strict";
  const button = document.querySelector("[data-copy]");
  if (!button || !navigator.clipboard) return;
  button.hidden = false;
  button.onclick = async () => {
    const told = document.querySelector("[data-copied]");
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      told.textContent = "Enlace copiado.";
    } catch {
      told.textContent = "No se pudo copiar. Use el enlace de abajo.";
    }
  };
})();
