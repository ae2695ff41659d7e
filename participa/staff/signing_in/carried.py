"""What was sent without a session: sealed, carried through the sign-in, and offered once more.

A staff POST whose session has ended is not carried out. Its answer is the sign-in page, with the
sent fields in it, encrypted: whoever sits at the screen cannot read them from the page. After the
sign-in of the account to which the form was shown, one button sends them again.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app, g, request

from participa.core import clock
from participa.core.editing import versions
from participa.core.forms import LOST_FILE
from participa.staff.models import SESSION_LIFETIME
from participa.staff.signing_in import sessions

FIELD = "carried"
# Never carried: what proves who somebody is, and what belongs to the ended session.
SECRETS = {"csrf_token", "password", "again", "old", FIELD, LOST_FILE}
A_TEXT = 20  # characters, from which a value is worth showing


@dataclass(frozen=True, slots=True)
class Carried:
    """A request. `author` is the id of the account to which its form was shown, or None if neither
    its CSRF token nor `about` can be read: then nobody gets it. `files` has the field and the name
    of each file, whose content is lost.
    """

    path: str
    author: int | None
    fields: list[list[str]]
    files: list[list[str]]

    def belongs_to(self, account_id: int) -> bool:
        return self.author is not None and self.author == account_id

    @property
    def again(self) -> Iterator[tuple[str, str]]:
        """Name and value of each field that sends the request again."""
        yield from ((name, value) for name, value in self.fields)
        yield from ((LOST_FILE, f"{field}:{name}") for field, name in self.files)

    @property
    def texts(self) -> list[str]:
        """The longer values, which a person typed."""
        return [value for _, value in self.fields if len(value) >= A_TEXT and " " in value]


def of_this_request() -> Carried:
    sent = request.form.items(multi=True)
    chosen = request.files.items(multi=True)
    return Carried(
        path=request.full_path.rstrip("?"),
        author=sessions.shown_to(request.form.get("csrf_token", "")) or versions.was_about()[0],
        fields=[[name, value] for name, value in sent if name not in SECRETS],
        files=[[field, file.filename] for field, file in chosen if file.filename],
    )


def keep(carried: Carried) -> None:
    """Put it into the pages that this request shows."""
    g.carried = (
        _lock()
        .encrypt_at_time(zlib.compress(json.dumps(asdict(carried)).encode()), current_time=_now())
        .decode()
    )


def sealed() -> str:
    """What the page has to carry on, sealed; "" when there is nothing."""
    token: str = g.get("carried") or request.form.get(FIELD, "")
    return token


def opened() -> Carried | None:
    """What this request carries; None when that is nothing, altered, or older than a session."""
    lifetime = int(SESSION_LIFETIME.total_seconds())
    try:
        packed = _lock().decrypt_at_time(sealed().encode(), lifetime, current_time=_now())
    except InvalidToken:
        return None
    return Carried(**json.loads(zlib.decompress(packed)))


def _lock() -> Fernet:
    secret = current_app.config["SECRET_KEY"].encode()
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"staff.carried:" + secret).digest()))


def _now() -> int:
    return int(clock.now().timestamp())
