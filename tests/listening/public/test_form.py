"""Somebody is heard through the page of a listening post."""

import re
from datetime import timedelta

import pytest

from participa.cases.models import Case, CaseKind
from participa.core import clock
from participa.core.db import db
from participa.core.jobs.mail import Outbox
from participa.listening.models import Contribution, PostCheck, RoutingRule
from participa.staff.models import Office
from tests.events import city as events
from tests.listening import city
from tests.listening.public.people import ANA, ROSA, opened, path, review, send
from tests.plan.builders import office


def only() -> Contribution:
    return db.session.scalars(db.select(Contribution)).one()


# ---- the lists and the page


def test_the_list_says_where_and_when_somebody_is_heard(client):
    page = client.get("/escuchaderos").text
    assert "Todavía no hay ninguno publicado." in page
    post = city.open_post()
    city.open_post(title="El que viene", opens_at=None)
    soon = city.draft(title="El de diciembre", opens_at=clock.now() + timedelta(days=3))
    soon.published_at = clock.now()
    city.closed_post(title="El de ayer")
    city.draft(title="El que nadie ve")
    page = client.get("/escuchaderos").text
    for words in ("Abiertos", "Próximos", "Cerrados", "Parque Biblioteca Belén", "8 a. m. a 4"):
        assert words in page
    assert f'href="{path(post)}"' in page
    assert 'href="/escuchaderos/mi-aporte"' in page
    assert "El que nadie ve" not in page


def test_the_list_says_which_pages_were_seen_to_answer_today(client):
    """Task 7.1: only of a post that is open, and only of a check over the network."""
    post = city.open_post()
    closed = city.closed_post(title="El de ayer")
    assert "Revisado hoy" not in client.get("/escuchaderos").text
    for one in (post, closed):
        db.session.add(PostCheck(post_id=one.id, checked_at=clock.now(), is_ok=True, fault=""))
    db.session.commit()
    assert client.get("/escuchaderos").text.count("Revisado hoy: funciona.") == 1


def test_line_106_and_123_stand_before_the_form(client):
    """Who looks for the service of mental health of the same name is told where it is."""
    post = city.open_post()
    page = client.get(path(post)).text
    assert page.index("Línea 106") < page.index("tel:123") < page.index("<form")
    assert "Escuchadero de rendición de cuentas" in page
    review_page = review(client, post).text
    receipt = client.get(send(client, post).location).text
    for shown in (review_page, receipt, client.get("/escuchaderos").text):
        assert "Línea 106" in shown


def test_the_name_of_a_post_stands_in_full_and_once(client):
    title = "Escuchadero de rendición de cuentas de Popular"
    post = city.open_post(title=title)
    for shown in (
        client.get(path(post), follow_redirects=True),
        client.get(send(client, post).location),
    ):
        page = shown.text.partition("<main")[2]
        assert page.count("scuchadero de rendición de cuentas") == 1
    short = city.open_post()
    page = client.get(path(short), follow_redirects=True).text.partition("<main")[2]
    assert page.index("Escuchadero de rendición de cuentas") < page.index(city.TITLE)


def test_the_page_says_who_answers_and_where_it_listens(client, make):
    salud = make(office("salud", "Secretaría de Salud"))
    post = city.open_post(office=salud, link="", territory="16")
    page = client.get(path(post)).text
    assert "Responde Secretaría de Salud" in page
    for shown in (page, client.get("/escuchaderos").text):
        assert "<b>Territorio:</b> Comuna 16" in shown
    for words in ("Parque Biblioteca Belén", "lengua de señas", "Lo que esta página le garantiza"):
        assert words in page


def test_the_notice_stands_before_the_first_personal_field(client):
    """DAT-02."""
    page = client.get(path(city.open_post())).text
    assert page.index("Sus datos personales") < page.index('id="name"')
    assert "Todo es opcional: su nombre, su contacto" in page


def test_without_a_notice_nobody_is_asked_who_they_are(client):
    """DAT-01: an installation that has not published its notice asks for no name."""
    post = city.open_post()
    db.session.execute(db.text("DELETE FROM notice"))
    post.touch()
    db.session.commit()
    page = client.get(path(post)).text
    assert 'name="who"' not in page
    assert send(client, post, ROSA).status_code == 303
    assert only().is_anonymous
    assert only().contact_name == ""


