"""States of the database in which many tests begin, built once per run and then restored.

A builder marked `remembered` runs the first time it is called with these arguments on this state
of the database; afterwards its rows are restored. It must commit, and its result depends on its
arguments, the clock and the database alone. It simply runs where the test has written rows of its
own before or has patched anything but the clock, and in applications other than the tests' own.
A session in a state would end by itself in a long run: what was made by the real clock is built
again once it is FRESH old, and on another day, so that no test depends on the speed of the machine.
"""

from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import wraps
from typing import Any, TypeVar

import pytest
from flask import Flask, current_app
from sqlalchemy import event, inspect

from participa.core import clock
from participa.core.db import db
from tests.databases import Database

KEY = "tests.worlds"
FRESH = timedelta(
    minutes=5
)  # states are built upon others: five of them are younger than a session
READS = ("SELECT", "PRAGMA", "SHOW", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")
PLAIN = (str, bytes, int, float, Decimal, bool, type(None), Enum, date, timedelta)
CLOCK, NOW = (clock, "system_now"), clock.system_now
Build = TypeVar("Build", bound=Callable[..., Any])


class Unknown(Exception):
    """An argument that does not say by its value what it is."""


class Worlds:
    """The saved states of one database, and the one in which it is now (None: nobody knows)."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.database = database
        self.saved: dict[Hashable, tuple[Any, Any, datetime]] = {}
        self.now: Hashable | None = None
        self.patch: pytest.MonkeyPatch | None = None  # of the test that runs
        app.extensions[KEY] = self
        event.listen(db.engine, "before_cursor_execute", self._note)

    def _note(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.lstrip().upper().startswith(READS):
            self.now = None

    def empty(self) -> None:
        self.database.empty()
        self.now = "empty"

    def _has_pending_rows(self) -> bool:
        return bool(db.session.new or db.session.dirty or db.session.deleted)

    def _is_patched(self) -> bool:
        if self.patch is None:
            return False
        changed = [target for target, name, _ in self.patch._setattr if (target, name) != CLOCK]
        return bool(changed or self.patch._setitem)

    def build(self, build: Callable[..., Any], args: tuple, named: dict[str, Any]) -> Any:
        if self.now is None or self._has_pending_rows() or self._is_patched():
            return build(*args, **named)
        try:
            given = plain((args, named))
        except Unknown:
            return build(*args, **named)
        does_time_pass = clock.system_now is NOW
        if does_time_pass and tells_a_moment(given):
            return build(*args, **named)  # no other test tells the same
        moment = clock.today() if does_time_pass else clock.system_now()
        name = f"{build.__module__}.{build.__qualname__}"
        key = (self.now, name, given, moment)
        if key not in self.saved or (does_time_pass and self._is_stale(key)):
            built_at = NOW()
            self._forget(key)
            made = build(*args, **named)
            # The state first: reading the result's keys begins a transaction.
            self.saved[key] = (self.database.save(), frozen(made), built_at)
            self.now = key
            return made
        state, made, _ = self.saved[key]
        db.session.rollback()
        self.database.restore(state)
        db.session.expire_all()
        self.now = key
        return thawed(made)

    def _forget(self, key: Hashable) -> None:
        """Forget a state that is built again, and all that were built upon it."""
        self.saved = {one: kept for one, kept in self.saved.items() if not stands_on(one, key)}

    def _is_stale(self, key: Hashable) -> bool:
        return NOW() - self.saved[key][2] > FRESH


def stands_on(key: Hashable, base: Hashable) -> bool:
    """Whether the state of this key is that of `base`, or was built upon it."""
    while key != base:
        if not isinstance(key, tuple):
            return False
        key = key[0]
    return True


def remembered(build: Build) -> Build:
    @wraps(build)
    def wrapped(*args: Any, **named: Any) -> Any:
        worlds = current_app.extensions.get(KEY)
        if worlds is None:
            return build(*args, **named)
        return worlds.build(build, args, named)

    return wrapped  # type: ignore[return-value]  # the same call


def plain(value: Any) -> Hashable:
    """A key that is equal for equal values; raises Unknown for what cannot be compared so."""
    name, parts = type(value).__name__, None
    if isinstance(value, PLAIN):
        parts = value
    elif isinstance(value, Flask):
        parts = "the only one"  # one object of Worlds belongs to one application
    elif isinstance(value, db.Model) and inspect(value).identity:
        parts = inspect(value).identity
    elif isinstance(value, tuple | list):
        parts = tuple(map(plain, value))
    elif isinstance(value, set | frozenset):
        parts = tuple(sorted(repr(plain(one)) for one in value))
    elif isinstance(value, dict):
        parts = tuple((key, plain(value[key])) for key in sorted(value))
    elif is_dataclass(value) and not isinstance(value, type):
        parts = tuple(plain(getattr(value, field.name)) for field in fields(value))
    else:
        raise Unknown(value)
    return name, parts


def tells_a_moment(given: Hashable) -> bool:
    if isinstance(given, tuple):
        return any(map(tells_a_moment, given))
    return isinstance(given, datetime)


class Record:
    """Stands for a row, by its key, while its world is not there."""

    def __init__(self, record: Any) -> None:
        self.model, self.identity = type(record), inspect(record).identity


def frozen(value: Any) -> Any:
    return walked(value, db.Model, Record)


def thawed(value: Any) -> Any:
    return walked(value, Record, lambda one: db.session.get_one(one.model, one.identity))


def walked(value: Any, kind: type, change: Callable[[Any], Any]) -> Any:
    """The same value with each instance of this kind changed, however deep it stands."""
    if isinstance(value, kind):
        return change(value)
    if type(value) in {tuple, list}:
        return type(value)(walked(one, kind, change) for one in value)
    if type(value) is dict:
        return {key: walked(one, kind, change) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: getattr(value, field.name) for field in fields(value)}
        others = {name: walked(one, kind, change) for name, one in parts.items()}
        changed = {name: one for name, one in others.items() if one is not parts[name]}
        return replace(value, **changed) if changed else value
    return value
