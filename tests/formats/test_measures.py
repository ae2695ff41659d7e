"""How the plan counts formats: each reason, and who leaves the denominator."""

from datetime import UTC, date, datetime

import pytest

from participa.core import links
from participa.core.db import db
from participa.formats import service
from participa.formats.models import FormatUse, VersionState
from participa.plan import measures
from participa.plan.models import Unit
from tests.formats.builders import (
    BLOCKS,
    NOT_NEEDED,
    REFERENCE,
    in_force,
    official,
    on_paper,
    twin,
    version,
)
from tests.plan.builders import plan, task

APPROVED, OBSOLETE = VersionState.APPROVED, VersionState.OBSOLETE
IN_2024, IN_2025, IN_2026 = (datetime(year, 5, 2, 15, tzinfo=UTC) for year in (2024, 2025, 2026))


@pytest.fixture
def task_for(make):
    def task_for(measure: str, unit: Unit = Unit.PERCENT, year: int = 2024):
        made = make(plan(task(1, measure=measure, unit=unit), year=year))
        return made.actions[0].tasks[0]

    return task_for


def indicator(app, of):
    with app.test_request_context():
        return measures.indicators([of])[of.id]


def reason(app, of) -> str:
    """The reason of the only evidence; "" when it counts."""
    [proof] = indicator(app, of).evidence
    assert proof.fulfilled is (not proof.reason)
    return proof.reason


def current(**columns):
    return version(state=APPROVED, approved_at=IN_2024, **columns)


# ---- with variables: task 3.1


@pytest.fixture
def variables(task_for):
    return task_for("formats.with_variables")


def test_a_digital_form_with_the_three_families_counts(app, make, variables):
    make(in_force(tasks=[variables], versions=[current()], twins=[twin(published_at=IN_2024)]))
    found = indicator(app, variables)
    assert (found.value, found.is_met) == (100, True)
    assert found.evidence[0].url == f"/formatos/{REFERENCE}"
    assert found.evidence[0].on == date(2024, 5, 2)


def test_a_paper_format_counts_when_its_reviewer_found_all_families(app, make, variables):
    make(in_force(tasks=[variables], versions=[on_paper(approved_at=IN_2024)]))
    assert reason(app, variables) == ""


@pytest.mark.parametrize("lacking", BLOCKS)
def test_a_family_that_the_file_lacks_is_named(app, make, variables, lacking):
    blocks = [name for name in BLOCKS if name != lacking]
    make(
        in_force(
            tasks=[variables], versions=[on_paper(approved_at=IN_2024, declared_blocks=blocks)]
        )
    )
    words = {"POPULATION": "poblacionales", "DIFFERENTIAL": "diferenciales"}
    assert reason(app, variables) == (
        f"Al archivo de la versión 1 le faltan variables {words.get(lacking, 'territoriales')}."
    )


def test_a_form_that_asks_too_little_says_what_is_missing(app, make, variables):
    short = twin(variables=["territorio"], published_at=IN_2024)
    make(in_force(tasks=[variables], versions=[current()], twins=[short]))
    assert "le faltan variables poblacionales y diferenciales." in reason(app, variables)


def test_a_form_that_nobody_can_open_yet_does_not_count(app, make, variables):
    make(in_force(tasks=[variables], versions=[current()], twins=[twin(published_at=None)]))
    assert reason(app, variables).startswith("La versión en vigor no tiene archivo")


def test_a_format_that_needs_no_variables_leaves_the_denominator(app, make, variables):
    make(in_force(tasks=[variables], **NOT_NEEDED))
    found = indicator(app, variables)
    assert (found.evidence, found.value) == ((), None)


@pytest.mark.parametrize("versions", [[], [version(state=VersionState.IN_REVIEW)]])
def test_a_format_without_an_approved_version_stays_in_the_denominator(
    app, make, variables, versions
):
    made = [version(number=one.number, state=one.state) for one in versions]
    make(official(tasks=[variables], versions=made))
    assert reason(app, variables) == "Todavía no tiene una versión aprobada."


def test_a_later_version_does_not_change_what_an_earlier_year_had(app, make, variables):
    old = on_paper(state=OBSOLETE, approved_at=IN_2024, obsolete_at=IN_2026)
    new = version("2", state=APPROVED, approved_at=IN_2026)
    make(in_force(tasks=[variables], versions=[old, new]))
    assert reason(app, variables) == ""


def test_a_format_that_was_given_up_leaves_the_plans_of_later_years(app, make, task_for):
    ended = version(state=OBSOLETE, approved_at=IN_2024, obsolete_at=IN_2025)
    before, after = (task_for("formats.updated", year=year) for year in (2024, 2026))
    make(in_force(tasks=[before, after], versions=[ended]))
    assert reason(app, before) == ""
    assert indicator(app, after).evidence == ()


def test_ticks_without_a_file_say_nothing(app, make, variables):
    make(in_force(tasks=[variables], versions=[current(declared_blocks=BLOCKS)]))
    assert reason(app, variables) == (
        "La versión en vigor no tiene archivo ni formulario digital. "
        "Le faltan variables poblacionales, diferenciales y territoriales."
    )


def test_what_a_digital_form_asks_wins_over_what_a_reviewer_ticked(app, make, variables):
    short = twin(variables=["territorio"], published_at=IN_2024)
    make(in_force(tasks=[variables], versions=[on_paper(approved_at=IN_2024)], twins=[short]))
    assert "le faltan variables poblacionales y diferenciales." in reason(app, variables)


