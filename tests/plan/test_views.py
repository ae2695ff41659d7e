import re
from datetime import date

import pytest

from participa.plan.models import Unit
from participa.staff.models import Role
from tests.plan.builders import (
    account,
    csv_rows,
    office,
    plan,
    proof,
    report,
    task,
    tell,
    xlsx_rows,
)

JULY = (2024, 7, 15, 15)


@pytest.fixture
def city(app, make, at, monkeypatch):
    """A plan in July: one task done, one late, one going on and one that has not begun."""
    at(*JULY)
    dap, press = office(), office("prensa", "Secretaría de Comunicaciones")
    tasks = [
        task(1, (dap,), start_month=1, end_month=3, name="Convocatoria."),
        task(2, (dap, press), start_month=1, end_month=6, target=2, name="Reuniones."),
        task(3, (press,), unit=Unit.PERCENT, target=100, name="Formatos."),
        task(4, (dap,), start_month=8, end_month=12, measure=None, name="Mesa."),
    ]
    made = make(plan(*tasks))
    evidence = [
        proof(tasks[0], date(2024, 4, 2), title="Acta firmada"),
        proof(tasks[1], date(2024, 5, 2), title="Primera reunión"),
        proof(tasks[2], date(2024, 4, 1), title="Formato con variables"),
        proof(tasks[2], date(2024, 4, 1), fulfilled=False, title="Formato sin variables"),
    ]
    tell(app, monkeypatch, evidence)
    return made


def test_without_a_plan_the_board_says_what_will_be_there(client):
    page = client.get("/plan")
    assert page.status_code == 200
    assert "Todavía no se ha publicado ningún plan" in page.text
    assert client.get("/plan.json").status_code == 404


def test_the_board_says_in_words_how_the_tasks_stand(client, city):
    page = client.get("/plan")
    assert (
        "1 acción y 4 tareas: 1 cumplida fuera de término, 1 en curso, 1 vencida y 1 sin iniciar."
        in page.text
    )
    assert "Cumplida fuera de término" in page.text
    assert "1 de 2 (50\xa0%)" in page.text
    assert "Aún sin medición" in page.text
    assert page.headers["Cache-Control"].startswith("public")
    again = client.get("/plan", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304


def test_a_task_shows_what_counts_and_why_the_rest_does_not(client, city):
    page = client.get("/plan/tareas/1.3")
    assert "Formato con variables" in page.text
    assert "Todavía no se usa." in page.text
    assert "Hechos de prueba" in page.text
    assert "/plan/tareas/1.2?ano=2024" in page.text
    assert "/plan/tareas/1.4?ano=2024" in page.text


def test_a_task_without_measure_never_shows_a_number(client, city):
    page = client.get("/plan/tareas/1.4")
    assert "Aún sin medición" in page.text
    assert "de 1" not in page.text
    exported = client.get("/plan.json").json["actions"][0]["tasks"][3]
    assert (exported["measure"], exported["numerator"], exported["denominator"]) == (
        None,
        None,
        None,
    )
    assert (exported["value"], exported["state"], exported["evidence"]) == (None, "sin iniciar", [])


def test_a_share_of_nothing_has_no_denominator(app, client, city, monkeypatch):
    tell(app, monkeypatch, [])
    assert "Sin denominador" in client.get("/plan/tareas/1.3").text
    exported = client.get("/plan.json").json["actions"][0]["tasks"][2]
    assert (exported["numerator"], exported["denominator"], exported["value"]) == (0, 0, None)


def test_the_document_has_the_agreed_shape(client, city):
    exported = client.get("/plan.json").json
    assert exported["plan"] == exported["plan"] | {
        "year": 2024,
        "strategy": "ESTRATEGIA 2024",
        "title": "Plan de prueba",
    }
    first = exported["actions"][0]["tasks"][0]
    expected = {
        "code": "1.1",
        "task": "Convocatoria.",
        "offices": ["Departamento Administrativo de Planeación (escrito)"],
        "start_month": 1,
        "end_month": 3,
        "indicator": "Cosas hechas",
        "unit": "count",
        "target": 1,
        "observations": "",
        "measure": "pruebas.hechos",
        "numerator": 1,
        "denominator": 1,
        "value": 1,
        "state": "cumplida",
        "evidence": [
            {
                "title": "Acta firmada",
                "url": "/prueba",
                "on": "2024-04-02",
                "fulfilled": True,
                "reason": "",
            }
        ],
    }
    assert first == first | expected
    assert exported["actions"][0]["tasks"][2]["unit"] == "percent"


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("dependencia=prensa", ["1.2", "1.3"]),
        ("estado=vencida", ["1.2"]),
        ("estado=sin+iniciar", ["1.4"]),
        ("mes=febrero", ["1.1", "1.2"]),
        ("mes=2", ["1.1", "1.2"]),
        ("dependencia=dap&estado=cumplida&mes=enero", ["1.1"]),
        ("dependencia=prensa&estado=cumplida", []),
        ("dependencia=&estado=&mes=", ["1.1", "1.2", "1.3", "1.4"]),
    ],
)
def test_page_and_files_honour_the_same_filters(client, city, asked, codes):
    page = client.get(f"/plan?{asked}")
    assert [code for code in ("1.1", "1.2", "1.3", "1.4") if f"{code} · " in page.text] == codes
    actions = client.get(f"/plan.json?{asked}").json["actions"]
    assert [task["code"] for action in actions for task in action["tasks"]] == codes
    rows = csv_rows(client, f"/plan.csv?{asked}")
    assert [row["Tarea n.º"] for row in rows] == codes
    sheet = xlsx_rows(client, f"/plan.xlsx?{asked}")
    assert [row[0] for row in sheet[1:]] == codes


