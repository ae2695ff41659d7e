"""Excel workbooks. Their library is loaded with the first one: only exports need it."""

from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter import Workbook


def new(file: IO[bytes], **options: bool) -> "Workbook":
    from xlsxwriter import Workbook  # noqa: PLC0415 - 2 MB of memory of every process

    return Workbook(file, options)
