"""The official list leaves the system: with a reason, a trace in the audit trail, a watermark."""

import io

from flask import Response, send_file

from participa.attendance import queries
from participa.attendance.models import AttendanceList
from participa.attendance.office import official_sheet
from participa.attendance.office.official_list import (
    OfficialList,
    official_list,
    signed_by,
    table_of,
)
from participa.channels import exports
from participa.core import clock
from participa.core.db import db
from participa.core.jobs import jobs
from participa.core.tables import tables
from participa.staff.models import Account
from participa.staff.signing_in import second_factor


def note(record: AttendanceList, by: Account, kind: str, reason: str, organisation: bool) -> None:
    """Write the trace of an export, before anything leaves.

    Raises Needed for an account without a second factor.
    """
    second_factor.require(by)
    exports.note(
        record, by, kind, rows=queries.attended(record.id), reason=reason, organisation=organisation
    )


def is_long(record: AttendanceList) -> bool:
    return queries.attended(record.id) > exports.LONG


def start(record: AttendanceList, by: Account, kind: str, reason: str, organisation: bool):
    """Let a worker make a long file; returns a redirect to the page of the job."""
    title = f"Listado de «{record.title}»"
    return exports.start_job(
        "attendance.export",
        title,
        by,
        list_id=record.id,
        kind=kind,
        exporter=signed_by(by),
        reason=reason,
        organisation=organisation,
    )


def deliver(record: AttendanceList, by: Account, kind: str, reason: str, organisation: bool):
    """The file, made within the request."""
    made = official_list(record, signed_by(by), reason, organisation)
    name = filename(record)
    if kind == "csv":
        return tables.download(table_of(made), "csv", name)
    return workbook(made, name)


def workbook(made: OfficialList, name: str) -> Response:
    excel = tables.FORMATS["xlsx"]
    response = send_file(io.BytesIO(official_sheet.content(made)), mimetype=excel.media_type)
    response.headers["Content-Disposition"] = tables.attachment(f"{name}.{excel.extension}")
    response.headers["Cache-Control"] = "no-store"
    return response


def filename(record: AttendanceList) -> str:
    return f"asistencia-{record.code}-{clock.today().isoformat()}"


@jobs.work("attendance.export")
def export(
    job: jobs.Progress, list_id: int, kind: str, exporter: str, reason: str, organisation: bool
) -> None:
    record = db.session.get_one(AttendanceList, list_id)
    made = official_list(record, exporter, reason, organisation)
    path = job.new_result(tables.FORMATS[kind].extension)
    if kind == "csv":
        tables.write(table_of(made), "csv", path, lambda done: job.advance(done, made.people))
        return
    unfinished = path.with_name(f"{path.name}.part")
    with unfinished.open("wb") as file:
        official_sheet.save(made, file, lambda done: job.advance(done, made.people))
    unfinished.replace(path)
