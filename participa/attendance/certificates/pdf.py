"""The certificate as a tagged PDF on letter paper, with the QR that verifies it."""

from dataclasses import asdict
from pathlib import Path

from participa.attendance.certificates.facts import HEADING, QR_WORDS, Certificate
from participa.core import qr
from participa.core.files import tagged_pdf
from participa.core.throttle import Throttle

SOURCE = Path(__file__).resolve().parent / "seed" / "certificate.typ"
FULL = "Muchas personas están descargando su constancia. Espere un minuto e inténtelo otra vez."
# Each takes a processor for half a second; after a closing a whole hall may ask at once.
DRAWING = Throttle(2, 20.0, FULL)


def printed(certificate: Certificate) -> bytes:
    """The file. Requires `tagged_pdf.HAS_PDF`. Raises Busy. Nothing of it stays in memory."""
    given = asdict(certificate) | {
        "heading": HEADING,
        "qr": qr.svg_to_forget(certificate.address, QR_WORDS),
        "qr_words": QR_WORDS,
    }
    with DRAWING.slot_without_connection():
        return tagged_pdf.drawn_to_forget(SOURCE, given)
