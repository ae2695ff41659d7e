"""The staff plans, writes, publishes and takes back the pieces; administrators decide the rule."""

from datetime import timedelta
from io import BytesIO

import pytest

from participa.core import clock, spanish
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from participa.outreach import teaching
from participa.outreach.models import OutreachSettings, TeachingPiece
from tests.filling import Forms
from tests.outreach import city
from tests.plan.builders import office
from tests.visitor import field, where

NEW = "/gestion/difusion/nueva"


def plan(visitor, **facts):
    page = visitor.get(NEW)
    sent = {
        "csrf_token": field(page, "csrf_token"),
        "title": "Video sobre las etapas",
        "kind": "VIDEO",
        "planned_on": clock.today().isoformat(),
        "office": "0",
    }
    return visitor.post(NEW, data=sent | facts)


def press(visitor, address: str, end: str):
    page = visitor.get(address)
    [form] = [one for one in Forms(page.text, address).forms if one.action.endswith(end)]
    return visitor.post(
        form.action.removeprefix("http://localhost"), data=dict(form.as_it_stands())
    )


def test_a_piece_is_planned_written_published_and_taken_back(staff, client, app):
    visitor = staff("EDITOR")
    assert "Aún no hay ninguna" in visitor.get("/gestion/difusion").text
    show = where(plan(visitor, text="## Uno\n\nHola."))
    [made] = db.session.query(TeachingPiece)
    assert show == f"/gestion/difusion/{made.code}"
    assert "Vista previa." in visitor.get(show).text
    assert client.get(f"/aprende/{made.code}").status_code == 404
    assert press(visitor, show, "/publicar").status_code == 302
    assert "Hola." in client.get(f"/aprende/{made.code}").text
    assert press(visitor, show, "/no-publicar").status_code == 302
    assert client.get(f"/aprende/{made.code}").status_code == 404
    acts = [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.number)]
    assert acts[-3:] == [
        "outreach.piece_planned",
        "outreach.piece_published",
        "outreach.piece_unpublished",
    ]


def test_without_content_nothing_is_published(staff, app):
    made = city.piece(text="")
    page = staff("EDITOR").get(f"/gestion/difusion/{made.code}").text
    assert "Para publicar falta el contenido" in page
    assert ">Publicar</button>" not in page


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"title": ""}, "Escriba el nombre de la pieza."),
        ({"planned_on": ""}, "Escriba el día previsto."),
        ({"planned_on": "1999-01-01"}, "Escriba un año entre 2000 y 2100."),
        ({"url": "javascript:alert(1)"}, "Ponga una dirección completa"),
        ({"text": "[x](javascript:alert(1))"}, "Este enlace no se puede usar"),
        ({"text": "x" * 20_001}, "Use hasta 20.000 letras."),
        ({"file": "virus.exe"}, "file-error"),
        ({"tasks": ["999999"]}, "Elija opciones de la lista."),
    ],
)
def test_bad_input_says_how_to_repair_it_and_keeps_what_was_typed(staff, app, facts, sentence):
    if "file" in facts:
        facts = {"file": (BytesIO(b"MZ"), facts["file"])}
    answer = plan(staff("EDITOR"), audience="Las juntas", **facts)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Las juntas"' in answer.text
    assert db.session.query(TeachingPiece).count() == 0


def test_a_published_piece_is_not_emptied(staff, app):
    made = city.published(text="", upload=city.proof())
    address = f"/gestion/difusion/{made.code}/cambiar"
    visitor = staff("EDITOR")
    [form] = [
        one for one in Forms(visitor.get(address).text, address).forms if len(one.controls) > 8
    ]
    sent = dict(form.as_it_stands()) | {"drops_file": "y"}
    answer = visitor.post(address, data=sent)
    assert answer.status_code == 422
    assert "no se queda sin contenido" in answer.text


def test_a_piece_that_leaves_the_plan_leaves_its_reason(staff, app):
    made = city.piece()
    address = f"/gestion/difusion/{made.code}/descartar"
    visitor = staff("EDITOR")
    page = visitor.get(address)
    sent = {"csrf_token": field(page, "csrf_token"), "reason": "La hace otra entidad."}
    assert where(visitor.post(address, data=sent)) == "/gestion/difusion"
    assert db.session.query(TeachingPiece).count() == 0
    entry = db.session.query(AuditEntry).order_by(AuditEntry.number.desc()).first()
    assert entry.details["reason"] == "La hace otra entidad."


def test_a_published_piece_is_not_discarded(staff, app):
    made = city.published()
    page = staff("EDITOR").get(f"/gestion/difusion/{made.code}/descartar").text
    assert "Antes de descartarla, deje de publicarla." in page
    assert "Volver a la pieza" in page


