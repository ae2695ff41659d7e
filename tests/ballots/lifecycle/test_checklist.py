"""The walk of a box: what is done, what comes next, and for whom."""

from datetime import timedelta

import pytest

from participa.ballots.lifecycle import checklist, opening, two_person
from participa.ballots.models import Act, BoxKind
from participa.core.db import db
from participa.staff.models import Role
from tests.ballots import city
from tests.conftest import store_account

pytestmark = pytest.mark.one_engine

WALKS = {
    BoxKind.OPEN: ["Datos", "Preguntas", "Abrir", "Cerrar", "Papel", "Contar", "Resultado"],
    BoxKind.CODES: [
        "Datos",
        "Preguntas",
        "Tarjetas",
        "Abrir",
        "Cerrar",
        "Papel",
        "Contar",
        "Resultado",
    ],
    BoxKind.VERIFIABLE: [
        "Datos",
        "Preguntas",
        "Padrón",
        "Custodios",
        "Abrir",
        "Cerrar",
        "Papel",
        "Contar",
        "Abrir el total",
        "Resultado",
    ],
}
PREPARING = {"Datos", "Preguntas", "Tarjetas", "Padrón", "Custodios"}


def current(made) -> str:
    found = checklist.current(checklist.steps_of(made.box))
    return found.name if found else ""


@pytest.mark.parametrize("kind", list(BoxKind), ids=lambda kind: kind.name)
def test_a_box_walks_from_its_facts_to_its_result(app, kind):
    made = city.draft(kind)
    assert [step.name for step in checklist.steps_of(made.box)] == WALKS[kind]
    walked = [current(made)]
    opening.open_box(made.box, city.officials()[0])
    walked.append(current(made))
    made.box.minimum_ballots = 0
    city.close(made)
    walked.append(current(made))
    city.count_paper(made)
    walked.append(current(made))
    city.count(made)
    walked.append(current(made))
    end = "Abrir el total" if kind is BoxKind.VERIFIABLE else ""
    assert walked == ["Abrir", "Cerrar", "Papel", "Contar", end]


@pytest.mark.parametrize(
    ("kind", "facts", "step"),
    [
        (BoxKind.OPEN, {"used_by": ""}, "Datos"),
        (BoxKind.OPEN, {"closes_at": None}, "Datos"),
        (BoxKind.CODES, {"expected_ballots": 9}, "Datos"),
        (BoxKind.VERIFIABLE, {"registrar": ""}, "Datos"),
        (BoxKind.CODES, {"voters": 9}, "Tarjetas"),
        (BoxKind.VERIFIABLE, {"voters": 9}, "Padrón"),
        (BoxKind.VERIFIABLE, {"keys": 1}, "Custodios"),
    ],
)
def test_the_step_that_lacks_something_is_the_one_that_comes_next(app, kind, facts, step):
    made = city.draft(kind, **facts)
    assert current(made) == step
    [lacking] = opening.missing_requirements(made.box)
    assert lacking in checklist.current(checklist.steps_of(made.box)).sentence


@pytest.mark.parametrize("kind", list(BoxKind), ids=lambda kind: kind.name)
def test_when_every_preparation_is_done_nothing_is_lacking(app, kind):
    made = city.draft(kind)
    done = {step.name for step in checklist.steps_of(made.box) if step.is_done}
    assert done == PREPARING & set(WALKS[kind])
    assert opening.missing_requirements(made.box) == []


def test_who_asked_waits_and_the_others_are_asked_to_confirm(app):
    made = city.draft(BoxKind.CODES)
    one, other = city.officials()
    reader = store_account(Role.READER)
    two_person.request(made.box, Act.OPEN, one)
    db.session.commit()
    assert checklist.next_of(made.box, None, one).button == "Ver la petición"
    assert checklist.next_of(made.box, None, other).button == "Revisar y confirmar la apertura"
    assert checklist.next_of(made.box, None, reader).endpoint == ""


def test_while_people_vote_the_hall_comes_first_and_then_the_closing(app, at):
    now = at(2026, 11, 10, 15)
    made = city.opened(BoxKind.CODES, closes_at=now + timedelta(hours=3))
    one, _ = city.officials()
    assert checklist.next_of(made.box, None, one).endpoint == "sharing.present"
    at(2026, 11, 10, 18)
    assert checklist.next_of(made.box, None, one).button == "Pedir el cierre"


def test_who_only_reads_finds_the_doors_that_open(app):
    reader = store_account(Role.READER)
    made = city.draft(BoxKind.VERIFIABLE)
    found = {step.name: step.endpoint for step in checklist.visible_steps(made.box, reader)}
    assert (found["Datos"], found["Abrir"]) == ("", "")
    assert found["Custodios"] == "ballots_trustees.index"
