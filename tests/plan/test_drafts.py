"""The plan of the next year is a draft until somebody publishes it on purpose."""

import pytest
from sqlalchemy import func, select

from participa.core.db import db
from participa.plan import queries
from participa.plan.models import Period, Plan, Task
from tests.plan.builders import account, office, plan, report, task
from tests.visitor import field

BOARD = "/gestion/plan"


@pytest.fixture
def year(make, at):
    at(2024, 12, 20, 15)
    return make(plan(task(1, (make(office()),), measure="plan.reported")))


def send(visitor, page, **typed):
    shown = visitor.get(page)
    names = ("csrf_token", "shown", "creation")
    sent = {name: field(shown, name) for name in names if f'name="{name}"' in shown.text}
    return visitor.post(page, data=sent | typed)


@pytest.fixture
def draft(staff, year):
    typed = {"year": "2025", "strategy": "ESTRATEGIA 2025", "title": "Plan nuevo"}
    assert send(staff("EDITOR"), f"{BOARD}/2024/preparar", **typed).status_code == 302
    return queries.plan_of(2025)


PUBLIC = (
    *("/plan?ano=2025", "/plan.json?ano=2025", "/plan.csv?ano=2025", "/plan/2025/informe.xlsx"),
    *("/plan/acciones/1?ano=2025", "/plan/tareas/1.1?ano=2025", "/plan/tareas/1.1.json?ano=2025"),
    "/imagen/plan/2025-1.1.png",
)


@pytest.mark.parametrize("hour", [(2024, 12, 20), (2025, 2, 3)])
def test_nobody_outside_sees_a_draft(client, staff, draft, at, hour):
    at(*hour)
    assert client.get("/imagen/plan/2024-1.1.png").status_code == 200
    for page in PUBLIC:
        assert client.get(page).status_code == 404, page
    for page in ("/", "/plan"):
        assert "2025" not in client.get(page).text.replace("2025-", ""), page
    assert client.get("/plan.json").json["plan"]["year"] == 2024
    assert queries.years() == [2024]
    assert {one.year for one in queries.tasks_to_fulfil()} == {2024}


def test_the_staff_see_that_it_is_a_draft(staff, draft):
    page = staff("READER").get(f"{BOARD}?ano=2025").text
    assert "Es un borrador" in page
    assert "Publicar el plan" not in page
    assert "Ver como ciudadano" not in page
    assert "2025" in staff("EDITOR").get(BOARD).text


def test_a_draft_is_published_on_purpose(client, staff, draft, at):
    editor = staff("EDITOR")
    assert send(editor, f"{BOARD}/2025/publicar").status_code == 302
    assert client.get("/plan.json?ano=2025").json["plan"]["year"] == 2025
    assert client.get("/plan.json").json["plan"]["year"] == 2024
    assert "ya está publicado" in editor.get(f"{BOARD}/2025/publicar").text
    at(2025, 1, 2, 15)
    assert client.get("/plan.json").json["plan"]["year"] == 2025


def test_a_draft_can_be_deleted_and_prepared_again(staff, draft):
    editor = staff("EDITOR")
    assert send(editor, f"{BOARD}/2025/borrar").status_code == 302
    db.session.expire_all()
    assert db.session.scalars(select(Plan.year)).all() == [2024]
    assert db.session.scalar(select(func.count(Task.id))) == 1
    typed = {"year": "2025", "strategy": "ESTRATEGIA 2025", "title": "Plan nuevo"}
    assert send(editor, f"{BOARD}/2024/preparar", **typed).status_code == 302


def test_a_public_plan_is_not_deleted(staff, year):
    editor = staff("EDITOR")
    page = f"{BOARD}/2024/borrar"
    assert "ya no se puede borrar" in editor.get(page).text
    token = field(editor.get("/gestion/cuenta"), "csrf_token")
    editor.post(page, data={"csrf_token": token, "shown": "x"})
    assert db.session.scalar(select(func.count(Plan.id))) == 1


def test_a_draft_takes_no_reports_and_is_not_closed(staff, draft):
    period = db.session.scalars(select(Period).filter_by(plan_id=draft.id)).first()
    typed = {"period_id": period.id, "title": "Reunión", "done_on": "2025-02-03", "numerator": "1"}
    refused = send(staff("EDITOR"), f"{BOARD}/2025/tareas/1.1/reportar", **typed)
    assert refused.status_code == 422
    assert "es un borrador" in refused.text
    closing = send(staff("ADMINISTRATOR"), f"{BOARD}/2025/cerrar", year="2025")
    assert "Publíquelo antes de cerrarlo." in closing.text


def test_a_report_without_proof_warns_who_writes_and_who_reviews(staff, year, make):
    writer = staff("EDITOR")
    made = make(report(year.actions[0].tasks[0], account("otra@ejemplo.org")))
    made.state = type(made.state).DRAFT
    db.session.commit()
    page = f"{BOARD}/reportes/{made.id}"
    assert "Sin una prueba, nadie puede comprobar lo que dice." in writer.get(page).text
    made.state = type(made.state).SENT
    db.session.commit()
    assert "un avance que nadie puede comprobar" in writer.get(page).text
    assert "Sin ninguna prueba adjunta" in writer.get(f"{BOARD}/reportes").text
