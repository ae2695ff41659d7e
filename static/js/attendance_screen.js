// The code on the projector: asks for the next one when this one changes, and counts the people in
// between. Without this script the page loads itself again.
"use strict";

(() => {
  const screen = document.querySelector("[data-code-from]");
  const place = (name) => screen.querySelector(`[data-${name}]`);
  const EVERY = 5, AGAIN = 3; // seconds

  function show(now) {
    if (place("typed").textContent !== now.typed) {
      const drawn = new DOMParser().parseFromString(now.picture, "image/svg+xml").documentElement;
      place("picture").replaceChildren(document.importNode(drawn, true));
      place("typed").textContent = now.typed;
    }
    place("people").textContent = now.people;
  }

  async function ask() {
    let wait = AGAIN;
    try {
      const answer = await fetch(screen.dataset.codeFrom, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return location.reload(); // the session is over
      const now = await answer.json();
      show(now);
      wait = Math.min(EVERY, now.seconds);
      place("lost").hidden = true;
    } catch {
      place("lost").hidden = false;
    }
    return setTimeout(ask, 1000 * wait);
  }

  setTimeout(ask, 1000 * Math.min(EVERY, +screen.dataset.seconds));
  const full = document.querySelector("[data-full]");
  if (document.fullscreenEnabled) {
    full.hidden = false;
    full.onclick = () => document.querySelector("main").requestFullscreen();
  }
})();
