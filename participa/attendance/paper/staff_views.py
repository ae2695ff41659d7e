"""The staff's pages of printed sheets: print, count what came back, void, attach a scan, check."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for

from participa.attendance.models import AttendanceList
from participa.attendance.paper import merging, queries, reconciliation, sampling, sheets
from participa.attendance.paper.staff_forms import (
    PrintSheetsForm,
    PrintSlipsForm,
    ReturnSheetForm,
    ScanSheetForm,
    VoidSheetForm,
)
from participa.attendance.paper.wording import document_of, name_of, signed_before
from participa.attendance.paper_models import PaperSheet, SheetKind
from participa.attendance.snapshots import snapshot_of
from participa.channels import access
from participa.citizens import variables
from participa.core import links, qr
from participa.core.db import db
from participa.core.editing import versions
from participa.core.files import files
from participa.events import wording as events
from participa.formats import queries as formats
from participa.formats.header import printed_header
from participa.staff.access import (
    WRITERS,
    allows,
    current_account,
    guard,
    say,
    says,
    with_second_factor,
)

SHEETS, ROWS, SLIPS = 5, 15, 50  # offered first
PROCESS = "Rendición de cuentas"  # of a list without an official format

bp = guard(
    Blueprint("attendance_paper", __name__, url_prefix="/gestion/asistencia/<code>/papel"),
    "el-listado-en-papel",
)


@bp.get("")
@allows(WRITERS)
@with_second_factor
def show(code):
    record = access.own(AttendanceList, code=code)
    return render_template(
        "attendance_paper/show.html",
        record=record,
        totals=reconciliation.totals_of(record.id),
        undecided=queries.undecided(record.id),
        decided=queries.decided(record.id),
        sample=sampling.result_of(record.id),
        why_not=sheets.why_not_printed(record),
        why_not_typed=sheets.why_not_typed,
        **words(),
    )


@bp.route("/hojas", methods=["GET", "POST"])
@allows(WRITERS)
@says("Preparó las hojas. Imprímalas.")
def print_sheets(code):
    record = access.own(AttendanceList, code=code)
    form = PrintSheetsForm.creating(address_of_print, data={"sheets": SHEETS, "rows": ROWS})
    form.offer(record)
    if form.validate_on_submit() and (
        first := form.creates(
            sheets.make,
            record,
            current_account(),
            SheetKind.LIST,
            form.sheets.data,
            form.rows.data,
            session_of(form),
        )
    ):
        db.session.commit()
        return redirect(address_of_print(first))
    return render_template(
        "attendance_paper/print_sheets.html",
        record=record,
        form=form,
        why_not=sheets.why_not_printed(record),
    ), form.status


@bp.route("/fichas", methods=["GET", "POST"])
@allows(WRITERS)
@says("Preparó las fichas. Imprímalas.")
def print_slips(code):
    record = access.own(AttendanceList, code=code)
    form = PrintSlipsForm.creating(address_of_print, data={"slips": SLIPS})
    form.offer(record)
    if form.validate_on_submit() and (
        batch := form.creates(
            sheets.make,
            record,
            current_account(),
            SheetKind.SLIPS,
            1,
            form.slips.data,
            session_of(form),
        )
    ):
        db.session.commit()
        return redirect(address_of_print(batch))
    return render_template(
        "attendance_paper/print_slips.html",
        record=record,
        form=form,
        why_not=sheets.why_not_made(record, SheetKind.SLIPS),
    ), form.status


@bp.get("/<int(max=2147483647):number>/imprimir")
@allows(WRITERS)
def printed(code, number):
    """The sheets that were made together with this one, for the printer."""
    record, sheet = own_sheet(code, number)
    listed = snapshot_of(record)
    together = [one for one in queries.printed_together(sheet) if one.voided_at is None]
    return render_template(
        "attendance_paper/printed.html",
        record=record,
        event=record.event,
        when=events.dates(record.event),
        place=events.place(record.event),
        sessions={one.id: one for one in record.event.sessions},
        header=printed_header(record.channel, record.id),
        process=process_of(record),
        notice=listed.notice,
        asked=variables.in_order(listed.variables),
        sheets=[(one, picture_of(one), codes_of(one)) for one in together],
        is_slips=sheet.is_slips,
        address=links.absolute(url_for("attendance.sign", code=record.code)),
    )


@bp.post("/parecidas")
@allows(WRITERS)
@says("Buscó personas parecidas.")
def look_again(code):
    record = access.own(AttendanceList, code=code)
    versions.lock_first(record.event)
    found = merging.look_again(versions.as_seen(record), current_account())
    say(f"Buscó personas parecidas. Nuevas por decidir: {found}.")
    db.session.commit()
    return redirect(url_for("attendance_paper.show", code=code, _anchor="parecidas"))


@bp.route("/<int(max=2147483647):number>/volvio", methods=["GET", "POST"])
@allows(WRITERS)
@says("Anotó las filas firmadas.")
def take_back(code, number):
    record, sheet = own_sheet(code, number)
    form = ReturnSheetForm.changing(sheet, lambda one: {"signed": one.signed})
    if form.validate_on_submit() and form.carries_out(
        sheets.take_back, sheet, current_account(), form.signed.data
    ):
        db.session.commit()
        return redirect(url_for("attendance_keying.key", code=code, number=number))
    return render_template(
        "attendance_paper/take_back.html", form=form, **about(record, sheet)
    ), form.status


@bp.route("/<int(max=2147483647):number>/anular", methods=["GET", "POST"])
@allows(WRITERS)
@says("Anuló la hoja.")
def void(code, number):
    record, sheet = own_sheet(code, number)
    form = VoidSheetForm.changing(sheet, versions.as_version)
    if form.validate_on_submit() and form.carries_out(
        sheets.void, sheet, current_account(), form.reason.data
    ):
        db.session.commit()
        return redirect(url_for("attendance_paper.show", code=code))
    return render_template(
        "attendance_paper/void.html", form=form, **about(record, sheet)
    ), form.status


@bp.post("/<int(max=2147483647):number>/aparecio")
@allows(WRITERS)
@says("La hoja ya no está anulada.")
def unvoid(code, number):
    _, sheet = own_sheet(code, number)
    sheets.unvoid(versions.as_seen(sheet), current_account())
    db.session.commit()
    return redirect(url_for("attendance_paper.show", code=code))


@bp.post("/<int(max=2147483647):number>/revisada")
@allows(WRITERS)
@says("Dio por revisada la hoja. Si había una foto, se borró.")
def check(code, number):
    _, sheet = own_sheet(code, number)
    sheets.check(versions.as_seen(sheet), current_account())
    db.session.commit()
    return redirect(url_for("attendance_paper.show", code=code))


@bp.post("/<int(max=2147483647):number>/abrir")
@allows(WRITERS)
@says("Abrió otra vez la hoja para corregirla.")
def uncheck(code, number):
    _, sheet = own_sheet(code, number)
    sheets.uncheck(versions.as_seen(sheet), current_account())
    db.session.commit()
    return redirect(url_for("attendance_keying.key", code=code, number=number))


@bp.route("/<int(max=2147483647):number>/foto", methods=["GET", "POST"])
@allows(WRITERS)
@files.takes_files
@says("Guardó la foto de la hoja.")
def scan(code, number):
    record, sheet = own_sheet(code, number)
    form = ScanSheetForm.changing(sheet, versions.as_version)
    if form.validate_on_submit() and form.carries_out(
        sheets.attach_scan, sheet, current_account(), form.file.data
    ):
        db.session.commit()
        return redirect(url_for("attendance_keying.key", code=code, number=number))
    return render_template(
        "attendance_paper/scan.html", form=form, days=sheets.SCAN_DAYS, **about(record, sheet)
    ), form.status


@bp.get("/<int(max=2147483647):number>/foto/archivo")
@allows(WRITERS)
@with_second_factor
def scan_file(code, number):
    record, sheet = own_sheet(code, number)
    if sheet.scan is None:
        abort(404)
    return files.send(sheet.scan, f"{record.title} {sheet.name}")


def own_sheet(code: str, number: int) -> tuple[AttendanceList, PaperSheet]:
    """The list and its sheet, if the account may see them; else 404.

    On a POST the event is locked: paper changes how many came, which its minutes state.
    """
    record = access.own(AttendanceList, code=code)
    versions.lock_first(record.event)
    sheet = queries.sheet_of(record.id, number)
    if sheet is None:
        abort(404)
    return record, versions.page_is_about(sheet)


def about(record: AttendanceList, sheet: PaperSheet) -> dict[str, Any]:
    """Template values of the pages of one sheet."""
    return {"record": record, "sheet": sheet, "why_not": sheets.why_not_typed(sheet)}


def words() -> dict[str, Any]:
    """What templates say about the people of rows."""
    return {"name_of": name_of, "document_of": document_of, "signed_before": signed_before}


def session_of(form: Any) -> int | None:
    return form.session.data if "session" in form else None


def address_of_print(sheet: PaperSheet) -> str:
    code = sheet.attendance_list.code
    return url_for("attendance_paper.printed", code=code, number=sheet.number)


def process_of(record: AttendanceList) -> str:
    official = formats.format_by_id(formats.format_id_of(record))
    return official.process if official and official.process else PROCESS


def picture_of(sheet: PaperSheet) -> str:
    """The QR that leads the staff to the page where the sheet is typed."""
    return qr.svg(links.printed(sheet.code), f"QR de digitación, {sheet.name}")


def codes_of(sheet: PaperSheet) -> str:
    return links.readable(sheet.code)
