"""The staff's forms of the legal calendar."""

from typing import Any

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from participa.core.fields import CityDateField, CityMomentField, up_to
from participa.core.forms import Form


class ClosureForm(Form):
    """A day on which the city is closed, and the act that says so.

    `looked` is the day whose effects the page has shown: no other is added.
    """

    closed_on = CityDateField("Día", [InputRequired("Escriba el día del cierre.")])
    reason = StringField("Motivo", [DataRequired("Escriba por qué cierra la ciudad."), up_to(200)])
    act = StringField(
        "Acto que lo ordena", [DataRequired("Escriba el acto, como Decreto 0123."), up_to(120)]
    )
    looked = HiddenField(validators=[Length(max=10)])

    @property
    def is_looked_at(self) -> bool:
        day = self.closed_on.data
        return day is not None and self.looked.data == day.isoformat()

    def note_look(self) -> None:
        self.looked.data = self.closed_on.data.isoformat() if self.closed_on.data else ""

    @property
    def facts(self) -> tuple[Any, str, str]:
        return self.closed_on.data, self.reason.data or "", self.act.data or ""


class TakeBackForm(Form):
    """A button: the terms count the day again."""


class OutageForm(Form):
    """A failure that the site cannot notice itself."""

    began_at = CityMomentField("Empezó", [InputRequired("Escriba cuándo empezó la falla.")])
    ended_at = CityMomentField("Terminó", [InputRequired("Escriba cuándo terminó la falla.")])
    reason = TextAreaField(
        "Qué pasó", [DataRequired("Escriba qué falló: sale en la constancia."), up_to(300)]
    )
