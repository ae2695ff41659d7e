"""The forms of paper: how much to print, a sheet to type, a count, a sample, a decision."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from participa.channels.flow import ABOUT_THE_PERSON, PersonalDetails, malformed
from participa.citizens.fields import population_form
from participa.core.fields import CityNumberField, SometimesNeeded, up_to
from participa.core.forms import Form
from participa.surveys import access_codes
from participa.surveys.models import Survey, SurveyUse
from participa.surveys.paper.sheets import MOST
from participa.surveys.paper.typed_answers import on_paper, read_typed
from participa.surveys.questionnaire.answering import PREFIX, Answered, field_name
from participa.surveys.questionnaire.questions import Questionnaire, SurveyQuestion
from participa.surveys.snapshots import SurveySnapshot

FIRST, SECOND = "primera", "segunda"
PICK = "queda_"  # of the fields of a decision


def people(label: str, missing: str, least: int = 0) -> CityNumberField:
    between = NumberRange(least, MOST, f"Escriba un número entre {least} y {MOST}.")
    return CityNumberField(label, [InputRequired(missing), between])


class PrintSurveyForm(Form):
    """How many sheets, and where they go."""

    label = StringField(
        "Dónde se van a usar", [DataRequired("Escriba dónde se van a usar."), up_to(120)]
    )
    size = people("Cuántas hojas", "Escriba cuántas hojas, en números.", 1)
    use = SelectField("Para qué encuentro", [SometimesNeeded()], coerce=int)

    def offer(self, survey: Survey) -> None:
        """Ask for which event they are, if the survey is used at any."""
        self.uses = {use.id: use for use in survey.uses}
        if not survey.uses:
            del self.use
            return
        self.use.choices = [(0, "Ninguno"), *((use.id, use.title) for use in survey.uses)]

    @property
    def chosen_use(self) -> SurveyUse | None:
        return self.uses.get(self.use.data) if "use" in self else None


class CountSheetsForm(Form):
    """What came back, as counted on the paper."""

    used = people("Con respuestas", "Escriba cuántas tienen respuestas.")
    unused = people("En blanco", "Escriba cuántas están en blanco.")
    void = people("Rotas o ilegibles", "Escriba cuántas no se pueden leer.")


class SheetSampleForm(Form):
    """How many sheets somebody else types again."""

    count = people("Cuántas hojas", "Escriba cuántas hojas.", 1)


class KeySheetForm(PersonalDetails, Form):
    """What stands on a sheet. The questions are no fields of this class: `answered` reads them."""

    snapshot: SurveySnapshot

    number = CityNumberField("Número de la hoja", [InputRequired("Escriba el número de la hoja.")])
    code = StringField("Código del papelito", [Optional(), Length(max=40)])

    def __init__(
        self,
        snapshot: SurveySnapshot,
        prefilled: MultiDict[str, str] | None = None,
        asks_number: bool = True,
        **named: Any,
    ):
        super().__init__(**named)
        self.snapshot = snapshot
        self.prefilled: MultiDict[str, str] = prefilled or MultiDict()
        self.is_checked = False
        if not asks_number:
            del self.number
        if not snapshot.needs_code:
            del self.code
        elif request.method != "POST":
            self.code.data = self.prefilled.get("code", "")

    @cached_property
    def questionnaire(self) -> Questionnaire:
        return on_paper(self.snapshot.questionnaire)

    @property
    def sent(self) -> MultiDict[str, str]:
        return request.form if request.method == "POST" else self.prefilled

    @cached_property
    def population(self) -> Any:
        if not self.snapshot.variables:
            return None
        return population_form(self.snapshot.variables)(self.sent or None)

    @cached_property
    def answered(self) -> Answered:
        return read_typed(self.questionnaire, self.sent)

    def typed(self, question: SurveyQuestion, part: str = "") -> str:
        """What the field of a question, or of a part of it, shows."""
        return self.sent.get(field_name(question, part), "")

    def sentence(self, question: SurveyQuestion) -> str:
        """What has to be repaired in a question; "" for nothing."""
        found = self.answered.problems if self.is_checked else ()
        id = field_name(question)
        return next((words for key, words in found if key == id), "")

    @property
    def is_sent(self) -> bool:
        """Whether the button was pressed. Enter in a field, where no script moves on, is no button:
        it would keep half a sheet.
        """
        return request.method == "POST" and "enter" not in request.form

    @property
    def fields_typed(self) -> Iterator[tuple[str, str]]:
        """Name and value of everything on the sheet."""
        for name, value in self.sent.items(multi=True):
            if value and (name == "code" or name.startswith((PREFIX, *ABOUT_THE_PERSON))):
                yield name, value.strip()

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        self.is_checked = True
        is_valid = super().validate(extra_validators) & self.details_are_valid()
        for sentence in malformed(()):
            self.reject(sentence)
            is_valid = False
        return is_valid & self.code_is_usable() & self.answered.is_valid

    def code_is_usable(self) -> bool:
        """Whether the code on the sheet answers once; it is marked when the batch is settled."""
        if "code" not in self:
            return True
        try:
            access_codes.look_up(self.snapshot.id, self.code.data or "")
        except access_codes.CodeRefused as refusal:
            self.reject(str(refusal), "code")
            return False
        return True

    @property
    def problems(self) -> list[tuple[str, str]]:
        own = list(self.answered.problems) if self.is_checked else []
        return [*super().problems, *own, *self.detail_problems]


class TwoTypingsForm(Form):
    """Which of two typings is as the paper, question by question."""

    def __init__(self, differences: Sequence[tuple[str, str, str, str]], **named: Any):
        super().__init__(**named)
        self.differences_found = differences

    @property
    def chosen(self) -> dict[str, str]:
        """FIRST or SECOND by question, as it was sent."""
        return {key: request.form.get(f"{PICK}{key}", "") for key, *_ in self.differences_found}

    @property
    def seconds(self) -> dict[str, bool]:
        return {key: word == SECOND for key, word in self.chosen.items()}

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        is_valid = super().validate(extra_validators)
        for key, label, *_ in self.differences_found:
            if self.chosen[key] not in {FIRST, SECOND}:
                self.form_errors = [*self.form_errors, f"Elija cuál queda en «{label}»."]
                is_valid = False
        return is_valid
