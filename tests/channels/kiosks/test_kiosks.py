"""A tablet that passes from hand to hand stays with one form, and is left with a PIN alone."""

from dataclasses import dataclass
from typing import Any

import pytest

from participa.attendance import device_tokens
from participa.attendance.models import SignInWay
from participa.ballots.kinds import BoxKind
from participa.core.web import kiosks
from participa.surveys import service
from participa.surveys.models import SurveyUse
from tests.attendance import city as attendance
from tests.ballots import city as ballots
from tests.listening import city as listening
from tests.listening.public.people import ANA
from tests.surveys import city as surveys
from tests.surveys.public.people import Reader, path, send, stored
from tests.visitor import field

PIN = "4821"


@dataclass
class Tablet:
    """A browser that was locked, and where its person begins."""

    browser: Any
    start: str
    locks: str  # the address where the staff set the PIN

    def leave(self, pin: str):
        token = field(self.browser.get(kiosks.LEAVE), "submission")
        return self.browser.post(kiosks.LEAVE, data={"pin": pin, "submission": token})


def locked(browser, address: str, pin: str = PIN, again: str = "") -> Tablet:
    """The tablet after the staff has typed the PIN at this address."""
    page = browser.get(address)
    name = "csrf_token" if 'name="csrf_token"' in page.text else "submission"
    sent = {name: field(page, name), "pin": pin, "again": again or pin}
    answer = browser.post(address, data=sent)
    assert answer.status_code == 303, answer.text
    return Tablet(browser, answer.location, address)


def of_survey(app, staff) -> Tablet:
    made = surveys.open_survey()
    return locked(staff("EDITOR"), f"/gestion/encuestas/{made.code}/tableta")


def of_post(app, staff) -> Tablet:
    made = listening.open_post()
    return locked(staff("EDITOR"), f"/gestion/escuchaderos/{made.code}/tableta")


def of_box(app, staff) -> Tablet:
    made = ballots.opened(BoxKind.CODES)
    return locked(staff("ADMINISTRATOR"), f"/gestion/urnas/{made.uuid}/tableta")


def of_list(app, staff) -> Tablet:
    made = attendance.open_list()
    token = device_tokens.issue(made.code, SignInWay.KIOSK)
    return locked(app.test_client(), f"/asistencia/{made.code}/tableta/pin?equipo={token}")


EVERY = pytest.mark.parametrize("make", [of_survey, of_post, of_box, of_list])


@EVERY
def test_a_locked_tablet_opens_its_form_and_nothing_else(app, staff, make):
    tablet = make(app, staff)
    page = tablet.browser.get(tablet.start, follow_redirects=True)
    assert page.status_code == 200
    assert 'href="/tableta/salir"' in page.text
    form = tablet.start.partition("?")[0]
    for elsewhere in ("/", "/gestion", tablet.locks, "/encuestas", f"{form}/resultados", "/q/nada"):
        answer = tablet.browser.get(elsewhere)
        assert (answer.status_code, answer.location) == (303, tablet.start), elsewhere
    assert tablet.browser.post("/gestion/salir").location == tablet.start


@EVERY
def test_only_the_pin_lets_it_go(app, staff, make):
    tablet = make(app, staff)
    page = tablet.leave("0000")
    assert page.status_code == 422
    assert "Ese PIN no es el de esta tableta." in page.text
    assert "0000" not in page.text
    assert tablet.browser.get("/").location == tablet.start
    assert tablet.leave(PIN).status_code == 303
    assert tablet.browser.get("/").status_code == 200
    assert "nadie lo puso como tableta" in tablet.browser.get(kiosks.LEAVE).text


def test_wrong_tries_are_counted_and_the_right_pin_then_waits_too(app, staff):
    tablet = of_survey(app, staff)
    for _ in range(10):
        assert tablet.leave("0000").status_code == 422
    assert tablet.leave(PIN).status_code == 429


def test_the_session_of_the_staff_ends_on_the_tablet(app, staff):
    tablet = of_survey(app, staff)
    back = tablet.leave(PIN).location
    assert back.startswith("/gestion/encuestas/")
    assert "/gestion/entrar" in tablet.browser.get(back).location


@pytest.mark.parametrize(
    ("pin", "again", "sentence"),
    [
        ("12", "12", "Escriba de 4 a 8 números."),
        ("", "", "Escriba de 4 a 8 números."),
        ("clave", "clave", "Escriba de 4 a 8 números."),
        ("123456789", "123456789", "Escriba de 4 a 8 números."),
        ("4821", "4812", "Los dos PIN no son iguales."),
    ],
)
def test_a_pin_that_cannot_be_is_refused_in_words(staff, pin, again, sentence):
    made, editor = surveys.open_survey(), staff("EDITOR")
    address = f"/gestion/encuestas/{made.code}/tableta"
    token = field(editor.get(address), "csrf_token")
    page = editor.post(address, data={"csrf_token": token, "pin": pin, "again": again})
    assert page.status_code == 422
    assert sentence in page.text
    assert editor.get("/gestion").status_code == 200


