"""The staff's forms for what a person asks about their data."""

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional

from participa.attendance import documents
from participa.attendance.documents import WrongDocument
from participa.attendance.rights import deciding
from participa.attendance.rights.forms import KINDS, LONGEST_MOTIVE
from participa.attendance.rights.person_fields import PersonFields
from participa.core.errors import Refused
from participa.core.fields import CityDateField, SometimesNeeded, up_to
from participa.core.forms import Form

TYPES = [SelectChoice(code, name) for code, name in documents.choices()]
REASON = "Escriba el radicado o el motivo. Queda en el registro."


class FindPersonForm(Form):
    """Whose data are asked for: a document, or the receipt of who signed without one."""

    document_type = SelectField("Tipo de documento", [SometimesNeeded(), Optional()], choices=TYPES)
    number = StringField("Número de documento", [SometimesNeeded(), Optional(), up_to(40)])
    receipt = StringField("Radicado", [SometimesNeeded(), Optional(), up_to(60)])
    reason = StringField("Radicado o motivo", [DataRequired(REASON), up_to(200)])

    def identity(self) -> tuple[str, str] | None:
        """Type and normalised number; None when only a receipt was typed. Raises Refused."""
        if not self.number.data:
            if not self.receipt.data:
                raise Refused("Escriba el número de documento o el radicado.", "number")
            return None
        kind = self.document_type.data or documents.NONE
        if kind == documents.NONE:
            raise Refused("Elija el tipo del documento.", "document_type")
        try:
            return kind, documents.normalised(kind, self.number.data, of_any_length=True)
        except WrongDocument as wrong:
            raise Refused(str(wrong), "number") from None


class CorrectPersonForm(PersonFields, Form):
    """What the person asks to correct."""


class FileClaimForm(Form):
    """A claim that a person made in another way than on their own page."""

    kind = RadioField("Qué pide", [DataRequired("Elija qué pide.")], choices=KINDS)
    motive = TextAreaField(
        "Motivo del reclamo", [DataRequired("Escriba el motivo."), up_to(LONGEST_MOTIVE)]
    )
    received_on = CityDateField("Día en que llegó", [DataRequired("Escriba el día en que llegó.")])


class DecideClaimForm(Form):
    """What the person reads of the decision."""

    answer = TextAreaField("Respuesta", [DataRequired(deciding.NO_ANSWER), up_to(1000)])


class CorrectClaimForm(PersonFields, DecideClaimForm):
    """What is corrected with the claim, and what the person reads of it."""


class ExtendClaimForm(Form):
    """Why the city takes longer."""

    reason = TextAreaField(
        "Motivo de la demora", [DataRequired("Escriba por qué hace falta más tiempo."), up_to(600)]
    )


class ErasePersonForm(Form):
    """Erase every entry of a person."""

    is_sure = BooleanField(
        "Comprobé que quien lo pide es la persona, o quien la representa.",
        [DataRequired("Marque la casilla después de comprobar quién lo pide.")],
    )
