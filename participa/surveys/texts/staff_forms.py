"""The forms with which the staff decides about what people wrote."""

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional, ValidationError

from participa.channels.forms import ReviewTogetherForm
from participa.core.errors import Refused
from participa.core.fields import SometimesNeeded, Ticks, up_to
from participa.core.forms import Form


class TextForm(Form):
    """One text: its tags, and whether the public reads it."""

    tags = StringField("Etiquetas", [Optional(), up_to(360)])
    verdict = SelectField(
        "Qué hacer con este texto",
        [Optional()],
        choices={"": "Dejarlo como está", "publish": "Publicarlo", "reject": "No publicarlo"},
    )
    public_text = TextAreaField("Lo que lee el público", [Optional(), up_to(4000)])
    reason = TextAreaField("Por qué no se publica", [SometimesNeeded(), Optional(), up_to(300)])

    def validate_reason(self, field):
        if self.verdict.data == "publish":
            raise ValidationError("Lo que se publica no lleva motivo. Bórrelo, o no publique.")
        if self.verdict.data == "" and field.data:
            raise ValidationError("Elija arriba «No publicarlo», o borre el motivo.")

    def public_words(self, stored: str) -> str:
        """What the public shall read. Raises Refused where it was changed and is not published."""
        words = self.public_text.data or ""
        if not self.verdict.data and words.split() not in ([], stored.split()):
            raise Refused("Elija arriba «Publicarlo», o deje el texto como estaba.", "public_text")
        return words


class TextsForm(ReviewTogetherForm):
    """One review of all ticked texts."""

    chosen = Ticks("Textos", [DataRequired("Marque al menos un texto.")])
