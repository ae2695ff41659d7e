"""The population block as part of any form: optional, in two sections, drawn by our own macros.

    population = population_form(("curso_vida", "discapacidad"))(request.form)

The fields are light on purpose: their options are made once, and nothing here draws a widget.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any, ClassVar, cast

from wtforms import BooleanField, Field, Form, StringField
from wtforms.validators import Length, Optional, StopValidation, ValidationError

from participa.citizens import variables
from participa.citizens.variables import FIRST, TEXT, VARIABLES, Variable, VariableKind
from participa.core.forms import clean, flat

CONSENT = "sensitive_consent"
MOST_LETTERS = 80
ADULTS = frozenset(
    option.code
    for option in VARIABLES[FIRST].options
    if option.code not in (*VARIABLES[FIRST].minor_codes, variables.PREFER_NOT)
)
IDENTIFYING = ("name", "document_type", "document", "email", "phone", "photo", "signature")

Answers = dict[str, list[str]]


class OptionsField(Field):
    """One or several of some options. What was typed stays, also when it is refused."""

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
            self._refuse_contradictions()

    def _refuse_contradictions(self) -> None:
        if not self.takes_several:
            raise StopValidation("Elija una sola opción, o deje en blanco.")
        for code in self.data:
            if code in self.variable.exclusive:
                words = self.variable.option_label(code)
                raise StopValidation(f"Marque «{words}» sola, o quítela y deje las otras.")

    def iter_choices(self) -> Iterator[tuple[str, str, bool, dict[str, Any]]]:
        for option in self.variable.options:
            yield option.code, option.label, option.code in self.data, {}

    def has_groups(self) -> bool:
        return False


class ConsentField(BooleanField):
    """The express consent for sensitive answers: never ticked beforehand, asked only for them."""

    def process_data(self, value: Any) -> None:
        self.data = False

    def pre_validate(self, form: Any) -> None:
        if not self.data and form.tells_sensitive:
            raise ValidationError("Marque la autorización o deje en blanco estas preguntas.")


class PopulationForm(Form):
    """The base of every block. `plain` and `sensitive` are what the two sections draw."""

    asked: ClassVar[tuple[Variable, ...]] = ()

    @property
    def plain(self) -> list[tuple[Variable, list[Field]]]:
        return [(told, self.fields_of(told)) for told in self.asked if not told.is_sensitive]

    @property
    def sensitive(self) -> list[tuple[Variable, list[Field]]]:
        return [(told, self.fields_of(told)) for told in self.asked if told.is_sensitive]

    @property
    def sensitive_labels(self) -> list[str]:
        return [f"«{told.label}»" for told in self.asked if told.is_sensitive]

    @property
    def tells_sensitive(self) -> bool:
        """Whether something sensitive was answered; «Prefiero no responder» is not."""
        given = self.options_given()
        return any(VARIABLES[key.partition(".")[0]].is_sensitive and told for key, told in given)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(id of the field, sentence), as core.forms.Form.problems gives them."""
        return [
            (field.id, str(sentence))
            for field in self._fields.values()
            for sentence in flat(field.errors)
        ]

    def fields_of(self, variable: Variable) -> list[Field]:
        return [self._fields[field_name(key)] for key, _ in variable.keys]

    def text_of(self, variable: Variable) -> Field | None:
        return self._fields.get(field_name(f"{variable.id}{TEXT}"))

    def options_given(self) -> Iterator[tuple[str, bool]]:
        """Each key that has an answer, and whether the answer tells something."""
        for field in self._fields.values():
            if isinstance(field, OptionsField) and field.data:
                yield field.key, variables.tells(field.key, field.data)


def field_name(key: str) -> str:
    """v_discapacidad, v_dificultades_wg_P1906S1, v_identidad_genero_text."""
    return f"v_{key.replace('.', '_')}"


@cache
def _block(ids: tuple[str, ...]) -> type[PopulationForm]:
    asked = variables.in_order(ids)
    members: dict[str, Any] = {"asked": asked}
    for variable in asked:
        for key, words in variable.keys:
            members[field_name(key)] = OptionsField(words, variable, key)
        if variable.free_text_on:
            members[field_name(f"{variable.id}{TEXT}")] = StringField(
                "¿Cuál?",
                [Optional(), Length(max=MOST_LETTERS, message="Use hasta 80 letras.")],
                filters=[clean],
            )
    if any(variable.is_sensitive for variable in asked):
        members[CONSENT] = ConsentField(
            "Autorizo usar mis respuestas a estas preguntas solo para estadísticas."
        )
    return cast("type[PopulationForm]", type("Population", (PopulationForm,), members))


def population_form(ids: Collection[str]) -> type[PopulationForm]:
    """The form class for these variables, made once; it brings no CSRF token of its own."""
    return _block(tuple(ids))


def answers(form: PopulationForm) -> Answers:
    """Only what was answered, by key; a word beside "Otro" under <id>.text.

    The express consent travels with sensitive answers, under `sensitive_consent`, so that the
    service can refuse them without it.
    """
    fields = [field for field in form if isinstance(field, OptionsField) and field.data]
    given = {field.key: list(field.data) for field in fields}
    for variable in form.asked:
        if written := _word(form, variable, given):
            given[f"{variable.id}{TEXT}"] = [written]
    if form.tells_sensitive and form[CONSENT].data:
        given[CONSENT] = ["y"]
    return given


def _word(form: PopulationForm, variable: Variable, given: Mapping[str, list[str]]) -> str:
    field = form.text_of(variable)
    if field is None or variable.free_text_on not in given.get(variable.id, ()):
        return ""
    return field.data or ""


def is_minor(given: Mapping[str, Collection[str]]) -> bool:
    """Whether the person said to be under 18 (DAT-07)."""
    return any(code in VARIABLES[FIRST].minor_codes for code in given.get(FIRST, ()))


def may_identify(given: Mapping[str, Collection[str]]) -> bool:
    """Whether a channel may ask who this is: only somebody who said to be 18 or older (DAT-07)."""
    return any(code in ADULTS for code in given.get(FIRST, ()))


def without_identity(
    values: Mapping[str, Any],
    given: Mapping[str, Collection[str]],
    identifying: Collection[str] = IDENTIFYING,
) -> dict[str, Any]:
    """The values that may be stored: without name, document or contact unless of an adult."""
    if may_identify(given):
        return dict(values)
    return {name: value for name, value in values.items() if name not in identifying}


@cache
def consent_ticks(purposes: tuple[tuple[str, str], ...]) -> type[Form]:
    """A form with one tick per purpose (code, words), none ticked beforehand, none required.

    Refusing one never touches another (DAT-03): each field stands for itself.
    """
    ticks: dict[str, Any] = {f"c_{code}": TickField(words) for code, words in purposes}
    return cast("type[Form]", type("ConsentTicks", (Form,), ticks))


class TickField(BooleanField):
    """A consent; what the program proposes is ignored, only the person's own tick counts."""

    def process_data(self, value: Any) -> None:
        self.data = False


def accepted(form: Form) -> tuple[str, ...]:
    """The purposes that the person ticked."""
    return tuple(field.name.removeprefix("c_") for field in form if field.data)
