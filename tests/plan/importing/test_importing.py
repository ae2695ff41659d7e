"""A file of the city becomes the plan, and the same file again changes nothing."""

import pytest
from sqlalchemy import func, select, update

from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from participa.plan.importing import importing
from participa.plan.models import Action, Plan, PlanImport, ProgressReport, Task
from participa.staff import service as staff_service
from participa.staff.models import Office, OfficeAlias
from tests.plan.builders import account, report
from tests.plan.files import RAW, ROWS, SEED_PLAN, TEXT, as_text, edited

CLERK = "prueba"
PENDING = {"truncated-action", "indicator-form"}


@pytest.fixture
def offices(app):
    """The city's offices, as every installation has them."""
    staff_service.seed_offices()
    db.session.commit()


def receive(content: bytes = RAW, year: int | None = None) -> PlanImport:
    return importing.receive("plan.txt", content, CLERK, year)


def bring_in(content: bytes = RAW, year: int | None = None, **choices) -> PlanImport:
    received = receive(content, year)
    importing.apply(received, CLERK, **choices)
    db.session.commit()
    return received


def task(code: str, year: int = 2024) -> Task:
    plan = importing.plan_of(year)
    return next(t for action in plan.actions for t in action.tasks if t.code == code)


def by_kind(kind: str, shown: importing.Preview):
    return [problem for problem in shown.problems if problem.kind == kind]


def test_the_plan_of_2024_is_stored_as_it_was_expected(offices):
    bring_in()
    plan = importing.plan_of(2024)
    stored = [
        (action.number, action.name, [(t.code, t.name, t.target) for t in action.tasks])
        for action in plan.actions
    ]
    assert stored == [
        (a["number"], a["name"], [(t["code"], t["task"], t["target"]) for t in a["tasks"]])
        for a in SEED_PLAN["actions"]
    ]
    slugs = [[o.slug for o in t.offices] for action in plan.actions for t in action.tasks]
    assert slugs == [t["responsables_ids"] for a in SEED_PLAN["actions"] for t in a["tasks"]]


def test_the_stored_plan_is_written_back_byte_for_byte(offices):
    bring_in()
    db.session.expire_all()
    assert importing.raw_text(importing.plan_of(2024)).encode() == RAW


def test_each_task_of_2024_gets_its_measure(offices):
    bring_in()
    tasks = db.session.scalars(select(Task)).all()
    expected = {t["code"]: t["measure"] for a in SEED_PLAN["actions"] for t in a["tasks"]}
    assert {t.code: t.measure for t in tasks} == expected
    assert len(tasks) == 15


def test_before_it_is_confirmed_nothing_is_in_the_plan(offices):
    shown = importing.preview(receive())
    assert shown.differences.sentence == "crear 9 acciones y 15 tareas"
    assert db.session.scalar(select(func.count(Plan.id))) == 0


def test_the_questions_of_the_real_file_are_the_ones_that_the_city_left_open(offices):
    shown = importing.preview(receive())
    places = {}
    for problem in shown.problems:
        places.setdefault(problem.kind, []).append(problem.places)
    assert sorted(f.words for f in by_kind("office-name", shown)) == [
        "Departamento Adm de Planeación",
        "Departamento Adm de Planeación Distrital",
        "Secretaría Gestión Humana y Servicio a la Ciudadanía",
        "Secretaría de Gestión Humana y Atención a la Ciudadanía",
        "Secretaría de Infraestructura",
    ]
    assert places["group"] == [("5.1", "7.2")]
    assert places["external"] == [("3.5", "8.1", "8.2")]
    assert places["truncated-action"] == [("acción 8",), ("acción 9",)]
    assert [p for (p,) in places["percent-without-denominator"]] == (
        ["1.1", "3.1", "3.2", "3.4", "5.1", "7.1", "7.2"]
    )
    assert places["indicator-form"] == places["indicator-period"] == [("7.2",)]
    assert [f.rows for f in by_kind("repeated-header", shown)] == [(25,)]
    assert set(places) == {
        "office-name",
        "group",
        "external",
        "truncated-action",
        "percent-without-denominator",
        "indicator-form",
        "indicator-period",
        "repeated-header",
    }
    assert all(f.where and f.sentence and f.label_of(f.suggested) for f in shown.problems)


def test_the_same_question_about_the_same_words_is_asked_once(offices):
    rows = [list(c) for c in ROWS]
    rows[11][6] = rows[14][6] = "Árboles"
    (problem,) = [
        f for f in importing.preview(receive(as_text(rows))).problems if f.words == "Árboles"
    ]
    assert (problem.places, problem.rows) == (("3.3", "4.1"), (12, 15))


def test_two_names_of_one_office_say_so(offices):
    (problem,) = [
        f
        for f in importing.preview(receive()).problems
        if f.words == "Departamento Adm de Planeación Distrital"
    ]
    assert "El plan también la llama «Departamento Adm de Planeación»." in problem.sentence


