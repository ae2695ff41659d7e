"""The forms of the question bank."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Optional

from participa.core.fields import SometimesNeeded, Ticks, up_to
from participa.core.forms import Form
from participa.surveys.builder.bank import BankEntry

ANOTHER = "otro"


class FromBankForm(Form):
    """Which questions of the bank go into a survey, and on which page."""

    chosen = Ticks("Preguntas del banco", [DataRequired("Marque al menos una pregunta.")])
    page = SelectField("En qué página", [DataRequired("Elija la página.")])

    def offer(self, blocks: Mapping[str, Sequence[BankEntry]], pages: Sequence[str]) -> None:
        self.chosen.choices = [
            (entry.name, entry.question.label) for block in blocks.values() for entry in block
        ]
        self.page.choices = [(str(place), words) for place, words in enumerate(pages)]
        self.page.choices.append((str(len(pages)), "En una página nueva"))
        if not self.is_submitted():
            self.page.data = str(max(0, len(pages) - 1))

    def is_ticked(self, entry: BankEntry) -> bool:
        return entry.name in (self.chosen.data or ())


class ToBankForm(Form):
    """In which block of the bank a question goes."""

    block = SelectField("Grupo", [DataRequired("Elija el grupo.")])
    another = StringField("Nombre del grupo nuevo", [SometimesNeeded(), Optional(), up_to(80)])

    def offer(self, blocks: Sequence[str]) -> None:
        self.block.choices = [*((name, name) for name in blocks), (ANOTHER, "Otro grupo")]

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators)
        if is_valid and self.block.data == ANOTHER and not self.another.data:
            self.reject("Escriba el nombre del grupo nuevo.", "another")
        return is_valid and not self.errors

    @property
    def name(self) -> str:
        chosen = self.another.data if self.block.data == ANOTHER else self.block.data
        return " ".join((chosen or "").split())
