"""The form with which somebody goes on with what was saved."""

from http import HTTPStatus

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from participa.core.forms import PublicForm


class ResumeForm(PublicForm):
    """The code that the page of «Quedó guardado» showed."""

    word = StringField(
        "Código con el que guardó", [DataRequired("Escriba el código."), Length(max=40)]
    )

    @property
    def status(self) -> HTTPStatus:
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.errors else HTTPStatus.OK
