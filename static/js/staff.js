// What several pages of the staff do with a script: follow long work, copy an address, print, fill
// a wall, count while people answer, say that a file was downloaded. Without it the pages reload or say what to do by hand.
"use strict";

async function follow(place) {
  const answer = await fetch(place.dataset.progress, { headers: { Accept: "application/json" } });
  if (!answer.ok) {
    return;
  }
  const told = await answer.json();
  if (told.is_over) {
    location.reload();
    return;
  }
  const bar = place.querySelector("progress");
  if (told.total) {
    bar.max = told.total;
    bar.value = told.done;
  }
  const words = place.querySelector("[role=status]");
  if (words.textContent !== told.words) {
    words.textContent = told.words;
  }
  setTimeout(again, 1000, place);
}

function again(place) {
  follow(place).catch(() => setTimeout(again, 5000, place));
}

async function copy(text) {
  const told = document.querySelector("[data-copied]");
  try {
    await navigator.clipboard.writeText(text);
    told.textContent = "Enlace copiado.";
  } catch {
    told.textContent = "No se pudo copiar. Use el enlace de abajo.";
  }
}

async function count(people) {
  try {
    const answer = await fetch(people.dataset.address, { headers: { Accept: "application/json" } });
    if (!answer.ok) {
      return;
    }
    const now = await answer.json();
    people.textContent = now.people;
    document.querySelector("[data-counted]").textContent = now.words;
    document.querySelector("[data-when]").textContent = now.when;
  } catch { /* without signal the last count stays */ }
}

function offer(selector, isAble, act) {
  const button = document.querySelector(selector);
  if (button && isAble) {
    button.hidden = false;
    button.onclick = () => act(button);
  }
}

document.querySelectorAll("[data-progress]").forEach((place) => setTimeout(again, 1000, place));
document.querySelectorAll("[data-people]").forEach((people) => setInterval(count, 3000, people));
// A download leaves the page as it was: what it says of the file is no longer so.
document.querySelectorAll("[data-after]").forEach((words) => {
  words.previousElementSibling?.addEventListener("submit", () => { words.textContent = words.dataset.after; });
});
offer("[data-copy]", navigator.clipboard, (button) => copy(button.dataset.copy));
offer("[data-print]", true, () => window.print());
offer("[data-full]", document.fullscreenEnabled, () => document.querySelector("main").requestFullscreen());
