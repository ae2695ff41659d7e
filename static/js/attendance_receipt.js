// On a shared phone: whoever is next finds an empty form behind Back, and not the receipt that leads to
// the data of the person before. Needs [data-next], the link to the form.
(() => {
  "use strict";
  const KEY = "participa:siguiente", next = document.querySelector("[data-next]");
  if (!next) return;
  const passed = () => { try { return sessionStorage.getItem(KEY)?.split(" ") || []; } catch { return []; } };
  const pass = () => { try { sessionStorage.setItem(KEY, [...passed(), location.pathname].slice(-50).join(" ")); } catch { /* Back shows it */ } };
  const leave = () => { if (passed().includes(location.pathname)) location.replace(next.href); };
  next.addEventListener("click", pass);
  window.addEventListener("pageshow", (event) => { if (event.persisted) leave(); });
  if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") leave();
})();