@pytest.mark.parametrize("takes", [True, False])
def test_only_the_page_that_takes_voice_may_use_the_microphone(client, takes):
    post = city.open_post(takes_voice=takes, takes_photos=takes)
    page = client.get(path(post))
    assert ("microphone=(self)" in page.headers["Permissions-Policy"]) is takes
    assert ("media-src blob:" in page.headers["Content-Security-Policy"]) is takes
    assert ('id="voice"' in page.text, 'id="photos"' in page.text) == (takes, takes)
    assert "microphone=()" in client.get("/escuchaderos").headers["Permissions-Policy"]


def test_a_device_of_many_people_stores_no_draft(client):
    post = city.open_post()
    assert 'data-draft="escuchaderos:' in client.get(path(post)).text
    at_the_desk = client.get(f"{path(post)}?canal=kiosco").text
    assert "data-draft" not in at_the_desk
    assert 'autocomplete="off"' in at_the_desk


def test_a_new_event_can_be_chosen_some_minutes_later(client, monkeypatch):
    post = city.open_post()
    assert "Audiencia del barrio" not in client.get(path(post)).text
    event = events.called(title="Audiencia del barrio")
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "system_now", lambda: later)
    assert f'value="evento-{event.id}"' in client.get(path(post)).text
    assert send(client, post, about=f"evento-{event.id}").status_code == 303
    assert only().event_id == event.id


# ---- what is stored


def test_an_opinion_has_no_term_and_a_petition_has_the_one_of_the_law(client):
    """PQR-08."""
    post = city.open_post()
    send(client, post, wish="opinion")
    case = db.session.scalars(db.select(Case)).one()
    assert (case.kind, case.due_on) == (CaseKind.OPINION, None)
    send(client, post)
    petition = db.session.scalars(db.select(Case).filter_by(kind=CaseKind.GENERAL)).one()
    assert petition.term == 15


def test_an_anonymous_person_leaves_no_name_and_no_hour(client):
    """PQR-10: also when the fields were filled in before they changed their mind."""
    post = city.open_post()
    send(client, post, ROSA | {"who": "anonymous"})
    stored = only()
    assert stored.is_anonymous
    assert (stored.contact_name, stored.contact_email, stored.contact_phone) == ("", "", "")
    assert stored.received_at is None
    assert stored.consent_id is None
    assert db.session.scalars(db.select(Outbox)).all() == []


def test_who_gives_a_name_consents_and_gets_a_letter_without_what_they_said(client):
    """PQR-04, DAT-04."""
    post = city.open_post()
    place = send(client, post, ROSA).location
    stored = only()
    assert (stored.contact_name, stored.contact_email) == ("Rosa Pérez", "rosa@ejemplo.org")
    assert stored.received_at is not None
    assert stored.consent_id is not None
    letter = db.session.scalars(db.select(Outbox)).one()
    code = re.findall(r'class="code">([\w-]+)<', client.get(place).text)[1]
    assert letter.to == "rosa@ejemplo.org"
    for secret in (city.TEXT, "Rosa", code, place.rpartition("/")[2]):
        assert secret not in letter.body + letter.subject


def test_a_telephone_will_do(client):
    send(client, city.open_post(), ROSA | {"contact": "+57 300 123-4567", "name": ""})
    assert (only().contact_phone, only().contact_email) == ("3001234567", "")


def test_nobody_can_fill_a_mailbox_with_the_form(client):
    post = city.open_post()
    for number in range(6):
        assert send(client, post, ROSA | {"text": f"{city.TEXT} {number}"}).status_code == 303
    assert len(db.session.scalars(db.select(Outbox)).all()) == 3


def test_topic_and_territory_decide_who_answers(client, make):
    post = city.open_post(office=make(office("dap", "Planeación")))
    mobility = make(office("movilidad", "Secretaría de Movilidad"))
    make(RoutingRule(topic="Movilidad y transporte", territory="16", office_id=mobility.id))
    send(client, post, topic="Movilidad y transporte", territory="16")
    assert only().case.office == mobility
    assert (only().case.topic, only().case.territory) == ("Movilidad y transporte", "16")


