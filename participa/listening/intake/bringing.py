"""Bring in what the city's own PQRSD system says of our radicados: its numbers, its answers.

First line by line what would be done, then doing it. The lines travel signed in the page between
both: they hold no personal data, and nothing is stored before somebody confirms.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from participa.cases.models import Case
from participa.core import audit, clock, codes, spanish
from participa.core.db import db
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.core.files import spreadsheets
from participa.core.files.spreadsheets import Row
from participa.core.web.lists import folded
from participa.listening import letters, steps
from participa.listening.access import visible_to
from participa.listening.models import CaseStage, Contribution
from participa.staff.models import Account

MOST_LINES = 2000
LONGEST_NUMBER = 60
PIECE = 500
# How the columns may be called, as `folded` has them; the files that we export are among them.
RADICADO = ("radicado",)
NUMBER = ("numero externo", "numero del sistema", "radicado externo", "numero pqrsd", "pqrsd")
ANSWERED = ("respondido el", "respondido", "fecha de respuesta", "dia de respuesta")
NO_COLUMN = (
    "No encontramos una columna que se llame «Radicado». Ponga los títulos en la primera fila: "
    "Radicado, Número externo y Respondido el."
)
NO_OTHER = "Falta la columna «Número externo» o la columna «Respondido el»: no hay qué traer."
TOO_MANY = f"Son más de {MOST_LINES} filas. Divida el archivo en dos."
NO_LINES = "El archivo tiene títulos pero ninguna fila. Elija el que tiene los radicados."
ALTERED = "Los datos de esta página se dañaron. Suba el archivo otra vez."
DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b|(\d{4})-(\d{1,2})-(\d{1,2})\b")


@dataclass(frozen=True, slots=True)
class HandoffLine:
    """A row of the file: the radicado, and the other two as they are written there."""

    row: int
    radicado: str
    number: str
    answered: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a line would do, in words; `is_wrong` when it can do nothing because of an error."""

    line: HandoffLine
    words: str
    contribution: Contribution | None = None
    number: str = ""
    answered_on: date | None = None
    is_wrong: bool = False

    @property
    def changes(self) -> bool:
        return bool(self.number or self.answered_on)

    @property
    def look(self) -> str:
        return "late" if self.is_wrong else "done" if self.changes else ""


def read(content: bytes) -> list[HandoffLine]:
    """The lines of a file; raises Refused with a sentence for one that is no such table."""
    for rows in spreadsheets.visible(content):
        for place, row in enumerate(rows[:20]):
            titles = [folded(cell) for cell in row.cells]
            if any(title in RADICADO for title in titles):
                return _lines(titles, rows[place + 1 :])
    raise Refused(NO_COLUMN, "file")


def _lines(titles: Sequence[str], rows: Iterable[Row]) -> list[HandoffLine]:
    places = [_place(titles, names) for names in (RADICADO, NUMBER, ANSWERED)]
    if places[1] is None and places[2] is None:
        raise Refused(NO_OTHER, "file")
    lines = [
        HandoffLine(row.number, *(_cell(row, place) for place in places))
        for row in rows
        if row.filled
    ]
    if not lines:
        raise Refused(NO_LINES, "file")
    if len(lines) > MOST_LINES:
        raise Refused(TOO_MANY, "file")
    return lines


def _place(titles: Sequence[str], names: Sequence[str]) -> int | None:
    return next((place for place, title in enumerate(titles) if title in names), None)


def _cell(row: Row, place: int | None) -> str:
    """Its text, without the apostrophe with which our own files disarm a formula."""
    if place is None or place >= len(row.cells):
        return ""
    return row.cells[place].strip().removeprefix("'")[: 2 * LONGEST_NUMBER]


def effects(lines: Sequence[HandoffLine], by: Account) -> list[Effect]:
    """What each line would do now, of what this account may see."""
    known = _known({codes.read(line.radicado) for line in lines}, by)
    seen: dict[str, int] = {}
    found = []
    for line in lines:
        code = codes.read(line.radicado)
        earlier = seen.setdefault(code, line.row)
        if earlier != line.row:
            words = f"Ese radicado ya está en la fila {earlier}. Deje uno solo."
            found.append(Effect(line, words, is_wrong=True))
        else:
            found.append(_effect(line, known.get(code)))
    return found


def _known(wanted: set[str], by: Account) -> dict[str, Contribution]:
    found: dict[str, Contribution] = {}
    ordered = sorted(wanted)
    for start in range(0, len(ordered), PIECE):
        rows = select(Contribution).join(Contribution.case).where(visible_to(by))
        rows = rows.where(Case.code.in_(ordered[start : start + PIECE]))
        for one in db.session.scalars(rows.options(joinedload(Contribution.case))):
            found[one.case.code] = one
    return found


