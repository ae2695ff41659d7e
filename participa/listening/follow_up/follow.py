"""The number of a contribution, typed at «Consultar mi radicado»: where it leads."""

from flask import url_for
from sqlalchemy import exists, select

from participa.cases.follow import Followed
from participa.cases.models import CODE_LENGTH
from participa.core import codes
from participa.core.db import db
from participa.listening.models import Contribution


def radicado(typed: str) -> Followed | None:
    """The form of the secret code, with the number filled in. The number alone shows nothing."""
    code = codes.read(typed)
    is_known = exists().where(Contribution.receipt == code)
    if len(code) != CODE_LENGTH or not db.session.scalar(select(is_known)):
        return None
    return Followed(address=url_for("listening_follow.ask", radicado=codes.show(code)))
