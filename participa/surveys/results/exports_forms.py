"""The form with which answers leave as a file."""

from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from participa.core.fields import up_to
from participa.core.forms import Form
from participa.surveys.results.exports import CODES, LABELS


class AnswersExportForm(Form):
    """Why the answers leave, in what kind of file, with words or codes."""

    reason = TextAreaField(
        "Para qué necesita las respuestas",
        [DataRequired("Escriba para qué las necesita."), up_to(200)],
    )
    kind = RadioField(
        "Qué archivo",
        [InputRequired("Elija qué archivo.")],
        choices={"xlsx": "Excel", "csv": "CSV", "json": "JSON"},
        default="xlsx",
    )
    how = RadioField(
        "Cómo van las opciones",
        [InputRequired("Elija cómo van las opciones.")],
        choices={
            LABELS: "Con sus palabras",
            CODES: "Con códigos, y un diccionario que los explica (SPSS, R)",
        },
        default=LABELS,
    )
