"""Short links of the printed QR codes, with the number of scans. No personal data."""

import re
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
PLACE = "puerta"  # in the address: the number of the place where that poster hangs
# A code of eight characters, and behind it the number of the place.
PLACED = re.compile(r"(.{8})([1-9][0-9]?)")


class ShortLink(db.Model):
    """A printed code and the path of this site that it opens. Never deleted: paper stays around."""

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    path: Mapped[str] = mapped_column(Text)
    scans: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())


class UnknownCode(Refused):
    """No short link has this code."""

    status = HTTPStatus.NOT_FOUND
    heading = "No encontramos ese código"


def register(code: str, path: str) -> ShortLink:
    """Add a short link: /q/<code> redirects to the path."""
    link = ShortLink(code=code, path=path)
    db.session.add(link)
    return link


def known(typed: str) -> ShortLink | None:
    """The link of a typed code, which may be that of a place. Case, spaces and hyphens do not
    matter.
    """
    code = codes.read(typed)
    link = db.session.get(ShortLink, code)
    if link is None and (placed := PLACED.fullmatch(code)):
        link = db.session.get(ShortLink, placed[1])
    return link


def find(typed: str) -> ShortLink:
    """The link of a typed code, as `known` finds it; raises UnknownCode."""
    link = known(typed)
    if link is None:
        raise UnknownCode(
            f"{UnknownCode.heading}. Revise que esté completo: lleva letras y números, "
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

    `seen` is a code that changes on a screen, for `path_of`.
    """
    base: str = installation().settings.base_url
    has_path = base.count("/") > 2
    address = f"{base}/q/{code}/{seen}" if seen else f"{base}/q/{code}"
    return address if has_path else address.upper()


def at_place(code: str, number: int) -> str:
    """The code of the poster that hangs at one of several places: 7K3F-2QXM-2."""
    return f"{code}{number}"


def path_of(link: ShortLink, typed: str, seen: str = "") -> str:
    """The path that a typed code of this link opens.

    It says at which place the code hangs, and proves which changing code was just scanned.
    """
    words = {PLACE: codes.read(typed).removeprefix(link.code), SEEN: seen}
    told = urlencode({name: word for name, word in words.items() if word})
    return f"{link.path}{'&' if '?' in link.path else '?'}{told}" if told else link.path


def readable(code: str) -> str:
    """The address for people: without scheme, the code in groups of four."""
    base: str = installation().settings.base_url
    return f"{base.partition('://')[2]}/q/{codes.show(code)}"
