"""Form field for the office in charge of a record."""

from collections.abc import Iterable

from wtforms import SelectField
from wtforms.validators import ValidationError

from participa.staff.models import Office


def office_choices(offices: Iterable[Office], none: str = "Ninguna") -> list[tuple[int, str]]:
    """Choices of an OfficeField; 0, with the label `none`, means no office."""
    return [(0, none), *((office.id, office.name) for office in offices)]


class OfficeField(SelectField):
    """A select of office ids, 0 for none, with the error messages of this site."""

    def __init__(self, label=None, validators=None, **named):
        super().__init__(label, validators, coerce=int, **named)

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Elija una dependencia de la lista.") from None

    def pre_validate(self, form):
        if not self.process_errors and self.data not in {
            choice[0] for choice in self.iter_choices()
        }:
            raise ValidationError("Elija una dependencia de la lista.")
