"""Questions about a file are answered once; what an import changed can be taken back."""

import pytest
from sqlalchemy import func, select

from participa.core.db import db
from participa.plan.importing import importing, undoing
from participa.plan.models import Plan, PlanImport, Task
from participa.plan.service import TaskProven
from participa.staff import service as staff_service
from tests.plan.builders import account, report
from tests.plan.files import RAW, as_csv, as_text, edited
from tests.plan.importing.tables import FIRST, HEADER, SECOND, TABLE, THIRD, TITLE, book, xlsx
from tests.plan.importing.test_staff_views import choices, confirm, upload
from tests.visitor import field, where

CLERK = "prueba"


@pytest.fixture
def offices(app):
    staff_service.seed_offices()
    db.session.commit()


@pytest.fixture
def editor(offices, staff):
    return staff("EDITOR")


def bring_in(content=RAW, **choices):
    received = importing.receive("plan.txt", content, CLERK)
    importing.apply(received, CLERK, **choices)
    db.session.commit()
    return received


def plan_text(year=2024):
    db.session.expire_all()
    return importing.raw_text(importing.plan_of(year))


def select_name(page, words):
    """The name of the select of the problem with these words in its sentence."""
    return page.text.partition(words)[0].rpartition('<label for="')[2].partition('"')[0]


OLD = ["3", "Acción vieja", "Tarea vieja", FIRST[3], "Enero", "Febrero", "Hecha", "Número", "1"]


@pytest.mark.one_engine
def test_a_question_about_the_file_has_to_be_answered(editor):
    address = upload(editor, xlsx([*TABLE, OLD], hidden_rows=[5]))
    page = editor.get(address)
    assert "Hay filas ocultas en el archivo: «Tarea vieja»" in page.text
    refused = editor.post(address, data=choices(page))
    assert refused.status_code == 422
    assert "Elija una respuesta: Hay filas ocultas" in refused.text
    assert db.session.scalar(select(func.count(Plan.id))) == 0


@pytest.mark.one_engine
def test_an_answer_that_changes_the_plan_shows_it_again_before_anything_changes(editor):
    address = upload(editor, xlsx([*TABLE, OLD], hidden_rows=[5]))
    page = editor.get(address)
    assert "Confirmar: crear 2 acciones y 3 tareas" in page.text
    name = select_name(page, "Hay filas ocultas")
    again = editor.post(address, data=choices(page) | {name: "take"})
    assert where(again) == address
    page = editor.get(again.location)
    assert "Leyó otra vez el archivo" in page.text
    assert "Confirmar: crear 3 acciones y 4 tareas" in page.text
    assert db.session.scalar(select(func.count(Plan.id))) == 0
    assert where(confirm(editor, address)) == f"{address}/resultado"
    assert db.session.scalar(select(func.count(Task.id))) == 4


@pytest.mark.one_engine
def test_an_answer_that_leaves_the_plan_as_shown_confirms_at_once(editor):
    address = upload(editor, xlsx([*TABLE, OLD], hidden_rows=[5]))
    page = editor.get(address)
    name = select_name(page, "Hay filas ocultas")
    done = editor.post(address, data=choices(page) | {name: "leave"})
    assert where(done) == f"{address}/resultado"
    assert db.session.scalar(select(func.count(Task.id))) == 3


@pytest.mark.one_engine
def test_the_page_says_which_sheet_and_asks_between_two(editor):
    other = [["ESTRATEGIA 2026"], *TABLE[1:]]
    address = upload(editor, book({"2026": other, "2027": TABLE}))
    page = editor.get(address)
    assert "Hoja del archivo: «2027»." in page.text
    name = select_name(page, "El archivo trae más de un plan")
    assert editor.post(address, data=choices(page)).status_code == 422
    editor.post(address, data=choices(page) | {name: "2026"})
    page = editor.get(address)
    assert "Hoja del archivo: «2026»." in page.text
    confirm(editor, address)
    assert db.session.scalars(select(Plan.year)).all() == [2026]


@pytest.mark.one_engine
def test_a_chosen_measure_survives_that_the_file_is_read_again(editor):
    address = upload(editor, xlsx([*TABLE, OLD], hidden_rows=[5]))
    page = editor.get(address)
    name = select_name(page, "Hay filas ocultas")
    editor.post(address, data=choices(page) | {name: "take", "measure_3": ""})
    assert choices(editor.get(address))["measure_3"] == ""


@pytest.mark.one_engine
def test_a_command_refuses_a_file_with_an_open_question(offices):
    rows = [[TITLE], HEADER, FIRST, SECOND, [*THIRD[:8], "1,200"]]
    received = importing.receive("p.csv", as_csv(rows), CLERK)
    with pytest.raises(importing.Undecided, match="1,200"):
        importing.apply(received, CLERK)


