"""There is no signal in the hall, and nobody is lost: phones, two tablets, the closed browser."""

import json
import random

from participa.attendance.models import SignInWay
from tests.conftest import FLAGS, chromium_path
from tests.journeys.attendance.signing import fill_in, keeps_working, save, waiting
from tests.journeys.conftest import IN_BOGOTA, PHONE, WAIT_MS, browsing

SAVED = "Listo. Quedó guardado en este teléfono"
# All that the device keeps of pages, and the names of what it keeps apart.
KEPT_TEXT = """(async () => {
  const cache = await caches.open("participa-asistencia");
  const kept = await cache.keys();
  const pages = await Promise.all(kept.map(async (one) => (await cache.match(one)).text()));
  const database = await new Promise((resolve) => {
    const opening = indexedDB.open("participa-asistencia");
    opening.onsuccess = () => resolve(opening.result);
  });
  const entries = await new Promise((resolve) => {
    const asked = database.transaction("entries").objectStore("entries").getAll();
    asked.onsuccess = () => resolve(asked.result);
  });
  return JSON.stringify([pages, entries, {...localStorage}, {...sessionStorage}]);
})()"""
# What the page gives to the queue, before it is encrypted.
SAVE_SEEN = """participaOffline.save = (fields, ...more) => {
  window.seen = structuredClone(fields);
  return save(fields, ...more);
};"""
EACH = 6  # people on each of two devices; the whole crowd is in tests/attendance/offline


def test_who_presses_sign_when_the_signal_is_gone_is_on_the_list_later(chromium, hall):
    path = hall.open_list()
    with browsing(chromium, hall.address, **PHONE) as phone:
        phone.goto(path)
        keeps_working(phone)
        fill_in(phone, "Ana Ruiz", "43123456")
        phone.context.set_offline(True)
        phone.get_by_role("button", name="Firmar").click()
        phone.get_by_role("heading", name=SAVED).wait_for()
        assert waiting(phone) == "1 guardado en este teléfono"
        assert hall.names(path) == []
        phone.context.set_offline(False)
        phone.get_by_text("Ya llegó: su firma está en el listado.").wait_for()
        assert phone.locator("[data-queue]").is_hidden()
        assert hall.names(path) == ["Ana Ruiz"]
        phone.get_by_role("link", name="Ver su radicado").click()
        phone.wait_for_url("**/listo/*")


def test_a_page_that_was_open_once_opens_in_airplane_mode_and_says_what_it_lacks(chromium, hall):
    path = hall.open_list()
    with browsing(chromium, hall.address, **PHONE) as phone:
        phone.goto(path)
        keeps_working(phone)
        phone.context.set_offline(True)
        phone.goto(path)
        phone.get_by_text("Página para cuando no hay señal.").wait_for()
        phone.locator("[data-ready]").wait_for(state="attached")
        phone.get_by_role("button", name="Firmar").click()
        phone.get_by_text("Diga si tiene 18 años o más.").wait_for()
        fill_in(phone, "Ana Ruiz", "43x")
        phone.get_by_role("button", name="Firmar").click()
        phone.get_by_text("de 3 a 10 cifras, sin letras").wait_for()
        for name in ("Ana Ruiz", "Luz Ruiz"):
            fill_in(phone, name)
            phone.get_by_role("button", name="Firmar").click()
            phone.get_by_role("heading", name=SAVED).wait_for()
            phone.get_by_role("button", name="Firma otra persona").click()
            assert phone.get_by_label("Nombres y apellidos").input_value() == ""
        assert waiting(phone) == "2 guardados en este teléfono"
        phone.context.set_offline(False)
        phone.locator("[data-queue]").wait_for(state="hidden")
        assert hall.names(path) == ["Ana Ruiz", "Luz Ruiz"]


def test_the_queue_survives_closing_the_browser_and_is_gone_once_it_arrived(
    chromium, hall, tmp_path
):
    path = hall.open_list()
    options = {"base_url": hall.address, **IN_BOGOTA, **PHONE}
    again = {"executable_path": chromium_path(), "args": FLAGS}
    kind = chromium.browser_type
    with kind.launch_persistent_context(tmp_path, **options, **again) as browser:
        browser.set_default_timeout(WAIT_MS)
        phone = browser.new_page()
        phone.goto(path)
        keeps_working(phone)
        browser.set_offline(True)
        phone.goto(path)
        save(phone, "Ana Ruiz", "43123456")
        phone.get_by_role("heading", name=SAVED).wait_for()
    with kind.launch_persistent_context(tmp_path, **options, **again) as browser:
        phone = browser.new_page()
        phone.goto(path)
        phone.wait_for_function("indexedDB.databases().then((all) => all.length > 0)")
        hall.wait_for_names(path, ["Ana Ruiz"])
        phone.goto(f"{path}/sin-senal")
        phone.locator("[data-ready]").wait_for(state="attached")
        assert phone.locator("[data-queue]").is_hidden()


