"""The forms of paper: how much to print, a row to type, a count, a scan, a sample."""

from collections.abc import Collection
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask import request
from wtforms import BooleanField, FileField, HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, NumberRange, ValidationError

from participa.attendance import documents
from participa.attendance.documents import NONE, WrongDocument
from participa.attendance.models import AttendanceList
from participa.attendance.paper.sheets import LEAST_ROWS, MOST_ROWS, MOST_SHEETS, MOST_SLIPS
from participa.attendance.sign_in import Identity
from participa.citizens.fields import PopulationForm, field_name, is_minor, population_form
from participa.citizens.variables import AGE, of_minors
from participa.core.fields import CityNumberField, SometimesNeeded, up_to
from participa.core.forms import Form

LONGEST_NAME, LONGEST = 120, 120
MOST_HALVES = 100_000


def between(least: int, most: int) -> NumberRange:
    return NumberRange(least, most, f"Escriba un número entre {least} y {most}.")


class PrintSheetsForm(Form):
    """How many sheets, and of how many rows; for which session, if the event has several."""

    sheets = CityNumberField(
        "Cuántas hojas",
        [InputRequired("Escriba cuántas hojas."), between(1, MOST_SHEETS)],
    )
    rows = CityNumberField(
        "Filas en cada hoja",
        [InputRequired("Escriba cuántas filas."), between(LEAST_ROWS, MOST_ROWS)],
    )
    session = SelectField("Sesión", [SometimesNeeded()], coerce=int)

    def offer(self, record: AttendanceList) -> None:
        offer_sessions(self, record)


class PrintSlipsForm(Form):
    """How many slips, one for each person."""

    slips = CityNumberField(
        "Cuántas fichas",
        [InputRequired("Escriba cuántas fichas."), between(2, MOST_SLIPS)],
    )
    session = SelectField("Sesión", [SometimesNeeded()], coerce=int)

    def offer(self, record: AttendanceList) -> None:
        offer_sessions(self, record)


def offer_sessions(form: Any, record: AttendanceList) -> None:
    """The sessions of the event; without any, the question is not asked."""
    if record.event.sessions:
        form.session.choices = [(one.id, one.title) for one in record.event.sessions]
    else:
        del form.session


class IdentityForm(Form):
    """Who stands on a row, as the list's columns ask for it."""

    document_type = SelectField("Tipo de documento", [SometimesNeeded()])
    document = StringField("Número", [SometimesNeeded(), up_to(40)])
    name = StringField("Nombres y apellidos", [SometimesNeeded(), up_to(LONGEST_NAME)])

    def offer(self) -> None:
        self.document_type.choices = documents.choices()

    def validate_document(self, field):
        type_code, number = self.document_type.data, field.data or ""
        if type_code == NONE and number:
            raise ValidationError("Elija qué documento es, o borre el número.")
        try:
            documents.normalised(type_code, number)
        except WrongDocument as wrong:
            raise ValidationError(str(wrong)) from None
        except KeyError:
            pass  # the type says itself what is wrong with it

    def validate_name(self, field):
        if not any(sign.isalpha() for sign in field.data or ""):
            raise ValidationError(
                "Escriba el nombre. Si no hay nada o no se entiende, use «Vacía» o «Ilegible»."
            )

    @property
    def identity(self) -> Identity:
        type_code = self.document_type.data
        number = documents.normalised(type_code, self.document.data or "")
        return Identity(
            name=" ".join((self.name.data or "").split()), document_type=type_code, document=number
        )


