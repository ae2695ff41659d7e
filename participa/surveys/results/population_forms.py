"""The form with which the staff loads the city's population."""

from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import DataRequired

from participa.core.fields import up_to
from participa.core.forms import Form


class CityPeopleForm(Form):
    """A file with the people of the city, and where its numbers come from."""

    file = FileField("Archivo con la población", [FileRequired("Elija el archivo.")])
    source = StringField(
        "De dónde son las cifras", [DataRequired("Escriba de dónde son las cifras."), up_to(200)]
    )