def test_two_devices_with_the_same_people_in_different_orders_leave_each_person_once(
    chromium, hall
):
    path = hall.open_list()
    people = [(f"Persona {number}", str(10_000_000 + number)) for number in range(EACH)]
    at_desk = hall.device_path(path, SignInWay.DESK, "mesa-sin-senal")
    with (
        browsing(chromium, hall.address, **PHONE) as first,
        browsing(chromium, hall.address, **PHONE) as second,
    ):
        for device in (first, second):
            device.goto(at_desk)
            keeps_working(device)
            device.context.set_offline(True)
            mixed = random.Random(device == first).sample(people, k=EACH)
            for name, document in [*mixed, mixed[0]]:
                save(device, name, document)
                device.get_by_role("button", name="Firma otra persona").click()
            assert waiting(device) == f"{EACH + 1} guardados en este dispositivo"
        for device in (second, first):
            device.context.set_offline(False)
        for device in (first, second):
            device.locator("[data-queue]").wait_for(state="hidden")
        assert hall.names(path) == [name for name, _ in people]


def test_the_desk_goes_on_without_a_signal_where_it_was_opened_once(chromium, hall):
    path = hall.open_list(doors=["Puerta norte"])
    with browsing(chromium, hall.address, **PHONE) as device:
        device.goto(hall.door_link(path))
        device.get_by_role("button", name="Usar este aparato").click()
        keeps_working(device)
        device.context.set_offline(True)
        device.reload()
        save(device, "Ana Ruiz", "43123456")
        assert waiting(device) == "1 guardado en este dispositivo"
        device.context.set_offline(False)
        device.locator("[data-queue]").wait_for(state="hidden")
        assert hall.names(path) == ["Ana Ruiz"]
        assert hall.doors(path) == ["Puerta norte"]
        kept = device.evaluate(KEPT_TEXT)
        assert "Ana" not in kept


def test_what_was_refused_is_not_removed_by_a_stray_touch(chromium, hall):
    path = hall.open_list()
    with browsing(chromium, hall.address, **PHONE) as phone:
        phone.goto(path)
        keeps_working(phone)
        phone.context.set_offline(True)
        phone.goto(path)
        phone.locator("[data-ready]").wait_for(state="attached")
        phone.get_by_label("Correo o celular").fill("no es correo")
        phone.locator("[name=consent_contact]").check()
        save(phone, "Ana Ruiz", "43123456")
        phone.context.set_offline(False)
        phone.get_by_text("1 firma no se recibió:").wait_for()
        for answer, then in (("dismiss", "visible"), ("accept", "hidden")):
            phone.once("dialog", lambda dialog, answer=answer: getattr(dialog, answer)())
            phone.get_by_role("button", name="Quitar las que no se recibieron").click()
            phone.locator("[data-queue]").wait_for(state=then)


def test_what_is_not_asked_is_not_queued(chromium, hall):
    path = hall.open_list()
    with browsing(chromium, hall.address, **PHONE) as phone:
        phone.goto(path)
        keeps_working(phone)
        phone.context.set_offline(True)
        phone.goto(path)
        phone.locator("[data-ready]").wait_for(state="attached")
        phone.evaluate(f"const {{ save }} = participaOffline; {SAVE_SEEN}")
        fill_in(phone, "Ana Ruiz", "43123456")
        phone.get_by_label("Tengo menos de 18 años").check()
        phone.get_by_role("button", name="Firmar").click()
        phone.get_by_role("heading", name=SAVED).wait_for()
        assert phone.evaluate("window.seen") == [["age", "minor"]]


def test_a_device_that_never_gets_a_signal_hands_in_a_file(chromium, hall, tmp_path):
    path = hall.open_list()
    with browsing(chromium, hall.address, **PHONE) as phone:
        phone.goto(path)
        keeps_working(phone)
        phone.context.set_offline(True)
        phone.goto(path)
        for name, document in (("Ana Ruiz", "43123456"), ("Eva Ruiz", "43123457")):
            save(phone, name, document)
            phone.get_by_role("button", name="Firma otra persona").click()
        with phone.expect_download() as download:
            phone.get_by_role("button", name="Guardar en un archivo").click()
        assert download.value.suggested_filename.endswith("-2.json")
        file = tmp_path / "asistencia.json"
        download.value.save_as(file)
        assert waiting(phone) == "2 guardados en este teléfono"
    assert "Ruiz" not in file.read_text("utf-8")  # whoever is next at the device can save it too
    first, second = json.loads(file.read_text("utf-8"))["entries"]
    edited = file.read_text("utf-8").replace(second["sealed"], first["sealed"])
    assert hall.bring(path, edited) == ["stored", "refused"]
    assert hall.bring(path, file.read_text("utf-8")) == ["known", "stored"]
    assert hall.names(path) == ["Ana Ruiz", "Eva Ruiz"]


def test_with_a_signal_nothing_is_different_where_the_page_is_kept(chromium, hall):
    """A refused form is shown again with all that was typed; a good one has its receipt."""
    path = hall.open_list()
    with browsing(chromium, hall.address, **PHONE) as phone:
        phone.goto(path)
        keeps_working(phone)
        fill_in(phone, "Ana Ruiz", "43123x")
        phone.get_by_role("button", name="Firmar").click()
        phone.get_by_text("tiene de 3 a 10 cifras, sin letras.").first.wait_for()
        assert phone.get_by_label("Nombres y apellidos").input_value() == "Ana Ruiz"
        phone.get_by_label("Número del documento").fill("43123456")
        phone.get_by_role("button", name="Firmar").click()
        phone.wait_for_url("**/listo/*")
        assert hall.names(path) == ["Ana Ruiz"]
