"""The staff's forms of an attendance list."""

from typing import Any

from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, NumberRange, Optional

from participa.attendance.models import AttendanceList
from participa.attendance.service import LONGEST_DOOR, MOST_DOORS
from participa.channels.forms import ChannelForm, initial_values
from participa.channels.models import Channel
from participa.citizens.variables import DEFAULT, TERRITORY, VARIABLES
from participa.core.fields import CityMomentField, CityNumberField, SometimesNeeded, Ticks, up_to
from participa.core.forms import Form
from participa.formats import queries as formats
from participa.formats.fields import FormatField
from participa.staff.models import Account

# The zone follows from the territory; what prepares a meeting is asked when people are called.
ASKABLE = {
    id: variable
    for id, variable in VARIABLES.items()
    if not variable.derived_from and not variable.serves_the_event
}
ASKED = tuple(id for id in ASKABLE if id in DEFAULT or id == TERRITORY)
OWN_FIELDS = (
    "capacity",
    "has_rotating_code",
    "takes_exits",
    "takes_registrations",
    "asks_contact",
    "asks_organisation",
    "asks_image",
)


class ListForm(ChannelForm):
    """The list of one event. Everything has a default that follows from the event."""

    task = "3.3"
    order = ("title", "why", "opens_at", "closes_at", "doors", "capacity")
    title = StringField(
        "Nombre del listado", [DataRequired("Escriba el nombre del listado."), up_to(160)]
    )
    why = TextAreaField("Para qué se pide la firma", [Optional(), up_to(600)])
    opens_at = CityMomentField("Se puede firmar desde", [SometimesNeeded(), Optional()])
    closes_at = CityMomentField(
        "Se puede firmar hasta", [SometimesNeeded(), Optional()], default=None
    )
    doors = TextAreaField(
        "Puertas, una por línea", [Optional(), up_to(MOST_DOORS * (LONGEST_DOOR + 2))]
    )
    capacity = CityNumberField(
        "Cupo", [Optional(), NumberRange(1, 200_000, message="Escriba un número del 1 al 200.000.")]
    )
    has_rotating_code = BooleanField("El código cambia en la pantalla, contra firmas desde la casa")
    takes_exits = BooleanField("Anotar también la salida")
    takes_registrations = BooleanField("Recibir inscripciones antes del evento")
    asks_contact = BooleanField("Preguntar un correo o un teléfono", default=True)
    asks_organisation = BooleanField("Preguntar la organización y el cargo")
    asks_image = BooleanField("Preguntar si autoriza fotos y videos")
    variables = Ticks(
        "Qué se pregunta sobre quien firma",
        [Optional()],
        choices={id: variable.label for id, variable in ASKABLE.items()},
        default=ASKED,
    )
    official_format = FormatField()

    def offer(self, account: Account, record: Channel | None = None) -> None:
        super().offer(account, record)
        self.official_format.offer(formats.format_id_of(record) if record else 0)

    def facts(self, account: Account) -> dict[str, Any]:
        own = {name: self[name].data for name in OWN_FIELDS}
        doors = (" ".join(line.split()) for line in (self.doors.data or "").splitlines())
        return super().facts(account) | own | {"doors": [door for door in doors if door]}


def values_of(record: AttendanceList) -> dict[str, Any]:
    """The initial values of the form for an existing list."""
    own = {name: getattr(record, name) for name in OWN_FIELDS}
    own |= {"doors": "\n".join(record.doors or ()), "official_format": formats.format_id_of(record)}
    return initial_values(record) | own


class WithdrawForm(Form):
    """Why an entry is taken off the list."""

    reason = TextAreaField(
        "Por qué se quita", [DataRequired("Escriba por qué se quita."), up_to(300)]
    )


class ExportForm(Form):
    """Why the names and documents leave the system (DAT-13), and as what kind of file."""

    reason = TextAreaField(
        "Para qué necesita el listado con nombres",
        [DataRequired("Escriba para qué lo necesita."), up_to(200)],
    )
    # Belonging to an organisation may be a sensitive fact: it is left out unless it is needed.
    with_organisation = BooleanField("Incluir la organización y el cargo")
    kind = RadioField(
        "Qué archivo",
        [DataRequired("Elija qué archivo.")],
        choices={"xlsx": "Excel, con el formato oficial", "csv": "CSV", "print": "Para imprimir"},
        default="xlsx",
    )
