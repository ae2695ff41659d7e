"""WTForms fields with Spanish messages, dates in America/Bogota, and bounded numbers."""

from datetime import date, datetime
from typing import Any, ClassVar

from wtforms import DateField, DateTimeLocalField, IntegerField, SelectMultipleField
from wtforms.validators import Length, ValidationError

from participa.core import clock

MOST = 10**15  # fits the databases' integers; WTForms' NumberRange fails on far larger numbers
YEARS = range(2000, 2101)  # others are typing errors, and year 9999 overflows when it becomes UTC


def of_this_century(day: date | None) -> None:
    if day is not None and day.year not in YEARS:
        raise ValueError("Escriba un año entre 2000 y 2100.")


def up_to(letters: int) -> Length:
    return Length(max=letters, message=f"Use hasta {letters} letras.")


class SometimesNeeded:
    """Marks a field that is needed in some cases only, so that its label does not say "(opcional)".

    The hint says when it is needed; the form or the service checks it.
    """

    field_flags: ClassVar[dict[str, bool]] = {"required": True}  # what the label goes by

    def __call__(self, form: Any, field: Any) -> None:
        pass


class CityDateField(DateField):
    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Escriba la fecha así: 2026-11-30.") from None
        of_this_century(self.data)


class CityMomentField(DateTimeLocalField):
    """A local date and time of America/Bogota; `moment` is the same as aware UTC."""

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Escriba fecha y hora así: 2026-11-30T17:00.") from None
        of_this_century(self.data)

    @property
    def moment(self) -> datetime | None:
        return self.data and clock.at_city(self.data.date(), self.data.hour, self.data.minute)


class CityNumberField(IntegerField):
    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Escriba un número.") from None
        self.data: int | None
        if self.data is not None and abs(self.data) > MOST:
            self.data = None
            raise ValueError("Escriba un número más pequeño.")


class Ticks(SelectMultipleField):
    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Elija opciones de la lista.") from None

    def pre_validate(self, form):
        known = {choice[0] for choice in self.iter_choices()}
        if not known.issuperset(self.data or ()):
            raise ValidationError("Elija opciones de la lista.")
