"""Administrators decide claims about data; the person reads it on their page and by mail."""

from datetime import timedelta

import pytest

from participa.attendance.models import ClaimKind, ClaimOutcome, DataClaim
from participa.attendance.rights import deciding
from participa.core import audit, clock, spanish
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.jobs.mail import Outbox
from tests.attendance import city, people
from tests.attendance.office.sending import form_of, sent
from tests.attendance.rights.claiming import MOTIVE, filed, latest
from tests.attendance.rights.test_staff_views import found
from tests.ballots.city import officials

START = "/gestion/datos-personales/reclamos"
ANSWER = "Corregimos el apellido con la copia que usted trajo."


@pytest.fixture
def entry(app):
    return people.attendee()


@pytest.fixture
def chief(staff):
    return staff("ADMINISTRATOR")


def letters() -> list[Outbox]:
    return list(db.session.scalars(db.select(Outbox).order_by(Outbox.id)))


def own(client, entry) -> str:
    return client.get(people.own_path(entry)).text


def decided(chief, claim, act: str, **typed):
    answer = sent(chief, f"{START}/{claim.id}/{act}", **typed)
    assert answer.status_code == 302, answer.text
    return chief.get(answer.location).text


def test_the_pages_lead_from_the_list_to_the_claim_with_its_dates(client, staff, entry, at):
    at(2026, 3, 3, 18)
    chief = staff("ADMINISTRATOR")
    made = filed(client, people.stored(entry.id))
    assert f'href="{START}/{made.id}"' in chief.get(START).text
    assert f'href="{START}"' in chief.get("/gestion/datos-personales").text
    page = chief.get(f"{START}/{made.id}").text
    for words in (MOTIVE, people.NAME, "•••• 3456", "jueves 5 de marzo", "miércoles 25 de marzo"):
        assert words in page
    assert people.NUMBER not in page
    assert people.EMAIL not in page


def test_a_correction_that_is_accepted_is_made_and_told(client, chief, entry):
    made = filed(client, entry)
    page = decided(chief, made, "aceptar", name="María del Pilar Giraldo", answer=ANSWER)
    assert "Aceptó el reclamo" in page
    assert people.stored(entry.id).name == "María del Pilar Giraldo"
    assert latest().outcome is ClaimOutcome.ACCEPTED
    told = own(client, entry)
    assert "aceptado</b> el" in told
    assert ANSWER in told
    [letter] = letters()
    assert letter.to == people.EMAIL
    assert ANSWER in letter.body
    assert people.own_path(entry) in letter.body
    assert people.NUMBER not in letter.body
    acts = [one.action for one in db.session.query(audit.AuditEntry)]
    assert {"attendance.corrected", "attendance.claim_accepted"} <= set(acts)


def test_a_correction_that_cannot_be_leaves_the_claim_pending(client, chief, entry):
    people.attendee(entry.attendance_list, name="Otra Persona", document="71999888")
    made = filed(client, entry)
    path = f"{START}/{made.id}/aceptar"
    answer = sent(chief, path, number="71999888", answer=ANSWER)
    assert answer.status_code == 422
    assert "ya está en este listado" in answer.text
    assert ANSWER in answer.text
    assert latest().is_pending
    assert letters() == []


def test_an_erasure_that_is_accepted_erases_and_the_answer_stays(client, chief, entry):
    made = filed(client, entry, kind="ERASE")
    assert "Aceptar y borrar los datos" in chief.get(f"{START}/{made.id}/aceptar").text
    decided(chief, made, "aceptar", answer="Borramos sus datos de este listado.")
    gone = people.stored(entry.id)
    assert (gone.name, gone.email, gone.document) == ("", "", "")
    assert latest().motive == ""
    told = own(client, entry)
    assert "se borraron el" in told
    assert "Borramos sus datos de este listado." in told
    assert [one.to for one in letters()] == [people.EMAIL]


def test_a_refusal_says_why_and_where_to_complain(client, chief, entry):
    made = filed(client, entry)
    assert sent(chief, f"{START}/{made.id}/negar", answer=" ").status_code == 422
    decided(chief, made, "negar", answer="La copia no es legible.")
    assert people.stored(entry.id).name == people.NAME
    for told in (own(client, entry), letters()[0].body):
        assert "La copia no es legible." in told
        assert "Superintendencia de Industria y Comercio" in told
    assert "Hacer un reclamo" in own(client, entry)  # which contests the decision


