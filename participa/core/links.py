"""Short links of the printed QR codes, with the number of scans. No personal data."""

from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

from sqlalchemy import Text, update
from sqlalchemy.orm import Mapped, mapped_column

from participa.core import clock, codes
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.installation import installation

SEEN = "pase"  # in the address: the changing code that was scanned


class ShortLink(db.Model):
    """A printed code and the path of this site that it opens. Never deleted: paper stays around."""

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    path: Mapped[str] = mapped_column(Text)
    scans: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())


class UnknownCode(Refused):
    """No short link has this code."""

    status = HTTPStatus.NOT_FOUND


def register(code: str, path: str) -> ShortLink:
    """Add a short link: /q/<code> redirects to the path."""
    link = ShortLink(code=code, path=path)
    db.session.add(link)
    return link


def find(typed: str) -> ShortLink:
    """The link of a typed code; raises UnknownCode. Case, spaces and hyphens do not matter."""
    link = db.session.get(ShortLink, codes.read(typed))
    if link is None:
        raise UnknownCode(
            "Ese código no abre nada. Revise que esté completo: lleva letras y números, "
            "como 7K3F-2QXM."
        )
    return link


def count_scan(code: str) -> None:
    db.session.execute(
        update(ShortLink).where(ShortLink.code == code).values(scans=ShortLink.scans + 1)
    )


def absolute(path: str) -> str:
    """The absolute address of a path, from the configured base_url and not the request's Host."""
    return f"{installation().settings.base_url}{path}"


def printed(code: str, seen: str = "") -> str:
    """The text of a QR code. Capitals need fewer modules, so it can be read from further away.

    `seen` is a code that changes on a screen, for `with_seen`.
    """
    base: str = installation().settings.base_url
    has_path = base.count("/") > 2
    address = f"{base}/q/{code}/{seen}" if seen else f"{base}/q/{code}"
    return address if has_path else address.upper()


def with_seen(path: str, seen: str) -> str:
    """The path that proves which changing code somebody has just scanned from a screen."""
    if not seen:
        return path
    return f"{path}{'&' if '?' in path else '?'}{urlencode({SEEN: seen})}"


def readable(code: str) -> str:
    """The address for people: without scheme, the code in groups of four."""
    base: str = installation().settings.base_url
    return f"{base.partition('://')[2]}/q/{codes.show(code)}"
