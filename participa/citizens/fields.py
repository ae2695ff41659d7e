"""Form fields for the population variables, for use inside the form of any channel.

    population = population_form(("curso_vida", "discapacidad"))(request.form)

All questions are optional. The fields have no widgets: templates/citizens/_population.html renders
them in two sections, and the options are built once per process, because every citizen's request
builds this form.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, cast

from wtforms import BooleanField, Field, Form, StringField
from wtforms.validators import Length, Optional, StopValidation, ValidationError

from participa.citizens import variables
from participa.citizens.variables import AGE, TEXT, VARIABLES, Variable, VariableKind
from participa.core.forms import clean, flat

CONSENT = "sensitive_consent"
MAX_FREE_TEXT_LENGTH = 80
ADULTS = frozenset(
    option.code
    for option in VARIABLES[AGE].options
    if option.code not in (*VARIABLES[AGE].minor_codes, variables.PREFER_NOT)
)
IDENTIFYING = ("name", "document_type", "document", "email", "phone", "photo", "signature")

Answers = dict[str, list[str]]


class OptionsField(Field):
    """One or several options of a variable. A rejected form keeps the submitted values."""

    def __init__(self, label: str, variable: Variable, key: str, **named: Any):
        super().__init__(label, [Optional(strip_whitespace=False)], **named)
        self.variable = variable
        self.key = key
        self.codes = frozenset(option.code for option in variable.options)
        self.takes_several = variable.kind is VariableKind.MULTI

    def process_data(self, value: Any) -> None:
        self.data = [] if value is None else [*value]

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = list(dict.fromkeys(value for value in valuelist if value))

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            raise StopValidation()
        if not self.codes.issuperset(self.data):
            raise StopValidation("Elija una de las opciones de la lista, o deje en blanco.")
        if len(self.data) > 1:
            self._refuse_contradictory_options()

    def _refuse_contradictory_options(self) -> None:
        if not self.takes_several:
            raise StopValidation("Elija una sola opción, o deje en blanco.")
        for code in self.data:
            if code in self.variable.exclusive:
                label = self.variable.option_label(code)
                raise StopValidation(f"Marque «{label}» sola, o quítela y deje las otras.")

    def iter_choices(self) -> Iterator[tuple[str, str, bool, dict[str, Any]]]:
        for option in self.variable.options:
            yield option.code, option.label, option.code in self.data, {}

    def has_groups(self) -> bool:
        return False


class ConsentField(BooleanField):
    """Express consent to sensitive answers: never pre-ticked, required only if there are any."""

    def process_data(self, value: Any) -> None:
        self.data = False

    def pre_validate(self, form: Any) -> None:
        if not self.data and form.has_sensitive_answers:
            raise ValidationError("Marque la autorización o deje en blanco estas preguntas.")


class PopulationForm(Form):
    """Base class of all population forms. `plain` and `sensitive` are the two page sections."""

    asked: ClassVar[tuple[Variable, ...]] = ()

    @property
    def plain(self) -> list[tuple[Variable, list[Field]]]:
        return [(one, self.fields_of(one)) for one in self.asked if not one.is_sensitive]

    @property
    def sensitive(self) -> list[tuple[Variable, list[Field]]]:
        return [(one, self.fields_of(one)) for one in self.asked if one.is_sensitive]

    @property
    def sensitive_labels(self) -> list[str]:
        return [f"«{variable.label}»" for variable in self.asked if variable.is_sensitive]

    @property
    def has_sensitive_answers(self) -> bool:
        """Whether a sensitive question has an answer other than «Prefiero no responder»."""
        return any(
            discloses and VARIABLES[key.partition(".")[0]].is_sensitive
            for key, discloses in self.answered_keys()
        )

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Pairs (field id, error message), like `core.forms.Form.problems`."""
        return [
            (field.id, str(sentence))
            for field in self._fields.values()
            for sentence in flat(field.errors)
        ]

    def fields_of(self, variable: Variable) -> list[Field]:
        return [self._fields[field_name(key)] for key, _ in variable.keys]

    def text_of(self, variable: Variable) -> Field | None:
        return self._fields.get(field_name(f"{variable.id}{TEXT}"))

    def answered_keys(self) -> Iterator[tuple[str, bool]]:
        """Each key with an answer, and whether that answer discloses anything."""
        for field in self._fields.values():
            if isinstance(field, OptionsField) and field.data:
                yield field.key, variables.discloses(field.key, field.data)


