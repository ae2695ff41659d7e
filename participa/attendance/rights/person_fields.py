"""The fields with which the data of an entry are corrected, by the person or by the staff."""

from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Optional

from participa.attendance import documents
from participa.attendance.models import Attendee
from participa.attendance.rights import own_data
from participa.attendance.rights.own_data import CorrectedData
from participa.core.fields import SometimesNeeded, up_to

KEEPS = "Déjelo en blanco si está bien."


class PersonFields:
    """Mixin of a form. `offer` takes away the fields of what the entry has not and may not have."""

    # On the certificate, and on the city's list.
    name = StringField("Nombre completo", [DataRequired("Escriba el nombre completo."), up_to(120)])
    # Keeps one person from being counted twice.
    document_type = SelectField(
        "Tipo de documento", [DataRequired("Elija el tipo de documento.")], choices=[]
    )
    number = StringField("Número de documento", [SometimesNeeded(), Optional(), up_to(40)])
    # To tell what came of the event, for those who agreed.
    email = StringField("Correo", [Optional(), up_to(254)])
    phone = StringField("Teléfono", [Optional(), up_to(30)])
    # The columns of the official format; never necessary.
    organisation = StringField("Organización o entidad", [Optional(), up_to(120)])
    position = StringField("Cargo", [Optional(), up_to(80)])

    def offer(self, entry: Attendee) -> None:
        form: Any = self
        form.document_type.choices = choices(entry)
        shown = documents.masked(entry.document)
        form.number.description = f"Ahora es {shown}. {KEEPS}" if shown else KEEPS
        asks = entry.attendance_list
        if not own_data.may_be_contacted(entry):
            del form.email, form.phone
        if not (asks.asks_organisation or entry.organisation or entry.position):
            del form.organisation, form.position

    def correction(self) -> CorrectedData:
        form: Any = self
        given = {
            name: form[name].data or ""
            for name in ("email", "phone", "organisation", "position")
            if name in form
        }
        return CorrectedData(
            name=form.name.data,
            document_type=form.document_type.data,
            number=form.number.data or "",
            **given,
        )


def choices(entry: Attendee) -> list[tuple[str, str]]:
    """The types of document, with the one that is stored; none to go on without a document."""
    offered = documents.choices()
    if entry.document:
        offered = [one for one in offered if one[0] != documents.NONE]
    if entry.document_type not in dict(offered):
        offered.append((entry.document_type, documents.TYPES[entry.document_type].name))
    return offered


def stored(entry: Attendee) -> dict[str, Any]:
    """The values of the fields for this entry. The number is never shown again."""
    names = ("name", "document_type", "email", "phone", "organisation", "position")
    return {name: getattr(entry, name) for name in names} | {"number": ""}
