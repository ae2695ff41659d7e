"""The linter of variables, block by block: pure, so every form of questions is tried."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participa.citizens.variables import VARIABLES
from participa.formats import lint
from participa.formats.lint import MEMBERS, Family

IN_A_FAMILY = tuple(id for members in MEMBERS.values() for id in members)
OUTSIDE = sorted(set(VARIABLES) - set(IN_A_FAMILY))
ASKED = st.sets(st.sampled_from([*IN_A_FAMILY, *OUTSIDE, "desconocida"]))
over_families = pytest.mark.parametrize("family", Family, ids=lambda family: family.name.lower())


def test_each_variable_that_describes_a_person_is_in_one_family():
    assert len(IN_A_FAMILY) == len(set(IN_A_FAMILY))
    assert set(IN_A_FAMILY) <= set(VARIABLES)
    assert [id for id in OUTSIDE if not VARIABLES[id].serves_the_event] == []


@given(asked=ASKED)
def test_a_family_is_present_or_missing_and_never_both(asked):
    present, missing = lint.present(asked), lint.missing(asked)
    assert sorted([*present, *missing], key=list(Family).index) == list(Family)


@over_families
@given(asked=ASKED, data=st.data())
def test_one_variable_of_a_family_satisfies_it(family, asked, data):
    one = data.draw(st.sampled_from(MEMBERS[family]))
    assert family not in lint.missing({*asked, one})


@over_families
@given(asked=ASKED)
def test_without_its_variables_a_family_is_missing_by_name(family, asked):
    others = asked - set(MEMBERS[family])
    assert family in lint.missing(others)
    assert family.value in lint.verdict(others)


@given(asked=ASKED, more=ASKED)
def test_asking_more_never_loses_a_family(asked, more):
    assert set(lint.missing(asked | more)) <= set(lint.missing(asked))


@given(asked=ASKED)
def test_the_advice_names_variables_that_would_satisfy_each_missing_family(asked):
    sentences = lint.advice(asked)
    assert len(sentences) == len(lint.missing(asked))
    for family, sentence in zip(lint.missing(asked), sentences, strict=True):
        assert VARIABLES[MEMBERS[family][0]].label in sentence
        assert not set(lint.missing({*asked, MEMBERS[family][0]})) & {family}


def test_a_topic_call_that_asks_nothing_else_still_has_its_territory():
    assert lint.missing({"territorio"}) == [Family.POPULATION, Family.DIFFERENTIAL]
    assert lint.verdict({"territorio"}) == "Le faltan variables poblacionales y diferenciales."


def test_a_whole_form_passes_in_words():
    asked = {"curso_vida", "discapacidad", "territorio"}
    assert lint.verdict(asked) == (
        "Lleva las variables poblacionales, diferenciales y territoriales."
    )


@given(names=st.sets(st.sampled_from([*(f.name for f in Family), "OTRA", ""])))
def test_what_a_reviewer_ticks_is_read_in_the_order_of_the_plan(names):
    assert [*lint.declared(names), *lint.undeclared(names)] == sorted(
        Family, key=lambda one: (one.name not in names, list(Family).index(one))
    )
