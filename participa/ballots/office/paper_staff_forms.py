"""The staff form for the paper votes, with a field for each option of one box."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from wtforms import BooleanField, TextAreaField
from wtforms.validators import Optional

from participa.ballots.kinds import blank_label
from participa.ballots.models import BallotBox
from participa.ballots.office.staff_forms import people_field
from participa.core.errors import Refused
from participa.core.fields import SometimesNeeded, up_to
from participa.core.forms import Form

NOTHING = "Escriba los números, o marque que no llegó ningún voto en papel."
BOTH = "Marcó que no llegó ninguno y escribió números. Deje una de las dos cosas."


class PaperForm(Form):
    """Paper votes. `paper_form` adds a field per question and slot of one box."""

    none_came = BooleanField("No llegó ningún voto en papel")
    ballots = people_field("Papeletas en la caja", SometimesNeeded(), Optional())
    invalid = people_field("De ellas, nulas", Optional())
    note = TextAreaField("Nota para el acta", [Optional(), up_to(600)])
    reason = TextAreaField("Por qué se corrige", [SometimesNeeded(), Optional(), up_to(300)])

    slots: tuple[tuple[str, ...], ...] = ()

    @property
    def counts(self) -> list[list[int]]:
        return [[self[name].data or 0 for name in names] for names in self.slots]

    @property
    def numbers(self) -> tuple[int, int, list[list[int]], str, str]:
        """The arguments of lifecycle.paper.type_count."""
        ballots, invalid = self.ballots.data or 0, self.invalid.data or 0
        return ballots, invalid, self.counts, self.note.data or "", self.reason.data or ""

    def lines(self, number: int) -> Iterator[Any]:
        """The fields of the question with this number, in the order of its options."""
        return (self[name] for name in self.slots[number - 1])

    def prepare(self) -> None:
        """Refuse an empty form, and read what is left empty beside a number as zero."""
        names = [name for line in self.slots for name in line]
        typed = [self[name].data for name in names]
        if self.none_came.data and any((self.ballots.data, self.invalid.data, *typed)):
            raise Refused(BOTH, "none_came")
        if not self.none_came.data and self.ballots.data is None:
            raise Refused(NOTHING, "ballots")
        for number, line in enumerate(self.slots, start=1):
            if self.ballots.data and all(self[name].data is None for name in line):
                raise Refused(f"Escriba los votos de la pregunta {number}.", f"q{number}")
        for name in ("ballots", "invalid", *names):
            self[name].data = self[name].data or 0
        self.none_came.data = not self.ballots.data

    def reject(self, sentence: str, field: str = "") -> None:
        """An error of a whole question is shown at its first field."""
        first = {f"q{number}": names[0] for number, names in enumerate(self.slots, start=1)}
        super().reject(sentence, first.get(field, field))


def paper_form(box: BallotBox) -> PaperForm:
    """The form for the questions of this box, filled with an earlier count."""
    fields: dict[str, Any] = {}
    slots = []
    for question in box.questions:
        labels = [blank_label(box.is_secret)] * question.has_blank + list(question.answers)
        names = [f"q{question.position}_{slot}" for slot in range(len(labels))]
        fields |= {
            name: people_field(label, SometimesNeeded(), Optional())
            for name, label in zip(names, labels, strict=True)
        }
        slots.append(tuple(names))
    form_class = cast(
        "type[PaperForm]",
        type("PaperFormOfOneBox", (PaperForm,), fields | {"slots": tuple(slots)}),
    )
    return form_class.changing(box, lambda box: stored_paper(box, slots))


def stored_paper(box: BallotBox, slots: Sequence[Sequence[str]]) -> dict[str, Any]:
    """The values of the form as the last count has them, typed or confirmed; empty without one."""
    count = box.typed_paper or box.paper
    if count is None or count.counts is None:
        return {}
    values: dict[str, Any] = {
        "none_came": not count.ballots,
        "ballots": count.ballots,
        "invalid": count.invalid,
        "note": count.note,
        "reason": count.reason if count is box.typed_paper else "",
    }
    for names, counts in zip(slots, count.counts, strict=True):
        values |= dict(zip(names, counts, strict=True))
    return values
