// The poster prints itself; the projected page counts while people answer.
(() => {
  "use strict";
  const print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.onclick = () => window.print();
  }
  const full = document.querySelector("[data-full]");
  if (full && document.fullscreenEnabled) {
    full.hidden = false;
    full.onclick = () => document.querySelector("main").requestFullscreen();
  }
  const people = document.querySelector("[data-people]");
  if (!people) return;
  setInterval(async () => {
    try {
      const answer = await fetch(people.dataset.address, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const now = await answer.json();
      people.textContent = now.people;
      document.querySelector("[data-when]").textContent = now.when;
    } catch { /* without signal the last count stays */ }
  }, 3000);
})();