def test_a_cookie_that_this_site_did_not_sign_holds_nobody(client):
    client.set_cookie(kiosks.COOKIE, "inventada")
    assert client.get("/").status_code == 200


def test_what_is_not_public_has_no_tablet(staff):
    editor, chief = staff("EDITOR"), staff("ADMINISTRATOR")
    draft, box = surveys.draft(), ballots.opened(BoxKind.OPEN)
    assert editor.get(f"/gestion/encuestas/{draft.code}/tableta").status_code == 404
    assert chief.get(f"/gestion/urnas/{box.uuid}/tableta").status_code == 404
    assert editor.get(f"/gestion/temas/{draft.code}/tableta").status_code == 404


def test_a_form_without_the_word_of_the_tablet_is_led_to_the_one_with_it(app, staff):
    """Without that word the form would store a draft on the tablet."""
    tablet = of_survey(app, staff)
    form = tablet.start.partition("?")[0]
    assert tablet.browser.get(form).location == tablet.start
    assert tablet.browser.get(f"{form}?canal=web").location == tablet.start


def test_the_tablet_of_an_event_goes_on_answering_for_it(app, staff):
    made = surveys.open_survey()
    use = SurveyUse(source="events", source_id=1, code="7K3F2QXM", title="El foro")
    made.uses.append(use)
    made.touch()
    surveys.db.session.commit()
    tablet = locked(staff("EDITOR"), f"/gestion/encuestas/{made.code}/tableta?en=7K3F2QXM")
    assert tablet.start.endswith("?canal=kiosco&en=7K3F2QXM")
    receipt = send(tablet.browser, made, query="?canal=kiosco&en=7K3F2QXM").location
    assert tablet.start.replace("&", "&amp;") in tablet.browser.get(receipt).text
    [answer] = surveys.db.session.scalars(surveys.db.select(service.queries.SurveyResponse))
    assert (answer.use_id, answer.channel) == (use.id, "kiosk")


def test_what_one_visitor_came_with_stands_in_no_page_of_another(client):
    made = surveys.open_survey(resume_until_on=surveys.clock.today() + surveys.timedelta(days=9))
    made.uses.append(SurveyUse(source="events", source_id=1, code="7K3F2QXM", title="El foro"))
    made.touch()
    surveys.db.session.commit()
    assert "en=7K3F2QXM" in client.get(f"{path(made)}?canal=qr&en=7K3F2QXM").text
    other = client.get(f"{path(made)}?canal=invento&en=otra").text
    assert "7K3F2QXM" not in other
    assert "canal=qr" not in other
    assert f'formaction="{path(made)}/guardar"' in other


def test_who_presses_back_after_somebody_sent_finds_the_start(client):
    """Without scripts a browser offers to send the page of the person before once more."""
    made = surveys.open_survey()
    reader = Reader(client, made, "?pagina=1&canal=kiosco")
    reader.go_on(q_vino="no")
    again = reader.sent | {"step": "next", "q_mejorar": "Más sillas."}
    address = reader.action
    reader.go_on(q_mejorar="Más sillas.")
    assert reader.send().status_code == 303
    assert len(stored()) == 1
    answer = client.post(address, data=again)
    assert answer.status_code == 303
    assert answer.location == f"{path(made)}?canal=kiosco"


def test_who_presses_back_after_somebody_was_heard_finds_the_start(client):
    post = listening.open_post()
    start = f"/escuchaderos/{post.code}?canal=kiosco"
    token = field(client.get(start), "submission")
    sent = ANA | {"submission": token}
    assert client.post(start, data=sent | {"confirm": "1"}).status_code == 303
    assert client.post(start, data=sent).location == start


def test_at_the_tablet_of_a_post_nothing_is_kept_and_nothing_leads_away(client):
    post = listening.open_post()
    start = f"/escuchaderos/{post.code}?canal=kiosco"
    page = client.get(start)
    assert page.headers["Cache-Control"] == "no-store"
    for missing in ("data-draft", "<footer", "GOV.CO"):
        assert missing not in page.text
    assert f'data-kiosk="{start}"' in page.text
    sent = ANA | {"submission": field(page, "submission"), "confirm": "1"}
    receipt = client.post(start, data=sent).location
    shown = client.get(receipt)
    page = shown.text
    assert "Ya guardé mi código: terminar" in page
    for missing in ("<footer", "WhatsApp", "data-print", "data-receipt"):
        assert missing not in page
    hides = {"submission": field(shown, "submission"), "next": "form"}
    assert client.post(receipt, data=hides).location == start
    assert client.get(receipt).location == start
