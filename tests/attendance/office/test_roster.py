"""The people of a list: masked documents, a look that leaves a trace, mistakes that are undone."""

from participa.attendance import queries
from participa.attendance.models import Attendee, Presence, SignInWay
from participa.attendance.withdrawals import LOCKED
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from tests.attendance import city
from tests.attendance.office.sending import form_of, sent
from tests.plan.builders import office
from tests.visitor import field

NUMBER = "1017123456"


def roster_of(record, *more: object) -> str:
    return "/".join([f"/gestion/asistencia/{record.code}/personas", *map(str, more)])


def one_person():
    record = city.open_list()
    made = city.signed(record, "Ángela Úsuga", NUMBER)
    return record, made.attendee_id


def test_a_document_is_masked_in_the_list_and_on_the_page_of_the_person(staff):
    record, id = one_person()
    for path in (roster_of(record), roster_of(record, id)):
        page = staff("EDITOR").get(path).text
        assert "Ángela Úsuga" in page
        assert "CC •••• 3456" in page
        assert NUMBER not in page


def test_a_look_at_a_whole_document_leaves_who_which_entry_and_when_and_no_data(staff):
    record, id = one_person()
    visitor = staff("EDITOR")
    page = visitor.get(roster_of(record, id))
    form = form_of(page, f"/personas/{id}")
    shown = visitor.post(form.action, data=dict(form.as_it_stands()))
    assert NUMBER in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    entry = db.session.query(AuditEntry).filter_by(action="attendance.revealed").one()
    assert entry.details == {"entry": id}
    assert "@" in entry.actor
    assert NUMBER not in visitor.get(roster_of(record, id)).text


def test_without_a_second_factor_an_account_sees_no_name(staff):
    record, id = one_person()
    plain = staff("EDITOR", tf_primary_method=None)
    below = f"/gestion/asistencia/{record.code}"
    paths = (roster_of(record), roster_of(record, id), roster_of(record, id, "quitar"))
    for path in (*paths, f"{below}/exportar", f"{below}/papel", f"{below}/papel/muestra/digitar"):
        led = plain.get(path).location
        assert led.startswith("/gestion/cuenta/segundo-paso?next="), path
    assert "los nombres de un listado de asistencia" in plain.get(led).text
    token = field(plain.get("/gestion/cuenta"), "csrf_token")
    for path in paths[1:]:
        refused = plain.post(path, data={"csrf_token": token})
        assert refused.status_code == 409
        assert "Úsuga" not in refused.text
    assert db.session.query(AuditEntry).filter_by(action="attendance.revealed").count() == 0
    assert plain.get(f"{below}/mesa").status_code == 200


def test_another_office_sees_nobody(staff):
    record, id = one_person()
    db.session.add(other := office("otra", "Otra secretaría"))
    db.session.commit()
    visitor = staff("RESPONSIBLE", office=other)
    for path in (roster_of(record), roster_of(record, id), roster_of(record, id, "quitar")):
        assert visitor.get(path).status_code == 404, path


def test_a_person_of_another_list_is_not_on_this_one(staff):
    _, id = one_person()
    other = city.open_list(city.event_now(title="Otro evento"))
    assert staff("EDITOR").get(roster_of(other, id)).status_code == 404


def test_a_signature_by_mistake_is_taken_off_with_its_reason_and_does_not_count(staff):
    record, id = one_person()
    visitor = staff("EDITOR")
    path = roster_of(record, id, "quitar")
    assert "Escriba por qué se quita." in sent(visitor, path).text
    answer = sent(visitor, path, reason="Era una prueba.")
    page = visitor.get(answer.location).text
    assert "Quitó la firma del listado." in page
    assert "Úsuga" not in page
    assert "1 firma se quitó por error." in page
    assert queries.attended(record.id) == 0
    entry = db.session.query(AuditEntry).filter_by(action="attendance.withdrawn").one()
    assert entry.details == {"entry": id, "reason": "Era una prueba."}


def test_an_arrival_is_undone_and_the_person_stays_on_the_list(staff):
    record, id = one_person()
    presence = db.session.query(Presence).one()
    sent(staff("EDITOR"), roster_of(record, id), f"/llegadas/{presence.id}/deshacer")
    assert (queries.attended(record.id), queries.on_list(record.id)) == (0, 1)


def test_an_arrival_that_was_undone_meanwhile_is_not_undone_again(staff):
    record, id = one_person()
    visitor = staff("EDITOR")
    form = form_of(visitor.get(roster_of(record, id)), "/deshacer")
    values = dict(form.as_it_stands())
    first, second = (visitor.post(form.action, data=values) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 410)


def test_the_number_of_people_stays_once_the_minutes_state_it(staff):
    record, id = one_person()
    record.event.closed_at = clock.now()
    db.session.commit()
    visitor = staff("EDITOR")
    assert LOCKED in visitor.get(roster_of(record, id, "quitar")).text
    assert "Deshacer la llegada" not in visitor.get(roster_of(record, id)).text


def test_somebody_under_eighteen_and_somebody_erased_have_no_name(staff):
    record, id = one_person()
    city.signed(record, identity=city.minor())
    entry = db.session.get(Attendee, id)
    entry.name = entry.search_name = ""
    db.session.commit()
    page = staff("EDITOR").get(roster_of(record)).text
    assert "Menor de 18 años, sin nombre" in page
    assert "Datos borrados" in page


def test_people_are_found_by_name_and_by_the_last_digits(staff):
    record, _ = one_person()
    city.signed(record, "Bruno Díaz", "43987654")
    visitor = staff("EDITOR")
    for words in ("usu", "angela", "3456", "1017123456", "1.017.123.456"):
        page = visitor.get(f"{roster_of(record)}?buscar={words}").text
        assert ("Úsuga" in page, "Bruno" in page) == (True, False), words


def test_who_has_no_name_stands_behind_those_who_do(staff):
    record = city.open_list()
    city.signed(record, identity=city.minor())
    city.signed(record, "Zulma Zapata")
    page = staff("EDITOR").get(roster_of(record)).text
    assert page.index("Zulma Zapata") < page.index("Menor de 18 años, sin nombre")


def test_no_hour_is_invented_for_who_signed_on_paper(staff):
    record = city.open_list()
    made = city.signed(record, "Bruno Díaz", way=SignInWay.PAPER)
    for path in (roster_of(record), roster_of(record, made.attendee_id)):
        assert "Sin hora, en papel" in staff("EDITOR").get(path).text
