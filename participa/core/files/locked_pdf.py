"""PDF files that are encrypted: whether anybody can open them, and what is inside."""

import io

BEGINNING = 1024  # bytes before which a reader looks for the header


class LockedPdf(Exception):
    """It opens with a password only, or with nothing that a reader knows."""


def readable(body: bytes) -> bytes:
    """An encrypted PDF that opens without a password, written without its encryption: to be looked
    at, not stored. Raises LockedPdf for another one."""
    # 26 MB of memory, for the few files that say that they are encrypted.
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415

    written = io.BytesIO()
    try:
        reader = PdfReader(io.BytesIO(body[body.find(b"%PDF-") :]))
        if reader.is_encrypted and not reader.decrypt(""):
            raise LockedPdf
        PdfWriter(clone_from=reader).write(written)
    except LockedPdf:
        raise
    except Exception as error:  # whatever a library makes of a file from anywhere
        raise LockedPdf from error
    return written.getvalue()
