"""The state of one application object, in one typed place: `app.extensions["participa"]`.

`create_app` builds it; the `init_app` functions of core fill in what they own. Everywhere else
`installation()` returns the one of the current application.
"""

import enum
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app
from huey import Huey

from participa.config import Settings
from participa.core.rate_counters import Limits
from participa.core.static_files import Asset

KEY = "participa"

# A label for the operator, and a function that returns the number of rows it wrote or erased.
Step = tuple[str, Callable[[], int]]
# A label, and a function that replaces what depends on the keys of the personal data: batch by
# batch, with the number of rows of each, so that it can be committed in between.
Rekey = tuple[str, Callable[[], Iterator[int]]]


class Duty(enum.StrEnum):
    """What this process does, as PostgreSQL lists its connections."""

    COMMAND = "participa"
    SERVER = "participa serve"
    WORKER = "participa jobs"


@dataclass(slots=True)
class Installation:
    """Settings, the lists that create_app passes down, and what this process holds in memory.

    What is typed with Any has the type of the package that reads it, which core does not import.
    """

    settings: Settings
    duty: Duty = Duty.COMMAND
    seeds: tuple[Step, ...] = ()
    purges: tuple[Step, ...] = ()
    rekeys: tuple[Rekey, ...] = ()
    measures: dict[str, Any] = field(default_factory=dict)
    staff_navigation: tuple[Any, ...] = ()
    features: tuple[Any, ...] = ()
    audit_words: Any = None  # a staff.audit_words.AuditWords
    notice_kinds: Mapping[str, Any] = field(default_factory=dict)  # by purpose
    case_sources: tuple[Any, ...] = ()
    pending: tuple[Any, ...] = ()  # functions that take an account and list what waits for it
    # Functions that take a task of the plan and list what a feature says about it.
    task_mentions: tuple[Any, ...] = ()
    # Endpoints of forms whose showings have an address each (core.web.showings).
    forms: frozenset[str] = frozenset()
    followed: tuple[Any, ...] = ()  # functions that take a code, in the order in which to try them
    assets: Mapping[str, Asset] = field(default_factory=dict)  # by the name of the file
    assets_by_address: Mapping[str, Asset] = field(default_factory=dict)
    migration_head: str | None = None  # None until it has been read from the migrations' folder
    limits: Limits = field(init=False)
    queue: Huey = field(init=False)
    perform: Callable[..., Any] = field(init=False)  # puts a task into the queue
    # Endings of POST addresses whose work occupies a processor: the server admits few at a time.
    slow_endings: tuple[str, ...] = ()
    # Beginnings of routes whose requests the log only counts by the hour.
    counted_prefixes: tuple[str, ...] = ()
    caches: dict[str, dict[Any, Any]] = field(default_factory=dict)
    closers: list[Callable[[], None]] = field(default_factory=list)  # called by `close`

    def __post_init__(self) -> None:
        self.limits = Limits(self.settings)

    def cache(self, name: str) -> dict[Any, Any]:
        """The cache of this name in this process; empty at first."""
        return self.caches.setdefault(name, {})

    def close(self) -> None:
        """Write down what this process holds only in memory; the server calls it at its end."""
        for closer in self.closers:
            closer()

    def clear_caches(self) -> None:
        """Empty every cache and the rate counters of this process, for the tests."""
        for cache in self.caches.values():
            cache.clear()
        self.limits.own.reset()


def installation(app: Flask | None = None) -> Installation:
    """The state of this application; without an argument, of the current one."""
    state: Installation = (app or current_app).extensions[KEY]
    return state