def test_the_post_of_a_comuna_proposes_it(client):
    page = client.get(path(city.open_post(territory="16"))).text
    assert '<option value="16" selected>' in page


def test_a_report_of_corruption_goes_to_who_investigates_and_not_to_the_office_reported(
    client, make
):
    """PQR-11."""
    control = make(office("sec-evaluacion-control", "Evaluación y Control"))
    accused = make(office("obras", "Secretaría de Infraestructura"))
    post = city.open_post(office=accused)
    send(client, post, is_corruption="y", accused=str(accused.id))
    stored = only()
    assert stored.case.kind is CaseKind.REPORT
    assert stored.case.office == control
    assert stored.accused_office == accused


def test_the_optional_answers_go_apart(client):
    post = city.open_post(variables=["curso_vida"])
    send(client, post, v_curso_vida="AU")
    slip = db.session.execute(db.text("SELECT source, answers FROM population_slip")).one()
    assert slip.source == "listening"
    assert "AU" in str(slip.answers)


def test_a_minor_gives_no_name(client):
    """DAT-07."""
    post = city.open_post(variables=["curso_vida"])
    page = send(client, post, ROSA | {"v_curso_vida": "AD"})
    assert page.status_code == 422
    assert "Por ley no guardamos su nombre ni su contacto" in page.text
    assert db.session.scalars(db.select(Contribution)).all() == []
    assert send(client, post, v_curso_vida="AD").status_code == 303


# ---- the review


def test_the_review_shows_everything_and_what_could_tell_who_somebody_is(client):
    post = city.open_post(variables=["curso_vida"])
    text = f"Me llamo Ana Gómez, llame al 300 123 4567. {city.TEXT}"
    person = ROSA | {"text": text, "topic": "Obras y espacio público", "v_curso_vida": "AU"}
    page = review(client, post, person).text
    for words in (
        city.TEXT,
        "Obras y espacio público",
        "Rosa Pérez",
        "rosa@ejemplo.org",
        "adultez",
    ):
        assert words in page
    assert "Su texto parece tener un nombre y un teléfono." in page
    assert "Su texto parece tener" not in review(client, post).text


def test_an_answer_that_the_city_gave_already_is_offered_before_sending(client, make):
    post = city.open_post()
    values = {"code": "8K3F2QXM7K3F", "source": "topics", "filed_on": clock.today()}
    case = Case(text="¿Cuándo arreglan el andén roto de la calle 30?", **values)
    case.answer, case.answered_on = "El andén se repara en mayo.", clock.today()
    make(case)
    assert "El andén se repara en mayo." not in review(client, post).text
    case.published_at = clock.now()
    db.session.commit()
    assert "El andén se repara en mayo." in review(client, post).text
    found = client.post(f"{path(post)}/parecidas", data={"text": city.TEXT}).json
    assert found == [{"question": case.text, "answer": "El andén se repara en mayo."}]
    assert client.post(f"{path(post)}/parecidas", data={"text": " "}).json == []
    assert client.post(f"{path(post)}/parecidas", data={"text": "Gatos"}).json == []


def test_a_rejected_form_keeps_everything_that_was_typed(client):
    page = send(client, city.open_post(), ROSA | {"wish": "", "contact": "rosa(arroba)ejemplo"})
    assert page.status_code == 422
    for words in ("Diga si quiere opinar", "Escriba un correo, como nombre@ejemplo.org", city.TEXT):
        assert words in page.text
    assert 'value="Rosa Pérez"' in page.text
    assert 'value="rosa(arroba)ejemplo"' in page.text


def test_the_form_asks_little_of_the_database(client, questions):
    post = city.open_post()
    token = opened(client, post)
    db.session.rollback()
    del questions[:]
    assert client.post(path(post), data=ANA | {"submission": token, "confirm": "1"}).location
    assert len(questions) <= 6, questions


def test_offices_that_are_retired_cannot_be_named(client, make):
    gone = make(office("vieja", "Dependencia vieja", retired_at=clock.now()))
    page = send(client, city.open_post(), is_corruption="y", accused=str(gone.id))
    assert page.status_code == 422
    assert "Elija la dependencia de la lista" in page.text
    assert db.session.scalars(db.select(Office).filter_by(slug="vieja")).one()
