"""The staff's forms of a format and of its versions."""

from typing import Any

from wtforms import BooleanField, FileField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional, ValidationError

from participa.core.fields import CityDateField, SometimesNeeded, Ticks, up_to
from participa.core.forms import Form
from participa.formats import queries
from participa.formats.lint import Family
from participa.formats.models import (
    LONGEST_NUMBER,
    LONGEST_REFERENCE,
    FormatVersion,
    OfficialFormat,
)
from participa.formats.review import VersionFacts
from participa.plan import queries as plans
from participa.plan.models import Task
from participa.staff import queries as offices
from participa.staff.fields import OfficeField, office_choices
from participa.staff.models import Account

OFFICE_OF_TASK = "La que responde por la tarea del plan"
YES, NO = "si", "no"


class FormatForm(Form):
    """What the register says about a format."""

    reference = StringField(
        "Código", [DataRequired("Escriba el código del formato."), up_to(LONGEST_REFERENCE)]
    )
    name = StringField("Nombre", [DataRequired("Escriba el nombre del formato."), up_to(150)])
    process_name = StringField("Proceso", [Optional(), up_to(150)])
    used_for = TextAreaField("Para qué se usa", [Optional(), up_to(600)])
    needs_variables = BooleanField(
        "Lleva variables poblacionales, diferenciales y territoriales", default=True
    )
    needs_variables_reason = TextAreaField(
        "Por qué no lleva variables", [SometimesNeeded(), Optional(), up_to(500)]
    )
    tasks = Ticks("Tareas del plan en las que cuenta", [Optional()], coerce=int)
    office = OfficeField("Dependencia dueña", [Optional()])

    def offer(self, account: Account, official: OfficialFormat | None = None) -> None:
        """Set the choices that come from the database, including the current ones."""
        possible = plans.tasks_to_fulfil(official.tasks if official else ())
        self.tasks.choices = [
            (task.id, f"{task.code} ({task.year}) · {task.name}") for task in possible
        ]
        present = official.office if official else None
        is_limited = account.is_limited_to_office
        none = "Ninguna" if official or is_limited else OFFICE_OF_TASK
        self.office.choices = office_choices(offices.offices_to_choose(account, present), none)
        if official is None and not self.is_submitted():
            self.tasks.data = [task.id for task in queries.counted_tasks(possible)]
            self.office.data = account.office_id or 0 if is_limited else 0

    @property
    def chosen_tasks(self) -> list[Task]:
        return plans.tasks_by_ids(self.tasks.data or ())

    def facts(self, account: Account) -> dict[str, Any]:
        """Column values of the format."""
        chosen = account.office_id if account.is_limited_to_office else self.office.data or None
        return {
            "reference": self.reference.data or "",
            "name": self.name.data,
            "process": self.process_name.data or "",
            "purpose": self.used_for.data or "",
            "needs_variables": self.needs_variables.data,
            "needs_variables_reason": self.needs_variables_reason.data or "",
            "office_id": chosen,
        }


def stored_format(official: OfficialFormat) -> dict[str, Any]:
    """The values of FormatForm for an existing format."""
    names = ("reference", "name", "needs_variables", "needs_variables_reason")
    return {name: getattr(official, name) for name in names} | {
        "process_name": official.process,
        "used_for": official.purpose,
        "tasks": [task.id for task in official.tasks],
        "office": official.office_id or 0,
    }


class QrForm(Form):
    """Whether the format is used by QR, with the reason."""

    applies = RadioField(
        "¿Le aplica el código QR?",
        [DataRequired("Elija si le aplica el código QR.")],
        choices={YES: "Sí, se usa por código QR", NO: "No aplica"},
        validate_choice=False,
    )
    reason = TextAreaField("Motivo", [SometimesNeeded(), Optional(), up_to(500)])

    def validate_applies(self, field):
        if field.data not in {YES, NO}:
            raise ValidationError("Elija si le aplica el código QR.")


def stored_qr(official: OfficialFormat) -> dict[str, Any]:
    answers = {True: YES, False: NO, None: None}
    return {"applies": answers[official.applies_qr], "reason": official.applies_qr_reason}


class VersionForm(Form):
    """A version while it is written."""

    number = StringField(
        "Número de la versión",
        [DataRequired("Escriba el número de la versión."), up_to(LONGEST_NUMBER)],
    )
    valid_from_on = CityDateField(
        "Vigente desde", [DataRequired("Escriba desde qué día rige la versión.")]
    )
    isolucion = StringField("Referencia en Isolución", [Optional(), up_to(120)])
    change_note = TextAreaField(
        "Qué cambia, o dónde se diligencia", [SometimesNeeded(), Optional(), up_to(1000)]
    )
    file = FileField("Archivo", [SometimesNeeded(), Optional()])

    @property
    def facts(self) -> VersionFacts:
        return VersionFacts(
            number=(self.number.data or "").strip(),
            valid_from_on=self.valid_from_on.data,
            isolucion=self.isolucion.data or "",
            change_note=self.change_note.data or "",
        )


def stored_version(version: FormatVersion) -> dict[str, Any]:
    """The values of VersionForm; the state besides, so that a move is noticed."""
    names = ("number", "valid_from_on", "isolucion", "change_note")
    return {name: getattr(version, name) for name in names} | {"state": version.state.name}


class ApprovalForm(Form):
    """What the reviewer found in the file of a version."""

    blocks = Ticks(
        "Variables que lleva el archivo",
        [Optional()],
        choices={family.name: family.value.capitalize() for family in Family},
    )
    isolucion = StringField("Referencia en Isolución", [Optional(), up_to(120)])

    def offer(self, version: FormatVersion) -> None:
        """Ask about the file only of a version that has one."""
        if version.file is None:
            del self.blocks

    @property
    def found(self) -> list[str]:
        return (self.blocks.data or []) if "blocks" in self else []


class IsolucionForm(Form):
    """The reference that the quality system assigned after the approval."""

    isolucion = StringField(
        "Referencia en Isolución",
        [DataRequired("Escriba la referencia que le dio Isolución."), up_to(120)],
    )


class VersionReasonForm(Form):
    """The reason to return a version, or to declare it obsolete."""

    reason = TextAreaField("Motivo", [DataRequired("Escriba el motivo."), up_to(500)])