def test_an_office_has_its_own_pieces_alone(staff, app):
    mine, other = office("uno", "Secretaría Una"), office("dos", "Secretaría Dos")
    db.session.add_all([mine, other])
    db.session.commit()
    theirs = city.piece(office_id=other.id, title="De otra")
    visitor = staff("RESPONSIBLE", office=mine)
    assert "De otra" not in visitor.get("/gestion/difusion").text
    for end in ("", "/cambiar", "/descartar", "/archivo"):
        assert visitor.get(f"/gestion/difusion/{theirs.code}{end}").status_code == 404
    plan(visitor)
    made = db.session.query(TeachingPiece).filter_by(title="Video sobre las etapas").one()
    assert made.office_id == mine.id


# ---- the rule


def test_administrators_decide_which_media_are_mass(staff, client, app):
    city.rule()
    event = city.called()
    address = "/gestion/difusion/medios"
    assert staff("EDITOR").get(address).status_code == 403
    chief = staff("ADMINISTRATOR")
    page = chief.get(address)
    sent = {
        "csrf_token": field(page, "csrf_token"),
        "threshold": "2",
        "mass_media": ["RADIO", "LOUDSPEAKER"],
    }
    assert where(chief.post(address, data=sent)) == "/gestion/difusion"
    told = "al menos 2 medios masivos con soporte. Son masivos: radio y perifoneo."
    assert told in chief.get("/gestion/difusion").text
    assert told in client.get(f"/eventos/{event.code}/convocatoria").text
    entry = db.session.query(AuditEntry).order_by(AuditEntry.number.desc()).first()
    assert entry.details["before"]["threshold"] == 1
    assert entry.details["after"]["mass_media"] == ["RADIO", "LOUDSPEAKER"]


@pytest.mark.parametrize(
    "facts",
    [{"threshold": "3"}, {"threshold": "0"}, {"threshold": "muchos"}, {"mass_media": []}],
)
def test_a_rule_that_nobody_can_meet_is_refused(staff, app, facts):
    city.rule()
    chief = staff("ADMINISTRATOR")
    page = chief.get("/gestion/difusion/medios")
    sent = {
        "csrf_token": field(page, "csrf_token"),
        "threshold": "2",
        "mass_media": ["RADIO", "PRESS"],
    }
    answer = chief.post("/gestion/difusion/medios", data=sent | facts)
    assert answer.status_code == 422
    assert db.session.get_one(OutreachSettings, 1).threshold == 1


def late_piece():
    made = city.piece(planned_on=clock.today() - timedelta(days=3), title="Cartilla de las juntas")
    return made, f"/gestion/difusion/{made.code}"


def sent_by(visitor, address: str, **typed):
    forms = Forms(visitor.get(address).text, address).forms
    form = next(one for one in forms if set(typed) <= {control.name for control in one.controls})
    return visitor.post(address, data=dict(form.as_it_stands()) | typed)


def test_another_day_for_what_is_overdue_has_its_reason_in_public(staff, client, app):
    """RDC-02: what was due stays visible."""
    made, show = late_piece()
    before, after = made.planned_on, clock.today() + timedelta(days=30)
    editor = staff("EDITOR")
    moved = {"planned_on": after.isoformat()}
    refused = sent_by(editor, f"{show}/cambiar", **moved)
    assert refused.status_code == 422
    assert "Escriba por qué cambia el día" in refused.text
    assert sent_by(editor, f"{show}/cambiar", **moved, reason="Sin imprenta.").status_code == 302
    page = client.get("/aprende").text
    assert "Lo que cambió en el plan" in page
    assert f"Estaba prevista para el {spanish.day(before)}." in page
    assert f"pasó al {spanish.day(after)}." in page
    assert "Motivo: Sin imprenta." in page


def test_other_changes_of_what_is_overdue_need_no_reason(staff, client, app):
    _, show = late_piece()
    assert sent_by(staff("EDITOR"), f"{show}/cambiar", title="Otra").status_code == 302
    assert "Lo que cambió en el plan" not in client.get("/aprende").text


def test_a_discarded_piece_leaves_its_trace_in_public(staff, client, app):
    made, show = late_piece()
    day = spanish.day(made.planned_on)
    done = sent_by(staff("EDITOR"), f"{show}/descartar", reason="No hay presupuesto.")
    assert done.status_code == 302
    page = client.get("/aprende").text
    assert f"<b>Cartilla de las juntas</b>. Estaba prevista para el {day}." in page
    assert f"El {spanish.day(clock.today())} se descartó." in page
    assert "Motivo: No hay presupuesto." in page


@pytest.mark.parametrize("facts", [{"text": " \n"}, {"text": "", "url": ""}])
def test_a_piece_that_opens_nothing_is_not_published(app, facts):
    made = city.piece(**facts)
    with pytest.raises(Refused, match="Para publicar falta el contenido"):
        teaching.publish(made, city.official())


@pytest.mark.parametrize("url", ["http://", "https://", "ejemplo", "ftp://ejemplo.org/a"])
def test_what_a_browser_does_not_open_is_no_address_of_a_piece(app, url):
    with pytest.raises(Refused, match="Ponga una dirección completa"):
        city.piece(text="", url=url)
