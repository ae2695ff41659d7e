"""The schedule state of a task, from its months, today and its indicator. Pure."""

import enum
from calendar import monthrange
from datetime import date

from participa.plan.measures import Indicator


class ScheduleState(enum.Enum):
    """The four states of a task. The values are published in files and must not change."""

    NOT_STARTED = "sin iniciar"
    GOING = "en curso"
    DONE = "cumplida"
    LATE = "vencida"

    @property
    def slug(self) -> str:
        return self.value.replace(" ", "-")

    @property
    def plural(self) -> str:
        return PLURALS[self]

    @property
    def look(self) -> str:
        """The CSS class for the state's colour and shape; pages always show its name as well."""
        return LOOKS[self]


PLURALS = {
    ScheduleState.NOT_STARTED: "Sin iniciar",
    ScheduleState.GOING: "En curso",
    ScheduleState.DONE: "Cumplidas",
    ScheduleState.LATE: "Vencidas",
}
LOOKS = {
    ScheduleState.NOT_STARTED: "",
    ScheduleState.GOING: "going",
    ScheduleState.DONE: "done",
    ScheduleState.LATE: "late",
}


def begins_on(year: int, start_month: int) -> date:
    return date(year, start_month, 1)


def ends_on(year: int, end_month: int) -> date:
    return date(year, end_month, monthrange(year, end_month)[1])


def state(first: date, last: date, indicator: Indicator | None, today: date) -> ScheduleState:
    """DONE once the target is reached; otherwise the state follows from the task's months."""
    if indicator is not None and indicator.is_met:
        return ScheduleState.DONE
    if today > last:
        return ScheduleState.LATE
    return ScheduleState.GOING if today >= first else ScheduleState.NOT_STARTED


def is_out_of_term(last: date, indicator: Indicator | None) -> bool:
    """Whether the target was reached after the last month of the task."""
    met_on = indicator.met_on if indicator is not None else None
    return met_on is not None and met_on > last
