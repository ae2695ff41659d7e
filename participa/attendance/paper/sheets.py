"""The acts on printed sheets: make, void, take back, attach a scan, check."""

from datetime import timedelta

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from participa.attendance import publishing
from participa.attendance.models import AttendanceList
from participa.attendance.paper import queries, reconciliation
from participa.attendance.paper_models import PaperSheet, SheetKind
from participa.core import audit, clock, codes, links
from participa.core.db import db
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.core.files import files
from participa.staff.models import Account

PATH = "/gestion/asistencia/{code}/papel/{number}"
MOST_SHEETS, LEAST_ROWS, MOST_ROWS, MOST_SLIPS = 40, 5, 18, 200
MOST_OF_A_LIST = 400  # sheets
SCAN_DAYS = 30  # after which a scan is erased, whether the entry was checked or not
SCANS = files.IMAGES | {"pdf"}
NOT_PUBLIC = "Publique el listado antes de usar sus hojas."
IS_LOCKED = "El acta del evento ya está cerrada con este listado. Reabra primero el evento."
IS_CLOSED = "El listado ya cerró: nadie firmaría las fichas. Para recibir más firmas, reábralo."
IS_VOID = "Esta hoja está anulada."
IS_CHECKED = "La digitación de esta hoja ya se revisó. Ábrala otra vez para corregir algo."


def make(
    record: AttendanceList,
    by: Account,
    kind: SheetKind,
    sheets: int,
    rows: int,
    session_id: int | None = None,
) -> PaperSheet:
    """Store sheets to be printed, with the next numbers of the list; returns the first one.

    Slips are one batch of `rows`, whatever `sheets` says.
    """
    versions.lock(record.event)  # before any other row: its minutes are not closed in between
    versions.lock(record)
    if why_not := why_not_made(record, kind):
        raise Refused(why_not)
    number, last_row = queries.numbered(record)
    count, now = sheets if kind is SheetKind.LIST else 1, clock.now()
    if number + count > MOST_OF_A_LIST:
        raise Refused(f"Un listado tiene hasta {MOST_OF_A_LIST} hojas.", "sheets")
    made = [
        PaperSheet(
            list_id=record.id,
            number=number + place + 1,
            kind=kind,
            first_row=last_row + place * rows + 1,
            rows=rows,
            code=codes.new(),
            session_id=session_id,
            printed_at=now,
            printed_by=by,
        )
        for place in range(count)
    ]
    db.session.add_all(made)
    for sheet in made:
        links.register(sheet.code, PATH.format(code=record.code, number=sheet.number))
    first, last = made[0], made[-1]
    span = str(first.number) if first is last else f"{first.number} a {last.number}"
    audit.record("attendance.sheets_printed", record, by, sheets=span, rows=rows * count)
    return first


def why_not_printed(record: AttendanceList) -> str:
    """Why no sheets can be made, or typed, now; "" if they can."""
    if not record.is_published:
        return NOT_PUBLIC
    return IS_LOCKED if record.event.is_locked else ""


def why_not_made(record: AttendanceList, kind: SheetKind) -> str:
    """Why no more sheets of a kind can be made now; "" if they can."""
    if why_not := why_not_printed(record):
        return why_not
    return IS_CLOSED if kind is SheetKind.SLIPS and record.is_closed else ""


def why_not_typed(sheet: PaperSheet) -> str:
    """Why no row of the sheet can be typed now; "" if one can."""
    if sheet.voided_at is not None:
        return IS_VOID
    if sheet.checked_at is not None:
        return IS_CHECKED
    return why_not_printed(sheet.attendance_list)


def require_typing(sheet: PaperSheet) -> None:
    """Lock the sheet; raises Refused unless its rows can be typed now.

    The event is locked first, so that its minutes are not closed in between.
    """
    versions.lock(sheet.attendance_list.event)
    versions.lock(sheet)
    if why_not := why_not_typed(sheet):
        raise Refused(why_not)


def void(sheet: PaperSheet, by: Account, reason: str) -> None:
    """The sheet was lost, torn or not used: nobody is to look for it. It has no typed row."""
    if sheet.voided_at is not None:
        raise Refused(IS_VOID)
    if any(not row.is_open for row in sheet.lines):
        raise Refused("Esta hoja tiene filas digitadas. Deshágalas antes de anularla.")
    _forget_scan(sheet)
    sheet.voided_at, sheet.void_reason = clock.now(), reason
    _record("attendance.sheet_voided", sheet, by, reason=reason)


def unvoid(sheet: PaperSheet, by: Account) -> None:
    """A sheet that was given up appeared."""
    if sheet.voided_at is None:
        raise Refused("Esta hoja no está anulada.")
    if sheet.is_slips and publishing.is_final(sheet.attendance_list):
        raise Refused(publishing.PUBLISHED)
    sheet.voided_at, sheet.void_reason = None, ""
    _record("attendance.sheet_found", sheet, by)


def take_back(sheet: PaperSheet, by: Account, signed: int) -> None:
    """The sheet came back with so many signed rows, counted on the paper."""
    require_typing(sheet)
    if not 0 <= signed <= sheet.rows:
        raise Refused(f"Esta hoja tiene {sheet.rows} filas. Cuente las firmadas.", "signed")
    sheet.returned_at, sheet.signed = sheet.returned_at or clock.now(), signed
    _record("attendance.sheet_returned", sheet, by, signed=signed)


def attach_scan(sheet: PaperSheet, by: Account, upload: FileStorage) -> None:
    """Store the picture of a sheet until what was typed of it is checked; replaces another."""
    require_typing(sheet)
    stored = files.store(upload, SCANS)
    _forget_scan(sheet)
    sheet.scan, sheet.scanned_at = stored, clock.now()
    _record("attendance.sheet_scanned", sheet, by)


def check(sheet: PaperSheet, by: Account) -> None:
    """What was typed was compared with the paper and agrees: the scan is erased."""
    require_typing(sheet)
    if differences := reconciliation.count_of(sheet).differences:
        raise Refused(f"Todavía no cuadra. {' '.join(differences)}")
    sheet.checked_at = clock.now()
    _forget_scan(sheet)
    _record("attendance.sheet_checked", sheet, by)


def uncheck(sheet: PaperSheet, by: Account) -> None:
    """Let rows of a checked sheet be corrected."""
    if sheet.checked_at is None:
        raise Refused("La digitación de esta hoja no se ha revisado.")
    sheet.checked_at = None
    _record("attendance.sheet_opened", sheet, by)


def erase_scans() -> int:
    """Erase scans that were kept too long although nobody checked the entry; returns how many."""
    oldest = clock.now() - timedelta(days=SCAN_DAYS)
    rows = select(PaperSheet).where(PaperSheet.scan_id.is_not(None))
    found = db.session.scalars(rows.where(PaperSheet.scanned_at < oldest)).all()
    for sheet in found:
        _forget_scan(sheet)
        _record("attendance.scan_expired", sheet, "participa")
    return len(found)


def _forget_scan(sheet: PaperSheet) -> None:
    scan, sheet.scan, sheet.scanned_at = sheet.scan, None, None
    db.session.flush()
    if scan is not None:
        files.release(scan)


def _record(act: str, sheet: PaperSheet, by: Account | str, **details: object) -> None:
    record = sheet.attendance_list
    audit.record(act, record, by, part=sheet, sheet=sheet.number, **details)
