"""The staff note commitments, report on them and see those of their office."""

from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest

from participa.core import clock
from participa.core.db import db
from participa.events.commitments import inbox
from participa.events.record_models import Commitment, CommitmentState
from tests.events import city
from tests.events.commitments.test_service import TEXT, close, noted, works
from tests.plan.builders import office
from tests.visitor import field, where


def path(made_or_event, *words):
    event = getattr(made_or_event, "event", made_or_event)
    number = [str(made_or_event.number)] if isinstance(made_or_event, Commitment) else []
    return "/".join([f"/gestion/eventos/{event.code}/compromisos", *number, *words])


def send(visitor, address, **values):
    visitor.get(address)
    token = field(visitor.get("/gestion/cuenta"), "csrf_token")
    return visitor.post(address, data={"csrf_token": token} | values)


def filled(**others):
    values = {"text": TEXT, "office": str(mine().id), "due_on": in_days(30), "case": ""}
    return values | others


def mine():
    found = works()
    db.session.add(found)
    db.session.commit()
    return found


def in_days(count):
    return (clock.today() + timedelta(days=count)).isoformat()


def stored():
    return list(db.session.scalars(db.select(Commitment).order_by(Commitment.id)))


def test_a_commitment_is_noted_once_however_often_the_button_is_pressed(staff):
    event, editor = city.held(), staff("EDITOR")
    address = path(event, "nuevo")
    values = filled(deliverable="Seis rampas", position="Subsecretaría de obras")
    editor.get(address)
    token = field(editor.get("/gestion/cuenta"), "csrf_token")
    done = [editor.post(address, data={"csrf_token": token} | values) for _ in range(2)]
    (made,) = stored()
    assert [(one.status_code, where(one)) for one in done] == [(302, path(made))] * 2
    page = editor.get(path(made)).text
    for word in (TEXT, "Seis rampas", "Subsecretaría de obras", "Secretaría de Infraestructura"):
        assert word in page
    assert TEXT in editor.get(path(event)).text


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        ({"text": ""}, "Escriba a qué se comprometió la ciudad."),
        ({"office": "0"}, "Elija la dependencia que responde."),
        ({"due_on": ""}, "Escriba hasta cuándo se cumple."),
        ({"due_on": "2001-01-01"}, "Ponga una fecha desde el día del evento"),
        ({"text": "a" * 601}, "Use hasta 600 letras."),
    ],
    ids=["no text", "no office", "no day", "before the event", "too long"],
)
def test_what_lacks_something_is_refused_and_stays_typed(staff, others, sentence):
    event = city.held()
    page = send(staff("EDITOR"), path(event, "nuevo"), **filled(position="Jefatura", **others))
    assert (page.status_code, sentence in page.text, "Jefatura" in page.text) == (422, True, True)
    assert stored() == []


def test_a_changed_date_asks_for_its_reason_and_everybody_reads_both(staff, client):
    made, editor = noted(), staff("EDITOR")
    page = send(editor, path(made, "cambiar"), **filled(due_on=in_days(60)))
    assert page.status_code == 422
    assert "Escriba por qué cambia el texto o la fecha." in page.text
    values = filled(due_on=in_days(60), reason="Llovió todo el mes.")
    done = send(editor, path(made, "cambiar"), **values)
    assert where(done) == path(made)
    public = client.get(f"/eventos/{made.event.code}/compromisos/1").text
    assert "Llovió todo el mes." in public
    assert editor.account.name not in public
    assert editor.account.name in editor.get(path(made)).text


def test_two_people_who_change_the_same_see_both_texts(staff):
    made, one, other = noted(), staff("EDITOR"), staff("EDITOR")
    for visitor in (one, other):
        visitor.get(path(made, "cambiar"))
    token = [field(each.get("/gestion/cuenta"), "csrf_token") for each in (one, other)]
    values = filled(position="Jefatura", due_on=made.due_on.isoformat())
    first = one.post(path(made, "cambiar"), data={"csrf_token": token[0]} | values)
    second = other.post(
        path(made, "cambiar"), data={"csrf_token": token[1]} | values | {"position": "Gerencia"}
    )
    assert (first.status_code, second.status_code) == (302, 409)
    assert "Jefatura" in second.text
    assert "Gerencia" in second.text
    assert stored()[0].position == "Jefatura"


def report(visitor, made, **values):
    return send(visitor, path(made, "avance"), **({"state": "UNDER_WAY"} | values))


def test_an_office_reports_its_commitments_of_events_of_other_offices(staff, make):
    other = make(office("salud", "Secretaría de Salud"))
    made = noted(city.held(office_id=other.id))
    member = staff("RESPONSIBLE", office=mine())
    assert TEXT in member.get("/gestion/eventos/compromisos").text
    done = report(member, made, progress="Hay contrato.", evidence_url="https://ejemplo.org/c")
    assert where(done) == path(made)
    assert (stored()[0].state, stored()[0].progress) == (CommitmentState.UNDER_WAY, "Hay contrato.")
    shown = member.get(path(made)).text
    assert ("Reportar el avance" in shown, "Cambiar</a>" in shown) == (True, False)
    for word in ("cambiar", "quitar"):
        assert member.get(path(made, word)).status_code == 404
    assert member.get(path(made.event, "nuevo")).status_code == 404


