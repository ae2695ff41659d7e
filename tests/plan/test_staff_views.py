import pytest

from participa.plan.models import ReportState
from tests.plan.builders import account, office, plan, report, task
from tests.visitor import field

pytestmark = pytest.mark.one_engine

PAGES = {
    "/gestion/plan": {"READER", "EDITOR", "RESPONSIBLE", "ADMINISTRATOR"},
    "/gestion/plan/reportes": {"READER", "EDITOR", "RESPONSIBLE", "ADMINISTRATOR"},
    "/gestion/plan/2024/tareas/1.1": {"READER", "EDITOR", "RESPONSIBLE", "ADMINISTRATOR"},
    "/gestion/plan/reportes/1": {"READER", "EDITOR", "RESPONSIBLE", "ADMINISTRATOR"},
    "/gestion/plan/2024/tareas/1.1/reportar": {"EDITOR", "RESPONSIBLE", "ADMINISTRATOR"},
    "/gestion/plan/reportes/1/editar": {"EDITOR", "RESPONSIBLE", "ADMINISTRATOR"},
    "/gestion/plan/reportes/1/devolver": {"EDITOR", "ADMINISTRATOR"},
    "/gestion/plan/2024/tareas/1.1/medicion": {"EDITOR", "ADMINISTRATOR"},
    "/gestion/plan/2024/periodos": {"EDITOR", "ADMINISTRATOR"},
    "/gestion/plan/periodos/1/reabrir": {"EDITOR", "ADMINISTRATOR"},
    "/gestion/plan/2024/preparar": {"EDITOR", "ADMINISTRATOR"},
    "/gestion/plan/2024/cerrar": {"ADMINISTRATOR"},
}
ACTS = {
    "/gestion/plan/reportes/1/enviar": {"EDITOR", "RESPONSIBLE", "ADMINISTRATOR"},
    "/gestion/plan/reportes/1/archivos": {"EDITOR", "RESPONSIBLE", "ADMINISTRATOR"},
    "/gestion/plan/reportes/1/descartar": {"EDITOR", "RESPONSIBLE", "ADMINISTRATOR"},
    "/gestion/plan/reportes/1/aprobar": {"EDITOR", "ADMINISTRATOR"},
    "/gestion/plan/periodos/1/cerrar": {"EDITOR", "ADMINISTRATOR"},
}
ROLES = ("READER", "DOOR", "EDITOR", "RESPONSIBLE", "ADMINISTRATOR")


@pytest.fixture
def dap(make):
    return make(office())


@pytest.fixture
def year(make, at, dap):
    at(2024, 7, 15, 15)
    reported = task(1, (dap,), measure="plan.reported")
    other = task(2, (office("prensa", "Comunicaciones"),), start_month=1, end_month=3)
    made = make(plan(reported, other))
    make(report(reported, account(), state=ReportState.DRAFT))
    return made


@pytest.mark.parametrize("role", ROLES)
def test_each_page_opens_to_its_roles_and_to_nobody_else(staff, year, dap, role):
    visitor = staff(role, office=dap if role == "RESPONSIBLE" else None)
    for path, allowed in PAGES.items():
        assert visitor.get(path).status_code == (200 if role in allowed else 403), path


@pytest.mark.parametrize("role", ROLES)
def test_each_act_belongs_to_its_roles_and_to_nobody_else(staff, year, dap, role):
    visitor = staff(role, office=dap if role == "RESPONSIBLE" else None)
    token = field(visitor.get("/gestion/cuenta"), "csrf_token")
    for path, allowed in ACTS.items():
        status = visitor.post(path, data={"csrf_token": token}).status_code
        assert (status != 403) == (role in allowed), path


def test_without_an_account_every_page_asks_to_sign_in(client, year):
    for path in PAGES:
        answer = client.get(path)
        assert answer.status_code == 302, path
        assert "/gestion/entrar" in answer.location
    for path in ACTS:
        assert client.post(path).status_code in {400, 401}, path


def test_a_change_without_its_token_is_refused(staff, year):
    for path in ACTS:
        assert staff("EDITOR").post(path).status_code == 400, path