def field_name(key: str) -> str:
    """For example v_discapacidad, v_dificultades_wg_P1906S1, v_identidad_genero_text."""
    return f"v_{key.replace('.', '_')}"


@cache
def _form_class(ids: tuple[str, ...]) -> type[PopulationForm]:
    asked = variables.in_order(ids)
    members: dict[str, Any] = {"asked": asked}
    for variable in asked:
        for key, question in variable.keys:
            members[field_name(key)] = OptionsField(question, variable, key)
        if variable.free_text_on:
            members[field_name(f"{variable.id}{TEXT}")] = StringField(
                "¿Cuál?",
                [Optional(), Length(max=MAX_FREE_TEXT_LENGTH, message="Use hasta 80 letras.")],
                filters=[clean],
            )
    if any(variable.is_sensitive for variable in asked):
        members[CONSENT] = ConsentField(
            "Autorizo usar mis respuestas a estas preguntas solo para estadísticas."
        )
    return cast("type[PopulationForm]", type("Population", (PopulationForm,), members))


def population_form(ids: Collection[str]) -> type[PopulationForm]:
    """The form class for these variables, cached. The enclosing form carries the CSRF token."""
    return _form_class(tuple(ids))


def answers(form: PopulationForm) -> Answers:
    """The answered questions only: option codes by key, free text beside "Otro" under `<id>.text`.

    Sensitive answers include the express consent under `sensitive_consent`; `service.record_slip`
    refuses them without it.
    """
    fields = [field for field in form if isinstance(field, OptionsField) and field.data]
    given = {field.key: list(field.data) for field in fields}
    for variable in form.asked:
        if text := _free_text(form, variable, given):
            given[f"{variable.id}{TEXT}"] = [text]
    if form.has_sensitive_answers and form[CONSENT].data:
        given[CONSENT] = ["y"]
    return given


def _free_text(form: PopulationForm, variable: Variable, given: Mapping[str, list[str]]) -> str:
    field = form.text_of(variable)
    if field is None or variable.free_text_on not in given.get(variable.id, ()):
        return ""
    return field.data or ""


def is_minor(given: Mapping[str, Collection[str]]) -> bool:
    """Whether the stated age is under 18 (DAT-07)."""
    return any(code in VARIABLES[AGE].minor_codes for code in given.get(AGE, ()))


def answers_of_minor(given: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """What may be stored of somebody under 18: nothing sensitive, whatever was sent (DAT-07)."""
    return {
        key: codes
        for key, codes in given.items()
        if (variable := variables.variable_of(key)) is not None and not variable.is_sensitive
    }


def may_identify(given: Mapping[str, Collection[str]]) -> bool:
    """Whether name, document or contact may be asked: only if the stated age is 18+ (DAT-07)."""
    return any(code in ADULTS for code in given.get(AGE, ()))


def without_identity(
    values: Mapping[str, Any],
    given: Mapping[str, Collection[str]],
    identifying: Collection[str] = IDENTIFYING,
) -> dict[str, Any]:
    """The values that may be stored; identifying ones are dropped unless `may_identify`."""
    if may_identify(given):
        return dict(values)
    return {name: value for name, value in values.items() if name not in identifying}


@cache
def consent_ticks(purposes: tuple[tuple[str, str], ...]) -> type[Form]:
    """A form class with one checkbox per purpose, given as (code, label) pairs.

    None is pre-ticked or required, and each consent is independent of the others (DAT-03).
    """
    ticks: dict[str, Any] = {f"c_{code}": TickField(label) for code, label in purposes}
    return cast("type[Form]", type("ConsentTicks", (Form,), ticks))


class TickField(BooleanField):
    """A consent checkbox. Default values are ignored: only the submitted tick counts."""

    def process_data(self, value: Any) -> None:
        self.data = False


def accepted(form: Form) -> tuple[str, ...]:
    """Codes of the ticked purposes of a `consent_ticks` form."""
    return tuple(field.name.removeprefix("c_") for field in form if field.data)
