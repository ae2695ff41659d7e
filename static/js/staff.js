// Progress of long work: asks every second and shows it. Without this script the page reloads.
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

document.querySelectorAll("[data-progress]").forEach((place) => setTimeout(again, 1000, place));
