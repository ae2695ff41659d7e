"""The staff's forms of an event: its plan, the parts of the plan, changes after the call."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, NumberRange, Optional, ValidationError

from participa.channels.forms import ChannelForm, initial_values
from participa.channels.models import Channel
from participa.citizens.territories import CITY
from participa.core import clock
from participa.core.fields import (
    CityDateField,
    CityMomentField,
    CityNumberField,
    SometimesNeeded,
    Ticks,
    up_to,
    web_address,
    web_or_own_address,
)
from participa.core.forms import Form
from participa.events.models import (
    AgendaItem,
    ChecklistItem,
    ChecklistMoment,
    Event,
    EventKind,
    EventPerson,
    EventSession,
)
from participa.formats.fields import FormatField
from participa.groups import queries as groups
from participa.staff import queries as offices
from participa.staff.fields import OfficeField, office_choices
from participa.staff.models import Account

PARAGRAPHS, LINE = 4000, 200
HOUR = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")
NEEDED = "Necesario para convocar."


def paragraphs(label: str, *, needed: bool = False) -> TextAreaField:
    validators = [Optional(), up_to(PARAGRAPHS)]
    return TextAreaField(label, [SometimesNeeded(), *validators] if needed else validators)


def address(label: str, *, needed: bool = False, inside: bool = False) -> StringField:
    """An address of the web; `inside`, also one of this site that begins with a slash."""

    check = web_or_own_address if inside else web_address
    validators = [Optional(), up_to(600), check]
    return StringField(label, [SometimesNeeded(), *validators] if needed else validators)


class EventForm(ChannelForm):
    """The planning format of an event (task 6.1). Only the name is needed to begin."""

    order = ("title", "why", "kind", "opens_at", "closes_at", "place")
    title = StringField(
        "Nombre del evento", [DataRequired("Escriba el nombre del evento."), up_to(120)]
    )
    why = TextAreaField("Objetivo", [Optional(), up_to(1000)])
    kind = SelectField(
        "Tipo",
        [DataRequired("Elija el tipo.")],
        choices={kind.name: kind.value for kind in EventKind},
        default="HEARING",
    )
    opens_at = CityMomentField("Empieza", [SometimesNeeded(), Optional()])
    closes_at = CityMomentField("Termina", [SometimesNeeded(), Optional()], default=None)
    place = StringField("Lugar", [SometimesNeeded(), Optional(), up_to(LINE)])
    map_url = address("Enlace del mapa")
    online_url = address("Enlace para conectarse")
    territory = SelectField(
        "Territorio",
        [Optional()],
        choices={"": "Toda la ciudad"} | {one.code: one.label for one in CITY},
    )
    capacity = CityNumberField(
        "Cupo", [Optional(), NumberRange(1, 200_000, message="Escriba un número del 1 al 200.000.")]
    )
    convened = paragraphs("A quiénes se convoca")
    methodology = paragraphs("Metodología", needed=True)
    moderation = paragraphs("Moderación")
    report_url = address("Dirección del informe", needed=True, inside=True)
    prior_information = paragraphs("Información que se publica antes")
    prior_information_on = CityDateField("Cuándo se publica", [Optional()])
    call_channels = paragraphs("Canales de la convocatoria", needed=True)
    called_on = CityDateField("Día de la convocatoria", [SometimesNeeded(), Optional()])
    logistics = paragraphs("Logística")
    accessibility = paragraphs("Apoyos de accesibilidad", needed=True)
    video_url = address("Enlace de la transmisión o del video")
    easy_reading = paragraphs("Versión de lectura fácil")
    risks = paragraphs("Riesgos y qué se hará")
    budget = CityNumberField(
        "Presupuesto, en pesos",
        [Optional(), NumberRange(0, 10**12, message="Escriba los pesos, sin centavos.")],
    )
    takes_questions = BooleanField("Recibir preguntas antes y durante el evento", default=True)
    reason = TextAreaField("Motivo del cambio", [SometimesNeeded(), Optional(), up_to(600)])
    groups = Ticks("Instancias que se reúnen", [Optional()], coerce=int)
    official_format = FormatField("Formato de planificación")

    def offer(self, account: Account, record: Channel | None = None) -> None:
        super().offer(account, record)
        self.groups.choices = [(one.id, one.name) for one in groups.groups_to_choose()]
        self.official_format.offer(getattr(record, "format_id", None) or 0)
        del self.variables
        if "earlier_because" in self:
            del self.earlier_because
        if record is not None and record.is_published:
            del self.opens_at, self.closes_at  # they change with «Cambiar la fecha»
        else:
            del self.reason

    def facts(self, account: Account) -> dict[str, Any]:
        facts = {name: self[name].data for name in OWN_FIELDS}
        facts |= {
            "groups": groups.groups_with(self.groups.data or ()),
            "format_id": self.official_format.data or None,
        }
        facts |= {"title": self.title.data, "why": self.why.data or ""}
        facts |= {"kind": EventKind[self.kind.data], "office_id": self.office_id_for(account)}
        if "opens_at" in self:
            facts |= {"opens_at": self.opens_at.moment, "closes_at": self.closes_at.moment}
        return facts


OWN_FIELDS = (
    "place",
    "map_url",
    "online_url",
    "territory",
    "capacity",
    "convened",
    "methodology",
    "moderation",
    "report_url",
    "prior_information",
    "prior_information_on",
    "call_channels",
    "called_on",
    "logistics",
    "accessibility",
    "video_url",
    "easy_reading",
    "risks",
    "budget",
    "takes_questions",
)


def values_of(event: Event) -> dict[str, Any]:
    """The initial values of the form for an existing event."""
    own = {name: getattr(event, name) for name in OWN_FIELDS}
    values = (
        initial_values(event)
        | own
        | {
            "kind": event.kind.name,
            "groups": [group.id for group in event.groups],
            "official_format": event.format_id or 0,
        }
    )
    del values["variables"]
    if event.is_published:
        del values["opens_at"], values["closes_at"]
    return values


class EventReasonForm(Form):
    """Why an event is postponed or cancelled; people read it."""

    reason = TextAreaField("Motivo", [DataRequired("Escriba el motivo."), up_to(600)])


class EventDateForm(EventReasonForm):
    """Another date of a called event."""

    opens_at = CityMomentField("Empieza", [DataRequired("Escriba cuándo empieza.")])
    closes_at = CityMomentField("Termina", [DataRequired("Escriba cuándo termina.")])


def dates_of(event: Event) -> dict[str, Any]:
    return {
        "opens_at": event.opens_at and clock.local(event.opens_at),
        "closes_at": event.closes_at and clock.local(event.closes_at),
    }


class AgendaForm(Form):
    """A point of the agenda."""

    starts = StringField("Hora", [Optional(), up_to(5)])
    title = StringField("Punto", [DataRequired("Escriba de qué se habla."), up_to(LINE)])
    speaker = StringField("Quién", [Optional(), up_to(LINE)])

    def __init__(self, **named: Any):
        super().__init__(**named)
        # What people asked for keeps its words: the page to change it has no field for them.
        if named.get("data") and "title" not in named["data"]:
            del self.title

    def validate_starts(self, field: Any) -> None:
        if not HOUR.fullmatch(field.data):
            raise ValidationError("Escriba la hora así: 9:30 o 14:00.")
        field.data = field.data.zfill(5)

    def offer(self, account: Account) -> None:
        """Nothing comes from the database."""

    def facts(self) -> dict[str, Any]:
        facts = {"starts": self.starts.data or "", "speaker": self.speaker.data or ""}
        return facts | ({"title": self.title.data} if "title" in self else {})


class SessionForm(Form):
    """One of several sessions of an event."""

    title = StringField("Nombre de la jornada", [DataRequired("Escriba el nombre."), up_to(LINE)])
    starts_at = CityMomentField("Empieza", [DataRequired("Escriba cuándo empieza.")])
    ends_at = CityMomentField("Termina", [DataRequired("Escriba cuándo termina.")])
    place = StringField("Lugar, si es otro", [Optional(), up_to(LINE)])
    capacity = CityNumberField(
        "Cupo", [Optional(), NumberRange(1, 200_000, message="Escriba un número del 1 al 200.000.")]
    )

    def offer(self, account: Account) -> None:
        """Nothing comes from the database."""

    def facts(self) -> dict[str, Any]:
        return {
            "title": self.title.data,
            "starts_at": self.starts_at.moment,
            "ends_at": self.ends_at.moment,
            "place": self.place.data or "",
            "capacity": self.capacity.data,
        }


class PersonForm(Form):
    """Somebody in charge, by their post: the page is public and names no person."""

    position = StringField("Cargo", [DataRequired("Escriba el cargo, no el nombre."), up_to(LINE)])
    duty = StringField("Qué hace en el evento", [DataRequired("Escriba qué hace."), up_to(LINE)])
    office = OfficeField("Dependencia", [Optional()])

    def offer(self, account: Account) -> None:
        self.office.choices = office_choices(offices.offices())

    def facts(self) -> dict[str, Any]:
        return {
            "position": self.position.data,
            "duty": self.duty.data,
            "office_id": self.office.data or None,
        }


class StepForm(Form):
    """A step of the checklist."""

    moment = SelectField(
        "Cuándo",
        [DataRequired("Elija cuándo.")],
        choices={one.name: one.value for one in ChecklistMoment},
    )
    text = StringField(
        "Qué hay que hacer", [DataRequired("Escriba qué hay que hacer."), up_to(LINE)]
    )

    def offer(self, account: Account) -> None:
        """Nothing comes from the database."""

    def facts(self) -> dict[str, Any]:
        return {"moment": ChecklistMoment[self.moment.data], "text": self.text.data}


def agenda_values(item: AgendaItem) -> dict[str, Any]:
    values = {"starts": item.starts, "title": item.title, "speaker": item.speaker}
    if item.source_url:
        del values["title"]
    return values


def session_values(session: EventSession) -> dict[str, Any]:
    return {
        "title": session.title,
        "starts_at": clock.local(session.starts_at),
        "ends_at": clock.local(session.ends_at),
        "place": session.place,
        "capacity": session.capacity,
    }


def person_values(person: EventPerson) -> dict[str, Any]:
    return {"position": person.position, "duty": person.duty, "office": person.office_id or 0}


def step_values(item: ChecklistItem) -> dict[str, Any]:
    return {"moment": item.moment.name, "text": item.text}


class SupportAnswerForm(Form):
    """What the city arranged for somebody who asked for support."""

    answer = TextAreaField(
        "Qué apoyo se dispuso", [DataRequired("Escriba qué apoyo se dispuso."), up_to(600)]
    )


@dataclass(frozen=True, slots=True)
class PartPage:
    """The words and the form of the page of one kind of part."""

    title: str
    one: str
    form: type[Any]
    values: Callable[[Any], dict[str, Any]]


PART_PAGES: Mapping[str, PartPage] = {
    "agenda": PartPage("Agenda", "punto de la agenda", AgendaForm, agenda_values),
    "jornadas": PartPage("Jornadas", "jornada", SessionForm, session_values),
    "responsables": PartPage("Responsables", "responsable", PersonForm, person_values),
    "pasos": PartPage("Lista de pasos", "paso", StepForm, step_values),
}
