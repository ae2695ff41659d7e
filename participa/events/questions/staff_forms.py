"""The staff's forms of the questions of an event."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from participa.core.editing import versions
from participa.core.fields import CityDateField, SometimesNeeded, Ticks, up_to
from participa.core.forms import Form, clean
from participa.events.questions.service import MOST_AT_ONCE
from participa.events.record_models import AskedBy, EventQuestion
from participa.staff.fields import OfficeField

LONGEST_THEME = 80
TICK = re.compile(r"[0-9]{1,16}-[0-9a-f]+")  # id of the case, and fingerprint of the theme shown
AT_THE_EVENT, IN_WRITING = "there", "written"


class RegisterForm(Form):
    """Questions of cards, or spoken ones, as somebody types them: one per line."""

    texts = TextAreaField(
        "Preguntas, una por línea",
        [DataRequired("Escriba al menos una pregunta."), up_to(60_000)],
        description=f"Hasta {MOST_AT_ONCE} a la vez, sin el nombre de quien preguntó.",
    )
    asked_by = RadioField(
        "Cómo llegaron",
        [DataRequired("Elija cómo llegaron las preguntas.")],
        choices={one.name: one.value for one in (AskedBy.CARD, AskedBy.SPOKEN)},
        default=AskedBy.CARD.name,
    )
    asked_on = CityDateField("Día en que preguntaron", [DataRequired("Escriba el día.")])
    theme = StringField("Tema", [Optional(), up_to(LONGEST_THEME)])

    @property
    def lines(self) -> list[str]:
        lines = (clean(line) for line in (self.texts.data or "").splitlines())
        return [line for line in lines if line]


class ThemeForm(Form):
    """One theme for all ticked questions. A tick says which theme its page showed."""

    chosen = Ticks("Preguntas", [DataRequired("Marque al menos una pregunta.")])
    theme = StringField(
        "Tema de las marcadas", [SometimesNeeded(), Optional(), up_to(LONGEST_THEME)]
    )

    def offer(self) -> None:
        """Every tick that can be read is a choice: whether it is still so is checked later."""
        self.chosen.choices = [(one, one) for one in self.chosen.data or () if TICK.fullmatch(one)]

    @property
    def ticked(self) -> dict[int, str]:
        """The fingerprint of each ticked question, by id of its case."""
        ticks = [one for one in self.chosen.data or () if TICK.fullmatch(one)]
        parts = (one.split("-") for one in ticks)
        return {int(id): shown for id, shown in parts}

    def is_ticked(self, question: EventQuestion) -> bool:
        return question.case_id in self.ticked


def tick_of(question: EventQuestion) -> str:
    return f"{question.case_id}-{theme_print(question.theme)}"


def theme_print(theme: str) -> str:
    return versions.fingerprint({"theme": theme})


class AnswersForm(Form):
    """One answer to all ticked questions of a theme."""

    chosen = Ticks("Preguntas que responde", [DataRequired("Marque al menos una pregunta.")])
    where = RadioField(
        "Dónde se respondieron",
        [DataRequired("Elija dónde se respondieron.")],
        choices={IN_WRITING: "Por escrito, con esta respuesta", AT_THE_EVENT: "En el evento"},
        default=IN_WRITING,
    )
    answered_on = CityDateField("Día de la respuesta", [SometimesNeeded(), Optional()])
    office = OfficeField("Dependencia que responde", [SometimesNeeded(), Optional()])
    answer = TextAreaField("Respuesta", [DataRequired("Escriba la respuesta."), up_to(4000)])

    def offer(self, questions: Sequence[EventQuestion], offices: list[tuple[int, str]]) -> None:
        self.chosen.choices = [(str(one.case_id), one.case.shown_text) for one in questions]
        self.office.choices = offices

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators)
        if self.where.data == AT_THE_EVENT and not self.answered_on.data:
            if not self.answered_on.errors:
                self.reject("Escriba el día en que se respondió en el evento.", "answered_on")
            return False
        return is_valid

    @property
    def ids(self) -> list[int]:
        return [int(id) for id in self.chosen.data or ()]

    @property
    def day_there(self) -> date | None:
        return self.answered_on.data if self.where.data == AT_THE_EVENT else None