def test_each_number_leads_to_as_many_tasks_also_among_filtered_ones(client, city):
    page = client.get("/plan?estado=vencida&dependencia=prensa").text
    facts = re.findall(r'<dt><a href="([^"]+)">[^<]+</a></dt><dd>(\d+)</dd>', page)
    assert [int(number) for _, number in facts] == [0, 1, 1, 0]
    for address, number in facts:
        listed = client.get(address.replace("&amp;", "&")).text
        assert listed.count('<article class="task">') == int(number)


def test_an_empty_choice_explains_itself(client, city):
    page = client.get("/plan?dependencia=prensa&estado=cumplida")
    assert "Ninguna tarea cumple con esos filtros" in page.text
    assert "1 acción y 4 tareas: " in page.text, "the plan still has its tasks"
    assert "No hay tareas" not in page.text


@pytest.mark.parametrize(
    "asked",
    [
        "estado=%00",
        "mes=13",
        "mes=-1",
        "dependencia='--",
        "estado=<script>",
        "ano=dos",
        "ano=２０２４",
    ],
)
@pytest.mark.parametrize("page", ["/plan", "/plan.json", "/plan.csv", "/plan.xlsx"])
def test_a_filter_that_does_not_exist_is_refused_in_words(client, city, page, asked):
    answer = client.get(f"{page}?{asked}")
    assert answer.status_code == 400
    assert "<script>" not in answer.text
    assert "filtro" in answer.text or "cuatro cifras" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/plan?ano=1999",
        "/plan/acciones/9",
        "/plan/acciones/99999999999999999999",
        "/plan/tareas/9.9",
        "/plan/tareas/1",
        "/plan/tareas/1.1.pdf",
        "/plan/tareas/<b>",
        "/plan/1999/informe.xlsx",
        "/plan/archivos/1",
        "/plan/archivos/99999999999",
    ],
)
def test_what_the_plan_does_not_have_is_not_found(client, city, path):
    assert client.get(path).status_code == 404


def test_a_year_without_plan_tells_which_years_have_one(client, city):
    page = client.get("/plan?ano=1999")
    assert page.status_code == 404
    assert "No hay plan del año 1999. Años con plan: 2024." in page.text


def test_each_year_keeps_its_own_address(client, city, make):
    make(plan(task(1, name="Del año siguiente."), year=2025))
    assert "Plan de mejora 2024" in client.get("/plan").text
    assert "Del año siguiente." in client.get("/plan?ano=2025").text
    assert "Del año siguiente." in client.get("/plan/tareas/1.1?ano=2025").text
    assert client.get("/plan.json?ano=2025").json["plan"]["year"] == 2025


def test_without_a_plan_for_this_year_the_latest_one_stands(client, city, make, at):
    make(plan(task(1), year=2025))
    at(2027, 1, 5)
    assert "Plan de mejora 2025" in client.get("/plan").text


def test_the_year_turns_at_midnight_of_the_city(client, city, make, at):
    make(plan(task(1), year=2025))
    at(2025, 1, 1, 4, 59)
    assert "Plan de mejora 2024" in client.get("/plan").text
    at(2025, 1, 1, 5, 0)
    assert "Plan de mejora 2025" in client.get("/plan").text


