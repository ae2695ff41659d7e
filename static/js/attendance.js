// What the page of an attendance list can do besides (loaded by form-steps.js): remember on this phone,
// if its owner asks for it, what they typed; and let them sign with the finger.
(() => {
  "use strict";
  const KEY = "participa:asistencia", DAYS = 400;
  const WIDTH = 300, HEIGHT = 120, MOST = 8000; // of attendance/public/signatures.py
  const REMEMBERED = ["document_type", "document", "name", "contact", "organisation", "position"];
  const form = document.querySelector("form[data-more]");
  const one = (selector) => form.querySelector(selector);
  const field = (name) => form.elements[name];
  const say = (words) => { one("[data-told]").textContent = words; };

  // ---- remembering
  function stored() {
    try {
      const found = JSON.parse(localStorage.getItem(KEY));
      const isOld = !found || Date.now() - found.at > DAYS * 24 * 3600 * 1000;
      if (found && isOld) localStorage.removeItem(KEY);
      return isOld ? null : found.typed;
    } catch { return null; }
  }
  function store() {
    const typed = Object.fromEntries(REMEMBERED.filter(field).map((name) => [name, field(name).value]));
    try { localStorage.setItem(KEY, JSON.stringify({ at: Date.now(), typed: { ...stored(), ...typed } })); } catch { /* nothing is remembered */ }
  }
  function forget() {
    try { localStorage.removeItem(KEY); } catch { /* nothing was stored either */ }
    one("[data-remembered]").hidden = true;
    tick.checked = false;
    say("Se borraron sus datos de este celular.");
  }
  function use() {
    const typed = stored() || {};
    REMEMBERED.filter((name) => field(name) && name in typed).forEach((name) => { field(name).value = typed[name]; });
    form.querySelector("#age-0").checked = true;
    tick.checked = true;
    form.dispatchEvent(new Event("change", { bubbles: true }));
    say("Llenamos su documento, su nombre y su contacto. Revíselos.");
    field("name").focus();
  }
  const initials = (name) => name.split(/\s+/).filter(Boolean).map((word) => `${word[0]}.`).join(" ");

  const tick = one("#remember");
  if (tick) {
    const known = stored();
    one("[data-remember]").hidden = false;
    one("[data-use]").onclick = use;
    one("[data-forget]").onclick = forget;
    one("[data-remembered]").hidden = !known;
    one("[data-whose]").textContent = known?.name ? ` (${initials(known.name)})` : "";
    tick.addEventListener("change", () => (tick.checked ? store() : forget()));
    form.addEventListener("change", () => { if (tick.checked) store(); });
  }

  // ---- the keyboard of the phone for the number: of digits, but for documents with letters
  const shapes = JSON.parse(one("[data-shapes]").dataset.shapes);
  function fitKeyboard() { field("document").inputMode = /A-Z/.test(shapes[field("document_type").value]?.[0]) ? "text" : "numeric"; }
  form.addEventListener("change", fitKeyboard);
  fitKeyboard();

  // ---- a contact without its consent would not be stored; said while typing, so that nothing moves under a finger
  const unticked = one("[data-unticked]");
  function warn() { unticked.hidden = !field("contact").value.trim() || field("consent_contact").checked; }
  if (unticked) ["input", "change"].forEach((type) => form.addEventListener(type, warn));

  // ---- signing
  const round = (value) => Math.round(value * 10) / 10;
  function pathOf(groups, scale, every = 1) {
    const path = groups.map(({ points }) => {
      const [first, ...rest] = points.map(({ x, y }) => [round(x * scale), round(y * scale)]);
      const last = rest.length - 1;
      const kept = rest.filter((_, at) => at % every === 0 || at === last);
      return `M${first.join(" ")}L${(kept.length ? kept : [first]).map((point) => point.join(" ")).join(" ")}`;
    }).join("");
    return path.length > MOST ? pathOf(groups, scale, every + 1) : path;
  }
  function begin(box) {
    const canvas = box.querySelector("canvas"), ratio = Math.max(devicePixelRatio, 1);
    const wide = canvas.offsetWidth, scale = WIDTH / wide;
    canvas.width = wide * ratio;
    canvas.height = (wide * HEIGHT / WIDTH) * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    const pad = new SignaturePad(canvas);
    pad.addEventListener("endStroke", () => { field("signature").value = pathOf(pad.toData(), scale); });
    box.querySelector("[data-clear]").onclick = () => {
      pad.clear();
      field("signature").value = "";
    };
  }
  const box = one("[data-sign]");
  if (box) {
    box.hidden = false;
    box.addEventListener("toggle", () => {
      if (!box.open || window.SignaturePad) return;
      const script = document.createElement("script");
      script.src = box.dataset.sign;
      script.onload = () => begin(box);
      script.onerror = () => { box.hidden = true; say("No se pudo abrir el espacio para dibujar. Firme sin dibujo."); };
      document.head.append(script);
    });
  }
})();