def _effect(line: HandoffLine, contribution: Contribution | None) -> Effect:
    if contribution is None:
        return Effect(line, "No hay un aporte con ese radicado que usted vea.", is_wrong=True)
    if len(line.number) > LONGEST_NUMBER:
        words = f"El número externo tiene más de {LONGEST_NUMBER} signos. Revíselo."
        return Effect(line, words, is_wrong=True)
    case = contribution.case
    try:
        answered_on = _answered_on(line.answered, case)
    except Refused as refusal:
        return Effect(line, str(refusal), is_wrong=True)
    told = []
    number = line.number if line.number != case.external_number else ""
    if number:
        before = f" en lugar de «{case.external_number}»" if case.external_number else ""
        told.append(f"Anota el número {number}{before}.")
    if answered_on:
        told.append(f"Lo da por respondido el {spanish.day(answered_on)}: su plazo termina ahí.")
    elif line.answered and case.answered_on:
        told.append(f"Ya se respondió el {spanish.day(case.answered_on)}: ese día queda.")
    words = " ".join(told) or "No cambia nada: ya estaba así."
    return Effect(line, words, contribution, number, answered_on)


def _answered_on(written: str, case: Case) -> date | None:
    """The day on which the other system answered; None when nothing follows from it."""
    if not written or case.answered_on is not None:
        return None
    day = _day(written)
    if day is None:
        raise Refused(f"La fecha «{written}» no se entiende. Escríbala así: 5/3/2026.")
    if day > clock.today():
        raise Refused(f"El {spanish.day(day)} no ha llegado. Revise la fecha de respuesta.")
    if day < case.filed_on:
        raise Refused(
            f"El {spanish.day(day)} es anterior a su radicación, el {spanish.day(case.filed_on)}. "
            "Revise la fecha de respuesta."
        )
    return day


def _day(written: str) -> date | None:
    match = DAY.match(written)
    if match is None:
        return None
    day, month, year = match.group(1, 2, 3) if match[1] else match.group(6, 5, 4)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def apply(lines: Sequence[HandoffLine], by: Account, seen: str) -> list[Effect]:
    """Do what the lines do; raises Refused when that is not what the page showed."""
    ids = [one.contribution.case_id for one in effects(lines, by) if one.contribution]
    for start in range(0, len(ids), PIECE):  # a colleague's answer waits, or is seen
        same = update(Case).where(Case.id.in_(ids[start : start + PIECE]))
        db.session.execute(same.values(id=Case.id).execution_options(synchronize_session=False))
    db.session.expire_all()
    now = effects(lines, by)
    changing = [one for one in now if one.changes]
    if changing and fingerprint(now) != seen:
        raise Refused("Algo cambió mientras usted revisaba. Mire otra vez lo que hará cada fila.")
    for effect in changing:
        _carry_out(effect, by)
    return changing


def fingerprint(found: Sequence[Effect]) -> str:
    """Of what a page shows that will be done."""
    return versions.fingerprint({str(one.line.row): one.words for one in found})


def _carry_out(effect: Effect, by: Account) -> None:
    contribution = effect.contribution
    assert contribution is not None  # noqa: S101 - only such a line changes something
    case = contribution.case
    if effect.number:
        case.external_number = effect.number
        audit.record("listening.external_noted", contribution, by, number=effect.number)
    if effect.answered_on is None:
        return
    case.answered_on, case.answered_by_id = effect.answered_on, by.id
    where = f" con el número {case.external_number}" if case.external_number else ""
    day = spanish.day(effect.answered_on)
    note = f"La ciudad respondió en su sistema de PQRSD{where}, el {day}."
    if contribution.is_open:
        steps.take(contribution, CaseStage.ANSWERED, by, case.office, note)
    letters.tell(contribution, note)
    audit.record(
        "listening.answered_elsewhere", contribution, by, answered_on=effect.answered_on.isoformat()
    )


def packed(lines: Sequence[HandoffLine], account: Account) -> str:
    """The lines for a hidden field of this account's page."""
    rows = [[line.row, line.radicado, line.number, line.answered] for line in lines]
    return _signer().dumps([account.id, rows])


def unpacked(text: str, account: Account) -> list[HandoffLine]:
    """The lines of the field; raises Refused for one that is altered or somebody else's."""
    try:
        account_id, rows = _signer().loads(text)
    except BadSignature:
        raise Refused(ALTERED, "file") from None
    if account_id != account.id:
        raise Refused(ALTERED, "file")
    return [HandoffLine(*row) for row in rows]


def _signer() -> URLSafeSerializer:
    key: Any = current_app.config["SECRET_KEY"]
    return URLSafeSerializer(key, salt="listening.handoff")
