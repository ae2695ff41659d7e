"""What has to be there before a box opens, and what stands still from then on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from participa.ballots import archive_store
from participa.ballots.lifecycle import labels, opening
from participa.ballots.models import BoxKind, BoxState
from participa.belenios import election
from participa.channels.lifecycle import NotReady
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.installation import installation
from tests.ballots import city


@pytest.fixture
def editor(app):
    return city.officials()[0]


COMMON = {
    "no end": ({"closes_at": None}, "la fecha de cierre"),
    "nobody who uses it": ({"used_by": ""}, "decir quién usará el resultado y para qué"),
}


@pytest.mark.parametrize(("facts", "missing"), COMMON.values(), ids=COMMON)
@pytest.mark.parametrize("kind", BoxKind, ids=lambda kind: kind.value)
def test_what_every_box_needs(editor, kind, facts, missing):
    assert opening.missing_requirements(city.draft(kind).box) == []
    made = city.draft(kind, uuid="z" * 14, **facts)
    assert opening.missing_requirements(made.box) == [missing]
    with pytest.raises(NotReady, match="Para abrir falta"):
        opening.open_box(made.box, editor)


def test_a_box_needs_a_question_and_a_task_of_the_plan(editor):
    made = city.draft(BoxKind.OPEN)
    made.box.questions.clear()
    made.box.tasks.clear()
    assert opening.missing_requirements(made.box) == [
        "al menos una pregunta",
        "la tarea del plan que cumple",
    ]


def test_an_end_that_has_passed_is_no_end(editor, at):
    now = at(2024, 9, 3, 14)
    made = city.draft(BoxKind.OPEN, closes_at=now + timedelta(hours=1))
    at(2024, 9, 3, 15)
    assert opening.missing_requirements(made.box) == ["un cierre que no haya pasado"]


def test_few_ballots_would_tell_what_each_one_chose(editor, app, monkeypatch):
    made = city.draft(BoxKind.CODES, expected_ballots=9)
    [missing] = opening.missing_requirements(made.box)
    assert missing.startswith("esperar al menos 10 votos")
    fewer = replace(installation(app).settings, minimum_ballots=9)
    monkeypatch.setattr(installation(app), "settings", fewer)
    assert opening.missing_requirements(made.box) == []


@pytest.mark.parametrize(
    ("kind", "word"),
    [(BoxKind.CODES, "tarjetas"), (BoxKind.VERIFIABLE, "credenciales en el padrón")],
    ids=["cards", "a roll"],
)
def test_there_are_as_many_codes_as_ballots_are_expected(editor, kind, word):
    made = city.draft(kind, expected_ballots=12)
    assert opening.missing_requirements(made.box) == [f"al menos 12 {word} (hay 10)"]


def test_a_verifiable_box_needs_two_keepers_and_a_registrar(editor):
    made = city.draft(BoxKind.VERIFIABLE, keys=1, registrar="")
    assert opening.missing_requirements(made.box) == [
        "quién hizo los códigos (el registrador)",
        "al menos 2 custodios de la llave",
    ]


def test_the_archive_begins_with_what_is_asked_under_which_key_for_which_roll(editor):
    made = city.opened(BoxKind.VERIFIABLE, city.YES_NO, city.SCALE, minimum=10)
    found = made.verify()
    assert found.last_event == "Setup"
    assert found.election.name == made.box.title
    assert found.election.description == labels.description(made.box)
    assert found.election.credential_authority == "Personería"
    assert list(found.election.questions) == [one.asked for one in made.box.questions]
    assert found.roll == {holder.public for holder in made.holders}
    assert [keeper.name for keeper in found.trustees] == ["Custodia 1", "Custodia 2"]
    head = archive_store.head_of(made.box)
    entry = db.session.query(AuditEntry).filter_by(action="ballots.opened").one()
    assert entry.details == {"head": head.digest}


def test_the_file_tells_the_day_of_the_opening_and_not_its_hour(editor, at):
    at(2024, 9, 4, 3, 17)  # still the third of September in Medellín
    made = city.opened(BoxKind.CODES)
    assert made.verify().timestamp == clock.at_city(clock.today()).timestamp()
    assert clock.today().day == 3


def test_a_box_opens_at_its_hour_or_at_once(editor, at):
    now = at(2024, 9, 3, 14, 0, 30)
    assert city.opened(BoxKind.OPEN).box.opens_at == now.replace(second=0)
    later = city.opened(BoxKind.OPEN, uuid="z" * 14, opens_at=now + timedelta(hours=1))
    assert later.box.state is BoxState.SCHEDULED
    assert later.definition.state is BoxState.SCHEDULED
    at(2024, 9, 3, 15, 0, 30)
    assert later.box.state is BoxState.OPEN


def test_a_box_opens_once(editor):
    made = city.opened(BoxKind.CODES)
    with pytest.raises(NotReady, match="ya abrió"):
        opening.open_box(made.box, editor)
    assert len(made.box.trustees) == 1


def test_the_words_of_the_rules_are_bound_to_every_ballot(editor):
    told = {
        kind: city.opened(
            kind, uuid=letter * 14, minimum=10, takes_last=kind is BoxKind.VERIFIABLE
        ).box
        for kind, letter in ((BoxKind.CODES, "a"), (BoxKind.VERIFIABLE, "b"))
    }
    codes, verifiable = (labels.description(told[kind]) for kind in told)
    for description in (codes, verifiable):
        assert "no es una elección ni es vinculante" in description  # ELE-01
        assert "El resultado lo usará la Secretaría de Planeación." in description
    assert "Vale un solo voto por código." in codes
    assert "no ante quien opera el servidor" in codes
    assert "cuenta la última" in verifiable
    assert "se necesitan todos" in verifiable
    for box in told.values():
        record = election.read(
            archive_store.records(archive_store.first_event(box, archive_store.SETUP).body)[0]
        )
        assert record.description == labels.description(box)
