"""The staff's form of a case."""

from wtforms import BooleanField, TextAreaField
from wtforms.validators import Optional

from participa.core.fields import SometimesNeeded, up_to
from participa.core.forms import Form
from participa.staff.fields import OfficeField


class CaseAnswerForm(Form):
    """The office that answers, its answer, and whether both can be read by everybody.

    `public_text` is the question as everybody reads it; blank leaves it as it is.
    """

    office = OfficeField("Dependencia que responde", [SometimesNeeded(), Optional()])
    answer = TextAreaField("Respuesta", [SometimesNeeded(), Optional(), up_to(4000)])
    public_text = TextAreaField(
        "Pregunta que se publica", [SometimesNeeded(), Optional(), up_to(4000)]
    )
    published = BooleanField("Publicar la pregunta y la respuesta")
