"""Export of a table as CSV, Excel or JSON, to a browser or to a file.

A view provides the columns and the rows; everything else is common to all exports.
"""

import io
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from flask import Response, current_app, has_app_context, stream_with_context
from werkzeug.wsgi import FileWrapper

from participa.core.installation import KEY, installation
from participa.core.tables import csv_format, json_format, xlsx_format
from participa.core.tables.cells import Column, Table, dictionary

__all__ = ["FORMATS", "Column", "Table", "dictionary", "download", "write"]

PIECE = 64 * 1024
UNSAFE_IN_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f\ud800-\udfff"\\/:*?<>|]+')
REPORT_EVERY = 1000
# Of every table of a demonstration: a file is passed on without the banner of the pages.
EXAMPLE_NOTE = "Ejemplo de una demostración: estos datos no son de la ciudad."
EXAMPLE = Column("example", "Ejemplo", EXAMPLE_NOTE, "yes_no")


@dataclass(frozen=True, slots=True)
class Format:
    """Either `stream` yields the file in pieces, or `save` writes it whole."""

    extension: str
    media_type: str
    stream: Callable[[Table], Iterator[bytes]] | None = None
    save: Callable[[Table, BinaryIO], None] | None = None


FORMATS = {
    "csv": Format(
        "csv", "text/csv; charset=utf-8", partial(csv_format.stream, dialect=csv_format.SPANISH)
    ),
    "csv-international": Format(
        "csv",
        "text/csv; charset=utf-8",
        partial(csv_format.stream, dialect=csv_format.INTERNATIONAL),
    ),
    "json": Format("json", "application/json", json_format.stream),
    "xlsx": Format(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        save=xlsx_format.save,
    ),
}


def download(table: Table, format: str, filename: str) -> Response:
    """The table as an attachment; the extension is added to the name if it is missing.

    A streamed format reads the rows while the response is sent, within the application context.
    """
    table, chosen = honest(table), FORMATS[format]
    if chosen.stream is not None:
        response = Response(stream_with_context(chosen.stream(table)))
    else:
        response = _spooled(table, chosen)
    response.headers["Content-Type"] = chosen.media_type
    response.headers["Content-Disposition"] = attachment(_with_ending(filename, chosen))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def honest(table: Table) -> Table:
    """The table; in a demonstration with a column and a note that say that it is an example."""
    is_installed = has_app_context() and KEY in current_app.extensions
    if not (is_installed and installation().settings.demo):
        return table
    note = f"{table.note} {EXAMPLE_NOTE}".strip()
    rows = ((*row, True) for row in table.rows)
    return replace(table, columns=(*table.columns, EXAMPLE), rows=rows, note=note)


def write(
    table: Table, format: str, path: Path, progress: Callable[[int], None] | None = None
) -> None:
    """Write the table to a file, which appears under its name when complete.

    `progress` is called with the number of rows so far; an exception from it stops the export.
    """
    table, chosen = honest(table), FORMATS[format]
    if progress is not None:
        table = replace(table, rows=_counted(table, progress))
    unfinished = path.with_name(f"{path.name}.part")
    try:
        with unfinished.open("wb") as file:
            _save(table, chosen, file)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def whole(table: Table, format: str) -> bytes:
    """The file in memory, for a small table that must not lie on the disk."""
    file = io.BytesIO()
    _save(honest(table), FORMATS[format], file)
    return file.getvalue()


def attachment(filename: str) -> str:
    """A Content-Disposition with the name in ASCII and, if that differs, in full (RFC 6266)."""
    name = UNSAFE_IN_NAMES.sub("-", filename).strip(" .-") or "archivo"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    header = f'attachment; filename="{plain.strip(" .-") or "archivo"}"'
    if plain != name:
        header += f"; filename*=UTF-8''{quote(name, safe='')}"
    return header


def _with_ending(filename: str, chosen: Format) -> str:
    ending = f".{chosen.extension}"
    return filename if filename.lower().endswith(ending) else filename + ending


def _save(table: Table, chosen: Format, file: BinaryIO) -> None:
    if chosen.save is not None:
        chosen.save(table, file)
    elif chosen.stream is not None:
        file.writelines(chosen.stream(table))


def _spooled(table: Table, chosen: Format) -> Response:
    """Write to an anonymous temporary file first: the size is known only at the end."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        _save(table, chosen, file)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    response = Response(FileWrapper(file, PIECE))
    response.content_length = size
    return response


def _counted(table: Table, progress: Callable[[int], None]) -> Iterator:
    done = 0
    for row in table.rows:
        yield row
        done += 1
        if done % REPORT_EVERY == 0:
            progress(done)
    progress(done)
