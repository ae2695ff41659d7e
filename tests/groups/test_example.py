"""The groups in the story of a demonstration."""

import pytest

from participa.channels.example import play
from participa.core import clock
from participa.core.db import db
from participa.groups import example, forming
from participa.groups.models import MeetingGroup, MemberState
from participa.plan import measures
from participa.plan.models import Plan, Task
from participa.staff import service as offices
from tests.plan.builders import account, plan, task
from tests.worlds import remembered

pytestmark = pytest.mark.one_engine
POSITIONS = {"1.1": (1, 1), "3.5": (3, 5), "8.1": (8, 1), "8.2": (8, 2), "9.1": (9, 1)}


def plan_of(year: int) -> Plan:
    """A plan that has the tasks of the groups under their codes."""
    made = plan(year=year)
    by_action: dict[int, list[Task]] = {}
    for number, position in POSITIONS.values():
        by_action.setdefault(number, []).append(task(position, measure="groups.formed"))
    made.actions = [
        type(made.actions[0])(number=number, name=f"Acción {number}", tasks=tasks)
        for number, tasks in by_action.items()
    ]
    return made


@remembered
def tell() -> None:
    by = account()
    db.session.add_all([plan_of(2024), plan_of(2026), by])
    offices.seed_offices()
    play(example.strands(by, by))
    db.session.commit()


@pytest.fixture
def november(demo, at) -> None:
    at(2026, 11, 29, 14)
    tell()


def values(app, year: int) -> dict[str, measures.Indicator]:
    tasks = [one for one in db.session.query(Task) if one.year == year]
    with app.test_request_context():
        found = measures.indicators(tasks)
    return {one.code: found[one.id] for one in tasks}


def test_in_2024_the_team_the_nodes_and_the_table_are_formed_within_their_months(demo, november):
    found = values(demo, 2024)
    months = {"1.1": 3, "8.1": 12, "8.2": 12, "9.1": 12}
    for code, last in months.items():
        assert found[code].is_met, code
        assert (found[code].met_on.year, found[code].met_on.month <= last) == (2024, True)


def test_this_year_the_team_is_formed_and_a_node_waits_for_one_member(demo, november):
    found = values(demo, 2026)
    assert found["1.1"].is_met
    [waiting] = found["8.1"].evidence
    assert waiting.reason == (
        "Falta 1 integrante por aceptar: Gobernación de Antioquia; falta el acta de conformación."
    )
    assert not found["8.2"].evidence


def test_every_group_says_that_it_is_an_example_and_only_those_formed_have_an_act(november):
    for group in db.session.query(MeetingGroup):
        assert group.is_example
        assert forming.is_formed(group, group.members) == group.has_act
        states = {member.state for member in group.members}
        assert states == {MemberState.ACCEPTED} or not group.has_act


def test_the_pages_of_the_story_can_be_read(november, client):
    for group in db.session.query(MeetingGroup):
        page = client.get(f"/instancias/{group.code}").text
        assert "Esta instancia es de muestra" in page


@pytest.mark.parametrize(
    "moment", [(2024, 3, 1, 14), (2025, 1, 3, 14), (2026, 1, 1, 6), (2026, 2, 10, 14)]
)
def test_nothing_of_it_happens_after_today(demo, at, moment):
    now = at(*moment)
    tell()
    for group in db.session.query(MeetingGroup):
        assert group.called_at <= now
        assert group.founded_on is None or group.founded_on <= clock.today()
        assert group.called_at.year in {2024, clock.today().year}
