"""`participa import-plan` in the terminal."""

import pytest
from sqlalchemy import func, select

from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.plan.cli import import_plan
from participa.plan.models import Plan, PlanImport, Task
from participa.staff import service as staff_service
from tests.plan.files import RAW, TEXT, as_text, edited

pytestmark = pytest.mark.one_engine


@pytest.fixture
def run(app, tmp_path):
    """Run the command on a file with this content."""
    staff_service.seed_offices()
    db.session.commit()

    def run(content: bytes, *options: str, answer: str = ""):
        file = tmp_path / "plan.txt"
        file.write_bytes(content)
        done = app.test_cli_runner().invoke(import_plan, [str(file), *options], input=answer)
        db.session.rollback()
        return done

    return run


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def test_yes_imports_the_plan_without_asking(run):
    done = run(RAW, "--yes")
    assert done.exit_code == 0
    assert "Listo. Plan 2024: crear 9 acciones y 15 tareas." in done.output
    assert count(Task) == 15
    entry = db.session.scalar(select(AuditEntry).filter_by(action="plan.imported"))
    assert entry.actor == "participa import-plan"


@pytest.mark.parametrize("answer", ["s", "Sí", "y"])
def test_the_terminal_shows_the_same_preview_and_asks(run, answer):
    done = run(RAW, answer=f"{answer}\n")
    assert "¿Confirmar: crear 9 acciones y 15 tareas?" in done.output
    assert "3.4 Digitalización QR de formatos (según su aplicación)." in done.output
    assert "Por decidir (19)" in done.output
    assert "La acción empieza en minúscula" in done.output
    assert "Se cuenta: Formularios de temas publicados" in done.output
    assert "formats.with_qr" not in done.output
    assert count(Task) == 15


@pytest.mark.parametrize("answer", ["n", "", "quizás"])
def test_no_changes_nothing(run, answer):
    done = run(RAW, answer=f"{answer}\n")
    assert done.exit_code == 0
    assert "No se cambió nada." in done.output
    assert count(Plan) == count(PlanImport) == 0


def test_the_same_file_again_says_that_there_is_nothing_to_change(run):
    run(RAW, "--yes")
    done = run(RAW, "--yes")
    assert done.exit_code == 0
    assert "El plan 2024 ya dice lo mismo. No hay nada que cambiar." in done.output
    assert count(PlanImport) == 1


def test_an_edited_file_shows_before_and_after(run):
    run(RAW, "--yes")
    done = run(as_text(edited(14, 8, "3")), "--yes")
    assert "3.5 · Meta: «2» → «3»" in done.output
    assert "cambiar 1 tarea" in done.output


def test_a_broken_file_ends_with_1_and_says_which_row(run):
    done = run(as_text(edited(12, 4, "Enerro")), "--yes")
    assert done.exit_code == 1
    assert "Fila 12: el mes «Enerro» no existe." in done.output
    assert count(Plan) == 0


def test_the_year_can_be_given(run):
    assert run(TEXT.replace(" 2024", "").encode(), "--yes").exit_code == 1
    assert run(TEXT.replace(" 2024", "").encode(), "--yes", "--year", "2027").exit_code == 0
    assert db.session.scalars(select(Plan.year)).all() == [2027]