@pytest.mark.parametrize("measure", ["with_variables", "updated", "in_use"])
def test_a_version_whose_first_day_has_not_come_does_not_count(app, make, task_for, measure):
    unit = Unit.COUNT if measure == "in_use" else Unit.PERCENT
    of = task_for(f"formats.{measure}", unit)
    coming = on_paper(approved_at=IN_2024, valid_from_on=date(2099, 12, 31))
    made = make(in_force(tasks=[of], versions=[coming], uses=[used(date(2024, 6, 3))]))
    assert made.current is None
    assert reason(app, of) == (
        "Rige desde el 31 de diciembre de 2099: la versión 1 todavía no cuenta."
    )


# ---- updated: task 3.2


@pytest.fixture
def update(task_for):
    return task_for("formats.updated")


def test_a_version_of_the_year_with_its_reference_counts(app, make, update):
    make(in_force(tasks=[update], versions=[current()]))
    assert reason(app, update) == ""


def test_without_its_isolucion_reference_it_does_not_count(app, make, update):
    make(in_force(tasks=[update], versions=[current(isolucion="")]))
    assert reason(app, update) == "La versión aprobada no tiene referencia de Isolución."


def test_a_version_of_another_year_does_not_update_this_one(app, make, task_for):
    of_2026 = task_for("formats.updated", year=2026)
    make(in_force(tasks=[of_2026], versions=[current()]))
    assert reason(app, of_2026) == "Su versión 1 es de 2024: no se actualizó en 2026."


# ---- with QR: task 3.4


@pytest.fixture
def qr(task_for):
    return task_for("formats.with_qr")


def with_twin(task, path="/temas/7K3F2QXM?canal=qr", **columns):
    facts = {"applies_qr": True, "twins": [twin(published_at=IN_2024)]} | columns
    if path:
        links.register("7K3F2QXM", path)
    return in_force(tasks=[task], versions=[current()], **facts)


def test_a_qr_that_opens_the_digital_form_counts(app, make, qr):
    make(with_twin(qr))
    assert reason(app, qr) == ""


@pytest.mark.parametrize("path", ["", "/temas/OTRA2345?canal=qr"], ids=["no link", "elsewhere"])
def test_a_qr_that_does_not_lead_to_the_form_does_not_count(app, make, qr, path):
    make(with_twin(qr, path=path))
    assert reason(app, qr) == "El código QR de su formulario digital no abre ninguna página."


def test_a_form_that_is_of_this_format_no_more_does_not_count(app, make, qr):
    make(with_twin(qr, twins=[twin(published_at=IN_2024, ended_at=IN_2024)]))
    assert reason(app, qr) == "Todavía no tiene un formulario digital publicado."


def test_what_does_not_apply_leaves_the_denominator(app, make, qr):
    make(with_twin(qr, applies_qr=False, applies_qr_reason="La firman dos personas."))
    assert indicator(app, qr).value is None


def test_what_nobody_decided_stays_in_the_denominator(app, make, qr):
    make(with_twin(qr, applies_qr=None))
    assert reason(app, qr) == "Falta decidir si le aplica el código QR."


# ---- in use: task 6.1


@pytest.fixture
def use(task_for):
    return task_for("formats.in_use", Unit.COUNT)


def used(on: date) -> FormatUse:
    return FormatUse(source="events", record_id=1, title="Audiencia", path="/eventos/1", used_on=on)


def test_a_planning_format_counts_once_an_event_used_it(app, make, use):
    made = make(in_force(tasks=[use], versions=[current()]))
    assert reason(app, use) == "Ningún evento lo ha usado todavía."
    made.uses.append(used(date(2024, 6, 3)))
    db.session.commit()
    found = indicator(app, use)
    assert (found.value, found.evidence[0].on) == (1, date(2024, 6, 3))


def test_an_event_before_the_year_of_the_plan_is_no_use_in_it(app, make, task_for):
    of_2026 = task_for("formats.in_use", Unit.COUNT, year=2026)
    make(in_force(tasks=[of_2026], versions=[current()], uses=[used(date(2024, 6, 3))]))
    assert reason(app, of_2026) == "Ningún evento lo ha usado todavía."


def test_a_use_of_a_later_year_is_none_in_an_earlier_plan(app, make, use):
    make(in_force(tasks=[use], versions=[current()], uses=[used(date(2025, 1, 20))]))
    assert reason(app, use) == "Ningún evento lo ha usado todavía."


def test_a_use_that_is_removed_counts_no_more(app, make, use):
    made = make(in_force(tasks=[use], versions=[current()], uses=[used(date(2024, 6, 3))]))
    assert reason(app, use) == ""
    service.remove_use(made, "events", 1)
    db.session.commit()
    assert reason(app, use) == "Ningún evento lo ha usado todavía."


def test_an_example_counts_in_a_demonstration_alone(app, make, update):
    make(in_force(tasks=[update], versions=[current()], is_example=True))
    assert reason(app, update) == "Es un ejemplo."


def test_an_example_counts_in_a_demonstration(demo, make, update):
    make(in_force(tasks=[update], versions=[current()], is_example=True))
    assert reason(demo, update) == ""