def test_a_longer_term_is_told_with_its_reason_once_and_in_time(client, staff, entry, at):
    at(2026, 3, 3, 18)
    chief = staff("ADMINISTRATOR")
    made = filed(client, people.stored(entry.id))
    decided(chief, made, "ampliar", reason="Pedimos un certificado.")
    for told in (own(client, entry), letters()[0].body):
        assert "Pedimos un certificado." in told
        assert "miércoles 8 de abril" in told
    page = chief.get(f"{START}/{made.id}").text
    assert "Ampliar el plazo" not in page
    assert deciding.EXTENDED in chief.get(f"{START}/{made.id}/ampliar").text


def test_a_term_that_is_over_is_not_extended(client, staff, entry, at):
    at(2026, 3, 3, 18)
    made = filed(client, people.stored(entry.id))
    at(2026, 3, 26, 18)
    chief = staff("ADMINISTRATOR")
    with pytest.raises(Refused, match="ya venció"):
        deciding.extend(latest(), officials()[0], "Falta algo.")
    db.session.rollback()
    assert "vencido" in chief.get(f"{START}/{made.id}").text


def test_who_left_no_mail_reads_it_on_the_own_page(client, chief, app):
    entry = people.attendee(purposes=frozenset({"attendance"}), email="", phone="")
    made = filed(client, entry, kind="USE")
    assert "No dejó correo" in chief.get(f"{START}/{made.id}").text
    decided(chief, made, "aceptar", answer="Ya no publicamos la foto.")
    assert letters() == []
    assert "Ya no publicamos la foto." in own(client, entry)


def test_of_two_who_decide_the_second_is_told(client, staff, entry):
    made = filed(client, entry)
    first, second = staff("ADMINISTRATOR"), staff("ADMINISTRATOR")
    late = second.get(f"{START}/{made.id}/negar")
    decided(first, made, "aceptar", answer=ANSWER)
    form = form_of(late, "/negar")
    answer = second.post(form.action, data=dict(form.as_it_stands()) | {"answer": "No."})
    assert answer.status_code == 409
    assert latest().outcome is ClaimOutcome.ACCEPTED
    assert deciding.DECIDED in second.get(f"{START}/{made.id}/negar").text


def test_a_claim_by_another_way_is_filed_with_the_day_on_which_it_came(client, chief, entry):
    address = found(chief)
    path = f"{address}/{entry.id}/reclamo"
    assert path in chief.get(address).text
    tomorrow = clock.today() + timedelta(days=1)
    typed = {"kind": "USE", "motive": "Dice que no estuvo."}
    refused = sent(chief, path, received_on=tomorrow.isoformat(), **typed)
    assert refused.status_code == 422
    assert "hoy o uno anterior" in refused.text
    yesterday = clock.today() - timedelta(days=1)
    answer = sent(chief, path, received_on=yesterday.isoformat(), **typed)
    assert "Registró el reclamo" in chief.get(answer.location).text
    made = latest()
    assert (made.kind, made.received_on) == (ClaimKind.USE, yesterday)
    assert made.filed_by_id is not None
    [act] = db.session.query(audit.AuditEntry).filter_by(action="attendance.claim_filed")
    assert act.details["reason"] == "Radicado 2026-0042"
    assert "Dice que no estuvo." in own(client, entry)
    assert f"Reclamo del {spanish.day(yesterday)}" in own(client, entry)
    assert "Ya hay un reclamo en trámite" in chief.get(path).text


def test_a_minor_and_who_was_erased_can_claim_too(client, chief, app):
    minor = people.minor(city.open_list())
    made = filed(client, minor)
    assert 'name="name"' not in chief.get(f"{START}/{made.id}/aceptar").text
    decided(chief, made, "aceptar", answer="Corregimos la hora.")
    assert "Corregimos la hora." in own(client, minor)


@pytest.mark.parametrize("role", ["EDITOR", "RESPONSIBLE", "READER", "DOOR"])
def test_only_administrators_read_and_decide_claims(client, staff, entry, role):
    made = filed(client, entry)
    for page in ("", f"/{made.id}", f"/{made.id}/aceptar", f"/{made.id}/negar"):
        assert staff(role).get(f"{START}{page}").status_code == 403
    assert db.session.query(DataClaim).one().is_pending