def test_decisions_are_stored_with_the_file_and_with_its_hash(offices):
    received = bring_in()
    entry = db.session.scalar(select(AuditEntry).filter_by(action="plan.imported"))
    assert entry.details == {
        "year": 2024,
        "sha256": received.sha256,
        "added_actions": 9,
        "added_tasks": 15,
    }
    assert received.content == RAW
    assert len(received.decisions) == len(received.problems) == 19
    assert {problem["kind"] for problem in received.pending_problems} == PENDING


def test_the_same_file_again_changes_nothing(offices):
    bring_in()
    ids = db.session.scalars(select(Task.id).order_by(Task.id)).all()
    shown = importing.preview(receive())
    assert shown.differences.is_empty
    assert shown.differences.sentence == "no cambiar nada"
    bring_in()
    assert db.session.scalars(select(Task.id).order_by(Task.id)).all() == ids
    assert importing.raw_text(importing.plan_of(2024)).encode() == RAW


def test_an_edited_file_shows_before_and_after_and_updates_in_place(offices):
    bring_in()
    task_id = task("3.5").id
    received = receive(as_text(edited(14, 8, "3")))
    shown = importing.preview(received)
    assert [(c.place, c.field, c.before, c.after) for c in shown.changes] == [
        ("3.5", "Meta", "2", "3")
    ]
    assert shown.differences.sentence == "cambiar 1 tarea"
    importing.apply(received, CLERK)
    db.session.commit()
    assert (task("3.5").target, task("3.5").id) == (3, task_id)


def test_an_office_that_changes_is_shown_by_its_name(offices):
    bring_in()
    shown = importing.preview(receive(as_text(edited(18, 3, "Secretaría de Salud"))))
    changes = {c.field: (c.before, c.after) for c in shown.changes}
    assert changes["Dependencias enlazadas"] == (
        "Departamento Administrativo de Planeación",
        "Secretaría de Salud",
    )


def test_a_task_put_in_between_does_not_take_the_evidence_of_its_neighbours(offices):
    bring_in()
    before = {t.name: t.id for t in db.session.scalars(select(Task))}
    rows = [list(c) for c in ROWS]
    rows.insert(10, ["", "", "Tarea nueva", *rows[10][3:]])
    shown = importing.preview(receive(as_text(rows)))
    assert [t.name for t in shown.differences.added] == ["Tarea nueva"]
    bring_in(as_text(rows))
    after = {t.name: t.id for t in db.session.scalars(select(Task))}
    assert {name: after[name] for name in before} == before
    assert task("3.2").name == "Tarea nueva"
    assert task("3.6").id == before[rows[14][2]]


def test_a_task_that_moves_to_another_action_keeps_its_evidence(offices):
    bring_in()
    moved = task("3.5").id
    rows = [list(c) for c in ROWS]
    rows.insert(14, rows.pop(13))  # behind 4.1, so that it is 4.2
    bring_in(as_text(rows))
    assert task("4.2").id == moved
    assert importing.preview(receive(as_text(rows))).differences.is_empty


def test_swapped_tasks_and_back_are_the_same_plan(offices):
    bring_in()
    ids = {t.name: t.id for t in db.session.scalars(select(Task))}
    rows = [list(c) for c in ROWS]
    rows[10], rows[12] = rows[12], rows[10]
    bring_in(as_text(rows))
    bring_in()
    assert {t.name: t.id for t in db.session.scalars(select(Task))} == ids
    assert importing.raw_text(importing.plan_of(2024)).encode() == RAW


def test_actions_can_leave_and_come_back(offices):
    bring_in()
    received = bring_in(TEXT[: TEXT.rindex("\n\nESTRATEGIA")].encode())
    assert received.summary == "quitar 2 acciones y 3 tareas"
    assert db.session.scalar(select(func.count(Action.id))) == 7
    assert bring_in().summary == "crear 2 acciones y 3 tareas"


def test_a_task_with_records_cannot_be_removed(offices):
    bring_in()
    clerk = account()
    db.session.add(report(task("3.3"), clerk))
    db.session.commit()
    rows = [c for number, c in enumerate(ROWS, 1) if number != 12]
    received = receive(as_text(rows))
    with pytest.raises(Refused, match=r"La tarea 3\.3 no se puede quitar: tiene 1 registro"):
        importing.apply(received, CLERK)
    db.session.rollback()
    assert task("3.3").name == ROWS[11][2]
    assert db.session.scalar(select(func.count(ProgressReport.id))) == 1


def test_a_closed_plan_is_not_rewritten(offices, at):
    bring_in()
    now = at(2025, 1, 15, 12)
    db.session.execute(update(Plan).values(closed_at=now))
    db.session.commit()
    with pytest.raises(Refused, match="El plan 2024 ya cerró"):
        importing.apply(receive(as_text(edited(14, 8, "3"))), CLERK)


def test_the_plans_of_two_years_stand_side_by_side(offices):
    bring_in()
    bring_in(TEXT.replace("2024", "2025").encode())
    years = {plan.year: len(plan.actions) for plan in db.session.scalars(select(Plan))}
    assert years == {2024: 9, 2025: 9}
    assert importing.raw_text(importing.plan_of(2024)).encode() == RAW