class KeyRowForm(IdentityForm):
    """A row of a sheet as somebody wrote it. Nothing is stored of who did not authorise it."""

    number = CityNumberField("Fila", [InputRequired("Escriba el número de la fila.")])
    organisation = StringField("Organización", [up_to(LONGEST)])
    email = StringField("Correo", [up_to(254)])
    phone = StringField("Teléfono", [up_to(40)])
    contact = BooleanField("Autorizó que le escriban o llamen")
    image = BooleanField("Autorizó fotos y videos")
    refused = BooleanField("No autorizó guardar sus datos")
    minor = BooleanField("Es menor de 18 años")
    # What the typist saw and decided about: another entry, or what was typed before.
    same_as = HiddenField()
    replaces = HiddenField()
    mark = HiddenField()

    def offer_columns(self, record: AttendanceList) -> None:
        """Ask only for what is a column of the sheets of this list."""
        self.offer()
        if not record.asks_organisation:
            del self.organisation
        if not record.asks_contact:
            del self.email, self.phone, self.contact
        if not record.asks_image:
            del self.image
        if self.is_without_name:
            self.document.validators = self.name.validators = ()

    @property
    def is_without_name(self) -> bool:
        """Whether nothing of who it is will be stored: a mark, a minor, or a refusal."""
        return request.method == "POST" and bool(
            self.mark.data or self.minor.data or self.refused.data
        )

    @property
    def says_who(self) -> bool:
        """Whether it was sent with a document that can be one, or with none."""
        is_wrong = self.document_type.errors or self.document.errors
        return request.method == "POST" and not self.is_without_name and not is_wrong

    def validate_document(self, field):
        if not self.is_without_name:
            super().validate_document(field)

    def validate_name(self, field):
        if not self.is_without_name:
            super().validate_name(field)

    def validate_email(self, field):
        if self.is_without_name or not field.data:
            return
        try:
            validate_email(field.data, check_deliverability=False)
        except EmailNotValidError:
            raise ValidationError(
                "Revise el correo: lleva una arroba y un punto. Si no se entiende, bórrelo."
            ) from None

    def validate_contact(self, field):
        if self.is_without_name or field.data or not (self.email.data or self.phone.data):
            return
        raise ValidationError(
            "Si autorizó el contacto, márquelo. Si no, borre el correo y el teléfono."
        )

    @property
    def identity(self) -> Identity:
        if self.minor.data:
            return Identity(is_minor=True, purposes=frozenset())
        if self.refused.data:
            return Identity(purposes=frozenset())
        plain = super().identity
        ticked = [name for name in ("contact", "image") if name in self and self[name].data]
        texts = ("organisation", "email", "phone")
        asked: dict[str, Any] = {
            name: (self[name].data or "") if name in self else "" for name in texts
        }
        purposes = frozenset({"attendance", *ticked})
        return Identity(
            name=plain.name,
            document_type=plain.document_type,
            document=plain.document,
            purposes=purposes,
            **asked,
        )

    @property
    def entry_seen(self) -> int | None:
        """The entry that the typist says is the same person."""
        return number_in(self.same_as.data)

    @property
    def attempt_seen(self) -> int | None:
        """The typed row that the typist replaces."""
        return number_in(self.replaces.data)


def number_in(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 16 else None


class ReturnSheetForm(Form):
    """How many rows of a sheet carry a signature, counted on the paper."""

    signed = CityNumberField("Filas firmadas", [InputRequired("Cuente las filas firmadas.")])


class VoidSheetForm(Form):
    """Why nobody is to look for a sheet."""

    reason = StringField(
        "Por qué se anula", [DataRequired("Escriba por qué se anula."), up_to(200)]
    )


class ScanSheetForm(Form):
    """A picture of a sheet, until its entry is checked."""

    file = FileField("Foto o PDF de la hoja", [DataRequired("Elija el archivo.")])


class SampleForm(Form):
    """How many rows to type a second time."""

    count = CityNumberField(
        "Cuántas filas", [InputRequired("Escriba cuántas filas."), between(1, 100)]
    )


class HalfForm(Form):
    """One half of a slip; its questions are a form of their own, `population`.

    Of a half that says it is of somebody under 18 no sensitive answer is read (DAT-07).
    """

    mark = HiddenField()
    population: PopulationForm

    def ask(self, variables: Collection[str], is_sent: bool = True) -> None:
        sent = request.form if is_sent and request.method == "POST" else None
        if sent is not None and is_minor({AGE: sent.getlist(field_name(AGE))}):
            variables = of_minors(variables)
        self.population = population_form(variables)(sent)

    @property
    def is_illegible(self) -> bool:
        return self.mark.data == "ilegible"

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators)
        return is_valid and (self.is_illegible or self.population.validate())

    @property
    def problems(self) -> list[tuple[str, str]]:
        return [*super().problems, *self.population.problems]


class HalvesForm(Form):
    """How many halves with optional answers came back."""

    returned = CityNumberField(
        "Medias fichas en la caja",
        [InputRequired("Cuente las medias fichas."), between(0, MOST_HALVES)],
    )