def test_an_office_finds_nothing_of_the_others(staff, make):
    other = make(office("salud", "Secretaría de Salud"))
    made = noted(city.held(office_id=mine().id))
    member = staff("RESPONSIBLE", office=other)
    for address in (path(made), path(made, "avance"), path(made.event)):
        assert member.get(address).status_code == 404
    assert "Aquí están los compromisos de su dependencia" in (
        member.get("/gestion/eventos/compromisos").text
    )


def test_a_file_proves_what_was_kept_and_everybody_downloads_it(staff, client):
    made = noted()
    upload = (BytesIO(b"Acta de recibo"), "acta.txt")
    done = report(staff("EDITOR"), made, state="KEPT", progress="Seis rampas.", file=upload)
    assert where(done) == path(made)
    address = f"/eventos/{made.event.code}/compromisos/1/evidencia"
    assert f'href="{address}"' in client.get(f"/eventos/{made.event.code}/compromisos/1").text
    with client.get(address) as got:
        assert got.data == b"Acta de recibo"
        assert "attachment" in got.headers["Content-Disposition"]
    with staff("READER").get(path(made, "evidencia")) as got:
        assert got.data == b"Acta de recibo"


def test_kept_without_evidence_is_refused_at_its_field(staff):
    made = noted()
    page = report(staff("EDITOR"), made, state="KEPT", progress="Seis rampas.")
    assert page.status_code == 422
    assert 'href="#evidence_url">Ponga la dirección o el archivo' in page.text
    page = report(staff("EDITOR"), made, evidence_url="javascript:alert(1)")
    assert "Ponga una dirección completa" in page.text


def test_a_locked_event_offers_no_new_commitment_and_still_reports(staff):
    made = noted()
    close(made.event)
    editor = staff("EDITOR")
    page = editor.get(path(made.event, "nuevo")).text
    assert "No recibe ni pierde compromisos." in page
    assert "Quitar</a>" not in editor.get(path(made)).text
    assert "No recibe ni pierde compromisos." in editor.get(path(made, "quitar")).text
    assert report(editor, made, progress="Hay contrato.").status_code == 302


def test_what_was_noted_by_mistake_is_taken_out(staff):
    made, editor = noted(), staff("EDITOR")
    address, listed = path(made, "quitar"), path(made.event)
    assert send(editor, address, reason="").status_code == 422
    done = send(editor, address, reason="Se anotó dos veces.")
    assert where(done) == listed
    assert "Motivo: Se anotó dos veces." in editor.get(listed).text
    shown = editor.get(path(made)).text
    assert "Retirado" in shown
    assert "Reportar el avance</a>" not in shown
    for word in ("cambiar", "avance", "quitar"):
        page = editor.get(path(made, word)).text
        assert "Este compromiso se quitó el" in page
        assert "<textarea" not in page


def test_the_list_finds_what_is_overdue_and_puts_it_first(staff, at):
    at(2026, 11, 10, 15)
    event = city.held()
    for text, days in (("Fila lejana", 40), ("Fila vencida", 1), ("Fila próxima", 12)):
        noted(event, text=text, due_on=clock.today() + timedelta(days=days))
    at(2026, 11, 18, 15)
    editor = staff("EDITOR")
    page = editor.get("/gestion/eventos/compromisos").text
    places = [page.index(text) for text in ("Fila vencida", "Fila próxima", "Fila lejana")]
    assert places == sorted(places)
    for term, text in (("vencidos", "vencida"), ("pronto", "próxima"), ("despues", "lejana")):
        found = editor.get(f"/gestion/eventos/compromisos?plazo={term}").text
        assert [word for word in ("vencida", "próxima", "lejana") if f"Fila {word}" in found] == [
            text
        ]


def test_an_office_is_told_what_is_overdue_and_what_is_due_within_a_week(staff, make, at):
    at(2026, 11, 10, 15)
    other = make(office("salud", "Secretaría de Salud"))
    event = city.held()
    for days, whose in ((1, mine()), (12, mine()), (40, mine()), (2, other)):
        noted(event, due_on=clock.today() + timedelta(days=days), office=whose)
    at(2026, 11, 18, 15)
    member = staff("RESPONSIBLE", office=mine())
    with member.application.test_request_context():
        found = inbox.pending(db.session.merge(member.account))
    assert [(one.label, one.note) for one in found] == [
        ("1 compromiso vencido", "El primero venció el miércoles 11 de noviembre."),
        ("1 compromiso por vencer", "El primero vence el domingo 22 de noviembre."),
    ]
    home = unescape(member.get("/gestion").text)
    assert "1 compromiso vencido" in home
    assert 'href="/gestion/eventos/compromisos?plazo=vencidos"' in home
    assert "2 compromisos vencidos" in staff("EDITOR").get("/gestion").text
    assert "vencido" not in staff("READER").get("/gestion").text
