// Reads QR codes with the camera, or from a photograph, into a field beside it and sends its form. What
// reads them is fetched when somebody presses the button, and not at all where the browser reads codes by
// itself. Nothing is recorded, and no picture leaves the device. Typing the code always works.
//
// On [data-camera]: data-field, the id of the field; data-reader and data-machine, the files that read
//   codes. Inside: [data-open], the button; [data-view] with the video and [data-shut], its end;
//   [data-photo], a file; [data-trouble], where a problem is told.
(() => {
  "use strict";
  const place = document.querySelector("[data-camera]");
  if (!place) return;
  const one = (selector) => place.querySelector(selector);
  const view = one("[data-view]"), video = one("video"), trouble = one("[data-trouble]");
  const LOOK_MS = 150, FORGET_LOOKS = 12; // a code that left the picture for so long is a new one
  const OTHERWISE = "O escriba el código que está bajo el QR.";
  const TROUBLES = {
    NotAllowedError: `No hay permiso para usar la cámara. Actívelo en el candado junto a la dirección. ${OTHERWISE}`,
    NotFoundError: `Este aparato no tiene una cámara que se pueda usar. ${OTHERWISE}`,
    NotReadableError: `Otra aplicación está usando la cámara. Ciérrela. ${OTHERWISE}`,
    reader: `No se pudo cargar el lector de códigos. Revise la señal. ${OTHERWISE}`,
    photo: `En esa foto no hay un código QR que se pueda leer. Tome otra más cerca y con luz. ${OTHERWISE}`,
  };
  const tell = (name) => {
    trouble.hidden = !name;
    trouble.textContent = name ? TROUBLES[name] || TROUBLES.NotFoundError : "";
  };
  let stream = null, reader = null;

  async function load() {
    if (reader) return reader;
    const known = window.BarcodeDetector ? await BarcodeDetector.getSupportedFormats().catch(() => []) : [];
    const Detector = known.includes("qr_code") ? window.BarcodeDetector : await fetched();
    reader = new Detector({ formats: ["qr_code"] });
    return reader;
  }
  async function fetched() {
    if (!window.BarcodeDetectionAPI) {
      await new Promise((resolve, reject) => {
        const script = Object.assign(document.createElement("script"), { src: place.dataset.reader, onload: resolve, onerror: reject });
        document.head.append(script);
      });
    }
    const { prepareZXingModule, BarcodeDetector: Detector } = window.BarcodeDetectionAPI;
    await prepareZXingModule({ overrides: { locateFile: () => place.dataset.machine }, fireImmediately: true });
    return Detector;
  }

  async function open() {
    tell("");
    if (stream) return;
    try {
      if (!navigator.mediaDevices) throw Object.assign(new Error(), { name: "NotFoundError" });
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch (error) { return void tell(error.name in TROUBLES ? error.name : "NotFoundError"); }
    view.hidden = false;
    one("[data-open]").hidden = true;
    try {
      video.srcObject = stream;
      await Promise.all([load(), video.play()]);
    } catch (error) {
      console.warn(error);
      shut();
      return void tell("reader");
    }
    return void watch();
  }
  function shut() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = video.srcObject = null;
    view.hidden = true;
    one("[data-open]").hidden = false;
  }
  async function watch() {
    let last = "", absent = 0;
    while (stream) {
      const seen = video.readyState > 1 ? await reader.detect(video).catch(() => []) : [];
      const text = seen[0]?.rawValue || "";
      absent = text ? 0 : absent + 1;
      if (text && text !== last && stream) take(text);
      if (text || absent > FORGET_LOOKS) last = text;
      await new Promise((resolve) => { setTimeout(resolve, LOOK_MS); });
    }
  }
  function take(text) {
    const field = document.getElementById(place.dataset.field);
    tell("");
    navigator.vibrate?.(60);
    field.value = text.slice(0, field.maxLength > 0 ? field.maxLength : undefined);
    field.form.requestSubmit();
  }
  async function readPhoto({ target }) {
    const [file] = target.files;
    tell("");
    if (!file) return;
    try { await load(); } catch { return void tell("reader"); }
    const picture = await createImageBitmap(file).catch(() => null);
    const seen = picture ? await reader.detect(picture).catch(() => []) : [];
    picture?.close();
    target.value = "";
    if (seen.length) take(seen[0].rawValue);
    else tell("photo");
  }
  one("[data-open]").addEventListener("click", open);
  one("[data-shut]").addEventListener("click", shut);
  one("[data-photo]").addEventListener("change", readPhoto);
  window.addEventListener("pagehide", shut);
  place.hidden = false;
})();
