"""A claim marks the data that it is about, until it is decided (DAT-08, Ley 1581 art. 15)."""

from datetime import date, timedelta

import pytest
from flask import current_app

from participa.attendance import claims, inbox, queries, withdrawals
from participa.attendance.models import Attendee, ClaimKind, ClaimOutcome, DataClaim
from participa.attendance.paper import merging
from participa.attendance.rights import deciding, own_data, retention
from participa.channels.lifecycle import NotReady
from participa.core import audit, clock
from participa.core.db import db
from participa.core.errors import Refused
from tests.attendance import city, people
from tests.attendance.office.sending import sent
from tests.attendance.office.test_exports import cells
from tests.attendance.paper import paper_city as paper
from tests.attendance.rights.claiming import LEGEND, MOTIVE, claim, filed, latest
from tests.ballots.city import officials
from tests.visitor import field


@pytest.fixture
def entry(app):
    return people.attendee()


def file(entry: Attendee, kind: ClaimKind = ClaimKind.CORRECT, form: str = "a") -> DataClaim:
    made = claims.file(entry, own_data.HERSELF, form * 32, kind, MOTIVE)
    db.session.commit()
    return made


def pages_with_names(staff, entry: Attendee) -> dict[str, str]:
    """Every page and file of the staff with the names of a list."""
    editor, code = staff("EDITOR"), entry.attendance_list.code
    roster, export = (f"/gestion/asistencia/{code}/{one}" for one in ("personas", "exportar"))
    files = {
        kind: sent(editor, export, kind=kind, reason="Soporte") for kind in ("csv", "print", "xlsx")
    }
    return {
        "roster": editor.get(roster).text,
        "person": editor.get(f"{roster}/{entry.id}").text,
        "csv": files["csv"].text,
        "print": files["print"].text,
        "xlsx": str(cells(files["xlsx"])),
    }


def test_the_mark_and_its_motive_stand_wherever_the_names_do_until_the_decision(
    client, staff, entry
):
    """DAT-08: on the own page, in the roster, and in every file with personal data."""
    people.attendee(entry.attendance_list, name="Otra Persona", document="71999888")
    for page, text in pages_with_names(staff, entry).items():
        assert MOTIVE not in text, page
    made = filed(client, entry)
    marked = pages_with_names(staff, entry) | {"own": client.get(people.own_path(entry)).text}
    for page, text in marked.items():
        assert f"{LEGEND} desde el" in text.replace("</b>", ""), page
        assert text.count(MOTIVE) == 1, page
    deciding.refuse(latest(), officials()[0], "El documento dice otra cosa.")
    db.session.commit()
    done = pages_with_names(staff, entry) | {"own": client.get(people.own_path(entry)).text}
    for page, text in done.items():
        assert MOTIVE not in text, page
    assert made.outcome is ClaimOutcome.REFUSED


def test_the_staff_search_shows_the_mark_on_what_is_handed_over(client, staff, entry):
    filed(client, entry)
    start, chief = "/gestion/datos-personales", staff("ADMINISTRATOR")
    find = {"document_type": "CC", "number": people.NUMBER, "reason": "Radicado 7"}
    token = {"csrf_token": field(chief.get(start), "csrf_token")}
    page = chief.get(chief.post(start, data=find | token).location).text
    assert f"{LEGEND} desde el" in page
    assert MOTIVE in page
    assert "Registrar un reclamo" not in page