def test_an_action_and_a_task_have_files_of_their_own(client, city):
    exported = client.get("/plan/acciones/1.json").json
    assert len(exported["actions"][0]["tasks"]) == 4
    assert len(csv_rows(client, "/plan/acciones/1.csv")) == 4
    rows = csv_rows(client, "/plan/tareas/1.3.csv")
    assert [row["Cuenta"] for row in rows] == ["sí", "no"]
    assert rows[0]["Dirección"] == "http://localhost/prueba"
    assert client.get("/plan/tareas/1.3.json").json["actions"][0]["tasks"][0]["code"] == "1.3"
    assert [row[3] for row in xlsx_rows(client, "/plan/tareas/1.3.xlsx")[1:]] == ["sí", "no"]


def test_an_action_page_shows_its_tasks(client, city):
    page = client.get("/plan/acciones/1")
    assert "Acción 1: Acción de prueba" in page.text
    assert "1.4 · Mesa." in page.text


def test_the_annual_report_keeps_the_layout_of_the_plan(client, city):
    rows = xlsx_rows(client, "/plan/2024/informe.xlsx")
    header = next(row for row in rows if row[0] == "#")
    assert header[:10] == [
        "#",
        "Acción de mejora",
        "Tareas",
        "Responsable",
        "Tiempo inicio",
        "Tiempo terminación",
        "Indicador de seguimiento",
        "Unidad de medida",
        "Meta",
        "Observaciones",
    ]
    first, _, third, fourth = rows[rows.index(header) + 1 :]
    assert first[:3] == ["1", "Acción de prueba", "Convocatoria."]
    assert (third[0], third[8], third[10], third[11]) == ("", "100%", "1 de 2", "50")
    assert fourth[10] == "Aún sin medición"
    assert "http://localhost/plan/tareas/1.1?ano=2024" in first[13]


def test_a_name_of_the_plan_cannot_become_a_page_or_a_formula(app, client, make, at, monkeypatch):
    at(*JULY)
    evil = task(1, name='=HYPERLINK("http://mal")<script>alert(1)</script>')
    make(plan(evil))
    tell(app, monkeypatch, [proof(evil, date(2024, 4, 1), title="=1+1<b>")])
    for path in ("/plan", "/plan/acciones/1", "/plan/tareas/1.1"):
        assert "<script>alert" not in client.get(path).text
    assert csv_rows(client, "/plan.csv")[0]["Tarea"].startswith("'=")
    assert csv_rows(client, "/plan/tareas/1.1.csv")[0]["Evidencia"].startswith("'=")


def test_the_board_asks_as_much_for_a_hundred_tasks_as_for_one(
    app, client, make, at, monkeypatch, questions
):
    at(*JULY)
    one = make(plan(task(1), year=2023))
    client.get("/plan?ano=2023")
    few = len(questions)
    dap = office()
    many = make(plan(*[task(n, (dap,)) for n in range(1, 101)]))
    ana = make(account(role=Role.EDITOR))
    for place in range(3):
        make(report(many.actions[0].tasks[place], ana))
    evidence = [proof(t, date(2024, 4, 1)) for t in many.actions[0].tasks for _ in range(20)]
    tell(app, monkeypatch, evidence)
    questions.clear()
    client.get("/plan")
    assert one.year == 2023
    assert len(questions) <= max(few + 3, 10)


def test_the_board_of_fifteen_tasks_weighs_less_than_a_hundred_kilobytes(client, make, at):
    at(*JULY)
    long = "Cualificación de los canales de interacción con la ciudadanía en la generación " * 3
    make(plan(*[task(n, (office(f"o{n}", f"Oficina {n}"),), name=long) for n in range(1, 16)]))
    assert len(client.get("/plan").data) < 100_000


def test_only_approved_reports_are_public(client, make, at):
    at(*JULY)
    ana = account()
    reported = task(1, measure="plan.reported", target=2)
    make(plan(reported))
    make(report(reported, ana, title="Aprobada", numerator=1))
    make(report(reported, ana, title="Sin aprobar", numerator=1, state="SENT"))
    page = client.get("/plan/tareas/1.1")
    assert "Aprobada" in page.text
    assert "Sin aprobar" not in page.text
    assert "1 de 2" in page.text
    assert 'id="reporte-1"' in page.text
    assert "ana" not in page.text.replace("semana", "")
