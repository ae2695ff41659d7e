"""The cells of one task that need more than themselves: its months, unit and target. Where they
can be read in two ways, a question is asked. No database here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from participa.core import spanish
from participa.core.files.spreadsheets import Row
from participa.plan import cell_values
from participa.plan.cell_values import When
from participa.plan.importing.drafts import Note
from participa.plan.models import Unit

CLIP, KEEP, PENDING = "clip", "keep", "pending"
UNIT_OPTIONS = tuple((unit.name, f"{unit.value}") for unit in Unit)

Options = Sequence[tuple[str, str]]


@dataclass
class Questions:
    """What is told and asked about a file, and the answers so far by the key of their question."""

    answers: Mapping[str, str]
    notes: dict[str, Note] = field(default_factory=dict)

    def tell(self, kind: str, row: int, words: str) -> None:
        self._add(Note(kind, row, words))

    def ask(self, kind: str, row: int, words: str, options: Options) -> str:
        """The answer to a question, asked once for the same words; until then the first option."""
        note = self._add(Note(kind, row, words, tuple(options)))
        answer = self.answers.get(note.key, "")
        return answer if answer in dict(options) else options[0][0]

    def _add(self, note: Note) -> Note:
        first = self.notes.get(note.key)
        if first is None:
            self.notes[note.key] = note
        elif note.row not in {first.row, *first.also}:
            also = (*first.also, note.row)
            self.notes[note.key] = Note(first.kind, first.row, first.words, first.options, also)
        return note


@dataclass(frozen=True, slots=True)
class TaskCells:
    """Reads the cells of one row. Each method raises ValueError with a Spanish sentence."""

    row: Row
    questions: Questions
    year: int | None

    def months(self, start: str, end: str) -> tuple[int, int]:
        """First and last month in the plan's year."""
        first = cell_values.read_when(start, self.year)
        last = cell_values.read_when(end, self.year)
        if self.year is not None and {first.year or self.year, last.year or self.year} != {
            self.year
        }:
            first, last = self._in_plan_year(first, last, self.year)
        if last.month < first.month:
            raise ValueError(
                f"termina en {end[:40]}, antes de empezar en {start[:40]}. "
                "Corrija uno de los dos meses."
            )
        return first.month, last.month

    def _in_plan_year(self, first: When, last: When, year: int) -> tuple[When, When]:
        """The months, after asking what another year means."""
        begins, ends = first.year or year, last.year or year
        keep = (KEEP, f"El año está mal escrito: son meses de {year}")
        options: Options = (keep, (PENDING, "Dejarlos como meses del plan y pedir corrección"))
        if begins <= year <= ends:
            options = ((CLIP, f"Dejar solo los meses de {year}"), keep)
        words = " a ".join(str(one) for one in dict.fromkeys((begins, ends)))
        if self.questions.ask("other-year", self.row.number, words, options) != CLIP:
            return first, last
        return (
            When(1) if begins < year else first,
            When(12) if ends > year else last,
        )

    def unit(self, cell: str, target: str) -> Unit:
        if unit := cell_values.read_unit(cell):
            return unit
        options = UNIT_OPTIONS[::-1] if target.endswith("%") else UNIT_OPTIONS
        return Unit[self.questions.ask("unit", self.row.number, cell[:80], options)]

    def target(self, cell: str, unit: Unit, column: int) -> int:
        possible = cell_values.targets(cell, unit, column in self.row.numbers)
        if len(possible) > 1:
            sign = " %" if unit is Unit.PERCENT else ""
            options = [(str(one), f"{spanish.number(one)}{sign}") for one in possible]
            words = cell[:40].replace(".", ",") if column in self.row.numbers else cell[:40]
            kind = "share" if unit is Unit.PERCENT and not cell.endswith("%") else "target"
            return int(self.questions.ask(kind, self.row.number, words, options))
        if unit is Unit.PERCENT and not cell.endswith("%") and str(possible[0]) != cell:
            words = f"{cell} → {possible[0]}\xa0%"
            self.questions.tell("fraction", self.row.number, words)
        return possible[0]
