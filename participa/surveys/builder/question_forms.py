"""The form of one question, with only the fields that its type uses."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, NumberRange, Optional

from participa.core import spanish
from participa.core.errors import Refused
from participa.core.fields import CityDateField, CityNumberField, SometimesNeeded, up_to
from participa.core.forms import Form
from participa.surveys.builder.fields import QuantityField
from participa.surveys.questionnaire import editing
from participa.surveys.questionnaire.questions import (
    LONGEST_HINT,
    LONGEST_LABEL,
    LONGEST_LONG,
    LONGEST_SHORT,
    MOST_CHOICES,
    Choice,
    QuestionType,
    Showing,
    SurveyQuestion,
)

LONGEST_CHOICE = 200
LONGEST_LINES = MOST_CHOICES * (LONGEST_CHOICE + 2)
SHOWINGS = {
    Showing.AT_CLOSING.name: "Cuando cierre la encuesta",
    Showing.NOW.name: "Desde ya, mientras se responde",
    Showing.NEVER.name: "Nunca: solo los ve la entidad",
}
ANSWERED = ("label", "hint", "is_required", "shows")  # of everything that asks something
LEAST, MOST = COUNTED = ("least", "most")
OWN: Mapping[QuestionType, tuple[str, ...]] = {
    QuestionType.ONE: ("choices", "has_other", "has_none", "is_shuffled"),
    QuestionType.SEVERAL: ("choices", "has_other", "has_none", "is_shuffled", *COUNTED),
    QuestionType.SCALE: (*COUNTED, "low_label", "high_label", "words", "has_faces", "has_none"),
    QuestionType.MATRIX: ("rows", "choices", "has_none"),
    QuestionType.ORDER: ("choices", "has_none", "is_shuffled", *COUNTED),
    QuestionType.SHORT: ("most", "is_personal", "has_none"),
    QuestionType.LONG: ("most", "has_none"),
    QuestionType.NUMBER: (*COUNTED, "decimals", "unit", "has_none"),
    QuestionType.DATE: ("first_on", "last_on", "has_none"),
    QuestionType.TERRITORY: (),
    QuestionType.FILE: (),
}
LABELS: Mapping[tuple[QuestionType, str], str] = {
    (QuestionType.SEVERAL, LEAST): "Cuántas hay que marcar, al menos",
    (QuestionType.SEVERAL, MOST): "Cuántas se pueden marcar, a lo sumo",
    (QuestionType.ORDER, LEAST): "Cuántas hay que ordenar, al menos",
    (QuestionType.ORDER, MOST): "Cuántas se pueden ordenar, a lo sumo",
    (QuestionType.SCALE, LEAST): "La escala va desde",
    (QuestionType.SCALE, MOST): "Hasta",
    (QuestionType.SHORT, MOST): "Cuántas letras, a lo sumo",
    (QuestionType.LONG, MOST): "Cuántas letras, a lo sumo",
    (QuestionType.NUMBER, LEAST): "El menor número que se recibe",
    (QuestionType.NUMBER, MOST): "El mayor número que se recibe",
    (QuestionType.MATRIX, "choices"): "Opciones de la escala, una por línea",
    (QuestionType.STATEMENT, "label"): "Texto que la gente lee",
}
NO_LEAST, NO_MOST = "En blanco, no hay mínimo.", "En blanco, no hay máximo."
HINTS: Mapping[tuple[QuestionType, str], str] = {
    (QuestionType.SEVERAL, LEAST): NO_LEAST,
    (QuestionType.SEVERAL, MOST): NO_MOST,
    (QuestionType.ORDER, LEAST): NO_LEAST,
    (QuestionType.ORDER, MOST): NO_MOST,
    (QuestionType.NUMBER, LEAST): NO_LEAST,
    (QuestionType.NUMBER, MOST): NO_MOST,
    (QuestionType.SCALE, LEAST): "Un número entero.",
    (QuestionType.SCALE, MOST): "Un número entero. Lo usual: de 1 a 5, o de 0 a 10.",
    (QuestionType.SHORT, MOST): "En blanco, hasta 200.",
    (QuestionType.LONG, MOST): "En blanco, hasta 4.000.",
    (QuestionType.SHORT, "shows"): "Los textos solo se publican después de que alguien los lea.",
    (QuestionType.LONG, "shows"): "Los textos solo se publican después de que alguien los lea.",
}
LONGEST = {QuestionType.SHORT: LONGEST_SHORT, QuestionType.LONG: LONGEST_LONG}  # letters
SCALE_ENDS = {LEAST: 1, MOST: 5}
KEEPS_ORDER = (
    "Para corregir palabras, deje el mismo número de líneas y en el mismo orden. Ahora hay "
    "{now}, y eran {before}."
)


class SurveyQuestionForm(Form):
    """A question of a survey. The fields that its type does not use are taken out."""

    label = TextAreaField("Pregunta", [DataRequired("Escriba la pregunta."), up_to(LONGEST_LABEL)])
    hint = TextAreaField("Ayuda", [Optional(), up_to(LONGEST_HINT)])
    rows = TextAreaField(
        "Afirmaciones, una por línea",
        [DataRequired("Escriba por lo menos una afirmación."), up_to(LONGEST_LINES)],
    )
    choices = TextAreaField(
        "Opciones, una por línea",
        [DataRequired("Escriba las opciones, una por línea."), up_to(LONGEST_LINES)],
    )
    only_words = BooleanField("Solo corregí palabras: cada opción sigue siendo la misma")
    least = QuantityField("Mínimo", [SometimesNeeded(), Optional()])
    most = QuantityField("Máximo", [SometimesNeeded(), Optional()])
    low_label = StringField("Palabras junto al número más bajo", [Optional(), up_to(60)])
    high_label = StringField("Palabras junto al número más alto", [Optional(), up_to(60)])
    words = TextAreaField("La palabra de cada número, una por línea", [Optional(), up_to(1000)])
    has_faces = BooleanField("Mostrar cinco caras")
    decimals = CityNumberField(
        "Cuántos decimales",
        [Optional(), NumberRange(0, 6, message="Escriba un número del 0 al 6.")],
    )
    unit = StringField("Unidad", [Optional(), up_to(30)])
    first_on = CityDateField("Primera fecha que se recibe", [Optional()])
    last_on = CityDateField("Última fecha que se recibe", [Optional()])
    has_other = BooleanField("Agregar «Otra, ¿cuál?»")
    has_none = BooleanField("Agregar «No sabe / No aplica»")
    is_shuffled = BooleanField("Mostrar las opciones a cada persona en otro orden")
    is_personal = BooleanField("Es un dato personal")
    is_required = BooleanField("Es obligatorio responder")
    shows = RadioField(
        "Cuándo se publican sus resultados",
        [DataRequired("Elija cuándo se publican.")],
        choices=SHOWINGS,
        description="Los grupos pequeños nunca se publican.",
        default=Showing.AT_CLOSING.name,
    )

    def __init__(
        self,
        type: QuestionType = QuestionType.ONE,
        earlier: SurveyQuestion | None = None,
        is_public: bool = False,
        **named: Any,
    ):
        """`earlier` is the question that changes; `is_public` whether people answer it already."""
        super().__init__(**named)
        self.type, self.earlier, self.is_public = type, earlier, is_public
        used = names_of(type, is_public and earlier is not None)
        for name in [field.name for field in self if field.name in set(UNUSED) - used]:
            del self[name]
        for name in used & set(self._fields):
            if words := LABELS.get((type, name)):
                self[name].label.text = words
            self[name].description = HINTS.get((type, name), self[name].description)
        if type is QuestionType.SCALE and not self.is_submitted():
            for name, usual in SCALE_ENDS.items():
                self[name].data = usual if self[name].data is None else self[name].data

    # ---- what was typed

    @property
    def choice_lines(self) -> list[str]:
        return lines(self.choices.data) if "choices" in self else []

    def question(self, key: str = "") -> SurveyQuestion:
        """The question as it was typed. Raises Refused for what cannot be one."""
        earlier = self.earlier
        begun = earlier or SurveyQuestion(key=key, type=self.type, label="")
        return replace(begun, **dict(self._facts()))

    def _facts(self) -> Iterator[tuple[str, Any]]:
        for name in PLAIN:
            if name in self:
                empty = "" if name in {"hint", "unit", "low_label", "high_label"} else None
                value = self[name].data
                yield name, empty if value in (None, "") else value
        if "decimals" in self:
            yield "decimals", self.decimals.data or 0
        if "shows" in self:
            yield "shows", Showing[self.shows.data]
        if "rows" in self:
            before = self.earlier.rows if self.earlier else ()
            yield "rows", self._choices(lines(self.rows.data), before, "rows")
        if "choices" in self:
            before = self.earlier.choices if self.earlier else ()
            yield "choices", self._choices(self.choice_lines, before, "choices")
        if "words" in self:
            yield "choices", self._words()

    def _choices(
        self, labels: list[str], before: tuple[Choice, ...], field: str
    ) -> tuple[Choice, ...]:
        """The options with their codes. One that was corrected keeps its code, so that its answers
        stay together; while nobody has answered, the place of a line says which one it was.
        """
        kept = {choice.label: choice.code for choice in before}
        if self.is_correction:
            if len(labels) != len(before):
                sentence = KEEPS_ORDER.format(now=len(labels), before=len(before))
                raise Refused(sentence, field)
            return tuple(Choice(one.code, label) for one, label in zip(before, labels, strict=True))
        if not self.is_public:
            for label, one in zip(labels, before, strict=False):
                if label not in kept and one.label not in labels:
                    kept[label] = one.code
        codes = editing.new_codes(labels, kept)
        return tuple(Choice(code, label) for code, label in zip(codes, labels, strict=True))

    @property
    def is_correction(self) -> bool:
        return "only_words" in self and bool(self.only_words.data)

    def _words(self) -> tuple[Choice, ...]:
        """The words of a scale, one for each of its steps or none."""
        words, first = lines(self.words.data), int(self.least.data or 0)
        steps = int(self.most.data or 0) - first + 1
        if words and len(words) != steps:
            raise Refused(
                f"La escala tiene {steps} números y hay {len(words)} palabras. Escriba una por "
                "número, o ninguna.",
                "words",
            )
        return tuple(Choice(str(first + place), word) for place, word in enumerate(words))

    # ---- checking

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators)
        return is_valid and all([self._has_sound_lines(), self._has_sound_bounds()])

    def _has_sound_lines(self) -> bool:
        for name in ("rows", "choices", "words"):
            if name not in self:
                continue
            typed = lines(self[name].data)
            plain = [line.casefold() for line in typed]  # «Sí» and «sí» are one to who reads them
            if len(set(plain)) < len(plain):
                twice = next(
                    line for line, one in zip(typed, plain, strict=True) if plain.count(one) > 1
                )
                self.reject(f"«{twice}» está dos veces. Deje una.", name)
            elif any(len(line) > LONGEST_CHOICE for line in typed):
                self.reject(f"Use hasta {LONGEST_CHOICE} letras en cada línea.", name)
            elif len(typed) > MOST_CHOICES:
                self.reject(f"Escriba hasta {MOST_CHOICES} líneas.", name)
            elif name == "choices" and len(typed) + self._offers_other < 2:
                self.reject("Escriba por lo menos dos opciones, una por línea.", name)
        return not self.errors

    @property
    def _offers_other(self) -> bool:
        return "has_other" in self and bool(self.has_other.data)

    def _has_sound_bounds(self) -> bool:
        for name in COUNTED:
            if self.type is QuestionType.SCALE and self[name].data is None:
                self.reject("Escriba un número entero.", name)
        least = self.least.data if "least" in self else None
        most = self.most.data if "most" in self else None
        if least is not None and most is not None and most < least:
            self.reject("Ponga un número mayor que el mínimo, o igual.", "most")
        longest = LONGEST.get(self.type)
        if longest and most is not None and not 0 < most <= longest:
            self.reject(f"Escriba un número del 1 al {spanish.number(longest)}.", "most")
        return not self.errors


PLAIN = (
    "label",
    "hint",
    "is_required",
    "has_none",
    "has_other",
    "is_shuffled",
    "has_faces",
    "is_personal",
    "least",
    "most",
    "unit",
    "low_label",
    "high_label",
    "first_on",
    "last_on",
)
UNUSED = (*PLAIN, "decimals", "shows", "rows", "choices", "words", "only_words")
WITH_LINES = {"choices", "rows"}


def names_of(type: QuestionType, is_answered: bool = False) -> set[str]:
    """The fields of the form for a type."""
    if not type.is_answered:
        return {"label", "hint"}
    names = {*ANSWERED, *OWN[type]}
    return names | {"only_words"} if is_answered and names & WITH_LINES else names


def values_of(question: SurveyQuestion, is_public: bool = False) -> dict[str, Any]:
    """The values of the form for a question."""
    values = {name: getattr(question, name) for name in (*PLAIN, "decimals")}
    labels = "\n".join(choice.label for choice in question.choices)
    values |= {
        "shows": question.shows.name,
        "choices": labels,
        "words": labels,
        "rows": "\n".join(row.label for row in question.rows),
        "only_words": False,
    }
    used = names_of(question.type, is_public)
    return {name: value for name, value in values.items() if name in used}


def lines(text: str | None) -> list[str]:
    """The lines of a field, with single spaces, without blank ones."""
    found = (" ".join(line.split()) for line in (text or "").splitlines())
    return [line for line in found if line]


class PageForm(Form):
    """The title of a page."""

    title = StringField("Título de la página", [Optional(), up_to(120)])


class PlaceForm(Form):
    """Where a question goes."""

    place = SelectField("Dónde queda", [DataRequired("Elija el lugar.")])

    @property
    def page(self) -> int:
        return int((self.place.data or "0").partition(".")[0])

    @property
    def after(self) -> str:
        """The key of the question above; "" for the top of the page."""
        return (self.place.data or "").partition(".")[2]
