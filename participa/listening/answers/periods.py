"""The years and quarters of the transparency report. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

KEY = re.compile(r"(20\d\d)(?:-([1-4]))?")
ORDINALS = ("Primer", "Segundo", "Tercer", "Cuarto")


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """A year, or a quarter of it. `key` is its name in an address: "2026", "2026-3"."""

    year: int
    number: int | None = None

    @property
    def key(self) -> str:
        return f"{self.year}-{self.number}" if self.number else str(self.year)

    @property
    def name(self) -> str:
        if self.number is None:
            return f"Año {self.year}"
        return f"{ORDINALS[self.number - 1]} trimestre de {self.year}"

    @property
    def begins_on(self) -> date:
        return date(self.year, 3 * self.number - 2 if self.number else 1, 1)

    @property
    def ends_on(self) -> date:
        if self.number in (None, 4):
            return date(self.year, 12, 31)
        return date(self.year, 3 * self.number + 1, 1) - timedelta(days=1)

    @property
    def quarters(self) -> list["ReportPeriod"]:
        """Those of a year."""
        return [ReportPeriod(self.year, number) for number in range(1, 5)]

    def has_ended(self, today: date) -> bool:
        return self.ends_on < today


def read(key: str) -> ReportPeriod | None:
    """The period with this key; None for anything else."""
    found = KEY.fullmatch(key)
    return ReportPeriod(int(found[1]), int(found[2]) if found[2] else None) if found else None


def periods(first: date | None, today: date) -> list[ReportPeriod]:
    """Every period with something in it, the latest year first, each before its quarters."""
    return list(_periods(first or today, today))


def _periods(first: date, today: date) -> Iterator[ReportPeriod]:
    for year in range(today.year, first.year - 1, -1):
        whole = ReportPeriod(year)
        yield whole
        yield from (
            one for one in whole.quarters if one.begins_on <= today and one.ends_on >= first
        )
