"""The PIN with which a tablet is left: set by the staff, and asked for again."""

from wtforms import StringField
from wtforms.validators import DataRequired, EqualTo, Length, Regexp

from participa.core.forms import Form, PublicForm

LENGTHS = r"\d{4,8}"
HOW = "Escriba de 4 a 8 números."


class PinFields:
    """Mixin of the forms that lock a tablet."""

    pin = StringField(
        "PIN para salir", [DataRequired(HOW), Length(max=8, message=HOW), Regexp(LENGTHS, 0, HOW)]
    )
    again = StringField(
        "Repita el PIN",
        [
            DataRequired("Repita el PIN."),
            Length(max=8, message=HOW),
            EqualTo("pin", "Los dos PIN no son iguales. Escríbalos otra vez."),
        ],
    )


class LockTabletForm(PinFields, Form):
    """For who signed in on the tablet."""


class LockDeviceForm(PinFields, PublicForm):
    """For a device of the registration desk, which nobody signed in on."""


class LeaveTabletForm(PublicForm):
    """The PIN, to leave."""

    pin = StringField("PIN", [DataRequired("Escriba el PIN."), Length(max=8, message=HOW)])
