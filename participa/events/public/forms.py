"""The form with which a resident asks for support to take part."""

from typing import Any

from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional, ValidationError

from participa.channels.flow import ShownForm
from participa.citizens.notices import PURPOSES
from participa.core.fields import up_to


class SupportForm(ShownForm):
    """What somebody needs to take part. It may reveal a disability: it needs consent (DAT-05).

    The contact has a consent of its own (DAT-03).
    """

    need = TextAreaField(
        "Qué necesita para participar", [DataRequired("Escriba qué necesita."), up_to(1000)]
    )
    contact = StringField("Correo o teléfono para responderle", [Optional(), up_to(120)])
    contact_consent = BooleanField(PURPOSES["support_contact"].tick)
    consent = BooleanField(
        PURPOSES["support"].tick,
        [DataRequired("Marque la autorización. Sin ella no podemos guardar lo que escribió.")],
    )

    def validate_contact_consent(self, field: Any) -> None:
        if self.contact.data and not field.data:
            raise ValidationError("Marque la autorización para responderle, o borre el contacto.")
