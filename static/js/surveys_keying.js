// Typing sheets by keyboard alone: Enter goes to the next field, the button keeps the sheet, and
// beside a number stands what it means. Without it Tab goes on, and Enter keeps nothing.
"use strict";

function fieldsOf(form) {
  const all = form.querySelectorAll("input:not([type=hidden]), textarea, select, button:not(.hidden)");
  return [...all].filter((field) => field.offsetParent !== null && field.tabIndex >= 0);
}

function goOn(form, field) {
  const fields = fieldsOf(form);
  const next = fields[fields.indexOf(field) + 1];
  if (next) {
    next.focus();
    if (next.select) {
      next.select();
    }
  }
}

function say(field) {
  const place = field.parentElement.querySelector("output[data-signs]");
  if (!place) {
    return;
  }
  const words = new Map(place.dataset.signs.split("|").map((pair) => {
    const cut = pair.indexOf("=");
    return [pair.slice(0, cut), pair.slice(cut + 1)];
  }));
  const typed = field.value.toUpperCase().split(/[\s,;.+]+/).filter(Boolean);
  place.textContent = typed.map((sign) => words.get(sign) ?? `${sign}: no está en la hoja`).join(" · ");
}

for (const form of document.querySelectorAll("form[data-keying]")) {
  form.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.shiftKey || field.tagName === "BUTTON" || field.tagName === "SUMMARY") {
      return;
    }
    event.preventDefault();
    goOn(form, field);
  });
  form.addEventListener("input", (event) => say(event.target));
  for (const field of form.querySelectorAll("input[type=text]")) {
    say(field);
  }
}
