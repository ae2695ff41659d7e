"""The form for somebody who is not on the list yet, and those of the door passes."""

from collections.abc import Callable
from typing import Any

from flask import request
from wtforms import BooleanField, EmailField, RadioField, SelectField, StringField, TelField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, Optional

from participa.attendance import documents
from participa.attendance.desk.door_passes import LONGEST_LABEL
from participa.attendance.documents import WrongDocument
from participa.attendance.sign_in import Identity
from participa.attendance.snapshots import ListSnapshot
from participa.core import submissions
from participa.core.fields import SometimesNeeded, up_to
from participa.core.forms import Form, PublicForm

ADULT, MINOR, SILENT = "adult", "minor", "silent"
SENT_BEFORE = (
    "Ese formulario ya registró a otra persona. Si esta es distinta, revise y registre otra vez."
)


class WalkInFields:
    """The fields of a person at the desk; nothing is asked of minors, nor of who says no."""

    # The consent, given aloud after the notice was read (DAT-04, NET-05).
    person = RadioField(
        "¿Autoriza guardar su nombre?",
        [DataRequired("Marque qué dijo la persona después de oír el aviso.")],
        choices=[
            SelectChoice(ADULT, "Sí, y es mayor de edad"),
            SelectChoice(MINOR, "Es menor de 18 años: no se le pide nada"),
            SelectChoice(SILENT, "No autoriza: se cuenta sin datos"),
        ],
    )
    # One person is one row, on the phone, at the desk and on paper.
    document_type = SelectField(
        "Tipo de documento",
        [SometimesNeeded()],
        choices=[SelectChoice(*one) for one in documents.choices()],
    )
    document = StringField("Número de documento", [SometimesNeeded(), up_to(40)])
    # So that the certificate names who came.
    name = StringField("Nombre y apellidos", [SometimesNeeded(), up_to(120)])
    organisation = StringField("Organización o entidad", [up_to(120)])
    # To send the certificate and the evaluation, and only with its consent.
    email = EmailField(
        "Correo",
        [Optional(), up_to(254), Email("Escriba un correo completo, por ejemplo ana@ejemplo.org.")],
    )
    phone = TelField("Celular", [up_to(30)])
    contact = BooleanField(
        "Autoriza que le escriban o llamen para enviarle la constancia y la evaluación, y contarle "
        "qué pasó"
    )
    image = BooleanField("Autoriza fotos y videos en los que aparece")

    number = ""  # of the document, normalised by `check`

    def check(self: Any) -> bool:
        """What several fields decide together; call it after `validate`."""
        if self.person.data != ADULT:
            return True
        if not self.name.data:
            self.reject("Escriba el nombre de la persona.", "name")
        try:
            self.number = documents.normalised(self.document_type.data, self.document.data or "")
        except WrongDocument as wrong:
            self.reject(str(wrong), "document")
        if (self.email.data or self.phone.data) and not self.contact.data:
            self.reject(
                "Marque que autoriza que le escriban, o borre el correo y el celular.", "contact"
            )
        return not self.problems

    @property
    def identity(self: Any) -> Identity:
        """The person, after `check`."""
        if self.person.data == MINOR:
            return Identity(is_minor=True)
        if self.person.data == SILENT:
            return Identity(purposes=frozenset())
        uses = {"contact": self.contact.data, "image": self.image.data}
        return Identity(
            name=self.name.data or "",
            document_type=self.document_type.data,
            document=self.number,
            email=self.email.data or "",
            phone=self.phone.data or "",
            organisation=self.organisation.data or "",
            purposes=frozenset(
                {"attendance", *(use for use, is_given in uses.items() if is_given)}
            ),
        )


class WalkInForm(WalkInFields, Form):
    """The form of an account."""

    @classmethod
    def begun(cls, **named: Any) -> "WalkInForm":
        return cls.creating(None, "attendance_desk.walk_in", **named)

    @property
    def submission_id(self) -> str:
        return submissions.read(self.creation, self.purpose)

    def renew(self) -> None:
        """Let what is typed now be sent as another person's."""
        self.creation = submissions.issue(self.purpose)


class DoorWalkInForm(WalkInFields, PublicForm):
    """The form of a device with a door pass."""

    @classmethod
    def begun(cls, listed: ListSnapshot, **named: Any) -> "DoorWalkInForm":
        return cls(f"attendance.door:{listed.code}", **named)

    def renew(self) -> None:
        self.submission.data = submissions.issue(self.purpose)


class DoorPassForm(Form):
    """A link for one device at the door."""

    label = StringField(
        "Nombre del aparato o de la puerta",
        [DataRequired("Escriba un nombre, como Puerta norte."), up_to(LONGEST_LABEL)],
    )


class ClaimForm(PublicForm):
    """«Usar este aparato»: its token becomes the device's secret."""


def fresh(form_of: Callable[..., Any], typed: str) -> Any:
    """A form for somebody new, also on a page to which another form was sent."""
    if request.method != "POST":
        return form_of()
    form = form_of(formdata=None, data=prefilled(typed))
    form.renew()
    return form


def prefilled(typed: str) -> dict[str, str]:
    """What the form begins with after a search that found nobody."""
    if any(sign.isdigit() for sign in typed):
        return {"document": typed[:40]}
    return {"name": typed.strip()[:120].title() if typed.islower() else typed.strip()[:120]}
