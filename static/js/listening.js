// What the form of a listening post can do besides (loaded by form-steps.js), and that of who comes
// back to add something: record a voice note, make photos smaller before they are sent, warn of what
// tells who somebody is; and, of the form alone, look for answers that the city has given already.
// Without it files are chosen, and the server does the rest.
(() => {
  "use strict";
  const LONGEST_SECONDS = 120, MOST_PHOTOS = 5, LONGEST_SIDE = 1600, SMALL = 400_000; // of listening/attachments.py
  const TYPES = ["audio/mp4", "audio/webm;codecs=opus", "audio/webm", "audio/ogg;codecs=opus"]; // first what every browser plays
  const text = document.getElementById("text"), { form } = text;
  const one = (selector, from = form) => from.querySelector(selector);
  const all = (selector) => [...form.querySelectorAll(selector)];
  const put = (input, files) => {
    const chosen = new DataTransfer();
    files.forEach((file) => chosen.items.add(file));
    input.files = chosen.files;
  };
  const changed = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));

  // ---- a voice note
  const type = window.MediaRecorder && TYPES.find((known) => MediaRecorder.isTypeSupported(known));
  const box = one("[data-recorder]");
  if (box && type && navigator.mediaDevices?.getUserMedia) record(box);

  function record(box) {
    const input = one("#voice"), button = one("[data-record]", box), timer = one("[data-timer]", box);
    const player = one("[data-listen]", box), audio = one("audio", box), goOn = one(".actions button");
    let recorder = null, clock = 0, begun = 0;
    const say = (words) => { one("[data-told]", box).textContent = words; };
    const inWords = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
    const seconds = () => Math.min((performance.now() - begun) / 1000, LONGEST_SECONDS);

    function tick() {
      timer.textContent = inWords(seconds());
      if (seconds() >= LONGEST_SECONDS) stop("Llegó a los 2 minutos. ");
    }
    async function begin() {
      let stream;
      try { stream = await navigator.mediaDevices.getUserMedia({ audio: true }); } catch {
        return say("No se pudo abrir el micrófono. Dele permiso en el navegador, suba una grabación o escriba.");
      }
      const parts = [];
      recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: 64_000 });
      recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
      recorder.addEventListener("stop", () => {
        stream.getTracks().forEach((track) => track.stop());
        done(new Blob(parts, { type: type.split(";")[0] }));
      });
      recorder.start();
      begun = performance.now();
      clock = setInterval(tick, 250);
      goOn.disabled = true;
      player.hidden = true;
      button.textContent = "Parar";
      return say("Grabando. Toque «Parar» cuando termine.");
    }
    function stop(words = "") {
      clearInterval(clock);
      recorder.stop();
      recorder = null;
      goOn.disabled = false;
      button.textContent = "Grabar otra vez";
      say(`${words}Óigala antes de seguir. Si no le gusta, bórrela o grabe otra vez.`);
    }
    function done(blob) {
      const ending = blob.type.split("/")[1];
      put(input, [new File([blob], `nota-de-voz.${ending}`, { type: blob.type })]);
      listen(blob);
      changed(input);
    }
    function listen(blob) {
      URL.revokeObjectURL(audio.src);
      audio.src = URL.createObjectURL(blob);
      player.hidden = false;
    }
    button.addEventListener("click", () => (recorder ? stop() : begin()));
    one("[data-delete]", box).addEventListener("click", () => {
      put(input, []);
      audio.removeAttribute("src");
      player.hidden = true;
      timer.textContent = "0:00";
      button.textContent = "Grabar";
      say("La borró.");
      changed(input);
      button.focus();
    });
    input.addEventListener("change", ({ isTrusted }) => { if (isTrusted && input.files[0]) listen(input.files[0]); });
    box.hidden = false;
  }

  // ---- photos: smaller before they travel, which a slow signal thanks
  const photos = one("#photos");
  async function shrunk(file) {
    try {
      const picture = await createImageBitmap(file);
      const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
      if (scale === 1 && file.size <= SMALL) return file;
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.85); });
      return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" }) : file;
    } catch { return file; } // the server says what it is
  }
  photos?.addEventListener("change", async ({ isTrusted }) => {
    if (!isTrusted) return;
    const chosen = [...photos.files], kept = chosen.slice(0, MOST_PHOTOS), told = one("[data-photos] [data-told]");
    put(photos, await Promise.all(kept.map(shrunk)));
    told.textContent = chosen.length > MOST_PHOTOS ? `Caben hasta ${MOST_PHOTOS} fotos: quedaron las primeras.` : "";
    changed(photos);
  });

  // ---- what tells who somebody is (cases/traces.py finds more)
  const NUMBER = /(^|[^\d$.,])(\+?\d(?:[ .-]?\d){6,14})(?![\d%])/g, NAMED = /\b(?:[Mm]e llamo|[Mm]i nombre es|[Ss]e llama|[Ss]eñora?|[Dd]on|[Dd]oña|[Dd]octora?|[Vv]ecin[ao])\s+[A-ZÁÉÍÓÚÑ][a-záéíóúñü]+/;
  function kinds(words) {
    const numbers = [...words.matchAll(NUMBER)].map((found) => found[2].replace(/\D/g, ""));
    const isPhone = (number) => number.length === 7 || (number.length === 10 && /^(3|60)/.test(number));
    return [
      /[\w.+-]+@[\w-]+\.\w/.test(words) && "un correo",
      numbers.some(isPhone) && "un teléfono",
      numbers.some((number) => !isPhone(number)) && "un número de documento",
      NAMED.test(words) && "un nombre",
    ].filter(Boolean);
  }
  function warn() {
    const found = kinds(text.value), last = found.pop();
    const words = last ? `Su texto parece tener ${found.length ? `${found.join(", ")} y ${last}` : last}. Si es de otra persona, o si no quiere que se sepa quién es usted, cámbielo.` : "";
    for (const note of all("[data-traces]")) {
      if (note.textContent !== words) note.textContent = words;
      note.hidden = !words;
    }
  }
  text.addEventListener("input", warn);
  warn();

  // ---- who says that they do not give their name has not written it either
  form.addEventListener("change", ({ target }) => {
    if (target.id === "who-0") ["name", "contact"].forEach((name) => { form.elements[name].value = ""; });
  });

  // ---- answers that there are already, shown with the review
  const alike = one("[data-alike]"), WORTH_ASKING = 20;
  let asked = "";
  async function look() {
    const words = text.value.trim(), topic = form.elements.topic.value, key = `${topic} ${words}`;
    if (words.length < WORTH_ASKING || key === asked) return;
    asked = key;
    let answer;
    try {
      answer = await fetch(form.dataset.similar, { method: "POST", body: new URLSearchParams({ text: words, topic }) });
      if (answer.ok) show(await answer.json());
    } catch { asked = ""; } // without a signal there is nothing to show
  }
  function show(found) {
    const make = (tag, words, ...inside) => {
      const made = document.createElement(tag);
      made.append(words, ...inside);
      return made;
    };
    alike.hidden = !found.length;
    alike.replaceChildren(
      make("h3", "Tal vez ya hay una respuesta"),
      make("p", "La ciudad ya respondió algo parecido. Si le sirve, no tiene que enviar nada. Si no, envíe lo suyo."),
      ...found.map(({ question, answer }) => make("details", make("summary", question), Object.assign(make("p", answer), { className: "typed" }))),
    );
  }
  if (alike) form.addEventListener("change", look);
})();
