"""The forms of single-use codes: a batch, its links as a file, one code to look up."""

from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, NumberRange

from participa.core.fields import CityNumberField, up_to
from participa.core.forms import Form
from participa.core.spanish import number
from participa.surveys.access_codes import MOST_IN_BATCH

FORMATS = {"xlsx": "Excel", "csv": "CSV para Excel", "csv-international": "CSV internacional"}


class CodeBatchForm(Form):
    """How many codes, and for whom they are."""

    label = StringField(
        "Para quién son", [DataRequired("Escriba para quién son, como «Barrio Belén»."), up_to(120)]
    )
    size = CityNumberField(
        "Cuántos códigos",
        [
            InputRequired("Escriba cuántos códigos, en números."),
            NumberRange(1, MOST_IN_BATCH, f"Escriba un número entre 1 y {number(MOST_IN_BATCH)}."),
        ],
    )


class LinksForm(Form):
    """Why somebody downloads links that answer in the place of those who receive them."""

    format = RadioField(
        "Archivo", [DataRequired("Elija el archivo.")], choices=FORMATS, default="xlsx"
    )
    reason = StringField(
        "Para qué es", [DataRequired("Escriba para qué es el archivo."), up_to(300)]
    )


class FindCodeForm(Form):
    """A code that somebody has in the hand."""

    code = StringField("Código", [DataRequired("Escriba el código del papel."), up_to(40)])
