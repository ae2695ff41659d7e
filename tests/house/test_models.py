"""What every table owes to whoever reads it: a sentence, names that say what they hold, indexes."""

import pytest
from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKeyConstraint

from participa.app import create_app
from participa.core.db import UtcDateTime, db
from participa.plan.models import Fulfils
from tests.house.source import modules

assert create_app  # the roof imports every model there is

MODELS = sorted((m.class_ for m in db.Model.registry.mappers), key=lambda m: m.__name__)
TABLES = sorted(db.metadata.tables.values(), key=lambda table: table.name)
# An account ends, a notice is replaced: nobody asks for all that they ever were about, and an index
# more is paid at each submission of a citizen.
NEVER_DELETED = {"account", "notice"}


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_a_model_says_what_it_is_in_the_life_of_the_city(model):
    assert (model.__doc__ or "").strip().endswith((".", ".)")), "write a sentence as its docstring"


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_moments_end_in_at_and_days_in_on(table):
    for column in table.columns:
        if isinstance(column.type, UtcDateTime):
            assert column.name.endswith(("_at", "at")), f"{column}: a moment ends in _at"
        elif isinstance(column.type, Date):
            assert column.name.endswith(("_on", "on")), f"{column}: a day ends in _on"
        assert not isinstance(column.type, DateTime), f"{column}: use UtcDateTime (a datetime)"


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_a_reference_can_be_followed_backwards_without_reading_the_whole_table(table):
    listed = [*table.indexes, *table.constraints]
    kept = [one for one in listed if not isinstance(one, CheckConstraint | ForeignKeyConstraint)]
    first = {next(iter(one.columns)).name for one in kept if len(one.columns)}
    unread = [
        str(key.parent)
        for key in (constraint.elements[0] for constraint in table.foreign_key_constraints)
        if key.parent.name not in first and key.column.table.name not in NEVER_DELETED
    ]
    assert unread == [], "mapped_column(ForeignKey(...), index=True)"


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_a_rule_of_a_table_has_a_name_of_its_own(table):
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            assert str(constraint.name).startswith(f"ck_{table.name}_"), constraint.sqltext


def test_relations_are_told_on_both_sides():
    assert [m.where for m in modules() if "backref" in m.path.read_text()] == []


def test_whatever_fulfils_a_task_brings_its_measure():
    owing = {cls.__module__.split(".")[1] for cls in MODELS if issubclass(cls, Fulfils)}
    measuring = {m.package for m in modules() if m.stem == "measures"}
    assert owing <= measuring, "the feature owes the plan a measure"
