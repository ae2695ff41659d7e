"""The form field with which a channel lets its staff choose an official format."""

from wtforms import SelectField
from wtforms.validators import Optional, ValidationError

from participa.formats import queries
from participa.formats.models import OfficialFormat

NONE = "Ninguno"
CHOOSE = "Elija un formato de la lista."


class FormatField(SelectField):
    """A select of format ids, 0 for none. The form calls `offer` with the format it has now."""

    def __init__(self, label: str = "Formato oficial", **named):
        super().__init__(label, [Optional()], coerce=int, **named)

    def offer(self, current_id: int = 0) -> None:
        """Set the choices: the formats in force, and the current one even if it is none of them."""
        self.choices = [(0, NONE), *queries.formats_to_choose(current_id)]

    @property
    def chosen(self) -> OfficialFormat | None:
        return queries.format_by_id(self.data or 0)

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(CHOOSE) from None

    def pre_validate(self, form):
        known = {choice[0] for choice in self.iter_choices()}
        if not self.process_errors and self.data not in known:
            raise ValidationError(CHOOSE)