@pytest.mark.one_engine
def test_what_was_decided_once_is_not_asked_again(editor):
    address = upload(editor)
    first = importing.preview(db.session.scalars(select(PlanImport)).one())
    assert len(first.to_decide) > 5
    confirm(editor, address)
    shown = importing.preview(importing.receive("otra.txt", as_text(edited(14, 8, "3")), CLERK))
    assert shown.to_decide == []
    assert len(shown.decided_before) == len(first.problems)
    page = editor.get(upload(editor, as_text(edited(14, 8, "3"))))
    assert "Por decidir</h2>" not in page.text
    assert "Ya decidido en otra importación" in page.text


@pytest.mark.one_engine
def test_what_is_to_be_decided_stands_above_the_list_of_what_changes(editor):
    confirm(editor, upload(editor, xlsx(TABLE)))
    page = editor.get(upload(editor, xlsx([*TABLE[:4], [*THIRD[:8], "1,200"]]))).text
    assert 0 < page.index("Por decidir</h2>") < page.index("Qué cambia en el plan")


@pytest.mark.one_engine
def test_the_report_of_the_app_read_again_changes_nothing(editor, client):
    confirm(editor, upload(editor))
    before = plan_text()
    file = client.get("/plan/2024/informe.xlsx").data
    shown = importing.preview(importing.receive("informe.xlsx", file, CLERK))
    assert shown.differences.is_empty
    assert shown.to_decide == []
    bring_in(file)
    assert plan_text() == before


@pytest.mark.one_engine
@pytest.mark.parametrize("strategy", ["Sin año", "Plan 2026 y 2024", "Código: 3"])
def test_the_report_keeps_any_title(editor, client, strategy):
    confirm(editor, upload(editor))
    importing.plan_of(2024).strategy = strategy
    db.session.commit()
    file = client.get("/plan/2024/informe.xlsx").data
    shown = importing.preview(importing.receive("informe.xlsx", file, CLERK))
    assert shown.differences.is_empty


def test_an_import_is_undone_word_by_word(offices, make):
    by = make(account())
    bring_in()
    before = plan_text()
    received = bring_in(as_text(edited(14, 8, "3")[:-3]))
    assert plan_text() != before
    undoing.undo(received, by)
    db.session.commit()
    assert plan_text() == before
    assert importing.preview(importing.receive("p", RAW, CLERK)).differences.is_empty


def test_undoing_the_first_import_deletes_the_plan(offices, make):
    by = make(account())
    received = bring_in()
    undoing.undo(received, by)
    db.session.commit()
    assert db.session.scalar(select(func.count(Plan.id))) == 0
    assert db.session.scalar(select(func.count(Task.id))) == 0
    assert undoing.why_not(received) == "Esta importación ya se deshizo."


def test_an_import_with_evidence_since_then_is_not_undone(offices, make):
    by = make(account())
    received = bring_in()
    task = db.session.scalars(select(Task).order_by(Task.id)).first()
    make(report(task, by))
    with pytest.raises(TaskProven):
        undoing.undo(received, by)
    db.session.rollback()
    assert db.session.scalar(select(func.count(Task.id))) == 15


@pytest.mark.one_engine
def test_only_the_last_import_is_undone(editor):
    confirm(editor, upload(editor))
    confirm(editor, upload(editor, as_text(edited(14, 8, "3"))))
    first, last = db.session.scalars(select(PlanImport).order_by(PlanImport.id)).all()
    result = editor.get(f"/gestion/plan/importar/{first.id}/resultado").text
    assert "Deshaga primero esa importación." in result
    assert "Deshacer esta importación" not in result
    address = f"/gestion/plan/importar/{last.id}/deshacer"
    page = editor.get(address)
    assert "Eso significa: cambiar 1 tarea." in page.text
    sent = {name: field(page, name) for name in ("csrf_token", "shown")}
    done = editor.get(editor.post(address, data=sent).location)
    assert "Deshizo la importación." in done.text
    assert "Deshecha" in done.text
    again = editor.get(f"/gestion/plan/importar/{first.id}/resultado").text
    assert "Deshacer esta importación" in again


@pytest.mark.one_engine
def test_what_was_undone_is_asked_again(offices, make):
    by = make(account())
    received = bring_in()
    undoing.undo(received, by)
    db.session.commit()
    assert importing.preview(importing.receive("p", RAW, CLERK)).to_decide


@pytest.mark.one_engine
def test_the_workbook_of_a_plan_reads_back_as_the_plan(editor):
    confirm(editor, upload(editor))
    content = editor.get("/gestion/plan/importar/plantilla.xlsx?ano=2024").data
    assert importing.preview(importing.receive("p", content, CLERK)).differences.is_empty