def test_next_years_tasks_get_measures_by_the_words_of_their_indicators(offices):
    rows = [list(c) for c in ROWS]
    rows[7][6] = "Urnas virtuales sobre gestión pública creadas y funcionando"
    rows[8][6] = "Árboles sembrados en las laderas"
    bring_in(as_text(rows).replace(b"2024", b"2025"))
    suggested = {code: task(code, 2025).measure for code in ("1.1", "2.1", "7.1")}
    assert suggested == {
        "1.1": "ballots.working",
        "2.1": "plan.reported",
        "7.1": "listening.working",
    }


def test_a_chosen_measure_stays_when_the_file_comes_again(offices):
    bring_in(chosen={"7.1": "plan.reported"})
    assert task("7.1").measure == "plan.reported"
    bring_in()
    assert task("7.1").measure == "plan.reported"


def test_an_unknown_office_is_created_and_known_from_then_on(offices):
    content = as_text(edited(18, 3, "Oficina de Asuntos Lunares"))
    (problem,) = by_kind("unknown-office", importing.preview(receive(content)))
    assert problem.suggested == "create"
    bring_in()
    shown = importing.preview(receive(content))
    changes = {c.field: c.after for c in shown.changes}
    assert changes["Dependencias enlazadas"] == "Oficina de Asuntos Lunares (nueva)"
    assert shown.groups[0][0] == "Dependencias que no conocemos"
    bring_in(content)
    assert [office.name for office in task("7.1").offices] == ["Oficina de Asuntos Lunares"]
    assert importing.preview(receive(content)).differences.is_empty


def test_an_unknown_office_can_be_another_name_of_a_known_one(offices):
    content = as_text(edited(18, 3, "Oficina de Asuntos Lunares"))
    bring_in(content, decisions={"unknown-office:Oficina de Asuntos Lunares": "office:sec-salud"})
    assert [office.slug for office in task("7.1").offices] == ["sec-salud"]
    assert db.session.scalar(select(OfficeAlias).filter_by(name="Oficina de Asuntos Lunares"))
    shown = importing.preview(receive(content))
    assert shown.differences.is_empty
    assert by_kind("unknown-office", shown) == []


def test_an_office_with_a_slip_of_the_pen_is_offered_as_the_one_it_resembles(offices):
    content = as_text(edited(18, 3, "Secretaria de Comunicasiones"))
    (problem,) = by_kind("unknown-office", importing.preview(receive(content)))
    assert problem.suggested == "office:sec-comunicaciones"


def test_words_that_are_linked_to_nobody_stay_in_the_plan_and_the_decision_is_remembered(offices):
    words = "Dependencias y entidades"
    bring_in(decisions={f"group:{words}": "none"})
    assert [o.slug for o in task("5.1").offices] == ["dap", "sec-comunicaciones"]
    assert words in task("5.1").offices_written
    assert importing.preview(receive()).differences.is_empty


def test_a_second_name_can_be_decided_to_be_another_office(offices):
    words = "Secretaría de Infraestructura"
    bring_in(decisions={f"office-name:{words}": "create"})
    office = db.session.scalar(select(Office).filter_by(name=words))
    assert office in task("8.2").offices
    assert importing.preview(receive()).differences.is_empty


def test_a_city_without_offices_can_create_them_all_from_its_plan(app):
    bring_in()
    names = db.session.scalars(select(Office.name)).all()
    assert "Gobernación de Antioquia" in names
    assert importing.preview(receive()).differences.is_empty
    assert importing.raw_text(importing.plan_of(2024)).encode() == RAW


def test_a_broken_file_leaves_nothing_behind(offices):
    with pytest.raises(Refused, match="Fila 12: el mes «Enerro» no existe"):
        receive(as_text(edited(12, 4, "Enerro")))
    db.session.commit()
    assert db.session.scalar(select(func.count(PlanImport.id))) == 0
    assert db.session.scalar(select(func.count(Plan.id))) == 0


def test_a_file_is_confirmed_once(offices):
    received = bring_in()
    with pytest.raises(Refused, match="Este archivo ya se importó"):
        importing.apply(received, CLERK)


def test_a_plan_that_moved_under_the_preview_is_shown_again_first(offices):
    bring_in()
    received = receive(as_text(edited(14, 8, "3")))
    seen = importing.preview(received).differences.fingerprint
    task("1.1").name = "Otra convocatoria"
    db.session.commit()
    with pytest.raises(Refused, match="El plan cambió mientras usted lo revisaba"):
        importing.apply(received, CLERK, seen=seen)


def test_a_table_without_titles_gets_the_usual_one_and_later_keeps_what_there_is(offices):
    table = TEXT[TEXT.index("#\t") : TEXT.index("\n\nESTRATEGIA", 10)].encode()
    shown = importing.preview(receive(table, 2031))
    assert shown.draft.strategy == "ESTRATEGIA DE RENDICIÓN DE CUENTAS 2031"
    assert by_kind("no-title", shown)
    bring_in()
    shown = importing.preview(receive(table, 2024))
    assert shown.draft.strategy == SEED_PLAN["plan"]["strategy"]
    assert shown.differences.sentence == "quitar 2 acciones y 3 tareas"
