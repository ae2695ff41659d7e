"""Short links: what a printed QR opens."""

import structlog
from flask import Blueprint, redirect, request
from sqlalchemy.exc import SQLAlchemyError

from participa.core import links
from participa.core.db import db
from participa.core.errors import Busy

bp = Blueprint("links", __name__)
log = structlog.get_logger()


@bp.get("/q/<code>")
@bp.get("/Q/<code>")
def resolve(code):
    """Open what the code stands for, and count the scan: the one number that a GET adds to.

    Whoever stands before the poster gets in even when the number cannot be written.
    """
    link = links.find(code)
    answer = redirect(link.path)
    answer.headers["Cache-Control"] = "no-store"
    if not is_a_visit():
        return answer
    try:
        links.count_scan(link.code)
        db.session.commit()
        return answer
    except (Busy, SQLAlchemyError) as error:
        db.session.rollback()
        log.warning("links.scan_not_counted", reason=type(error).__name__)
    return answer


def is_a_visit() -> bool:
    """A person who comes; not a browser that looks ahead, nor a program that checks the link."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method == "GET" and "prefetch" not in purpose.lower()
