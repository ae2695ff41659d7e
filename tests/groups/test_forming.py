"""When a group is formed: a rule in Python, without the database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participa.groups import forming
from participa.groups.models import GroupKind, GroupMember, MeetingGroup, MemberKind

pytestmark = pytest.mark.one_engine

BEGUN = datetime(2024, 3, 4, 14, tzinfo=UTC)
# Days after the call at which something happened; None for never.
DAYS = st.one_of(st.none(), st.integers(0, 40))


def day(number: int | None) -> datetime | None:
    return None if number is None else BEGUN + timedelta(days=number)


def group(called: int | None = 0, act: int | None = 20) -> MeetingGroup:
    return MeetingGroup(
        kind=GroupKind.NODE, name="Nodo", called_at=day(called), act_filed_at=day(act)
    )


def member(name="Uno", added=0, accepted=None, declined=None, withdrawn=None) -> GroupMember:
    return GroupMember(
        kind=MemberKind.EXTERNAL,
        name=name,
        position="",
        added_at=day(added),
        accepted_at=day(accepted),
        declined_at=day(declined),
        withdrawn_at=day(withdrawn),
    )


TWO = [member("Uno", accepted=3), member("Dos", accepted=5)]


def test_a_call_two_members_who_accepted_and_an_act_form_a_group():
    assert forming.missing(group(), TWO) == []
    assert forming.is_formed(group(), TWO)


@pytest.mark.parametrize(
    ("made", "members", "lacks"),
    [
        (group(called=None, act=None), [], "Falta publicar la convocatoria; faltan integrantes"),
        (group(act=None), TWO, "Falta el acta de conformación."),
        (group(), TWO[:1], "Faltan integrantes: hay 1 y se necesitan al menos 2."),
        (group(), [*TWO, member("Tres")], "Falta 1 integrante por aceptar: Tres."),
        (
            group(),
            [member("Uno"), member("Dos")],
            "Faltan 2 integrantes por aceptar: Uno y Dos.",
        ),
        (
            group(),
            [member(str(number)) for number in range(5)],
            "Faltan 5 integrantes por aceptar: 0, 1, 2 y 2 más.",
        ),
    ],
    ids=["draft", "no act", "one alone", "one silent", "two silent", "many silent"],
)
def test_what_a_group_lacks_is_named(made, members, lacks):
    assert forming.sentence(forming.missing(made, members)).startswith(lacks)


@pytest.mark.parametrize(
    "other",
    [
        member("Tres", declined=6),
        member("Tres", withdrawn=6),
        member("Tres", added=25),
        member("Tres", added=25, withdrawn=30),
    ],
    ids=["declined", "withdrawn before the act", "came after the act", "came and left after it"],
)
def test_who_is_not_of_the_act_does_not_undo_it(other):
    assert forming.missing(group(), [*TWO, other]) == []
    assert forming.signers(group(), [*TWO, other]) == TWO


def test_who_signed_and_left_afterwards_has_signed():
    left = member("Dos", accepted=5, withdrawn=30)
    assert forming.is_formed(group(), [TWO[0], left])
    assert forming.signers(group(), [TWO[0], left]) == [TWO[0], left]


def test_who_left_before_the_act_is_not_of_it():
    left = member("Dos", accepted=5, withdrawn=10)
    assert not forming.is_formed(group(), [TWO[0], left])


def test_a_person_who_has_not_accepted_is_named_by_the_position_alone():
    person = member("Ana Pérez")
    person.kind, person.position = MemberKind.PERSON, "Vocera"
    lacks = forming.sentence(forming.missing(group(), [*TWO, person]))
    assert lacks == "Falta 1 integrante por aceptar: Vocera."


MEMBERS = st.lists(
    st.builds(member, st.just("Uno"), st.integers(0, 40), DAYS, DAYS, DAYS), max_size=6
)


@given(called=DAYS, act=DAYS, members=MEMBERS)
def test_a_formed_group_has_all_that_it_needs_and_no_other_is_formed(called, act, members):
    made = group(called, act)
    signers = forming.signers(made, members)
    has_all = (
        made.is_public
        and made.has_act
        and len(signers) >= forming.LEAST
        and signers == forming.members_of_act(made, members)
    )
    assert forming.is_formed(made, members) == has_all
    assert all(one.accepted_at for one in signers)
