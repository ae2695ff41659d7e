"""Short links: what every printed QR carries, and how often it was scanned. No personal data."""

from datetime import datetime
from http import HTTPStatus

from sqlalchemy import Text, update
from sqlalchemy.orm import Mapped, mapped_column

from participa.core import clock, codes
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.installation import installation


class ShortLink(db.Model):
    """A printed code and the address inside this site that it opens, for as long as paper lasts."""

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    path: Mapped[str] = mapped_column(Text)
    scans: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())


class UnknownCode(Refused):
    """Nothing was ever printed with this code, or a letter of it is missing."""

    status = HTTPStatus.NOT_FOUND


def register(code: str, path: str) -> ShortLink:
    """Let /q/<code> open a path of this site."""
    link = ShortLink(code=code, path=path)
    db.session.add(link)
    return link


def find(typed: str) -> ShortLink:
    """The link that was meant, however its code was typed."""
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
    """The public address of a path; from the configuration, never from the request's Host."""
    return f"{installation().settings.base_url}{path}"


def printed(code: str) -> str:
    """What a QR carries. In capitals it needs fewer modules, so it is read from further away."""
    base: str = installation().settings.base_url
    has_path = base.count("/") > 2
    return f"{base}/q/{code}" if has_path else f"{base}/q/{code}".upper()


def readable(code: str) -> str:
    """The same address as people read it aloud: without scheme, the code in groups."""
    base: str = installation().settings.base_url
    return f"{base.partition('://')[2]}/q/{codes.show(code)}"