def test_a_form_sent_twice_is_one_claim_and_another_one_waits(client, entry):
    path = people.own_path(entry, "/reclamo")
    form = {"submission": field(client.get(path), "submission"), "kind": "ERASE", "motive": MOTIVE}
    late = form | {"submission": field(client.get(path), "submission")}
    assert [client.post(path, data=form).status_code for _ in range(2)] == [303, 303]
    refused = client.post(path, data=late)
    assert refused.status_code == 422
    assert "Ya hay un reclamo en trámite" in refused.text
    assert MOTIVE in refused.text
    assert db.session.query(DataClaim).count() == 1
    assert client.get(path).status_code == 303
    assert "Hacer un reclamo" not in client.get(people.own_path(entry)).text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"kind": ""}, "Elija qué pide."),
        ({"motive": "  "}, "Cuéntenos qué pasa con sus datos."),
        ({"motive": "x" * 601}, "Use hasta 600 letras."),
    ],
    ids=["nothing-asked", "no-motive", "too-long"],
)
def test_a_claim_that_lacks_something_says_what(client, entry, typed, sentence):
    answer = claim(client, entry, **typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.query(DataClaim).count() == 0


def test_the_terms_are_working_days_with_the_holidays_of_the_country(entry, at):
    """Two to mark and fifteen to decide, from the day after; eight more, once."""
    at(2026, 3, 3, 18)
    made = file(people.stored(entry.id))
    assert made.mark_by_on == date(2026, 3, 5)
    assert made.due_on == date(2026, 3, 25)  # the 23rd is a holiday
    deciding.extend(made, officials()[0], "Falta el certificado de la Registraduría.")
    assert made.due_on == date(2026, 4, 8)  # 2 and 3 April are holidays


def test_who_decides_sees_each_pending_claim_with_both_dates(entry, at):
    at(2026, 3, 3, 18)
    made = file(people.stored(entry.id))
    chief, editor = officials()[0], officials()[1]
    chief.role, editor.role = type(chief.role).ADMINISTRATOR, type(chief.role).EDITOR
    with current_app.test_request_context():
        [waiting] = [one for one in inbox.pending(chief) if LEGEND in one.label]
        assert inbox.pending(editor) == []
        assert waiting.url == f"/gestion/datos-personales/reclamos/{made.id}"
        for day in ("martes 3 de marzo", "jueves 5 de marzo", "miércoles 25 de marzo"):
            assert day in waiting.note
        assert MOTIVE not in waiting.note + waiting.label
        at(2026, 3, 20, 18)
        assert len(inbox.pending(chief)[0].marks) == 2  # said again in the daily mail
        deciding.refuse(made, chief, "No.")
        assert inbox.pending(chief) == []


def test_what_was_claimed_stays_out_of_the_trail_and_out_of_the_tables(entry):
    made = file(entry)
    deciding.refuse(made, officials()[0], "Su cédula dice otra cosa.")
    db.session.commit()
    rows = db.session.query(audit.AuditEntry).filter(
        audit.AuditEntry.action.startswith("attendance.claim")
    )
    trail = [(one.action, one.details) for one in rows.order_by(audit.AuditEntry.number)]
    told = {"entry": entry.id, "part": f"DataClaim:{made.id}"}
    assert trail == [("attendance.claim_filed", told), ("attendance.claim_refused", told)]
    with db.engine.connect() as connection:
        dump = str(connection.execute(db.text("SELECT * FROM data_claim")).all())
    for words in ("Giraldo", "cédula"):
        assert words not in dump


def test_a_marked_signature_is_not_taken_off_as_a_mistake(staff, entry):
    file(entry)
    with pytest.raises(NotReady, match="reclamo en trámite"):
        withdrawals.withdraw(entry, officials()[0])
    roster = f"/gestion/asistencia/{entry.attendance_list.code}/personas/{entry.id}"
    page = staff("EDITOR").get(roster).text
    assert claims.DECIDE_FIRST in page
    assert f"{roster}/quitar" not in page
    assert claims.DECIDE_FIRST in staff("EDITOR").get(f"{roster}/quitar").text


def test_who_erases_their_data_ends_the_claim_and_no_motive_stays(client, entry):
    made = file(entry)
    own_data.erase(entry, own_data.HERSELF)
    db.session.commit()
    assert (made.outcome, made.motive) == (ClaimOutcome.ENDED, "")
    assert "terminado: los datos se borraron" in client.get(people.own_path(entry)).text


def test_an_erasure_that_was_claimed_is_accepted_by_erasing(entry):
    made = file(entry, ClaimKind.ERASE)
    own_data.erase(entry, officials()[0])
    assert made.outcome is ClaimOutcome.ACCEPTED


def test_of_two_entries_that_are_one_person_the_claim_goes_to_the_one_that_stays(app):
    record = city.open_list()
    phone = people.stored(city.signed(record, "Maria Perez Gomez").attendee_id)
    row = paper.keyed(paper.printed(record), 1)
    made = file(row.attendee)
    merging.say_same(row, officials()[0])
    db.session.commit()
    assert (made.attendee_id, made.is_pending) == (phone.id, True)


def test_two_claims_of_one_person_are_decided_before_their_entries_become_one(app):
    record = city.open_list()
    phone = people.stored(city.signed(record, "Maria Perez Gomez").attendee_id)
    row = paper.keyed(paper.printed(record), 1)
    file(row.attendee), file(phone, form="b")
    with pytest.raises(Refused, match="Decida primero uno"):
        merging.say_same(row, officials()[0])


def test_marked_data_wait_for_the_decision_at_the_end_of_their_term(entry, at):
    """DAT-10: then they go, with the claim."""
    people.over(entry.attendance_list)
    made = file(entry)
    end = clock.now() + timedelta(days=800)
    at(end.year, end.month, end.day)
    purge()
    assert people.stored(entry.id).name == people.NAME
    deciding.refuse(made, officials()[0], "No.")
    db.session.commit()
    purge()
    assert people.stored(entry.id).name == ""
    assert db.session.query(DataClaim).count() == 0
    assert queries.attended(entry.list_id) == 1


def test_the_answer_of_an_erased_entry_goes_at_the_end_of_the_term_too(entry, at):
    people.over(entry.attendance_list)
    deciding.accept(file(entry, ClaimKind.ERASE), officials()[0], "Borramos todo.")
    db.session.commit()
    assert db.session.query(DataClaim).count() == 1
    end = clock.now() + timedelta(days=800)
    at(end.year, end.month, end.day)
    purge()
    assert db.session.query(DataClaim).count() == 0


def purge():
    for _, erase in retention.PURGES:
        erase()
        db.session.commit()
    db.session.expire_all()
