"""WTForms fields with Spanish messages, dates in America/Bogota, and bounded numbers."""

import re
from datetime import date, datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from wtforms import DateField, DateTimeLocalField, IntegerField, SelectMultipleField
from wtforms.validators import Length, StopValidation, ValidationError

from participa.core import clock, spanish

MOST = 10**15  # fits the databases' integers; WTForms' NumberRange fails on far larger numbers
YEARS = range(2000, 2101)  # others are typing errors, and year 9999 overflows when it becomes UTC


def of_this_century(day: date | None) -> None:
    if day is not None and day.year not in YEARS:
        raise ValueError("Escriba un año entre 2000 y 2100.")


def up_to(letters: int) -> Length:
    return Length(max=letters, message=f"Use hasta {spanish.number(letters)} letras.")


def is_web_address(text: str) -> bool:
    """Whether it is a whole address that a browser opens over https: with a host, no spaces."""
    if not text.isprintable() or any(sign in text for sign in ' \\<>"'):
        return False
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port  # a port that is no number raises ValueError
    except ValueError:
        return False
    return parts.scheme == "https" and "." in host.strip(".") and not parts.username


def is_own_address(text: str) -> bool:
    """Whether it is an address of this site, from the slash on, that leads to one of its pages."""
    is_clean = text.isprintable() and not any(sign in text for sign in ' \\<>"')
    return is_clean and re.match(r"/[^/]", text) is not None


def web_address(form: Any, field: Any) -> None:
    """A validator: an address of the web."""
    if not is_web_address(field.data):
        raise ValidationError("Ponga una dirección completa, como https://ejemplo.org/informe.")


def web_or_own_address(form: Any, field: Any) -> None:
    """A validator: an address of the web, or one of this site that begins with a slash."""
    if not (is_web_address(field.data) or is_own_address(field.data)):
        raise ValidationError(
            "Ponga una dirección completa, como https://ejemplo.org/informe, o una de este sitio, "
            "como /plan."
        )


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
    """A whole number, with or without what separates thousands: 1200, 1.200, 1 200."""

    def process_formdata(self, valuelist):
        try:
            super().process_formdata([spanish.ungrouped(text) for text in valuelist])
        except ValueError:
            raise ValueError("Escriba un número.") from None
        self.data: int | None
        if self.data is not None and abs(self.data) > MOST:
            self.data = None
            raise ValueError("Escriba un número más pequeño.")

    def pre_validate(self, form):
        if self.process_errors and any(text.strip() for text in self.raw_data or ()):
            raise StopValidation  # one sentence says what is wrong, not two


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
