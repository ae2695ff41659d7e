"""The whole story of a demonstration, as `participa demo` seeds it."""

import hashlib
import re
from io import BytesIO
from itertools import pairwise

import pytest
from python_calamine import CalamineWorkbook

from participa.app import CHANNELS
from participa.ballots.models import BallotBox, BoxKind
from participa.core import audit
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.ops import audit_verify, demonstration
from participa.core.ops.demonstration import Mixed
from participa.core.tables import tables
from participa.pages import example
from participa.plan.models import ProgressReport
from participa.staff.models import Account
from tests.conftest import sign_in
from tests.story import AFTERNOON, tell_whole_story

pytestmark = pytest.mark.one_engine


@pytest.fixture
def story(demo, at):
    at(*AFTERNOON)
    tell_whole_story()


def today(client, word) -> str:
    """What the demo's account of this name finds under «Hoy»."""
    sign_in(client, db.session.query(Account).filter_by(email=example.email_of(word)).one())
    db.session.commit()
    return client.get("/gestion").text


@pytest.mark.slow
def test_the_home_page_shows_a_year_closed_and_one_under_way(story, client):
    page = client.get("/").text
    assert "El plan 2026, hoy" in page
    assert "10 cumplidas (1 de ellas fuera de término), 4 en curso y 1 vencida" in page
    assert "Cómo cerró el plan 2024" in page
    assert "13 cumplidas (1 de ellas fuera de término) y 2 vencidas" in page
    assert 'href="/plan?ano=2026&amp;estado=vencida">Vencidas</a>' in page
    decided = page.partition("Lo que la gente ya decidió")[2]
    assert decided.index("en 2026?") < decided.index("¿Aprueba el plan de mejora?")
    assert decided.index("¿Aprueba el plan") < decided.index("en 2024?")
    for outcome in ("Lo más escogido: Sí, con 8 de 10 papeletas.", "Entran a la agenda «"):
        assert outcome in decided
    assert "<b>Elegir los temas</b>" in page
    assert "<b>Votar</b>" in page
    assert "¿Abrir las bibliotecas los domingos? Hasta el" in page
    assert "?." not in page


@pytest.mark.slow
def test_the_number_of_answers_is_that_of_the_year_and_of_all_channels(story, client):
    before, now = ([row.answers(year) for row in CHANNELS if row.answers] for year in (2024, 2026))
    assert min(*before, *now) > 0
    page = client.get("/").text
    assert f"<dt>Respuestas en 2026</dt><dd>{sum(now)}</dd>" in page


@pytest.mark.slow
def test_the_closed_year_explains_itself(story, client):
    why = "El de Palmitas no abrió y al de Santa Elena no llegó nadie"
    task = client.get("/plan/tareas/7.1?ano=2024").text
    assert task.index(why) < task.index("Este plan cerró el")
    assert "Suma lo que contaba al cierre" in task
    assert "hoy cuenta" not in task
    assert why in client.get("/plan?ano=2024").text


@pytest.mark.slow
def test_the_demo_says_in_one_line_what_a_city_would_configure(story, client):
    page = today(client, "administrador")
    assert "En esta demostración no sale ningún correo" in page
    assert "PARTICIPA_" not in page


@pytest.mark.slow
def test_the_headings_of_live_results_skip_no_level(story, client):
    box = db.session.query(BallotBox).filter_by(kind=BoxKind.OPEN, closed_at=None).one()
    page = client.get(f"/urna/{box.uuid}/resultados").text
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert "Los totales" in page
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels


@pytest.mark.slow
def test_what_residents_did_counts_in_the_year_in_which_they_did_it(story, client):
    for year in (2024, 2026):
        calls = client.get(f"/plan/tareas/2.1?ano={year}").text
        boxes = client.get(f"/plan/tareas/4.1?ano={year}").text
        assert "Cumplida" in calls
        assert "Cumplida" in boxes
        assert "Es un ejemplo" not in calls + boxes


@pytest.mark.slow
def test_the_trail_is_sound_and_in_the_order_of_time(story):
    assert audit_verify.chain().is_sound
    entries = db.session.query(AuditEntry).order_by(AuditEntry.number).all()
    assert entries[0].action == demonstration.BEGUN
    moments = [entry.at for entry in entries]
    assert moments == sorted(moments)


@pytest.mark.slow
def test_a_second_start_adds_nothing(story):
    before = db.session.query(AuditEntry).count(), db.session.query(ProgressReport).count()
    example.seed()
    db.session.commit()
    assert (
        db.session.query(AuditEntry).count(),
        db.session.query(ProgressReport).count(),
    ) == before


@pytest.mark.slow
def test_the_staff_find_work_that_waits(story, staff):
    page = staff("EDITOR").get("/gestion").text
    assert "Escuchaderos que también abren el sábado" in page
    assert "2 temas propuestos" in page
    assert "En término" in page
    assert "No hay nada abierto" not in page


@pytest.mark.slow
def test_the_responsable_finds_the_work_of_her_office(story, client):
    page = today(client, "responsable")
    assert "¿De qué temas debe rendir cuentas la ciudad?" in page, "what is open"
    assert "En término" in page, "the question that waits"
    assert "Escuchaderos con letrero en braille" in page, "her report that came back"
    assert "Escuchaderos que también abren el sábado" not in page, "her report that others review"


@pytest.mark.slow
def test_who_only_reads_is_not_asked_to_review_or_answer(story, client):
    page = today(client, "lectura")
    assert "Preguntas sin responder" in page
    assert "Por responder" not in page
    assert "Por revisar" not in page


@pytest.mark.slow
@pytest.mark.parametrize("year", [2024, 2026])
def test_every_file_says_that_it_is_an_example(story, client, year):
    for kind in ("csv", "json"):
        for path in ("plan", "plan/acciones/2", "plan/tareas/2.1"):
            assert "jemplo" in client.get(f"/{path}.{kind}?ano={year}").text.partition("\n")[0]
    for path in (f"plan.xlsx?ano={year}", f"plan/{year}/informe.xlsx"):
        with client.get(f"/{path}") as answer:
            book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
        cells = str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
        assert tables.EXAMPLE_NOTE in cells
    document = client.get(f"/plan.json?ano={year}")
    digest = hashlib.sha256(document.data).hexdigest()
    assert year != 2024 or digest in client.get("/plan?ano=2024").text


@pytest.mark.slow
@pytest.mark.parametrize(
    "day", [(2025, 1, 1, 8), (2026, 1, 1, 8), (2026, 1, 9, 8), (2026, 12, 31, 23), (2028, 2, 29, 9)]
)
def test_a_demonstration_is_begun_on_any_day_and_has_something_open(demo, at, client, day):
    at(*day)
    tell_whole_story()
    assert "Feria de la rendición de cuentas" in client.get("/").text
    assert "En curso" in client.get("/eventos").text
    assert client.get("/plan").status_code == 200


def test_no_other_installation_gets_an_example(app):
    with pytest.raises(Mixed, match="Los ejemplos solo existen en una demostración"):
        example.seed()
    assert db.session.query(Account).count() == 0


def test_a_city_that_is_at_work_is_not_filled_with_examples(demo):
    audit.record("staff.account_created", "Account:1", by="ana")
    db.session.commit()
    with pytest.raises(Mixed, match="no es de una demostración"):
        example.seed()
