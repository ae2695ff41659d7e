import hashlib
from datetime import date

import pytest

from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.plan.models import Period, Plan, ProgressReport, ReportState, Task, Unit
from tests.plan.builders import account, csv_rows, office, plan, report, task, tell, xlsx_rows
from tests.plan.reporting.test_reports import post
from tests.visitor import field

CLOSE = "/gestion/plan/2024/cerrar"


@pytest.fixture
def year(make, at):
    """A plan in December with a report of 2 of 3, and one that nobody approved."""
    at(2024, 12, 20, 15)
    reported = task(1, (office(),), measure="plan.reported", unit=Unit.PERCENT, target=60)
    made = make(plan(reported, task(2, measure=None, end_month=4)))
    ana = make(account())
    make(report(reported, ana, numerator=2, denominator=3, done_on=date(2024, 12, 1)))
    make(report(reported, ana, numerator=1, denominator=1, state=ReportState.SENT))
    return made


def shown(client) -> tuple:
    """What the public sees of the plan, in each form."""
    page = client.get("/plan?ano=2024").text
    return (
        page[page.index("<main") :],
        client.get("/plan/acciones/1?ano=2024").text,
        client.get("/plan/tareas/1.1?ano=2024").text,
        client.get("/plan.json?ano=2024").data,
        csv_rows(client, "/plan.csv?ano=2024"),
        xlsx_rows(client, "/plan.xlsx?ano=2024"),
        csv_rows(client, "/plan/tareas/1.1.csv?ano=2024"),
        xlsx_rows(client, "/plan/2024/informe.xlsx"),
    )


def test_closing_asks_for_the_year(staff, year):
    editor = staff("ADMINISTRATOR")
    assert "1 reporte sin aprobar" in editor.get(CLOSE).text
    refused = post(editor, CLOSE, year="2023")
    assert refused.status_code == 422
    assert "escriba su año: 2024" in refused.text
    assert db.session.get(Plan, 1).is_open


def test_only_an_administrator_closes_a_plan(staff, year):
    assert staff("EDITOR").get(CLOSE).status_code == 403


def test_a_closed_plan_shows_the_same_numbers_for_ever(client, staff, year, at):
    live = client.get("/plan/tareas/1.1?ano=2024").text
    assert post(staff("ADMINISTRATOR"), CLOSE, year="2024").status_code == 302
    before = shown(client)
    assert "2 de 3 (66,6\xa0%)" in before[2]
    assert "2 de 3 (66,6\xa0%)" in live
    assert "Cumplida fuera de término" in before[2]
    for changed in db.session.query(ProgressReport):
        changed.numerator, changed.state, changed.title = (
            0,
            ReportState.APPROVED,
            "Cambiado después",
        )
    stored = db.session.get(Task, 1)
    stored.name, stored.target, stored.measure = "Otro nombre", 1, None
    db.session.get(Task, 2).measure = "plan.reported"
    db.session.commit()
    at(2031, 2, 3)
    assert shown(client) == before


def test_the_published_hash_is_that_of_the_published_file(client, staff, year):
    post(staff("ADMINISTRATOR"), CLOSE, year="2024")
    digest = hashlib.sha256(client.get("/plan.json?ano=2024").data).hexdigest()
    assert digest in client.get("/plan?ano=2024").text
    assert digest in client.get("/plan/tareas/1.2?ano=2024").text
    assert digest in str(xlsx_rows(client, "/plan/2024/informe.xlsx"))
    last = db.session.query(AuditEntry).order_by(AuditEntry.number.desc()).first()
    assert (last.action, last.details["sha256"]) == ("plan.closed", digest)


def test_a_filter_of_a_closed_plan_finds_what_it_closed_with(client, staff, year, at):
    post(staff("ADMINISTRATOR"), CLOSE, year="2024")
    at(2026, 1, 1)
    assert len(csv_rows(client, "/plan.csv?ano=2024&estado=vencida")) == 1
    assert len(csv_rows(client, "/plan.csv?ano=2024&dependencia=dap")) == 1


def test_a_plan_closes_once(staff, year):
    admin = staff("ADMINISTRATOR")
    token_page = "/gestion/plan/2024/preparar"
    post(admin, CLOSE, year="2024")
    again = post(admin, CLOSE, from_page=token_page, year="2024")
    assert again.status_code == 409
    assert db.session.query(AuditEntry).filter_by(action="plan.closed").count() == 1


def test_nothing_of_a_closed_plan_can_change(client, staff, year):
    admin, editor = staff("ADMINISTRATOR"), staff("EDITOR")
    post(admin, CLOSE, year="2024")
    before = shown(client)
    elsewhere = "/gestion/plan/2024/preparar"
    typed = {"title": "x", "done_on": "2024-12-01", "numerator": "1", "denominator": "1"}
    acts = {
        "/gestion/plan/2024/tareas/1.1/medicion": {"measure": ""},
        "/gestion/plan/2024/tareas/1.1/reportar": typed | {"period_id": "1"},
        "/gestion/plan/reportes/2/aprobar": {},
        "/gestion/plan/reportes/1/devolver": {"reason": "x"},
        "/gestion/plan/periodos/1/reabrir": {"reason": "x"},
        "/gestion/plan/periodos/1/cerrar": {},
    }
    for path, sent in acts.items():
        assert post(editor, path, from_page=elsewhere, **sent).status_code in {409, 422}, path
    assert shown(client) == before
    assert db.session.get(Task, 1).measure == "plan.reported"


