"""The staff's forms that all channels share."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional, ValidationError

from participa.channels.lifecycle import EARLY_NEEDS_REASON
from participa.channels.models import Channel
from participa.channels.moderation import ReviewState
from participa.core import clock
from participa.core.fields import CityMomentField, SometimesNeeded, Ticks, up_to
from participa.core.forms import Form
from participa.plan import queries as plans
from participa.plan.models import Task
from participa.staff import queries as offices
from participa.staff.fields import OfficeField, office_choices
from participa.staff.models import Account

LONGEST_TITLE, LONGEST_WHY = 120, 600
OFFICE_OF_TASK = "La que responde por la tarea del plan"


def end_of_day_in(days: int) -> datetime:
    """5 p. m. of the day so many days from now, as naive city time."""
    return datetime.combine(clock.today() + timedelta(days=days), time(17))


class FulfillingForm(Form):
    """The tasks of the plan that a record fulfils, and the office that answers for it."""

    task: ClassVar[str] = ""  # the task of the plan that this kind of record fulfils
    order: ClassVar[tuple[str, ...]] = ()  # of the field ids in the list of errors
    is_new = False  # set by `offer`

    tasks = Ticks("Tareas del plan que cumple", [SometimesNeeded(), Optional()], coerce=int)
    office = OfficeField("Dependencia que responde", [Optional()])

    def offer(self, account: Account, record: Any = None) -> None:
        """Set the choices that come from the database, including the current ones of the record.

        A Responsable may choose only the own office. A new record has by default the office of
        its task.
        """
        self.is_new = record is None
        tasks = plans.references(plans.tasks_to_fulfil(record.tasks if record else ()))
        self.tasks.choices = [
            (task.id, f"{task.code} ({task.year}) · {task.name}") for task in tasks
        ]
        present = record.office if record else None
        none = OFFICE_OF_TASK if self.is_new and not account.is_limited_to_office else "Ninguna"
        self.office.choices = office_choices(offices.offices_to_choose(account, present), none)
        if self.is_new and account.is_limited_to_office and not self.is_submitted():
            self.office.data = account.office_id or 0
        if not self.is_submitted() and self.tasks.data is None:
            self.tasks.data = [task.id for task in tasks if task.code == self.task][:1]

    @property
    def problems(self) -> list[tuple[str, str]]:
        return sorted(super().problems, key=lambda problem: self._place(problem[0]))

    def _place(self, field_id: str) -> int:
        if not field_id:
            return -1
        return self.order.index(field_id) if field_id in self.order else len(self.order)

    @property
    def chosen_tasks(self) -> list[Task]:
        return plans.tasks_by_ids(self.tasks.data or ())

    def office_id_for(self, account: Account) -> int | None:
        """The own office for a Responsable; else the chosen one. A new record without one gets that
        of its task (`participa.channels.lifecycle.create`)."""
        return account.office_id if account.is_limited_to_office else self.office.data or None


class ChannelForm(FulfillingForm):
    """The fields of every channel; a subclass adds its own or overrides these."""

    title = StringField(
        "Título", [DataRequired("Escriba el título que verá la gente."), up_to(LONGEST_TITLE)]
    )
    why = TextAreaField("Para qué se pregunta", [Optional(), up_to(LONGEST_WHY)])
    opens_at = CityMomentField("Abre", [Optional()])
    # A draft does without a close and a task; a published record does not.
    closes_at = CityMomentField(
        "Cierra", [SometimesNeeded(), Optional()], default=lambda: end_of_day_in(30)
    )
    earlier_because = TextAreaField(
        "Por qué cierra antes de lo anunciado", [SometimesNeeded(), Optional(), up_to(300)]
    )
    variables = Ticks("Qué se pregunta sobre quien responde", [Optional()])

    def offer(self, account: Account, record: Channel | None = None) -> None:
        super().offer(account, record)
        if record is None or not record.is_published or record.is_closed:
            del self.earlier_because

    @property
    def given_reason(self) -> str:
        return (self.earlier_because.data or "") if "earlier_because" in self else ""

    def facts(self, account: Account) -> dict[str, Any]:
        """Column values of the record."""
        return {
            "title": self.title.data,
            "why": self.why.data or "",
            "opens_at": self.opens_at.moment,
            "closes_at": self.closes_at.moment,
            "office_id": self.office_id_for(account),
            "variables": list(self.variables.data or ()),
        }


def initial_values(record: Channel) -> dict[str, Any]:
    """The initial values of the shared fields for an existing record."""
    return {
        "title": record.title,
        "why": record.why,
        "opens_at": record.opens_at and clock.local(record.opens_at),
        "closes_at": record.closes_at and clock.local(record.closes_at),
        "tasks": [task.id for task in record.tasks],
        "office": record.office_id or 0,
        "variables": record.variables,
    }


def early_reason() -> list[Any]:
    """The validators of the reason to close before the announced date."""
    return [DataRequired(EARLY_NEEDS_REASON), up_to(300)]


def moments_of(record: Channel) -> dict[str, Any]:
    """What the pages to close and to reopen a record were drawn from, for `Form.changing`."""
    names = ("published_at", "opens_at", "closes_at", "closed_at", "announced_close_at")
    return {"moments": [getattr(record, name) for name in names]}


class ActForm(Form):
    """A form with a button only: publish, close, duplicate, export."""


class ClosingForm(Form):
    """A button, and before the announced date of the record the reason to close."""

    reason = TextAreaField("Por qué se cierra antes de la fecha", early_reason())

    def __init__(self, record: Channel, **named: Any):
        super().__init__(**named)
        if not record.would_close_early:
            del self.reason

    @property
    def given_reason(self) -> str:
        return (self.reason.data or "") if "reason" in self else ""


class ReopenForm(Form):
    """The new closing date and the reason."""

    closes_at = CityMomentField("Nuevo cierre", [DataRequired("Escriba el nuevo cierre.")])
    reason = TextAreaField(
        "Por qué se reabre", [DataRequired("Escriba por qué se reabre."), up_to(300)]
    )


class ReviewTogetherForm(Form):
    """One review of all ticked texts of residents."""

    chosen = Ticks("Textos", [DataRequired("Marque al menos un texto.")])
    verdict = SelectField(
        "Qué hacer con los marcados",
        [DataRequired("Elija qué hacer con los marcados.")],
        choices={"": "Elija", "publish": "Publicarlos", "reject": "No publicarlos"},
    )
    reason = TextAreaField("Por qué no se publican", [SometimesNeeded(), Optional(), up_to(300)])

    def offer(self, ids: Sequence[int]) -> None:
        self.chosen.choices = [(str(id), str(id)) for id in ids]

    def validate_reason(self, field):
        if self.verdict.data == "publish":
            raise ValidationError("Lo que se publica no lleva motivo. Bórrelo, o no publique.")

    def is_ticked(self, text: Any) -> bool:
        return str(text.id) in (self.chosen.data or ())

    @property
    def ids(self) -> list[int]:
        return [int(id) for id in self.chosen.data or ()]

    @property
    def state(self) -> ReviewState:
        is_published = self.verdict.data == "publish"
        return ReviewState.PUBLISHED if is_published else ReviewState.REJECTED
