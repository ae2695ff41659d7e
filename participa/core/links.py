"""Short links: what every printed QR carries, and how often it was scanned. No personal data."""

from datetime import datetime

from flask import current_app
from sqlalchemy import Text, update
from sqlalchemy.orm import Mapped, mapped_column

from participa.core import clock, codes
from participa.core.db import db


class ShortLink(db.Model):
    """A printed code and the address inside this site that it opens, for as long as paper lasts."""

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    path: Mapped[str] = mapped_column(Text)
    scans: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())


def register(code: str, path: str) -> ShortLink:
    """Let /q/<code> open a path of this site."""
    link = ShortLink(code=code, path=path)
    db.session.add(link)
    return link


def count_scan(code: str) -> None:
    db.session.execute(
        update(ShortLink).where(ShortLink.code == code).values(scans=ShortLink.scans + 1)
    )


def absolute(path: str) -> str:
    """The public address of a path; from the configuration, never from the request's Host."""
    return f"{current_app.extensions['settings'].base_url}{path}"


def printed(code: str) -> str:
    """What a QR carries. In capitals it needs fewer modules, so it is read from further away."""
    base: str = current_app.extensions["settings"].base_url
    has_path = base.count("/") > 2
    return f"{base}/q/{code}" if has_path else f"{base}/q/{code}".upper()


def readable(code: str) -> str:
    """The same address as people read it aloud: without scheme, the code in groups."""
    base: str = current_app.extensions["settings"].base_url
    return f"{base.partition('://')[2]}/q/{codes.show(code)}"