def test_a_closed_plan_never_advises_to_reopen_a_period(staff, year):
    post(staff("ADMINISTRATOR"), CLOSE, year="2024")
    editor = staff("EDITOR")
    for page in (
        "/gestion/plan/2024/tareas/1.1/reportar",
        "/gestion/plan/2024/tareas/1.1/medicion",
        "/gestion/plan/periodos/1/reabrir",
    ):
        text = editor.get(page).text
        assert "El plan 2024 ya cerró" in text
        assert "reabran" not in text
    token = field(editor.get("/gestion/plan/2024/periodos"), "csrf_token")
    sent = editor.post("/gestion/plan/reportes/1/enviar", data={"csrf_token": token})
    assert (sent.status_code, "reabran" in sent.text) == (409, False)


def test_of_a_closed_plan_nothing_waits_for_the_staff(staff, year):
    editor = staff("EDITOR")
    assert "esperan aprobación" in editor.get("/gestion/plan").text
    post(staff("ADMINISTRATOR"), CLOSE, year="2024")
    page = editor.get("/gestion/plan").text
    assert "esperan aprobación" not in page
    assert "Vencidas o por vencer" not in page


def test_a_period_closes_and_opens_again_with_a_public_reason(client, staff, year):
    editor = staff("EDITOR")
    page = "/gestion/plan/2024/periodos"
    assert post(editor, "/gestion/plan/periodos/1/cerrar", page).status_code == 302
    assert not db.session.get(Period, 1).is_open
    assert post(editor, "/gestion/plan/periodos/1/cerrar", CLOSE_ELSE).status_code == 409
    path = "/gestion/plan/periodos/1/reabrir"
    assert post(editor, path, reason="").status_code == 422
    assert post(editor, path, reason="Faltaba el acta de marzo.").status_code == 302
    assert db.session.get(Period, 1).is_open
    public = client.get("/plan").text
    assert "Primer trimestre de 2024, el 20 de diciembre de 2024: Faltaba el acta" in public
    reopenings = client.get("/plan.json").json["plan"]["reopenings"]
    assert reopenings[0]["reason"] == "Faltaba el acta de marzo."
    assert post(editor, path, CLOSE_ELSE, reason="Otra vez").status_code == 409
    entries = db.session.query(AuditEntry.action).order_by(AuditEntry.number).all()
    assert [name for (name,) in entries] == ["plan.period_closed", "plan.period_reopened"]


CLOSE_ELSE = "/gestion/plan/2024/preparar"


def test_next_years_plan_starts_as_a_copy_without_evidence(client, staff, year):
    editor = staff("EDITOR")
    page = "/gestion/plan/2024/preparar"
    form = editor.get(page).text
    assert 'value="2025"' in form
    assert "ESTRATEGIA 2025" in form
    typed = {"year": "2025", "strategy": "ESTRATEGIA 2025", "title": "Plan nuevo"}
    assert post(editor, page, **typed).status_code == 302
    assert client.get("/plan.json?ano=2025").status_code == 404
    assert post(editor, "/gestion/plan/2025/publicar").status_code == 302
    old = client.get("/plan.json?ano=2024").json["actions"]
    new = client.get("/plan.json?ano=2025").json["actions"]
    copied = ("code", "task", "offices", "start_month", "end_month", "indicator", "unit", "target")
    for before, after in zip(old[0]["tasks"], new[0]["tasks"], strict=True):
        assert {key: before[key] for key in copied} == {key: after[key] for key in copied}
        assert after["measure"] == before["measure"]
        assert after["evidence"] == after["reports"] == []
    assert db.session.query(Period).count() == 8
    again = post(editor, page, **typed)
    assert again.status_code == 422
    assert "Ya hay un plan 2025" in again.text


def test_the_measure_of_a_task_comes_from_a_closed_set(app, client, staff, year, monkeypatch):
    tell(app, monkeypatch, [])
    editor = staff("EDITOR")
    page = "/gestion/plan/2024/tareas/1.2/medicion"
    assert post(editor, page, measure="otra.cosa").status_code == 422
    assert db.session.get(Task, 2).measure is None
    assert post(editor, page, measure="pruebas.hechos").status_code == 302
    assert "Hechos de prueba" in client.get("/plan/tareas/1.2").text
    entry = db.session.query(AuditEntry).one()
    assert entry.details == {"task": "1.2", "before": None, "after": "pruebas.hechos"}
    assert post(editor, page, measure="").status_code == 302
    assert "Aún sin medición" in client.get("/plan/tareas/1.2").text
