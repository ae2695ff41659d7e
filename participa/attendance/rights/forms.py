"""The forms with which a person changes, limits and erases their own data."""

from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.validators import DataRequired

from participa.attendance.models import Attendee, ClaimKind
from participa.attendance.rights import own_data
from participa.attendance.rights.person_fields import PersonFields, stored
from participa.citizens.models import Consent
from participa.core.fields import Ticks, up_to
from participa.core.forms import PublicForm

KINDS = {one.name: one.value for one in ClaimKind}
LONGEST_MOTIVE = 600


class OwnDataForm(PersonFields, PublicForm):
    """The stored values, to be corrected."""

    def __init__(self, entry: Attendee):
        super().__init__(f"attendance.correct:{entry.id}", data=stored(entry))
        self.offer(entry)


class RevokeForm(PublicForm):
    """The uses of the data that the person takes back."""

    uses = Ticks(
        "Ya no autorizo", [DataRequired("Marque al menos una autorización para retirarla.")]
    )

    def __init__(self, entry: Attendee, consent: Consent | None):
        super().__init__(f"attendance.revoke:{entry.id}")
        self.uses.choices = [(use, own_data.REVOCABLE[use]) for use in own_data.revocable(consent)]


class OwnClaimForm(PublicForm):
    """What the person cannot change here, or does not agree with (DAT-08)."""

    # Decides what the city does when it accepts the claim.
    kind = RadioField("Qué pide", [DataRequired("Elija qué pide.")], choices=KINDS)
    # Marks the data until the claim is decided, as the law says.
    motive = TextAreaField(
        "Cuéntenos", [DataRequired("Cuéntenos qué pasa con sus datos."), up_to(LONGEST_MOTIVE)]
    )

    def __init__(self, entry: Attendee):
        super().__init__(f"attendance.claim:{entry.id}")


class EraseOwnForm(PublicForm):
    """What cannot be undone is said once more before the button."""

    is_sure = BooleanField(
        "Entiendo que mis datos se borran y que no se pueden recuperar.",
        [DataRequired("Marque la casilla para borrar sus datos, o vuelva atrás.")],
    )

    def __init__(self, entry: Attendee):
        super().__init__(f"attendance.erase:{entry.id}")
