"""The form with which a person lets the whole document stand on their certificate."""

import hmac

from wtforms import StringField
from wtforms.validators import DataRequired

from participa.attendance import documents
from participa.attendance.documents import WrongDocument
from participa.attendance.models import Attendee
from participa.core.errors import Refused
from participa.core.fields import up_to
from participa.core.forms import PublicForm

ANOTHER = "Ese número no es el de esta firma. Escríbalo como lo dio al firmar."


class WholeDocumentForm(PublicForm):
    """The number once more: whoever has only the link of the certificate does not learn it."""

    number = StringField(
        "Número de documento", [DataRequired("Escriba el número de su documento."), up_to(40)]
    )

    def __init__(self, entry: Attendee):
        super().__init__(f"attendance.whole_document:{entry.id}")

    def prove(self, entry: Attendee) -> None:
        """Raises Refused unless the number is that of the entry."""
        try:
            typed = documents.normalised(entry.document_type, self.number.data or "")
        except WrongDocument as wrong:
            raise Refused(str(wrong), "number") from None
        if not hmac.compare_digest(typed.encode(), entry.document.encode()):
            raise Refused(ANOTHER, "number")
