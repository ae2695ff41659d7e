"""The staff's forms for what a person asks about the contributions with their contact."""

from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, Optional

from participa.core.errors import Refused
from participa.core.fields import SometimesNeeded, up_to
from participa.core.forms import Form
from participa.listening import receive

REASON = "Escriba el radicado o el motivo. Queda en el registro."
SHORTEST_PHONE = 7


class FindOwnerForm(Form):
    """Whose contributions are asked for: by the mail or the telephone that they left."""

    email = StringField("Correo", [SometimesNeeded(), Optional(), up_to(254)])
    phone = StringField("Teléfono", [SometimesNeeded(), Optional(), up_to(30)])
    reason = StringField("Radicado o motivo", [DataRequired(REASON), up_to(200)])

    def contact(self) -> tuple[str, str]:
        """The mail and the telephone as they were typed; raises Refused without either."""
        email, phone = self.email.data or "", self.phone.data or ""
        if not email and not phone:
            raise Refused("Escriba el correo o el teléfono que la persona dejó.", "email")
        if email and "@" not in email:
            raise Refused("Escriba un correo completo, como nombre@ejemplo.org.", "email")
        if phone and len(receive.bare(phone)) < SHORTEST_PHONE:
            raise Refused("Escriba el teléfono con todas sus cifras.", "phone")
        return email, phone


class EraseOwnerForm(Form):
    """Erase every contribution that was found."""

    is_sure = BooleanField(
        "Comprobé que quien lo pide es la persona, o quien la representa.",
        [DataRequired("Marque la casilla después de comprobar quién lo pide.")],
    )
