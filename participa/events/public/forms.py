"""The form with which a resident asks for support to take part."""

from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from participa.channels.flow import ShownForm
from participa.core.fields import up_to


class SupportForm(ShownForm):
    """What somebody needs to take part. It may reveal a disability: it needs consent (DAT-05)."""

    need = TextAreaField(
        "Qué necesita para participar", [DataRequired("Escriba qué necesita."), up_to(1000)]
    )
    contact = StringField("Correo o teléfono para responderle", [Optional(), up_to(120)])
    consent = BooleanField(
        "Autorizo usar lo que escribo aquí solo para prepararme el apoyo.",
        [DataRequired("Marque la autorización. Sin ella no podemos guardar lo que escribió.")],
    )