def test_the_board_of_the_staff_begins_with_what_is_due(staff, year, make):
    make(report(year.actions[0].tasks[0], account("luz@ejemplo.org"), state=ReportState.SENT))
    page = staff("EDITOR").get("/gestion/plan").text
    assert "Vencidas o por vencer" in page
    assert "hasta el 31 de marzo de 2024" in page
    assert "esperan aprobación" in page
    assert "tarea 1.1 de 2024, desde el" in page, "another year has a task 1.1 as well"
    assert page.index("Vencidas o por vencer") < page.index("Tareas</h2>")


def test_a_responsible_person_sees_the_tasks_of_the_office_alone(staff, year, dap):
    responsible = staff("RESPONSIBLE", office=dap)
    page = responsible.get("/gestion/plan").text
    assert "1.1 · " in page
    assert "1.2 · " not in page
    assert responsible.get("/gestion/plan/2024/tareas/1.2").status_code == 404
    assert "1.2 · " not in responsible.get("/gestion/plan?dependencia=prensa").text


def test_a_responsible_person_without_office_sees_no_task(staff, year):
    lost = staff("RESPONSIBLE")
    page = lost.get("/gestion/plan")
    assert page.status_code == 200
    assert "1.1 · " not in page.text
    assert lost.get("/gestion/plan/2024/tareas/1.1").status_code == 404
    assert "Reunión" not in lost.get("/gestion/plan/reportes?estado=borrador").text


@pytest.fixture
def everybodys(make, at):
    """A task for which «Dependencias y entidades» answer."""
    at(2024, 7, 15, 15)
    whole = office("todas", "Dependencias y entidades")
    whole.level = "grupo"
    return make(plan(task(1, (whole,), measure="plan.reported"))).actions[0].tasks[0]


def test_a_task_of_all_offices_is_open_to_each_of_them(staff, everybodys, make, dap):
    responsible = staff("RESPONSIBLE", office=dap)
    assert "1.1 · " in responsible.get("/gestion/plan").text
    assert responsible.get("/gestion/plan/2024/tareas/1.1").status_code == 200
    assert responsible.get("/gestion/plan/2024/tareas/1.1/reportar").status_code == 200


def test_of_a_task_of_all_offices_each_sees_what_its_own_people_reported(
    staff, everybodys, make, dap
):
    press = make(office("prensa", "Comunicaciones"))
    there = make(account("otra@ejemplo.org", office_id=press.id))
    responsible = staff("RESPONSIBLE", office=dap)
    for by, title in ((there, "Lo de prensa"), (responsible.account, "Lo nuestro")):
        make(report(everybodys, by, title=title, state=ReportState.DRAFT))
    pages = ("/gestion/plan/2024/tareas/1.1", "/gestion/plan/reportes?estado=borrador")
    for page in pages:
        text = responsible.get(page).text
        assert "Lo nuestro" in text
        assert "Lo de prensa" not in text
    assert responsible.get("/gestion/plan/reportes/1").status_code == 404
    assert responsible.get("/gestion/plan/reportes/2").status_code == 200
    assert "Lo de prensa" in staff("EDITOR").get(pages[0]).text


def test_who_has_no_office_yet_sees_no_task_of_all_offices(staff, everybodys):
    lost = staff("RESPONSIBLE")
    assert "1.1 · " not in lost.get("/gestion/plan").text
    assert lost.get("/gestion/plan/2024/tareas/1.1").status_code == 404


def test_the_staff_filter_the_board_too(staff, year):
    page = staff("READER").get("/gestion/plan?estado=vencida").text
    assert page.count("<tr><td><a") == 1


def test_without_a_plan_the_staff_are_told_to_import_one(staff):
    assert "Impórtelo" in staff("EDITOR").get("/gestion/plan").text


@pytest.mark.parametrize(
    "path",
    [
        "/gestion/plan/1999/periodos",
        "/gestion/plan/2024/tareas/7.7",
        "/gestion/plan/reportes/99",
        "/gestion/plan/reportes/99999999999",
        "/gestion/plan/periodos/99/reabrir",
        "/gestion/plan/archivos/99",
    ],
)
def test_what_is_not_there_is_not_found(staff, year, path):
    assert staff("EDITOR").get(path).status_code == 404


def test_a_filter_that_the_plan_does_not_have_is_left_out(staff, make):
    make(plan(task()))
    page = staff("READER").get("/gestion/plan?estado=zzz&dependencia=nada&mes=13")
    assert page.status_code == 200
    assert "<h1>Plan 2024</h1>" in page.text
