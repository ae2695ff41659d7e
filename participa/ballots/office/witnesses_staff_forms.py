"""The form of the witnesses' addresses."""

from wtforms import TextAreaField
from wtforms.validators import Optional

from participa.core.fields import up_to
from participa.core.forms import Form


class WitnessesForm(Form):
    """One address a line."""

    emails = TextAreaField("Correos de los testigos", [Optional(), up_to(2000)])

    @property
    def addresses(self) -> list[str]:
        return (self.emails.data or "").replace(",", "\n").split()
