"""Every column says what it may tell of a person, in one table that a citizen could ask for."""

import re
from itertools import chain

from participa.app import create_app
from participa.core.db import db
from tests.house.source import ROOT

assert create_app  # the roof imports every model there is

INVENTORY = ROOT / "docs" / "datos.md"
CLASSES = ("public", "internal", "personal", "sensitive", "secret")
NAME = re.compile(r"`(\w+)`")


def inventory() -> dict[str, dict[str, list[str]]]:
    """The columns of each table, by class."""
    rows = [line.split("|")[1:-1] for line in INVENTORY.read_text().splitlines() if "| `" in line]
    return {
        table: dict(zip(CLASSES, map(NAME.findall, columns), strict=True))
        for (table,), *columns in ([NAME.findall(row[0]), *row[1:]] for row in rows)
    }


def test_every_column_has_its_class_in_the_inventory():
    told = {table: sorted(chain(*classes.values())) for table, classes in inventory().items()}
    kept = {name: sorted(table.columns.keys()) for name, table in db.metadata.tables.items()}
    wrong = [
        f"{table}: {sorted(set(told.get(table, ())) ^ set(kept.get(table, ())))}"
        for table in sorted(told.keys() | kept.keys())
        if told.get(table) != kept.get(table)
    ]
    assert wrong == [], f"say in {INVENTORY.name} what these columns may tell of a person"


def test_what_is_sensitive_stands_in_no_table_with_a_name():
    told = inventory()
    named = {table for table, classes in told.items() if {"name", "email"} & {*classes["personal"]}}
    sensitive = {table for table, classes in told.items() if classes["sensitive"]}
    assert sensitive
    assert named & sensitive == set()
    for table in sensitive:
        reached = {key.column.table.name for key in db.metadata.tables[table].foreign_keys}
        assert not reached & {*named, "topic_answer"}, f"{table} leads to who answered"
