"""Using a survey at the record of another feature: the staff's form, the same for all of them."""

from collections.abc import Iterable

from wtforms import SelectField
from wtforms.validators import InputRequired, ValidationError

from participa.core.forms import Form
from participa.surveys.models import Survey, SurveyUse


class AttachSurveyForm(Form):
    """Which survey is used at a record; see `offer`."""

    survey = SelectField(
        "Encuesta", [InputRequired("Elija una encuesta.")], coerce=int, validate_choice=False
    )
    known: dict[int, Survey]

    def offer(self, surveys: Iterable[Survey], uses: Iterable[SurveyUse]) -> None:
        """Offer these surveys. A second click sends one that is used there already."""
        offered = {one.id: one for one in surveys}
        self.survey.choices = [(one.id, one.title) for one in offered.values()]
        self.known = offered | {use.survey_id: use.survey for use in uses}

    @property
    def chosen(self) -> Survey:
        return self.known[self.survey.data]

    def validate_survey(self, field: SelectField) -> None:
        if field.data not in self.known:
            raise ValidationError("Esa encuesta ya no se puede poner aquí. Elija otra de la lista.")
