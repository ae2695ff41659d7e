"""Whether the paper agrees with the roster: sheets printed, returned and void, rows by what became
of them, and each difference as a sentence (NET-06).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import func, select

from participa.attendance.paper import queries
from participa.attendance.paper_models import PaperDetails, PaperRow, PaperSheet, RowState
from participa.core import spanish
from participa.core.db import db

SIGNED = (RowState.KEYED, RowState.MERGED, RowState.ILLEGIBLE)  # somebody wrote on these rows


@dataclass(frozen=True, slots=True)
class SheetCount:
    """A sheet with its rows counted by state; `undecided` of the keyed ones wait for a decision."""

    sheet: PaperSheet
    states: Counter[RowState] = field(default_factory=Counter)
    undecided: int = 0

    @property
    def keyed(self) -> int:
        return self.states[RowState.KEYED]

    @property
    def merged(self) -> int:
        return self.states[RowState.MERGED]

    @property
    def empty(self) -> int:
        return self.states[RowState.EMPTY]

    @property
    def illegible(self) -> int:
        return self.states[RowState.ILLEGIBLE]

    @property
    def written(self) -> int:
        """The rows of which somebody typed or marked that there is something on them."""
        return sum(self.states[state] for state in SIGNED)

    @property
    def differences(self) -> list[str]:
        """What does not agree, as sentences; none for a sheet that is settled."""
        return list(_differences(self))

    @property
    def is_settled(self) -> bool:
        return not self.differences

    @property
    def state(self) -> str:
        """In a word or two, for a table."""
        if self.sheet.voided_at:
            return "Anulada"
        if self.sheet.checked_at:
            return "Revisada"
        if self.sheet.returned_at is None:
            return "No ha vuelto"
        return "Cuadra" if self.is_settled else "No cuadra"


@dataclass(frozen=True, slots=True)
class PaperTotals:
    """All the paper of a list."""

    sheets: list[SheetCount]
    details: PaperDetails | None

    @property
    def printed(self) -> int:
        return len(self.sheets)

    @property
    def voided(self) -> int:
        return sum(one.sheet.voided_at is not None for one in self.sheets)

    @property
    def returned(self) -> int:
        return sum(
            one.sheet.returned_at is not None and one.sheet.voided_at is None for one in self.sheets
        )

    @property
    def signed(self) -> int:
        return sum(one.sheet.signed or 0 for one in self.sheets if not one.sheet.voided_at)

    @property
    def keyed(self) -> int:
        return sum(one.keyed for one in self.sheets)

    @property
    def merged(self) -> int:
        return sum(one.merged for one in self.sheets)

    @property
    def empty(self) -> int:
        return sum(one.empty for one in self.sheets)

    @property
    def illegible(self) -> int:
        return sum(one.illegible for one in self.sheets)

    @property
    def undecided(self) -> int:
        return sum(one.undecided for one in self.sheets)

    @property
    def unsettled(self) -> list[SheetCount]:
        return [one for one in self.sheets if not one.is_settled]

    @property
    def has_slips(self) -> bool:
        return any(one.sheet.is_slips for one in self.sheets)

    @property
    def differences(self) -> list[str]:
        """Every difference, sheet by sheet; none when paper and roster agree."""
        found = [f"{one.sheet.name}: {said}" for one in self.sheets for said in one.differences]
        return [*found, *_differences_of_details(self.details)]

    @property
    def warning(self) -> str:
        """What is still to be done before the list is closed for good; "" when all agrees."""
        if not self.unsettled and not _differences_of_details(self.details):
            return ""
        missing = len(self.unsettled)
        if not missing:
            return "Faltan datos opcionales de las fichas por digitar."
        verb = "Falta" if missing == 1 else "Faltan"
        return f"{verb} {spanish.several(missing, 'hoja', 'hojas')} de papel por terminar."


def totals_of(list_id: int) -> PaperTotals:
    counts = {one.id: SheetCount(one) for one in queries.sheets_of(list_id)}
    rows = select(PaperRow.sheet_id, PaperRow.state, func.count()).join(PaperRow.sheet)
    rows = rows.where(PaperSheet.list_id == list_id)
    for sheet_id, state, count in db.session.execute(
        rows.group_by(PaperRow.sheet_id, PaperRow.state)
    ):
        counts[sheet_id].states[state] = count
    undecided = Counter(row.sheet_id for row in queries.undecided(list_id))
    sheets = [SheetCount(one.sheet, one.states, undecided[id]) for id, one in counts.items()]
    return PaperTotals(sheets, queries.details_of(list_id))


def warning(list_id: int) -> str:
    """For the page that closes a list: what of its paper is not settled; "" when nothing is."""
    return totals_of(list_id).warning


def count_of(sheet: PaperSheet) -> SheetCount:
    states = Counter(row.state for row in sheet.lines)
    return SheetCount(sheet, states, sum(row.waits_for_decision for row in sheet.lines))


def _differences(count: SheetCount) -> Iterator[str]:
    sheet = count.sheet
    if sheet.voided_at is not None:
        return
    if sheet.returned_at is None or sheet.signed is None:
        yield "No ha vuelto. Cuente sus filas firmadas, o anúlela."
        return
    written = count.written
    if written != sheet.signed:
        typed = spanish.several(written, "digitada", "digitadas")
        signed = spanish.several(sheet.signed, "fila firmada", "filas firmadas")
        yield f"{signed} y {typed}. {_gap(sheet.signed - written)}"
    waiting = sheet.rows - written - count.empty
    if waiting > 0 and written == sheet.signed:
        rows = spanish.several(waiting, "fila sin marcar", "filas sin marcar")
        yield f"{rows}. Márquelas como vacías."
    if count.undecided:
        rows = spanish.several(count.undecided, "parecida", "parecidas")
        yield f"{rows} a otra persona del listado, por decidir."


def _differences_of_details(details: PaperDetails | None) -> list[str]:
    if details is None or details.returned is None or details.returned == details.handled:
        return []
    halves = spanish.several(details.returned, "media ficha", "medias fichas")
    typed = spanish.several(details.handled, "digitada", "digitadas")
    gap = _gap(details.returned - details.handled)
    return [f"Datos opcionales: {halves} y {typed}. {gap}"]


def _gap(missing: int) -> str:
    count = spanish.number(abs(missing))
    if missing > 0:
        return f"{'Falta' if missing == 1 else 'Faltan'} {count}."
    return f"{'Sobra' if missing == -1 else 'Sobran'} {count}."
